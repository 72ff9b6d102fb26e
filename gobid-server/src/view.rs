//! What the public sees of the store's rows and the rules' values.

use gobid_api::live::ProductChange;
use gobid_api::products::{ProductView, RungView, Seller, YourStatus, YourView};
use gobid_auction::{Amount, Auction, Currency, Decimal, Standing, Status, Timestamp, UserId};
use gobid_store::{Bidder, Product};

/// The name that the public sees of a bidder.
pub(crate) fn public_name(anonymous_bidders: bool, user_name: &str, number: i64) -> String {
    if anonymous_bidders { format!("Bidder {number}") } else { user_name.to_owned() }
}

/// A product as everybody may see it.
pub(crate) fn product_view(product: &Product, server_time: Timestamp) -> ProductView {
    let Auction { terms, state } = &product.auction;
    let currency = terms.currency;
    let change = product_change(product);
    let is_sold = state.status == Status::Sold;
    ProductView {
        product_id: terms.product_id,
        product_name: product.product_name.clone(),
        description: product.description.clone(),
        seller: Seller { user_id: terms.seller_id, user_name: product.seller_name.clone() },
        format: terms.format.to_string(),
        currency: currency.to_string(),
        baseprice: terms.baseprice.to_decimal(currency),
        current_price: change.current_price,
        minimum_next_bid: change.minimum_next_bid,
        increment: ladder(&product.auction),
        buy_now_price: None,
        buy_now_available: change.buy_now_available,
        reserve_met: change.reserve_met,
        anonymous_bidders: product.anonymous_bidders,
        bid_count: change.bid_count,
        bidder_count: change.bidder_count,
        winner: change.leader.clone().filter(|_| is_sold),
        leader: change.leader,
        status: change.status,
        is_sold,
        annulled: product.annulled,
        hammer_price: change.current_price.filter(|_| is_sold),
        cancel_reason: product.cancel_reason.clone(),
        auction_start: terms.auction_start,
        auction_end: state.auction_end,
        original_end: product.original_end,
        hard_end: None,
        soft_close_seconds: 0,
        seq: state.seq,
        revision: product.revision,
        server_time,
        created_at: product.created_at,
        you: None,
    }
}

/// The part of a product that events change.
pub(crate) fn product_change(product: &Product) -> ProductChange {
    let Auction { terms, state } = &product.auction;
    let decimal = |amount: Amount| amount.to_decimal(terms.currency);
    let name =
        |leader: &Bidder| public_name(product.anonymous_bidders, &leader.user_name, leader.number);
    ProductChange {
        current_price: state.price.map(decimal),
        minimum_next_bid: product.auction.minimum_next_bid().map(decimal),
        bid_count: state.bid_count,
        bidder_count: state.bidder_count,
        leader: product.leader.as_ref().map(name),
        auction_end: state.auction_end,
        status: state.status.to_string(),
        reserve_met: None,
        buy_now_available: false,
    }
}

/// What one caller sees beyond that: how he stands, and what is his alone.
pub(crate) fn your_view(
    product: &Product,
    user_id: UserId,
    user_name: &str,
    bidder: Option<gobid_store::BidderRow>,
    contact: Option<String>,
) -> YourView {
    let Auction { terms, state } = &product.auction;
    let is_seller = terms.seller_id == user_id;
    let standing = Standing::of(user_id, bidder.is_some(), state.status, state.leader);
    let amount = bidder.as_ref().and_then(|row| row.maximum);
    YourView {
        status: YourStatus::from(standing),
        amount: amount.map(|amount| amount.to_decimal(terms.currency)),
        alias: bidder.map(|row| public_name(product.anonymous_bidders, user_name, row.number)),
        is_seller,
        reference: product.reference.clone().filter(|_| is_seller),
        contact,
    }
}

/// An amount of minor units as a row has it, on the wire.
pub(crate) fn decimal(minor_units: Option<i64>, currency: Currency) -> Option<Decimal> {
    Amount::new(minor_units?).map(|amount| amount.to_decimal(currency))
}

fn ladder(auction: &Auction) -> Vec<RungView> {
    let currency = auction.terms.currency;
    let rung = |rung: &gobid_auction::Rung| RungView {
        from: Decimal::from_minor_units(rung.from, currency),
        step: rung.step.to_decimal(currency),
    };
    auction.terms.increment.rungs().iter().map(rung).collect()
}
