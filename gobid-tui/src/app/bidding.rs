//! From an amount to a bid: what stands in the way, the dialog, and `y`.

use gobid_api::{Amount, RequestId};
use gobid_auction::{Format, Offered};

use super::dialog::Dialog;
use super::log::Tone;
use super::note::{Claim, Claimed};
use super::obstacle::Obstacle;
use super::offer::Kind;
use super::outcome::Now;
use super::standing::Phase;
use super::watch::Role;
use super::{App, Confirm, Effect, End, Form, Identity, LineState, Product};
use crate::{countdown, money, words};

/// The narrowest terminal in which a dialog can be read.
const NARROWEST_DIALOG: u16 = 24;

impl App {
    /// What keeps this person from setting any amount here, so that no key for it is offered.
    pub fn obstacle_to_amounts(&self) -> Option<Obstacle> {
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
        let is_seller = self.watch.role(&self.identity) == Role::Seller;
        is_seller.then_some(Obstacle::OwnAuction)
    }

    /// What keeps a bid of a kind from being thought about.
    pub fn obstacle_to_review(&self, kind: Kind) -> Option<Obstacle> {
        if let Some(obstacle) = self.obstacle_to_amounts() {
            return Some(obstacle);
        }
        let product = self.watch.product.as_ref()?;
        if kind == Kind::Purchase && product.buy_now().is_none() {
            return Some(Obstacle::NoBuyNow);
        }
        if self.identity == Identity::Asking {
            return Some(Obstacle::Asking);
        }
        if self.identity.user().is_none() {
            return Some(Obstacle::NotLoggedIn);
        }
        if kind == Kind::Firm && self.watch.role(&self.identity) == Role::Leader {
            return Some(Obstacle::Leading);
        }
        (self.size.0 < NARROWEST_DIALOG).then_some(Obstacle::TooSmall)
    }

    /// What keeps `y` in the dialog from sending.
    pub fn obstacle_to_send(&self, dialog: &Dialog) -> Option<Obstacle> {
        let kind = Kind::of(dialog.offer());
        if let Some(obstacle) = self.obstacle_to_review(kind) {
            return Some(obstacle);
        }
        match self.lowest(kind) {
            None => return Some(Obstacle::NothingLeft),
            Some(lowest) if dialog.amount() < lowest => return self.too_low(kind, lowest),
            Some(_) => {}
        }
        let product = self.watch.product.as_ref()?;
        let question = words::question(self, dialog.offer(), product);
        if question.chars().count() > usize::from(self.size.0) {
            return Some(Obstacle::TooSmall);
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

    fn too_low(&self, kind: Kind, lowest: Amount) -> Option<Obstacle> {
        let product = self.watch.product.as_ref()?;
        let named = |amount| money::with_code(amount, product.currency);
        let Some(own) = self.own_to_exceed(kind) else {
            return Some(match product.format {
                Format::Dutch => Obstacle::BelowPrice(named(lowest)),
                _ => Obstacle::BelowMinimum(named(lowest)),
            });
        };
        let next = named(self.first(kind).unwrap_or(lowest));
        Some(Obstacle::NotAboveOwn { own: named(own), next })
    }

    /// `Enter`: the dialog for what stands in the field, or what comes before it.
    pub(super) fn review(&mut self, kind: Kind) -> Vec<Effect> {
        match self.obstacle_to_review(kind) {
            Some(Obstacle::NotLoggedIn) => {
                self.form = Some(Form::open(false, self.identity.last_email()));
                return Vec::new();
            }
            Some(obstacle) => {
                self.tell_obstacle(&obstacle);
                return Vec::new();
            }
            None => {}
        }
        match self.offer_to_review(kind) {
            Ok(offer) => {
                self.open_dialog(offer);
                if !self.is_asked_back(offer) {
                    return self.send_unasked();
                }
            }
            Err(obstacle) => self.tell_obstacle(&obstacle),
        }
        Vec::new()
    }

    /// Tells what stands in the way.
    pub(super) fn tell_obstacle(&mut self, obstacle: &Obstacle) {
        let text = obstacle.sentence(self);
        let price = self.watch.product.as_ref().and_then(|product| product.standing.price);
        match price.filter(|_| *obstacle == Obstacle::Leading) {
            Some(price) => {
                let claim = Claim { seq: self.watch.seq, what: Claimed::Lead(price) };
                self.tell_claim(Tone::Warning, text, claim);
            }
            None => self.tell(Tone::Warning, text),
        }
    }

    /// `B`: the dialog to buy now, or to accept the price of a Dutch auction as it is shown.
    pub(super) fn buy(&mut self) -> Vec<Effect> {
        let format = self.watch.product.as_ref().map(|product| product.format);
        if format != Some(Format::Dutch) {
            return self.review(Kind::Purchase);
        }
        self.watch.field.clear();
        self.review(Kind::Firm)
    }

    /// Whether a bid is asked back about.
    fn is_asked_back(&self, offer: Offered) -> bool {
        let currency = self.watch.product.as_ref().map(|product| product.currency);
        match self.confirm {
            Confirm::Always => true,
            Confirm::Never => false,
            Confirm::Above(limit) => {
                let limit = currency.and_then(|it| Amount::from_decimal(limit, it).ok());
                limit.is_none_or(|limit| offer.amount() > limit)
            }
        }
    }

    /// The dialog is not wanted: the bid is sent, or the dialog says what stands in the way.
    fn send_unasked(&mut self) -> Vec<Effect> {
        let dialog = self.watch.dialog.as_ref();
        match dialog.and_then(|dialog| self.obstacle_to_send(dialog)) {
            None => self.send(),
            Some(_) => Vec::new(),
        }
    }

    /// What the field holds, or would hold after `Enter`.
    fn offer_to_review(&self, kind: Kind) -> Result<Offered, Obstacle> {
        let product = self.watch.product.as_ref().ok_or(Obstacle::NothingKnown)?;
        let amount = if self.watch.field.is_empty() || kind == Kind::Purchase {
            self.first(kind).ok_or(Obstacle::NothingLeft)?
        } else {
            self.watch.field.amount(product.currency).map_err(Obstacle::NotAnAmount)?
        };
        Ok(kind.offer(amount))
    }

    fn open_dialog(&mut self, offer: Offered) {
        let Some(seen) = self.watch.seen() else {
            return;
        };
        if self.watch.field.is_empty() {
            self.prefill(offer);
        }
        self.watch.note = None;
        self.watch.dialog = Some(Dialog::open(offer, seen));
    }

    /// Puts an amount that is to stay into the field: neither a price that falls nor one that is
    /// fixed.
    fn prefill(&mut self, offer: Offered) {
        if let Some(product) = &self.watch.product
            && product.format != Format::Dutch
            && !offer.is_purchase()
        {
            self.watch.field.preset(offer.amount(), product.currency);
        }
    }

    /// `+` in the dialog: an amount that is too low becomes one that is not.
    pub(super) fn raise_to_minimum(&mut self) {
        let Some(kind) = self.watch.dialog.as_ref().map(|dialog| Kind::of(dialog.offer())) else {
            return;
        };
        let (lowest, first) = (self.lowest(kind), self.first(kind));
        if let Some(dialog) = &mut self.watch.dialog
            && lowest.is_some_and(|lowest| dialog.amount() < lowest)
            && let Some(first) = first
        {
            dialog.raise_to(first);
            let offer = dialog.offer();
            self.prefill(offer);
        }
    }

    /// `m`: from a firm bid to a hidden maximum and back, in the field and in the dialog.
    pub(super) fn toggle_maximum(&mut self) {
        let dialog = self.watch.dialog.as_ref().map(|dialog| Kind::of(dialog.offer()));
        let is_maximum = dialog.unwrap_or(self.kind()) == Kind::Maximum;
        self.set_maximum(!is_maximum);
    }

    /// A hidden maximum is meant, or a firm bid. A purchase is neither, and stays what it is.
    pub(super) fn set_maximum(&mut self, is_maximum: bool) {
        if self.watch.dialog.as_ref().is_some_and(|dialog| dialog.offer().is_purchase()) {
            return;
        }
        if let Some(obstacle) = self.obstacle_to_amounts() {
            self.tell_obstacle(&obstacle);
            return;
        }
        if !self.takes_maxima() {
            self.tell(Tone::Warning, "hidden maxima belong to open English auctions");
            return;
        }
        self.watch.wants_maximum = is_maximum;
        if let Some(dialog) = &mut self.watch.dialog {
            dialog.set_maximum(is_maximum);
        }
    }

    /// `y` in the dialog: the only way to a bid.
    pub(super) fn send(&mut self) -> Vec<Effect> {
        let Some(dialog) = &self.watch.dialog else {
            return Vec::new();
        };
        if self.obstacle_to_send(dialog).is_some() {
            return Vec::new(); // the dialog says what it is
        }
        let offer = dialog.offer();
        let Some((product, user)) = self.watch.product.as_ref().zip(self.identity.user()) else {
            return Vec::new();
        };
        let (id, now) = (self.now.fresh_id, self.answer_time());
        let frame = self.watch.attempts.place(id, offer, product.currency, user.user_id, now);
        self.watch.dialog = None;
        self.watch.field.clear();
        self.watch.wants_maximum = false;
        self.watch.note = None;
        vec![Effect::Send(self.watch.product_id, frame)]
    }

    /// The dialog is left without a bid; the amount stays in the field.
    pub(super) fn cancel_dialog(&mut self) {
        self.watch.dialog = None;
    }

    /// There was no line: the bid never left.
    pub(super) fn not_sent(&mut self, id: RequestId) -> Vec<Effect> {
        if let Some(attempt) = self.watch.attempts.not_sent(id) {
            if self.watch.field.is_empty() {
                self.prefill(attempt.offer);
                self.watch.wants_maximum = Kind::of(attempt.offer) == Kind::Maximum;
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
        if self.watch.dialog.is_some() && self.watch.product.as_ref().is_some_and(Product::is_over)
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
            let id = self.watch.product_id;
            return copies.into_iter().map(|frame| Effect::Send(id, frame)).collect();
        }
        let is_over = matches!(line.state, LineState::Ended(End::Over));
        if is_over && attempts.is_due(bidder, self.now.since_start) {
            self.watch.line.connecting();
            return vec![Effect::Reconnect(self.watch.product_id)];
        }
        Vec::new()
    }

    /// The moment of an answer.
    pub(super) const fn answer_time(&self) -> Now {
        Now { since_start: self.now.since_start, server_time: self.now.server_time }
    }
}
