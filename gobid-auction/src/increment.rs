//! The step by which the next bid must exceed the current price (RULES.md §4).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::Amount;

/// One rung of a ladder: from this price on (in minor units, 0 for the first), this step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rung {
    /// The lowest price, in minor units, at which the step holds.
    pub from: i64,
    /// The step.
    pub step: Amount,
}

/// Why rungs are no ladder (RULES.md §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LadderError {
    /// No rung, or the first one begins elsewhere.
    #[error("must begin with a rung from 0")]
    Start,
    /// A price that is not above the one before it.
    #[error("must have prices (`from`) that rise strictly")]
    Prices,
    /// A step below the one before it.
    #[error("must have steps that never fall")]
    Steps,
}

/// The increments of an auction: rungs from 0 upwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Increment(Cow<'static, [Rung]>);

impl Increment {
    /// The house's ladder, the same figures in minor units for every currency.
    pub const DEFAULT: Self = Self(Cow::Borrowed(&DEFAULT_RUNGS));

    /// The same step at every price.
    pub fn flat(step: Amount) -> Self {
        Self(Cow::Owned(vec![Rung { from: 0, step }]))
    }

    /// A ladder of one's own: it begins at 0, its prices rise strictly, its steps never fall, else a
    /// new leader could stand below the minimum just demanded.
    pub fn ladder(rungs: Vec<Rung>) -> Result<Self, LadderError> {
        if rungs.first().is_none_or(|rung| rung.from != 0) {
            return Err(LadderError::Start);
        }
        if !rungs.is_sorted_by(|one, next| one.from < next.from) {
            return Err(LadderError::Prices);
        }
        if !rungs.is_sorted_by(|one, next| one.step <= next.step) {
            return Err(LadderError::Steps);
        }
        Ok(Self(Cow::Owned(rungs)))
    }

    /// The rungs in force, lowest first.
    pub fn rungs(&self) -> &[Rung] {
        &self.0
    }

    /// The step at a price.
    pub fn step_at(&self, price: Amount) -> Amount {
        let reached = |rung: &&Rung| rung.from <= price.minor_units();
        self.0.iter().take_while(reached).last().map_or(Amount::MAX, |rung| rung.step)
    }

    /// The price plus its step: the minimum next bid. `None` where no legal amount is left.
    pub fn above(&self, price: Amount) -> Option<Amount> {
        price.checked_add(self.step_at(price))
    }

    /// The steps above an amount, nearest first.
    pub fn steps_above(&self, amount: Amount) -> impl Iterator<Item = Amount> + '_ {
        std::iter::successors(self.above(amount), |step| self.above(*step))
    }
}

impl Default for Increment {
    fn default() -> Self {
        Self::DEFAULT
    }
}

const fn rung(from: i64, step: i64) -> Rung {
    match Amount::new(step) {
        Some(step) => Rung { from, step },
        None => Rung { from, step: Amount::MAX },
    }
}

const DEFAULT_RUNGS: [Rung; 10] = [
    rung(0, 5),
    rung(1_00, 25),
    rung(5_00, 50),
    rung(25_00, 1_00),
    rung(100_00, 2_50),
    rung(250_00, 5_00),
    rung(500_00, 10_00),
    rung(1_000_00, 25_00),
    rung(2_500_00, 50_00),
    rung(5_000_00, 100_00),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(minor: i64) -> Amount {
        Amount::new(minor).unwrap()
    }

    #[test]
    fn default_ladder_at_every_edge() {
        let table = [
            (1, 5),
            (99, 5),
            (1_00, 25),
            (4_99, 25),
            (5_00, 50),
            (24_99, 50),
            (25_00, 1_00),
            (99_99, 1_00),
            (100_00, 2_50),
            (249_99, 2_50),
            (250_00, 5_00),
            (499_99, 5_00),
            (500_00, 10_00),
            (999_99, 10_00),
            (1_000_00, 25_00),
            (2_499_99, 25_00),
            (2_500_00, 50_00),
            (4_999_99, 50_00),
            (5_000_00, 100_00),
            (Amount::MAX.minor_units(), 100_00),
        ];
        for (price, step) in table {
            assert_eq!(Increment::DEFAULT.step_at(amount(price)), amount(step), "at {price}");
        }
    }

    #[test]
    fn a_ladder_begins_at_0_rises_and_never_lets_steps_fall() {
        let ladder = |rungs: &[(i64, i64)]| {
            let rung = |(from, step): &(i64, i64)| Rung { from: *from, step: amount(*step) };
            Increment::ladder(rungs.iter().map(rung).collect()).map(|ladder| ladder.0.len())
        };
        assert_eq!(ladder(&[(0, 5)]), Ok(1));
        assert_eq!(ladder(&[(0, 5), (100, 5), (200, 7)]), Ok(3));
        assert_eq!(ladder(&[]), Err(LadderError::Start));
        assert_eq!(ladder(&[(1, 5)]), Err(LadderError::Start));
        assert_eq!(ladder(&[(0, 5), (0, 6)]), Err(LadderError::Prices));
        assert_eq!(ladder(&[(0, 5), (100, 6), (50, 7)]), Err(LadderError::Prices));
        assert_eq!(ladder(&[(0, 5), (100, 4)]), Err(LadderError::Steps));
    }

    #[test]
    fn nothing_is_above_the_largest_amount() {
        assert_eq!(Increment::DEFAULT.above(Amount::MAX), None);
        let flat = Increment::flat(amount(10));
        assert_eq!(flat.above(amount(100)), Some(amount(110)));
        let steps: Vec<_> = flat.steps_above(amount(9_999_999_999_75)).collect();
        assert_eq!(steps, [amount(9_999_999_999_85), amount(9_999_999_999_95)]);
    }

    #[test]
    fn the_stored_form_is_read_back() {
        let text = serde_json::to_string(&Increment::flat(amount(10))).unwrap();
        assert_eq!(text, r#"[{"from":0,"step":10}]"#);
        assert_eq!(serde_json::from_str::<Increment>(&text).unwrap(), Increment::flat(amount(10)));
    }
}
