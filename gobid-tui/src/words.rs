//! The state in sentences, the same for every layout and for the plain renderer.

mod auctions;
mod banner;
mod details;
pub mod listing;
mod means;
mod offers;
mod wrap;

pub use auctions::{auctions, happening, line_sign, sign, stake, stake_sign, standing_of, time_of};
pub use banner::{Banner, Mood, banner};
pub use details::{Detail, LABEL, WIDEST, detail_lines, details};
pub use means::Means;
pub use offers::{Promise, dialog_state, falls, moved, noun, offer, own_offer, promise, question};
pub use wrap::wrap;

use std::time::Duration;

use gobid_auction::Format;

use crate::app::{
    App, Attempt, Bid, End, Entry, Field, Identity, LineState, Phase, Product, Role, Tone, Watch,
};
use crate::{countdown, money};

/// How an auction ended, in a sentence that begins with a small letter.
pub fn outcome(watch: &Watch, identity: &Identity) -> String {
    let Some(product) = &watch.product else {
        return String::new();
    };
    match (product.standing.phase, watch.role(identity)) {
        (Phase::Sold, _) if product.annulled => annulled(product),
        (Phase::Sold, Role::Winner) => format!("you won for {}", hammer(product)),
        (Phase::Sold, Role::Loser) => format!("you lost: {}", sold(watch, product)),
        (Phase::Sold, _) => sold(watch, product),
        (Phase::Unsold, _) => format!("unsold: {}", unsold_reason(product)),
        (Phase::Cancelled, _) => {
            let reason = product.reason.as_deref();
            reason.map_or_else(|| "cancelled".to_owned(), |reason| format!("cancelled: {reason}"))
        }
        (Phase::Scheduled | Phase::Open, _) => "not over".to_owned(),
    }
}

/// To whom it was sold: a side of the sale knows the user behind the public name.
fn sold(watch: &Watch, product: &Product) -> String {
    let public = product.winner.as_deref().unwrap_or("somebody");
    let winner = match watch.sale.winner.as_deref() {
        Some(name) if name != public => format!("{name} ({public})"),
        _ => public.to_owned(),
    };
    format!("sold to {winner} for {}", hammer(product))
}

/// Whose e-mail a side of a sale may know, and which that is.
pub fn contact(app: &App) -> Option<String> {
    let email = app.watch.sale.contact.as_deref()?;
    let other = match app.watch.role(&app.identity) {
        Role::Seller => "the winner",
        Role::Winner => "the seller",
        _ => return None,
    };
    Some(format!("{other}'s e-mail: {email}"))
}

/// A whole sentence: it begins with a capital letter, and ends with one full stop however the text
/// ends, which may be somebody's reason.
pub fn sentence(text: &str) -> String {
    let text = text.trim_end();
    let stop = if text.ends_with(['.', '!', '?', '…']) { "" } else { "." };
    format!("{}{stop}", capital(text))
}

/// A text that begins with a capital letter.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// A count and what is counted: `1 bid`, `2 bids`.
pub fn count(count: i64, one: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {one}{ending}")
}

/// A bidder, to whoever looks.
pub fn bidder<'a>(bidder: &'a str, app: &App) -> &'a str {
    if app.watch.is_me(Some(bidder), &app.identity) { "you" } else { bidder }
}

/// The reason of an annulment is told by its event alone.
fn annulled(product: &Product) -> String {
    let reason = product.reason.as_deref().map(|reason| format!(": {reason}"));
    format!("the sale was annulled{}", reason.unwrap_or_default())
}

fn hammer(product: &Product) -> String {
    let price = product.hammer_price.or(product.standing.price);
    let price = price.unwrap_or(product.baseprice);
    money::with_code(price, product.currency)
}

fn unsold_reason(product: &Product) -> String {
    match product.reason.as_deref() {
        Some(reason) => reason.replace('_', " "),
        None if product.standing.bid_count == Some(0) => "no bids".to_owned(),
        None => "reserve not met".to_owned(),
    }
}

/// The connection in a few words, and how that is meant.
pub fn line(app: &App) -> (String, Tone) {
    if let Some(replay) = &app.replay {
        let state = if replay.is_playing { "replay" } else { "replay, stopped" };
        return (format!("{state} {}x", replay.speed), Tone::Warning);
    }
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

/// When the auction begins or ends.
pub fn end(app: &App, product: &Product) -> String {
    let (now, zone) = (app.now.server_time, &app.look.zone);
    let standing = &product.standing;
    let at = |moment| countdown::with_zone(moment, now, zone);
    match standing.phase {
        Phase::Scheduled => format!("opens {}", at(product.start)),
        Phase::Open if standing.end > product.original_end => {
            format!("extended to {}", at(standing.end))
        }
        Phase::Open => format!("ends {}", at(standing.end)),
        _ => format!("ended {}", at(standing.end)),
    }
}

/// What may still move the end, in full and shorter and shorter; of an auction that has not begun
/// the end.
pub fn end_moves(app: &App, product: &Product) -> Vec<String> {
    let (now, zone) = (app.now.server_time, &app.look.zone);
    match product.standing.phase {
        Phase::Scheduled => {
            vec![format!("ends {}", countdown::with_zone(product.standing.end, now, zone))]
        }
        Phase::Open if product.format == Format::English => {
            let Some(window) = seconds(product.soft_close_seconds) else {
                return vec!["no soft close".to_owned()];
            };
            let limit = product.hard_end.map(|end| countdown::time_or_day(end, now, zone));
            let limit = limit.map(|end| format!(" to {end}")).unwrap_or_default();
            let full = format!("soft close {window}{limit}");
            vec![full, format!("+{window}{limit}"), format!("+{window}")]
        }
        _ => Vec::new(),
    }
}

/// A span of so many seconds, where there is one: `2 min`, `90 s`.
fn seconds(span: i64) -> Option<String> {
    match span {
        seconds if seconds <= 0 => None,
        seconds if seconds % 60 == 0 => Some(format!("{} min", seconds / 60)),
        seconds => Some(format!("{seconds} s")),
    }
}

/// Whether the reserve is met, where there is one.
pub const fn reserve(product: &Product) -> Option<&'static str> {
    match product.standing.reserve_met {
        Some(true) => Some("reserve met"),
        Some(false) => Some("reserve not met"),
        None => None,
    }
}

/// The seller changed the reserve. In a sealed auction nothing of it is public before the close.
pub const fn reserve_changed(is_met: Option<bool>, is_sealed: bool) -> &'static str {
    match is_met {
        Some(true) => "reserve changed: it is met now",
        Some(false) => "reserve changed: it is not met",
        None if is_sealed => "reserve changed",
        None => "reserve removed",
    }
}

/// A bid, after its bidder's name.
pub fn bid(bid: &Bid, product: &Product) -> String {
    let amount = money::with_sign(bid.amount, product.currency);
    let verb = if product.format == Format::Dutch { "accepted" } else { "bid" };
    format!("{verb} {amount}{}", bid_mark(bid))
}

/// What is special about a bid.
pub const fn bid_mark(bid: &Bid) -> &'static str {
    match (bid.voided, bid.automatic) {
        (true, _) => " (voided)",
        (false, true) => " (automatic)",
        (false, false) => "",
    }
}

/// A bid that has no answer.
pub fn attempt(attempt: &Attempt, app: &App) -> String {
    let amount = money::with_code(attempt.offer.amount(), attempt.currency());
    let noun = noun(attempt.offer, app.watch.format());
    let waiting = attempt.waiting(app.now.since_start).as_secs();
    if !attempt.is_unknown {
        return format!("{noun} {amount} sent, no answer yet");
    }
    let is_mine = app.identity.user().map(|user| user.user_id) == Some(attempt.bidder());
    let doing = if !is_mine {
        "log in again to learn it"
    } else if app.watch.line.can_send() {
        "asking again"
    } else {
        "asked again when connected"
    };
    format!("{noun} {amount}: OUTCOME UNKNOWN for {waiting}s, {doing}")
}

/// A line of the event log.
pub fn entry(entry: &Entry, app: &App) -> String {
    match entry.bidder.as_deref() {
        None => entry.text.clone(),
        Some(name) => format!("{} {}", bidder(name, app), entry.text),
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

#[cfg(test)]
mod tests {
    #[test]
    fn a_sentence_has_one_full_stop() {
        let table = [
            ("cancelled: it broke", "Cancelled: it broke."),
            ("the sale was annulled: He did not pay.", "The sale was annulled: He did not pay."),
            ("cancelled: why? ", "Cancelled: why?"),
            ("éclat", "Éclat."),
        ];
        for (text, sentence) in table {
            assert_eq!(super::sentence(text), sentence);
        }
    }
}
