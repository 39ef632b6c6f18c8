//! Cells of the world by level, numbered along the Z curve (Morton 1966): the cells of a tile, and
//! of every coarser tile, are one run of numbers.

/// The finest cells: 64 units of a tile of zoom 14, 2^16 world steps.
pub(super) const FINEST_LEVEL: u32 = 20;

/// The number of the cell in this column and row of its level.
pub(super) fn key_of(x: u32, y: u32) -> u64 {
    spread(x) | spread(y) << 1
}

/// The column and row of a number.
pub(super) fn cell_of(key: u64) -> (u32, u32) {
    (gather(key), gather(key >> 1))
}

/// The cells around and including this one.
pub(super) fn around(key: u64, level: u32) -> impl Iterator<Item = u64> {
    let (x, y) = cell_of(key);
    let last = (1u32 << level) - 1;
    let near = move |v: u32| v.saturating_sub(1)..=(v + 1).min(last);
    near(y).flat_map(move |y| near(x).map(move |x| key_of(x, y)))
}

/// Puts a zero before every bit.
fn spread(v: u32) -> u64 {
    let mut bits = u64::from(v);
    for (shift, mask) in [
        (16, 0x0000_ffff_0000_ffff),
        (8, 0x00ff_00ff_00ff_00ff),
        (4, 0x0f0f_0f0f_0f0f_0f0f),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ] {
        bits = (bits | bits << shift) & mask;
    }
    bits
}

/// Takes every second bit.
fn gather(bits: u64) -> u32 {
    let mut v = bits & 0x5555_5555_5555_5555;
    for (shift, mask) in [
        (1, 0x3333_3333_3333_3333),
        (2, 0x0f0f_0f0f_0f0f_0f0f),
        (4, 0x00ff_00ff_00ff_00ff),
        (8, 0x0000_ffff_0000_ffff),
        (16, 0x0000_0000_ffff_ffff),
    ] {
        v = (v | v >> shift) & mask;
    }
    v as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cell_is_found_by_its_number_and_lies_in_its_parent(x in 0u32..1 << 30, y in 0u32..1 << 30) {
            let key = key_of(x, y);
            prop_assert_eq!(cell_of(key), (x, y));
            prop_assert_eq!(key >> 2, key_of(x >> 1, y >> 1));
        }
    }

    #[test]
    fn a_corner_of_the_world_has_three_neighbours() {
        assert_eq!(around(0, 3).collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert_eq!(around(key_of(3, 3), 3).count(), 9);
    }
}
