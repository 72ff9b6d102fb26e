//! Bytes as text.

use std::fmt::Write;

/// The bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string never fails.
        let _written = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes that a text in hexadecimal stands for.
pub(crate) fn bytes(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let pairs = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
    pairs.collect::<Option<Vec<u8>>>().filter(|_| rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back() {
        assert_eq!(bytes(&hex(&[0, 15, 160, 255])), Some(vec![0, 15, 160, 255]));
        for text in ["0", "0g", "+1", "ü"] {
            assert_eq!(bytes(text), None, "{text}");
        }
    }
}
