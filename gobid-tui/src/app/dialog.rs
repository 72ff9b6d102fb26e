//! The dialog before a bid is sent. Its amount never changes by itself.

use std::time::Duration;

use gobid_api::{Amount, Timestamp};
use gobid_auction::Offered;

/// How long `y` is locked when price or end moved.
pub(super) const LOCK: Duration = Duration::from_millis(500);

/// A bid that waits for `y`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialog {
    /// What would be offered.
    offer: Offered,
    /// How things stood when it was last seen.
    seen: Seen,
    /// Until when `y` is locked, since the program's start.
    locked_until: Option<Duration>,
    /// What the last move changed.
    moved: Option<Moved>,
}

/// What must not change unnoticed under somebody's finger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The current price.
    pub price: Option<Amount>,
    /// The effective end.
    pub end: Timestamp,
}

/// What moved while the dialog was open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// The price, from this.
    Price(Option<Amount>),
    /// The end alone.
    End,
}

impl Dialog {
    /// A dialog for an offer.
    pub const fn open(offer: Offered, seen: Seen) -> Self {
        Self { offer, seen, locked_until: None, moved: None }
    }

    /// What `y` offers.
    pub const fn offer(&self) -> Offered {
        self.offer
    }

    /// The most it can cost.
    pub const fn amount(&self) -> Amount {
        self.offer.amount()
    }

    /// `+`: an amount that is not too low. The kind stays.
    pub const fn raise_to(&mut self, amount: Amount) {
        self.offer = match self.offer {
            Offered::Firm(_) => Offered::Firm(amount),
            Offered::Maximum(_) => Offered::Maximum(amount),
            Offered::Purchase(price) => Offered::Purchase(price),
        };
    }

    /// A hidden maximum of the same amount is meant, or a firm bid.
    pub const fn set_maximum(&mut self, is_maximum: bool) {
        self.offer = match self.offer {
            Offered::Firm(amount) | Offered::Maximum(amount) if is_maximum => {
                Offered::Maximum(amount)
            }
            Offered::Firm(amount) | Offered::Maximum(amount) => Offered::Firm(amount),
            Offered::Purchase(price) => Offered::Purchase(price),
        };
    }

    /// Takes note of how things stand now.
    pub fn look(&mut self, now: Seen, since_start: Duration) {
        if now == self.seen {
            return;
        }
        // The first move locks, and no other: else a lively auction could never be bid in.
        if self.moved.is_none() {
            self.locked_until = Some(since_start + LOCK);
        }
        self.moved = Some(if now.price == self.seen.price {
            Moved::End
        } else {
            Moved::Price(self.seen.price)
        });
        self.seen = now;
    }

    /// It is shown again after something else was: `y` is not meant for it yet.
    pub(super) fn shown_again(&mut self, since_start: Duration) {
        self.locked_until = Some(since_start + LOCK);
    }

    /// How long `y` stays locked; `None` when it is not.
    pub fn locked_for(&self, since_start: Duration) -> Option<Duration> {
        let left = self.locked_until?.checked_sub(since_start)?;
        Some(left).filter(|left| !left.is_zero())
    }

    /// What moved since the dialog was opened, the last move of it.
    pub const fn moved(&self) -> Option<Moved> {
        self.moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn amount(units: i64) -> Amount {
        Amount::new(units * 100).unwrap()
    }

    fn seen(price: i64, end: i64) -> Seen {
        Seen { price: Some(amount(price)), end: Timestamp::from_micros(end) }
    }

    #[test]
    fn the_first_move_locks_for_half_a_second_and_no_other_does() {
        let mut dialog = Dialog::open(Offered::Firm(amount(1_300)), seen(1_275, 9));
        dialog.look(seen(1_275, 9), SECOND);
        assert_eq!(dialog.locked_for(SECOND), None);
        assert_eq!(dialog.moved(), None);

        dialog.look(seen(1_280, 9), SECOND);
        assert_eq!(dialog.locked_for(SECOND), Some(LOCK));
        assert_eq!(dialog.moved(), Some(Moved::Price(Some(amount(1_275)))));
        assert_eq!(dialog.locked_for(SECOND + LOCK * 4 / 5), Some(LOCK / 5));
        assert_eq!(dialog.locked_for(SECOND + LOCK), None);

        dialog.look(seen(1_280, 10), SECOND * 2);
        assert_eq!(dialog.locked_for(SECOND * 2), None, "a second move locks nothing");
        assert_eq!(dialog.moved(), Some(Moved::End));
        assert_eq!(dialog.amount(), amount(1_300), "the amount stays");
    }

    #[test]
    fn a_second_move_does_not_prolong_the_lock() {
        let mut dialog = Dialog::open(Offered::Firm(amount(1_300)), seen(1_275, 9));
        dialog.look(seen(1_275, 10), SECOND);
        dialog.look(seen(1_280, 10), SECOND + LOCK / 2);
        assert_eq!(dialog.locked_for(SECOND + LOCK / 2), Some(LOCK / 2));
    }

    #[test]
    fn the_first_move_locks_though_the_dialog_was_away() {
        let mut dialog = Dialog::open(Offered::Firm(amount(1_300)), seen(1_275, 9));
        dialog.shown_again(SECOND);
        assert_eq!(dialog.locked_for(SECOND), Some(LOCK));
        assert_eq!(dialog.locked_for(SECOND + LOCK), None);
        dialog.look(seen(1_280, 9), SECOND * 3);
        assert_eq!(dialog.locked_for(SECOND * 3), Some(LOCK));
    }

    #[test]
    fn plus_and_m_change_one_thing_each() {
        let mut dialog = Dialog::open(Offered::Firm(amount(1_300)), seen(1_275, 9));
        dialog.raise_to(amount(1_325));
        assert_eq!(dialog.offer(), Offered::Firm(amount(1_325)));
        dialog.set_maximum(true);
        assert_eq!(dialog.offer(), Offered::Maximum(amount(1_325)));
        dialog.raise_to(amount(1_350));
        dialog.set_maximum(false);
        assert_eq!(dialog.offer(), Offered::Firm(amount(1_350)));

        let mut purchase = Dialog::open(Offered::Purchase(amount(2_000)), seen(1_275, 9));
        purchase.raise_to(amount(3_000));
        purchase.set_maximum(true);
        assert_eq!(purchase.offer(), Offered::Purchase(amount(2_000)));
    }
}
