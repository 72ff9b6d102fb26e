//! Texts of strangers that would like to leave their place.

use gobid_api::bids::BidRow;
use gobid_api::client::FeedEvent;
use gobid_api::live::{EventKind, ServerFrame};
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr as _;

use super::screen;
use crate::app::Msg;
use crate::samples::formats::{buy_now, dutch, sealed, soft_close};
use crate::samples::{Desk, eva, snapshot};

/// What a stranger may call himself or his product.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        Just("日本語の長い名前".repeat(20)),
        Just("x".repeat(300)),
        Just("\u{1b}[2J\u{1b}]0;gone\u{7}\u{9b}31m".to_owned()),
        Just("\u{202e}desrever\u{2066}\u{200f}".to_owned()),
        Just("e\u{301}\u{302}\u{303}\u{304}".repeat(80)),
        Just("👩‍🚀👨‍👩‍👧‍👦🏳️‍🌈".repeat(10)),
        Just("\u{200b}\u{200d}\u{ad}\u{feff}".to_owned()),
        Just("ไทย العربية עברית".to_owned()),
        Just(String::new()),
    ]
}

/// The keys that open every thing there is to open.
const KEYS: [&str; 24] = [
    "", "1300", "1300\n", "?", "e", "L", "1300e", "i", "iG", "m1300\n", "B", ":", ":ex", "Q", "c",
    "cc", "[[[", "z", "ze", "?/a", "\u{1b}", "\u{1b}4", "\u{1b}/x", "\u{1b}p",
];

/// An auction, and lists, that are full of these texts.
fn desk(
    texts: &[String],
    amount: i64,
    kind: usize,
    has_two: bool,
    (columns, rows): (u16, u16),
) -> Desk {
    let mut desk = Desk::new();
    desk.update(Msg::Resize(columns, rows));
    desk.update(Msg::Identified(Some(eva())));
    desk.feed(FeedEvent::Connected);
    let mut first = match kind {
        0 => dutch(),
        1 => sealed(),
        2 => buy_now(),
        3 => soft_close(),
        _ => snapshot(),
    };
    first.product.product_name.clone_from(&texts[0]);
    first.product.seller.user_name.clone_from(&texts[1]);
    first.product.description = texts.join(" ");
    first.product.leader = Some(texts[2].clone());
    first.product.current_price = format!("{}.{:02}", amount / 100, amount % 100).parse().ok();
    for BidRow { bidder, .. } in &mut first.bids {
        bidder.clone_from(&texts[2]);
    }
    desk.frame(ServerFrame::Snapshot(Box::new(first)));
    if has_two {
        desk.watch(gobid_api::ProductId::from_u128(2));
        desk.feed(FeedEvent::Connected);
        let mut second = snapshot();
        second.product.product_name.clone_from(&texts[3]);
        desk.frame(ServerFrame::Snapshot(Box::new(second)));
    }
    let mut view = crate::samples::product();
    view.product_name.clone_from(&texts[0]);
    view.description.clone_from(&texts[1]);
    let row = crate::app::Row::read(&view, None).unwrap();
    for effect in desk.app.go_to_list() {
        let crate::app::Effect::List(asked) = effect else { continue };
        desk.update(Msg::Listed(asked, Ok(vec![row.clone(); 3]), vec![None]));
    }
    desk.key(crossterm::event::KeyCode::Esc);
    desk
}

/// A replay that is full of them, as far as it goes.
fn replay(texts: &[String], (columns, rows): (u16, u16)) -> Desk {
    let mut recording = crate::app::tests::replaying::recording();
    recording.product.product_name.clone_from(&texts[0]);
    recording.product.seller.user_name.clone_from(&texts[1]);
    recording.product.description = texts.join(" ");
    for (event, text) in recording.events.iter_mut().zip(texts.iter().cycle()) {
        match &mut event.kind {
            EventKind::BidPlaced { bids, leader, .. } => {
                bids[0].bidder.clone_from(text);
                *leader = Some(text.clone());
            }
            EventKind::BidsVoided { reason, .. } => reason.clone_from(text),
            EventKind::AuctionClosed { winner, .. } => *winner = Some(text.clone()),
            _ => {}
        }
    }
    let mut desk = Desk::replaying(recording);
    desk.update(Msg::Resize(columns, rows));
    desk.press("G");
    desk
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_size_is_drawn_and_every_cell_keeps_its_place(
        (columns, rows) in (1_u16..=200, 1_u16..=60),
        texts in proptest::collection::vec(hostile(), 4),
        keys in proptest::sample::select(&KEYS[..]),
        amount in 1_i64..999_999_999_999,
        is_ascii in any::<bool>(),
        has_two in any::<bool>(),
        kind in 0..6_usize,
    ) {
        let mut desk = match kind {
            5 => replay(&texts, (columns, rows)),
            _ => desk(&texts, amount, kind, has_two, (columns, rows)),
        };
        desk.app.look.is_ascii = is_ascii;
        if !keys.starts_with('\u{1b}') {
            desk.update(Msg::Trouble(texts[3].clone()));
        }
        for key in keys.chars() {
            desk.key(match key {
                '\n' => crossterm::event::KeyCode::Enter,
                '\u{1b}' => crossterm::event::KeyCode::Esc,
                key => crossterm::event::KeyCode::Char(key),
            });
        }
        let screen = screen(&desk.app, columns, rows);
        for row in super::rows(&screen) {
            let mut taken = 0;
            for cell in row {
                prop_assert!(!cell.symbol().chars().any(char::is_control), "{:?}", cell.symbol());
                taken += usize::from(taken == 0) * cell.symbol().width();
                taken = taken.saturating_sub(1);
            }
            prop_assert_eq!(taken, 0, "a wide character hangs over the edge");
        }
    }
}
