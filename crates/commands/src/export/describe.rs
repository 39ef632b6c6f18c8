//! What an archive says of itself, the same in both forms.

use serde_json::{Map, Value, json};

use super::Job;
use crate::geometry::WorldBox;
use crate::tile::{MapLayer, tilejson};

/// Said of invented data wherever the archive goes.
const GENERATED: &str = "Generated demo data: invented parcels, addresses and plans";

/// The words and numbers about an archive.
pub(super) struct Description {
    pub name: String,
    pub attribution: Option<String>,
    pub description: Option<&'static str>,
    pub minzoom: u8,
    pub maxzoom: u8,
    /// West, south, east, north.
    pub bounds: [f64; 4],
    /// Longitude and latitude where a map begins.
    pub center: [f64; 2],
    /// Of the rows in it.
    pub revision: String,
    vector_layers: Value,
}

impl Description {
    /// Of the archive of this job.
    pub fn of(job: &Job) -> Self {
        let layers: Vec<&MapLayer> = job.layers.iter().collect();
        // an archive has no address of its own
        let json = tilejson(&layers, String::new(), &job.name);
        let bounds = bounds(job);
        let center = bounds.center().to_lnglat();
        Self {
            name: job.name.clone(),
            attribution: job.attribution.clone(),
            description: job.is_generated.then_some(GENERATED),
            minzoom: *job.zooms.start(),
            maxzoom: *job.zooms.end(),
            bounds: bounds.to_degrees(),
            center: [center.lng, center.lat],
            revision: job.revision().to_string(),
            vector_layers: json!(json.vector_layers.unwrap_or_default()),
        }
    }

    /// As both forms want it for vector tiles.
    pub fn vector_layers(&self) -> Value {
        json!({ "vector_layers": self.vector_layers })
    }

    /// The names and words both forms have, under the names both give them.
    pub fn words(&self) -> Map<String, Value> {
        let mut words = Map::new();
        let mut say = |key: &str, value: Option<&str>| {
            words.extend(value.map(|value| (key.to_owned(), Value::from(value))));
        };
        say("name", Some(&self.name));
        say("description", self.description);
        say("attribution", self.attribution.as_deref());
        say("type", Some("overlay"));
        say("generator", Some(concat!("bandoso ", env!("CARGO_PKG_VERSION"))));
        say("revision", Some(&self.revision));
        words
    }
}

/// The box around the rows, as far as it was asked for.
fn bounds(job: &Job) -> WorldBox {
    let mut bounds = WorldBox::EMPTY;
    job.layers.iter().for_each(|layer| bounds.include_box(&layer.layer().bounds()));
    if let Some(clip) = job.clip {
        bounds.min.x = bounds.min.x.max(clip.min.x);
        bounds.min.y = bounds.min.y.max(clip.min.y);
        bounds.max.x = bounds.max.x.min(clip.max.x);
        bounds.max.y = bounds.max.y.min(clip.max.y);
    }
    bounds
}
