//! JSON with spans, tolerant of comments, trailing commas and a byte-order mark.
//! Knows the grammar only, and nothing of what a configuration means.

use jsonc_parser::ast;
use jsonc_parser::common::{Range, Ranged};
use jsonc_parser::errors::ParseErrorKind;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::{FileId, Level, Problem, Span, Text};

/// A JSON value with its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Json {
    /// The bytes of the value.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// The kinds of JSON values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number as it is written.
    Number(String),
    /// A string with its escapes resolved.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object.
    Object(Object),
}

/// The members of an object in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object {
    /// The members; a key may occur twice.
    pub entries: Vec<Entry>,
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key with its escapes resolved.
    pub key: String,
    /// The bytes of the key, its quotes included.
    pub key_span: Span,
    /// The value.
    pub value: Json,
}

impl Json {
    /// The member `key`; the last one where the key is written twice, as JavaScript has it. `None` for other values.
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The member `key` with the span of the key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().rfind(|entry| entry.key == key)
    }

    /// The members of an object; empty for other values.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Object(object) => &object.entries,
            _ => &[],
        }
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The elements, if it is an array.
    pub fn as_array(&self) -> Option<&[Json]> {
        match &self.value {
            Value::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// Whether it is an object.
    pub fn is_object(&self) -> bool {
        matches!(self.value, Value::Object(_))
    }
}

/// Parses the text of `file`. Broken, empty or too deeply nested JSON gives `None` and a problem `json-syntax`.
pub fn parse(file: FileId, text: &str, problems: &mut Vec<Problem>) -> Option<Json> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let convert = Convert { file, offset: text.len() - body.len() };
    match parse_to_ast(body, &CollectOptions::default(), &ParseOptions::default()) {
        Ok(result) => {
            let tree = result.value.map(|value| convert.value(value));
            if tree.is_none() {
                problems.push(syntax_problem(Span::file_start(file), &Text::new("文件是空的", "the file is empty")));
            }
            tree
        }
        Err(error) => {
            problems.push(syntax_problem(convert.span(error.range()), &reason(error.kind())));
            None
        }
    }
}

fn syntax_problem(span: Span, reason: &Text) -> Problem {
    let Text { zh, en } = reason;
    let message =
        Text::new(format!("JSON 无法解析，已忽略此文件：{zh}"), format!("broken JSON, the file is ignored: {en}"));
    Problem::at(Level::Warning, "json-syntax", span, message)
}

/// What the parser says, in both languages.
pub fn reason(kind: &ParseErrorKind) -> Text {
    use ParseErrorKind as Kind;
    let zh = match kind {
        Kind::BareDecimalPointNumbersNotAllowed => "小数点前后必须有数字",
        Kind::CommentsNotAllowed => "不允许注释",
        Kind::ExpectedColonAfterObjectKey => "键之后缺少冒号",
        Kind::ExpectedObjectValue => "冒号之后缺少值",
        Kind::ExpectedDigit => "此处应为数字",
        Kind::ExpectedDigitFollowingNegativeSign => "负号之后应为数字",
        Kind::ExpectedPlusMinusOrDigitInNumberLiteral => "指数应为数字或正负号",
        Kind::ExpectedStringObjectProperty => "键应为带双引号的字符串",
        Kind::HexadecimalNumbersNotAllowed => "不允许十六进制数",
        Kind::ExpectedComma => "缺少逗号",
        Kind::MultipleRootJsonValues => "最外层只能有一个值",
        Kind::NonFiniteNumbersNotAllowed => "不允许无穷大或非数",
        Kind::SingleQuotedStringsNotAllowed => "不允许单引号字符串",
        Kind::String(_) => "字符串有误：引号未闭合，或转义无效",
        Kind::TrailingCommasNotAllowed => "末尾多了逗号",
        Kind::UnaryPlusNumbersNotAllowed => "数字前不允许加号",
        Kind::UnexpectedCloseBrace => "多余的 }",
        Kind::UnexpectedCloseBracket => "多余的 ]",
        Kind::UnexpectedColon => "多余的冒号",
        Kind::UnexpectedComma => "多余的逗号",
        Kind::UnexpectedToken | Kind::UnexpectedTokenInObject => "无法识别的内容",
        Kind::UnexpectedWord => "字符串缺少引号，或无法识别的单词",
        Kind::UnterminatedArray => "数组没有闭合",
        Kind::UnterminatedCommentBlock => "注释没有闭合",
        Kind::UnterminatedObject => "对象没有闭合",
        Kind::NestingDepthExceeded => "嵌套过深",
    };
    Text::new(zh, kind.to_string())
}

/// From the library's tree to the owned one; `offset` is the length of the byte-order mark.
struct Convert {
    file: FileId,
    offset: usize,
}

impl Convert {
    fn span(&self, range: Range) -> Span {
        let at = |position: usize| (position + self.offset) as u32;
        Span::new(self.file, at(range.start), at(range.end))
    }

    fn value(&self, node: ast::Value<'_>) -> Json {
        let span = self.span(node.range());
        let value = match node {
            ast::Value::NullKeyword(_) => Value::Null,
            ast::Value::BooleanLit(literal) => Value::Bool(literal.value),
            ast::Value::NumberLit(literal) => Value::Number(literal.value.to_owned()),
            ast::Value::StringLit(literal) => Value::String(literal.value.into_owned()),
            ast::Value::Array(array) => {
                Value::Array(array.elements.into_iter().map(|element| self.value(element)).collect())
            }
            ast::Value::Object(object) => {
                let entries = object.properties.into_iter().map(|property| self.entry(property)).collect();
                Value::Object(Object { entries })
            }
        };
        Json { span, value }
    }

    fn entry(&self, property: ast::ObjectProp<'_>) -> Entry {
        let key_span = self.span(property.name.range());
        Entry { key: property.name.into_string(), key_span, value: self.value(property.value) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (Option<Json>, Vec<Problem>) {
        let mut problems = Vec::new();
        let json = parse(FileId(3), text, &mut problems);
        (json, problems)
    }

    #[test]
    fn spans_are_those_of_the_file_with_a_byte_order_mark() {
        let text = "\u{feff}{ // 注释\n \"页\": [\"a\", 1.50, true, null,], }";
        let (json, problems) = parsed(text);
        assert!(problems.is_empty());
        let json = json.expect("JSON");
        let entry = json.entry("页").expect("entry");
        assert_eq!(&text[entry.key_span.range()], "\"页\"");
        let items = entry.value.as_array().expect("array");
        assert_eq!(&text[items[0].span.range()], "\"a\"");
        assert_eq!(items[0].span.file, FileId(3));
        assert_eq!(items[1].value, Value::Number("1.50".into()));
        assert_eq!(items[2].as_bool(), Some(true));
        assert_eq!(items[3].value, Value::Null);
    }

    #[test]
    fn the_last_of_two_keys_counts_and_escapes_are_resolved() {
        let (json, _) = parsed(r#"{"a": "x", "a": "\u4e2d\n"}"#);
        assert_eq!(json.expect("JSON").get("a").and_then(Json::as_str), Some("中\n"));
    }

    #[test]
    fn broken_json_is_a_problem_at_its_place() {
        let text = "{\"pages\": [\"a\" \"b\"";
        let (json, problems) = parsed(text);
        assert!(json.is_none());
        assert_eq!(problems[0].code, "json-syntax");
        assert!(problems[0].span.expect("span").end as usize <= text.len());
        assert_eq!(parsed("").1.len(), 1);
        assert_eq!(parsed("{\"a\": }").1[0].span.expect("span").start, 6);
    }

    #[test]
    fn deep_nesting_is_a_problem_and_no_overflow() {
        let (json, problems) = parsed(&"[".repeat(200_000));
        assert!(json.is_none());
        assert_eq!(problems[0].code, "json-syntax");
        assert!(parsed(&format!("{}{}", "{\"a\":".repeat(200_000), "1")).0.is_none());
        assert!(parsed(&format!("{}{}", "[".repeat(200), "]".repeat(200))).0.is_some());
    }

    fn all_spans(json: &Json, spans: &mut Vec<Span>) {
        spans.push(json.span);
        for entry in json.entries() {
            spans.push(entry.key_span);
            all_spans(&entry.value, spans);
        }
        json.as_array().unwrap_or(&[]).iter().for_each(|element| all_spans(element, spans));
    }

    proptest::proptest! {
        #[test]
        fn spans_lie_in_any_text(text in "\u{feff}?[\\[\\]{}:,\"'a手0/*\\\\ \n]{0,24}") {
            let (json, problems) = parsed(&text);
            let mut spans: Vec<Span> = problems.iter().filter_map(|problem| problem.span).collect();
            if let Some(json) = &json {
                all_spans(json, &mut spans);
            }
            for span in spans {
                proptest::prop_assert!(text.get(span.range()).is_some(), "{span:?}");
            }
        }
    }
}
