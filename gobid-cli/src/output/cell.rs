//! Values as people and programs read them.

use gobid_api::client::{safe_text, safe_text_within};
use gobid_api::{Decimal, Timestamp};

use crate::amount::money;

/// How wide a text may be in a list for people, in columns.
const WIDEST: usize = 40;

/// A value of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Nothing, or nothing yet.
    Nothing,
    /// Words, of strangers as a rule.
    Text(String),
    /// An amount in a currency.
    Money(Decimal, String),
    /// A moment.
    Moment(Timestamp),
    /// A count.
    Number(i64),
    /// Yes or no.
    Flag(bool),
}

impl Cell {
    /// Words; nothing when there are none.
    pub(crate) fn text(text: &(impl ToString + ?Sized)) -> Self {
        Some(text.to_string()).filter(|text| !text.is_empty()).map_or(Self::Nothing, Self::Text)
    }

    /// A word of the wire, in its spelling.
    pub(crate) fn word(word: Option<&impl serde::Serialize>) -> Self {
        let value = word.and_then(|word| serde_json::to_value(word).ok());
        value.and_then(|value| value.as_str().map(Self::text)).unwrap_or(Self::Nothing)
    }

    /// Words that may be missing.
    pub(crate) fn maybe(text: Option<&impl ToString>) -> Self {
        text.map_or(Self::Nothing, Self::text)
    }

    /// An amount that may be missing.
    pub(crate) fn money(amount: Option<Decimal>, currency: &str) -> Self {
        amount.map_or(Self::Nothing, |amount| Self::Money(amount, currency.to_owned()))
    }

    /// A count that may be secret.
    pub(crate) fn count(count: Option<i64>) -> Self {
        count.map_or(Self::Nothing, Self::Number)
    }

    /// A moment that may never be.
    pub(crate) fn moment(moment: Option<Timestamp>) -> Self {
        moment.map_or(Self::Nothing, Self::Moment)
    }

    /// Yes, no, or neither.
    pub(crate) fn flag(flag: Option<bool>) -> Self {
        flag.map_or(Self::Nothing, Self::Flag)
    }

    /// The value as a program reads it.
    pub(super) fn for_programs(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Text(text) => safe_text(text),
            Self::Money(amount, _) => amount.to_string(),
            Self::Moment(moment) => moment.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
        }
    }

    /// The value as people read it.
    pub(super) fn for_people(&self) -> String {
        match self {
            Self::Nothing => "-".to_owned(),
            Self::Money(amount, currency) => money(*amount, &safe_text(currency)),
            Self::Flag(true) => "yes".to_owned(),
            Self::Flag(false) => "no".to_owned(),
            Self::Moment(moment) => to_the_second(*moment),
            Self::Text(_) | Self::Number(_) => self.for_programs(),
        }
    }

    /// The value in a list for people.
    pub(super) fn in_list(&self) -> String {
        safe_text_within(&self.for_people(), WIDEST)
    }

    /// Whether digits should stand under digits.
    pub(super) const fn is_number(&self) -> bool {
        matches!(self, Self::Money(..) | Self::Number(_))
    }
}

/// `2030-01-31 18:00:00Z`.
fn to_the_second(moment: Timestamp) -> String {
    let text = moment.to_string();
    let whole = text.split('.').next().unwrap_or(&text);
    format!("{}Z", whole.replace('T', " "))
}
