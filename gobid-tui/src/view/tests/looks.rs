//! Colours and attributes, in both themes.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use super::{SIZES, rows, screen};
use crate::samples::Desk;
use crate::theme::Theme;

/// What stretches of each row look like in the default theme, and in mono after the bar. What is
/// plain or faint in both is left out.
pub(super) fn compared(terminal: &Buffer, mono: &Buffer) -> String {
    let mut text = String::new();
    for (number, (terminal, mono)) in rows(terminal).zip(rows(mono)).enumerate() {
        let looks: Vec<_> = terminal.iter().zip(mono).map(|(a, b)| (look(a), look(b))).collect();
        let mut column = 0;
        let stretches = looks.chunk_by(PartialEq::eq).filter_map(|stretch| {
            let (first, (terminal, mono)) = (column, stretch.first()?);
            column += stretch.len();
            let is_plain = terminal == mono && matches!(mono.as_str(), "" | "dim");
            (!is_plain).then(|| format!("{first}-{} {terminal} | {mono}", column - 1))
        });
        let stretches: Vec<_> = stretches.collect();
        if !stretches.is_empty() {
            text.extend([format!("{number:>2}: "), stretches.join(", "), "\n".to_owned()]);
        }
    }
    text
}

fn look(cell: &Cell) -> String {
    let mut look = Vec::new();
    if cell.fg != Color::Reset {
        look.push(format!("{}", cell.fg));
    }
    if cell.bg != Color::Reset {
        look.push(format!("on {}", cell.bg));
    }
    look.extend(cell.modifier.iter_names().map(|(name, _)| name.to_lowercase()));
    look.join(" ")
}

#[test]
fn mono_sets_no_colour_and_keeps_reverse_video() {
    let mut desks = [Desk::outbid(), Desk::leading(), Desk::leading().closed("sold", Some("eva"))];
    for desk in &mut desks {
        desk.app.look.theme = Theme::MONO;
        for (columns, rows) in SIZES {
            let screen = screen(&desk.app, columns, rows);
            let is_plain = |cell: &Cell| cell.fg == Color::Reset && cell.bg == Color::Reset;
            assert!(screen.content.iter().all(is_plain));
            let is_reversed = |cell: &Cell| cell.modifier.contains(Modifier::REVERSED);
            assert!(screen.content.iter().any(is_reversed), "{columns}x{rows}");
        }
    }
}
