//! The words of a name, by which products are searched.

/// How many bytes of a word are kept; those of names are shorter, but for such as nobody types.
const MOST_BYTES: usize = 64;

/// The words of a text, each once, in lower case: runs of letters and digits of any script.
pub fn words_of(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split(|letter: char| !letter.is_alphanumeric()) {
        // Some capitals have lower cases that are no letters alone, and are searched alike.
        let mut word = word.to_lowercase();
        word.truncate(word.floor_char_boundary(MOST_BYTES));
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// The words that begin with a prefix, as a range of bytes: from the first to before the second.
pub(crate) fn range(prefix: &str) -> (Vec<u8>, Vec<u8>) {
    let from = prefix.as_bytes().to_vec();
    let mut to = from.clone();
    // UTF-8 has no byte 255, so that the last one can be raised.
    if let Some(last) = to.last_mut() {
        *last = last.saturating_add(1);
    }
    (from, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_letters_and_digits_in_lower_case() {
        let table: [(&str, &[&str]); 6] = [
            ("Leica M3 double-stroke, 1955", &["leica", "m3", "double", "stroke", "1955"]),
            ("  LEICA leica Leica ", &["leica"]),
            ("Äpfel & Öl", &["äpfel", "öl"]),
            ("日本 カメラ", &["日本", "カメラ"]),
            ("— ! …", &[]),
            ("", &[]),
        ];
        for (text, words) in table {
            assert_eq!(words_of(text), words, "{text}");
        }
        assert_eq!(words_of(&"ü".repeat(100)), ["ü".repeat(32)]);
    }

    #[test]
    fn a_prefix_is_a_range() {
        for (prefix, inside, outside) in [
            ("le", ["le", "leica", "leü", "le\u{10ffff}"], ["l", "lf", "ld", "m"]),
            ("ü", ["ü", "üa", "ü1", "üü"], ["u", "ý", "v", "û"]),
        ] {
            let (from, to) = range(prefix);
            let has = |word: &str| from.as_slice() <= word.as_bytes() && word.as_bytes() < &to[..];
            assert!(inside.iter().all(|word| has(word)), "{prefix}");
            assert!(!outside.iter().any(|word| has(word)), "{prefix}");
        }
    }
}
