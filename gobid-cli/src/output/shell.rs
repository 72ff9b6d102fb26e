//! Words of a command that somebody is to type.

use std::borrow::Cow;

/// A word as a shell takes it for one, whatever is in it.
pub(crate) fn shell_word(word: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.,:/@%+=".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) && !word.starts_with('=') {
        return word.into();
    }
    format!("'{}'", word.replace('\'', r"'\''")).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_shell_would_take_apart_is_quoted() {
        for (word, typed) in [
            ("eva", "eva"),
            ("http://127.0.0.1:3080", "http://127.0.0.1:3080"),
            ("http://[::1]:3080", "'http://[::1]:3080'"),
            ("=ls", "'=ls'"),
            ("", "''"),
            ("Eva M.", "'Eva M.'"),
            ("Zoë", "'Zoë'"),
            ("$(id)", "'$(id)'"),
            ("d'Arc", r"'d'\''Arc'"),
        ] {
            assert_eq!(shell_word(word), typed);
        }
    }
}
