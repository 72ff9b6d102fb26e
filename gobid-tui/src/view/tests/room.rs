//! What has to fit, and what has no place, whatever the room.

use gobid_api::live::Snapshot;

use super::{screen, text};
use crate::app::Msg;
use crate::samples::formats::{anonymous, buy_now, dutch, sealed};
use crate::samples::{Desk, at, eva, snapshot};

/// What is on the screen of this size.
fn seen(desk: &mut Desk, columns: u16, rows: u16) -> String {
    desk.update(Msg::Resize(columns, rows));
    text(&screen(&desk.app, columns, rows))
}

#[test]
fn anonymous_bidders_are_told_apart() {
    let mut desk = Desk::at(anonymous());
    let narrow = seen(&mut desk, 80, 24);
    for row in ["$1,250.00   #12     ▲ leads", "$1,225.00   #11  ", "$1,000.00   #1  "] {
        assert!(narrow.contains(row), "{row:?} in {narrow}");
    }
    let wide = seen(&mut desk, 120, 34);
    assert!(wide.contains("Bidder 12") && wide.contains("Bidder 115"), "{wide}");
    let mut rich = anonymous();
    for bid in &mut rich.bids {
        bid.amount = "9999999999.99".parse().unwrap();
    }
    let narrow = seen(&mut Desk::at(rich), 80, 24);
    assert!(narrow.contains("99.99 #115") || narrow.contains("99.99 #12"), "{narrow}");
}

#[test]
fn one_line_keeps_price_state_and_countdown() {
    let standing = "$1,275 OUTBID 0:38";
    let mut desk = Desk::outbid();
    desk.update(Msg::Trouble("the disk is full".to_owned()));
    assert_eq!(seen(&mut desk, 30, 1).trim_end(), standing);
    assert_eq!(seen(&mut desk, 38, 1).trim_end(), format!("{standing} the disk is full"));
    let both = seen(&mut desk, 24, 3);
    assert_eq!(both.trim_end(), format!("{standing}\n the disk is full"));
    desk.press("1300");
    assert_eq!(seen(&mut desk, 30, 1).trim_end(), format!("{standing} $ 1,300▏"));
    assert_eq!(seen(&mut desk, 24, 1).trim_end(), " $ 1,300▏  min 1,300.0…");
    desk.key(crossterm::event::KeyCode::Enter);
    desk.press("y");
    assert_eq!(seen(&mut desk, 30, 1).trim_end(), format!("{standing} … sent"));
    desk.pass(std::time::Duration::from_millis(3_100));
    assert_eq!(seen(&mut desk, 30, 1).trim_end(), "$1,275 OUTBID 0:34 ? UNKNOWN");
}

#[test]
fn a_small_terminal_says_what_enter_does() {
    let mut placed = Desk::eva_at(sealed());
    placed.you_offer(None, Some("1400.00"), None);
    let desks = vec![
        (Desk::eva_at(sealed()), "SEALED AUCTION · Enter: bid $900.00"),
        (placed, "SEALED BID PLACED · Enter: raise it"),
        (Desk::eva_at(dutch()), "DUTCH AUCTION · Enter: accept $85.00"),
        (Desk::at(dutch()), "DUTCH AUCTION · Enter: log in"),
    ];
    for (mut desk, banner) in desks {
        let small = seen(&mut desk, 40, 8);
        let line = small.lines().nth(1).unwrap_or_default().replace("  ·  ", " · ");
        assert_eq!(line.trim(), banner);
    }
}

#[test]
fn keys_that_lead_to_nothing_are_not_offered() {
    let mut own = buy_now();
    own.product.seller.user_id = eva().user_id;
    let mut later: Snapshot = snapshot();
    later.product.status = "scheduled".to_owned();
    later.product.auction_start = at("20:02:30.000");
    let mut reading = Desk::outbid();
    reading.app.is_read_only = true;
    let desks = [
        (Desk::eva_at(own), "Your own auction: sellers do not bid."),
        (Desk::eva_at(later), "Bidding opens 20:02:30 UTC."),
        (reading, "Read-only: nothing is bid in this run."),
    ];
    for (mut desk, why) in desks {
        desk.press("1");
        for (columns, rows) in [(80, 24), (120, 34)] {
            let screen = seen(&mut desk, columns, rows);
            assert!(screen.contains(why), "{screen}");
            for key in ["Enter", "+ -", "m max", "0-9", "B buy"] {
                assert!(!screen.contains(key), "{key} in {screen}");
            }
        }
    }
}

#[test]
fn large_prices_are_whole_on_the_scale() {
    for (lowest, highest) in [("9999999.99", "9999999.99"), ("9999990.00", "9999999.00")] {
        let mut rich = snapshot();
        rich.bids.truncate(2);
        for (bid, amount) in rich.bids.iter_mut().zip([highest, lowest]) {
            bid.amount = amount.parse().unwrap();
        }
        rich.product.current_price = highest.parse().ok();
        let screen = seen(&mut Desk::at(rich), 80, 24);
        let labels = screen.lines().filter_map(|row| row.strip_prefix('│')?.split_once('│'));
        let labels: Vec<_> = labels.map(|(label, _)| label.trim()).collect();
        assert!(labels.iter().any(|label| label.starts_with("$9.99") && label.ends_with('M')));
        let is_cut = |label: &&str| label.starts_with("$9,999");
        assert!(!labels.iter().any(is_cut), "{screen}");
    }
}

#[test]
fn a_purchase_is_a_dot_in_the_chart_at_once() {
    let mut desk = Desk::eva_at(buy_now());
    desk.sold_at_once("eva", "1600.00");
    let screen = seen(&mut desk, 80, 24);
    assert_eq!(screen.matches('•').count(), 2, "one in the title: {screen}");
}

#[test]
fn a_reason_that_is_a_sentence_keeps_its_full_stop() {
    let mut desk = Desk::leading().closed("sold", Some("eva"));
    desk.annul("He did not pay.");
    let screen = seen(&mut desk, 80, 24);
    assert!(screen.contains("annulled: He did not pay. "), "{screen}");
}

#[test]
fn the_banner_offers_no_other_amount_than_the_one_that_is_typed() {
    let mut desk = Desk::outbid();
    assert!(seen(&mut desk, 120, 34).contains("Enter: bid $1,300.00"));
    for keys in ["1400", "m"] {
        desk.press(keys);
        let screen = seen(&mut desk, 120, 34);
        assert!(screen.contains("Enter: review") && !screen.contains("Enter: bid"), "{screen}");
    }
    desk.key(crossterm::event::KeyCode::Enter);
    let screen = seen(&mut desk, 120, 34);
    assert!(desk.app.watch.dialog.is_some() && !screen.contains("Enter: "), "{screen}");
    let mut nobody = Desk::watching();
    nobody.app.watch.wants_maximum = true;
    let screen = seen(&mut nobody, 120, 34);
    assert!(screen.contains("Enter: log in") && !screen.contains("log in to bid"), "{screen}");
}

#[test]
fn the_last_hint_is_whole_whatever_the_words_before_it() {
    let mut desk = Desk::eva_at(dutch());
    for columns in 80..=120 {
        let screen = seen(&mut desk, columns, 30);
        let hints = screen.lines().last().unwrap_or_default();
        assert!(hints.contains(" q quit"), "{columns}: {hints}");
    }
}

#[test]
fn a_name_is_not_cut_where_its_sentence_has_room() {
    let mut first = buy_now();
    first.product.product_name = "Leica M3 double-stroke".to_owned();
    let mut desk = Desk::eva_at(first);
    desk.press("B");
    let screen = seen(&mut desk, 80, 24);
    assert!(screen.contains("You buy Leica M3 double-stroke for USD 1,600.00."), "{screen}");
    let small = seen(&mut desk, 44, 9);
    assert!(small.contains("You buy Leica M3 double-s… for USD 1,600.00."), "{small}");
}
