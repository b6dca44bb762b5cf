//! Reproducible random numbers.

/// SplitMix64: small, and the same on every machine.
pub struct Rng(u64);

impl Rng {
    /// The same numbers for the same seed.
    #[must_use]
    pub fn new(seed: u64) -> Rng {
        Rng(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to `below` - 1. `below` must not be 0.
    pub fn below(&mut self, below: usize) -> usize {
        usize::try_from(self.next() % below as u64).unwrap_or(0)
    }

    /// True with probability 1/`n`.
    pub fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// A random item.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// A seed for this run, which is printed, or the one in `GLASSPOST_SEED`, which repeats a run.
#[must_use]
pub fn seed() -> u64 {
    let given = std::env::var("GLASSPOST_SEED").ok();
    let seed = given.and_then(|seed| seed.parse().ok()).unwrap_or_else(|| {
        let now = std::time::SystemTime::UNIX_EPOCH.elapsed();
        now.map_or(1, |since| u64::from(since.subsec_nanos()))
    });
    println!("GLASSPOST_SEED={seed}");
    seed
}
