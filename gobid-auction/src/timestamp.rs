//! Moments, as everything in GoBid counts them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A moment: microseconds since 1970-01-01T00:00:00Z.
///
/// On the wire it is RFC 3339 in UTC with milliseconds, the microseconds cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// The text is not a moment in RFC 3339.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a time in RFC 3339, such as 2030-01-31T18:00:00Z")]
pub struct TimestampError;

impl Timestamp {
    /// The moment so many microseconds after 1970-01-01T00:00:00Z.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// The moment a span later; the last one there is, when it would be beyond.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(micros(span)))
    }

    /// The moment a span earlier; the first one there is, when it would be before.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(micros(span)))
    }

    /// The span since an earlier moment; zero when `earlier` is not earlier.
    pub fn since(self, earlier: Self) -> Duration {
        let span = self.0.saturating_sub(earlier.0);
        Duration::from_micros(u64::try_from(span).unwrap_or(0))
    }
}

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

impl fmt::Display for Timestamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The end of time as the calendar knows it: nothing that is shown lies beyond.
        let last = if self.0 < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
        let moment = jiff::Timestamp::from_microsecond(self.0).unwrap_or(last);
        write!(out, "{moment:.3}")
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let moment: jiff::Timestamp = text.parse().map_err(|_error| TimestampError)?;
        Ok(Self(moment.as_microsecond()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_form_has_milliseconds_and_utc() {
        let moment: Timestamp = "2030-01-31T20:00:00.123987+02:00".parse().unwrap();
        assert_eq!(moment.to_string(), "2030-01-31T18:00:00.123Z");
        assert_eq!(moment.as_micros() % 1_000_000, 123_987);
        let whole: Timestamp = "2030-01-31T18:00:00Z".parse().unwrap();
        assert_eq!(whole.to_string(), "2030-01-31T18:00:00.000Z");
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in ["", "tomorrow", "2030-01-31", "2030-01-31T18:00:00", "1893434400"] {
            assert_eq!(text.parse::<Timestamp>(), Err(TimestampError), "{text}");
        }
    }

    #[test]
    fn spans_stop_at_the_ends() {
        let moment = Timestamp::from_micros(5);
        assert_eq!(moment.since(Timestamp::from_micros(9)), Duration::ZERO);
        assert_eq!(moment.plus(Duration::MAX).as_micros(), i64::MAX);
    }
}
