//! Offers in words: what is about to be offered, and what was.

use gobid_api::client::safe_text_within;
use gobid_api::{Amount, Currency};
use gobid_auction::{Format, Offered};
use unicode_width::UnicodeWidthStr as _;

use crate::app::{App, Dialog, Kind, Moved, Product, Role};
use crate::{countdown, money};

/// Columns of a product's name within a sentence, at least.
const NAME: usize = 18;
/// Columns of a sentence, at most: those of the dialog within its frame.
const SENTENCE: usize = 52;
/// Columns of that frame.
const FRAME: usize = 4;

/// What `y` in the dialog does, in the sentences it is agreed to in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// The title: `CONFIRM BID`.
    pub title: &'static str,
    /// What it is about: `Bid on Leica M3`.
    pub about: String,
    /// What is offered, with the most it can cost.
    pub what: String,
    /// What that leads to.
    pub then: [String; 2],
    /// What `y` does, in two words.
    pub act: &'static str,
}

/// What `y` in the dialog does.
pub fn promise(app: &App, dialog: &Dialog, product: &Product) -> Promise {
    let (offer, name) = (dialog.offer(), &product.name);
    let amount = money::with_code(offer.amount(), product.currency);
    let make = |title, about: &str, what: String, then: [&str; 2], act| Promise {
        title,
        about: format!("{about} {name}"),
        what,
        then: then.map(str::to_owned),
        act,
    };
    let never = "It cannot be withdrawn.";
    match (offer, product.format) {
        (Offered::Purchase(_), _) => {
            let room = usize::from(app.size.0).saturating_sub(FRAME).min(SENTENCE);
            let rest = format!("You buy  for {amount}.").width();
            let name = safe_text_within(name, room.saturating_sub(rest).max(NAME));
            let what = format!("You buy {name} for {amount}.");
            let then = ["This ends the auction at once.", never];
            make("CONFIRM PURCHASE", "Buy now:", what, then, "buy")
        }
        (Offered::Maximum(maximum), _) => {
            let price = price_with_maximum(app, product, maximum);
            let then = [price.as_str(), never];
            let what = format!("Up to {amount}.");
            make("CONFIRM MAXIMUM", "Hidden maximum for", what, then, "place it")
        }
        (Offered::Firm(_), Format::Dutch) => {
            let what = format!("You accept {amount} or less.");
            let then = ["You pay the price of the instant, never more.", never];
            make("ACCEPT THE PRICE", "Accept the price of", what, then, "accept")
        }
        (Offered::Firm(_), Format::SealedFirstPrice | Format::SealedSecondPrice) => {
            let what = match app.own_to_exceed(Kind::Firm) {
                Some(_) => format!("Your sealed bid becomes {amount}."),
                None => format!("You bid {amount}, sealed."),
            };
            let then = ["Nobody sees it before the close.", "It can be raised, not withdrawn."];
            make("CONFIRM SEALED BID", "Sealed bid on", what, then, "place bid")
        }
        (Offered::Firm(_), Format::English) => {
            let what = format!("You bid exactly {amount}.");
            make("CONFIRM BID", "Bid on", what, ["This becomes the price.", never], "place bid")
        }
    }
}

/// What a maximum would make of the price, as far as the public state can tell: neither a rival's
/// maximum nor the reserve is known.
fn price_with_maximum(app: &App, product: &Product, maximum: Amount) -> String {
    let standing = &product.standing;
    let is_reserved = standing.reserve_met == Some(false);
    let would = |at_least: bool, price| {
        let price = money::with_code(price, product.currency);
        let at_least = if at_least { "at least " } else { "" };
        format!("The price would now be {at_least}{price}.")
    };
    match standing.price {
        None => would(is_reserved, product.baseprice),
        Some(price) if app.watch.role(&app.identity) != Role::Leader => {
            would(true, standing.minimum.unwrap_or(price).min(maximum))
        }
        Some(price) if is_reserved => would(true, price),
        Some(price) => format!("The price stays {}.", money::with_code(price, product.currency)),
    }
}

/// The question of the dialog in a few words: `bid USD 1,300.00? y/n`.
pub fn question(app: &App, offer: Offered, product: &Product) -> String {
    let verb = match (offer, product.format) {
        (Offered::Purchase(_), _) => "buy",
        (Offered::Maximum(_), _) => "max",
        (Offered::Firm(_), Format::Dutch) => "accept",
        (Offered::Firm(_), _) => "bid",
    };
    let keys = app.keys.text("<dialog.send>/<dialog.cancel>");
    format!("{verb} {}? {keys}", money::with_code(offer.amount(), product.currency))
}

/// How things stand while the dialog is open.
pub fn dialog_state(app: &App, product: &Product) -> String {
    let now = app.now.server_time;
    let left = product.standing.end.since(now);
    let left = if left.is_zero() {
        "closing…".to_owned()
    } else {
        format!("ends in {}", countdown::small(left))
    };
    if product.format.is_sealed() {
        return left;
    }
    let Some(price) = product.price_at(now) else {
        return format!("{left} · no bids yet");
    };
    let price = format!("price now {}", money::digits(price, product.currency));
    match falls(app, product) {
        Some(falls) => format!("{price} · {falls}"),
        None => format!("{left} · {price}"),
    }
}

/// When the price of a Dutch auction falls next, and to what: `falls to $70 in 7s`.
pub fn falls(app: &App, product: &Product) -> Option<String> {
    let fall = product.next_fall(app.now.server_time)?;
    let price = money::compact(fall.price, product.currency);
    let left = countdown::until(fall.at.since(app.now.server_time));
    Some(format!("falls to {price} in {left}"))
}

/// What moved while the dialog was open.
pub fn moved(app: &App, dialog: &Dialog, product: &Product) -> Option<String> {
    let digits = |amount| money::digits(amount, product.currency);
    if product.format == Format::Dutch {
        let price = product.price_at(app.now.server_time);
        let fallen = price.filter(|price| *price < dialog.amount());
        return fallen
            .map(|price| format!("the price is {} now: you would pay that", digits(price)));
    }
    Some(match dialog.moved()? {
        Moved::Price(Some(was)) => format!("the price moved: it was {}", digits(was)),
        Moved::Price(None) => "the first bid came in".to_owned(),
        Moved::End => "the end moved".to_owned(),
    })
}

/// An offer by its name, before its amount: `bid of`.
pub const fn noun(offer: Offered, format: Format) -> &'static str {
    match (offer, format) {
        (Offered::Purchase(_), _) => "purchase for",
        (Offered::Maximum(_), _) => "maximum of",
        (Offered::Firm(_), Format::Dutch) => "acceptance of",
        (Offered::Firm(_), Format::SealedFirstPrice | Format::SealedSecondPrice) => "sealed bid of",
        (Offered::Firm(_), Format::English) => "bid of",
    }
}

/// An offer by its name and amount: `bid of $1,300.00`.
pub fn offer(offer: Offered, format: Format, currency: Currency) -> String {
    format!("{} {}", noun(offer, format), money::with_sign(offer.amount(), currency))
}

/// An own offer that was accepted, as the event log tells it.
pub fn own_offer(offer: Offered, format: Format, currency: Currency) -> String {
    let amount = money::with_sign(offer.amount(), currency);
    match (offer, format) {
        (Offered::Purchase(_), _) => format!("you bought it for {amount}"),
        (Offered::Maximum(_), _) => format!("you set a maximum of {amount}"),
        (Offered::Firm(_), Format::Dutch) => format!("you accepted {amount} or less"),
        (Offered::Firm(_), Format::SealedFirstPrice | Format::SealedSecondPrice) => {
            format!("you bid {amount}, sealed")
        }
        (Offered::Firm(_), Format::English) => format!("you bid {amount}"),
    }
}
