//! The banner: how it stands, in one row.

use super::{hammer, sold, unsold_reason};
use crate::app::{App, End, LineState, Phase, Product, Role};
use crate::{countdown, money};

/// What the banner says, and how it is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Banner {
    /// The state in a word or two: `▼ OUTBID`.
    pub state: String,
    /// The rest, when there is room: `by bob_7 at $1,275.00`.
    pub about: String,
    /// What to do: `Enter: bid $1,300.00`.
    pub offer: String,
    /// How it is meant.
    pub mood: Mood,
}

/// How a banner is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Nothing is at stake.
    Calm,
    /// One leads, or has won.
    Good,
    /// One is outbid, or has lost.
    Bad,
    /// The end is near, or something is open.
    Tense,
}

/// The banner.
pub fn banner(app: &App) -> Banner {
    let watch = &app.watch;
    let make = |mood, state: &str, about: String| Banner {
        state: state.to_owned(),
        about,
        offer: String::new(),
        mood,
    };
    let Some(product) = &watch.product else {
        return opening_banner(app);
    };
    let role = watch.role(&app.identity);
    match product.standing.phase {
        Phase::Scheduled if watch.is_opening(&app.now) => {
            make(Mood::Tense, "OPENING…", String::new())
        }
        Phase::Scheduled => {
            let left = product.start.since(app.now.server_time);
            let about = format!("·  bidding opens in {}", countdown::small(left));
            make(Mood::Calm, "NOT STARTED", about)
        }
        Phase::Open if watch.is_closing(&app.now) => {
            let about = match role {
                Role::Leader => "·  you led at the end; the server decides",
                Role::Outbid => "·  you were outbid; the server decides",
                _ => "·  the server decides",
            };
            make(Mood::Tense, "CLOSING…", about.to_owned())
        }
        Phase::Open => open_banner(app, product, role),
        Phase::Sold => {
            let about = sold(product);
            match role {
                Role::Winner if product.annulled => {
                    make(Mood::Bad, "✗ WON, ANNULLED", format!("·  {about}"))
                }
                Role::Winner => {
                    let price = hammer(product);
                    make(Mood::Good, "★ WON", format!("for {price}"))
                }
                Role::Loser => make(Mood::Bad, "✗ LOST", format!("·  {about}")),
                _ => make(Mood::Calm, "SOLD", about.replacen("sold ", "", 1)),
            }
        }
        Phase::Unsold => {
            let mood = if role == Role::Loser { Mood::Bad } else { Mood::Calm };
            make(mood, "UNSOLD", format!("·  {}", unsold_reason(product)))
        }
        Phase::Cancelled => {
            let reason = product.reason.as_deref();
            let reason = reason.map(|reason| format!("·  {reason}"));
            make(Mood::Bad, "CANCELLED", reason.unwrap_or_default())
        }
    }
}

fn opening_banner(app: &App) -> Banner {
    let server = &app.look.server;
    let (state, about, mood) = match &app.watch.line.state {
        LineState::Down { why, .. } => {
            ("NO CONNECTION", format!("·  {why} ({server})"), Mood::Tense)
        }
        LineState::Ended(End::NotFound) => {
            let about = "·  R asks again, q leaves".to_owned();
            ("NO SUCH AUCTION", about, Mood::Bad)
        }
        LineState::Ended(End::Forbidden) => ("FORBIDDEN", "·  q leaves".to_owned(), Mood::Bad),
        LineState::Ended(End::LoginNeeded) => {
            let about = "·  only users may watch here: L logs in".to_owned();
            ("LOGIN NEEDED", about, Mood::Tense)
        }
        LineState::Ended(End::Refused(why)) => ("REFUSED", format!("·  {why}"), Mood::Bad),
        _ => ("connecting", format!("to {server}"), Mood::Calm),
    };
    Banner { state: state.to_owned(), about, offer: String::new(), mood }
}

fn open_banner(app: &App, product: &Product, role: Role) -> Banner {
    let standing = &product.standing;
    let price = standing.price.unwrap_or(product.baseprice);
    let price = money::with_sign(price, product.currency);
    let bid = standing.minimum.map(|minimum| money::with_sign(minimum, product.currency));
    let offer = match (bid, role) {
        (Some(bid), Role::Outbid) => format!("Enter: bid {bid}"),
        (Some(bid), Role::Watcher) if app.identity.user().is_some() => format!("Enter: bid {bid}"),
        (Some(bid), Role::Watcher) => format!("Enter: log in to bid {bid}"),
        _ => String::new(),
    };
    let offer = if app.is_read_only { String::new() } else { offer };
    let (mood, state, about) = match role {
        Role::Leader if standing.reserve_met == Some(false) => {
            let about = format!("at {price}: would not be sold");
            (Mood::Tense, "▲ LEADING, RESERVE NOT MET", about)
        }
        Role::Leader => {
            let reserve = match standing.reserve_met {
                Some(true) => "  ·  reserve met",
                _ => "",
            };
            (Mood::Good, "▲ LEADING", format!("at {price}{reserve}"))
        }
        Role::Outbid => {
            let by = standing.leader.as_deref().unwrap_or("nobody");
            (Mood::Bad, "▼ OUTBID", format!("by {by} at {price}"))
        }
        Role::Seller => (Mood::Calm, "YOUR AUCTION", led_by(product)),
        Role::Watcher | Role::Winner | Role::Loser => (Mood::Calm, "WATCHING", led_by(product)),
    };
    Banner { state: state.to_owned(), about, offer, mood }
}

fn led_by(product: &Product) -> String {
    match &product.standing.leader {
        Some(leader) => format!("·  {leader} leads"),
        None => "·  no bids yet".to_owned(),
    }
}
