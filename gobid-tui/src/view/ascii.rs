//! Frames and pictures of ASCII alone, for terminals that have nothing else.

use ratatui::buffer::Buffer;

/// Puts an ASCII character of the same width in place of each that the views draw with.
pub(super) fn translate(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if let Some(plain) = plain(cell.symbol()) {
            cell.set_char(plain);
        }
    }
}

/// The same for a text.
pub fn translate_text(text: &str) -> String {
    text.chars().map(|next| plain(next.encode_utf8(&mut [0; 4])).unwrap_or(next)).collect()
}

fn plain(symbol: &str) -> Option<char> {
    Some(match symbol {
        "│" | "║" | "┃" | "▏" => '|',
        "─" | "═" | "—" | "━" | "·" => '-',
        "┌" | "┐" | "└" | "┘" | "╔" | "╗" | "╚" | "╝" | "±" => '+',
        "●" | "•" | "★" | "■" => '*',
        "○" => 'o',
        "▀" => '"',
        "▲" => '^',
        "▼" => 'v',
        "✗" | "×" => 'x',
        "…" | "◌" => '~',
        "❯" | "▶" | "≥" => '>',
        "▁" | "▂" | "▃" => '.',
        "▄" | "▅" => ':',
        "▆" | "▇" | "█" => '#',
        "€" | "£" | "¥" => '$',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_keep_their_letters() {
        assert_eq!(translate_text("▼ Füße · 日本…"), "v Füße - 日本~");
    }
}
