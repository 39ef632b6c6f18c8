//! Bytes of a message being written: varints mostly, one after the other in room that was made before, so
//! that a number is stored without asking for it.

/// The most bytes of one varint.
const MAX_BYTES: usize = 10;

/// Numbers below this take at most two bytes.
const SHORT: u32 = 1 << 14;

/// A run of bytes and room behind it.
#[derive(Debug, Default)]
pub(super) struct Integers {
    room: Vec<u8>,
    length: usize,
}

impl Integers {
    /// Forgets what was written and keeps the room.
    pub fn clear(&mut self) {
        self.length = 0;
    }

    /// Keeps at most so much room.
    pub fn shrink(&mut self, bytes: usize) {
        if self.room.len() > bytes {
            self.clear();
            self.room.truncate(bytes);
            self.room.shrink_to_fit();
        }
    }

    /// What was written.
    pub fn bytes(&self) -> &[u8] {
        &self.room[..self.length]
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// How many bytes were written.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Makes room for so many numbers and other bytes.
    #[inline]
    pub fn make_room(&mut self, numbers: usize, bytes: usize) {
        let needed = self.length + numbers * MAX_BYTES + bytes;
        if self.room.len() < needed {
            self.room.resize(needed.next_power_of_two(), 0);
        }
    }

    /// Writes a number as a varint.
    #[inline]
    pub fn push(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.push_byte(n as u8 | 0x80);
            n >>= 7;
        }
        self.push_byte(n as u8);
    }

    /// Writes two numbers, at once where both are short, as nearly all are.
    #[inline]
    pub fn push_pair(&mut self, a: u32, b: u32) {
        if (a | b) < SHORT
            && let Some(room) = self.room.get_mut(self.length..).and_then(<[u8]>::first_chunk_mut)
        {
            let [(a, a_bytes), (b, b_bytes)] = [a, b].map(short_varint);
            *room = (a | b << (8 * a_bytes)).to_le_bytes();
            self.length += a_bytes + b_bytes;
        } else {
            self.push(a.into());
            self.push(b.into());
        }
    }

    /// Writes a byte.
    #[inline]
    pub fn push_byte(&mut self, byte: u8) {
        self.room[self.length] = byte;
        self.length += 1;
    }

    /// Writes bytes as they are.
    #[inline]
    pub fn push_bytes(&mut self, bytes: &[u8]) {
        self.room[self.length..self.length + bytes.len()].copy_from_slice(bytes);
        self.length += bytes.len();
    }
}

/// A number below [`SHORT`] as a varint in the low bytes, and how many they are. Without a branch: one
/// byte or two is as good as chance.
#[inline]
fn short_varint(n: u32) -> (u32, usize) {
    let goes_on = u32::from(n > 0x7f);
    (n & 0x7f | goes_on << 7 | n >> 7 << 8, 1 + goes_on as usize)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::store::push_varint;

    proptest! {
        #[test]
        fn a_pair_is_two_varints(pairs in proptest::collection::vec((0u32..40_000, any::<u32>(), any::<bool>()), 0..40)) {
            let (mut written, mut expected) = (Integers::default(), Vec::new());
            for (near, far, is_far) in pairs {
                let (a, b) = (near, if is_far { far } else { near / 3 });
                written.make_room(2, 0);
                written.push_pair(a, b);
                push_varint(&mut expected, a.into());
                push_varint(&mut expected, b.into());
            }
            prop_assert_eq!(written.bytes(), expected);
        }
    }
}
