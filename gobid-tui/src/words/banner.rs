//! The banner: how it stands, in one row.

use gobid_auction::{Format, Offered};

use super::{Means, hammer, reserve, sold, unsold_reason};
use crate::app::{App, End, Kind, LineState, Phase, Product, Role, Watch};
use crate::{countdown, money};

/// What the banner says, and how it is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Banner {
    /// The state in a word or two: `▼ OUTBID`.
    pub state: String,
    /// The rest, when there is room: `by bob_7 at $1,275.00`.
    pub about: String,
    /// What is left out first: `reserve not met`.
    pub aside: String,
    /// What to do: `Enter: bid $1,300.00`.
    pub offer: String,
    /// The same in short: `Enter: bid`.
    pub brief: String,
    /// How it is meant.
    pub mood: Mood,
}

impl Banner {
    /// Everything but what to do, in one line.
    pub fn sentence(&self) -> String {
        let gap = if self.about.starts_with(':') { "" } else { " " };
        let text = format!("{}{gap}{}", self.state, self.about).replace("·  ", "· ");
        let aside = if self.aside.is_empty() { "" } else { " · " };
        format!("{}{aside}{}", text.trim(), self.aside)
    }
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
        aside: String::new(),
        offer: String::new(),
        brief: String::new(),
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
        Phase::Sold => sold_banner(watch, product, role),
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

fn sold_banner(watch: &Watch, product: &Product, role: Role) -> Banner {
    let about = sold(watch, product);
    let (mood, state, about) = match role {
        Role::Winner if product.annulled => {
            let reason = product.reason.as_deref();
            let reason = reason.map(|reason| format!("·  {reason}"));
            (Mood::Bad, "✗ WON, ANNULLED", reason.unwrap_or_default())
        }
        _ if product.annulled => (Mood::Calm, "SALE ANNULLED", format!("·  {about} at first")),
        Role::Winner => (Mood::Good, "★ WON", format!("for {}", hammer(product))),
        Role::Loser => (Mood::Bad, "✗ LOST", format!("·  {about}")),
        _ => (Mood::Calm, "SOLD", about.replacen("sold ", "", 1)),
    };
    plain(state, about, mood)
}

/// A banner without anything to do.
fn plain(state: &str, about: String, mood: Mood) -> Banner {
    let none = String::new;
    Banner { state: state.to_owned(), about, aside: none(), offer: none(), brief: none(), mood }
}

fn opening_banner(app: &App) -> Banner {
    let server = &app.look.server;
    let leaves = advice(app, "<views.quit> leaves", "quit leaves");
    let (state, about, mood) = match &app.watch.line.state {
        LineState::Down { why, .. } => {
            ("NO CONNECTION", format!("·  {why} ({server})"), Mood::Tense)
        }
        LineState::Ended(End::NotFound) => {
            let key = "<views.reconnect> asks again, <views.quit> leaves";
            let word = "reconnect asks again, quit leaves";
            ("NO SUCH AUCTION", advice(app, key, word), Mood::Bad)
        }
        LineState::Ended(End::Forbidden) => ("FORBIDDEN", leaves, Mood::Bad),
        LineState::Ended(End::LoginNeeded) => {
            let what = "·  only users may watch here";
            let about = app.advise(what, "<views.log-in> logs in", "login logs in");
            ("LOGIN NEEDED", about, Mood::Tense)
        }
        LineState::Ended(End::Refused(why)) => ("REFUSED", format!("·  {why}"), Mood::Bad),
        _ => ("connecting", format!("to {server}"), Mood::Calm),
    };
    plain(state, about, mood)
}

/// What can be done, where something is read.
fn advice(app: &App, by_key: &str, by_word: &str) -> String {
    match app.look.means {
        Means::Keys => app.keys.text(&format!("·  {by_key}")),
        Means::Words => format!("·  {by_word}"),
        Means::Nothing => String::new(),
    }
}

fn open_banner(app: &App, product: &Product, role: Role) -> Banner {
    let standing = &product.standing;
    let price = product.price_at(app.now.server_time).unwrap_or(product.baseprice);
    let price = money::with_sign(price, product.currency);
    let mut aside = reserve(product).unwrap_or_default();
    let (mood, state, about) = match role {
        Role::Leader if standing.reserve_met == Some(false) => {
            aside = "";
            let about = ": would not be sold".to_owned();
            (Mood::Tense, "▲ LEADING, RESERVE NOT MET", about)
        }
        Role::Leader => (Mood::Good, "▲ LEADING", format!("at {price}")),
        Role::Outbid => {
            let by = standing.leader.as_deref().unwrap_or("nobody");
            (Mood::Bad, "▼ OUTBID", format!("by {by} at {price}"))
        }
        Role::SealedBidder => (Mood::Good, "SEALED BID PLACED", sealed_bid(app, product)),
        Role::Seller => (Mood::Calm, "YOUR AUCTION", led_by(product)),
        Role::Watcher | Role::Winner | Role::Loser => match product.format {
            Format::English => (Mood::Calm, "WATCHING", led_by(product)),
            Format::Dutch => (Mood::Calm, "DUTCH AUCTION", led_by(product)),
            Format::SealedFirstPrice | Format::SealedSecondPrice => {
                let own = if app.identity.user().is_some() { "no bid of yours yet" } else { "" };
                (Mood::Calm, "SEALED AUCTION", format!("·  {own}"))
            }
        },
    };
    let (offer, brief) = offer(app, product, role).unwrap_or_default();
    Banner {
        state: state.to_owned(),
        about: about.trim_end_matches("·  ").to_owned(),
        aside: aside.to_owned(),
        offer,
        brief,
        mood,
    }
}

/// What `Enter` would offer, and the same in short.
fn offer(app: &App, product: &Product, role: Role) -> Option<(String, String)> {
    let lowest = app.lowest(Kind::Firm).filter(|_| !app.is_read_only)?;
    let lowest = money::with_sign(lowest, product.currency);
    let verb = if product.format == Format::Dutch { "accept" } else { "bid" };
    let is_user = app.identity.user().is_some();
    let enter = app.keys.text("<amount.review>:");
    if app.watch.dialog.is_some() {
        return None; // it says itself what is offered
    }
    // The amount that is typed is another one, and the dialog says which.
    let is_typing = !app.watch.field.is_empty() || app.watch.wants_maximum;
    match role {
        Role::Watcher if is_typing && !is_user => {
            let log_in = format!("{enter} log in");
            Some((log_in.clone(), log_in))
        }
        Role::Watcher | Role::Outbid | Role::SealedBidder if is_typing => {
            let review = format!("{enter} review");
            Some((review.clone(), review))
        }
        Role::Watcher if !is_user => {
            Some((format!("{enter} log in to {verb} {lowest}"), format!("{enter} log in")))
        }
        Role::Watcher | Role::Outbid => {
            Some((format!("{enter} {verb} {lowest}"), format!("{enter} {verb}")))
        }
        Role::SealedBidder => Some((format!("{enter} raise it"), format!("{enter} raise"))),
        Role::Seller | Role::Leader | Role::Winner | Role::Loser => None,
    }
}

/// One's own sealed amount, which nobody else sees.
fn sealed_bid(app: &App, product: &Product) -> String {
    let own = app.watch.own_offer().map(Offered::amount);
    let own = own.map(|own| money::with_code(own, product.currency));
    own.map_or_else(String::new, |own| format!("·  your sealed bid: {own}"))
}

fn led_by(product: &Product) -> String {
    match (&product.standing.leader, product.format) {
        (Some(leader), _) => format!("·  {leader} leads"),
        (None, Format::Dutch) => "·  the first to accept the price buys".to_owned(),
        (None, Format::SealedFirstPrice | Format::SealedSecondPrice) => {
            "·  bids are sealed until the close".to_owned()
        }
        (None, Format::English) if product.standing.bidder_count.unwrap_or(0) > 0 => {
            "·  nobody leads".to_owned()
        }
        (None, Format::English) => "·  no bids yet".to_owned(),
    }
}
