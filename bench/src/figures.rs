//! Arithmetic with figures for people: the one place with floats.

#![expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::float_arithmetic,
    reason = "figures for people"
)]

use std::time::Duration;

/// How many a second.
pub(crate) fn per_second(count: u64, took: Duration) -> f64 {
    ratio(count as f64, took.as_secs_f64())
}

/// A number as a figure.
pub(crate) fn figure(count: u64) -> f64 {
    count as f64
}

/// The one divided by the other; 0 where that says nothing.
pub(crate) fn ratio(one: f64, other: f64) -> f64 {
    if other > 0.0 { one / other } else { 0.0 }
}

/// The product of two.
pub(crate) fn times(one: f64, other: f64) -> f64 {
    one * other
}

/// How much more the one is than the other.
pub(crate) fn above(one: f64, other: f64) -> f64 {
    one - other
}

/// Milliseconds.
pub(crate) fn ms(span: Duration) -> f64 {
    span.as_secs_f64() * 1e3
}

/// Microseconds of each.
pub(crate) fn us_each(span: Duration, count: u64) -> f64 {
    ratio(span.as_secs_f64() * 1e6, count as f64)
}

/// The span that so many of a hundred do not exceed.
pub(crate) fn percentile(spans: &mut [Duration], percent: usize) -> Duration {
    spans.sort_unstable();
    let place = (spans.len() * percent).div_ceil(100).saturating_sub(1);
    spans.get(place).copied().unwrap_or_default()
}

/// The one in the middle; none where one is missing.
pub(crate) fn median(figures: Vec<Option<f64>>) -> Option<f64> {
    let mut figures: Vec<_> = figures.into_iter().collect::<Option<_>>()?;
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied()
}

/// The largest; none where one is missing.
pub(crate) fn largest(figures: Vec<Option<f64>>) -> Option<f64> {
    figures.into_iter().collect::<Option<Vec<_>>>()?.into_iter().max_by(f64::total_cmp)
}

/// A figure as a table shows it: whole where it is large, with two digits where it is small.
pub(crate) fn shown(figure: f64) -> String {
    if figure >= 1_000.0 {
        let whole = format!("{figure:.0}");
        let mut text = String::new();
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        text
    } else if figure >= 100.0 {
        format!("{figure:.0}")
    } else if figure >= 10.0 {
        format!("{figure:.1}")
    } else {
        format!("{figure:.2}")
    }
}

/// A number of things as a figure.
pub(crate) fn count(count: usize) -> f64 {
    count as f64
}

/// At what pace frames are sent, and how large they are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    pub(crate) pause: Duration,
    pub(crate) frame_bytes: usize,
}

impl Pace {
    /// What a frame has around its events, and each event, in bytes.
    const AROUND: f64 = 300.0;
    const EVENT: f64 = 350.0;
    /// The longest that events wait to be joined.
    const JOINED: f64 = 0.02;

    /// A pace, with frames of so many events.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small size")]
    pub(crate) fn of(pause: Duration, events_a_frame: f64) -> Self {
        let frame_bytes = (Self::AROUND + Self::EVENT * events_a_frame) as usize;
        Self { pause, frame_bytes }
    }

    /// A frame for each of so many events a second.
    pub(crate) fn apart(events: u64) -> Self {
        Self::of(Duration::from_secs_f64(ratio(1.0, events as f64)), 1.0)
    }

    /// What joining makes of so many events a second.
    pub(crate) fn usual(events: u64) -> Self {
        let events_a_frame = (events as f64 * Self::JOINED).max(1.0);
        Self::of(Duration::from_secs_f64(events_a_frame / events.max(1) as f64), events_a_frame)
    }
}

/// A figure as a whole number.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number")]
pub(crate) fn rounded(figure: f64) -> u64 {
    figure.round() as u64
}
