//! Texts and numbers that are known, as the language computes with them. Knows no machine.

use super::value::{Key, Value};

/// Bytes of a text beyond which it is not multiplied.
const MAX_REPEATED: usize = 1 << 14;

/// A number as text.
pub(super) fn number(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if number == 0.0 {
        return "0".to_owned();
    }
    number.to_string()
}

/// A text as a number.
pub(super) fn to_number(text: &str) -> f64 {
    let text = text.trim();
    if text.is_empty() {
        return 0.0;
    }
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return u64::from_str_radix(digits, 16).map_or(f64::NAN, |number| number as f64);
    }
    if text.eq_ignore_ascii_case("inf") || text.eq_ignore_ascii_case("nan") {
        return f64::NAN;
    }
    text.parse().unwrap_or(f64::NAN)
}

/// The 32 bits that operators on bits see.
pub(super) fn to_int32(number: f64) -> i32 {
    if !number.is_finite() {
        return 0;
    }
    (number.trunc() % 4_294_967_296.0) as i64 as i32
}

/// `parseInt`
pub(super) fn parse_int(text: &str, radix: f64) -> f64 {
    let text = text.trim();
    let (is_negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let radix = if radix == 0.0 || radix.is_nan() { 10 } else { (radix as u32).clamp(2, 36) };
    let digits: String = text.chars().take_while(|c| c.is_digit(radix)).collect();
    let number = u64::from_str_radix(&digits, radix).map_or(f64::NAN, |number| number as f64);
    if is_negative { -number } else { number }
}

/// `parseFloat`
pub(super) fn parse_float(text: &str) -> f64 {
    let text = text.trim();
    (0..=text.len())
        .rev()
        .filter(|end| text.is_char_boundary(*end))
        .find_map(|end| text[..end].parse().ok())
        .unwrap_or(f64::NAN)
}

/// What a text itself has: its length and its characters.
pub(super) fn member(text: &str, key: &Key) -> Option<Value> {
    if matches!(key, Key::Str(name) if &**name == "length") {
        return Some(Value::Num(text.encode_utf16().count() as f64));
    }
    let index = key.index()?;
    Some(text.chars().nth(index).map_or(Value::Undefined, |c| Value::str(&c.to_string())))
}

/// A method of a text with plain arguments; `None` where it is not known what comes out.
pub(super) fn method(name: &str, text: &str, args: &[Value]) -> Option<Value> {
    let chars: Vec<char> = text.chars().collect();
    let length = chars.len() as f64;
    let part = |from: f64, to: f64| -> Value {
        let (from, to) = (from.clamp(0.0, length) as usize, to.clamp(0.0, length) as usize);
        Value::str(&chars.get(from..to).unwrap_or_default().iter().collect::<String>())
    };
    let num = |at: usize, default: f64| match args.get(at) {
        Some(Value::Num(number)) if !number.is_nan() => Some(number.trunc()),
        Some(Value::Undefined) | None => Some(default),
        _ => None,
    };
    let word = |at: usize| match args.get(at) {
        Some(Value::Str(text)) => Some(text.to_string()),
        Some(Value::Num(value)) => Some(number(*value)),
        _ => None,
    };
    let from_end = |at: f64| if at < 0.0 { at + length } else { at };
    let position = |at: Option<usize>| Value::Num(at.map_or(-1.0, |at| text[..at].chars().count() as f64));
    Some(match name {
        "charAt" => part(num(0, 0.0)?, num(0, 0.0)? + 1.0),
        "charCodeAt" | "codePointAt" => match chars.get(num(0, 0.0)? as usize) {
            Some(c) => Value::Num(f64::from(*c as u32)),
            None => Value::Num(f64::NAN),
        },
        "at" => {
            let at = from_end(num(0, 0.0)?);
            if at < 0.0 || at >= length { Value::Undefined } else { part(at, at + 1.0) }
        }
        "slice" => part(from_end(num(0, 0.0)?), from_end(num(1, length)?)),
        "substring" => {
            let (a, b) = (num(0, 0.0)?.clamp(0.0, length), num(1, length)?.clamp(0.0, length));
            part(a.min(b), a.max(b))
        }
        "substr" => {
            let from = from_end(num(0, 0.0)?);
            part(from, from + num(1, length)?)
        }
        "toUpperCase" | "toLocaleUpperCase" => Value::str(&text.to_uppercase()),
        "toLowerCase" | "toLocaleLowerCase" => Value::str(&text.to_lowercase()),
        "trim" => Value::str(text.trim()),
        "trimStart" | "trimLeft" => Value::str(text.trim_start()),
        "trimEnd" | "trimRight" => Value::str(text.trim_end()),
        "indexOf" => position(text.find(&word(0)?)),
        "lastIndexOf" => position(text.rfind(&word(0)?)),
        "includes" => Value::Bool(text.contains(&word(0)?)),
        "startsWith" if args.len() < 2 => Value::Bool(text.starts_with(&word(0)?)),
        "endsWith" if args.len() < 2 => Value::Bool(text.ends_with(&word(0)?)),
        "repeat" => {
            let times = num(0, 0.0)?;
            if !(0.0..=1000.0).contains(&times) || text.len() > MAX_REPEATED {
                return None;
            }
            Value::str(&text.repeat(times as usize))
        }
        "padStart" | "padEnd" => {
            let width = num(0, 0.0)?;
            let fill = if args.len() > 1 { word(1)? } else { " ".to_owned() };
            if fill.is_empty() || width > 1000.0 {
                return None;
            }
            let missing = (width - length).max(0.0) as usize;
            let fill: String = fill.chars().cycle().take(missing).collect();
            Value::str(&if name == "padStart" { fill + text } else { text.to_owned() + &fill })
        }
        "replace" => Value::str(&text.replacen(&word(0)?, &plain_replacement(word(1)?)?, 1)),
        "replaceAll" if text.len() > MAX_REPEATED => return None,
        "replaceAll" => Value::str(&text.replace(&word(0)?, &plain_replacement(word(1)?)?)),
        "localeCompare" => Value::Num(match text.cmp(&word(0)?) {
            std::cmp::Ordering::Less => -1.0,
            std::cmp::Ordering::Equal => 0.0,
            std::cmp::Ordering::Greater => 1.0,
        }),
        "normalize" => Value::str(text),
        _ => return None,
    })
}

/// What the beginning of a text tells of what a method gives.
pub(super) enum Told {
    /// All of it.
    Value(Value),
    /// How it begins, as a text.
    Rest(String),
}

/// A method of a text of which only the beginning is known; `None` where that tells nothing.
pub(super) fn method_of_beginning(name: &str, known: &str, args: &[Value]) -> Option<Told> {
    let length = known.chars().count() as f64;
    let place = |at: usize| match args.get(at) {
        Some(Value::Num(number)) if number.fract() == 0.0 && (0.0..=length).contains(number) => Some(*number),
        _ => None,
    };
    let is_told = match (name, args) {
        ("charAt" | "charCodeAt" | "codePointAt" | "at", [_]) => place(0)? < length,
        ("slice" | "substring", [_, _]) => place(0).is_some() && place(1).is_some(),
        ("substr", [_, Value::Num(width)]) => place(0)? + width <= length,
        ("slice" | "substring" | "substr", [_]) => {
            return Some(Told::Rest(known.chars().skip(place(0)? as usize).collect()));
        }
        ("indexOf" | "includes", [Value::Str(word)]) => known.contains(&**word),
        ("startsWith", [Value::Str(word)]) => word.len() <= known.len() || !word.starts_with(known),
        _ => false,
    };
    method(name, known, args).filter(|_| is_told).map(Told::Value)
}

fn plain_replacement(text: String) -> Option<String> {
    (!text.contains('$')).then_some(text)
}

/// A method of the number functions with known arguments.
pub(super) fn math(name: &str, args: &[f64]) -> Option<f64> {
    let first = args.first().copied().unwrap_or(f64::NAN);
    Some(match name {
        "floor" => first.floor(),
        "ceil" => first.ceil(),
        "round" => (first + 0.5).floor(),
        "trunc" => first.trunc(),
        "abs" => first.abs(),
        "sign" => {
            if first == 0.0 {
                first
            } else {
                first.signum()
            }
        }
        "sqrt" => first.sqrt(),
        "pow" => first.powf(args.get(1).copied().unwrap_or(f64::NAN)),
        "max" => args.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        "min" => args.iter().copied().fold(f64::INFINITY, f64::min),
        "log" => first.ln(),
        "log2" => first.log2(),
        "log10" => first.log10(),
        "exp" => first.exp(),
        "sin" => first.sin(),
        "cos" => first.cos(),
        _ => return None,
    })
}
