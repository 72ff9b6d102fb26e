//! Texts in lines of a width.

use unicode_width::UnicodeWidthStr as _;

/// The text in lines of at most so many columns, broken at spaces, and within a word where it is
/// longer than a line. An empty text is one empty line.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if longer.width() <= columns {
            line = longer;
            continue;
        }
        let full = std::mem::replace(&mut line, word.to_owned());
        if !full.is_empty() {
            lines.push(full);
        }
        while line.width() > columns {
            let rest = line.split_off(first_piece(&line, columns));
            if rest.is_empty() {
                break;
            }
            lines.push(std::mem::replace(&mut line, rest));
        }
    }
    lines.push(line);
    lines
}

/// How many bytes of a word fit, one character at least.
fn first_piece(word: &str, columns: usize) -> usize {
    let ends = word.char_indices().map(|(at, next)| at + next.len_utf8());
    let fits = |end: &usize| word.get(..*end).is_some_and(|piece| piece.width() <= columns);
    let first = ends.clone().next().unwrap_or(word.len());
    ends.take_while(fits).last().unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_and_within_long_words() {
        let table: [(&str, usize, &[&str]); 8] = [
            ("", 5, &[""]),
            ("one two", 7, &["one two"]),
            ("one two", 6, &["one", "two"]),
            ("one two three", 7, &["one two", "three"]),
            ("extraordinary", 5, &["extra", "ordin", "ary"]),
            ("an extraordinary day", 5, &["an", "extra", "ordin", "ary", "day"]),
            ("日本語 text", 4, &["日本", "語", "text"]),
            ("日本", 1, &["日", "本"]),
        ];
        for (text, columns, lines) in table {
            assert_eq!(wrap(text, columns), lines, "{text} {columns}");
        }
    }
}
