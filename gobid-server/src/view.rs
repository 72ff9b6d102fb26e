//! What the public sees of the store's rows and the rules' values.

use gobid_api::live::ProductChange;
use gobid_api::products::{DutchView, ProductView, RungView, Seller, YourStatus, YourView};
use gobid_auction::planted::{self, Bug};
use gobid_auction::{
    Amount, Auction, Currency, Decimal, Format, Offered, Standing, Status, Timestamp, UserId,
};
use gobid_store::{Bidder, BidderRow, Product};

/// The name that the public sees of a bidder.
pub(crate) fn public_name(anonymous_bidders: bool, user_name: &str, number: i64) -> String {
    if anonymous_bidders { format!("Bidder {number}") } else { user_name.to_owned() }
}

/// A product as everybody may see it.
pub(crate) fn product_view(product: &Product, server_time: Timestamp) -> ProductView {
    let Auction { terms, state } = &product.auction;
    let decimal = |amount: Amount| amount.to_decimal(terms.currency);
    let change = product_change(product, server_time);
    let is_sold = state.status == Status::Sold;
    ProductView {
        product_id: terms.product_id,
        product_name: product.product_name.clone(),
        description: product.description.clone(),
        seller: Seller { user_id: terms.seller_id, user_name: product.seller_name.clone() },
        format: terms.format.to_string(),
        currency: terms.currency.to_string(),
        baseprice: decimal(terms.baseprice),
        current_price: change.current_price,
        minimum_next_bid: change.minimum_next_bid,
        increment: ladder(&product.auction),
        dutch: dutch(&product.auction),
        buy_now_price: terms.buy_now_price.map(decimal),
        buy_now_available: change.buy_now_available,
        reserve_met: change.reserve_met,
        anonymous_bidders: product.anonymous_bidders,
        bid_count: change.bid_count,
        bidder_count: change.bidder_count,
        winner: change.leader.clone().filter(|_| is_sold),
        leader: change.leader,
        status: change.status,
        is_sold,
        annulled: state.annulled,
        hammer_price: change.current_price.filter(|_| is_sold),
        cancel_reason: product.cancel_reason.clone(),
        auction_start: terms.auction_start,
        auction_end: state.auction_end,
        original_end: product.original_end,
        hard_end: terms.hard_end,
        soft_close_seconds: i64::try_from(terms.soft_close.as_secs()).unwrap_or(i64::MAX),
        seq: state.seq,
        revision: state.revision,
        server_time,
        created_at: product.created_at,
        you: None,
    }
}

/// The part of a product that events change, and of a Dutch auction the time.
pub(crate) fn product_change(product: &Product, server_time: Timestamp) -> ProductChange {
    let auction = &product.auction;
    let state = &auction.state;
    let decimal = |amount: Amount| amount.to_decimal(auction.terms.currency);
    let is_told = !auction.is_secret() || planted::is(Bug::LeakInSealedCount);
    let count = |count: i64| is_told.then_some(count);
    let name =
        |leader: &Bidder| public_name(product.anonymous_bidders, &leader.user_name, leader.number);
    ProductChange {
        current_price: auction.current_price_at(server_time).map(decimal),
        minimum_next_bid: auction.minimum_next_bid_at(server_time).map(decimal),
        bid_count: count(state.bid_count),
        bidder_count: count(state.bidder_count),
        leader: product.leader.as_ref().map(name),
        auction_end: state.auction_end,
        status: state.status.to_string(),
        reserve_met: auction.reserve_met(),
        buy_now_available: auction.buy_now_available(),
    }
}

/// What one caller sees beyond that: how he stands, and what is his alone.
pub(crate) fn your_view(
    product: &Product,
    user_id: UserId,
    user_name: &str,
    bidder: Option<BidderRow>,
    contact: Option<String>,
) -> YourView {
    let Auction { terms, state } = &product.auction;
    let is_seller = terms.seller_id == user_id;
    let part = your_part(product, user_id, user_name, bidder);
    let sees_reserve = is_seller || planted::is(Bug::LeakInOwnPart);
    let reserve_price = state.reserve.filter(|_| sees_reserve);
    YourView {
        status: part.status,
        amount: part.amount,
        max_amount: part.max_amount,
        alias: part.alias,
        is_seller,
        reserve_price: reserve_price.map(|reserve| reserve.to_decimal(terms.currency)),
        reference: product.reference.clone().filter(|_| is_seller),
        contact,
    }
}

/// How a user has taken part in an auction, for himself alone.
#[derive(Debug)]
pub(crate) struct YourPart {
    /// How he stands; `None` in a sealed auction that is open.
    pub(crate) status: Option<YourStatus>,
    /// The most that he has offered, when that was firm or sealed.
    pub(crate) amount: Option<Decimal>,
    /// The most that he has offered, when that was a maximum.
    pub(crate) max_amount: Option<Decimal>,
    /// The name that the public sees; `None` without a bid, and while who bids is secret.
    pub(crate) alias: Option<String>,
}

/// How a user has taken part in an auction.
pub(crate) fn your_part(
    product: &Product,
    user_id: UserId,
    user_name: &str,
    bidder: Option<BidderRow>,
) -> YourPart {
    let auction = &product.auction;
    let decimal = |amount: Amount| amount.to_decimal(auction.terms.currency);
    let offer = bidder.and_then(|row| row.offer);
    let (firm, maximum) = match offer {
        Some(Offered::Maximum(maximum)) => (None, Some(maximum)),
        Some(Offered::Firm(amount) | Offered::Purchase(amount)) => (Some(amount), None),
        None => (None, None),
    };
    let is_told = !auction.is_secret() || planted::is(Bug::LeakInAlias);
    let bidder = bidder.filter(|_| is_told);
    YourPart {
        status: Standing::of(auction, user_id, offer.is_some()).map(YourStatus::from),
        amount: firm.map(decimal),
        max_amount: maximum.map(decimal),
        alias: bidder.map(|row| public_name(product.anonymous_bidders, user_name, row.number)),
    }
}

/// An amount of minor units as a row has it, on the wire.
pub(crate) fn decimal(minor_units: Option<i64>, currency: Currency) -> Option<Decimal> {
    Amount::new(minor_units?).map(|amount| amount.to_decimal(currency))
}

/// The ladder in force: bids of an English auction alone climb one.
fn ladder(auction: &Auction) -> Vec<RungView> {
    let currency = auction.terms.currency;
    if auction.terms.format != Format::English {
        return Vec::new();
    }
    let rung = |rung: &gobid_auction::Rung| RungView {
        from: Decimal::from_minor_units(rung.from, currency),
        step: rung.step.to_decimal(currency),
    };
    auction.terms.increment.rungs().iter().map(rung).collect()
}

fn dutch(auction: &Auction) -> Option<DutchView> {
    let dutch = auction.terms.dutch?;
    Some(DutchView {
        floor: dutch.floor.to_decimal(auction.terms.currency),
        step: dutch.step.to_decimal(auction.terms.currency),
        tick_seconds: dutch.tick_seconds,
    })
}
