//! The town's own dice (SplitMix64): the same seed gives the same town on every machine and with
//! every version of every library.

/// A stream of numbers that depends on nothing but its seed.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// A stream of its own for one thing (a ward, a block), so that things can be made in any order.
    pub fn new(seed: u64, what: u64) -> Self {
        let mut dice = Self(seed ^ what.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        dice.next();
        dice
    }

    /// 64 fresh bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// In `0.0..1.0`.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// In `low..high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// In `-size..size`, small values more often.
    pub fn wobble(&mut self, size: f64) -> f64 {
        size * (self.unit() - self.unit())
    }

    /// True in `percent` of a hundred throws.
    pub fn percent(&mut self, percent: f64) -> bool {
        self.unit() * 100.0 < percent
    }

    /// In `0..n`; 0 for an empty range.
    pub fn below(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { (self.next() % n as u64) as usize }
    }

    /// One of the entries by their weights.
    pub fn weighted<T: Copy>(&mut self, entries: &[(T, u32)]) -> Option<T> {
        let total: u32 = entries.iter().map(|e| e.1).sum();
        let mut left = self.below(total as usize) as u32;
        for &(entry, weight) in entries {
            if left < weight {
                return Some(entry);
            }
            left -= weight;
        }
        None
    }
}

/// Smooth noise in `-1.0..1.0` with features of the given size: hills of density and farmland.
pub fn noise(seed: u64, x: f64, y: f64, size: f64) -> f64 {
    let (gx, gy) = ((x / size).floor(), (y / size).floor());
    let (tx, ty) = (x / size - gx, y / size - gy);
    let at = |dx: f64, dy: f64| {
        let cell = ((gx + dx) as i64 as u64).wrapping_mul(0x1_0000_01b3) ^ ((gy + dy) as i64 as u64);
        Dice::new(seed, cell).unit() * 2.0 - 1.0
    };
    let smooth = |t: f64| t * t * (3.0 - 2.0 * t);
    let (sx, sy) = (smooth(tx), smooth(ty));
    let top = at(0.0, 0.0) * (1.0 - sx) + at(1.0, 0.0) * sx;
    let bottom = at(0.0, 1.0) * (1.0 - sx) + at(1.0, 1.0) * sx;
    top * (1.0 - sy) + bottom * sy
}
