//! What the main states look like.

mod browsing;
mod hostile;
mod looks;
mod room;
mod rulebook;
mod scenes;
mod states;

use std::time::Duration;

use crossterm::event::KeyCode;
use gobid_api::client::FeedEvent;
use gobid_api::live::ServerFrame;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};

use crate::app::{App, Msg};
use crate::samples::formats::{buy_now, dutch, sealed, soft_close};
use crate::samples::{Desk, at, product, snapshot};
use crate::theme::Theme;

const SIZES: [(u16, u16); 4] = [(120, 34), (80, 24), (44, 9), (24, 3)];

/// What is on the screen of this size.
fn screen(app: &App, columns: u16, rows: u16) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal.draw(|frame| super::draw(app, frame)).unwrap();
    terminal.backend().buffer().clone()
}

fn rows(buffer: &Buffer) -> impl Iterator<Item = &[Cell]> {
    buffer.content.chunks(usize::from(buffer.area.width))
}

/// The text of a screen, row by row.
fn text(buffer: &Buffer) -> String {
    let rows = rows(buffer).map(|row| {
        let row: String = row.iter().map(Cell::symbol).collect();
        format!("{}\n", row.trim_end())
    });
    rows.collect()
}

/// Takes a state in, under its name.
type Shoot<'a> = &'a mut dyn FnMut(&str, &mut Desk);

/// Snapshots of a state in every layout: its text, which is the same in every theme, and what it
/// looks like in the default theme and in mono.
fn assert_looks(name: &str, desk: &mut Desk) {
    let mut texts = String::new();
    let mut looks = String::new();
    for (columns, rows) in SIZES {
        desk.update(Msg::Resize(columns, rows));
        let terminal = screen(&desk.app, columns, rows);
        let theme = std::mem::replace(&mut desk.app.look.theme, Theme::MONO);
        let mono = screen(&desk.app, columns, rows);
        desk.app.look.theme = theme;
        assert_eq!(text(&mono), text(&terminal), "{name} at {columns}x{rows}");
        let size = format!("--- {columns}x{rows}\n");
        texts.extend([size.clone(), text(&terminal)]);
        looks.extend([size, looks::compared(&terminal, &mono)]);
    }
    insta::assert_snapshot!(name, texts);
    insta::assert_snapshot!(format!("looks_{name}"), looks);
}

#[test]
fn ascii_alone() {
    let mut desk = Desk::outbid();
    desk.app.look.is_ascii = true;
    desk.press("1300");
    assert_looks("ascii", &mut desk);
    desk.key(KeyCode::Enter);
    let mut desks = vec![desk];
    for snapshot in [dutch(), sealed(), buy_now(), soft_close()] {
        let mut details = Desk::eva_at(snapshot.clone());
        details.press("i");
        let mut purchase = Desk::eva_at(snapshot.clone());
        purchase.press("B");
        desks.extend([Desk::eva_at(snapshot), details, purchase]);
    }
    for mut desk in desks {
        desk.app.look.is_ascii = true;
        for (columns, rows) in SIZES {
            desk.update(Msg::Resize(columns, rows));
            let screen = text(&screen(&desk.app, columns, rows));
            assert!(screen.is_ascii(), "{screen}");
        }
    }
}

#[test]
fn nothing_is_called_sold_before_the_server_says_so() {
    let mut desk = Desk::outbid();
    desk.now.server_time = at("20:02:44.000").plus(Duration::from_hours(1));
    desk.update(Msg::Tick);
    for (columns, rows) in SIZES {
        let screen = text(&screen(&desk.app, columns, rows)).to_lowercase();
        assert!(!screen.contains("sold") && !screen.contains("lost"), "{screen}");
    }
}

#[test]
fn a_price_too_wide_for_large_digits_is_written_small() {
    let mut desk = Desk::new();
    let mut rich = snapshot();
    rich.product = product();
    rich.product.current_price = Some("9999999999.99".parse().unwrap());
    desk.feed(FeedEvent::Connected);
    desk.frame(ServerFrame::Snapshot(Box::new(rich)));
    for (columns, rows) in [(80, 24), (44, 9)] {
        let screen = text(&screen(&desk.app, columns, rows));
        assert!(screen.contains("USD 9,999,999,999.99"), "{screen}");
    }
}
