//! A column of whole numbers in as few bits as its neighbourhood needs.
//!
//! Rows lie in Hilbert order, so neighbours in the column are neighbours on the map and most columns are
//! nearly constant for a while. A frame of 128 rows keeps its least value once and the rest as
//! differences of one width (frame of reference; Zukowski and others, "Super-scalar RAM-CPU cache
//! compression", 2006).

use std::ops::Range;

use super::bits::{BitWriter, MAX_WIDTH, PADDING, bits_at, width_of};

const ROWS_A_FRAME: usize = 128;

/// Where a frame's numbers begin and how wide they are.
#[derive(Debug, Clone, Copy)]
struct Frame {
    base: i64,
    /// In bytes.
    start: u32,
    width: u8,
}

/// Numbers by position.
#[derive(Debug, Clone, Default)]
pub(super) struct Ints {
    bytes: Vec<u8>,
    frames: Frames,
}

/// Frames in two forms: most columns have bases that differ little.
#[derive(Debug, Clone)]
enum Frames {
    /// Bases as differences from the least one: 9 bytes a frame.
    Near {
        least: i64,
        bases: Vec<u32>,
        starts: Vec<u32>,
        widths: Vec<u8>,
    },
    Far(Vec<Frame>),
}

impl Default for Frames {
    fn default() -> Self {
        Self::Far(Vec::new())
    }
}

impl Frames {
    fn pack(frames: Vec<Frame>) -> Self {
        let least = frames.iter().map(|f| f.base).min().unwrap_or(0);
        let near = |frame: &Frame| u32::try_from(frame.base.wrapping_sub(least) as u64).ok();
        match frames.iter().map(near).collect() {
            Some(bases) => Self::Near {
                least,
                bases,
                starts: frames.iter().map(|f| f.start).collect(),
                widths: frames.iter().map(|f| f.width).collect(),
            },
            None => Self::Far(frames),
        }
    }

    #[inline]
    fn get(&self, index: usize) -> Frame {
        match self {
            Self::Near { least, bases, starts, widths } => {
                Frame { base: least + i64::from(bases[index]), start: starts[index], width: widths[index] }
            }
            Self::Far(frames) => frames[index],
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Near { bases, .. } => bases.len() * 9,
            Self::Far(frames) => frames.len() * size_of::<Frame>(),
        }
    }
}

impl Ints {
    /// Packs the numbers.
    pub fn pack(numbers: &[i64]) -> Self {
        let mut bytes = Vec::new();
        let mut frames = Vec::with_capacity(numbers.len().div_ceil(ROWS_A_FRAME));
        for rows in numbers.chunks(ROWS_A_FRAME) {
            let base = rows.iter().copied().min().unwrap_or(0);
            let range = rows.iter().map(|&n| n.wrapping_sub(base) as u64).max().unwrap_or(0);
            let width = width_of(range);
            frames.push(Frame { base, start: bytes.len() as u32, width: width as u8 });
            if width > MAX_WIDTH {
                rows.iter().for_each(|&n| bytes.extend((n.wrapping_sub(base) as u64).to_le_bytes()));
            } else {
                let mut writer = BitWriter::new(&mut bytes);
                rows.iter().for_each(|&n| writer.push(n.wrapping_sub(base) as u64, width));
                writer.finish();
            }
        }
        bytes.extend([0; PADDING]);
        bytes.shrink_to_fit();
        Self { bytes, frames: Frames::pack(frames) }
    }

    /// The number at this position, which must be one of those that were packed.
    #[inline]
    pub fn get(&self, index: usize) -> i64 {
        let frame = self.frames.get(index / ROWS_A_FRAME);
        let (row, width) = (index % ROWS_A_FRAME, u32::from(frame.width));
        let start = frame.start as usize * 8;
        let offset = if width > MAX_WIDTH {
            let at = frame.start as usize + row * 8;
            self.bytes.get(at..).and_then(|b| b.first_chunk()).map_or(0, |b| u64::from_le_bytes(*b))
        } else {
            bits_at(&self.bytes, start + row * width as usize, width)
        };
        frame.base.wrapping_add(offset as i64)
    }

    /// Puts the numbers of these positions into `out`.
    pub fn unpack(&self, positions: Range<usize>, out: &mut Vec<i64>) {
        out.clear();
        let mut at = positions.start;
        while at < positions.end {
            let frame = self.frames.get(at / ROWS_A_FRAME);
            let end = positions.end.min((at / ROWS_A_FRAME + 1) * ROWS_A_FRAME);
            let width = u32::from(frame.width);
            if width > MAX_WIDTH {
                out.extend((at..end).map(|position| self.get(position)));
            } else if width == 0 {
                out.resize(out.len() + end - at, frame.base);
            } else {
                let bits = frame.start as usize * 8;
                let rows = at % ROWS_A_FRAME..at % ROWS_A_FRAME + end - at;
                let number = |row| bits_at(&self.bytes, bits + row * width as usize, width);
                out.extend(rows.map(|row| frame.base.wrapping_add(number(row) as i64)));
            }
            at = end;
        }
    }

    /// Resident bytes.
    pub fn bytes(&self) -> usize {
        self.bytes.capacity() + self.frames.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_come_back_at_their_positions(
            near in proptest::collection::vec(-1000i64..1000, 0..400),
            far in proptest::collection::vec(any::<i64>(), 0..5),
            from in any::<i64>(),
        ) {
            let mut numbers: Vec<i64> = near.iter().map(|n| n.wrapping_add(from)).collect();
            numbers.extend(far);
            let packed = Ints::pack(&numbers);
            let back: Vec<i64> = (0..numbers.len()).map(|i| packed.get(i)).collect();
            prop_assert_eq!(&back, &numbers);
            let (start, mut unpacked) = (numbers.len() / 3, Vec::new());
            packed.unpack(start..numbers.len(), &mut unpacked);
            prop_assert_eq!(&unpacked[..], &numbers[start..]);
        }
    }

    #[test]
    fn a_constant_costs_its_frames_only() {
        let packed = Ints::pack(&[25_630; 10_000]);
        assert!(packed.bytes() < 800, "{}", packed.bytes());
    }
}
