//! Colours and attributes, in both themes.

use std::collections::BTreeMap;

use crossterm::event::KeyCode;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use super::{SIZES, rows, screen};
use crate::samples::Desk;
use crate::theme::Theme;

/// The looks of a screen: a letter for each look, and what the letters mean.
fn looks(buffer: &Buffer) -> String {
    let mut letters: BTreeMap<String, char> = BTreeMap::new();
    let mut text = String::new();
    for row in rows(buffer) {
        let mut line = String::new();
        for cell in row {
            let look = look(cell);
            let next = char::from(b'a' + u8::try_from(letters.len()).unwrap());
            line.push(match look.as_str() {
                "" => ' ',
                _ => *letters.entry(look).or_insert(next),
            });
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    let mut legend: Vec<_> = letters.into_iter().map(|(look, letter)| (letter, look)).collect();
    legend.sort_unstable();
    for (letter, look) in legend {
        text.extend([letter.to_string(), format!(" = {look}\n")]);
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
fn looks_in_both_themes() {
    for (name, theme) in [("terminal", Theme::TERMINAL), ("mono", Theme::MONO)] {
        let mut desk = Desk::outbid();
        desk.app.look.theme = theme;
        let plain = looks(&screen(&desk.app, 80, 24));
        insta::assert_snapshot!(format!("looks_outbid_{name}"), plain);
        desk.key(KeyCode::Enter);
        let dialog = looks(&screen(&desk.app, 80, 24));
        insta::assert_snapshot!(format!("looks_confirm_{name}"), dialog);
    }
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
