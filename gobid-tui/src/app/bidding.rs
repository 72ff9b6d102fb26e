//! From an amount to a bid: what stands in the way, the dialog, and `y`.

use std::fmt;

use gobid_api::{Amount, RequestId};

use super::dialog::Dialog;
use super::log::Tone;
use super::outcome::{MOST, Now};
use super::product::Phase;
use super::watch::Role;
use super::{App, Effect, Form};
use crate::{countdown, money};

/// The narrowest terminal in which a dialog can be read.
const NARROWEST_DIALOG: u16 = 24;

/// What stands in the way of a bid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// Nothing may be bid in this run.
    ReadOnly,
    /// Nothing is known of the auction yet.
    NothingKnown,
    /// It takes no more bids.
    Over,
    /// It takes no bids yet; says when it will.
    NotStarted(String),
    /// Nobody is logged in.
    NotLoggedIn,
    /// The server has not yet said who is logged in.
    Asking,
    /// It is the seller's own.
    OwnAuction,
    /// A firm bid of the leader is refused.
    Leading,
    /// No legal amount is left.
    NothingLeft,
    /// What stands in the field is no amount.
    NotAnAmount(gobid_auction::MoneyError),
    /// The terminal is too small to show what would be bid.
    TooSmall,
    /// Too many bids have no answer.
    TooManyUnsettled,
    /// There is no connection.
    NoLine,
    /// The amount is below this minimum.
    BelowMinimum(String),
    /// Price or end has just moved.
    JustMoved,
}

impl App {
    /// What the field holds, or would hold after `Enter`: the minimum.
    pub(super) fn amount_to_review(&self) -> Result<Amount, Obstacle> {
        let product = self.watch.product.as_ref().ok_or(Obstacle::NothingKnown)?;
        if self.watch.field.is_empty() {
            return product.standing.minimum.ok_or(Obstacle::NothingLeft);
        }
        let amount = self.watch.field.amount(product.currency);
        amount.map_err(Obstacle::NotAnAmount)
    }

    /// What keeps a bid from being thought about.
    pub fn obstacle_to_review(&self) -> Option<Obstacle> {
        let Some(product) = &self.watch.product else {
            return Some(Obstacle::NothingKnown);
        };
        if product.is_over() {
            return Some(Obstacle::Over);
        }
        if self.is_read_only {
            return Some(Obstacle::ReadOnly);
        }
        if product.standing.phase == Phase::Scheduled && self.now.server_time < product.start {
            let zone = &self.look.zone;
            let start = countdown::with_zone(product.start, self.now.server_time, zone);
            return Some(Obstacle::NotStarted(start));
        }
        if self.identity == super::Identity::Asking {
            return Some(Obstacle::Asking);
        }
        if self.identity.user().is_none() {
            return Some(Obstacle::NotLoggedIn);
        }
        match self.watch.role(&self.identity) {
            Role::Seller => return Some(Obstacle::OwnAuction),
            Role::Leader => return Some(Obstacle::Leading),
            _ => {}
        }
        (self.size.0 < NARROWEST_DIALOG).then_some(Obstacle::TooSmall)
    }

    /// What keeps `y` in the dialog from sending.
    pub fn obstacle_to_send(&self, dialog: &Dialog) -> Option<Obstacle> {
        if let Some(obstacle) = self.obstacle_to_review() {
            return Some(obstacle);
        }
        let product = self.watch.product.as_ref()?;
        match product.standing.minimum {
            None => return Some(Obstacle::NothingLeft),
            Some(minimum) if dialog.amount() < minimum => {
                let minimum = money::with_code(minimum, product.currency);
                return Some(Obstacle::BelowMinimum(minimum));
            }
            Some(_) => {}
        }
        if !self.watch.line.can_send() {
            return Some(Obstacle::NoLine);
        }
        if self.watch.attempts.is_full() {
            return Some(Obstacle::TooManyUnsettled);
        }
        let is_locked = dialog.locked_for(self.now.since_start).is_some();
        is_locked.then_some(Obstacle::JustMoved)
    }

    /// `Enter`: the dialog, or what comes before it.
    pub(super) fn review(&mut self) -> Vec<Effect> {
        match self.obstacle_to_review() {
            Some(Obstacle::NotLoggedIn) => {
                self.form = Some(Form::open(false, self.identity.last_email()));
                return Vec::new();
            }
            Some(obstacle) => {
                self.tell(Tone::Warning, obstacle.to_string());
                return Vec::new();
            }
            None => {}
        }
        let amount = match self.amount_to_review() {
            Ok(amount) => amount,
            Err(obstacle) => {
                self.tell(Tone::Warning, obstacle.to_string());
                return Vec::new();
            }
        };
        let watch = &mut self.watch;
        let Some((product, seen)) = watch.product.as_ref().zip(watch.seen()) else {
            return Vec::new();
        };
        if watch.field.is_empty() {
            watch.field.preset(amount, product.currency);
        }
        watch.note = None;
        watch.dialog = Some(Dialog::open(amount, seen));
        Vec::new()
    }

    /// `y` in the dialog: the only way to a bid.
    pub(super) fn send(&mut self) -> Vec<Effect> {
        let Some(dialog) = &self.watch.dialog else {
            return Vec::new();
        };
        if self.obstacle_to_send(dialog).is_some() {
            return Vec::new(); // the dialog says what it is
        }
        let amount = dialog.amount();
        let Some((product, user)) = self.watch.product.as_ref().zip(self.identity.user()) else {
            return Vec::new();
        };
        let now = self.answer_time();
        let frame = self.watch.attempts.place(
            self.now.fresh_id,
            amount,
            product.currency,
            user.user_id,
            now,
        );
        self.watch.dialog = None;
        self.watch.field.clear();
        self.watch.note = None;
        vec![Effect::Send(frame)]
    }

    /// The dialog is left without a bid; the amount stays in the field.
    pub(super) fn cancel_dialog(&mut self) {
        self.watch.dialog = None;
    }

    /// There was no line: the bid never left.
    pub(super) fn not_sent(&mut self, id: RequestId) -> Vec<Effect> {
        if let Some(attempt) = self.watch.attempts.not_sent(id) {
            if self.watch.field.is_empty() {
                self.watch.field.preset(attempt.amount, attempt.currency());
            }
            self.tell(Tone::Warning, "not sent: there is no connection");
        }
        Vec::new()
    }

    /// What happens by itself after each message: the dialog sees what moved, bids without an
    /// answer grow unknown, and copies that are due go out.
    pub(super) fn settle_what_is_open(&mut self) -> Vec<Effect> {
        let since_start = self.now.since_start;
        if let Some(seen) = self.watch.seen()
            && let Some(dialog) = &mut self.watch.dialog
        {
            dialog.look(seen, since_start);
        }
        if self.watch.dialog.is_some()
            && self.watch.product.as_ref().is_some_and(super::Product::is_over)
        {
            self.cancel_dialog();
            self.tell(Tone::Warning, "the auction is over: nothing was sent");
        }
        self.watch.attempts.grow_unknown(since_start);
        self.repeat_what_is_due()
    }

    fn repeat_what_is_due(&mut self) -> Vec<Effect> {
        let Some(bidder) = self.identity.user().map(|user| user.user_id) else {
            return Vec::new();
        };
        let (attempts, line) = (&mut self.watch.attempts, &self.watch.line);
        if line.can_send() {
            let copies = attempts.due(bidder, self.now.since_start);
            return copies.into_iter().map(Effect::Send).collect();
        }
        let is_over = matches!(line.state, super::LineState::Ended(super::End::Over));
        if is_over && attempts.is_due(bidder, self.now.since_start) {
            self.watch.line.connecting();
            return vec![Effect::Reconnect];
        }
        Vec::new()
    }

    /// The moment of an answer.
    pub(super) const fn answer_time(&self) -> Now {
        Now { since_start: self.now.since_start, server_time: self.now.server_time }
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ReadOnly => out.write_str("read-only: nothing is bid in this run"),
            Self::NothingKnown => out.write_str("nothing is known of this auction yet"),
            Self::Over => out.write_str("the auction is over"),
            Self::NotStarted(start) => write!(out, "bidding opens {start}"),
            Self::NotLoggedIn => out.write_str("not logged in: L logs in"),
            Self::Asking => out.write_str("the server has not yet said who is logged in"),
            Self::OwnAuction => out.write_str("your own auction: sellers do not bid"),
            Self::Leading => out.write_str("you lead already: nothing to outbid"),
            Self::NothingLeft => out.write_str("no higher amount can be bid"),
            Self::NotAnAmount(why) => write!(out, "the amount {why}"),
            Self::TooSmall => out.write_str("widen the terminal to bid"),
            Self::TooManyUnsettled => write!(out, "{MOST} bids have no answer yet: wait for one"),
            Self::NoLine => out.write_str("no connection: wait for it, R tries at once"),
            Self::BelowMinimum(minimum) => write!(out, "below the minimum: + sets {minimum}"),
            Self::JustMoved => out.write_str("price or end has just moved: look again"),
        }
    }
}
