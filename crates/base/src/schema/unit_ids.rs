//! The ids of national units: made from their codes, so that every server agrees on them without a list.

/// Units of the last day before the reform.
pub(super) const OLD: i32 = 1;
/// Units that the reform made.
pub(super) const NEW: i32 = 2;
/// Units that ended before.
pub(super) const ENDED: i32 = 3;

/// The id of a unit of the last day before the reform.
pub(super) fn old_id(code: &str) -> i32 {
    id_of(OLD, code)
}

/// Ids anyone can read: 1, 2 or 3 million for a unit of the last day before the reform, born of it or ended before, then the code;
/// districts 100,000 and provinces 200,000 higher, as their shorter codes would collide.
pub(super) fn id_of(era: i32, code: &str) -> i32 {
    let number: i32 = code.bytes().fold(0, |n, digit| n * 10 + i32::from(digit.wrapping_sub(b'0') % 10));
    let level = match code.len() {
        2 => 200_000,
        3 => 100_000,
        _ => 0,
    };
    era * 1_000_000 + level + number
}

/// The level of a unit, which the length of its code tells.
pub(super) fn level_of(code: &str) -> &'static str {
    match code.len() {
        2 => "province",
        3 => "district",
        _ => "ward",
    }
}
