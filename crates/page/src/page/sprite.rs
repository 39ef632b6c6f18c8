//! The patterns of `styles/hatches.json` as a sprite (a picture of all of them and an index), so that any client of
//! MapLibre has them. The page draws the same patterns for its legend in `web/src/hatch.ts`.

use std::io::{self, Write};
use std::sync::OnceLock;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use serde_json::{Map, Value, json};

/// The side of a pattern at the usual density of a screen.
const SIDE_PX: u32 = 16;
const LINE_WIDTH_PX: f32 = 1.0;
const INK: [u8; 3] = [40, 48, 60];
const INK_ALPHA: f32 = 0.38;

/// How many straight pieces a curve is drawn with.
const PIECES: u8 = 24;

type Point = (f32, f32);
type Segment = (Point, Point);

/// The patterns by their names in `styles/hatches.json`, in the order of the picture.
fn patterns() -> [(&'static str, Vec<Segment>); 5] {
    let rings = [(4.0, 4.0), (12.0, 12.0)].into_iter().flat_map(|middle| ring(middle, 1.7));
    let waves = [4.0, 12.0].into_iter().flat_map(|y| {
        curve((0.0, y), (4.0, y - 3.0), (8.0, y)).chain(curve((8.0, y), (12.0, y + 3.0), (16.0, y)))
    });
    let lines = |lines: &[[f32; 4]]| lines.iter().map(|[x1, y1, x2, y2]| ((*x1, *y1), (*x2, *y2))).collect();
    [
        ("hatch-crops", lines(&[[2.0, 4.5, 7.0, 4.5], [10.0, 12.5, 15.0, 12.5]])),
        ("hatch-trees", rings.collect()),
        ("hatch-water", waves.collect()),
        ("hatch-works", lines(&[[-1.0, 17.0, 17.0, -1.0], [-1.0, 1.0, 1.0, -1.0], [15.0, 17.0, 17.0, 15.0]])),
        (
            "hatch-graves",
            lines(&[
                [4.0, 2.0, 4.0, 8.0],
                [2.0, 4.0, 6.0, 4.0],
                [12.0, 10.0, 12.0, 16.0],
                [10.0, 12.0, 14.0, 12.0],
            ]),
        ),
    ]
}

/// A file of the sprite by its name, such as `hatches@2x.png`, with its content type.
pub fn sprite(file: &str) -> Option<(&'static str, &'static [u8])> {
    static MADE: OnceLock<[(&str, Vec<u8>); 4]> = OnceLock::new();
    let files = MADE.get_or_init(|| {
        [
            ("hatches.json", index(1)),
            ("hatches.png", picture(1)),
            ("hatches@2x.json", index(2)),
            ("hatches@2x.png", picture(2)),
        ]
    });
    let (name, bytes) = files.iter().find(|(name, _)| *name == file)?;
    let content_type = if name.ends_with(".png") { "image/png" } else { "application/json" };
    Some((content_type, bytes.as_slice()))
}

/// Where in the picture each pattern stands.
fn index(pixel_ratio: u32) -> Vec<u8> {
    let side = SIDE_PX * pixel_ratio;
    let entry = |(number, name): (u32, &str)| {
        let place =
            json!({ "x": number * side, "y": 0, "width": side, "height": side, "pixelRatio": pixel_ratio });
        (name.to_owned(), place)
    };
    let entries: Map<String, Value> = (0..).zip(patterns().map(|(name, _)| name)).map(entry).collect();
    Value::Object(entries).to_string().into_bytes()
}

/// The patterns beside each other.
fn picture(pixel_ratio: u32) -> Vec<u8> {
    let patterns = patterns();
    let (side, ratio) = (SIDE_PX * pixel_ratio, pixel_ratio as f32);
    let width = side * patterns.len() as u32;
    let mut rows = Vec::new();
    for y in 0..side {
        // the row is not predicted from the one above
        rows.push(0);
        for (_, segments) in &patterns {
            for x in 0..side {
                let at = ((x as f32 + 0.5) / ratio, (y as f32 + 0.5) / ratio);
                let nearest = segments.iter().map(|segment| distance(at, segment)).fold(f32::MAX, f32::min);
                let coverage = ((LINE_WIDTH_PX / 2.0 - nearest) * ratio + 0.5).clamp(0.0, 1.0);
                rows.extend(INK);
                rows.push((255.0 * INK_ALPHA * coverage).round() as u8);
            }
        }
    }
    // writing into memory does not fail
    png(width, side, &rows).unwrap_or_default()
}

fn ring((x, y): Point, radius: f32) -> impl Iterator<Item = Segment> {
    let at = move |piece: u8| {
        let angle = std::f32::consts::TAU * f32::from(piece) / f32::from(PIECES);
        (x + radius * angle.cos(), y + radius * angle.sin())
    };
    (0..PIECES).map(move |piece| (at(piece), at(piece + 1)))
}

/// A quadratic curve.
fn curve(from: Point, pull: Point, to: Point) -> impl Iterator<Item = Segment> {
    let at = move |piece: u8| {
        let t = f32::from(piece) / f32::from(PIECES);
        let mix = |a: f32, b: f32, c: f32| (1.0 - t) * (1.0 - t) * a + 2.0 * (1.0 - t) * t * b + t * t * c;
        (mix(from.0, pull.0, to.0), mix(from.1, pull.1, to.1))
    };
    (0..PIECES).map(move |piece| (at(piece), at(piece + 1)))
}

fn distance((x, y): Point, ((x1, y1), (x2, y2)): &Segment) -> f32 {
    let (dx, dy) = (x2 - x1, y2 - y1);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 { (((x - x1) * dx + (y - y1) * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    (x - x1 - along * dx).hypot(y - y1 - along * dy)
}

/// A picture of red, green, blue and opacity in a byte each (ISO/IEC 15948).
fn png(width: u32, height: u32, rows: &[u8]) -> io::Result<Vec<u8>> {
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([8, 6, 0, 0, 0]);
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    packed.write_all(rows)?;
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", header), (b"IDAT", packed.finish()?), (b"IEND", Vec::new())] {
        let mut sum = Crc::new();
        sum.update(kind);
        sum.update(&data);
        file.extend((data.len() as u32).to_be_bytes());
        file.extend(kind);
        file.extend(data);
        file.extend(sum.sum().to_be_bytes());
    }
    Ok(file)
}
