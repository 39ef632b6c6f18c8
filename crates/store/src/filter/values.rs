//! The set of values a condition is true for, ready to be asked once a row.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::ops::Bound;

/// Values of one type that have an order.
#[derive(Debug, Clone)]
pub(super) enum Values<T> {
    /// Exactly these, in order once [converted](Self::convert).
    Among(Box<[T]>),
    /// All between two bounds.
    Range(Bound<T>, Bound<T>),
}

impl<T> Values<T> {
    /// The same values as another type; `None` if one has no counterpart there.
    pub(super) fn convert<U: PartialOrd>(self, convert: impl Fn(T) -> Option<U>) -> Option<Values<U>> {
        let bound = |bound| match bound {
            Bound::Included(value) => convert(value).map(Bound::Included),
            Bound::Excluded(value) => convert(value).map(Bound::Excluded),
            Bound::Unbounded => Some(Bound::Unbounded),
        };
        match self {
            Self::Range(low, high) => Some(Values::Range(bound(low)?, bound(high)?)),
            Self::Among(values) => {
                let mut values: Vec<U> = values.into_iter().map(convert).collect::<Option<_>>()?;
                values.sort_unstable_by(|a, b| a.partial_cmp(b).unwrap_or(Ordering::Equal));
                Some(Values::Among(values.into()))
            }
        }
    }

    /// Whether the value is one of them. Not a number is none of any numbers.
    pub(super) fn contain<U: PartialOrd + ?Sized>(&self, value: &U) -> bool
    where
        T: Borrow<U>,
    {
        match self {
            Self::Among(values) => match &**values {
                [one] => one.borrow() == value,
                many => many
                    .binary_search_by(|one| one.borrow().partial_cmp(value).unwrap_or(Ordering::Less))
                    .is_ok(),
            },
            Self::Range(low, high) => {
                let is_above = match low {
                    Bound::Included(low) => low.borrow() <= value,
                    Bound::Excluded(low) => low.borrow() < value,
                    Bound::Unbounded => true,
                };
                let is_below = match high {
                    Bound::Included(high) => value <= high.borrow(),
                    Bound::Excluded(high) => value < high.borrow(),
                    Bound::Unbounded => true,
                };
                is_above && is_below
            }
        }
    }
}
