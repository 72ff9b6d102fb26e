//! Several auctions, each in a few words; and what happened in one that nobody looked at.

use std::time::Duration;

use crate::app::{
    App, Identity, LineState, Moment, Phase, Product, Role, Row, Stake, Tone, Watch, What,
};
use crate::{countdown, money};

/// How an auction stands, in a word.
pub fn standing_of(watch: &Watch, identity: &Identity, now: &Moment) -> (&'static str, Tone) {
    let Some(product) = &watch.product else {
        return ("", Tone::Plain);
    };
    match product.standing.phase {
        Phase::Open if watch.is_closing(now) => ("CLOSING", Tone::Warning),
        phase => state(phase, watch.role(identity), product.annulled),
    }
}

/// A phase and what the auction is to the user, in a word.
const fn state(phase: Phase, role: Role, is_annulled: bool) -> (&'static str, Tone) {
    match (phase, role) {
        (Phase::Scheduled, _) => ("SOON", Tone::Plain),
        (Phase::Open, Role::Leader) => ("LEADING", Tone::Good),
        (Phase::Open, Role::Outbid) => ("OUTBID", Tone::Bad),
        (Phase::Open, Role::SealedBidder) => ("SEALED", Tone::Good),
        (Phase::Open, Role::Seller) => ("YOURS", Tone::Plain),
        (Phase::Open, _) => ("OPEN", Tone::Plain),
        (Phase::Sold, _) if is_annulled => ("ANNULLED", Tone::Bad),
        (Phase::Sold, Role::Winner) => ("WON", Tone::Good),
        (Phase::Sold | Phase::Unsold, Role::Loser) => ("LOST", Tone::Bad),
        (Phase::Sold, _) => ("SOLD", Tone::Plain),
        (Phase::Unsold, _) => ("UNSOLD", Tone::Plain),
        (Phase::Cancelled, _) => ("CANCELLED", Tone::Bad),
    }
}

/// The same as a sign.
pub const fn sign(role: Role) -> &'static str {
    match role {
        Role::Leader => "▲",
        Role::Outbid => "▼",
        Role::SealedBidder => "•",
        Role::Winner => "★",
        Role::Loser => "✗",
        Role::Watcher | Role::Seller => " ",
    }
}

/// The time that an auction has left, or until it begins.
pub fn time_of(product: &Product, now: &Moment) -> String {
    let now = now.server_time;
    match product.standing.phase {
        Phase::Scheduled => countdown::small(product.start.since(now)),
        Phase::Open => countdown::small(product.standing.end.since(now)),
        Phase::Sold | Phase::Unsold | Phase::Cancelled => String::new(),
    }
}

/// A connection as a sign, and how that is meant.
pub const fn line_sign(state: &LineState) -> (&'static str, Tone) {
    match state {
        LineState::Live => ("●", Tone::Good),
        LineState::Slow => ("◌", Tone::Warning),
        LineState::Connecting | LineState::CatchingUp | LineState::Reconnecting => {
            ("○", Tone::Warning)
        }
        LineState::Down { .. } => ("✗", Tone::Bad),
        LineState::Ended(_) => ("·", Tone::Plain),
    }
}

/// The auctions that are watched, a line for each.
pub fn auctions(app: &App) -> Vec<String> {
    let line = |watch: &&Watch| {
        let (state, _) = standing_of(watch, &app.identity, &app.now);
        let name = watch.product.as_ref().map_or("?", |product| product.name.as_str());
        let left = watch.product.as_ref().map(|product| time_of(product, &app.now));
        let left = left.filter(|left| !left.is_empty()).map(|left| format!(", {left} left"));
        let here = if watch.product_id == app.watch.product_id { "*" } else { " " };
        let connection = if watch.line.can_send() { "" } else { ", not connected" };
        let unknown = if watch.attempts.has_unknown() { ", outcome of a bid unknown" } else { "" };
        let (state, left) = (state.to_lowercase(), left.unwrap_or_default());
        format!("{here}{} {name}: {state}{left}{unknown}{connection}", watch.number)
    };
    app.auctions().iter().map(line).collect()
}

/// What an auction of a list is to the user, in a word.
pub fn stake(app: &App, row: &Row) -> (&'static str, Tone) {
    let standing = &row.product.standing;
    match app.stake(row) {
        Stake::Role(Role::Seller) => ("yours", Tone::Plain),
        Stake::Role(Role::Leader) => ("leading", Tone::Good),
        Stake::Role(Role::Outbid) => ("outbid", Tone::Bad),
        Stake::Role(Role::SealedBidder) => ("sealed", Tone::Good),
        Stake::Role(Role::Winner) => ("won", Tone::Good),
        Stake::Role(Role::Loser) => ("lost", Tone::Bad),
        Stake::Watched | Stake::Role(Role::Watcher) => ("watching", Tone::Warning),
        Stake::None if standing.phase == Phase::Sold => ("sold", Tone::Plain),
        Stake::None if standing.phase == Phase::Unsold => ("unsold", Tone::Plain),
        Stake::None if standing.phase == Phase::Cancelled => ("cancelled", Tone::Plain),
        Stake::None if standing.bid_count == Some(0) => ("no bids", Tone::Plain),
        Stake::None => ("", Tone::Plain),
    }
}

/// The sign before a row of a list.
pub fn stake_sign(app: &App, row: &Row) -> (&'static str, Tone) {
    let (_, tone) = stake(app, row);
    match app.stake(row) {
        Stake::Role(role) => (sign(role), tone),
        Stake::Watched => ("★", tone),
        Stake::None => (" ", tone),
    }
}

/// What happened in the auction in front, without its name.
pub fn happening(app: &App, product: &Product, what: What) -> String {
    let standing = &product.standing;
    let price = standing.price.unwrap_or(product.baseprice);
    let price = money::with_sign(price, product.currency);
    match what {
        What::Opened => "bidding has opened".to_owned(),
        What::Outbid if standing.leader.is_none() => {
            format!("your lead is voided, {} left", left(app, product))
        }
        What::Outbid => {
            let by = standing.leader.as_deref();
            let by = by.map(|by| format!(" by {by}")).unwrap_or_default();
            format!("you are outbid{by} at {price}, {} left", left(app, product))
        }
        What::Leads => format!("you lead at {price}, {} left", left(app, product)),
        What::Won | What::Lost | What::Ended => super::outcome(&app.watch, &app.identity),
        // The answer to the bid says it.
        What::Refused | What::Unknown => String::new(),
    }
}

fn left(app: &App, product: &Product) -> String {
    let left = product.standing.end.since(app.now.server_time);
    if left < Duration::from_mins(1) {
        format!("{} s", left.as_secs())
    } else {
        countdown::small(left)
    }
}
