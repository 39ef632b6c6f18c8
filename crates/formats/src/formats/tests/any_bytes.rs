//! Any bytes as a shapefile, a table or a zip: an error or rows, and never a panic.

use proptest::prelude::*;

use super::made::{HOLE, POLYGON, SQUARE, dbf, parts, shp, shx, zip};
use super::read_files;

/// A sound file with some of its bytes changed, and perhaps cut.
fn spoilt(sound: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let length = sound.len();
    let changes = prop::collection::vec((0..length, any::<u8>()), 0..8);
    (changes, prop_oneof![3 => Just(length), 1 => 0..length]).prop_map(move |(changes, end)| {
        let mut bytes = sound.clone();
        changes.into_iter().for_each(|(at, byte)| bytes[at] = byte);
        bytes.truncate(end);
        bytes
    })
}

fn sound_shapes() -> Vec<u8> {
    shp(POLYGON, &[parts(POLYGON, &[&SQUARE, &HOLE], &[]), vec![0; 4], parts(POLYGON, &[&SQUARE], &[])])
}

fn sound_table() -> Vec<u8> {
    dbf(&[(b"ten", b'C', 4), (b"so", b'N', 3)], &[b" a   12", b"*b", b" c     1"])
}

fn sound_index() -> Vec<u8> {
    let first = parts(POLYGON, &[&SQUARE, &HOLE], &[]).len();
    shx(POLYGON, &[(100, first), (108 + first, 4), (120 + first, parts(POLYGON, &[&SQUARE], &[]).len())])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_spoilt_shapefile_gives_an_error_or_rows(
        shapes in spoilt(sound_shapes()),
        index in prop::option::of(spoilt(sound_index())),
        table in spoilt(sound_table()),
    ) {
        let mut files = vec![("a.shp", shapes.as_slice()), ("a.dbf", &table)];
        files.extend(index.as_deref().map(|index| ("a.shx", index)));
        let _ = read_files(&files, "");
        let _ = read_files(&files, "a.shp");
        let _ = read_files(&files, "a.dbf");
    }

    #[test]
    fn a_spoilt_zip_gives_an_error_or_rows(
        packed in spoilt(zip(&[("a.shp", &sound_shapes()), ("a.dbf", &sound_table()), ("b.csv", b"a\n1\n")])),
    ) {
        let _ = read_files(&[("a.zip", &packed)], "a.zip");
    }

    #[test]
    fn any_bytes_give_an_error_or_rows(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let behind = |magic: &[u8]| [magic, &bytes].concat();
        let _ = read_files(&[("a", &bytes)], "a");
        let _ = read_files(&[("a.zip", &behind(b"PK\x03\x04"))], "a.zip");
        let _ = read_files(&[("a.shp", &behind(&super::made::header(POLYGON, 10_000))), ("a.dbf", &behind(&[3]))], "a.shp");
    }
}
