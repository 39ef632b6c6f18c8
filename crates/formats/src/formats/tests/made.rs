//! Shapefiles and zips made byte by byte, as right or as wrong as a test wants them.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

pub const POINT: i32 = 1;
pub const LINES: i32 = 3;
pub const POLYGON: i32 = 5;

pub type Ring<'a> = &'a [(f64, f64)];

/// A square clockwise, as the format wants a polygon.
pub const SQUARE: [(f64, f64); 5] = [(0.0, 0.0), (0.0, 10.0), (10.0, 10.0), (10.0, 0.0), (0.0, 0.0)];
/// A hole in it, counter-clockwise.
pub const HOLE: [(f64, f64); 5] = [(2.0, 2.0), (8.0, 2.0), (8.0, 8.0), (2.0, 8.0), (2.0, 2.0)];
/// A polygon in the hole.
pub const ISLAND: [(f64, f64); 5] = [(4.0, 4.0), (4.0, 6.0), (6.0, 6.0), (6.0, 4.0), (4.0, 4.0)];

pub fn point(x: f64, y: f64) -> Vec<u8> {
    [POINT.to_le_bytes().as_slice(), &x.to_le_bytes(), &y.to_le_bytes()].concat()
}

/// Rings or lines; `beside` is what follows the points, as heights do.
pub fn parts(kind: i32, parts: &[Ring<'_>], beside: &[u8]) -> Vec<u8> {
    let mut bytes = [kind.to_le_bytes().as_slice(), &[0; 32]].concat();
    let points: usize = parts.iter().map(|part| part.len()).sum();
    bytes.extend((parts.len() as i32).to_le_bytes());
    bytes.extend((points as i32).to_le_bytes());
    let mut start = 0_i32;
    for part in parts {
        bytes.extend(start.to_le_bytes());
        start += part.len() as i32;
    }
    for (x, y) in parts.iter().copied().flatten() {
        bytes.extend(x.to_le_bytes());
        bytes.extend(y.to_le_bytes());
    }
    bytes.extend(beside);
    bytes
}

/// The header of a `.shp` or `.shx` of so many bytes.
pub fn header(kind: i32, bytes: usize) -> Vec<u8> {
    let mut header = vec![0; 100];
    header[..4].copy_from_slice(&9994_i32.to_be_bytes());
    header[24..28].copy_from_slice(&((bytes / 2) as i32).to_be_bytes());
    header[28..32].copy_from_slice(&1000_i32.to_le_bytes());
    header[32..36].copy_from_slice(&kind.to_le_bytes());
    header
}

pub fn record(number: usize, content: &[u8]) -> Vec<u8> {
    let words = (content.len() / 2) as i32;
    [(number as i32).to_be_bytes().as_slice(), &words.to_be_bytes(), content].concat()
}

pub fn shp(kind: i32, records: &[Vec<u8>]) -> Vec<u8> {
    let body: Vec<u8> = records.iter().enumerate().flat_map(|(i, content)| record(i + 1, content)).collect();
    [header(kind, 100 + body.len()), body].concat()
}

/// An index of records at these places with these lengths, in bytes.
pub fn shx(kind: i32, records: &[(usize, usize)]) -> Vec<u8> {
    let entry = |&(at, bytes): &(usize, usize)| {
        [((at / 2) as i32).to_be_bytes(), ((bytes / 2) as i32).to_be_bytes()].concat()
    };
    [header(kind, 100 + 8 * records.len()), records.iter().flat_map(entry).collect()].concat()
}

/// Name, kind, length of a column.
pub type MadeColumn<'a> = (&'a [u8], u8, u8);

/// A table; a row that begins with `*` is deleted, others with a blank.
pub fn dbf(columns: &[MadeColumn<'_>], rows: &[&[u8]]) -> Vec<u8> {
    let header_length = 32 + 32 * columns.len() + 1;
    let row_length = 1 + columns.iter().map(|(_, _, length)| usize::from(*length)).sum::<usize>();
    let mut bytes = vec![0; 32];
    bytes[..4].copy_from_slice(&[3, 125, 6, 30]);
    bytes[4..8].copy_from_slice(&(rows.len() as u32).to_le_bytes());
    bytes[8..10].copy_from_slice(&(header_length as u16).to_le_bytes());
    bytes[10..12].copy_from_slice(&(row_length as u16).to_le_bytes());
    for (name, kind, length) in columns {
        let mut column = [0; 32];
        column[..name.len()].copy_from_slice(name);
        (column[11], column[16]) = (*kind, *length);
        bytes.extend(column);
    }
    bytes.push(0x0d);
    for row in rows {
        assert!(row.len() <= row_length, "a row too long");
        bytes.extend_from_slice(row);
        bytes.resize(bytes.len() + row_length - row.len(), b' ');
    }
    bytes.push(0x1a);
    bytes
}

pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
