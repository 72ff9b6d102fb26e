//! Judging a bid: no clock, no I/O, so that these figures are of the rules alone.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on fails")]

use std::time::Duration;

use divan::{Bencher, black_box};
use gobid_auction::{
    Action, Amount, Auction, Bid, Command, EntryIds, Format, Increment, Offer, Terms, Timestamp,
    UserId,
};
use uuid::Uuid;

const START: Timestamp = Timestamp::from_micros(1_000_000_000);
const NOW: Timestamp = Timestamp::from_micros(2_000_000_000);
const END: Timestamp = Timestamp::from_micros(9_000_000_000);
const IDS: EntryIds =
    EntryIds { opening: Uuid::from_u128(1), own: Uuid::from_u128(2), second: Uuid::from_u128(3) };
const LEADER: UserId = Uuid::from_u128(0xA);
const RIVAL: UserId = Uuid::from_u128(0xB);

fn main() {
    divan::main();
}

/// A firm bid above another one.
#[divan::bench]
fn firm(bencher: Bencher) {
    judge(bencher, Offer::Firm("100".parse().unwrap()), Offer::Firm("110".parse().unwrap()), true);
}

/// A maximum below the leader's, which the house answers.
#[divan::bench]
fn maximum_against_maximum(bencher: Bencher) {
    let (leads, beaten) = ("500".parse().unwrap(), "300".parse().unwrap());
    judge(bencher, Offer::Maximum(leads), Offer::Maximum(beaten), true);
}

/// A bid that is too low.
#[divan::bench]
fn refused(bencher: Bencher) {
    judge(bencher, Offer::Firm("100".parse().unwrap()), Offer::Firm("101".parse().unwrap()), false);
}

/// Judges an offer while another one leads.
fn judge(bencher: Bencher, leads: Offer, offer: Offer, is_accepted: bool) {
    let mut auction = open();
    for event in auction.judge(&command(LEADER, leads), NOW, NOW).unwrap() {
        auction.apply(&event);
    }
    let command = command(RIVAL, offer);
    assert_eq!(auction.judge(&command, NOW, NOW).is_ok(), is_accepted);
    bencher.bench_local(|| black_box(&auction).judge(black_box(&command), NOW, NOW));
}

fn open() -> Auction {
    let terms = Terms {
        product_id: Uuid::from_u128(7),
        seller_id: Uuid::from_u128(8),
        format: Format::English,
        currency: "USD".parse().unwrap(),
        baseprice: Amount::new(10_000).unwrap(),
        increment: Increment::DEFAULT,
        buy_now_price: None,
        soft_close: Duration::ZERO,
        hard_end: None,
        dutch: None,
        auction_start: START,
        starts_later: true,
    };
    let mut auction = Auction::new(terms, None, END, START);
    let opening = Command { ids: IDS, action: Action::Open };
    for event in auction.judge(&opening, START, START).unwrap() {
        auction.apply(&event);
    }
    auction
}

fn command(bidder: UserId, offer: Offer) -> Command {
    let (number, sealed, expected_price, not_after, cap) = (None, None, None, None, None);
    let bid = Bid { bidder, number, sealed, offer, expected_price, not_after, cap };
    Command { ids: IDS, action: Action::Bid(bid) }
}
