//! Chance: one number decides all of it.

use std::time::Duration;

/// A stream of numbers that only its seed decides (splitmix64).
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) const fn of(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) const fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// One of the numbers from `least` to `most`, both included.
    pub(super) const fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.number() % (most - least + 1)
    }

    pub(super) fn index(&mut self, length: usize) -> usize {
        let length = u64::try_from(length).unwrap();
        usize::try_from(self.between(0, length - 1)).unwrap()
    }

    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.index(of.len())]
    }

    /// True so many times in a thousand.
    pub(super) const fn permille(&mut self, rate: u64) -> bool {
        self.between(0, 999) < rate
    }

    pub(super) const fn one_in(&mut self, times: u64) -> bool {
        self.between(1, times) == 1
    }

    /// A span of so many microseconds.
    pub(super) const fn micros(&mut self, least: u64, most: u64) -> Duration {
        Duration::from_micros(self.between(least, most))
    }

    /// A span of so many milliseconds, to the microsecond.
    pub(super) const fn millis(&mut self, least: u64, most: u64) -> Duration {
        self.micros(least * 1000, most * 1000)
    }

    /// A span that is mostly short, and now and then long.
    pub(super) const fn mostly(&mut self, short: (u64, u64), long: (u64, u64)) -> Duration {
        let (least, most) = if self.one_in(20) { long } else { short };
        self.micros(least, most)
    }
}
