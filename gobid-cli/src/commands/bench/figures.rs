//! Figures for people: the one place of the bench that counts in fractions.
#![expect(
    clippy::float_arithmetic,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "figures for people"
)]

use std::time::Duration;

use serde::Serialize;

/// How long something took, over all that were measured; in milliseconds.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[expect(clippy::struct_field_names, reason = "units stand last")]
pub(super) struct Spread {
    pub(super) p50_ms: f64,
    pub(super) p90_ms: f64,
    pub(super) p99_ms: f64,
    pub(super) max_ms: f64,
}

impl Spread {
    pub(super) fn of(times: impl IntoIterator<Item = Duration>) -> Self {
        let times = sorted(times);
        let at = |percent| f64::from(percentile(&times, percent)) / 1000.0;
        Self { p50_ms: at(50), p90_ms: at(90), p99_ms: at(99), max_ms: at(100) }
    }
}

/// The same in microseconds.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[expect(clippy::struct_field_names, reason = "units stand last")]
pub(super) struct MicroSpread {
    p50_us: u32,
    p90_us: u32,
    p99_us: u32,
    max_us: u32,
}

impl MicroSpread {
    pub(super) fn of(times: impl IntoIterator<Item = Duration>) -> Self {
        let times = sorted(times);
        let at = |percent| percentile(&times, percent);
        Self { p50_us: at(50), p90_us: at(90), p99_us: at(99), max_us: at(100) }
    }
}

fn sorted(times: impl IntoIterator<Item = Duration>) -> Vec<u32> {
    let mut times: Vec<u32> = times.into_iter().map(micros).collect();
    times.sort_unstable();
    times
}

/// A span in microseconds; more than an hour is an hour and some.
pub(super) fn micros(time: Duration) -> u32 {
    u32::try_from(time.as_micros()).unwrap_or(u32::MAX)
}

pub(super) fn per_second(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64().max(f64::EPSILON)
}

pub(super) fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}

pub(super) fn difference(after: f64, before: f64) -> f64 {
    after - before
}

/// Seconds of a processor for each of so many, in microseconds.
pub(super) fn micros_each(seconds: f64, count: usize) -> f64 {
    seconds * 1e6 / count.max(1) as f64
}

/// The time that so many of a hundred do not exceed.
fn percentile(sorted: &[u32], percent: usize) -> u32 {
    let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(place).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_of_what_does_not_exceed_it() {
        let spread = MicroSpread::of((1..=200).map(Duration::from_micros));
        let MicroSpread { p50_us, p90_us, p99_us, max_us } = spread;
        assert_eq!([p50_us, p90_us, p99_us, max_us], [100, 180, 198, 200]);
        assert_eq!(MicroSpread::of([]).max_us, 0);
    }
}
