//! The dialog before a bid is sent. Its amount never changes by itself.

use std::time::Duration;

use gobid_api::{Amount, Timestamp};

/// How long `y` is locked when price or end moved.
pub(super) const LOCK: Duration = Duration::from_millis(500);

/// A bid that waits for `y`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialog {
    /// What would be bid: exactly this.
    amount: Amount,
    /// How things stood when it was last seen.
    seen: Seen,
    lock: Lock,
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

/// The first move locks, and no other: else a lively auction could never be bid in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lock {
    NotYet,
    Until(Duration),
}

impl Dialog {
    /// A dialog for an amount.
    pub const fn open(amount: Amount, seen: Seen) -> Self {
        Self { amount, seen, lock: Lock::NotYet, moved: None }
    }

    /// What `y` bids.
    pub const fn amount(&self) -> Amount {
        self.amount
    }

    /// `+`: the new minimum, when the amount is below it.
    pub fn raise_to_minimum(&mut self, minimum: Option<Amount>) {
        if let Some(minimum) = minimum
            && self.amount < minimum
        {
            self.amount = minimum;
        }
    }

    /// Takes note of how things stand now.
    pub fn look(&mut self, now: Seen, since_start: Duration) {
        if now == self.seen {
            return;
        }
        self.moved = Some(if now.price == self.seen.price {
            Moved::End
        } else {
            Moved::Price(self.seen.price)
        });
        self.seen = now;
        if self.lock == Lock::NotYet {
            self.lock = Lock::Until(since_start + LOCK);
        }
    }

    /// How long `y` stays locked; `None` when it is not.
    pub fn locked_for(&self, since_start: Duration) -> Option<Duration> {
        match self.lock {
            Lock::Until(end) => end.checked_sub(since_start).filter(|left| !left.is_zero()),
            Lock::NotYet => None,
        }
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
        let mut dialog = Dialog::open(amount(1_300), seen(1_275, 9));
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
        let mut dialog = Dialog::open(amount(1_300), seen(1_275, 9));
        dialog.look(seen(1_275, 10), SECOND);
        dialog.look(seen(1_280, 10), SECOND + LOCK / 2);
        assert_eq!(dialog.locked_for(SECOND + LOCK / 2), Some(LOCK / 2));
    }

    #[test]
    fn plus_sets_the_minimum_when_the_amount_is_below_it_alone() {
        let mut dialog = Dialog::open(amount(1_300), seen(1_275, 9));
        dialog.raise_to_minimum(Some(amount(1_300)));
        dialog.raise_to_minimum(None);
        assert_eq!(dialog.amount(), amount(1_300));
        dialog.raise_to_minimum(Some(amount(1_325)));
        assert_eq!(dialog.amount(), amount(1_325));
    }
}
