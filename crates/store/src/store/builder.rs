//! Building a layer from rows as a source sends them.
//!
//! Each row is read, brought to WGS 84 and onto the grid at once and lands in the bin of its cell as a run of
//! bytes; then each cell is ordered (Hilbert key, id) and packed, and its bin dropped. A row that cannot
//! be held is counted and named in the report; it never stops the load.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use thiserror::Error;

use super::base::{Base, Part};
use super::bin::{Bin, KnownTexts, NewRow};
use super::block::MAX_EXTENT;
use super::duplicates::{OwnKeys, without_duplicates};
use super::field::Field;
use super::fit::MAX_EXACT_INT;
use super::fitting::{Fitted, Fitting, ReadText};
use super::key_table::KeyTable;
use super::shard::Shard;
use super::{ColumnType, FeatureId, Layer, LoadReport, Value};
use crate::geometry::{
    CrsError, EpsgCode, Shape, ShapeError, ShapeKind, SourceSystems, Transformer, World, WorldBox,
    hilbert_key,
};
use crate::privacy::{FeatureIdKey, SharedIdKey};

/// A row's key as the source has it.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Key<'a> {
    Null,
    Int(i64),
    /// Text or uuid: the feature id is then 53 bits of its keyed hash.
    Text(&'a str),
}

/// A row's geometry as the source has it.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the names say it")]
pub enum RawGeometry<'a> {
    Null,
    /// PostGIS's extended WKB.
    Ewkb(&'a [u8]),
    /// A GeoPackage blob.
    GeoPackage(&'a [u8]),
}

/// Why a row cannot be held.
#[derive(Debug, Error)]
enum RowError {
    #[error("{0}")]
    Shape(#[from] ShapeError),
    #[error("no key: every row needs a value in the id column")]
    NoKey,
    #[error("key is not a positive whole number below 2^53")]
    KeyOutOfRange,
    #[error("larger than 2,500 km")]
    TooLarge,
}

/// Shards are the cells of this zoom: 19 km on a side at 11° N, about a thousand for the country. Small
/// enough that packing one needs little room, large enough that its dictionaries are shared by many.
const SHARD_ZOOM: u32 = 11;

/// Rows on their way into a layer.
pub struct LayerBuilder {
    id: String,
    fields: Vec<Field>,
    /// The system of all geometries, whatever they name; `None` takes what they name.
    srid: Option<EpsgCode>,
    /// Systems by the numbers of the source.
    systems: Arc<SourceSystems>,
    fitting: Fitting,
    /// Columns of whole numbers of which some are beyond what JavaScript keeps exact.
    is_large: Vec<bool>,
    keys: KeyTable,
    kinds: BTreeSet<ShapeKind>,
    id_key: SharedIdKey,
    /// Numbers become ids as texts do.
    hides_numbers: bool,
    own: ReaderRows,
    /// What other readers of the same table read.
    others: Vec<ReaderRows>,
    shape: Shape,
    scratch: Vec<u8>,
    report: LoadReport,
}

/// What one reader read: rows in the bins of their cells, and the texts they refer to.
struct ReaderRows {
    bins: FxHashMap<u64, Bin>,
    known: Vec<KnownTexts>,
}

impl LayerBuilder {
    /// An empty layer with these public columns. All geometries are taken to be in `srid`; where it is `None`,
    /// in the system they name.
    pub fn new(id: &str, fields: Vec<Field>, srid: Option<EpsgCode>) -> Self {
        let known = fields.iter().map(|_| KnownTexts::default()).collect();
        Self {
            id: id.to_owned(),
            is_large: vec![false; fields.len()],
            fields,
            srid,
            systems: Arc::default(),
            fitting: Fitting::default(),
            keys: KeyTable::default(),
            kinds: BTreeSet::new(),
            id_key: Arc::new(LazyLock::new(Box::new(FeatureIdKey::new))),
            hides_numbers: false,
            own: ReaderRows { bins: FxHashMap::default(), known },
            others: Vec::new(),
            shape: Shape::default(),
            scratch: Vec::new(),
            report: LoadReport::default(),
        }
    }

    /// With the coordinate systems that the source defines itself.
    #[must_use]
    pub fn with_systems(self, systems: Arc<SourceSystems>) -> Self {
        Self { systems, ..self }
    }

    /// With columns whose texts are read.
    #[must_use]
    pub fn with_readers(mut self, readers: Vec<(usize, Arc<dyn ReadText>)>) -> Self {
        self.fitting.readers = readers;
        self
    }

    /// With columns that hold keys of another layer's rows, where those are texts: held is the id such a row has.
    #[must_use]
    pub fn with_text_references(mut self, text_references: Vec<usize>) -> Self {
        self.fitting.text_references = text_references;
        self
    }

    /// With this secret for the ids of text keys; else it is one of this builder alone. With `hides_numbers` keys that are
    /// numbers are hashed too: they are somebody's.
    #[must_use]
    pub fn with_id_key(self, id_key: SharedIdKey, hides_numbers: bool) -> Self {
        Self { id_key, hides_numbers, ..self }
    }

    /// Rows read so far.
    pub fn rows_read(&self) -> u64 {
        self.report.read
    }

    /// Takes a row, values in the order of the fields; or counts and names why not.
    pub fn push(&mut self, key: Key<'_>, geometry: RawGeometry<'_>, values: &[Value<'_>]) {
        self.report.read += 1;
        if let Err(error) = self.try_push(key, geometry, values) {
            self.report.refuse(error, || name_of(key));
        }
    }

    /// Counts and names a row that is held, but not as it came.
    pub fn note(&mut self, key: Key<'_>, reason: &str) {
        self.report.change(reason, || name_of(key));
    }

    /// Counts and names a row that the source could not hand over.
    pub fn refuse(&mut self, key: Key<'_>, reason: &str) {
        self.report.read += 1;
        self.report.refuse(reason, || name_of(key));
    }

    /// Counts a value that the source could not hand over; its row comes without it.
    pub fn lose(&mut self, key: Key<'_>, column: usize, what: &str) {
        let name = self.fields.get(column).map_or("", |field| field.name.as_str());
        self.report.change(format_args!("column {name}: {what}: left empty"), || name_of(key));
    }

    fn try_push(
        &mut self,
        key: Key<'_>,
        geometry: RawGeometry<'_>,
        values: &[Value<'_>],
    ) -> Result<(), RowError> {
        let id = self.feature_id(key)?;
        match geometry {
            RawGeometry::Null => return Err(ShapeError::Missing.into()),
            RawGeometry::Ewkb(bytes) => self.shape.read_ewkb(bytes)?,
            RawGeometry::GeoPackage(bytes) => self.shape.read_geopackage(bytes)?,
        }
        let said = self.shape.srid();
        let srid = self.srid.or(said).ok_or(ShapeError::NoSrid)?;
        let shape = &mut self.shape;
        with_transformer(srid, &self.systems, |transformer| shape.project(transformer))??;
        let (vertices, rings) = self.shape.world();
        let mut bounds = WorldBox::EMPTY;
        vertices.iter().for_each(|&p| bounds.include(p));
        if bounds.max.x - bounds.min.x > MAX_EXTENT || bounds.max.y - bounds.min.y > MAX_EXTENT {
            return Err(RowError::TooLarge);
        }
        if let Some(said) = said.filter(|&said| said != srid) {
            let reason = format_args!("the table says SRID {}; `srid` says {srid}, which is taken", said.0);
            self.report.change(reason, || name_of(key));
        }
        if self.shape.left_out() > 0 {
            let reason = "a collection: members of lower dimension left out";
            self.report.change(reason, || name_of(key));
        }
        let fitted = self.fitting.fit(&self.fields, values, bounds.center(), &self.id_key, |reason| {
            self.report.change(reason, || name_of(key));
        });
        let fitted = fitted.as_ref().map(Fitted::values);
        let values = fitted.as_deref().unwrap_or(values);
        for (is_large, value) in self.is_large.iter_mut().zip(values) {
            *is_large |= value.as_int().is_some_and(|n| n.unsigned_abs() > MAX_EXACT_INT as u64);
        }
        let own_key = if let Key::Text(text) = key { text } else { "" };
        // a key that is somebody's number finds nothing
        if !own_key.is_empty() && !self.hides_numbers {
            self.keys.add(own_key, id);
        }
        self.kinds.insert(self.shape.kind());
        let hilbert = hilbert_key(bounds.center());
        let row = NewRow { id, own_key, key: hilbert, kind: self.shape.kind(), vertices, rings, values };
        let bin = self.own.bins.entry(cell_of(hilbert));
        let bin = bin.or_insert_with(|| Bin::new(corner_of(bounds.center())));
        bin.push(&row, &self.fields, &mut self.own.known, &mut self.scratch);
        Ok(())
    }

    /// Below 2^53, so that JavaScript keeps it exact.
    fn feature_id(&self, key: Key<'_>) -> Result<FeatureId, RowError> {
        const LIMIT: u64 = 1 << 53;
        match key {
            Key::Null | Key::Text("") => Err(RowError::NoKey),
            Key::Int(n) if self.hides_numbers => Ok(self.id_key.id_of(&n.to_string())),
            Key::Int(n) => match u64::try_from(n) {
                Ok(id) if id > 0 && id < LIMIT => Ok(id),
                _ => Err(RowError::KeyOutOfRange),
            },
            // 1 M keys collide with a chance of 1 in 18,000; a collision is refused and named
            Key::Text(text) => Ok(self.id_key.id_of(text)),
        }
    }

    /// Adds the rows of another worker that read the same table.
    pub fn absorb(&mut self, other: Self) {
        self.others.push(other.own);
        self.others.extend(other.others);
        self.keys.absorb(other.keys);
        self.kinds.extend(other.kinds);
        self.share_large_columns(&other.is_large);
        self.report.absorb(other.report);
    }

    /// Makes two builders that share the rows of one table have the same fields.
    pub fn align(&mut self, others: &mut Self) {
        self.share_large_columns(&others.is_large);
        others.share_large_columns(&self.is_large);
    }

    fn share_large_columns(&mut self, others: &[bool]) {
        self.is_large.iter_mut().zip(others).for_each(|(mine, &theirs)| *mine |= theirs);
    }

    /// Orders and packs what was taken, cell by cell; a cell's bin goes when it is packed.
    pub fn finish(mut self, elapsed: std::time::Duration) -> Layer {
        let started = std::time::Instant::now();
        let mut readers = std::mem::take(&mut self.others);
        readers.push(self.own);
        readers.iter_mut().flat_map(|reader| &mut reader.known).for_each(KnownTexts::close);
        let mut cells: BTreeMap<u64, Vec<(usize, Bin)>> = BTreeMap::new();
        for (reader, taken) in readers.iter_mut().enumerate() {
            for (cell, bin) in taken.bins.drain() {
                cells.entry(cell).or_default().push((reader, bin));
            }
        }
        let own_keys = if self.keys.is_empty() { OwnKeys::default() } else { OwnKeys::of_duplicates(&cells) };
        self.keys.close();
        let known: Vec<&[KnownTexts]> = readers.iter().map(|reader| reader.known.as_slice()).collect();
        let (fields, is_large) = (&self.fields, &self.is_large);
        let packed: Vec<(Shard, Vec<FeatureId>)> = cells
            .into_iter()
            .collect::<Vec<_>>()
            .into_par_iter()
            .with_max_len(1)
            .map(|(_, bins)| {
                let mut twice = Vec::new();
                let parts: Vec<Part<'_>> =
                    bins.iter().map(|(reader, bin)| Part { bin, known: known[*reader] }).collect();
                (Shard::new(Base::pack(&parts, fields, is_large, |id| twice.push(id))), twice)
            })
            .collect();
        let mut shards = Vec::with_capacity(packed.len());
        for (shard, twice) in packed {
            twice.into_iter().for_each(|id| own_keys.refuse(id, &mut self.report));
            shards.push(shard);
        }
        let shards = without_duplicates(shards, fields, |id| own_keys.refuse(id, &mut self.report));
        for (field, _) in self.fields.iter_mut().zip(is_large).filter(|(_, is_large)| **is_large) {
            field.column_type = ColumnType::Text;
        }
        self.report.elapsed = elapsed + started.elapsed();
        let kinds = self.kinds.into_iter().collect();
        Layer::new(self.id, self.fields, shards, self.keys, kinds, self.report)
    }
}

/// The cell of a Hilbert key: a cell is a run of the curve.
fn cell_of(key: u64) -> u64 {
    key >> (2 * (31 - SHARD_ZOOM))
}

/// The north-west corner of the point's cell.
fn corner_of(at: World) -> World {
    let shift = World::BITS - SHARD_ZOOM;
    World { x: at.x >> shift << shift, y: at.y >> shift << shift }
}

fn name_of(key: Key<'_>) -> String {
    match key {
        Key::Null => "a row without id".to_owned(),
        Key::Int(n) => format!("id {n}"),
        Key::Text(text) => format!("id {text}"),
    }
}

thread_local! {
    /// By the number of the system and the fingerprint of the source's own definition of it, 0 where it has none.
    static TRANSFORMERS: RefCell<FxHashMap<(EpsgCode, u64), Result<Transformer, CrsError>>> = RefCell::default();
}

/// Runs with this thread's transformer of the system, making it (15 ms) at first need.
fn with_transformer<T>(
    srid: EpsgCode,
    systems: &SourceSystems,
    run: impl FnOnce(&Transformer) -> T,
) -> Result<T, ShapeError> {
    let own = systems.get(srid);
    let make = || own.map_or_else(|| Transformer::new(srid), |(own, _)| Transformer::defined(srid, own));
    let fingerprint = own.map_or(0, |(_, fingerprint)| fingerprint);
    TRANSFORMERS.with_borrow_mut(|known| match known.entry((srid, fingerprint)).or_insert_with(make) {
        Ok(transformer) => Ok(run(transformer)),
        Err(CrsError::Unknown(srid)) => Err(CrsError::Unknown(*srid).into()),
        Err(_) => Err(CrsError::Unreachable(srid).into()),
    })
}

#[cfg(test)]
mod tests {
    use super::super::ColumnType;
    use super::*;
    use crate::geometry::LngLat;
    use geozero::{CoordDimensions, ToWkb};

    fn at(lng: f64, lat: f64) -> World {
        World::from_lnglat(LngLat { lng, lat })
    }

    fn ewkb(geometry: geo_types::Geometry, srid: Option<i32>) -> Vec<u8> {
        geometry.to_ewkb(CoordDimensions::xy(), srid).unwrap()
    }

    fn square(lng: f64, lat: f64, side: f64) -> geo_types::Geometry {
        geo_types::Rect::new((lng, lat), (lng + side, lat + side)).to_polygon().into()
    }

    /// 40 × 40 squares of a hundredth of a degree, a name each.
    fn squares(order: impl Iterator<Item = i64>) -> Layer {
        let fields = vec![Field { name: "name".into(), column_type: ColumnType::Text }];
        let mut builder = LayerBuilder::new("squares", fields, None);
        for id in order {
            let (column, row) = ((id - 1) % 40, (id - 1) / 40);
            let bytes =
                ewkb(square(106.0 + column as f64 * 0.01, 11.0 + row as f64 * 0.01, 0.01), Some(4326));
            builder.push(Key::Int(id), RawGeometry::Ewkb(&bytes), &[Value::Text(&format!("no {id}"))]);
        }
        builder.finish(std::time::Duration::ZERO)
    }

    #[test]
    fn rows_in_any_order_give_the_same_revision_and_the_same_sequence() {
        let (forward, backward) = (squares(1..=1600), squares((1..=1600).rev()));
        assert_eq!(forward.revision(), backward.revision());
        let ids = |layer: &Layer| layer.in_box(&layer.bounds()).map(|f| f.id()).collect::<Vec<_>>();
        assert_eq!(ids(&forward), ids(&backward));
        assert_ne!(forward.revision(), squares(1..=1599).revision());
    }

    #[test]
    fn a_box_gives_what_a_look_at_every_row_gives() {
        let layer = squares(1..=1600);
        let mut view = WorldBox::of(at(106.051, 11.123));
        view.include(at(106.118, 11.199));
        let mut expected: Vec<_> =
            layer.all().filter(|f| f.bounds().intersects(&view)).map(|f| f.id()).collect();
        let mut found: Vec<_> = layer.in_box(&view).map(|f| f.id()).collect();
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected);
        assert_eq!(found.len(), 7 * 8);
    }

    #[test]
    fn a_feature_is_found_by_its_id_with_its_shape_and_values() {
        let layer = squares(1..=1600);
        let feature = layer.by_id(42).unwrap();
        assert_eq!(feature.value(0), Value::Text("no 42"));
        assert!(feature.covers(at(106.015, 11.015)) && !feature.covers(at(106.025, 11.015)));
        assert!(layer.by_id(1601).is_none());
    }

    #[test]
    fn the_nearest_come_first_and_stop_at_the_limit_and_the_distance() {
        let layer = squares(1..=1600);
        let from = at(105.9985, 11.005);
        let found = layer.nearest(from, 3, 100_000.0, |_| true);
        assert_eq!(found.iter().map(|(f, _)| f.id()).collect::<Vec<_>>(), [1, 41, 2]);
        assert!(layer.nearest(from, 3, 100.0, |_| true).is_empty());
    }

    #[test]
    fn bad_rows_are_counted_by_reason_and_the_rest_is_kept() {
        let mut builder = LayerBuilder::new("bad", Vec::new(), None);
        let good = ewkb(square(106.0, 11.0, 0.1), Some(4326));
        builder.push(Key::Int(1), RawGeometry::Ewkb(&good), &[]);
        builder.push(Key::Int(1), RawGeometry::Ewkb(&good), &[]);
        builder.push(Key::Int(2), RawGeometry::Null, &[]);
        builder.push(Key::Int(3), RawGeometry::Ewkb(&good[..20]), &[]);
        builder.push(Key::Int(4), RawGeometry::Ewkb(&ewkb(square(106.0, 11.0, 0.1), None)), &[]);
        builder.push(Key::Int(5), RawGeometry::Ewkb(&ewkb(square(11.0, 106.0, 0.1), Some(4326))), &[]);
        builder.push(Key::Int(-6), RawGeometry::Ewkb(&good), &[]);
        builder.push(Key::Null, RawGeometry::Ewkb(&good), &[]);
        builder.push(Key::Int(7), RawGeometry::Ewkb(&ewkb(square(106.0, 11.0, 0.1), Some(32_000_000))), &[]);
        let layer = builder.finish(std::time::Duration::ZERO);
        let report = layer.report();
        assert_eq!((report.read, report.loaded, report.refused_rows()), (9, 1, 8));
        assert_eq!(report.refused.len(), 8, "{:#?}", report.refused);
    }

    /// The only id of a layer of one row with this key.
    fn id_with(key: Key<'_>, secret: &str, hides_numbers: bool) -> FeatureId {
        let secret: FeatureIdKey = secret.repeat(16).parse().unwrap();
        let secret: SharedIdKey = Arc::new(LazyLock::new(Box::new(move || secret)));
        let mut builder = LayerBuilder::new("a", Vec::new(), None).with_id_key(secret, hides_numbers);
        builder.push(key, RawGeometry::Ewkb(&ewkb(square(106.0, 11.0, 0.1), Some(4326))), &[]);
        let layer = builder.finish(std::time::Duration::ZERO);
        layer.all().next().expect("one row").id()
    }

    #[test]
    fn the_id_of_a_text_key_depends_on_the_secret_and_nothing_else() {
        let id = id_with(Key::Text("0912345678"), "1a", false);
        assert!(id > 0 && id < 1 << 53);
        assert_eq!(id, id_with(Key::Text("0912345678"), "1a", false));
        assert_ne!(id, id_with(Key::Text("0912345678"), "1b", false));
    }

    #[test]
    fn keys_that_are_numbers_are_ids_unless_they_are_somebodys() {
        assert_eq!(id_with(Key::Int(912_345_678), "1a", false), 912_345_678);
        let hidden = id_with(Key::Int(912_345_678), "1a", true);
        assert!(hidden != 912_345_678 && hidden == id_with(Key::Text("912345678"), "1a", true));
    }
}
