//! After a sale: what its two sides learn of each other. No frame tells it, for all watchers share
//! those, so each side asks once.

use gobid_api::UserId;
use gobid_api::client::safe_text;
use gobid_api::products::ProductView;

use super::log::Tone;
use super::standing::Phase;
use super::watch::Role;
use super::{App, Effect};
use crate::words;

/// What a side of a sale knows of the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sale {
    /// For whom it was asked.
    asked_for: Option<UserId>,
    /// Whether the answer is still to come.
    pub is_awaited: bool,
    /// The winner's user name, which the public does not see of an anonymous bidder.
    pub winner: Option<String>,
    /// The other side's e-mail.
    pub contact: Option<String>,
}

impl App {
    /// Asks once, when whoever looks has become a side of a sale.
    pub(super) fn ask_after_a_sale(&mut self) -> Option<Effect> {
        if self.replay.is_some() {
            return None; // it was told when it was sold
        }
        let user_id = self.identity.user()?.user_id;
        let product = self.watch.product.as_ref()?;
        let is_sold = product.standing.phase == Phase::Sold;
        let is_side = matches!(self.watch.role(&self.identity), Role::Seller | Role::Winner);
        if !is_sold || !is_side || self.watch.sale.asked_for == Some(user_id) {
            return None;
        }
        self.watch.sale = Sale { asked_for: Some(user_id), is_awaited: true, ..Sale::default() };
        Some(Effect::AskAfterSale(self.watch.product_id, user_id))
    }

    /// The answer came, or none will. What was asked for somebody who has left is nobody's.
    pub(super) fn sale_told(&mut self, user_id: UserId, view: Option<&ProductView>) {
        let sale = &mut self.watch.sale;
        if sale.asked_for != Some(user_id) {
            return;
        }
        sale.is_awaited = false;
        let Some(view) = view else {
            return;
        };
        let contact = view.you.as_ref().and_then(|you| you.contact.as_deref());
        sale.contact = contact.map(safe_text);
        sale.winner = view.winner.as_deref().map(safe_text);
        if let Some(text) = words::contact(self) {
            self.watch.log.add(self.now.server_time, Tone::Good, text);
        }
    }
}
