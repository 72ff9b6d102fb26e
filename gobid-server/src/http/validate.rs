//! Values from bodies, judged all at once. The sentences have the field as their subject.

use gobid_api::problem::FieldErrors;
use gobid_api::values;
use gobid_auction::{Amount, Currency, Decimal, MoneyError};

use crate::http::problem::ApiError;

/// What is wrong with the values of a body, so far.
#[derive(Debug, Default)]
pub(crate) struct Faults(FieldErrors);

impl Faults {
    /// Notes what is wrong with a field.
    pub(crate) fn add(&mut self, field: &str, why: impl Into<String>) {
        self.0.entry(field.to_owned()).or_default().push(why.into());
    }

    /// The value, or `None` and a note of what is wrong with it.
    pub(crate) fn check<T>(&mut self, field: &str, value: Result<T, String>) -> Option<T> {
        value.map_err(|why| self.add(field, why)).ok()
    }

    /// Whether something is wrong with a field.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.0.contains_key(field)
    }

    /// The values, when all of them are what they must be.
    pub(crate) fn finish<T>(self, values: Option<T>) -> Result<T, ApiError> {
        match values {
            Some(values) if self.0.is_empty() => Ok(values),
            _ => Err(ApiError::Invalid(self.0)),
        }
    }
}

/// An amount in a currency, as it was written.
pub(crate) fn amount(text: &str, currency: Currency) -> Result<Amount, String> {
    let decimal: Decimal = text.parse().map_err(|why: MoneyError| why.to_string())?;
    Amount::from_decimal(decimal, currency).map_err(|why| why.to_string())
}

/// A price in a currency, as it was written, which may be 0: in whole minor units.
pub(crate) fn price_from_zero(text: &str, currency: Currency) -> Result<i64, String> {
    let parsed =
        text.parse().and_then(|decimal: Decimal| match Amount::from_decimal(decimal, currency) {
            Err(MoneyError::NotPositive) => Ok(0),
            amount => amount.map(Amount::minor_units),
        });
    parsed.map_err(|why| match why {
        MoneyError::NotPositive => "must not be below zero".to_owned(),
        why => why.to_string(),
    })
}

/// Why a seller or an admin does something, as everybody sees it.
pub(crate) fn reason(text: &str) -> Result<String, String> {
    values::text_of(text.trim(), 1, 500)
}

/// What a product is.
pub(crate) fn description(text: &str) -> Result<String, String> {
    values::text_of(text.trim(), 10, 2000)
}

/// A value in the words of its own error.
pub(crate) fn parsed<T: std::str::FromStr<Err: ToString>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|why: T::Err| why.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_may_be_zero_and_not_below() {
        let usd = "USD".parse().unwrap();
        let table = [
            ("0", Ok(0)),
            ("0.00", Ok(0)),
            ("0.01", Ok(1)),
            ("25", Ok(25_00)),
            ("-1", Err("must not be below zero")),
            ("0.000", Err("has more than the 2 digits behind the point that USD has")),
        ];
        for (text, wanted) in table {
            assert_eq!(price_from_zero(text, usd), wanted.map_err(str::to_owned), "{text}");
        }
        assert!(price_from_zero("1e3", usd).unwrap_err().starts_with("is not an amount"));
    }
}
