//! Bytes as text, where a database or a setting holds nothing else.

use std::fmt::Write;

/// The bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string never fails.
        let _written = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes that a text in hexadecimal stands for; `None` when they are not `N`.
pub(crate) fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let digits = digits?;
    let (pairs, rest) = digits.as_chunks::<2>();
    let bytes: Vec<u8> = pairs.iter().map(|[high, low]| high << 4 | low).collect();
    bytes.try_into().ok().filter(|_| rest.is_empty())
}

/// Ids or keys as one parameter for SQLite, which has no arrays: its `json_each` and `unhex` make
/// rows of it.
pub(crate) fn json<'a>(keys: impl IntoIterator<Item = &'a [u8]>) -> String {
    let keys: Vec<_> = keys.into_iter().map(|key| format!("\"{}\"", hex(key))).collect();
    format!("[{}]", keys.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back() {
        assert_eq!(hex(&[0, 0x0f, 0xa0, 0xff]), "000fa0ff");
        assert_eq!(bytes(&hex(&[0, 0x0f, 0xa0, 0xff])), Some([0, 0x0f, 0xa0, 0xff]));
    }

    #[test]
    fn what_is_not_so_many_bytes_is_none() {
        for text in ["", "0", "00f", "00ff00", "0g00", "+f00", "üü"] {
            assert_eq!(bytes::<2>(text), None, "{text}");
        }
    }

    #[test]
    fn keys_are_a_json_array() {
        assert_eq!(json([]), "[]");
        assert_eq!(json([&[1][..], &[2, 3][..]]), r#"["01","0203"]"#);
    }
}
