//! Names of a program fall into words: `userPhone`, `user_phone` and `USER-PHONE2`. Knows no meaning of any.

/// The words of a name or of a text in Latin letters, in lower case. Digits are words of their own.
pub fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for (at, &c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| chars[at]);
        if !c.is_alphanumeric() || before.is_some_and(|before| begins_word(before, c, chars.get(at + 1).copied())) {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

/// Whether a word begins at `c`: at a capital behind a small letter, at the last capital of several before a small
/// letter (`IDCard`), and between letters and digits.
fn begins_word(before: char, c: char, after: Option<char>) -> bool {
    let is_capital = c.is_uppercase() && (before.is_lowercase() || after.is_some_and(char::is_lowercase));
    is_capital || before.is_numeric() != c.is_numeric()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::words;

    #[test]
    fn names_fall_into_words() {
        let cases = [
            ("phone", "phone"),
            ("userPhone", "user phone"),
            ("user_phone", "user phone"),
            ("user-phone-2", "user phone 2"),
            ("_openid", "openid"),
            ("OPENID", "openid"),
            ("IDCard", "id card"),
            ("idCardNo", "id card no"),
            ("avatarURL", "avatar url"),
            ("WXId", "wx id"),
            ("mobile1", "mobile 1"),
            ("iphone", "iphone"),
            ("iPhone", "i phone"),
            ("userInfo.phone", "user info phone"),
            ("", ""),
            ("__", ""),
        ];
        for (name, expected) in cases {
            assert_eq!(words(name).join(" "), expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn however_words_are_joined_they_come_out_again(parts in prop::collection::vec("[a-z]{2,6}", 1..5)) {
            let camel: String = parts.iter().enumerate().map(|(at, part)| {
                if at == 0 { part.clone() } else { part[..1].to_uppercase() + &part[1..] }
            }).collect();
            prop_assert_eq!(&words(&camel), &parts);
            prop_assert_eq!(&words(&parts.join("_")), &parts);
            prop_assert_eq!(&words(&parts.join("-")), &parts);
            prop_assert_eq!(&words(&parts.join("_").to_uppercase()), &parts);
        }

        #[test]
        fn letters_are_neither_lost_nor_added(name in "\\PC{0,20}") {
            let kept: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
            prop_assert_eq!(words(&name).concat(), kept);
        }
    }
}
