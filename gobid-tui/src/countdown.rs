//! Time left, and moments of the local day.

use std::time::Duration;

use gobid_api::Timestamp;
use jiff::tz::TimeZone;

/// From here on tenths of a second are shown.
pub const LAST_SECONDS: Duration = Duration::from_secs(10);

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Time left in large digits: `3d 4h`, `2h 41m`, `02:41`, and in the last ten seconds `0:09.4`.
pub fn large(left: Duration) -> String {
    let seconds = left.as_secs();
    if left <= LAST_SECONDS && seconds < LAST_SECONDS.as_secs() {
        format!("0:{seconds:02}.{}", left.subsec_millis() / 100)
    } else if seconds < HOUR {
        format!("{:02}:{:02}", seconds / MINUTE, seconds % MINUTE)
    } else {
        long(seconds)
    }
}

/// Time left within a sentence: `3d 4h`, `2h 41m`, `2:41`, and in the last ten seconds `0:09.4`.
pub fn small(left: Duration) -> String {
    let seconds = left.as_secs();
    if seconds >= LAST_SECONDS.as_secs() && seconds < HOUR {
        format!("{}:{:02}", seconds / MINUTE, seconds % MINUTE)
    } else {
        large(left)
    }
}

/// Time until something that comes again and again, in whole seconds: `7s`, `1:07`, `2h 41m`.
pub fn until(left: Duration) -> String {
    let seconds = left.as_millis().div_ceil(1_000);
    match u64::try_from(seconds).unwrap_or(u64::MAX) {
        seconds if seconds < MINUTE => format!("{seconds}s"),
        seconds => small(Duration::from_secs(seconds)),
    }
}

fn long(seconds: u64) -> String {
    if seconds < DAY {
        format!("{}h {}m", seconds / HOUR, seconds % HOUR / MINUTE)
    } else {
        format!("{}d {}h", seconds / DAY, seconds % DAY / HOUR)
    }
}

/// How long until [`large`] reads otherwise.
pub fn until_next_change(left: Duration) -> Duration {
    let step = if left <= LAST_SECONDS + Duration::from_secs(1) {
        Duration::from_millis(100)
    } else {
        Duration::from_secs(1)
    };
    let beyond = left.as_nanos() % step.as_nanos();
    let beyond = Duration::from_nanos(u64::try_from(beyond).unwrap_or(0));
    beyond + Duration::from_millis(1)
}

/// How long until [`until`] reads otherwise.
pub fn until_next_second(left: Duration) -> Duration {
    Duration::from_nanos(left.subsec_nanos().into()) + Duration::from_millis(1)
}

/// The time of day to the second: `20:02:44`.
pub fn time_of_day(at: Timestamp, zone: &TimeZone) -> String {
    format(at, zone, "%H:%M:%S")
}

/// The time of day to the minute: `20:02`.
pub fn hour_and_minute(at: Timestamp, zone: &TimeZone) -> String {
    format(at, zone, "%H:%M")
}

/// The time of day to the millisecond, or of another day its date: `20:02:06.090`,
/// `Nov 24 20:02`. Both are twelve columns wide.
pub fn moment(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    if is_same_day(at, now, zone) {
        format(at, zone, "%H:%M:%S.%3f")
    } else {
        format(at, zone, "%b %d %H:%M")
    }
}

/// The time of day, or of another day its date: `20:02:44`, `27 Nov 20:02`.
pub fn time_or_day(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let pattern = if is_same_day(at, now, zone) { "%H:%M:%S" } else { "%-d %b %H:%M" };
    format(at, zone, pattern)
}

/// With the zone, and with the date unless it is today: `20:02:44 CET`, `27 Nov 20:02:44 CET`.
pub fn with_zone(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let pattern = if is_same_day(at, now, zone) { "%H:%M:%S %Z" } else { "%-d %b %H:%M:%S %Z" };
    format(at, zone, pattern)
}

fn is_same_day(at: Timestamp, now: Timestamp, zone: &TimeZone) -> bool {
    format(at, zone, "%F") == format(now, zone, "%F")
}

fn format(at: Timestamp, zone: &TimeZone, pattern: &str) -> String {
    let Ok(moment) = jiff::Timestamp::from_microsecond(at.as_micros()) else {
        return "?".to_owned(); // a year beyond 9999
    };
    moment.to_zoned(zone.clone()).strftime(pattern).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_in_its_forms() {
        let table = [
            (0, "0:00.0", "0:00.0"),
            (99, "0:00.0", "0:00.0"),
            (9_400, "0:09.4", "0:09.4"),
            (9_999, "0:09.9", "0:09.9"),
            (10_000, "00:10", "0:10"),
            (38_900, "00:38", "0:38"),
            (161_000, "02:41", "2:41"),
            (3_599_999, "59:59", "59:59"),
            (3_600_000, "1h 0m", "1h 0m"),
            (9_660_000, "2h 41m", "2h 41m"),
            (86_399_000, "23h 59m", "23h 59m"),
            (86_400_000, "1d 0h", "1d 0h"),
            (273_600_000, "3d 4h", "3d 4h"),
        ];
        for (millis, big, little) in table {
            let left = Duration::from_millis(millis);
            assert_eq!((large(left).as_str(), small(left).as_str()), (big, little));
        }
    }

    #[test]
    fn time_until_the_next_of_many() {
        let table = [(1, "1s"), (7_000, "7s"), (7_001, "8s"), (59_500, "1:00"), (66_500, "1:07")];
        for (millis, text) in table {
            assert_eq!(until(Duration::from_millis(millis)), text);
        }
    }

    #[test]
    fn the_next_change_is_just_after_the_digit_turns() {
        let table = [(38_250, 251), (38_000, 1), (9_480, 81), (10_980, 81), (0, 1)];
        for (millis, wait) in table {
            let left = Duration::from_millis(millis);
            assert_eq!(until_next_change(left), Duration::from_millis(wait));
        }
    }

    #[test]
    fn moments_name_the_day_unless_it_is_today() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let zone = TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC);
        let now = at("2030-01-31T18:00:00Z");
        let today = at("2030-01-31T19:02:44.090Z");
        let tomorrow = at("2030-01-31T23:02:44.090Z");
        assert_eq!(with_zone(today, now, &zone), "20:02:44 CET");
        assert_eq!(with_zone(tomorrow, now, &zone), "1 Feb 00:02:44 CET");
        assert_eq!(moment(today, now, &zone), "20:02:44.090");
        assert_eq!(moment(tomorrow, now, &zone), "Feb 01 00:02");
        assert_eq!(time_or_day(today, now, &zone), "20:02:44");
        assert_eq!(time_or_day(tomorrow, now, &zone), "1 Feb 00:02");
        let beyond = Timestamp::from_micros(i64::MAX);
        assert_eq!(with_zone(beyond, now, &zone), "?");
    }
}
