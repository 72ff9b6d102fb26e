//! The order in which the faults of a bid are looked for (RULES.md §4, step 0).
use crate::support::{
    A, ADMIN, B, C, END, SELLER, SOON, START, Sale, at, cancel, closed, decimal, english, firm,
    maximum, purchase, terms, too_low, usd,
};
use gobid_auction::{
    Action, Bid, Format, MoneyError, Offer, Rejection, SpendingCap, Status, Terms, UserId,
};

const EARLY: Rejection = Rejection::NotOpen { auction_start: at(START) };

/// A bid of which everything is wrong that can be wrong at once.
fn worst() -> Bid {
    Bid {
        expected_price: Some(decimal("7.001")),
        not_after: Some(at(START - 9)),
        cap: Some(cap("0.01", "EUR")),
        ..firm(SELLER.user_id, "0.001")
    }
}

/// The same with an offer of an amount that there is, wanted at any time.
fn legible(offer: Offer) -> Bid {
    Bid { offer, expected_price: Some(decimal("7")), not_after: None, ..worst() }
}

/// The same of somebody who may bid.
fn of_another(bidder: UserId, offer: Offer) -> Bid {
    Bid { bidder, ..legible(offer) }
}

fn cap(max_offer: &str, currency: &str) -> SpendingCap {
    SpendingCap { max_offer: usd(max_offer), currency: currency.parse().unwrap() }
}

fn not_an_amount(field: &'static str) -> Rejection {
    let why = MoneyError::TooManyDigits { code: "USD", digits: 2 };
    Rejection::NotAnAmount { field, why }
}

/// An auction in which A leads at 100.00.
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

fn cancelled() -> Sale {
    let mut sale = led();
    sale.order(ADMIN, cancel()).unwrap();
    sale
}

/// Each bid breaks every rule from its own on: the first of them is the answer.
#[test]
fn the_first_rule_that_fails_is_the_answer() {
    let low = Offer::Firm(decimal("1"));
    let without_expectation = Bid { expected_price: None, ..of_another(A, low) };
    let no_cap = |bid: Bid| Bid { cap: None, ..bid };
    let sealed = Sale::open(terms(Format::SealedFirstPrice), None);
    let moved = Rejection::PriceMoved { current_price: Some(usd("100")) };
    let table = [
        (sold(), worst(), END, Rejection::Expired),
        (sold(), Bid { not_after: None, ..worst() }, END, not_an_amount("amount")),
        (sold(), Bid { expected_price: Some(decimal("7.001")), ..legible(low) }, END, {
            not_an_amount("expected_price")
        }),
        (sold(), legible(low), END, closed(END, false)),
        (cancelled(), legible(low), START - 1, closed(SOON, false)),
        (Sale::scheduled(english(), None), legible(low), START - 1, EARLY),
        (led(), legible(low), START - 1, EARLY),
        (led(), legible(low), END, closed(END, false)),
        (sealed.clone(), legible(Offer::Maximum(decimal("1"))), SOON, Rejection::OwnProduct),
        (sealed, of_another(A, Offer::Maximum(decimal("1"))), SOON, Rejection::WrongFormat),
        (led(), of_another(A, low), SOON, Rejection::SpendingCap),
        (led(), no_cap(of_another(A, Offer::BuyNow)), SOON, Rejection::BuyNowUnavailable),
        (led(), no_cap(of_another(A, low)), SOON, moved),
        (led(), no_cap(without_expectation), SOON, Rejection::AlreadyLeading),
        (led(), firm(B, "1"), SOON, too_low("100", "110", "120 130 140 150")),
    ];
    for (mut sale, bid, received_at, why) in table {
        let before = sale.auction.clone();
        assert_eq!(sale.bid_at(bid.clone(), received_at), Err(why), "{bid:?}");
        assert_eq!(sale.auction, before, "a refusal changes nothing");
    }
}

#[test]
fn not_after_is_the_last_moment_that_is_wanted() {
    let wanted = |not_after| Bid { not_after: Some(at(not_after)), ..firm(A, "100") };
    let mut sale = Sale::open(english(), None);
    assert_eq!(sale.bid_at(wanted(SOON - 1), SOON), Err(Rejection::Expired));
    sale.bid_at(wanted(SOON), SOON).unwrap();
}

#[test]
fn what_is_no_amount_names_its_field() {
    let expecting = |text: &str, bid: Bid| Bid { expected_price: Some(decimal(text)), ..bid };
    let too_large = Rejection::NotAnAmount { field: "max_amount", why: MoneyError::TooLarge };
    let nothing = Rejection::NotAnAmount { field: "amount", why: MoneyError::NotPositive };
    let table = [
        (firm(A, "100.001"), not_an_amount("amount")),
        (maximum(A, "100.001"), not_an_amount("max_amount")),
        (expecting("1.001", firm(A, "100.001")), not_an_amount("amount")),
        (expecting("1.001", maximum(A, "100.001")), not_an_amount("max_amount")),
        (expecting("100.000", firm(A, "100")), not_an_amount("expected_price")),
        (maximum(A, "10000000000"), too_large),
        (firm(A, "0.00"), nothing),
    ];
    for (bid, why) in table {
        assert_eq!(Sale::open(english(), None).bid(bid.clone()), Err(why), "{bid:?}");
    }
}

#[test]
fn a_bid_is_in_time_by_its_stamp_alone() {
    let bid = firm(B, "110");
    let mut at_once = led();
    at_once.auction.terms.starts_later = false;
    let accepted = [
        (led(), START),
        (led(), END - 1),
        (Sale::scheduled(english(), None), START),
        (at_once.clone(), START - 1), // Created open: no bid is early.
    ];
    for (mut sale, received_at) in accepted {
        let judged = sale.ask(Action::Bid(bid.clone()), received_at, END + 1);
        let event = judged.unwrap().pop().unwrap();
        assert_eq!((event.received_at, event.at), (at(received_at), at(END + 1)));
    }
    let refused = [
        (led(), START - 1, EARLY),
        (led(), END, closed(END, false)),
        (led(), END + 1, closed(END, false)),
        (at_once, END, closed(END, false)),
        (Sale::scheduled(english(), None), END, closed(END, false)),
        (sold(), END - 1, closed(END, true)),
        (sold(), START - 1, closed(END, true)),
        (sold(), END, closed(END, false)),
        (cancelled(), SOON - 1, closed(SOON, false)),
        (cancelled(), SOON + 1, closed(SOON, false)),
    ];
    for (mut sale, received_at, why) in refused {
        assert_eq!(sale.bid_at(bid.clone(), received_at), Err(why), "{received_at}");
    }
}

#[test]
fn no_bid_of_the_seller_counts() {
    for format in Format::ALL {
        let mut sale = Sale::open(terms(format), None);
        let own = firm(SELLER.user_id, "500");
        assert_eq!(sale.bid(own), Err(Rejection::OwnProduct), "{format}");
        sale.bid(firm(A, "500")).unwrap();
    }
}

#[test]
fn maxima_purchases_and_expected_prices_are_for_english_auctions() {
    let expecting = Bid { expected_price: Some(decimal("100")), ..firm(A, "100") };
    for format in [Format::SealedFirstPrice, Format::SealedSecondPrice, Format::Dutch] {
        for bid in [maximum(A, "100"), purchase(A), expecting.clone()] {
            let judged = Sale::open(terms(format), None).bid(bid.clone());
            assert_eq!(judged, Err(Rejection::WrongFormat), "{format}: {bid:?}");
        }
    }
    Sale::open(english(), None).bid(expecting).unwrap();
}

#[test]
fn an_offer_above_the_cap_is_refused_whatever_it_would_cost() {
    let with_price = Terms { buy_now_price: Some(usd("500")), ..english() };
    let capped = |max_offer, currency, bid| Bid { cap: Some(cap(max_offer, currency)), ..bid };
    let table = [
        (english(), capped("150", "USD", firm(A, "150")), Ok(())),
        (english(), capped("150", "USD", firm(A, "150.01")), Err(Rejection::SpendingCap)),
        (english(), capped("150", "USD", maximum(A, "200")), Err(Rejection::SpendingCap)),
        (english(), capped("150", "EUR", firm(A, "100")), Err(Rejection::SpendingCap)),
        (with_price.clone(), capped("500", "USD", purchase(A)), Ok(())),
        (with_price, capped("499.99", "USD", purchase(A)), Err(Rejection::SpendingCap)),
        // Where there is no price to buy at, there is none to compare.
        (english(), capped("1", "EUR", purchase(A)), Err(Rejection::BuyNowUnavailable)),
        (terms(Format::Dutch), capped("99", "USD", firm(A, "100")), Err(Rejection::SpendingCap)),
        (terms(Format::SealedFirstPrice), capped("99", "USD", firm(A, "100")), {
            Err(Rejection::SpendingCap)
        }),
    ];
    for (terms, bid, judged) in table {
        let mut sale = Sale::open(terms, None);
        assert_eq!(sale.bid(bid.clone()).map(|_events| ()), judged, "{bid:?}");
    }
}

#[test]
fn the_expected_price_is_the_current_one_and_the_baseprice_while_there_is_none() {
    let expecting = |text, bid| Bid { expected_price: Some(decimal(text)), ..bid };
    let moved = |price: &str| Rejection::PriceMoved {
        current_price: Some(price).filter(|price| !price.is_empty()).map(usd),
    };
    let mut sale = Sale::open(english(), None);
    assert_eq!(sale.bid(expecting("99", firm(A, "200"))), Err(moved("")));
    sale.bid(expecting("100.00", maximum(A, "200"))).unwrap();
    assert_eq!(sale.bid(expecting("110", maximum(B, "300"))), Err(moved("100")));
    assert_eq!(sale.bid(expecting("200", maximum(A, "300"))), Err(moved("100")));
    sale.bid(expecting("100", maximum(A, "300"))).unwrap();
    sale.bid(expecting("100", maximum(B, "150"))).unwrap();
    assert_eq!(sale.bid(expecting("100", maximum(C, "400"))), Err(moved("160")));
    assert_eq!(sale.auction.state.status, Status::Open);
}
