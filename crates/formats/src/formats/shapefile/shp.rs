//! The shapes (`.shp`), one after the other, in the order of the index (`.shx`) where there is one that fits.
//!
//! Programs that change a shape write it anew at the end and only the index knows, so the index is followed; without it
//! the records are read as they lie. Heights and measures are passed over. A record that says more points than it
//! holds spoils its own row only.

use std::io::{BufReader, ErrorKind, Read, Seek, SeekFrom};

use geo_types::{Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point};

use super::rings::polygons;
use crate::formats::ReadError;

const BUFFER: usize = 1 << 17;
const HEADER: u64 = 100;
const RECORD_HEADER: u64 = 8;
/// Of the index.
const ENTRY: u64 = 8;
const BOX: u64 = 32;
const POINT: u64 = 16;

/// The most points of one shape; 32 MiB of coordinates.
const MAX_POINTS: u64 = 1 << 21;

/// The shapes of a file.
pub struct Shp<R, I> {
    reader: BufReader<R>,
    /// And how many entries are left of it.
    index: Option<(BufReader<I>, u64)>,
    /// Bytes of the file.
    size: u64,
    position: u64,
    /// Where the next record lies if no index says it.
    next: u64,
    /// Where the records end, as the header says.
    end: u64,
    count: u64,
}

/// A shape as it was read.
#[derive(Debug, Default)]
pub struct Shape {
    /// `None` for a null shape.
    pub geometry: Option<Geometry>,
    /// Heights or measures were left out.
    pub left_out: Option<Dimension>,
    /// Rings ran the wrong way round.
    pub is_turned: bool,
}

/// What a point may have beside x and y.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// Z.
    Heights,
    /// M.
    Measures,
}

/// The kinds of shapes, less what their points have beside x and y.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Null,
    Point,
    Lines,
    Polygon,
    Points,
    MultiPatch,
}

impl Kind {
    fn of(code: i32) -> Option<(Self, Option<Dimension>)> {
        let dimension = match code {
            11..=18 => Some(Dimension::Heights),
            21..=28 => Some(Dimension::Measures),
            31 => return Some((Self::MultiPatch, None)),
            _ => None,
        };
        let flat = if dimension.is_some() { code % 10 } else { code };
        let kind = match flat {
            0 => Self::Null,
            1 => Self::Point,
            3 => Self::Lines,
            5 => Self::Polygon,
            8 => Self::Points,
            _ => return None,
        };
        Some((kind, dimension))
    }
}

/// Why a record gives no shape.
enum Fault {
    /// It is one bad row.
    Row(String),
    /// It does not begin as a record.
    UnknownKind,
    /// Nothing more can be read.
    End(ReadError),
}

impl From<&str> for Fault {
    fn from(reason: &str) -> Self {
        Self::Row(reason.to_owned())
    }
}

impl<R: Read + Seek, I: Read + Seek> Shp<R, I> {
    /// Reads the header.
    pub fn open(mut bytes: R) -> Result<Self, ReadError> {
        let size = bytes.seek(SeekFrom::End(0))?;
        bytes.rewind()?;
        let mut reader = BufReader::with_capacity(BUFFER, bytes);
        let mut header = [0; HEADER as usize];
        read_whole(&mut reader, &mut header, 0)?;
        if !is_shp(&header) {
            return Err(ReadError::BrokenPart { part: ".shp", why: "it does not begin as one" });
        }
        let said = 2 * u64::from(u32::from_be_bytes([header[24], header[25], header[26], header[27]]));
        // a program that was stopped leaves a length of nothing
        let end = if said > HEADER { said } else { size };
        Ok(Self { reader, index: None, size, position: HEADER, next: HEADER, end, count: 0 })
    }

    /// Follows an index from now on, if all it says lies within the shapes; gives whether it does.
    pub fn follow(&mut self, mut index: I) -> Result<bool, ReadError> {
        let length = index.seek(SeekFrom::End(0))?;
        index.seek(SeekFrom::Start(HEADER))?;
        let mut index = BufReader::with_capacity(BUFFER, index);
        if length < HEADER || !(length - HEADER).is_multiple_of(ENTRY) {
            return Ok(false);
        }
        for _ in 0..(length - HEADER) / ENTRY {
            let (at, bytes) = read_entry(&mut index)?;
            if at < HEADER || at + RECORD_HEADER + bytes > self.size {
                return Ok(false);
            }
        }
        index.seek(SeekFrom::Start(HEADER))?;
        self.index = Some((index, (length - HEADER) / ENTRY));
        Ok(true)
    }

    /// The next shape, or why this one cannot be read; `None` after the last.
    pub fn next_shape(&mut self) -> Result<Option<Result<Shape, String>>, ReadError> {
        let at = match &mut self.index {
            Some((_, 0)) => return Ok(None),
            Some((index, left)) => {
                *left -= 1;
                read_entry(index)?.0
            }
            None if self.next >= self.end => return Ok(None),
            None => self.next,
        };
        self.go_to(at)?;
        let mut header = [0; RECORD_HEADER as usize];
        read_whole(&mut self.reader, &mut header, self.count)?;
        let [_, _, _, _, words @ ..] = header;
        let bytes = 2 * u64::from(u32::from_be_bytes(words));
        self.position = at + RECORD_HEADER;
        self.next = self.position + bytes;
        if self.next > self.size {
            return Err(ReadError::PartCutOff { part: ".shp", after: self.count });
        }
        let mut record = Record { reader: &mut self.reader, left: bytes, after: self.count };
        let shape = record.read();
        self.position = self.next - record.left;
        let shape = match shape {
            Ok(shape) => Ok(shape),
            Err(Fault::Row(reason)) => Err(reason),
            // without an index a wrong length leads to bytes that are no record
            Err(Fault::UnknownKind) if self.index.is_none() => {
                return Err(ReadError::LostTrack { after: self.count });
            }
            Err(Fault::UnknownKind) => Err("no kind of shape that is known".to_owned()),
            Err(Fault::End(error)) => return Err(error),
        };
        self.count += 1;
        Ok(Some(shape))
    }

    /// Keeps what is buffered where the way is short.
    fn go_to(&mut self, at: u64) -> Result<(), ReadError> {
        if at != self.position {
            match i64::try_from(i128::from(at) - i128::from(self.position)) {
                Ok(way) => self.reader.seek_relative(way)?,
                Err(_) => _ = self.reader.seek(SeekFrom::Start(at))?,
            }
            self.position = at;
        }
        Ok(())
    }
}

/// Whether bytes begin as shapes or their index do.
pub fn is_shp(start: &[u8]) -> bool {
    start.starts_with(&9994_i32.to_be_bytes()) && start.get(28..32) == Some(&1000_i32.to_le_bytes())
}

/// Place and length in bytes of a record.
fn read_entry(index: &mut impl Read) -> Result<(u64, u64), ReadError> {
    let mut entry = [0; ENTRY as usize];
    index.read_exact(&mut entry).map_err(ReadError::Reading)?;
    let [a, b, c, d, words @ ..] = entry;
    Ok((2 * u64::from(u32::from_be_bytes([a, b, c, d])), 2 * u64::from(u32::from_be_bytes(words))))
}

/// What is left of a record.
struct Record<'a, R> {
    reader: &'a mut BufReader<R>,
    left: u64,
    /// Shapes before it.
    after: u64,
}

impl<R: Read + Seek> Record<'_, R> {
    fn read(&mut self) -> Result<Shape, Fault> {
        if self.left < 4 {
            return Ok(Shape::default());
        }
        let code = i32::from_le_bytes(self.take()?);
        let (kind, left_out) = Kind::of(code).ok_or(Fault::UnknownKind)?;
        let mut is_turned = false;
        let geometry = match kind {
            Kind::Null => return Ok(Shape::default()),
            Kind::MultiPatch => return Err("a surface in space (MultiPatch): export it as polygons".into()),
            Kind::Point => Some(Geometry::Point(Point(self.point()?))),
            Kind::Points => {
                self.skip(BOX)?;
                let count = self.count()?;
                let points = self.points(count)?;
                one_or_many(points.into_iter().map(Point).collect(), Geometry::Point, |points| {
                    Geometry::MultiPoint(MultiPoint(points))
                })
            }
            Kind::Lines => one_or_many(self.parts()?, Geometry::LineString, |lines| {
                Geometry::MultiLineString(MultiLineString(lines))
            }),
            Kind::Polygon => {
                let nested = polygons(self.parts()?).map_err(Fault::from)?;
                is_turned = nested.is_turned;
                one_or_many(nested.polygons, Geometry::Polygon, |polygons| {
                    Geometry::MultiPolygon(MultiPolygon(polygons))
                })
            }
        };
        Ok(Shape { geometry, left_out, is_turned })
    }

    /// Lines or rings; those without points are passed over.
    fn parts(&mut self) -> Result<Vec<LineString>, Fault> {
        self.skip(BOX)?;
        let (parts, points) = (self.count()?, self.count()?);
        if 4 * parts > self.left || parts > points.max(1) {
            return Err("it says more parts than its record has room for".into());
        }
        let mut starts = Vec::with_capacity(usize::try_from(parts).unwrap_or_default());
        for _ in 0..parts {
            starts.push(u64::from(u32::from_le_bytes(self.take()?)));
        }
        let is_rising = starts.is_sorted() && starts.first().is_none_or(|first| *first == 0);
        if !is_rising || starts.last().is_some_and(|last| *last > points) {
            return Err("its parts do not follow each other".into());
        }
        let ends = starts.iter().skip(1).copied().chain([points]);
        let mut lines = Vec::with_capacity(starts.len());
        for (start, end) in starts.iter().zip(ends) {
            if end > *start {
                lines.push(LineString(self.points(end - start)?));
            }
        }
        Ok(lines)
    }

    /// A number of parts or points.
    fn count(&mut self) -> Result<u64, Fault> {
        let count = i32::from_le_bytes(self.take()?);
        match u64::try_from(count) {
            Ok(count) if count > MAX_POINTS => {
                Err(Fault::Row(format!("more than {MAX_POINTS} points in one shape: cut it into several")))
            }
            Ok(count) => Ok(count),
            Err(_) => Err("it says a number of points below nothing".into()),
        }
    }

    fn points(&mut self, count: u64) -> Result<Vec<Coord>, Fault> {
        if count * POINT > self.left {
            return Err("it says more points than its record has room for".into());
        }
        (0..count).map(|_| self.point()).collect()
    }

    fn point(&mut self) -> Result<Coord, Fault> {
        Ok(Coord { x: f64::from_le_bytes(self.take()?), y: f64::from_le_bytes(self.take()?) })
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        self.left = self.left.checked_sub(N as u64).ok_or("its record is shorter than its shape")?;
        let mut bytes = [0; N];
        read_whole(&mut self.reader, &mut bytes, self.after).map_err(Fault::End)?;
        Ok(bytes)
    }

    fn skip(&mut self, bytes: u64) -> Result<(), Fault> {
        self.left = self.left.checked_sub(bytes).ok_or("its record is shorter than its shape")?;
        self.reader.seek_relative(bytes.cast_signed()).map_err(|e| Fault::End(ReadError::Reading(e)))
    }
}

/// Nothing of nothing, one of one.
fn one_or_many<T>(
    mut parts: Vec<T>,
    one: impl FnOnce(T) -> Geometry,
    many: impl FnOnce(Vec<T>) -> Geometry,
) -> Option<Geometry> {
    match parts.len() {
        0 => None,
        1 => parts.pop().map(one),
        _ => Some(many(parts)),
    }
}

fn read_whole(reader: &mut impl Read, into: &mut [u8], after: u64) -> Result<(), ReadError> {
    reader.read_exact(into).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => ReadError::PartCutOff { part: ".shp", after },
        _ => ReadError::Reading(error),
    })
}
