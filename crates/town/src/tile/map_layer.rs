//! A layer as tiles offer it: what is shown at which zoom, with which attributes.
//!
//! Rows are drawn as they are where that is the right thing; below, areas that are declared so are united by
//! ward and use, other areas and lines are simplified. Beside every layer of areas stands one with their
//! label points. What that takes is there before the layer is (`derived.rs`).

use std::ops::RangeInclusive;
use std::sync::Arc;

use time::Date;

use super::TileId;
use super::derived::{DeriveEvent, Derived, LAST_SIMPLIFIED, dissolve_columns, has_areas};
use super::render::{Content, Day, Drawing};
use super::version::Published;
use crate::config::{Dissolve, LayerConfig};
use crate::filter::Filter;
use crate::geometry::ShapeKind;
use crate::store::{ColumnType, Field, Layer, Revision, VALIDITY_COLUMNS};

/// A layer of tiles.
#[derive(Debug, Clone)]
pub struct MapLayer {
    name: String,
    config: LayerConfig,
    layer: Arc<Layer>,
    /// Rows that were not in force on the day of loading.
    history: Option<Arc<Layer>>,
    is_labels: bool,
    /// First and last zoom its tiles are described with.
    zooms: RangeInclusive<u8>,
    derived: Arc<Derived>,
    /// What its tiles depend on beside rows; `None` only while it is put together.
    published: Option<Published>,
}

/// What a range of zooms holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoomRange {
    /// First and last zoom.
    pub zooms: RangeInclusive<u8>,
    /// Whether areas are united by ward and use.
    pub is_dissolved: bool,
    /// The attributes its features have.
    pub fields: Vec<Field>,
}

/// The layers of tiles for these layers, each with its rows of other days, in their order: each, and
/// where it has areas its labels. Makes whatever their tiles need, one layer after the other, and tells
/// `watch` of it.
pub fn map_layers(
    layers: impl IntoIterator<Item = ((Arc<Layer>, LayerConfig), Option<Arc<Layer>>)>,
    mut watch: impl FnMut(DeriveEvent<'_>),
) -> Vec<MapLayer> {
    let mut all = Vec::new();
    for ((layer, config), history) in layers {
        let derived = Derived::build(&layer, history.as_deref(), &config, &mut watch);
        let rows = MapLayer::new(layer, config, history, derived);
        let labels = [Some(&rows.layer), rows.history.as_ref()];
        let labels = labels.into_iter().flatten().any(|layer| has_areas(layer)).then(|| rows.labels());
        all.push(rows.published());
        all.extend(labels.map(MapLayer::published));
    }
    all
}

impl MapLayer {
    /// A layer of which only the rows are drawn, at every zoom, without labels.
    pub fn of_rows(layer: Arc<Layer>, config: LayerConfig) -> Self {
        Self::new(layer, config, None, Derived::default()).published()
    }

    fn new(layer: Arc<Layer>, config: LayerConfig, history: Option<Arc<Layer>>, derived: Derived) -> Self {
        let (name, zooms) = (config.id.clone(), config.minzoom..=config.maxzoom);
        Self {
            name,
            config,
            layer,
            history,
            is_labels: false,
            zooms,
            derived: Arc::new(derived),
            published: None,
        }
    }

    /// The labels of the same areas: only where each is shown by itself.
    fn labels(&self) -> Self {
        let mut labels = self.clone();
        labels.name.push_str(LayerConfig::LABELS_SUFFIX);
        labels.config.title.push_str(" (nhãn)");
        if labels.config.dissolve.take().is_some() {
            labels.config.minzoom = labels.config.minzoom.max(Dissolve::SINGLE_FROM);
        }
        labels.zooms = labels.config.minzoom..=labels.config.maxzoom;
        labels.is_labels = true;
        labels
    }

    fn published(self) -> Self {
        let published = Some(Published::of(&self));
        Self { published, ..self }
    }

    /// Its name in URLs and tiles.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same layer in an archive of these zooms; `None` where it has none of them.
    pub fn within(&self, zooms: &RangeInclusive<u8>) -> Option<Self> {
        let offered = self.config.request_zooms();
        let zooms = *offered.start().max(zooms.start())..=*offered.end().min(zooms.end());
        (!zooms.is_empty()).then(|| Self { zooms, ..self.clone() }.published())
    }

    /// First and last zoom its tiles are described with.
    pub fn zooms(&self) -> &RangeInclusive<u8> {
        &self.zooms
    }

    /// What was declared about it.
    pub fn config(&self) -> &LayerConfig {
        &self.config
    }

    /// Its rows.
    pub fn layer(&self) -> &Arc<Layer> {
        &self.layer
    }

    /// Its rows that are not in force, where there are any.
    pub fn history(&self) -> Option<&Arc<Layer>> {
        self.history.as_ref()
    }

    /// Whether it shows the label points of another.
    pub(super) fn is_labels(&self) -> bool {
        self.is_labels
    }

    /// A number for all that its tiles depend on, on any day: another one is another content.
    pub fn version(&self) -> Revision {
        self.published.as_ref().map(Published::version).unwrap_or_default()
    }

    /// What its features are in a tile.
    pub fn kind(&self) -> Option<ShapeKind> {
        let kind = self.layer.kinds().iter().max().copied();
        if self.is_labels { kind.map(|_| ShapeKind::Point) } else { kind }
    }

    /// Whether areas are united at this zoom.
    pub fn is_dissolved_at(&self, zoom: u8) -> bool {
        zoom < Dissolve::SINGLE_FROM && self.dissolve_columns().is_some()
    }

    /// The columns with the ward and the use.
    fn dissolve_columns(&self) -> Option<(usize, usize)> {
        dissolve_columns(&self.layer, &self.config)
    }

    /// The attributes of its features at this zoom; a column that comes later is not among them.
    pub fn fields_at(&self, zoom: u8) -> Vec<Field> {
        self.columns_at(zoom).into_iter().map(|(_, field)| field).collect()
    }

    /// The columns that come along at this zoom; those of dissolved areas are counted by themselves.
    fn columns_at(&self, zoom: u8) -> Vec<(usize, Field)> {
        if self.is_dissolved_at(zoom)
            && let Some((ward, use_code)) = self.dissolve_columns()
        {
            let text = |column: usize| self.layer.fields().get(column).cloned();
            let count = Field { name: "count".to_owned(), column_type: ColumnType::Int };
            return text(ward).into_iter().chain(text(use_code)).chain([count]).enumerate().collect();
        }
        let declared = |name: &str| self.config.columns.iter().find(|column| column.name == name);
        let on_labels = &self.config.label_columns;
        let is_left_out =
            |field: &Field| self.is_labels && !on_labels.is_empty() && !on_labels.contains(&field.name);
        let comes = |field: &Field| {
            declared(&field.name).is_none_or(|column| column.minzoom <= zoom) && !is_left_out(field)
        };
        self.layer.fields().iter().cloned().enumerate().filter(|(_, field)| comes(field)).collect()
    }

    /// The first zoom whose features have this attribute.
    pub fn first_zoom_with(&self, name: &str) -> Option<u8> {
        let mut zooms = self.config.request_zooms();
        zooms.find(|&zoom| self.columns_at(zoom).iter().any(|(_, field)| field.name == name))
    }

    /// Its zooms with what each holds, neighbours alike together.
    pub fn zoom_ranges(&self) -> Vec<ZoomRange> {
        let mut ranges: Vec<ZoomRange> = Vec::new();
        for zoom in self.zooms.clone() {
            let (fields, is_dissolved) = (self.fields_at(zoom), self.is_dissolved_at(zoom));
            match ranges.last_mut() {
                Some(last) if last.fields == fields && last.is_dissolved == is_dissolved => {
                    last.zooms = *last.zooms.start()..=zoom;
                }
                _ => ranges.push(ZoomRange { zooms: zoom..=zoom, is_dissolved, fields }),
            }
        }
        ranges
    }

    /// Bytes of what was made for its tiles; a layer and its labels share one account.
    pub fn derived_bytes(&self) -> usize {
        if self.is_labels { 0 } else { self.derived.bytes() }
    }

    fn validity_columns(&self) -> [Option<usize>; 2] {
        VALIDITY_COLUMNS.map(|name| self.layer.field(name))
    }

    /// Days on which rows come into force or end, ascending.
    pub fn change_days(&self) -> &[Date] {
        &self.derived.changes
    }

    /// The day of its last change up to this day, where that makes another picture than `today`'s: all
    /// days between two changes are one.
    pub fn epoch(&self, day: Date, today: Date) -> Option<Date> {
        let changes = self.change_days();
        let last = |day: Date| changes.partition_point(|&change| change <= day);
        let (then, now) = (last(day), last(today));
        (then != now).then(|| then.checked_sub(1).and_then(|i| changes.get(i)).copied().unwrap_or(Date::MIN))
    }

    /// What a tile of it depends on, known without drawing it: two tiles of one revision, day and choice have
    /// the same bytes.
    pub fn revision_in(&self, tile: TileId, epoch: Option<Date>) -> Revision {
        let rows = match self.content(tile.z(), epoch) {
            // a label's place follows from its row alone
            Content::Rows | Content::Labels(_) => self.layer.revision_in(&tile.drawn_bounds()),
            Content::Level(level) => level.revision_in(&tile.buffered_bounds()),
            Content::DissolvedTiles(dissolved) => {
                dissolved.map(|dissolved| dissolved.revision(tile)).unwrap_or_default()
            }
        };
        let history = self.history.as_ref().filter(|_| epoch.is_some());
        let history = history.map(|history| history.revision_in(&tile.drawn_bounds()));
        let published = self.published.as_ref().map_or(0, |published| published.at(tile.z()));
        rows.then(history.unwrap_or_default().0).then(published)
    }

    /// What is drawn of its rows in force.
    fn content(&self, zoom: u8, epoch: Option<Date>) -> Content<'_> {
        match () {
            () if self.is_labels => Content::Labels(&self.derived.labels),
            () if epoch.is_some() => Content::Rows,
            () if self.is_dissolved_at(zoom) => Content::DissolvedTiles(self.derived.dissolved.as_ref()),
            () if zoom <= LAST_SIMPLIFIED => {
                self.derived.levels.at(zoom).map_or(Content::Rows, Content::Level)
            }
            () => Content::Rows,
        }
    }

    /// What to draw at this zoom: the attributes `wanted` (places in [`MapLayer::fields_at`]; all without
    /// a choice) of the rows a filter keeps, compiled against the same fields; as it stood at an epoch
    /// ([`MapLayer::epoch`]), or as it stands.
    pub fn drawing<'a>(
        &'a self,
        zoom: u8,
        wanted: Option<&[usize]>,
        filter: Option<&'a Filter>,
        epoch: Option<Date>,
    ) -> Drawing<'a> {
        let columns = self.columns_at(zoom);
        // a filter knows the fields of the zoom, rows know all columns of the layer
        let filter_columns = columns.iter().map(|&(column, _)| column).collect();
        let is_wanted = |place: usize| wanted.is_none_or(|wanted| wanted.contains(&place));
        let chosen = columns.into_iter().enumerate().filter(|&(place, _)| is_wanted(place));
        let columns = chosen.map(|(_, column)| column).collect();
        let content = self.content(zoom, epoch);
        let day = epoch.map(|day| Day { day, columns: self.validity_columns() });
        let historical = self.history.as_deref().filter(|_| epoch.is_some()).map(|layer| {
            let labels = Content::Labels(&self.derived.history_labels);
            (layer, if self.is_labels { labels } else { Content::Rows })
        });
        Drawing {
            name: &self.name,
            layer: &self.layer,
            columns,
            filter,
            filter_columns,
            content,
            day,
            historical,
        }
    }
}
