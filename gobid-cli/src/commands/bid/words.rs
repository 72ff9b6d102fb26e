//! What is said about a bid: before it is sent, and when it was accepted.

use gobid_api::Decimal;
use gobid_api::bids::BidResult;
use gobid_api::products::{ProductView, YourStatus};
use gobid_auction::{Format, Offer};

use crate::amount;
use crate::commands::product::at_price;

/// Whether the person means it.
pub(super) fn question(product: &ProductView, offer: Offer) -> String {
    let (name, stands) = (&product.product_name, at_price(product));
    let terms = match (offer, format(product)) {
        (Offer::BuyNow, _) => format!(
            "You buy it for {}, at once. It cannot be withdrawn. Buy it?",
            buy_now_price(product)
        ),
        (Offer::Firm(amount), Some(Format::Dutch)) => format!(
            "You buy it at once: at the price there is when your bid arrives, at most {}. \
             It cannot be withdrawn. Buy it?",
            money(product, amount)
        ),
        (Offer::Firm(amount), Some(format)) if format.is_sealed() => format!(
            "You offer {}; nobody sees it before the close. It can be raised, and never \
             withdrawn. Place it?",
            money(product, amount)
        ),
        (Offer::Firm(amount), _) => format!(
            "You bid exactly {}. This becomes the price. It cannot be withdrawn. Place it?",
            money(product, amount)
        ),
        (Offer::Maximum(amount), _) => maximum_terms(product, amount),
    };
    format!("{name}: {stands}. {terms}")
}

fn maximum_terms(product: &ProductView, maximum: Decimal) -> String {
    let maximum = money(product, maximum);
    let status = product.you.as_ref().and_then(|you| you.status);
    if status == Some(YourStatus::Leading) {
        return format!("Your maximum becomes {maximum}. It cannot be lowered. Place it?");
    }
    let least = product
        .minimum_next_bid
        .map(|minimum| format!(" and at least {}", money(product, minimum)))
        .unwrap_or_default();
    format!(
        "You bid as little as needed: up to {maximum}{least}. It cannot be withdrawn. Place it?"
    )
}

/// What is being done.
pub(super) fn doing(product: &ProductView, offer: Offer) -> String {
    match offer {
        Offer::Firm(amount) => format!("bidding {}", money(product, amount)),
        Offer::Maximum(amount) => format!("bidding up to {}", money(product, amount)),
        Offer::BuyNow => format!("buying for {}", buy_now_price(product)),
    }
}

/// What came of a bid that was accepted.
pub(super) fn outcome(product: &ProductView, offer: Offer, result: &BidResult) -> String {
    let shown = |price| money(product, price);
    let price = result.current_price.map(shown).unwrap_or_default();
    if matches!(offer, Offer::BuyNow) || format(product) == Some(Format::Dutch) {
        return format!("sold to you for {price}");
    }
    match (result.leading, offer) {
        (None, _) => "accepted; nobody sees it before the close".to_owned(),
        (Some(false), _) => {
            format!("accepted, but beaten at once by a maximum: the price is {price}")
        }
        (Some(true), Offer::Maximum(maximum)) => {
            let maximum = shown(maximum);
            format!("accepted, you lead: your maximum is {maximum}; the price is {price}")
        }
        (Some(true), _) => format!("accepted, you lead at {price}"),
    }
}

/// The format; `None` for one that this version does not know.
fn format(product: &ProductView) -> Option<Format> {
    product.format.parse().ok()
}

fn buy_now_price(product: &ProductView) -> String {
    let price = product.buy_now_price.map(|price| money(product, price));
    price.unwrap_or_else(|| "the buy-now price".to_owned())
}

fn money(product: &ProductView, amount: Decimal) -> String {
    amount::money(amount, &product.currency)
}
