//! Damages texts at random. Knows bytes, lines and the signs of the languages, and nothing of what is done with them.

/// A small generator of numbers that look random: the same seed, the same damage (splitmix64).
pub struct Random(u64);

impl Random {
    /// Its numbers follow from the seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`; 0 if that is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    /// One of several, of which there is at least one.
    pub fn choose<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    fn range(&mut self, length: usize, most: usize) -> std::ops::Range<usize> {
        let start = self.below(length + 1);
        start..start + self.below((length - start).min(most) + 1)
    }
}

/// Pieces that mean something to one of the languages, or to nobody.
const SIGNS: [&str; 96] = [
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "<",
    ">",
    "`",
    "${",
    "\"",
    "'",
    "/",
    "/*",
    "*/",
    "//",
    "<!--",
    "-->",
    "{{",
    "}}",
    ";",
    ",",
    ":",
    "?",
    "?.",
    "??",
    "=>",
    "=",
    "==",
    "!",
    "...",
    "#",
    "@",
    "\\",
    "\\u{110000}",
    "\\ud800",
    "\r",
    "\n",
    "\r\n",
    "\u{2028}",
    "\u{feff}",
    "\u{202e}",
    "\0",
    "😀",
    "手机号",
    "\u{301}",
    "await ",
    "async ",
    "yield ",
    "function ",
    "class ",
    "new ",
    "return ",
    "throw ",
    "try{",
    "catch(e){",
    "finally{",
    "for(",
    "for await(",
    "while(",
    "switch(",
    "case ",
    "break ",
    "continue ",
    "import ",
    "export default ",
    "export * from ",
    "require(",
    "this.",
    "super.",
    "super(",
    "arguments",
    "eval('",
    "with(",
    "get ",
    "static ",
    "source()",
    "sink(",
    "wx.request({url:",
    "wx.getLocation(",
    "this.setData({",
    "Page({",
    "Component({",
    "<view ",
    "</view>",
    "<block wx:for=",
    "<template is=",
    "<wxs module=",
    "bindtap=",
    "model:value=",
    "1e999",
    "-0",
    "0x",
    "null",
    "__proto__",
    "constructor",
];

/// A text after one to four kinds of damage.
pub fn text(mut text: Vec<u8>, random: &mut Random, pieces: &[Vec<u8>]) -> Vec<u8> {
    for _ in 0..=random.below(4) {
        damage(&mut text, random, pieces);
    }
    text
}

fn damage(text: &mut Vec<u8>, random: &mut Random, pieces: &[Vec<u8>]) {
    let length = text.len();
    match random.below(11) {
        0 => drop(text.drain(random.range(length, 40))),
        1 => drop(text.drain(random.range(length, length))),
        2 => {
            let part = text[random.range(length, 200)].to_vec();
            insert(text, random, &part);
        }
        3 | 4 => {
            let sign = random.choose(&SIGNS).as_bytes();
            insert(text, random, sign);
        }
        5 => {
            let piece = random.choose(pieces);
            let part = piece[random.range(piece.len(), 400)].to_vec();
            insert(text, random, &part);
        }
        6 if length > 0 => {
            let at = random.below(length);
            text[at] ^= 1 << random.below(8);
        }
        7 => {
            let many = 1 << random.below(9);
            let sign = random.choose(&SIGNS).repeat(many);
            insert(text, random, sign.as_bytes());
        }
        8 => swap_lines(text, random),
        9 => swap_words(text, random),
        _ => text.truncate(random.below(length + 1)),
    }
}

fn insert(text: &mut Vec<u8>, random: &mut Random, part: &[u8]) {
    let at = random.below(text.len() + 1);
    text.splice(at..at, part.iter().copied());
}

fn swap_lines(text: &mut Vec<u8>, random: &mut Random) {
    let mut lines: Vec<&[u8]> = text.split_inclusive(|&byte| byte == b'\n').collect();
    if !lines.is_empty() {
        let (a, b) = (random.below(lines.len()), random.below(lines.len()));
        lines.swap(a, b);
        *text = lines.concat();
    }
}

/// One name takes the place of another everywhere, which joins what was apart.
fn swap_words(text: &mut Vec<u8>, random: &mut Random) {
    let whole = String::from_utf8_lossy(text).into_owned();
    let is_part = |sign: char| sign.is_alphanumeric() || sign == '_' || sign == '$';
    let words: Vec<&str> = whole.split(|sign| !is_part(sign)).filter(|word| !word.is_empty()).collect();
    if !words.is_empty() {
        let (from, to) = (*random.choose(&words), *random.choose(&words));
        *text = whole.replace(from, to).into_bytes();
    }
}
