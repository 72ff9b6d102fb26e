//! Sealed auctions (RULES.md §5).

use crate::support::{
    A, ADMIN, B, C, D, END, SETTLED, SOON, START, Sale, amount, at, cancel, closed, firm, reason,
    terms, too_low, usd, void, void_bidder,
};
use gobid_auction::{
    Change, Closing, Format, Offered, Outcome, Rejection, SealedBid, Standing, Status, Unsold,
    UserId,
};

const SEALED: [Format; 2] = [Format::SealedFirstPrice, Format::SealedSecondPrice];

/// Who offered what, in this order.
type Amounts = &'static [(UserId, &'static str)];

fn sold(winner: UserId, hammer_price: &str) -> Outcome {
    Outcome::Sold { winner, hammer_price: usd(hammer_price) }
}

#[test]
fn who_wins_and_at_which_price() {
    let (no_bids, not_met) =
        (Outcome::Unsold(Unsold::NoBids), Outcome::Unsold(Unsold::ReserveNotMet));
    // Amounts in the order in which they came, the reserve, first price, second price.
    let table: [(Amounts, &str, Outcome, Outcome); 14] = [
        (&[], "", no_bids, no_bids),
        (&[], "150", no_bids, no_bids),
        (&[(A, "200"), (B, "300"), (C, "250")], "", sold(B, "300"), sold(B, "250")),
        (&[(A, "100")], "", sold(A, "100"), sold(A, "100")),
        (&[(A, "200")], "", sold(A, "200"), sold(A, "100")),
        (&[(A, "200")], "150", sold(A, "200"), sold(A, "150")),
        (&[(A, "200")], "200", sold(A, "200"), sold(A, "200")),
        (&[(A, "200"), (B, "199.99")], "200.01", not_met, not_met),
        (&[(A, "200"), (B, "120")], "150", sold(A, "200"), sold(A, "150")),
        (&[(A, "200"), (B, "180")], "150", sold(A, "200"), sold(A, "180")),
        // A reserve below the baseprice lets nobody pay less than that.
        (&[(A, "200")], "50", sold(A, "200"), sold(A, "100")),
        // A tie goes to the earlier place.
        (&[(B, "200"), (A, "200")], "", sold(B, "200"), sold(B, "200")),
        // A replacement takes a new place.
        (&[(A, "150"), (B, "200"), (A, "200")], "", sold(B, "200"), sold(B, "200")),
        (&[(A, "150"), (B, "200"), (A, "300")], "", sold(A, "300"), sold(A, "200")),
    ];
    for (amounts, reserve, first, second) in table {
        for (format, outcome) in SEALED.into_iter().zip([first, second]) {
            let reserve = (!reserve.is_empty()).then(|| usd(reserve));
            let mut sale = Sale::open(terms(format), reserve);
            for (bidder, text) in amounts {
                sale.bid(firm(*bidder, text)).unwrap();
            }
            sale.close().unwrap();
            assert_eq!(sale.outcome(), Some(outcome), "{format} {amounts:?} {reserve:?}");
            let met = matches!(outcome, Outcome::Sold { .. });
            assert_eq!(sale.auction.reserve_met(), reserve.map(|_amount| met));
        }
    }
}

#[test]
fn what_holds_after_the_close() {
    let mut sale = Sale::open(terms(Format::SealedSecondPrice), Some(usd("150")));
    for (bidder, text) in [(A, "200"), (B, "300"), (A, "250")] {
        sale.bid(firm(bidder, text)).unwrap();
    }
    let log = sale.log.clone();
    let events = sale.close_at(SETTLED).unwrap();
    let [event] = events.as_slice() else { panic!("{events:?}") };
    let amounts = [(B, 2, "300", &log[2]), (A, 1, "250", &log[3])];
    let sealed = amounts.map(|(bidder, number, text, entry)| SealedBid {
        bid_id: entry.entry_id,
        bidder,
        number,
        amount: usd(text),
        position: entry.position,
    });
    let closing = Closing { outcome: sold(B, "250"), sealed: sealed.to_vec() };
    assert_eq!(event.change, Change::Closed(closing), "all amounts that stand, best first");
    assert_eq!((event.seq, event.position), (Some(2), 5));
    let state = &sale.auction.state;
    assert_eq!((state.status, state.leader), (Status::Sold, Some(B)));
    assert_eq!((state.price, state.maximum), (Some(usd("250")), Some(usd("300"))));
    let public = sale.public(SETTLED);
    assert_eq!((public.counts, public.minimum), (Some((2, 2)), None));
    let standings = [A, B, C].map(|user| sale.standing_of(user));
    assert_eq!(standings, [Standing::Lost, Standing::Won, Standing::None].map(Some));
}

#[test]
fn an_unsold_auction_has_neither_leader_nor_price() {
    let mut sale = Sale::open(terms(Format::SealedFirstPrice), Some(usd("300")));
    sale.bid(firm(A, "200")).unwrap();
    sale.close().unwrap();
    let state = &sale.auction.state;
    assert_eq!((state.status, state.leader, state.price), (Status::Unsold, None, None));
    assert_eq!(state.maximum, None);
    assert_eq!(sale.standing_of(A), Some(Standing::Lost));
    assert_eq!(sale.rows().len(), 1, "what was offered is public now");
}

#[test]
fn while_it_is_open_nobody_learns_anything() {
    for format in SEALED {
        let mut sale = Sale::open(terms(format), Some(usd("150")));
        let before = sale.public(SOON);
        assert_eq!((before.counts, before.minimum), (None, Some(usd("100"))));
        let commands = [(A, "200"), (B, "300"), (A, "250"), (C, "1"), (B, "300")];
        for (position, (bidder, text)) in (2..).zip(commands) {
            if let Ok(events) = sale.bid(firm(bidder, text)) {
                assert_eq!((events[0].seq, events[0].position), (None, position));
                assert_eq!((events[0].after.leader, events[0].after.price), (None, None));
            }
            assert_eq!(sale.public(SOON), before);
        }
        sale.order(ADMIN, void_bidder(A)).unwrap();
        assert_eq!(sale.public(SOON), before);
        assert_eq!([A, B, D].map(|user| sale.standing_of(user)), [None; 3]);
        assert_eq!(sale.auction.reserve_met(), None);
        assert_eq!(sale.offer_of(B), Some(Offered::Firm(usd("300"))), "his own he knows");
    }
}

#[test]
fn an_amount_is_replaced_by_a_higher_one() {
    let mut sale = Sale::open(terms(Format::SealedFirstPrice), None);
    let placed = |sale: &mut Sale, bidder, text: &str| {
        let change = sale.bid(firm(bidder, text)).map(|mut events| events.remove(0).change);
        (change, sale.auction.state.bid_count, sale.auction.state.bidder_count)
    };
    let change = |text: &str, number, is_first| {
        Ok(Change::SealedBidPlaced { amount: usd(text), number, is_first })
    };
    let table = [
        (A, "99.99", Err(too_low("", "100", "")), 0, 0),
        (A, "200", change("200", 1, true), 1, 1),
        (B, "150", change("150", 2, true), 2, 2),
        // Only the own amount is named; less than the baseprice is said first.
        (A, "200", Err(too_low("", "200.01", "")), 2, 2),
        (A, "150", Err(too_low("", "200.01", "")), 2, 2),
        (A, "99.99", Err(too_low("", "100", "")), 2, 2),
        (A, "200.01", change("200.01", 1, false), 2, 2),
        (B, "9999999999.99", change("9999999999.99", 2, false), 2, 2),
        (B, "9999999999.99", Err(too_low("", "", "")), 2, 2),
    ];
    for (bidder, text, judged, bids, bidders) in table {
        assert_eq!(placed(&mut sale, bidder, text), (judged, bids, bidders), "{text}");
    }
}

#[test]
fn an_amount_is_struck_and_may_be_given_anew() {
    let mut sale = Sale::open(terms(Format::SealedSecondPrice), None);
    sale.bid(firm(A, "200")).unwrap();
    sale.bid(firm(B, "300")).unwrap();
    let bid_id = sale.log[2].entry_id;
    assert_eq!(sale.order(ADMIN, void(bid_id)), Err(Rejection::NoSuchBid), "not by its id");
    assert_eq!(sale.order(ADMIN, void_bidder(C)), Err(Rejection::NoSuchBid));

    let events = sale.order(ADMIN, void_bidder(B)).unwrap();
    let change = Change::SealedBidVoided { bidder: B, number: 2, reason: reason() };
    assert_eq!((events[0].change.clone(), events[0].seq), (change, None));
    assert_eq!(events[0].actor, Some(ADMIN.user_id));
    assert_eq!((sale.auction.state.bid_count, sale.auction.state.bidder_count), (1, 2));
    assert_eq!(sale.order(ADMIN, void_bidder(B)), Err(Rejection::AlreadyVoided));

    let events = sale.bid(firm(B, "150")).unwrap();
    let again = Change::SealedBidPlaced { amount: usd("150"), number: 2, is_first: true };
    assert_eq!(events[0].change, again);
    sale.order(ADMIN, void_bidder(A)).unwrap();
    sale.close().unwrap();
    assert_eq!(sale.outcome(), Some(sold(B, "100")));
    assert_eq!(sale.standing_of(A), Some(Standing::None));
}

#[test]
fn when_every_amount_is_struck_nothing_is_sold() {
    let mut sale = Sale::open(terms(Format::SealedFirstPrice), None);
    sale.bid(firm(A, "200")).unwrap();
    sale.order(ADMIN, void_bidder(A)).unwrap();
    sale.close().unwrap();
    assert_eq!(sale.outcome(), Some(Outcome::Unsold(Unsold::NoBids)));
    assert_eq!(sale.public(SETTLED).counts, Some((0, 1)));
}

#[test]
fn one_that_was_called_off_keeps_its_secrets() {
    let mut sale = Sale::open(terms(Format::SealedFirstPrice), Some(usd("150")));
    sale.bid(firm(A, "200")).unwrap();
    sale.order(ADMIN, cancel()).unwrap();
    let public = sale.public(SETTLED);
    assert_eq!((public.status, public.counts), (Status::Cancelled, None));
    assert_eq!((public.leader, public.price, public.reserve_met), (None, None, None));
    assert_eq!((public.rows, public.outcome), (vec![], None));
    assert_eq!(sale.standing_of(A), Some(Standing::None));
}

#[test]
fn amounts_count_by_their_stamp() {
    let mut sale = Sale::scheduled(terms(Format::SealedFirstPrice), None);
    let early = Rejection::NotOpen { auction_start: at(START) };
    assert_eq!(sale.bid_at(firm(A, "200"), START - 1), Err(early));
    let events = sale.bid_at(firm(A, "200"), START).unwrap();
    assert_eq!((events.len(), events[0].seq, events[1].seq), (2, Some(1), None));
    sale.bid_at(firm(B, "300"), END - 1).unwrap();
    assert_eq!(sale.bid_at(firm(C, "400"), END), Err(closed(END, false)));
    sale.close_at(SETTLED).unwrap();
    assert_eq!(sale.bid_at(firm(C, "400"), END - 1), Err(closed(END, true)));
}

#[test]
fn the_two_best_are_enough_to_close() {
    let sale = Sale::open(terms(Format::SealedSecondPrice), None);
    let bid = |bidder, minor, position| SealedBid {
        bid_id: bidder,
        bidder,
        number: 1,
        amount: amount(minor),
        position,
    };
    let best = vec![bid(B, 300_00, 9), bid(A, 200_00, 4)];
    let ids = gobid_auction::EntryIds { opening: A, own: B, second: C };
    let command = gobid_auction::Command { ids, action: gobid_auction::Action::Close(best) };
    let events = sale.auction.judge(&command, at(SETTLED), at(SETTLED)).unwrap();
    assert_eq!(events[0].after.price, Some(usd("200")));
}
