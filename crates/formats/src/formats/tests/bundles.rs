//! Folders, zips and standard input's kin: what is found in them, and what a zip may not do.

use std::io::Write;

use super::made::{POINT, dbf, point, shp, zip};
use super::{Given, ReadError, read_files, read_one};

fn shapes() -> Vec<u8> {
    shp(POINT, &[point(1.0, 2.0), point(3.0, 4.0)])
}

fn table() -> Vec<u8> {
    dbf(&[(b"ten", b'C', 4)], &[b" a", b" b"])
}

fn names(layers: &[Given]) -> Vec<&str> {
    layers.iter().map(|layer| layer.name.as_deref().unwrap()).collect()
}

#[test]
fn a_zip_and_a_folder_of_the_same_files_give_the_same_layers() {
    let (shapes, table) = (shapes(), table());
    let files: [(&str, &[u8]); 11] = [
        ("xa/to_5/Thua_Dat.SHP", &shapes),
        ("xa/to_5/Thua_Dat.DBF", &table),
        ("xa/to_5/THUA_DAT.PRJ", b"GEOGCS[\"WGS 84\"]"),
        ("xa/to_6/Thua_Dat.shp", &shapes),
        ("duong.shp", &shapes),
        ("loai_dat.dbf", &table),
        ("diem.geojson", br#"{"type":"Feature","properties":{"ten":"a"},"geometry":null}"#),
        ("cho.csv", b"ten,so\na,1\nb,2\n"),
        ("__MACOSX/._duong.shp", b"\0\x05\x16\x07"),
        ("to_5.dwg", b"AC1032\0\0\0\0\0"),
        ("doc/huong_dan.txt", b"xin chao"),
    ];
    let packed = zip(&files);
    for layers in [read_files(&files, "").unwrap(), read_files(&[("goi.ZIP", &packed)], "goi.ZIP").unwrap()] {
        assert_eq!(
            names(&layers),
            ["cho", "diem", "duong", "loai_dat", "xa/to_5/Thua_Dat.SHP", "xa/to_6/Thua_Dat.shp"]
        );
        assert_eq!(layers.iter().map(|layer| layer.rows.len()).collect::<Vec<_>>(), [2, 1, 2, 2, 2, 2]);
        assert_eq!(layers[4].text(1, "ten").as_deref(), Some("b"));
        assert!(layers[4].crs.is_some() && layers[5].crs.is_none());
        assert_eq!(layers[0].remarked("to_5.dwg"), Some(1));
        assert!(layers[1..].iter().all(|layer| layer.remarked("to_5.dwg").is_none()));
        assert_eq!(layers[5].remarked("no .dbf"), Some(2));
    }
}

#[test]
fn names_of_a_zip_that_are_not_utf_8_keep_a_set_together() {
    let mut packed =
        zip(&[("Thua_XX.shp", &shapes()), ("Thua_XX.dbf", &table()), ("Thua_YY.shp", &shapes())]);
    for i in 0..packed.len() - 7 {
        match &packed[i..i + 7] {
            b"Thua_XX" => packed[i + 5..i + 7].copy_from_slice(&[0xd0, 0xca]),
            b"Thua_YY" => packed[i + 5..i + 7].copy_from_slice(&[0xd0, 0xcb]),
            _ => {}
        }
    }
    let layers = read_files(&[("a.zip", &packed)], "a.zip").unwrap();
    assert_eq!(names(&layers), ["Thua_ÐÊ", "Thua_ÐË"]);
    assert_eq!((layers[0].text(1, "ten").as_deref(), layers[1].remarked("no .dbf")), (Some("b"), Some(2)));
}

#[test]
fn a_name_that_climbs_out_of_a_zip_is_only_a_name() {
    let packed =
        zip(&[("../../hai.shp", &shapes()), ("..\\..\\ba.shp", &shapes()), ("/tuyet_doi.shp", &shapes())]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mot").join("hai").join("a.zip");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, packed).unwrap();
    let layers = super::read_all(&path).unwrap();
    assert_eq!(layers.len(), 3);
    assert!(!folder.path().join("hai.shp").exists() && !folder.path().join("ba.shp").exists());
}

#[test]
fn a_zip_that_unpacks_to_far_more_than_its_size_is_refused() {
    let mut bomb = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    bomb.start_file("a.csv", zip::write::SimpleFileOptions::default()).unwrap();
    bomb.write_all(b"ten\n").unwrap();
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..300 {
        bomb.write_all(&blanks).unwrap();
    }
    let bomb = bomb.finish().unwrap().into_inner();
    assert!(bomb.len() < 1 << 20);
    let refused = read_files(&[("a.zip", &bomb)], "a.zip").unwrap_err();
    assert!(matches!(refused, ReadError::UnpacksTooLarge), "{refused}");
}

#[test]
fn a_damaged_zip_and_an_empty_one_say_what_to_do() {
    let packed = zip(&[("a.shp", &shapes()), ("a.dbf", &table())]);
    let cut = read_files(&[("a.zip", &packed[..packed.len() / 2])], "a.zip").unwrap_err();
    assert!(matches!(cut, ReadError::DamagedZip), "{cut}");
    let mut flipped = packed;
    flipped[60] ^= 0xff;
    let flipped = read_files(&[("a.zip", &flipped)], "a.zip").unwrap_err();
    assert!(matches!(flipped, ReadError::DamagedZip), "{flipped}");
    for nothing in [zip(&[]), zip(&[("doc.txt", b"a")])] {
        let nothing = read_files(&[("a.zip", &nothing)], "a.zip").unwrap_err();
        assert!(matches!(nothing, ReadError::NothingToRead), "{nothing}");
    }
}

#[test]
fn a_table_whose_shapes_were_forgotten_says_so() {
    let packed = zip(&[("a.dbf", &table()), ("a.shx", b"")]);
    let given = read_one(&[("a.zip", &packed)], "a.zip");
    assert_eq!((given.rows.len(), given.remarked("no .shp beside")), (2, Some(1)));
}

#[test]
fn a_packed_text_in_a_zip_is_read() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(b"ten,so\na,1\n").unwrap();
    let packed = zip(&[("so_nha.csv.gz", &gzip.finish().unwrap())]);
    assert_eq!(read_one(&[("a.zip", &packed)], "a.zip").text(0, "so").as_deref(), Some("1"));
}

#[test]
fn a_layer_that_turns_out_broken_fails_when_it_is_read_and_not_before() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.shp"), shapes()).unwrap();
    std::fs::write(folder.path().join("b.shp"), b"nothing of the kind").unwrap();
    let layers = super::open(folder.path()).unwrap();
    let read: Vec<bool> = layers.into_iter().map(|layer| Given::of(layer).is_ok()).collect();
    assert_eq!(read, [true, false]);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_read_as_standard_input_is() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let packed = zip(&[("a.shp", &shapes()), ("a.dbf", &table())]);
    for (bytes, rows) in [(packed, Some(2)), (b"ten\na\n".to_vec(), Some(1)), (shapes(), None)] {
        let to = pipe.clone();
        // the other end may be closed early, as when the file is refused
        let writer = std::thread::spawn(move || _ = std::fs::write(to, bytes));
        let layers = super::read_all(&pipe);
        writer.join().unwrap();
        match (layers, rows) {
            (Ok(layers), Some(rows)) => assert_eq!(layers[0].rows.len(), rows),
            (Err(ReadError::PartOfSet), None) => {}
            (other, _) => panic!("{other:?}"),
        }
    }
}
