//! Several auctions: one is in front, and the others go on beside it.
//!
//! Whatever is said of an auction is taken in while that one is in front, so that nothing else has
//! to know that there are several.

use std::mem;

use gobid_api::ProductId;

use super::log::Tone;
use super::watch::Watch;
use super::{App, Effect, Place};

/// So many auctions are watched at once, at most: each has a socket.
const MOST: usize = 32;

impl App {
    /// The auctions that are watched, in the order in which they were opened.
    pub fn auctions(&self) -> Vec<&Watch> {
        let all = std::iter::once(&self.watch).chain(&self.beside);
        let mut all: Vec<_> = all.filter(|watch| watch.is_some()).collect();
        all.sort_by_key(|watch| watch.number);
        all
    }

    /// Whether this auction is watched.
    pub fn is_watched(&self, id: ProductId) -> bool {
        self.watch.product_id == id || self.beside.iter().any(|watch| watch.product_id == id)
    }

    /// Whether this auction is what one looks at.
    pub fn is_shown(&self, id: ProductId) -> bool {
        self.place == Place::Auction && self.watch.product_id == id
    }

    /// Watches an auction, and shows it.
    pub(super) fn open(&mut self, id: ProductId) -> Vec<Effect> {
        if self.bring(id) {
            self.show_auction();
            return Vec::new();
        }
        let auctions = self.auctions();
        if auctions.len() >= MOST {
            let what = format!("{MOST} auctions are watched already");
            let text = self.advise(&what, "<auction.close-auction> closes one", "close closes one");
            self.tell(Tone::Warning, text);
            return Vec::new();
        }
        let number = auctions.last().map_or(1, |last| last.number + 1);
        let next = Watch { number, ..Watch::new(id) };
        let before = mem::replace(&mut self.watch, next);
        if before.is_some() {
            self.beside.push(before);
        }
        self.show_auction();
        vec![Effect::Follow(id)]
    }

    /// Watches the auction in front no more, unless a bid has no answer.
    pub(super) fn close(&mut self) -> Vec<Effect> {
        if !self.watch.attempts.is_empty() {
            self.tell(Tone::Warning, "a bid has no answer yet: wait for it");
            return Vec::new();
        }
        let id = self.watch.product_id;
        self.notices.news.forget(id);
        let next = self.neighbour(true).filter(|next| *next != id);
        let Some(next) = next else {
            self.watch = Watch::none();
            let mut effects = vec![Effect::Unfollow(id)];
            effects.extend(self.go_to_list());
            return effects;
        };
        self.bring(next);
        self.beside.retain(|watch| watch.product_id != id);
        self.show_auction();
        vec![Effect::Unfollow(id)]
    }

    /// `<` and `>`: the auction before, and the next one.
    pub(super) fn turn(&mut self, is_forward: bool) {
        if let Some(next) = self.neighbour(is_forward) {
            self.bring(next);
            self.show_auction();
        }
    }

    /// The auction that is to be looked at first of those that something was told of.
    pub(super) fn go_to_news(&mut self) {
        if self.notices.news.first().is_some_and(|id| self.bring(id)) {
            self.show_auction();
        } else {
            self.tell(Tone::Plain, "nothing has happened in another auction");
        }
    }

    /// The ids of all auctions.
    pub(super) fn ids(&self) -> Vec<ProductId> {
        let all = std::iter::once(&self.watch).chain(&self.beside);
        all.map(|watch| watch.product_id).collect()
    }

    /// Does something with an auction as if it were in front; `None` when it is not watched.
    pub(super) fn with<T>(&mut self, id: ProductId, act: impl FnOnce(&mut Self) -> T) -> Option<T> {
        let front = self.watch.product_id;
        if !self.bring(id) {
            return None;
        }
        let done = act(self);
        self.bring(front);
        Some(done)
    }

    /// Puts an auction in front, and says whether it is watched at all.
    pub(super) fn bring(&mut self, id: ProductId) -> bool {
        if self.watch.product_id == id {
            return true;
        }
        let other = self.beside.iter_mut().find(|watch| watch.product_id == id);
        other.map(|other| mem::swap(&mut self.watch, other)).is_some()
    }

    /// The auction in front is what one looks at, with nothing above it.
    pub(super) fn show_auction(&mut self) {
        self.place = Place::Auction;
        self.details = None;
        self.has_qr = false;
        let now = self.now.since_start;
        if let Some(dialog) = &mut self.watch.dialog {
            dialog.shown_again(now);
        }
        self.notices.news.forget(self.watch.product_id);
    }

    fn neighbour(&self, is_forward: bool) -> Option<ProductId> {
        let auctions = self.auctions();
        let here = auctions.iter().position(|watch| watch.number == self.watch.number)?;
        let steps = if is_forward { 1 } else { auctions.len() - 1 };
        auctions.get((here + steps) % auctions.len()).map(|watch| watch.product_id)
    }
}
