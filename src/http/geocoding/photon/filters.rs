//! What Photon's clients leave out: `layer`, `osm_tag`, `include`, `exclude`.

use crate::answers::{Place, PlaceKind};
use crate::geocode::HitKind;
use crate::http::geocoding::osm;
use crate::http::geocoding::parameters::Parameters;
use crate::http::geocoding::refusal::Refusal;

const LAYERS: [&str; 9] =
    ["house", "street", "locality", "district", "city", "county", "state", "country", "other"];

/// All kinds there are, for `layer`.
const KINDS: [PlaceKind; 13] = [
    PlaceKind::Known(HitKind::Address),
    PlaceKind::Known(HitKind::Street),
    PlaceKind::Known(HitKind::Alley),
    PlaceKind::Known(HitKind::Hamlet),
    PlaceKind::Known(HitKind::Landmark),
    PlaceKind::Known(HitKind::Ward),
    PlaceKind::Known(HitKind::FormerWard),
    PlaceKind::Known(HitKind::FormerDistrict),
    PlaceKind::Known(HitKind::Province),
    PlaceKind::Known(HitKind::FormerProvince),
    PlaceKind::Parcel,
    PlaceKind::Coordinates,
    PlaceKind::Code,
];

/// Photon's word for a kind: `layer` asks for it, `type` answers it.
pub(super) fn layer(kind: PlaceKind) -> &'static str {
    let PlaceKind::Known(kind) = kind else { return "other" };
    match kind {
        HitKind::Address => "house",
        HitKind::Street | HitKind::Alley => "street",
        HitKind::Hamlet => "locality",
        HitKind::FormerDistrict => "district",
        // the municipalities left after 2025
        HitKind::Ward => "city",
        HitKind::Province => "state",
        HitKind::Landmark | HitKind::FormerWard | HitKind::FormerProvince => "other",
    }
}

/// A tag to be there or not to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
struct TagFilter {
    key: Option<String>,
    value: Option<String>,
    is_excluded: bool,
}

impl TagFilter {
    /// `k:v`, `k`, `:v`, and with `!` before the whole or before the value those without it.
    fn read(text: &str) -> Option<Self> {
        let (key, value) = text.split_once(':').unwrap_or((text, ""));
        let (bare_key, bare_value) = (key.trim_start_matches('!'), value.trim_start_matches('!'));
        let part = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let filter = Self {
            key: part(bare_key),
            value: part(bare_value),
            is_excluded: key.len() != bare_key.len() || value.len() != bare_value.len(),
        };
        (filter.key.is_some() || filter.value.is_some()).then_some(filter)
    }

    fn matches(&self, tag: Option<(&str, &str)>) -> bool {
        tag.is_some_and(|(key, value)| {
            self.key.as_ref().is_none_or(|wanted| wanted == key)
                && self.value.as_ref().is_none_or(|wanted| wanted == value)
        })
    }
}

/// Everything a place must be.
#[derive(Debug, Default)]
pub(super) struct Filters {
    layers: Vec<String>,
    tags: Vec<TagFilter>,
    /// Each holds alternatives.
    include: Vec<Vec<String>>,
    /// Each holds what must come together.
    exclude: Vec<Vec<String>>,
}

impl Filters {
    /// Reads them, as often as they are given.
    pub fn read(asked: &Parameters) -> Result<Self, Refusal> {
        let layers: Vec<String> = asked.list("layer").map(str::to_owned).collect();
        if layers.iter().any(|layer| !LAYERS.contains(&layer.as_str())) {
            let available = LAYERS.join(", ");
            return Err(Refusal::bad_request(format!("Unknown layer type. Available layers: [{available}]")));
        }
        let tag = |text: &str| {
            TagFilter::read(text).ok_or_else(|| {
                Refusal::bad_request("Invalid parameter 'osm_tag': bad syntax for tag filter.")
            })
        };
        let categories = |name: &'static str| {
            let groups = asked.all(name).map(|group| {
                let group: Vec<String> = group.split(',').map(|one| one.trim().to_owned()).collect();
                match group.iter().all(|category| is_category(category)) {
                    true => Ok(group),
                    false => Err(Refusal::bad_request(format!("Invalid category pattern in '{name}'."))),
                }
            });
            groups.collect::<Result<Vec<_>, _>>()
        };
        Ok(Self {
            layers,
            tags: asked.all("osm_tag").map(tag).collect::<Result<_, _>>()?,
            include: categories("include")?,
            exclude: categories("exclude")?,
        })
    }

    /// Whether a category was asked for, which may stand in place of a text.
    pub fn has_include(&self) -> bool {
        !self.include.is_empty()
    }

    /// The kinds of the layers asked for.
    pub fn kinds(&self) -> Option<Vec<PlaceKind>> {
        let is_asked = |kind: &&PlaceKind| self.layers.iter().any(|wanted| wanted == layer(**kind));
        (!self.layers.is_empty()).then(|| KINDS.iter().filter(is_asked).copied().collect())
    }

    /// Whether a place passes those of tag and category.
    pub fn admit(&self, place: &Place) -> bool {
        let tag = osm::tag(place);
        let (mut excluding, mut including): (Vec<_>, Vec<_>) = (Vec::new(), Vec::new());
        for filter in &self.tags {
            if filter.is_excluded { excluding.push(filter) } else { including.push(filter) }
        }
        let has_tag = including.is_empty() || including.iter().any(|filter| filter.matches(tag));
        let is_of = |category: &String| {
            tag.is_some_and(|(key, value)| {
                let own = format!("osm.{key}.{value}");
                own.strip_prefix(category.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        has_tag
            && !excluding.iter().any(|filter| filter.matches(tag))
            && self.include.iter().all(|group| group.iter().any(is_of))
            && !self.exclude.iter().any(|group| group.iter().all(is_of))
    }
}

/// `osm.place.house`
fn is_category(text: &str) -> bool {
    let is_word = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
    };
    text.contains('.') && text.split('.').all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_filter_has_six_forms() {
        let house = Some(("place", "house"));
        let admits = |text: &str| {
            let filter = TagFilter::read(text).unwrap();
            filter.matches(house) != filter.is_excluded
        };
        for text in ["place:house", "place", ":house", "!highway", ":!road", "!highway:road", "place:!city"] {
            assert!(admits(text), "{text}");
        }
        for text in ["highway", "place:city", "!place", ":!house", "!place:house"] {
            assert!(!admits(text), "{text}");
        }
        assert_eq!(TagFilter::read(":"), None);
        assert_eq!(TagFilter::read("!"), None);
    }

    #[test]
    fn every_layer_that_has_places_names_their_kinds() {
        let kinds = |form: &str| Filters::read(&Parameters::from_form(form).unwrap()).unwrap().kinds();
        assert_eq!(kinds("layer=city"), Some(vec![PlaceKind::Known(HitKind::Ward)]));
        assert_eq!(kinds("layer=country"), Some(Vec::new()));
        assert_eq!(kinds("layer=street,house").unwrap().len(), 3);
        assert_eq!(kinds(""), None);
    }
}
