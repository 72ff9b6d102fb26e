//! How long to wait before the next try: longer each time, up to a limit, and never in step with
//! all the others who lost their server at the same moment.

use std::time::Duration;

/// The waits between tries: each ceiling twice the last, the wait somewhere in its upper half.
#[derive(Clone, Debug)]
pub(crate) struct Backoff {
    first: Duration,
    longest: Duration,
    failures: u32,
}

impl Backoff {
    pub(crate) const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest, failures: 0 }
    }

    /// The wait after one more failure.
    pub(crate) fn next(&mut self) -> Duration {
        let ceiling = self.ceiling();
        self.failures = self.failures.saturating_add(1);
        jittered(ceiling, rand::random_range(0..=1000))
    }

    /// How often it has failed since the last success.
    pub(crate) const fn failures(&self) -> u32 {
        self.failures
    }

    /// A success: the next failure is the first one again.
    pub(crate) const fn reset(&mut self) {
        self.failures = 0;
    }

    fn ceiling(&self) -> Duration {
        let factor = 2_u32.checked_pow(self.failures).unwrap_or(u32::MAX);
        self.first.saturating_mul(factor).min(self.longest)
    }
}

fn jittered(ceiling: Duration, per_mille: u32) -> Duration {
    let half = ceiling / 2;
    half + half * per_mille / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ceilings_double_up_to_the_longest() {
        let mut backoff = Backoff::new(Duration::from_millis(250), Duration::from_secs(15));
        let mut ceilings = Vec::new();
        for _ in 0..9 {
            ceilings.push(backoff.ceiling().as_millis());
            let ceiling = backoff.ceiling();
            let wait = backoff.next();
            assert!(wait >= ceiling / 2 && wait <= ceiling, "{wait:?} of {ceiling:?}");
        }
        assert_eq!(ceilings, [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
        backoff.failures = u32::MAX;
        assert_eq!(backoff.ceiling(), Duration::from_secs(15));
        backoff.next();
        backoff.reset();
        assert_eq!(backoff.ceiling(), Duration::from_millis(250));
    }

    #[test]
    fn jitter_keeps_to_the_upper_half() {
        let second = Duration::from_secs(1);
        assert_eq!(jittered(second, 0), second / 2);
        assert_eq!(jittered(second, 1000), second);
    }
}
