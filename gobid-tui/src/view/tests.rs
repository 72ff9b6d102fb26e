//! What the main states look like.

mod browsing;
mod hostile;
mod looks;
mod room;
mod rulebook;

use std::time::Duration;

use crossterm::event::KeyCode;
use gobid_api::RequestId;
use gobid_api::client::{FeedEnd, FeedEvent};
use gobid_api::live::ServerFrame;
use gobid_api::problem::ErrorCode;
use gobid_api::products::YourStatus;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};

use crate::app::{App, Msg};
use crate::samples::formats::{anonymous, buy_now, dutch, sealed, soft_close};
use crate::samples::{Desk, at, eva, product, snapshot};

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

/// A snapshot of a state in every layout.
fn assert_looks(name: &str, desk: &mut Desk) {
    let mut all = String::new();
    for (columns, rows) in SIZES {
        desk.update(Msg::Resize(columns, rows));
        all.extend(["--- ".to_owned(), format!("{columns}x{rows}\n")]);
        all.push_str(&text(&screen(&desk.app, columns, rows)));
    }
    insta::assert_snapshot!(name, all);
}

#[test]
fn before_anything_is_known() {
    assert_looks("connecting", &mut Desk::new());
    let mut desk = Desk::new();
    desk.feed(FeedEvent::Disconnected {
        why: "connection refused".to_owned(),
        retry_in: Duration::from_millis(3_200),
    });
    assert_looks("unreachable", &mut desk);
    let mut desk = Desk::new();
    desk.feed(FeedEvent::Ended(FeedEnd::NotFound));
    assert_looks("no_such_auction", &mut desk);
}

#[test]
fn an_auction_that_has_not_begun() {
    let mut desk = Desk::new();
    let mut first = snapshot();
    first.bids.clear();
    first.product.status = "scheduled".to_owned();
    first.product.current_price = None;
    first.product.minimum_next_bid = Some("900.00".parse().unwrap());
    first.product.leader = None;
    first.product.bid_count = Some(0);
    first.product.auction_start = at("22:43:10.000");
    first.product.auction_end = "2030-02-03T20:00:00Z".parse().unwrap();
    first.product.original_end = first.product.auction_end;
    desk.feed(FeedEvent::Connected);
    desk.frame(ServerFrame::Snapshot(Box::new(first)));
    assert_looks("not_started", &mut desk);
}

#[test]
fn an_auction_without_a_bid() {
    let mut desk = Desk::new();
    let mut first = snapshot();
    first.bids.clear();
    first.product.current_price = None;
    first.product.minimum_next_bid = Some("900.00".parse().unwrap());
    first.product.leader = None;
    first.product.bid_count = Some(0);
    first.product.bidder_count = Some(0);
    first.product.auction_end = "2030-02-03T20:00:00Z".parse().unwrap();
    first.product.original_end = first.product.auction_end;
    first.product.soft_close_seconds = 120;
    desk.feed(FeedEvent::Connected);
    desk.frame(ServerFrame::Snapshot(Box::new(first)));
    assert_looks("no_bids", &mut desk);
}

#[test]
fn an_open_auction() {
    assert_looks("watching", &mut Desk::watching());
    assert_looks("leading", &mut Desk::leading());
    assert_looks("outbid", &mut Desk::outbid());
    assert_looks("anonymous", &mut Desk::at(anonymous()));
    let mut seller = Desk::new();
    let mut own = snapshot();
    own.product.seller.user_id = eva().user_id;
    seller.update(Msg::Identified(Some(eva())));
    seller.feed(FeedEvent::Connected);
    seller.frame(ServerFrame::Snapshot(Box::new(own)));
    assert_looks("own_auction", &mut seller);
}

#[test]
fn an_amount_and_its_dialog() {
    let mut desk = Desk::outbid();
    desk.press("1300");
    assert_looks("typed", &mut desk);
    desk.key(KeyCode::Enter);
    assert_looks("confirm", &mut desk);
    desk.rival_bids("1300.00", "1325.00");
    assert_looks("confirm_below_minimum", &mut desk);
    let mut desk = Desk::outbid();
    desk.press("1400");
    desk.key(KeyCode::Enter);
    desk.rival_bids("1300.00", "1325.00");
    assert_looks("confirm_locked", &mut desk);
    desk.pass(Duration::from_millis(600));
    desk.feed(FeedEvent::Disconnected {
        why: "reset by peer".to_owned(),
        retry_in: Duration::from_millis(500),
    });
    assert_looks("confirm_without_a_line", &mut desk);
}

#[test]
fn a_bid_and_its_answer() {
    let id = RequestId::from_u128(9_999);
    let bid = |desk: &mut Desk| {
        desk.key(KeyCode::Enter);
        desk.send(id);
    };
    let mut desk = Desk::outbid();
    bid(&mut desk);
    assert_looks("sent", &mut desk);
    desk.pass(Duration::from_millis(3_100));
    assert_looks("unknown", &mut desk);
    let mut desk = Desk::outbid();
    bid(&mut desk);
    desk.pass(Duration::from_millis(41));
    desk.accept(id, "1300.00", Some(true));
    desk.bid("eva", "1300.00", "1325.00");
    desk.you(YourStatus::Leading);
    assert_looks("accepted", &mut desk);
    let mut desk = Desk::outbid();
    bid(&mut desk);
    desk.refuse(id, ErrorCode::BidTooLow, true);
    assert_looks("refused", &mut desk);
}

#[test]
fn the_end() {
    let mut desk = Desk::outbid();
    desk.pass(Duration::from_millis(28_640));
    assert_looks("last_seconds", &mut desk);
    desk.pass(Duration::from_millis(9_400));
    assert_looks("closing", &mut desk);
    assert_looks("lost", &mut Desk::outbid().closed("sold", Some("bob_7")));
    assert_looks("won", &mut Desk::leading().closed("sold", Some("eva")));
    let mut won = Desk::leading().closed("sold", Some("eva"));
    won.learn("eva", "ana@auctions.example");
    assert_looks("won_and_known", &mut won);
    assert_looks("sold", &mut Desk::watching().closed("sold", Some("eva")));
    assert_looks("unsold", &mut Desk::watching().closed("unsold", None));
    let mut over = Desk::leading().closed("sold", Some("eva"));
    over.feed(FeedEvent::Ended(FeedEnd::Over));
    assert_looks("over", &mut over);
}

#[test]
fn a_line_that_is_not_live() {
    let mut desk = Desk::outbid();
    desk.pass(Duration::from_secs(6));
    desk.feed(FeedEvent::Slow { silent_for: Duration::from_secs(6) });
    assert_looks("slow", &mut desk);
    let lost = |why: &str| FeedEvent::Disconnected {
        why: why.to_owned(),
        retry_in: Duration::from_millis(2_300),
    };
    desk.feed(lost("reset by peer"));
    assert_looks("reconnecting", &mut desk);
    desk.feed(FeedEvent::Connected);
    assert_looks("catching_up", &mut desk);
    desk.feed(lost("the server is restarting"));
    assert_looks("server_restarting", &mut desk);
    let mut desk = Desk::outbid();
    desk.feed(FeedEvent::SignedOut);
    assert_looks("signed_out", &mut desk);
}

#[test]
fn what_lies_above() {
    let mut desk = Desk::watching();
    desk.press("L");
    desk.update(Msg::Paste("eva@auctions.example".to_owned()));
    desk.key(KeyCode::Tab);
    desk.press("secret");
    assert_looks("log_in", &mut desk);
    desk.update(Msg::LoginRefused(vec!["the e-mail or the password is wrong".to_owned()]));
    assert_looks("log_in_refused", &mut desk);
    desk.ctrl('n');
    assert_looks("sign_up", &mut desk);
    let mut desk = Desk::outbid();
    desk.press("?");
    assert_looks("help", &mut desk);
    let mut desk = Desk::outbid();
    desk.press("e");
    assert_looks("events", &mut desk);
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
