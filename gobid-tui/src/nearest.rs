//! The word that was most likely meant.

use strsim::levenshtein;

/// The one of these words that is most like another.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known.into_iter().min_by_key(|known| levenshtein(word, known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_like_is_meant() {
        assert_eq!(nearest("plian", ["fps", "plain"]), Some("plain"));
        assert_eq!(nearest("plian", []), None);
    }
}
