//! A tile: drawn, written in its format, packed. What it costs follows from the rows its box touches, whatever
//! its zoom.

use std::time::Instant;

use metrics::{counter, histogram};
use thiserror::Error;
use time::Date;

use super::{Cost, Question};
use crate::cost::RowBudget;
use crate::filter::Filter;
use crate::store::Extent;
use crate::tile::{
    CompressError, Drawing, Drawn, Encoding, TileFormat, TileId, TranscodeError, compress, render, to_mlt,
};
use crate::town::Town;

/// What a tile may have to read and still be drawn on the thread that read the request: with gzip or zstd
/// a millisecond or less. Rows count by the block, so about half of them lie in the tile.
const LIGHT: Extent = Extent { rows: 2_048, bytes: 128 * 1024 };

/// The same for Brotli, which takes five times as long as drawing.
const LIGHT_IN_BROTLI: Extent = Extent { rows: 256, bytes: 16 * 1024 };

/// What a filter of so many conditions costs a row more than drawing it.
const CONDITIONS_A_ROW: u64 = 8;

/// A layer of a tile, and what of it is wanted.
#[derive(Debug, Clone)]
pub struct LayerChoice {
    /// Its place in [`Town::map`].
    pub layer: usize,
    /// The attributes that come along, as places in the fields of the zoom; all without a choice.
    pub attributes: Option<Vec<usize>>,
    /// Which rows come; all without one.
    pub filter: Option<Filter>,
    /// The change after which it is shown; as it stands without one.
    pub epoch: Option<Date>,
}

/// What is in a tile?
#[derive(Debug, Clone)]
pub struct TileQuestion {
    /// Its layers in the order they are drawn.
    pub layers: Vec<LayerChoice>,
    /// Where it lies.
    pub tile: TileId,
    /// What it is written in.
    pub format: TileFormat,
    /// How it is packed.
    pub encoding: Encoding,
}

/// A tile as it is sent.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct TileAnswer {
    /// The packed tile; `None` where nothing lies.
    pub body: Option<Vec<u8>>,
    /// Features that are not in it because it would be too large.
    pub left_out: u64,
}

/// Why there is no tile.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum TileFault {
    #[error(
        "more rows lie in this tile than are looked at for one answer: ask at a higher zoom, or give the layer a \
         higher `minzoom` in the configuration"
    )]
    TooManyRows,
    #[error("{0}")]
    Transcode(#[from] TranscodeError),
    #[error("{0}")]
    Compress(#[from] CompressError),
}

impl Question for TileQuestion {
    type Answer = Result<TileAnswer, TileFault>;

    fn cost(&self, town: &Town) -> Cost {
        let light = if self.encoding == Encoding::Brotli { LIGHT_IN_BROTLI } else { LIGHT };
        let mut sum = Extent::default();
        for (choice, drawing) in self.layers.iter().zip(self.drawings(town)) {
            let extent = drawing.extent(self.tile, light);
            let conditions = choice.filter.as_ref().map_or(0, Filter::conditions) as u64;
            let rows = extent.rows.saturating_mul(CONDITIONS_A_ROW + conditions) / CONDITIONS_A_ROW;
            sum = sum.plus(Extent { rows, ..extent });
            if !sum.is_within(light) {
                return Cost::Heavy;
            }
        }
        Cost::Light
    }

    fn answer(&self, town: &Town, budget: &RowBudget) -> Self::Answer {
        let drawn = self.draw(town);
        if drawn.is_refused || !budget.look_at(drawn.rows) {
            return Err(TileFault::TooManyRows);
        }
        let left_out = drawn.left_out;
        if drawn.bytes.is_empty() {
            return Ok(TileAnswer { body: None, left_out });
        }
        let written = write(drawn.bytes, self.format)?;
        let started = Instant::now();
        let packed = compress(written, self.encoding)?;
        histogram!("tile_compress_seconds", "encoding" => self.encoding.name())
            .record(started.elapsed().as_secs_f64());
        Ok(TileAnswer { body: Some(packed), left_out })
    }
}

impl TileQuestion {
    fn drawings<'a>(&'a self, town: &'a Town) -> impl Iterator<Item = Drawing<'a>> {
        self.layers.iter().filter_map(|choice| {
            let layer = town.map().get(choice.layer)?;
            Some(layer.drawing(
                self.tile.z(),
                choice.attributes.as_deref(),
                choice.filter.as_ref(),
                choice.epoch,
            ))
        })
    }

    fn draw(&self, town: &Town) -> Drawn {
        let started = Instant::now();
        let drawn = render(self.drawings(town), self.tile);
        histogram!("tile_render_seconds").record(started.elapsed().as_secs_f64());
        counter!("tile_areas_repaired_total").increment(drawn.repairs.repaired);
        counter!("tile_areas_reduced_total").increment(drawn.repairs.reduced);
        counter!("tile_area_placeholders_total").increment(drawn.repairs.placeholders);
        counter!("tile_features_left_out_total").increment(drawn.left_out);
        drawn
    }
}

/// The drawn MVT in that format.
fn write(mvt: Vec<u8>, format: TileFormat) -> Result<Vec<u8>, TranscodeError> {
    match format {
        TileFormat::Mvt => Ok(mvt),
        TileFormat::Mlt => {
            let started = Instant::now();
            let mlt = to_mlt(&mvt)?;
            histogram!("tile_transcode_seconds").record(started.elapsed().as_secs_f64());
            Ok(mlt)
        }
    }
}
