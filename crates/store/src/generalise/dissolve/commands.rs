//! Rings as the geometry commands of a vector tile (MVT 2.1, 4.3), in varint bytes.

use crate::geometry::planar::Rings;

const MOVE_TO: u32 = 1;
const LINE_TO: u32 = 2;
const CLOSE_PATH: u32 = 7;

/// Appends the commands of the rings to `out`.
pub(super) fn encode(rings: &Rings, out: &mut Vec<u8>) {
    let mut pen = (0, 0);
    for ring in rings.iter() {
        for (i, &(x, y)) in ring.iter().enumerate() {
            match i {
                0 => varint(MOVE_TO | 1 << 3, out),
                1 => varint(LINE_TO | (ring.len() as u32 - 1) << 3, out),
                _ => {}
            }
            varint(zigzag(x - pen.0), out);
            varint(zigzag(y - pen.1), out);
            pen = (x, y);
        }
        varint(CLOSE_PATH | 1 << 3, out);
    }
}

fn zigzag(v: i32) -> u32 {
    ((v << 1) ^ (v >> 31)) as u32
}

fn varint(mut v: u32, out: &mut Vec<u8>) {
    while v >= 0x80 {
        out.push(v as u8 | 0x80);
        v >>= 7;
    }
    out.push(v as u8);
}

/// Reads the commands back.
#[cfg(test)]
pub(super) fn decode(bytes: &[u8]) -> Rings {
    let mut integers = Vec::new();
    let (mut v, mut shift) = (0u32, 0);
    for &byte in bytes {
        v |= u32::from(byte & 0x7f) << shift;
        shift += 7;
        if byte < 0x80 {
            integers.push(v);
            (v, shift) = (0, 0);
        }
    }
    let (mut rings, mut ring, mut pen, mut at) = (Rings::new(), Vec::new(), (0, 0), 0);
    while at < integers.len() {
        let (command, count) = (integers[at] & 7, integers[at] >> 3);
        at += 1;
        if command == CLOSE_PATH {
            rings.push_ring(&std::mem::take(&mut ring));
            continue;
        }
        for _ in 0..count {
            let step = |v: u32| (v >> 1) as i32 ^ -((v & 1) as i32);
            pen = (pen.0 + step(integers[at]), pen.1 + step(integers[at + 1]));
            ring.push(pen);
            at += 2;
        }
    }
    rings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_polygon_of_the_specification_has_its_commands() {
        // the example of MVT 2.1, 4.3.5.5, its first polygon
        let ring: &[(i32, i32)] = &[(3, 6), (8, 12), (20, 34)];
        let mut bytes = Vec::new();
        encode(&Rings::from_iter([ring]), &mut bytes);
        assert_eq!(bytes, [9, 6, 12, 18, 10, 12, 24, 44, 15]);
        assert_eq!(decode(&bytes), Rings::from_iter([ring]));
    }
}
