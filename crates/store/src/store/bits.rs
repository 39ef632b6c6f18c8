//! Whole numbers in few bits: variable-length bytes, and runs of numbers in a fixed number of bits.
//!
//! A buffer that is read by [`bits_at`] ends in [`PADDING`] more bytes, so that eight bytes can always be
//! loaded at once.

/// Bytes to add after the last packed number.
pub(super) const PADDING: usize = 8;

/// The widest number [`bits_at`] reads: eight loaded bytes less the seven bits before the first one.
pub(super) const MAX_WIDTH: u32 = 57;

/// Small for numbers near zero, whichever sign.
pub fn zigzag(n: i64) -> u64 {
    ((n << 1) ^ (n >> 63)) as u64
}

/// The reverse of [`zigzag`].
pub(super) fn unzigzag(n: u64) -> i64 {
    ((n >> 1) as i64) ^ -((n & 1) as i64)
}

/// Appends a number in seven bits a byte, lowest first (LEB128).
pub fn push_varint(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

/// Reads what [`push_varint`] wrote and moves `at` behind it; 0 beyond the end.
#[inline]
pub(super) fn varint(bytes: &[u8], at: &mut usize) -> u64 {
    let (mut n, mut shift) = (0u64, 0);
    while let Some(&byte) = bytes.get(*at) {
        *at += 1;
        n |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 || shift >= 63 {
            break;
        }
        shift += 7;
    }
    n
}

/// How many bits the number needs.
pub(super) fn width_of(n: u64) -> u32 {
    u64::BITS - n.leading_zeros()
}

/// The number of `width` bits that begins at this bit.
#[inline]
pub(super) fn bits_at(bytes: &[u8], bit: usize, width: u32) -> u64 {
    let loaded =
        bytes.get(bit >> 3..).and_then(|rest| rest.first_chunk()).map_or(0, |b| u64::from_le_bytes(*b));
    (loaded >> (bit & 7)) & ((1 << width) - 1)
}

/// Appends numbers of any widths up to [`MAX_WIDTH`], lowest bit first; [`BitWriter::finish`] fills the last byte.
pub(super) struct BitWriter<'a> {
    out: &'a mut Vec<u8>,
    waiting: u64,
    bits: u32,
}

impl<'a> BitWriter<'a> {
    /// Begins at the end of a buffer.
    pub fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, waiting: 0, bits: 0 }
    }

    /// Appends the lowest `width` bits.
    pub fn push(&mut self, n: u64, width: u32) {
        self.waiting |= n << self.bits;
        self.bits += width;
        while self.bits >= 8 {
            self.out.push(self.waiting as u8);
            self.waiting >>= 8;
            self.bits -= 8;
        }
    }

    /// Writes what is left, filled with zeros.
    pub fn finish(self) {
        if self.bits > 0 {
            self.out.push(self.waiting as u8);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_number_comes_back_from_its_bytes(n in any::<i64>()) {
            let mut bytes = Vec::new();
            push_varint(&mut bytes, zigzag(n));
            let mut at = 0;
            prop_assert_eq!(unzigzag(varint(&bytes, &mut at)), n);
            prop_assert_eq!(at, bytes.len());
        }

        #[test]
        fn packed_numbers_come_back_from_where_they_lie(
            numbers in proptest::collection::vec((any::<u64>(), 0u32..=MAX_WIDTH), 0..50),
        ) {
            let cut = |n: u64, width: u32| n & ((1 << width) - 1);
            let mut bytes = Vec::new();
            let mut writer = BitWriter::new(&mut bytes);
            numbers.iter().for_each(|&(n, width)| writer.push(cut(n, width), width));
            writer.finish();
            bytes.resize(bytes.len() + PADDING, 0);
            let mut bit = 0;
            for (n, width) in numbers {
                prop_assert_eq!(bits_at(&bytes, bit, width), cut(n, width));
                bit += width as usize;
            }
        }

        #[test]
        fn any_bytes_are_a_number(bytes in proptest::collection::vec(any::<u8>(), 0..20)) {
            let mut at = 0;
            varint(&bytes, &mut at);
            prop_assert!(at <= bytes.len());
        }
    }
}
