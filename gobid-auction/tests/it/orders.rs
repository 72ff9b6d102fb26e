//! What sellers and admins may order besides edits and voids (RULES.md §3, §4).
use crate::support::{
    A, ADMIN, B, END, SECOND, SELLER, SOON, START, STRANGER, Sale, annul, at, cancel, closed,
    english, extend, firm, maximum, purchase, reason, reserve, terms, usd, void_bidder,
};
use gobid_auction::{Actor, Change, Fault, Format, Rejection, Standing, Status, Terms};

const FORBIDDEN: Rejection = Rejection::Forbidden { admin_may: true };
const EARLY: Rejection = Rejection::NotOpen { auction_start: at(START) };

/// An auction in which A leads.
fn led() -> Sale {
    let mut sale = Sale::open(english(), None);
    sale.bid(maximum(A, "200")).unwrap();
    sale
}

fn sold() -> Sale {
    let mut sale = led();
    sale.close().unwrap();
    sale
}

fn unsold() -> Sale {
    let mut sale = Sale::open(english(), None);
    sale.close().unwrap();
    sale
}

fn open(format: Format) -> Sale {
    Sale::open(terms(format), None)
}

fn sealed_with_amount() -> Sale {
    let mut sale = open(Format::SealedFirstPrice);
    sale.bid(firm(A, "200")).unwrap();
    sale
}

fn voided() -> Sale {
    let mut sale = led();
    sale.order(ADMIN, void_bidder(A)).unwrap();
    sale
}

fn cancelled(mut sale: Sale) -> Sale {
    sale.order(ADMIN, cancel()).unwrap();
    sale
}

#[test]
fn who_cancels_when() {
    let scheduled = |format| Sale::scheduled(terms(format), None);
    let admin_seller = Actor { is_admin: true, ..SELLER };
    let table = vec![
        (scheduled(Format::English), SELLER, START - 1, None),
        (scheduled(Format::SealedFirstPrice), SELLER, START - 1, None),
        (open(Format::English), SELLER, SOON, None),
        (open(Format::Dutch), SELLER, SOON, None),
        (open(Format::English), SELLER, END - 1, None),
        (led(), ADMIN, END - 1, None),
        (led(), admin_seller, SOON, None),
        (sealed_with_amount(), ADMIN, SOON, None),
        (led(), STRANGER, SOON, Some(FORBIDDEN)),
        (sold(), STRANGER, SOON, Some(FORBIDDEN)),
        // After the first bid, voided or not, only an admin.
        (led(), SELLER, SOON, Some(FORBIDDEN)),
        (voided(), SELLER, SOON, Some(FORBIDDEN)),
        // Whether there are bids in a sealed auction is nobody's business.
        (open(Format::SealedFirstPrice), SELLER, SOON, Some(FORBIDDEN)),
        (sealed_with_amount(), SELLER, SOON, Some(FORBIDDEN)),
        (scheduled(Format::SealedSecondPrice), SELLER, START, Some(FORBIDDEN)),
        (cancelled(open(Format::SealedFirstPrice)), SELLER, SOON, Some(closed(SOON, false))),
        (cancelled(sealed_with_amount()), SELLER, SOON, Some(closed(SOON, false))),
        // What is over is over, for everybody.
        (led(), ADMIN, END, Some(closed(END, false))),
        (open(Format::English), SELLER, END, Some(closed(END, false))),
        (led(), SELLER, END, Some(closed(END, false))),
        (sold(), SELLER, SOON, Some(closed(END, true))),
        (sold(), ADMIN, END, Some(closed(END, false))),
        (unsold(), ADMIN, SOON, Some(closed(END, true))),
        (cancelled(led()), ADMIN, SOON, Some(closed(SOON, false))),
    ];
    for (index, (mut sale, actor, now, refusal)) in table.into_iter().enumerate() {
        let judged = sale.order_at(actor, cancel(), now);
        let is_accepted = refusal.is_none();
        assert_eq!(judged.err(), refusal, "row {index}");
        if is_accepted {
            assert_eq!(sale.auction.state.status, Status::Cancelled, "row {index}");
        }
    }
}

#[test]
fn a_cancel_ends_the_auction_at_once_and_keeps_its_facts() {
    let mut sale = led();
    sale.bid_at(maximum(B, "150"), SOON + 9).unwrap();
    let events = sale.order_at(ADMIN, cancel(), SOON + 5).unwrap();
    let [event] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(event.change, Change::Cancelled { reason: reason() });
    assert_eq!((event.received_at, event.at), (at(SOON + 5), at(SOON + 9)));
    assert_eq!((event.seq, event.actor), (Some(4), Some(ADMIN.user_id)));
    let state = &sale.auction.state;
    assert_eq!((state.auction_end, state.ended_early), (at(SOON + 9), true));
    assert_eq!((state.leader, state.price), (Some(A), Some(usd("160"))));
    assert_eq!((sale.auction.minimum_next_bid(), sale.auction.due_at()), (None, None));
    assert_eq!([A, B].map(|user| sale.standing_of(user)), [Some(Standing::None); 2]);
    assert_eq!(sale.close(), Err(Rejection::NotDue));
}

#[test]
fn a_cancel_of_an_auction_whose_time_has_come_opens_it_first() {
    let changes = |now| {
        let events = Sale::scheduled(english(), None).order_at(SELLER, cancel(), now).unwrap();
        events.into_iter().map(|event| event.change).collect::<Vec<_>>()
    };
    let last = Change::Cancelled { reason: reason() };
    assert_eq!(changes(START), [Change::Opened, last.clone()]);
    assert_eq!(changes(START - 1), [last]);
}

#[test]
fn who_extends_when_and_until_when() {
    let fault = |why| Some(Rejection::Invalid(Fault { field: "auction_end", why }));
    let (not_later, past) = ("must be later than the end there is", "must not be past hard_end");
    let with_hard_end = || {
        let hard_end = Some(at(END + SECOND));
        Sale::open(Terms { hard_end, ..english() }, None)
    };
    let table = [
        (led(), ADMIN, SOON, END + 1, None),
        (led(), ADMIN, END - 1, END + 1, None),
        (open(Format::SealedSecondPrice), ADMIN, SOON, END + 1, None),
        (open(Format::Dutch), ADMIN, SOON, END + 1, None),
        (with_hard_end(), ADMIN, SOON, END + SECOND, None),
        (Sale::scheduled(english(), None), ADMIN, START, END + 1, None),
        (led(), ADMIN, START - 1, END + 1, None), // It is open, whenever that was asked for.
        // Each breaks every rule from its own on.
        (sold(), SELLER, END, END, Some(FORBIDDEN)),
        (sold(), ADMIN, END, END, Some(closed(END, false))),
        (sold(), ADMIN, SOON, END, Some(closed(END, true))),
        (cancelled(led()), ADMIN, SOON, END, Some(closed(SOON, false))),
        (led(), ADMIN, END, END, Some(closed(END, false))),
        (Sale::scheduled(english(), None), ADMIN, START - 1, END, Some(EARLY)),
        (led(), ADMIN, SOON, END, fault(not_later)),
        (led(), ADMIN, SOON, END - 1, fault(not_later)),
        (with_hard_end(), ADMIN, SOON, END + SECOND + 1, fault(past)),
    ];
    for (index, (mut sale, actor, now, end, refusal)) in table.into_iter().enumerate() {
        let before = sale.auction.state.auction_end;
        let judged = sale.order_at(actor, extend(end), now);
        let expected = if refusal.is_none() { at(end) } else { before };
        assert_eq!(sale.auction.state.auction_end, expected, "row {index}");
        assert_eq!(judged.err(), refusal, "row {index}");
    }
}

#[test]
fn an_extension_is_an_event_that_bids_follow() {
    let mut sale = led();
    let events = sale.order(ADMIN, extend(END + 60 * SECOND)).unwrap();
    assert_eq!(events[0].change, Change::Extended { reason: reason() });
    assert_eq!((events[0].seq, events[0].after.auction_end), (Some(3), at(END + 60 * SECOND)));
    assert_eq!((events[0].after.leader, events[0].after.price), (Some(A), Some(usd("100"))));
    assert!(!sale.auction.state.ended_early);
    sale.bid_at(firm(B, "300"), END + SECOND).unwrap();
    assert_eq!(sale.auction.due_at(), Some(at(END + 60 * SECOND)));
}

#[test]
fn a_sale_is_annulled_once() {
    let not_met = || {
        let mut sale = Sale::open(english(), Some(usd("250")));
        sale.bid(maximum(A, "200")).unwrap();
        sale.close().unwrap();
        sale
    };
    let table = [
        (sold(), SELLER, Some(FORBIDDEN)),
        (led(), STRANGER, Some(FORBIDDEN)),
        (led(), ADMIN, Some(Rejection::NoSale)),
        (unsold(), ADMIN, Some(Rejection::NoSale)),
        (not_met(), ADMIN, Some(Rejection::NoSale)),
        (cancelled(led()), ADMIN, Some(Rejection::NoSale)),
        (Sale::scheduled(english(), None), ADMIN, Some(Rejection::NoSale)),
        (sold(), ADMIN, None),
    ];
    for (index, (mut sale, actor, refusal)) in table.into_iter().enumerate() {
        // Whenever it is: an annulment has no end that it could be late for.
        assert_eq!(sale.order_at(actor, annul(), 2 * END).err(), refusal, "row {index}");
    }
    let mut sale = sold();
    let before = sale.public(END);
    let events = sale.order_at(ADMIN, annul(), 2 * END).unwrap();
    assert_eq!(events[0].change, Change::Annulled { reason: reason() });
    let after = sale.public(END);
    assert!(after.annulled && !before.annulled);
    assert_eq!((after.outcome, after.status), (before.outcome, Status::Sold));
    assert_eq!((after.leader, after.price), (Some(A), Some(usd("100"))));
    assert_eq!((after.seq, after.auction_end), (before.seq + 1, before.auction_end));
    assert_eq!(sale.standing_of(A), Some(Standing::Won));
    assert_eq!(sale.order_at(ADMIN, annul(), 2 * END), Err(Rejection::AlreadyAnnulled));
}

#[test]
fn every_kind_of_sale_may_be_annulled() {
    let mut bought = Sale::open(Terms { buy_now_price: Some(usd("500")), ..english() }, None);
    bought.bid(purchase(A)).unwrap();
    let mut accepted = open(Format::Dutch);
    accepted.bid(firm(A, "100")).unwrap();
    let mut revealed = sealed_with_amount();
    revealed.close().unwrap();
    for mut sale in [bought, accepted, revealed] {
        sale.order(ADMIN, annul()).unwrap();
        assert!(sale.auction.state.annulled);
    }
}

#[test]
fn an_annulled_sale_takes_no_other_order() {
    let mut sale = sold();
    sale.order(ADMIN, annul()).unwrap();
    for (actor, order) in [(SELLER, reserve("none")), (ADMIN, cancel()), (ADMIN, void_bidder(A))] {
        assert_eq!(sale.order(actor, order), Err(closed(END, true)));
    }
}
