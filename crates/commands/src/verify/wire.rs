//! Reading protobuf to the last byte: fields of a message, one after the other.
//!
//! Stricter than a usual reader, which is lenient by design: whatever the encoding document does not allow is a fault, because
//! the bytes are ours. No message is known here.

/// The bytes of a message, and how far they are read.
pub(super) struct Message<'a> {
    rest: &'a [u8],
}

/// What a field holds, by its wire type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Content<'a> {
    Varint(u64),
    Eight([u8; 8]),
    Four([u8; 4]),
    Bytes(&'a [u8]),
}

/// Why bytes are no message.
pub(super) type Unreadable = &'static str;

impl<'a> Message<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The number of the next field and what it holds; none at the end.
    pub fn field(&mut self) -> Result<Option<(u32, Content<'a>)>, Unreadable> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let key = u32::try_from(self.varint()?).map_err(|_| "the number of a field is too large")?;
        let content = match key & 7 {
            0 => Content::Varint(self.varint()?),
            1 => Content::Eight(self.take()?),
            2 => {
                let length = usize::try_from(self.varint()?).unwrap_or(usize::MAX);
                let (bytes, rest) =
                    self.rest.split_at_checked(length).ok_or("a field is longer than what holds it")?;
                self.rest = rest;
                Content::Bytes(bytes)
            }
            5 => Content::Four(self.take()?),
            _ => return Err("a wire type that does not exist"),
        };
        Ok(Some((key >> 3, content)))
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], Unreadable> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or("a number is cut off")?;
        self.rest = rest;
        Ok(*taken)
    }

    fn varint(&mut self) -> Result<u64, Unreadable> {
        let mut number = 0u64;
        for shift in (0..u64::BITS).step_by(7) {
            let (&byte, rest) = self.rest.split_first().ok_or("a number is cut off")?;
            self.rest = rest;
            let part = u64::from(byte & 0x7f);
            if part << shift >> shift != part {
                break;
            }
            number |= part << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err("a number of more than 64 bits")
    }
}

/// The numbers of a packed field of `uint32`.
pub(super) fn packed(bytes: &[u8]) -> Result<Vec<u32>, Unreadable> {
    let mut message = Message::new(bytes);
    let mut numbers = Vec::with_capacity(bytes.len());
    while !message.rest.is_empty() {
        numbers.push(u32::try_from(message.varint()?).map_err(|_| "a number of more than 32 bits")?);
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_to_64_bits_and_no_further() {
        let largest = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
        assert_eq!(Message::new(&largest).varint(), Ok(u64::MAX));
        let larger = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02];
        assert_eq!(Message::new(&larger).varint(), Err("a number of more than 64 bits"));
        assert_eq!(Message::new(&[0x80; 11]).varint(), Err("a number of more than 64 bits"));
        assert_eq!(Message::new(&[0x80]).varint(), Err("a number is cut off"));
        assert_eq!(packed(&[0x96, 0x01, 0x02]), Ok(vec![150, 2]));
        assert!(packed(&[0xff, 0xff, 0xff, 0xff, 0x7f]).is_err());
    }

    #[test]
    fn a_field_that_reaches_beyond_its_message_is_not_read() {
        assert_eq!(Message::new(&[0x0a, 0x01, 0x07]).field(), Ok(Some((1, Content::Bytes(&[7])))));
        assert!(Message::new(&[0x0a, 0x02, 0x07]).field().is_err());
        assert!(Message::new(&[0x0b]).field().is_err(), "groups");
        assert!(Message::new(&[0x09, 1, 2, 3]).field().is_err());
        assert_eq!(Message::new(&[]).field(), Ok(None));
    }
}
