//! Places in the tables of the index, a type for each table, so that the number of a unit is never taken for that
//! of a street.
//!
//! An index is kept as one more than its place, so that an `Option` of one takes no more room than a bare number:
//! what is absent is `None`, and no number stands for it.

use std::hash::{Hash, Hasher};
use std::num::NonZeroU32;

/// A place in one of the tables.
pub trait TableIndex: Copy + Ord {
    /// The index of a place; what no table reaches becomes the last there can be.
    fn new(place: usize) -> Self;

    /// The place, from 0 on.
    fn get(self) -> usize;
}

macro_rules! indices {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(NonZeroU32);

        impl TableIndex for $name {
            fn new(place: usize) -> Self {
                Self(NonZeroU32::MIN.saturating_add(u32::try_from(place).unwrap_or(u32::MAX)))
            }

            fn get(self) -> usize {
                self.0.get() as usize - 1
            }
        }

        impl Hash for $name {
            /// As the bare place is hashed: the order of a hash table decides between what is equally good.
            fn hash<H: Hasher>(&self, state: &mut H) {
                state.write_u32(self.0.get() - 1);
            }
        }
    )*};
}

indices! {
    /// Of a unit, old or new, in `Units`.
    UnitIndex,
    /// Of a street, alley, hamlet or landmark in `Ways`.
    WayIndex,
    /// Of a door in `Houses`.
    HouseIndex,
    /// Of what many doors share in `Houses`.
    SettingIndex,
    /// Of what doors say of where they lay before in `InferredPlaces`.
    PlaceIndex,
    /// Of a key in `Names`: its rank.
    KeyIndex,
    /// Of a written name in `Names`.
    FormIndex,
}

/// Neighbours in a table: from one index up to another, that one left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IndexRange<I> {
    pub start: I,
    pub end: I,
}

/// Doors that stand side by side.
pub type HouseRange = IndexRange<HouseIndex>;

/// Keys that follow each other, such as all that begin alike.
pub type KeyRange = IndexRange<KeyIndex>;

impl<I: TableIndex> IndexRange<I> {
    /// From one place up to another.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: I::new(start), end: I::new(end) }
    }

    /// All of a table that holds so many.
    pub fn all(count: usize) -> Self {
        Self::new(0, count)
    }

    /// One alone.
    pub fn one(index: I) -> Self {
        Self { start: index, end: I::new(index.get() + 1) }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.end.get().saturating_sub(self.start.get())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.start >= self.end
    }

    /// Whether an index is one of them.
    pub fn contains(&self, index: I) -> bool {
        self.start <= index && index < self.end
    }

    /// The first.
    pub fn first(&self) -> Option<I> {
        (!self.is_empty()).then_some(self.start)
    }

    /// The last.
    pub fn last(&self) -> Option<I> {
        (!self.is_empty()).then(|| I::new(self.end.get() - 1))
    }

    /// Each of them in turn.
    pub fn iter(self) -> impl Iterator<Item = I> {
        (self.start.get()..self.end.get()).map(I::new)
    }
}

impl<I: TableIndex> Default for IndexRange<I> {
    fn default() -> Self {
        Self::all(0)
    }
}

#[cfg(test)]
mod tests {
    use crate::geocode::index::houses::Setting;
    use crate::geocode::index::indices::*;

    #[test]
    fn what_may_be_absent_takes_no_more_room() {
        assert_eq!(size_of::<Option<UnitIndex>>(), 4);
        assert_eq!(size_of::<Option<WayIndex>>(), 4);
        assert_eq!(size_of::<Option<HouseIndex>>(), 4);
        assert_eq!(size_of::<Setting>(), 16);
    }

    #[test]
    fn an_index_gives_its_place_back_and_ends_at_the_last() {
        for place in [0, 1, 7, u32::MAX as usize - 1] {
            assert_eq!(WayIndex::new(place).get(), place);
        }
        let last = WayIndex::new(u32::MAX as usize - 1);
        assert_eq!([u32::MAX as usize, usize::MAX].map(WayIndex::new), [last, last]);
    }

    #[test]
    fn a_range_holds_its_first_and_not_its_end() {
        let doors = HouseRange::new(2, 5);
        assert_eq!(doors.iter().map(TableIndex::get).collect::<Vec<_>>(), [2, 3, 4]);
        assert_eq!((doors.len(), doors.is_empty()), (3, false));
        assert_eq!([1, 2, 4, 5].map(|at| doors.contains(HouseIndex::new(at))), [false, true, true, false]);
        assert_eq!((doors.first(), doors.last()), (Some(doors.start), Some(HouseIndex::new(4))));
        assert_eq!((HouseRange::new(5, 5).last(), HouseRange::default().first()), (None, None));
        assert_eq!(KeyRange::one(KeyIndex::new(3)), KeyRange::new(3, 4));
    }
}
