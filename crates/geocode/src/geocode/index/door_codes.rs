//! Door codes, packed: nine symbols of 0–9 and A–Z are a number below 36^9, 8 bytes a door and 4 for
//! finding the door by its code. A town that has given none pays nothing.

use crate::geocode::index::indices::{HouseIndex, TableIndex};

/// The codes of all doors.
#[derive(Debug, Default)]
pub struct DoorCodes {
    /// 0 where a door has none; empty where no door has one.
    of_house: Vec<u64>,
    /// Doors with a code, in the order of their codes.
    by_code: Vec<HouseIndex>,
}

impl DoorCodes {
    /// Packs (door, code) pairs of `count` doors; what is no code is left out.
    pub fn pack<'a>(count: usize, codes: impl Iterator<Item = (HouseIndex, &'a [u8; 9])>) -> Self {
        let mut packed = Self::default();
        for (house, code) in codes {
            let Some(number) = to_number(code) else { continue };
            if packed.of_house.is_empty() {
                packed.of_house.resize(count, 0);
            }
            if let Some(place) = packed.of_house.get_mut(house.get()) {
                *place = number;
                packed.by_code.push(house);
            }
        }
        let of_house = std::mem::take(&mut packed.of_house);
        packed.by_code.sort_unstable_by_key(|&house| of_house.get(house.get()).copied().unwrap_or(0));
        packed.of_house = of_house;
        packed
    }

    /// The code of a door, nine symbols without hyphens.
    pub fn of(&self, house: HouseIndex) -> Option<String> {
        self.of_house.get(house.get()).copied().filter(|&number| number != 0).map(to_text)
    }

    /// The door with a code.
    pub fn find(&self, code: &[u8; 9]) -> Option<HouseIndex> {
        let number = to_number(code)?;
        let of = |house: &HouseIndex| self.of_house.get(house.get()).copied().unwrap_or(0);
        let at = self.by_code.partition_point(|house| of(house) < number);
        self.by_code.get(at).copied().filter(|house| of(house) == number)
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.of_house.len() * 8 + self.by_code.len() * 4
    }
}

/// One more than the code read in base 36, so that no code is 0.
fn to_number(code: &[u8; 9]) -> Option<u64> {
    let mut number = 0u64;
    for &symbol in code {
        number = number * 36 + u64::from(char::from(symbol).to_digit(36)?);
    }
    Some(number + 1)
}

fn to_text(number: u64) -> String {
    let mut rest = number - 1;
    let mut symbols = [b'0'; 9];
    for symbol in symbols.iter_mut().rev() {
        *symbol = char::from_digit((rest % 36) as u32, 36).map_or(b'0', |c| c.to_ascii_uppercase() as u8);
        rest /= 36;
    }
    String::from_utf8_lossy(&symbols).into_owned()
}

#[cfg(test)]
mod tests {
    use crate::geocode::index::door_codes::*;

    #[test]
    fn a_code_leads_to_its_door_and_back() {
        let codes: [&[u8; 9]; 3] = [b"K3F9QR2XW", b"000000000", b"ZZZZZZZZZ"];
        let door = HouseIndex::new;
        let given = [(door(4), codes[0]), (door(0), codes[1]), (door(2), codes[2])];
        let packed = DoorCodes::pack(5, given.into_iter());
        assert_eq!(packed.of(door(4)).as_deref(), Some("K3F9QR2XW"));
        assert_eq!(packed.of(door(0)).as_deref(), Some("000000000"));
        assert_eq!(packed.of(door(1)), None);
        assert_eq!(packed.find(b"ZZZZZZZZZ"), Some(door(2)));
        assert_eq!(packed.find(b"ZZZZZZZZY"), None);
        assert_eq!(DoorCodes::pack(5, std::iter::empty()).bytes(), 0);
    }
}
