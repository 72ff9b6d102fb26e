//! The lists, several auctions, the line of commands, a replay, and what lies above.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use gobid_api::ProductId;
use gobid_api::client::FeedEvent;
use gobid_api::live::ServerFrame;
use gobid_api::products::YourStatus;

use super::{Shoot, screen, text};
use crate::app::tests::replaying::recording;
use crate::app::{Effect, Msg, Place, Row, Tab};
use crate::samples::formats::{dutch, sealed, soft_close};
use crate::samples::{Desk, at, eva, product, snapshot};
use crate::theme::Theme;

const OTHER: ProductId = ProductId::from_u128(0x0190_b0a0_0000_7000_8000_0000_0000_0002);

/// The lists, with five auctions of which eva has bid in two.
fn lists() -> Desk {
    let mut desk = Desk::lists();
    let mut effects = desk.first_effects.clone();
    effects.extend(desk.update(Msg::Identified(Some(eva()))));
    for effect in effects {
        let Effect::List(asked) = effect else { continue };
        let (rows, cursor) = match asked.tab {
            Tab::Live => (rows(), Some("next".to_owned())),
            Tab::EndingSoon | Tab::MyBids => (rows().into_iter().take(2).collect(), None),
            Tab::Watchlist => (rows().into_iter().skip(2).take(1).collect(), None),
            _ => (Vec::new(), None),
        };
        desk.update(Msg::Listed(asked, Ok(rows), vec![cursor]));
    }
    desk.pass(Duration::from_secs(3));
    desk
}

fn rows() -> Vec<Row> {
    let table = [
        ("Leica M3 double-stroke, 1955", "1275.00", 17, "20:02:44.000", Some(YourStatus::Outbid)),
        ("Thinkpad X220, 16 GB", "145.00", 9, "20:04:16.000", Some(YourStatus::Leading)),
        ("Vintage synth Juno-60", "1020.00", 31, "20:13:51.000", None),
        ("Box of 200 LPs, unsorted", "60.00", 4, "21:06:15.000", None),
        ("Ikea Lack table", "5.00", 0, "23:02:06.000", None),
    ];
    let rows = (1..).zip(table).map(|(number, (name, price, bids, end, you))| {
        let mut view = product();
        view.product_id = ProductId::from_u128(number);
        view.product_name = name.to_owned();
        view.current_price = price.parse().ok();
        view.bid_count = Some(bids);
        view.auction_end = at(end);
        Row::read(&view, you).unwrap()
    });
    rows.collect()
}

/// Eva is outbid in the camera's auction, and leads in a second one.
fn two() -> Desk {
    let mut desk = Desk::outbid();
    desk.watch(OTHER);
    desk.feed(FeedEvent::Connected);
    let mut second = soft_close();
    second.product.product_id = OTHER;
    second.product.product_name = "Thinkpad X220, 16 GB".to_owned();
    desk.frame(ServerFrame::Snapshot(Box::new(second)));
    desk.you(YourStatus::Leading);
    desk.press("<");
    desk
}

pub(super) fn the_lists(shoot: Shoot<'_>) {
    shoot("lists", &mut lists());
    for (key, name) in [
        ("2", "lists_ending_soon"),
        ("3", "lists_upcoming"),
        ("5", "lists_watchlist"),
        ("6", "lists_mine"),
        ("7", "lists_ended"),
    ] {
        let mut desk = lists();
        desk.press(key);
        shoot(name, &mut desk);
    }
    let mut desk = lists();
    desk.press("jjp");
    shoot("lists_without_preview", &mut desk);
    desk.press("/lei");
    shoot("lists_filtered", &mut desk);
    let mut empty = Desk::lists();
    shoot("lists_reading", &mut empty);
    empty.press("4");
    shoot("lists_of_nobody", &mut empty);
    let mut failed = Desk::lists();
    for effect in failed.first_effects.clone() {
        let Effect::List(asked) = effect else { continue };
        let why = "cannot reach http://127.0.0.1:3080: connection refused".to_owned();
        failed.update(Msg::Listed(asked, Err(why), Vec::new()));
    }
    shoot("lists_unreachable", &mut failed);
}

pub(super) fn several_auctions(shoot: Shoot<'_>) {
    let mut desk = two();
    shoot("two_auctions", &mut desk);
    desk.of(OTHER, |desk| desk.rival_bids_effects("1275.00", "1300.00"));
    shoot("outbid_beside", &mut desk);
    desk.press("1300");
    desk.key(KeyCode::Enter);
    desk.press(">");
    shoot("a_dialog_waits_beside", &mut desk);
}

pub(super) fn commands_and_codes(shoot: Shoot<'_>) {
    let mut desk = Desk::outbid();
    desk.press(":");
    shoot("commands", &mut desk);
    desk.press("ex");
    shoot("commands_narrowed", &mut desk);
    desk.key(KeyCode::Esc);
    desk.press("Q");
    shoot("qr", &mut desk);
    desk.press("Q?/hid");
    shoot("help_searched", &mut desk);
}

pub(super) fn charts_and_zooms(shoot: Shoot<'_>) {
    let mut desk = Desk::outbid();
    desk.press("c");
    shoot("chart_bars", &mut desk);
    desk.press("c");
    shoot("chart_table", &mut desk);
    desk.press("c[[");
    shoot("chart_zoomed", &mut desk);
    desk.press("zf");
    desk.rival_bids("1300.00", "1325.00");
    shoot("zoomed_and_frozen", &mut desk);
    let mut desk = Desk::outbid();
    desk.key(KeyCode::Tab);
    desk.key(KeyCode::Tab);
    desk.press("z");
    shoot("chart_alone", &mut desk);
}

pub(super) fn a_replay(shoot: Shoot<'_>) {
    let mut desk = Desk::replaying(recording());
    shoot("replay_begin", &mut desk);
    desk.press("++...");
    shoot("replay_stopped", &mut desk);
    desk.press("G");
    shoot("replay_end", &mut desk);
}

#[test]
fn every_theme_says_the_same() {
    let mut desks = vec![lists(), two(), Desk::outbid(), Desk::replaying(recording())];
    for desk in &mut desks {
        for (columns, rows) in [(120, 34), (80, 24), (44, 9), (30, 1)] {
            desk.update(Msg::Resize(columns, rows));
            let plain = text(&screen(&desk.app, columns, rows));
            for (name, theme) in crate::theme::all(true) {
                desk.app.look.theme = theme;
                let themed = screen(&desk.app, columns, rows);
                assert_eq!(text(&themed), plain, "{name}");
                if let Some(color) = theme.base.bg {
                    let has_base = |cell: &ratatui::buffer::Cell| cell.bg == color;
                    let based = themed.content.iter().filter(|cell| has_base(cell)).count();
                    assert!(based * 10 > themed.content.len() * 9, "{name}");
                }
            }
            desk.app.look.theme = Theme::TERMINAL;
        }
    }
}

#[test]
fn the_mouse_finds_what_is_drawn() {
    let click = |desk: &mut Desk, column, row| {
        let kind = MouseEventKind::Down(MouseButton::Left);
        let event = MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE };
        desk.update(Msg::Mouse(event))
    };
    let find = |desk: &Desk, what: &str| {
        let screen = text(&screen(&desk.app, 80, 24));
        let row = screen.lines().position(|line| line.contains(what)).unwrap();
        let line = screen.lines().nth(row).unwrap();
        let column = line[..line.find(what).unwrap()].chars().count();
        (u16::try_from(column).unwrap(), u16::try_from(row).unwrap())
    };
    let mut desk = lists();
    let (column, row) = find(&desk, "Juno-60");
    assert!(!click(&mut desk, column, row).iter().any(|it| matches!(it, Effect::Follow(_))));
    assert_eq!(desk.app.browse.chosen().unwrap().product.name, "Vintage synth Juno-60");
    let opened = click(&mut desk, column, row);
    assert_eq!(opened, [Effect::Follow(ProductId::from_u128(3))], "a second click watches it");
    let mut desk = lists();
    let (column, row) = find(&desk, "5 ");
    click(&mut desk, column, row);
    assert_eq!(desk.app.browse.tab, Tab::Watchlist);

    let mut desk = two();
    let (column, row) = find(&desk, "Thinkpad");
    click(&mut desk, column, row);
    assert_eq!(desk.app.watch.product_id, OTHER);
    let (column, row) = find(&desk, "bidder");
    let wheel = |desk: &mut Desk, kind| {
        desk.update(Msg::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
    };
    wheel(&mut desk, MouseEventKind::ScrollDown);
    assert_eq!(desk.app.watch.scroll.bids, 3);
    wheel(&mut desk, MouseEventKind::ScrollUp);
    assert_eq!(desk.app.watch.scroll.bids, 0);
    desk.key(KeyCode::Enter);
    for row in 0..24 {
        for column in 0..80 {
            let done = click(&mut desk, column, row);
            assert!(
                !done.iter().any(|effect| matches!(effect, Effect::Send(..))),
                "nothing is bid"
            );
        }
    }
    assert_eq!(desk.app.place, Place::Auction);
}

#[test]
fn other_formats_stand_in_the_lists() {
    let mut desk = Desk::lists();
    for effect in desk.first_effects.clone() {
        let Effect::List(asked) = effect else { continue };
        let views = [dutch().product, sealed().product, snapshot().product];
        let rows = (1..).zip(views).map(|(number, mut view)| {
            view.product_id = ProductId::from_u128(number);
            Row::read(&view, None).unwrap()
        });
        desk.update(Msg::Listed(asked, Ok(rows.collect()), vec![None]));
    }
    let before = text(&screen(&desk.app, 80, 24));
    assert!(before.contains("$85.00") && before.contains("sealed"), "{before}");
    desk.pass(Duration::from_secs(4));
    let after = text(&screen(&desk.app, 80, 24));
    assert!(after.contains("$80.00"), "a falling price falls in the list: {after}");
}

#[test]
fn ascii_alone_everywhere() {
    fn after(mut desk: Desk, keys: &str) -> Desk {
        desk.press(keys);
        desk
    }
    let desks: [fn() -> Desk; 7] = [
        lists,
        two,
        || after(lists(), "/lei"),
        || after(Desk::outbid(), ":"),
        || after(Desk::outbid(), "Q"),
        || after(Desk::outbid(), "c"),
        || Desk::replaying(recording()),
    ];
    for desk in desks {
        let mut desk = desk();
        desk.app.look.is_ascii = true;
        for (columns, rows) in super::SIZES {
            desk.update(Msg::Resize(columns, rows));
            let screen = text(&screen(&desk.app, columns, rows));
            assert!(screen.is_ascii(), "{screen}");
        }
    }
}
