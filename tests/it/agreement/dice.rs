//! Chance that can be repeated: the same seed gives the same numbers.

/// A sequence of numbers by `SplitMix64`.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The sequence of a seed.
    pub(crate) const fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// Dice of their own for one of several tasks, so that no task's pace changes another's numbers.
    pub(crate) fn of_one(seed: u64, task: u64) -> Self {
        let mut dice = Self::of(seed ^ (task + 1).wrapping_mul(0xD1B5_4A32_D192_ED03));
        Self::of(dice.next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low).unwrap() + 1;
        low + i64::try_from(self.next() % span).unwrap()
    }

    /// True so many times in a hundred.
    pub(crate) fn chance(&mut self, percent: i64) -> bool {
        self.between(1, 100) <= percent
    }

    /// One of them; each is as likely as it weighs.
    pub(crate) fn weighed<T: Copy>(&mut self, from: &[(i64, T)]) -> T {
        let all = from.iter().map(|(weight, _)| weight).sum();
        let mut left = self.between(1, all);
        for (weight, one) in from {
            left -= weight;
            if left <= 0 {
                return *one;
            }
        }
        panic!("the weights are {all} together")
    }

    /// One of them.
    pub(crate) fn one_of<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let last = i64::try_from(from.len()).unwrap() - 1;
        if last < 0 { None } else { from.get(usize::try_from(self.between(0, last)).unwrap()) }
    }
}
