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

/// A value that may be `null`, where a missing one means something else.
#[expect(clippy::option_option, reason = "missing, null and a value are three things here")]
pub(crate) fn null_or_value<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
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
