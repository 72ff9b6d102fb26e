//! Text of strangers, made fit for a terminal.

use unicode_width::UnicodeWidthStr as _;

/// The text without what could act on a terminal or turn its words around: control characters
/// (escape sequences begin with one) and marks of writing direction. Line breaks and tabs become
/// spaces.
pub fn safe_text(text: &str) -> String {
    text.chars().filter_map(safe_char).collect()
}

/// [`safe_text`], cut to a width in columns; what was cut ends in `…`.
pub fn safe_text_within(text: &str, columns: usize) -> String {
    let text = safe_text(text);
    if text.width() <= columns {
        return text;
    }
    let Some(room) = columns.checked_sub(1) else {
        return String::new();
    };
    let mut kept = String::new();
    for next in text.chars() {
        kept.push(next);
        if kept.width() > room {
            kept.pop();
            break;
        }
    }
    kept.push('…');
    kept
}

fn safe_char(character: char) -> Option<char> {
    match character {
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
        '\u{061c}'
        | '\u{200e}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => None,
        _ if character.is_control() => None,
        _ => Some(character),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_acts_on_the_terminal() {
        let table = [
            ("Leica M3", "Leica M3"),
            ("\u{1b}[2Jgone", "[2Jgone"),
            ("\u{1b}]52;c;ZXZpbA==\u{7}", "]52;c;ZXZpbA=="),
            ("a\u{9b}31mb", "a31mb"),
            ("one\ntwo\r\nthree\tfour", "one two  three four"),
            ("abc\u{202e}cba\u{2066}x\u{2069}", "abccbax"),
            ("\u{0}\u{8}\u{7f}", ""),
            ("Füße 日本 👩‍🚀", "Füße 日本 👩‍🚀"),
        ];
        for (text, safe) in table {
            assert_eq!(safe_text(text), safe, "{text:?}");
        }
    }

    #[test]
    fn a_cut_counts_columns() {
        let table = [
            ("abc", 3, "abc"),
            ("abcd", 3, "ab…"),
            ("日本語", 6, "日本語"),
            ("日本語", 5, "日本…"),
            ("日本語", 4, "日…"),
            ("ab", 1, "…"),
            ("ab", 0, ""),
            ("", 0, ""),
        ];
        for (text, columns, cut) in table {
            assert_eq!(safe_text_within(text, columns), cut, "{text} {columns}");
            assert!(safe_text_within(text, columns).width() <= columns);
        }
    }
}
