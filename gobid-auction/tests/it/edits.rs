//! What a seller may change (RULES.md §3, §4 "Reserve").
use crate::support::{
    A, ADMIN, B, END, SELLER, SOON, START, STRANGER, Sale, at, cancel, closed, code, decimal,
    description, english, firm, maximum, purchase, reserve, terms, usd, void_bidder,
};
use gobid_auction::{
    Action, Change, EntryIds, Fault, Format, MoneyError, Order, Rejection, ReserveEdit, Status,
    Terms,
};

fn edit(description: Option<&str>, reserve: Option<&str>, revision: Option<i64>) -> Order {
    let reserve = reserve.map(|text| ReserveEdit::Set(decimal(text)));
    Order::Edit { description: description.map(ToOwned::to_owned), reserve, revision }
}

fn invalid(why: &'static str) -> Rejection {
    Rejection::Invalid(Fault { field: "reserve_price", why })
}

const OTHER_REVISION: Rejection = Rejection::OtherRevision { revision: 1 };

/// An auction with a reserve that A's maximum does not meet.
fn bid_on() -> Sale {
    let terms = Terms { buy_now_price: Some(usd("500")), ..english() };
    let mut sale = Sale::open(terms, Some(usd("250")));
    sale.bid(maximum(A, "200")).unwrap();
    sale
}

fn over() -> Sale {
    let mut sale = bid_on();
    sale.close().unwrap();
    sale
}

/// Each edit breaks every rule from its own on: the first of them is the answer.
#[test]
fn the_first_rule_that_fails_is_the_answer() {
    let worst = || edit(Some("new"), Some("500.001"), Some(9));
    let digits = MoneyError::TooManyDigits { code: "USD", digits: 2 };
    let no_amount = Rejection::NotAnAmount { field: "reserve_price", why: digits };
    let table = [
        (over(), STRANGER, worst(), END, Rejection::Forbidden { admin_may: false }),
        (over(), ADMIN, worst(), END, Rejection::Forbidden { admin_may: false }),
        (over(), SELLER, worst(), END, closed(END, false)),
        (over(), SELLER, worst(), SOON, closed(END, true)),
        (bid_on(), SELLER, worst(), END, closed(END, false)),
        (bid_on(), SELLER, worst(), SOON, OTHER_REVISION),
        (bid_on(), SELLER, edit(None, Some("500.001"), Some(1)), SOON, no_amount),
        (bid_on(), SELLER, edit(None, Some("500.01"), Some(1)), SOON, {
            invalid("must not be above buy_now_price")
        }),
        (bid_on(), SELLER, edit(Some("new"), Some("500"), None), SOON, Rejection::PriceFixed),
    ];
    for (mut sale, actor, order, received_at, why) in table {
        let before = sale.auction.clone();
        assert_eq!(sale.order_at(actor, order.clone(), received_at), Err(why), "{order:?}");
        assert_eq!(sale.auction, before, "a refusal changes nothing");
    }
}

#[test]
fn each_change_is_an_event_and_raises_the_revision() {
    let mut sale = bid_on();
    let events = sale.order(SELLER, edit(Some("new"), Some("150"), Some(1))).unwrap();
    let [text, amount] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(text.change, Change::DescriptionChanged { description: "new".to_owned() });
    let (before, after) = (Some(usd("250")), Some(usd("150")));
    assert_eq!(amount.change, Change::ReserveChanged { before, reserve: after });
    assert_eq!((text.seq, amount.seq), (Some(3), Some(4)));
    assert_eq!((text.actor, amount.actor), (Some(SELLER.user_id), Some(SELLER.user_id)));
    assert_eq!((text.after.price, amount.after.price), (Some(usd("100")), Some(usd("150"))));
    assert_eq!(amount.after.minimum, Some(usd("160")));
    assert_eq!((sale.auction.state.revision, sale.auction.state.reserve), (3, after));
    assert_eq!(sale.auction.state.bid_count, 1);
}

#[test]
fn the_ids_are_those_of_the_command_in_order() {
    let [opening, own, second] = [1, 2, 3].map(uuid::Uuid::from_u128);
    let ids = EntryIds { opening, own, second };
    let table = [
        (edit(Some("new"), Some("150"), None), vec![own, second]),
        (edit(Some("new"), None, None), vec![own]),
        (edit(None, Some("150"), None), vec![own]),
    ];
    for (order, found) in table {
        let command = gobid_auction::Command { ids, action: Action::Order(SELLER, order) };
        let events = bid_on().auction.judge(&command, at(SOON), at(SOON)).unwrap();
        assert_eq!(events.iter().map(|event| event.entry_id).collect::<Vec<_>>(), found);
    }
}

#[test]
fn what_stands_already_costs_nothing() {
    let mut sale = bid_on();
    sale.order(SELLER, description("new")).unwrap();
    for order in [description("new"), reserve("250"), edit(Some("new"), Some("250.00"), Some(2))] {
        assert_eq!(sale.order(SELLER, order), Ok(vec![]));
    }
    assert_eq!(sale.auction.state.revision, 2);
    sale.order(SELLER, reserve("240")).unwrap();
    assert_eq!(sale.order(SELLER, reserve("240")), Ok(vec![]), "also when it is fixed");
    let mut sealed = Sale::open(terms(Format::SealedFirstPrice), None);
    assert_eq!(sealed.order(SELLER, reserve("none")), Ok(vec![]));
}

/// What becomes of the reserve, step by step: each edit with the code of its refusal, or none.
#[test]
fn how_the_reserve_may_be_changed() {
    let until_bid = |has_bid: bool, reserve| {
        let mut sale = Sale::open(english(), reserve);
        if has_bid {
            sale.bid(maximum(A, "200")).unwrap();
        }
        sale
    };
    let sealed = |format| Sale::scheduled(terms(format), Some(usd("250")));
    let (with, fixed) = (Some(usd("250")), "price_fixed");
    let table = [
        // Anything until the first bid, as often as the seller likes.
        (until_bid(false, with), SOON, vec![("300", ""), ("200", ""), ("none", ""), ("1", "")]),
        (until_bid(false, None), SOON, vec![("300", ""), ("none", "")]),
        (Sale::scheduled(english(), with), START - 1, vec![("300", ""), ("none", "")]),
        // After it only lower, or away, and once.
        (until_bid(true, with), SOON, vec![("300", fixed), ("240", ""), ("230", fixed)]),
        (until_bid(true, with), SOON, vec![("240", ""), ("none", fixed), ("250", fixed)]),
        (until_bid(true, with), SOON, vec![("none", ""), ("250", fixed), ("100", fixed)]),
        (until_bid(true, None), SOON, vec![("300", fixed), ("1", fixed)]),
        // Sealed: while it waits.
        (sealed(Format::SealedFirstPrice), START - 1, vec![("300", ""), ("none", ""), ("1", "")]),
        (sealed(Format::SealedSecondPrice), START, vec![("200", fixed), ("none", fixed)]),
        (Sale::open(terms(Format::SealedFirstPrice), with), SOON, vec![("none", fixed)]),
        // Dutch auctions have none.
        (Sale::open(terms(Format::Dutch), None), SOON, {
            vec![("60", "validation_failed"), ("none", "validation_failed")]
        }),
    ];
    for (mut sale, now, edits) in table {
        for (text, refusal) in edits {
            let judged = sale.order_at(SELLER, reserve(text), now);
            let found = judged.as_ref().map_or_else(code, |_events| "");
            assert_eq!(found, refusal, "{text} of {:?}", sale.auction);
            if refusal.is_empty() {
                let reserve = (text != "none").then(|| usd(text));
                assert_eq!(sale.auction.state.reserve, reserve);
            }
        }
    }
}

#[test]
fn a_voided_first_bid_was_a_first_bid() {
    let mut sale = bid_on();
    sale.order(ADMIN, void_bidder(A)).unwrap();
    assert_eq!(sale.order(SELLER, reserve("300")), Err(Rejection::PriceFixed));
    sale.order(SELLER, reserve("240")).unwrap();
    assert_eq!(sale.order(SELLER, reserve("230")), Err(Rejection::PriceFixed));
}

#[test]
fn a_change_before_the_first_bid_does_not_use_up_the_one_after_it() {
    let mut sale = Sale::open(english(), Some(usd("300")));
    sale.order(SELLER, reserve("250")).unwrap();
    sale.bid(maximum(A, "200")).unwrap();
    sale.order(SELLER, reserve("240")).unwrap();
    assert_eq!(sale.order(SELLER, reserve("none")), Err(Rejection::PriceFixed));
}

#[test]
fn the_public_sees_whether_the_reserve_is_met() {
    let mut sale = bid_on();
    let mut seen = vec![sale.auction.reserve_met()];
    sale.order(SELLER, reserve("200")).unwrap();
    seen.push(sale.auction.reserve_met());
    assert_eq!(seen, [Some(false), Some(true)]);
    assert_eq!(sale.auction.state.price, Some(usd("200")));

    let mut sale = bid_on();
    sale.order(SELLER, reserve("none")).unwrap();
    assert_eq!((sale.auction.reserve_met(), sale.auction.state.price), (None, Some(usd("100"))));
    sale.close().unwrap();
    assert_eq!(sale.auction.state.status, Status::Sold);
}

#[test]
fn a_description_may_be_changed_from_the_creation_to_the_end() {
    for now in [crate::support::CREATED, START - 1] {
        let mut sale = Sale::scheduled(english(), None);
        let events = sale.order_at(SELLER, description("new"), now).unwrap();
        assert_eq!((events.len(), sale.auction.state.status), (1, Status::Scheduled));
        assert_eq!(events[0].after.minimum, Some(usd("100")));
    }
    for format in Format::ALL {
        let mut sale = Sale::open(terms(format), None);
        sale.order_at(SELLER, description("new"), END - 1).unwrap();
        let late = sale.order_at(SELLER, description("newer"), END);
        assert_eq!(late, Err(closed(END, false)));
    }
}

#[test]
fn an_edit_finds_an_auction_open_whose_time_has_come() {
    let opened = |order| {
        let mut sale = Sale::scheduled(english(), None);
        let events = sale.order_at(SELLER, order, START).unwrap();
        (events.len(), events[0].change.clone(), sale.auction.state.status)
    };
    assert_eq!(opened(description("new")), (2, Change::Opened, Status::Open));
    assert_eq!(opened(description("a clock")), (1, Change::Opened, Status::Open), "no change");

    let mut sale = Sale::scheduled(terms(Format::SealedFirstPrice), None);
    assert_eq!(sale.order_at(SELLER, reserve("300"), START), Err(Rejection::PriceFixed));
    assert_eq!(sale.auction.state.status, Status::Scheduled, "a refusal opens nothing");
}

#[test]
fn what_has_ended_is_not_edited() {
    let ended = |end: &dyn Fn(&mut Sale)| {
        let mut sale = Sale::open(bid_on().auction.terms, Some(usd("250")));
        end(&mut sale);
        sale.order_at(SELLER, description("new"), SOON - 1)
    };
    let bought = ended(&|sale| drop(sale.bid(purchase(B)).unwrap()));
    assert_eq!(bought, Err(closed(SOON, false)));
    let cancelled = ended(&|sale| drop(sale.order(SELLER, cancel()).unwrap()));
    assert_eq!(cancelled, Err(closed(SOON, false)));
    let unsold = ended(&|sale| {
        sale.bid(firm(A, "100")).unwrap();
        sale.close().unwrap();
    });
    assert_eq!(unsold, Err(closed(END, true)));
}
