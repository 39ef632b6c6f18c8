//! What the land is used for: codes of the list in force since 2024-08-01, mixed as in such towns.

use super::lots::BlockKind;
use super::random::Dice;

/// What grows on the fields of a block.
pub fn crop(area_key: &str, dice: &mut Dice) -> &'static str {
    let crops: &[(&str, u32)] = if area_key == "uong_bi" {
        &[("LUC", 26), ("LUK", 8), ("HNK", 14), ("CLN", 18), ("RSX", 22), ("NTS", 10), ("RPH", 2)]
    } else {
        &[("LUC", 34), ("LUK", 10), ("HNK", 22), ("CLN", 28), ("NTS", 5), ("NKH", 1)]
    };
    dice.weighted(crops).unwrap_or("CLN")
}

/// What an estate is.
pub fn estate(area_key: &str, dice: &mut Dice) -> &'static str {
    let kinds: &[(&str, u32)] = &[
        ("DGD", 16),
        ("DYT", 5),
        ("TSC", 7),
        ("DVH", 5),
        ("DTT", 5),
        ("DKV", 10),
        ("TMD", 14),
        ("SKC", 16),
        ("TON", 9),
        ("TIN", 3),
        ("DDD", 2),
        ("DNL", 2),
        ("DRA", 1),
        ("SKN", 4),
        ("CAN", 1),
    ];
    let mined = area_key == "uong_bi" && dice.percent(12.0);
    if mined { "SKS" } else { dice.weighted(kinds).unwrap_or("DGD") }
}

/// The registered uses of a lot of that registered area, with an area each where there are two.
pub fn uses(
    kind: BlockKind,
    block_use: &'static str,
    has_front: bool,
    is_rural: bool,
    registered_m2: f64,
    dice: &mut Dice,
) -> (Vec<&'static str>, Option<Vec<f64>>) {
    let home = if is_rural { "ONT" } else { "ODT" };
    let lives_here = match kind {
        BlockKind::Town => dice.percent(if has_front { 94.0 } else { 86.0 }),
        BlockKind::Garden => dice.percent(if has_front { 88.0 } else { 55.0 }),
        BlockKind::Farm => dice.percent(if has_front { 16.0 } else { 1.0 }),
        BlockKind::Estate => false,
    };
    if lives_here {
        // registers grant dwelling land up to a limit, the rest of the plot stays garden
        let limit = if is_rural { 300.0 } else { 150.0 } * dice.between(0.5, 1.2);
        if registered_m2 > limit * 1.25 {
            let dwelling = limit.round();
            let garden = if dice.percent(90.0) { "CLN" } else { "HNK" };
            let rest = ((registered_m2 - dwelling) * 10.0).round() / 10.0;
            return (vec![home, garden], Some(vec![dwelling, rest]));
        }
        return (vec![home], None);
    }
    let other: &[(&'static str, u32)] = match kind {
        BlockKind::Town => {
            &[("TMD", 50), ("SKC", 12), ("CLN", 14), ("DVH", 5), ("TIN", 6), ("DKV", 6), ("BCS", 7)]
        }
        BlockKind::Garden => {
            &[("CLN", 56), ("HNK", 22), ("NTS", 6), ("TMD", 5), ("SKC", 5), ("TIN", 3), ("BCS", 3)]
        }
        BlockKind::Farm => &[("", 82), ("CLN", 8), ("HNK", 4), ("NTS", 3), ("DTL", 2), ("BCS", 1)],
        BlockKind::Estate => &[("", 1)],
    };
    let code = dice.weighted(other).filter(|code| !code.is_empty()).unwrap_or(block_use);
    (vec![code], None)
}

/// Whether people live there, so that it has a door.
pub fn is_dwelling(code: &str) -> bool {
    matches!(code, "ODT" | "ONT")
}

/// Whether a house number hangs there though nobody lives there.
pub fn is_visited(code: &str) -> bool {
    matches!(code, "TMD" | "SKC" | "DGD" | "DYT" | "TSC" | "DVH" | "DTT" | "TON" | "TIN" | "SKN" | "DKV")
}
