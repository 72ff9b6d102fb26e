//! Amounts and increments (§2, §4).

use super::{Model, input::Decimal};

/// No amount has more minor units (§2).
pub(crate) const LARGEST_AMOUNT: i64 = 999_999_999_999;

/// "The minimum and the next four steps above it" (§4.3).
const STEPS_ABOVE: usize = 4;

/// The ladder of a product that has none of its own (§4), in minor units.
pub(crate) fn default_ladder() -> Vec<(i64, i64)> {
    vec![
        (0, 5),
        (1_00, 25),
        (5_00, 50),
        (25_00, 1_00),
        (100_00, 2_50),
        (250_00, 5_00),
        (500_00, 10_00),
        (1_000_00, 25_00),
        (2_500_00, 50_00),
        (5_000_00, 100_00),
    ]
}

impl Decimal {
    /// None when it has more digits than the currency, or is zero, negative or too large (§2).
    pub(super) fn minor_units(self, currency_digits: u32) -> Option<i64> {
        let missing_digits = currency_digits.checked_sub(self.scale)?;
        let minor = self.digits.checked_mul(10_i64.checked_pow(missing_digits)?)?;
        (1..=LARGEST_AMOUNT).contains(&minor).then_some(minor)
    }
}

/// `inc(x)`: the ladder's step at a price.
pub(super) fn increment(ladder: &[(i64, i64)], price: i64) -> i64 {
    ladder.iter().rfind(|(from, _)| *from <= price).map_or(0, |(_, step)| *step)
}

/// The price and one increment; none where that is no legal amount.
pub(super) fn one_step_above(ladder: &[(i64, i64)], price: i64) -> Option<i64> {
    Some(price + increment(ladder, price)).filter(|next| *next <= LARGEST_AMOUNT)
}

impl Model {
    /// The next four steps above a minimum, each found from the one before, as far as they are legal.
    pub(super) fn steps_above(&self, minimum: Option<i64>) -> Vec<i64> {
        let above = |amount: &i64| one_step_above(&self.terms.ladder, *amount);
        std::iter::successors(minimum, above).skip(1).take(STEPS_ABOVE).collect()
    }
}
