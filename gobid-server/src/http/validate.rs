//! Values from bodies, judged all at once. The sentences have the field as their subject.

use gobid_api::problem::FieldErrors;
use gobid_auction::{Amount, Currency, Decimal};

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
    let decimal: Decimal =
        text.parse().map_err(|why: gobid_auction::MoneyError| why.to_string())?;
    Amount::from_decimal(decimal, currency).map_err(|why| why.to_string())
}

/// A value in the words of its own error.
pub(crate) fn parsed<T: std::str::FromStr<Err: ToString>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|why: T::Err| why.to_string())
}
