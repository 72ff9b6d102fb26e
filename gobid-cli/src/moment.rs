//! Times and spans as people write and read them.

use std::time::Duration;

use gobid_api::Timestamp;
use jiff::ToSpan as _;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

const FORMS: &str = "write a span such as 2h30m or 7d, a local time such as \"tomorrow 18:00\" or \
                     \"2030-01-31 18:00\", or RFC 3339 such as 2030-01-31T18:00:00Z";

/// Reads a moment: RFC 3339, a span from now, or a local date and time.
pub(crate) fn parse(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, String> {
    let text = text.trim();
    if let Ok(moment) = text.parse() {
        return Ok(moment);
    }
    if let Ok(span) = parse_span(text) {
        return Ok(now.plus(span));
    }
    local(text, now, zone).ok_or_else(|| format!("{text:?} is not a time: {FORMS}"))
}

/// Reads a span: numbers with `w`, `d`, `h`, `m` or `s`, such as `2h30m`.
pub(crate) fn parse_span(text: &str) -> Result<Duration, String> {
    const UNITS: [(char, u64); 5] =
        [('w', 604_800), ('d', 86_400), ('h', 3600), ('m', 60), ('s', 1)];
    let wrong = || format!("{text:?} is not a span of time: write 30s, 2h30m or 7d");
    let mut seconds = 0_u64;
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let (number, tail) = rest.split_at(end);
        let number: u64 = number.parse().map_err(|_error| wrong())?;
        let unit = tail.chars().next().unwrap_or_default();
        let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(wrong)?;
        let part = number.checked_mul(*factor).ok_or_else(wrong)?;
        seconds = seconds.checked_add(part).ok_or_else(wrong)?;
        rest = tail.get(unit.len_utf8()..).unwrap_or_default();
    }
    if seconds == 0 {
        return Err(wrong());
    }
    Ok(Duration::from_secs(seconds))
}

/// Reads a span that the wire has as a number of seconds.
pub(crate) fn parse_seconds(text: &str) -> Result<u32, String> {
    let seconds = parse_span(text)?.as_secs();
    u32::try_from(seconds).map_err(|_error| format!("{text:?} is too long"))
}

/// `today 18:00`, `tomorrow 18:00:30` or `2030-01-31 18:00`, where the machine is.
fn local(text: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let (day, time) = text.split_once(' ')?;
    let time: Time = time.trim().parse().ok()?;
    let now = jiff::Timestamp::from_microsecond(now.as_micros()).ok()?;
    let today = now.to_zoned(zone.clone()).date();
    let date: Date = match day {
        "today" => today,
        "tomorrow" => today.checked_add(1.day()).ok()?,
        date => date.parse().ok()?,
    };
    let moment = date.to_datetime(time).to_zoned(zone.clone()).ok()?;
    Some(Timestamp::from_micros(moment.timestamp().as_microsecond()))
}

/// A span for people, in its two largest units: `2h 30m`.
pub(crate) fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let seconds = seconds % 60;
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, _) => format!("{minutes}m {seconds}s"),
        (0, _, _) => format!("{hours}h {minutes}m"),
        _ => format!("{days}d {hours}h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_ways_to_write_a_moment() {
        let now = at("2030-01-31T22:30:00Z");
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let table = [
            ("2030-02-01T18:00:00Z", "2030-02-01T18:00:00.000Z"),
            ("2030-02-01T18:00:00+01:00", "2030-02-01T17:00:00.000Z"),
            ("2h30m", "2030-02-01T01:00:00.000Z"),
            ("90s", "2030-01-31T22:31:30.000Z"),
            ("7d", "2030-02-07T22:30:00.000Z"),
            // Where the machine is, it is the first of February already.
            ("today 18:00", "2030-02-01T16:00:00.000Z"),
            ("tomorrow 18:00", "2030-02-02T16:00:00.000Z"),
            ("tomorrow 18:00:30", "2030-02-02T16:00:30.000Z"),
            ("2030-03-01 09:05", "2030-03-01T07:05:00.000Z"),
        ];
        for (text, moment) in table {
            assert_eq!(parse(text, now, &zone), Ok(at(moment)), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_is_refused_with_examples() {
        let now = at("2030-01-31T22:30:00Z");
        let texts = [
            "",
            "18:00",
            "tomorrow",
            "tomorrow 25:00",
            "2030-02-30 18:00",
            "2h30",
            "h",
            "-2h",
            "0s",
            "2.5h",
            "99999999999999999999s",
            "9999999999999999w",
            "yesterday 18:00",
            "2030-01-31",
        ];
        for text in texts {
            let refused = parse(text, now, &TimeZone::UTC);
            assert!(refused.is_err_and(|why| why.contains("tomorrow 18:00")), "{text}");
        }
    }

    #[test]
    fn a_span_may_be_too_long_to_be_counted_in_seconds() {
        assert_eq!(parse_seconds("2m"), Ok(120));
        for text in ["99999999999s", "0s", "2"] {
            assert!(parse_seconds(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_span_in_its_two_largest_units() {
        let table = [
            (0, "0s"),
            (59, "59s"),
            (125, "2m 5s"),
            (9000, "2h 30m"),
            (86_400 * 3 + 4 * 3600 + 59, "3d 4h"),
        ];
        for (seconds, text) in table {
            assert_eq!(span(Duration::from_secs(seconds)), text);
        }
    }
}
