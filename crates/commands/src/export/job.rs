//! What is to be exported: layers of a town, zooms, a box.

use std::ops::RangeInclusive;

use super::ExportError;
use super::plan::Tiles;
use crate::geometry::{LngLat, World, WorldBox};
use crate::store::Revision;
use crate::tile::{MapLayer, version_of};
use crate::town::Town;

/// The last zoom where none is asked for: a tile unit is 15 cm there, and clients draw larger from it.
const DEFAULT_MAX_ZOOM: u8 = 16;

/// What a person asks for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Names of layers; none means all.
    pub layers: Vec<String>,
    /// First zoom; by default the first with tiles.
    pub minzoom: Option<u8>,
    /// Last zoom; by default 16, or the last with tiles.
    pub maxzoom: Option<u8>,
    /// West, south, east, north in degrees: only tiles that meet this box, whole.
    pub bbox: Option<[f64; 4]>,
    /// The archive's name; by default the layers'.
    pub name: Option<String>,
    /// Whom the data is owed to, shown on maps.
    pub attribution: Option<String>,
}

/// A request that can be met, with the rows it needs.
#[derive(Debug)]
pub struct Job {
    /// In the order of the catalogue, as they are served; each with its zooms in this archive.
    pub(super) layers: Vec<MapLayer>,
    pub(super) zooms: RangeInclusive<u8>,
    pub(super) clip: Option<WorldBox>,
    pub(super) name: String,
    pub(super) attribution: Option<String>,
    pub(super) is_generated: bool,
}

impl Job {
    /// What the request means for this town.
    pub fn new(town: &Town, request: Request) -> Result<Self, ExportError> {
        let layers = named(town.map(), &request.layers)?;
        let zooms = zooms(&layers, request.minzoom, request.maxzoom)?;
        let layers: Vec<MapLayer> = layers.iter().filter_map(|layer| layer.within(&zooms)).collect();
        let is_generated = town.is_generated();
        let name =
            request.name.unwrap_or_else(|| layers.iter().map(MapLayer::name).collect::<Vec<_>>().join(", "));
        let clip = request.bbox.map(|[west, south, east, north]| WorldBox {
            min: World::from_lnglat(LngLat { lng: west, lat: north }),
            max: World::from_lnglat(LngLat { lng: east, lat: south }),
        });
        Ok(Self { layers, zooms, clip, name, attribution: request.attribution, is_generated })
    }

    /// The layers drawn at this zoom.
    pub(super) fn visible(&self, z: u8) -> impl Iterator<Item = &MapLayer> {
        self.layers.iter().filter(move |layer| layer.zooms().contains(&z))
    }

    /// Which tiles there are.
    pub(super) fn tiles(&self) -> Tiles<'_> {
        Tiles::new(self)
    }

    /// Everything that decides which tiles there are and what is in them, but the rows.
    pub(super) fn request(&self) -> String {
        let in_words = |layer: &MapLayer| format!("{} {:?}", layer.name(), layer.zooms());
        let layers = self.layers.iter().map(in_words).collect::<Vec<_>>().join(", ");
        match self.clip {
            Some(clip) => format!("{layers} in {:.6?}", clip.to_degrees()),
            None => layers,
        }
    }

    /// What rows are drawn, how they are published, and by which renderer.
    pub(super) fn revision(&self) -> Revision {
        version_of(&self.layers)
    }
}

fn named<'a>(known: &'a [MapLayer], names: &[String]) -> Result<Vec<&'a MapLayer>, ExportError> {
    let is_known = |name: &str| known.iter().any(|layer| layer.name() == name);
    if let Some(unknown) = names.iter().find(|name| !is_known(name)) {
        let known: Vec<&str> = known.iter().map(MapLayer::name).collect();
        return Err(ExportError::UnknownLayer { name: unknown.clone(), known: known.join(", ") });
    }
    let is_named = |layer: &MapLayer| names.is_empty() || names.iter().any(|name| name == layer.name());
    Ok(known.iter().filter(|layer| is_named(layer)).collect())
}

/// The zooms asked for that any of the layers has.
fn zooms(
    layers: &[&MapLayer],
    minzoom: Option<u8>,
    maxzoom: Option<u8>,
) -> Result<RangeInclusive<u8>, ExportError> {
    let offered = || layers.iter().map(|layer| layer.config().request_zooms());
    let lowest = offered().map(|zooms| *zooms.start()).min().unwrap_or(0);
    let highest = offered().map(|zooms| *zooms.end()).max().unwrap_or(0);
    let minzoom = minzoom.unwrap_or(lowest.min(maxzoom.unwrap_or(lowest)));
    let maxzoom = maxzoom.unwrap_or(DEFAULT_MAX_ZOOM.min(highest).max(minzoom));
    if minzoom > maxzoom {
        return Err(ExportError::ZoomsCrossed { minzoom, maxzoom });
    }
    let zooms = minzoom..=maxzoom;
    let has_tiles = |layer: RangeInclusive<u8>| layer.start() <= zooms.end() && layer.end() >= zooms.start();
    if !offered().any(has_tiles) {
        return Err(ExportError::ZoomsWithoutTiles { minzoom, maxzoom, lowest, highest });
    }
    Ok(minzoom.max(lowest)..=maxzoom.min(highest))
}
