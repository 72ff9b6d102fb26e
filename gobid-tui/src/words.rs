//! The state in sentences, the same for every layout and for the plain renderer.

mod banner;

pub use banner::{Banner, Mood, banner};

use std::time::Duration;

use crate::app::{
    App, Attempt, Dialog, End, Entry, Field, Identity, LineState, Moved, Phase, Product, Role,
    Tone, Watch,
};
use crate::{countdown, money};

/// How an auction ended, in a sentence that begins with a small letter.
pub fn outcome(watch: &Watch, identity: &Identity) -> String {
    let Some(product) = &watch.product else {
        return String::new();
    };
    match (product.standing.phase, watch.role(identity)) {
        (Phase::Sold, Role::Winner) => format!("you won for {}", hammer(product)),
        (Phase::Sold, Role::Loser) => format!("you lost: {}", sold(product)),
        (Phase::Sold, _) => sold(product),
        (Phase::Unsold, _) => format!("unsold: {}", unsold_reason(product)),
        (Phase::Cancelled, _) => "cancelled".to_owned(),
        (Phase::Scheduled | Phase::Open, _) => "not over".to_owned(),
    }
}

fn sold(product: &Product) -> String {
    let winner = product.winner.as_deref().unwrap_or("somebody");
    let annulled = if product.annulled { ", annulled" } else { "" };
    format!("sold to {winner} for {}{annulled}", hammer(product))
}

fn hammer(product: &Product) -> String {
    let price = product.hammer_price.or(product.standing.price);
    let price = price.unwrap_or(product.baseprice);
    money::with_code(price, product.currency)
}

fn unsold_reason(product: &Product) -> String {
    match product.reason.as_deref() {
        Some(reason) => reason.replace('_', " "),
        None if product.standing.bid_count == 0 => "no bids".to_owned(),
        None => "reserve not met".to_owned(),
    }
}

/// The connection in a few words, and how that is meant.
pub fn line(app: &App) -> (String, Tone) {
    let line = &app.watch.line;
    let now = app.now.since_start;
    match &line.state {
        LineState::Connecting => ("connecting".to_owned(), Tone::Warning),
        LineState::CatchingUp if app.watch.product.is_none() => {
            ("connecting".to_owned(), Tone::Warning)
        }
        LineState::CatchingUp => ("catching up".to_owned(), Tone::Warning),
        LineState::Live => match line.round_trip {
            Some(span) if span.as_millis() == 0 => ("live <1ms".to_owned(), Tone::Good),
            Some(span) => (format!("live {}ms", span.as_millis()), Tone::Good),
            None => ("live".to_owned(), Tone::Good),
        },
        LineState::Slow => {
            let silent = line.silent_for(now).unwrap_or_default().as_secs();
            (format!("slow, {silent}s old"), Tone::Warning)
        }
        LineState::Reconnecting | LineState::Down { .. } if line.is_restart() => {
            (format!("server restarting{}", age(app)), Tone::Bad)
        }
        LineState::Reconnecting => (format!("reconnecting{}", age(app)), Tone::Bad),
        LineState::Down { retry_at, .. } => {
            let wait = retry_at.saturating_sub(now).as_secs() + 1;
            (format!("reconnecting in {wait}s{}", age(app)), Tone::Bad)
        }
        LineState::Ended(End::Over) => ("over".to_owned(), Tone::Plain),
        LineState::Ended(_) => ("not connected".to_owned(), Tone::Bad),
    }
}

/// How old what is on the screen is.
fn age(app: &App) -> String {
    let silent = app.watch.line.silent_for(app.now.since_start);
    let silent = silent.filter(|silent| *silent >= Duration::from_secs(5));
    silent.map_or_else(String::new, |silent| format!(", {}s old", silent.as_secs()))
}

/// Who is looking, in short or in full.
pub fn identity(identity: &Identity, in_full: bool) -> &str {
    match identity {
        Identity::Nobody => "not logged in",
        Identity::Asking => "…",
        Identity::User(user) if in_full => &user.email,
        Identity::User(user) => &user.user_name,
        Identity::SignedOut(_) => "signed out",
    }
}

/// When the auction begins or ends, and how late bids move its end.
pub fn end(app: &App, product: &Product) -> [String; 2] {
    let (now, zone) = (app.now.server_time, &app.look.zone);
    let standing = &product.standing;
    let at = |moment| countdown::with_zone(moment, now, zone);
    match standing.phase {
        Phase::Scheduled => {
            [format!("opens {}", at(product.start)), format!("ends {}", at(standing.end))]
        }
        Phase::Open => [format!("ends {}", at(standing.end)), soft_close(product)],
        _ => [format!("ended {}", at(standing.end)), String::new()],
    }
}

fn soft_close(product: &Product) -> String {
    match product.soft_close_seconds {
        seconds if seconds <= 0 => "no soft close".to_owned(),
        seconds if seconds % 60 == 0 => format!("soft close {} min", seconds / 60),
        seconds => format!("soft close {seconds} s"),
    }
}

/// A bid that has no answer.
pub fn attempt(attempt: &Attempt, app: &App) -> String {
    let amount = money::with_code(attempt.amount, attempt.currency());
    let waiting = attempt.waiting(app.now.since_start).as_secs();
    if !attempt.is_unknown {
        return format!("bid of {amount} sent, no answer yet");
    }
    let is_mine = app.identity.user().map(|user| user.user_id) == Some(attempt.bidder());
    let doing = if !is_mine {
        "log in again to learn it"
    } else if app.watch.line.can_send() {
        "asking again"
    } else {
        "asked again when connected"
    };
    format!("bid of {amount}: OUTCOME UNKNOWN for {waiting}s, {doing}")
}

/// A line of the event log.
pub fn entry(entry: &Entry, app: &App) -> String {
    match entry.bidder.as_deref() {
        None => entry.text.clone(),
        bidder if app.watch.is_me(bidder, &app.identity) => format!("you {}", entry.text),
        Some(bidder) => format!("{bidder} {}", entry.text),
    }
}

/// What `y` in the dialog does, in the three sentences it is agreed to in.
pub fn promise(dialog: &Dialog, product: &Product) -> [String; 3] {
    let amount = money::with_code(dialog.amount(), product.currency);
    [
        format!("You bid exactly {amount}."),
        "This becomes the price.".to_owned(),
        "It cannot be withdrawn.".to_owned(),
    ]
}

/// How things stand while the dialog is open.
pub fn dialog_state(app: &App, product: &Product) -> String {
    let standing = &product.standing;
    let left = standing.end.since(app.now.server_time);
    let left = if left.is_zero() {
        "closing…".to_owned()
    } else {
        format!("ends in {}", countdown::small(left))
    };
    let price = match standing.price {
        Some(price) => format!("price now {}", money::digits(price, product.currency)),
        None => "no bids yet".to_owned(),
    };
    format!("{left} · {price}")
}

/// What moved while the dialog was open.
pub fn moved(moved: Moved, product: &Product) -> String {
    match moved {
        Moved::Price(Some(was)) => {
            let was = money::digits(was, product.currency);
            format!("the price moved: it was {was}")
        }
        Moved::Price(None) => "the first bid came in".to_owned(),
        Moved::End => "the end moved".to_owned(),
    }
}

/// A field of the form.
pub const fn field(field: Field) -> &'static str {
    match field {
        Field::UserName => "user name",
        Field::Email => "e-mail",
        Field::Password => "password",
    }
}
