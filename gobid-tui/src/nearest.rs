//! The word that was most likely meant.

/// The one of these words that is most like another.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known.into_iter().min_by_key(|known| distance(word, known))
}

/// How many letters must be added, removed or replaced to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for letter in one.chars() {
        let mut next = Vec::with_capacity(row.len());
        next.push(row.first().map_or(0, |first| first + 1));
        for (place, against) in other.chars().enumerate() {
            let diagonal = row.get(place).copied().unwrap_or_default();
            let above = row.get(place + 1).copied().unwrap_or_default();
            let left = next.last().copied().unwrap_or_default();
            let replaced = diagonal + usize::from(letter != against);
            next.push(replaced.min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_of_words() {
        let table = [
            ("", "", 0),
            ("fps", "fps", 0),
            ("fsp", "fps", 2),
            ("", "abc", 3),
            ("plian", "plain", 2),
        ];
        for (one, other, letters) in table {
            assert_eq!(distance(one, other), letters, "{one} {other}");
        }
        assert_eq!(nearest("plian", ["fps", "plain"]), Some("plain"));
    }
}
