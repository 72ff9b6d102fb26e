//! Buy-now in an English auction (RULES.md §4).

use crate::support::script::play;
use crate::support::{
    A, ADMIN, B, C, END, SELLER, SOON, START, Sale, at, closed, english, firm, maximum, purchase,
    reserve, usd, void_bidder,
};
use gobid_auction::{
    Change, Closing, EntryIds, Offered, Outcome, PlacedBid, Rejection, Standing, Status, Terms,
};

fn with_price() -> Terms {
    Terms { buy_now_price: Some(usd("500")), ..english() }
}

#[test]
fn until_when_it_can_be_bought() {
    let table = [
        "Step 10, baseprice 100: A buys → buy_now_unavailable",
        "Step 10, baseprice 100, buy-now 500: A buys → A 500, sold, count 1",
        // Until the first bid, voided or not.
        "Step 10, baseprice 100, buy-now 500: A 100 → A 100 · B buys → buy_now_unavailable",
        "Step 10, baseprice 100, buy-now 500: A 100 → A 100 · void A → nobody · \
         B buys → buy_now_unavailable",
        // With a reserve until that is met; the leader may buy, too.
        "Step 10, baseprice 100, buy-now 500, reserve 250: A 200 → A 100 · B buys → B 500, sold",
        "Step 10, baseprice 100, buy-now 500, reserve 250: A 200 → A 100 · A buys → A 500, sold",
        "Step 10, baseprice 100, buy-now 500, reserve 250: A 250 → A 250, met · \
         B buys → buy_now_unavailable · void A → nobody, not met · B buys → B 500, sold, count 1",
        "Step 10, baseprice 100, buy-now 500, reserve 250: A 200 → A 100 · reserve 200 → met · \
         B buys → buy_now_unavailable",
        "Step 10, baseprice 100, buy-now 500, reserve 250: A 200 → A 100 · reserve none → A 100 · \
         B buys → buy_now_unavailable",
        "Step 10, baseprice 100, buy-now 500, reserve 250: reserve none → nobody · \
         B buys → B 500, sold",
    ];
    for line in table {
        play(line);
    }
}

#[test]
fn the_view_says_whether_it_can_be_bought() {
    let mut sale = Sale::scheduled(with_price(), Some(usd("250")));
    assert!(sale.auction.buy_now_available(), "before the start, as long as nothing is in its way");
    sale.bid(maximum(A, "200")).unwrap();
    assert!(sale.auction.buy_now_available());
    sale.bid(maximum(A, "250")).unwrap();
    assert!(!sale.auction.buy_now_available());
    sale.order(ADMIN, void_bidder(A)).unwrap();
    assert!(sale.auction.buy_now_available());
    sale.close().unwrap();
    assert!(!sale.auction.buy_now_available(), "it is over");
    assert!(!Sale::open(english(), None).auction.buy_now_available(), "there is no price");
}

#[test]
fn a_purchase_is_a_bid_and_the_close_after_it() {
    let terms = Terms { soft_close: crate::support::seconds(600), ..with_price() };
    let mut sale = Sale::open(terms, Some(usd("300")));
    sale.bid(maximum(A, "200")).unwrap();
    let (received_at, now) = (END - 5, END + 7);
    let events = sale.ask(gobid_auction::Action::Bid(purchase(B)), received_at, now).unwrap();
    let [bought, closing] = events.as_slice() else { panic!("{events:?}") };
    let row =
        PlacedBid { bid_id: bought.entry_id, bidder: B, amount: usd("500"), automatic: false };
    let offer = Offered::Purchase(usd("500"));
    let placed = Change::BidPlaced { offer, number: 2, bids: vec![row], extended: false };
    assert_eq!(bought.change, placed);
    assert_eq!((bought.seq, bought.actor, bought.at), (Some(3), Some(B), at(now)));
    assert_eq!((bought.after.auction_end, bought.after.minimum), (at(now), None));
    let outcome = Outcome::Sold { winner: B, hammer_price: usd("500") };
    assert_eq!(closing.change, Change::Closed(Closing { outcome, sealed: vec![] }));
    assert_eq!((closing.seq, closing.actor, closing.at), (Some(4), None, at(now)));
    assert_ne!(closing.entry_id, bought.entry_id);

    let state = &sale.auction.state;
    assert_eq!((state.status, state.leader), (Status::Sold, Some(B)));
    assert_eq!((state.price, state.maximum), (Some(usd("500")), Some(usd("500"))));
    assert_eq!((state.auction_end, state.ended_early, state.bid_count), (at(now), true, 2));
    let standings = [A, B, C].map(|user| sale.standing_of(user));
    assert_eq!(standings, [Standing::Lost, Standing::Won, Standing::None].map(Some));
}

#[test]
fn the_ids_are_those_of_the_command() {
    let sale = Sale::scheduled(with_price(), None);
    let [opening, own, second] = [1, 2, 3].map(uuid::Uuid::from_u128);
    let ids = EntryIds { opening, own, second };
    let command = gobid_auction::Command { ids, action: gobid_auction::Action::Bid(purchase(A)) };
    let events = sale.auction.judge(&command, at(START), at(START)).unwrap();
    let found: Vec<_> = events.iter().map(|event| event.entry_id).collect();
    assert_eq!(found, [opening, own, second]);
}

#[test]
fn what_comes_after_a_purchase_was_not_in_time() {
    let mut sale = Sale::open(with_price(), None);
    sale.bid(purchase(A)).unwrap();
    for received_at in [SOON - 1, SOON, END] {
        let over = Err(closed(SOON, false));
        assert_eq!(sale.bid_at(purchase(B), received_at), over, "one of two buyers wins");
        assert_eq!(sale.bid_at(firm(B, "600"), received_at), over);
    }
    assert_eq!(sale.close(), Err(Rejection::NotDue));
}

#[test]
fn a_purchase_of_a_scheduled_auction_opens_it_when_its_time_has_come() {
    let mut sale = Sale::scheduled(with_price(), None);
    let early = Rejection::NotOpen { auction_start: at(START) };
    assert_eq!(sale.bid_at(purchase(A), START - 1), Err(early));
    let events = sale.bid_at(purchase(A), START).unwrap();
    assert_eq!(events.len(), 3);
    assert_eq!(events[0].change, Change::Opened);
    assert_eq!(sale.auction.state.status, Status::Sold);
}

#[test]
fn the_reserve_may_be_as_high_as_the_price_and_a_purchase_meets_it() {
    let mut sale = Sale::open(with_price(), Some(usd("500")));
    assert_eq!(sale.auction.reserve_met(), Some(false));
    sale.order(SELLER, reserve("499.99")).unwrap();
    sale.bid(purchase(A)).unwrap();
    assert_eq!(sale.auction.reserve_met(), Some(true));
}
