//! Values of requests as they were written, before anybody has judged them.
//!
//! A value fault must not hide the other faults of the same body: so an amount is taken as text
//! here and parsed where all fields are validated together.

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::value::RawValue;

/// An amount as it was written: a JSON string, or the text of a JSON number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct AmountText(pub String);

impl<'de> Deserialize<'de> for AmountText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let text = raw.get();
        match text.as_bytes().first() {
            Some(b'"') => serde_json::from_str(text).map(Self).map_err(de::Error::custom),
            Some(b'-' | b'0'..=b'9') => Ok(Self(text.to_owned())),
            _ => Err(de::Error::custom(
                "an amount must be a decimal string such as \"1275.00\", or a number",
            )),
        }
    }
}

/// A flat step, if there is one. A ladder of steps is none, which is said in so many words.
pub(crate) fn flat_step<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<AmountText>, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    if raw.get().starts_with('[') {
        let why = "must be one amount, the flat step: a ladder of one's own is not offered";
        return Err(de::Error::custom(why));
    }
    serde_json::from_str(raw.get()).map_err(de::Error::custom)
}

impl<T: ToString> From<T> for AmountText {
    fn from(value: T) -> Self {
        Self(value.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_its_text() {
        let table = [
            (r#""1300.00""#, "1300.00"),
            ("1300.10", "1300.10"),
            ("1300.0000000000000000001", "1300.0000000000000000001"),
            ("1e3", "1e3"),
            ("-5", "-5"),
            (r#""\u0031""#, "1"),
        ];
        for (json, text) in table {
            assert_eq!(serde_json::from_str::<AmountText>(json).unwrap().0, text, "{json}");
        }
    }

    #[test]
    fn another_shape_is_refused() {
        for json in ["true", "null", "[1]", r#"{"amount":1}"#] {
            assert!(serde_json::from_str::<AmountText>(json).is_err(), "{json}");
        }
    }
}
