//! What is offered: its kind, and the lowest amount it may have.

use gobid_api::Amount;
use gobid_auction::{Format, Offered};

use super::standing::Phase;
use super::watch::Role;
use super::{App, Product};

/// A kind of offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Exactly an amount; in a Dutch auction that or less, in a sealed one unseen.
    Firm,
    /// Up to an amount, which nobody else sees.
    Maximum,
    /// The buy-now price.
    Purchase,
}

impl Kind {
    /// The kind of an offer.
    pub const fn of(offer: Offered) -> Self {
        match offer {
            Offered::Firm(_) => Self::Firm,
            Offered::Maximum(_) => Self::Maximum,
            Offered::Purchase(_) => Self::Purchase,
        }
    }

    /// An offer of this kind.
    pub const fn offer(self, amount: Amount) -> Offered {
        match self {
            Self::Firm => Offered::Firm(amount),
            Self::Maximum => Offered::Maximum(amount),
            Self::Purchase => Offered::Purchase(amount),
        }
    }
}

impl App {
    /// What the amount in the field is to be.
    pub const fn kind(&self) -> Kind {
        if self.watch.wants_maximum { Kind::Maximum } else { Kind::Firm }
    }

    /// The lowest amount of a kind that can be accepted now, as far as is known.
    pub fn lowest(&self, kind: Kind) -> Option<Amount> {
        let product = self.watch.product.as_ref()?;
        if kind == Kind::Purchase {
            return product.buy_now();
        }
        match self.own_to_exceed(kind) {
            Some(own) => Amount::new(own.minor_units() + 1),
            None => product.minimum_at(self.now.server_time),
        }
    }

    /// The amount of a kind to begin with: the lowest, or a whole step above one's own.
    pub fn first(&self, kind: Kind) -> Option<Amount> {
        let product = self.watch.product.as_ref()?;
        let own = self.own_to_exceed(kind);
        let above = own.and_then(|own| own.checked_add(product.step_at(own)));
        above.or_else(|| self.lowest(kind))
    }

    /// One's own offer, where another one has to be higher than that and nothing else: the leader's
    /// maximum, and a sealed amount.
    pub fn own_to_exceed(&self, kind: Kind) -> Option<Amount> {
        let product = self.watch.product.as_ref()?;
        let is_raise = match product.format {
            Format::English => {
                kind == Kind::Maximum && self.watch.role(&self.identity) == Role::Leader
            }
            Format::SealedFirstPrice | Format::SealedSecondPrice => true,
            Format::Dutch => false,
        };
        self.watch.own_offer().filter(|_| is_raise).map(Offered::amount)
    }

    /// Whether a maximum can be bid here.
    pub fn takes_maxima(&self) -> bool {
        self.takes_bids_as(|product| product.format == Format::English)
    }

    /// Whether `m` makes a hidden maximum of what there is, or a firm bid.
    pub fn can_toggle_maximum(&self) -> bool {
        let dialog = self.watch.dialog.as_ref();
        self.takes_maxima() && dialog.is_none_or(|dialog| !dialog.offer().is_purchase())
    }

    /// Whether `B` leads to something: a purchase, or the acceptance of a Dutch price.
    pub fn can_buy(&self) -> bool {
        self.takes_bids_as(|product| match product.format {
            Format::Dutch => product.standing.phase == Phase::Open,
            _ => product.buy_now().is_some(),
        })
    }

    fn takes_bids_as(&self, is_so: impl Fn(&Product) -> bool) -> bool {
        self.obstacle_to_amounts().is_none() && self.watch.product.as_ref().is_some_and(is_so)
    }
}
