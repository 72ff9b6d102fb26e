//! The notation in which the rules write their vectors:
//! `Step 10, baseprice 100: A 200 → A 100 · B 205 → refused, needs 210`.

use gobid_auction::{Action, Amount, Bid, Change, Increment, Order, Rejection, Status, UserId};
use uuid::Uuid;

use super::sale::Judged;
use super::{
    ADMIN, SELLER, SOON, Sale, code, english, firm, maximum, purchase, reserve, usd, void,
    void_bidder,
};

/// Plays a line: terms, a colon, and steps with what each leads to.
pub(crate) fn play(line: &str) -> Sale {
    let (head, steps) = line.split_once(": ").unwrap();
    let mut sale = opened(head);
    play_steps(&mut sale, head.starts_with("Firm"), steps);
    sale
}

/// An open auction on these terms.
fn opened(head: &str) -> Sale {
    let (mut terms, mut reserve) = (english(), None);
    for term in head.to_lowercase().split(", ") {
        match term.rsplit_once(' ') {
            Some(("step", step)) => terms.increment = Increment::flat(usd(step)),
            Some(("baseprice", price)) => terms.baseprice = usd(price),
            Some(("reserve", amount)) => reserve = Some(usd(amount)),
            Some(("buy-now", price)) => terms.buy_now_price = Some(usd(price)),
            Some(("default", "ladder")) => terms.increment = Increment::DEFAULT,
            None if term == "firm" => {}
            _ => panic!("no such term: {term}"),
        }
    }
    Sale::open(terms, reserve)
}

/// Plays steps; an offer that is called neither `firm` nor `max` is firm or not by the second
/// argument.
pub(crate) fn play_steps(sale: &mut Sale, is_firm: bool, steps: &str) {
    for step in steps.trim_end_matches('.').split(" · ") {
        let (wanted, result) = step.split_once(" → ").unwrap();
        let action = action(sale, is_firm, wanted);
        let seq = sale.auction.state.seq;
        let judged = sale.ask(action, SOON, SOON);
        for fact in result.split(", ") {
            assert!(holds(sale, seq, &judged, fact), "{fact}: {step}\n{judged:?}\nin {steps}");
        }
    }
}

fn action(sale: &Sale, is_firm: bool, wanted: &str) -> Action {
    let words: Vec<_> = wanted.split(' ').collect();
    match words.as_slice() {
        ["reserve", amount] => Action::Order(SELLER, reserve(amount)),
        ["void", who] => Action::Order(ADMIN, void_bidder(user(who))),
        ["void", who, offer] => Action::Order(ADMIN, void_of(sale, user(who), usd(offer))),
        [who, "buys"] => Action::Bid(purchase(user(who))),
        [who, "max", offer] => Action::Bid(maximum(user(who), offer)),
        [who, "firm", offer] => Action::Bid(firm(user(who), offer)),
        [who, offer] => {
            let bid: fn(UserId, &str) -> Bid = if is_firm { firm } else { maximum };
            Action::Bid(bid(user(who), offer))
        }
        _ => panic!("no such step: {wanted}"),
    }
}

/// The void of the public bid with which somebody offered so much.
fn void_of(sale: &Sale, bidder: UserId, amount: Amount) -> Order {
    let found = sale.log.iter().find(|event| match event.change {
        Change::BidPlaced { offer, .. } => event.actor == Some(bidder) && offer.amount() == amount,
        _ => false,
    });
    void(found.unwrap().entry_id)
}

/// Bidders are called A, B, C, …
fn user(letter: &str) -> UserId {
    let digit = letter.parse::<char>().unwrap().to_digit(36).unwrap();
    Uuid::from_u128(digit.into())
}

/// The rows that the last void struck, in its order; an asterisk marks an automatic answer.
fn struck(sale: &Sale) -> String {
    let Some(Change::BidsVoided(voided)) = sale.log.last().map(|event| &event.change) else {
        return String::new();
    };
    let all = sale.rows();
    let mut names = Vec::new();
    for bid_id in &voided.bids {
        let row = all.iter().find(|row| row.bid_id == *bid_id && row.voided).unwrap();
        let letter = u32::try_from(row.bidder.as_u128()).unwrap();
        let letter = char::from_digit(letter, 36).unwrap().to_uppercase();
        let amount = row.amount.to_decimal(sale.auction.terms.currency).to_string();
        let mark = if row.automatic { "*" } else { "" };
        names.push(format!("{letter} {}{mark}", amount.trim_end_matches(".00")));
    }
    names.join(" + ")
}

/// Whether a fact holds after a step; `seq` is the one before it.
fn holds(sale: &Sale, seq: i64, judged: &Judged, fact: &str) -> bool {
    let (auction, state) = (&sale.auction, &sale.auction.state);
    let words: Vec<_> = fact.split(' ').collect();
    match words.as_slice() {
        ["refused"] => judged.is_err(),
        ["silent"] => judged.is_ok() && state.seq == seq,
        ["an", "event"] => judged.is_ok() && state.seq == seq + 1,
        ["nobody"] => judged.is_ok() && state.leader.is_none() && state.price.is_none(),
        ["met"] => auction.reserve_met() == Some(true),
        ["not", "met"] => auction.reserve_met() == Some(false),
        ["no", "reserve"] => auction.reserve_met().is_none(),
        ["sold"] => state.status == Status::Sold,
        ["needs", minimum] => match judged {
            Err(Rejection::TooLow(low)) => low.minimum_next_bid == Some(usd(minimum)),
            _ => auction.minimum_next_bid() == Some(usd(minimum)),
        },
        ["strikes", rows @ ..] => struck(sale) == rows.join(" "),
        ["count", count] => state.bid_count == count.parse::<i64>().unwrap(),
        [who, price] => {
            judged.is_ok() && state.leader == Some(user(who)) && state.price == Some(usd(price))
        }
        [word] => judged.as_ref().is_err_and(|rejection| code(rejection) == *word),
        _ => panic!("no such fact: {fact}"),
    }
}
