//! The auction, from before anything is known to its end, and the line that it comes over.

use std::time::Duration;

use crossterm::event::KeyCode;
use gobid_api::RequestId;
use gobid_api::client::{FeedEnd, FeedEvent};
use gobid_api::live::{EventKind, ServerFrame};
use gobid_api::problem::ErrorCode;
use gobid_api::products::YourStatus;

use super::Shoot;
use crate::app::{Identity, Msg};
use crate::samples::formats::anonymous;
use crate::samples::{Desk, at, eva, snapshot};

pub(super) fn before_anything_is_known(shoot: Shoot<'_>) {
    shoot("connecting", &mut Desk::new());
    let mut desk = Desk::new();
    desk.feed(FeedEvent::Disconnected {
        why: "connection refused".to_owned(),
        retry_in: Duration::from_millis(3_200),
    });
    shoot("unreachable", &mut desk);
    let mut desk = Desk::new();
    desk.feed(FeedEvent::Ended(FeedEnd::NotFound));
    shoot("no_such_auction", &mut desk);
}

pub(super) fn a_feed_that_has_ended(shoot: Shoot<'_>) {
    let refusal = "the server is closed for repairs".to_owned();
    for (name, end) in [
        ("forbidden", FeedEnd::Forbidden),
        ("login_needed", FeedEnd::LoginNeeded),
        ("refused_by_the_server", FeedEnd::Refused(refusal)),
    ] {
        let mut desk = Desk::new();
        desk.feed(FeedEvent::Ended(end));
        shoot(name, &mut desk);
    }
}

pub(super) fn an_auction_that_has_not_begun(shoot: Shoot<'_>) {
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
    shoot("not_started", &mut desk);
}

pub(super) fn an_auction_without_a_bid(shoot: Shoot<'_>) {
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
    shoot("no_bids", &mut desk);
}

pub(super) fn an_open_auction(shoot: Shoot<'_>) {
    shoot("watching", &mut Desk::watching());
    shoot("leading", &mut Desk::leading());
    shoot("outbid", &mut Desk::outbid());
    shoot("anonymous", &mut Desk::at(anonymous()));
    let mut seller = Desk::new();
    let mut own = snapshot();
    own.product.seller.user_id = eva().user_id;
    seller.update(Msg::Identified(Some(eva())));
    seller.feed(FeedEvent::Connected);
    seller.frame(ServerFrame::Snapshot(Box::new(own)));
    shoot("own_auction", &mut seller);
}

pub(super) fn an_amount_and_its_dialog(shoot: Shoot<'_>) {
    let mut desk = Desk::outbid();
    desk.press("1300");
    shoot("typed", &mut desk);
    desk.key(KeyCode::Enter);
    shoot("confirm", &mut desk);
    desk.rival_bids("1300.00", "1325.00");
    shoot("confirm_below_minimum", &mut desk);
    let mut desk = Desk::outbid();
    desk.press("1400");
    desk.key(KeyCode::Enter);
    desk.rival_bids("1300.00", "1325.00");
    shoot("confirm_locked", &mut desk);
    desk.pass(Duration::from_millis(600));
    desk.feed(FeedEvent::Disconnected {
        why: "reset by peer".to_owned(),
        retry_in: Duration::from_millis(500),
    });
    shoot("confirm_without_a_line", &mut desk);
}

pub(super) fn what_stands_in_the_way(shoot: Shoot<'_>) {
    let mut desk = Desk::outbid();
    desk.app.is_read_only = true;
    shoot("read_only", &mut desk);
    let mut desk = Desk::outbid();
    desk.app.identity = Identity::Asking;
    desk.press("1300");
    shoot("asking_who_looks", &mut desk);
    let mut desk = Desk::outbid();
    desk.press("0");
    desk.key(KeyCode::Enter);
    shoot("no_amount", &mut desk);
    let mut desk = Desk::outbid();
    desk.press("B");
    shoot("no_buy_now", &mut desk);
    let mut desk = Desk::outbid();
    desk.key(KeyCode::Enter);
    let mut change = desk.change();
    change.minimum_next_bid = None;
    desk.event(EventKind::Unknown, change);
    shoot("nothing_left", &mut desk);
    let mut desk = Desk::outbid();
    desk.press("1234567890");
    desk.key(KeyCode::Enter);
    shoot("confirm_large", &mut desk);
    let mut desk = Desk::outbid();
    desk.press("1300");
    desk.key(KeyCode::Enter);
    desk.end_moves("20:05:44.000");
    shoot("confirm_moved_end", &mut desk);
    let mut desk = Desk::outbid();
    for number in 0..16 {
        desk.press("1300");
        desk.key(KeyCode::Enter);
        desk.send(RequestId::from_u128(9_000 + number * 10));
    }
    desk.press("1300");
    desk.key(KeyCode::Enter);
    shoot("too_many_unsettled", &mut desk);
}

pub(super) fn a_bid_and_its_answer(shoot: Shoot<'_>) {
    let id = RequestId::from_u128(9_999);
    let bid = |desk: &mut Desk| {
        desk.key(KeyCode::Enter);
        desk.send(id);
    };
    let mut desk = Desk::outbid();
    bid(&mut desk);
    shoot("sent", &mut desk);
    desk.pass(Duration::from_millis(3_100));
    shoot("unknown", &mut desk);
    let mut desk = Desk::outbid();
    bid(&mut desk);
    desk.pass(Duration::from_millis(41));
    desk.accept(id, "1300.00", Some(true));
    desk.bid("eva", "1300.00", "1325.00");
    desk.you(YourStatus::Leading);
    shoot("accepted", &mut desk);
    let mut desk = Desk::outbid();
    bid(&mut desk);
    desk.refuse(id, ErrorCode::BidTooLow, true);
    shoot("refused", &mut desk);
}

pub(super) fn the_end(shoot: Shoot<'_>) {
    let mut desk = Desk::outbid();
    desk.pass(Duration::from_millis(28_640));
    shoot("last_seconds", &mut desk);
    desk.pass(Duration::from_millis(9_400));
    shoot("closing", &mut desk);
    shoot("lost", &mut Desk::outbid().closed("sold", Some("bob_7")));
    shoot("won", &mut Desk::leading().closed("sold", Some("eva")));
    let mut won = Desk::leading().closed("sold", Some("eva"));
    won.learn("eva", "ana@auctions.example");
    shoot("won_and_known", &mut won);
    shoot("sold", &mut Desk::watching().closed("sold", Some("eva")));
    shoot("unsold", &mut Desk::watching().closed("unsold", None));
    let mut over = Desk::leading().closed("sold", Some("eva"));
    over.feed(FeedEvent::Ended(FeedEnd::Over));
    shoot("over", &mut over);
}

pub(super) fn a_line_that_is_not_live(shoot: Shoot<'_>) {
    let mut desk = Desk::outbid();
    desk.pass(Duration::from_secs(6));
    desk.feed(FeedEvent::Slow { silent_for: Duration::from_secs(6) });
    shoot("slow", &mut desk);
    let lost = |why: &str| FeedEvent::Disconnected {
        why: why.to_owned(),
        retry_in: Duration::from_millis(2_300),
    };
    desk.feed(lost("reset by peer"));
    shoot("reconnecting", &mut desk);
    desk.feed(FeedEvent::Connecting { attempt: 2 });
    shoot("reconnecting_now", &mut desk);
    desk.feed(FeedEvent::Connected);
    shoot("catching_up", &mut desk);
    desk.feed(lost("the server is restarting"));
    shoot("server_restarting", &mut desk);
    let mut desk = Desk::outbid();
    desk.feed(FeedEvent::SignedOut);
    shoot("signed_out", &mut desk);
}

pub(super) fn what_lies_above(shoot: Shoot<'_>) {
    let mut desk = Desk::watching();
    desk.press("L");
    shoot("log_in_empty", &mut desk);
    desk.update(Msg::Paste("eva@auctions.example".to_owned()));
    desk.key(KeyCode::Tab);
    desk.press("secret");
    shoot("log_in", &mut desk);
    desk.update(Msg::LoginRefused(vec!["the e-mail or the password is wrong".to_owned()]));
    shoot("log_in_refused", &mut desk);
    desk.ctrl('n');
    shoot("sign_up", &mut desk);
    let mut desk = Desk::outbid();
    desk.press("?");
    shoot("help", &mut desk);
    let mut desk = Desk::outbid();
    desk.press("e");
    shoot("events", &mut desk);
}
