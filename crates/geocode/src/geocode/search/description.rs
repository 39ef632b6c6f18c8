//! From a ranked candidate to a [`Hit`]: labels of today and of before, codes, box, confidence.

use crate::geocode::index::gazetteer::{Level, StreetKind};
use crate::geocode::index::houses::House;
use crate::geocode::index::indices::{UnitIndex, WayIndex};
use crate::geocode::index::streets::WayKind;
use crate::geocode::index::units::Unit;
use crate::geocode::search::answer::{FormerUnits, Hit, HitKind, MatchType, Part, Successor};
use crate::geocode::search::evidence::Evidence;
use crate::geocode::search::interpretation::Interpretation;
use crate::geocode::search::ranking::{Candidate, RolePart, Tables, Target, TokenRole};
use crate::geocode::search::street_label::{alley_word, street_label};

/// At most so likely is a place whose text ends in a word of no language here: `12 Nguyễn Trãi, Paris`. Not learnt, since
/// all addresses it could be learnt from are of this country.
const ABROAD: f64 = 0.35;

impl Tables<'_> {
    /// A hit for a candidate of a query.
    pub fn describe(&self, candidate: &Candidate, found: &[Candidate], reading: &Interpretation) -> Hit {
        let mut hit = match candidate.target {
            Target::House(at) => self.house(&self.ways.houses.get(at)),
            Target::Way(way) => self.way(way, candidate.ward),
            Target::Unit(unit) => self.unit(unit),
            Target::Between { way, number, .. } => self.between(way, number, candidate),
        };
        hit.match_type = candidate.match_type(reading);
        hit.score = candidate.score;
        hit.parts = self.parts(candidate, reading);
        let evidence = Evidence::of(candidate, found, reading, self);
        hit.confidence = match candidate.ward {
            Some(_) if reading.ends_abroad(candidate.mask) => evidence.probability().min(ABROAD),
            Some(_) => evidence.probability(),
            None => evidence.probability_without_ward().min(hit.confidence),
        };
        hit.evidence = Some(evidence);
        hit.unmatched = reading.unmatched(candidate.mask);
        if let Some(via) = candidate.via {
            self.set_via(&mut hit, via);
        } else if let Some(former) = candidate.parts().filter_map(|part| part.unit()).find(|unit| {
            let unit = &self.units[*unit];
            unit.level == Level::Ward && !unit.is_present
        }) {
            hit.via_former = Some(self.units.label(former));
            hit.former_code = self.units[former].known_code();
            hit.former_unit_id = self.units[former].known_id();
            hit.former = Some(self.former_units(former));
        }
        hit
    }

    /// A former ward and what was above it, in the form it last had.
    fn former_units(&self, former: UnitIndex) -> FormerUnits {
        let mut units = FormerUnits { ward: None, district: None, province: None };
        for (level, name) in self.units.line(former) {
            let place = match level {
                Level::Ward => &mut units.ward,
                Level::District => &mut units.district,
                Level::Province => &mut units.province,
            };
            *place = Some(name.to_owned());
        }
        units
    }

    /// Says by which former ward a present one was found.
    pub fn set_via(&self, hit: &mut Hit, former: UnitIndex) {
        let unit = &self.units[former];
        hit.via_former = Some(self.units.label(former));
        hit.former_code = unit.known_code();
        hit.former_unit_id = unit.known_id();
        hit.former = Some(self.former_units(former));
        hit.label_old = hit.via_former.clone();
        hit.successors = self.successors(former);
    }

    /// A hit for a door, without anything that depends on a query.
    pub fn house(&self, house: &House) -> Hit {
        let mut hit = self.place(house.ward);
        let number = self.ways.houses.number(house.index);
        hit.kind = HitKind::Address;
        hit.id = format!("address:{}", house.id);
        hit.address_id = Some(house.id);
        hit.point = Some(house.at);
        hit.housenumber = (!number.is_empty()).then(|| number.to_owned());
        hit.hamlet = house.hamlet.map(|hamlet| self.way_name(hamlet).to_owned());
        let mut first = number.to_owned();
        if let Some(way) = house.way.filter(|_| house.way != house.hamlet) {
            let street = self.street(way, &hit);
            hit.street_id = self.ways[way].source_id;
            first = if first.is_empty() { street.clone() } else { format!("{first} {street}") };
            hit.street = Some(street);
        }
        let mut parts: Vec<&str> = vec![first.as_str()];
        parts.extend(hit.hamlet.as_deref());
        parts.retain(|part| !part.is_empty());
        let name = parts.first().copied().unwrap_or_default().to_owned();
        let place = parts.join(", ");
        hit.label = join(&place, house.ward.map(|ward| self.units.label(ward)));
        hit.label_old = house.former.map(|former| join(&place, Some(self.units.label(former))));
        let former_unit = house.former.and_then(|former| self.units.get(former));
        hit.former_code = former_unit.and_then(Unit::known_code);
        hit.former_unit_id = former_unit.and_then(Unit::known_id);
        hit.former = house.former.map(|former| self.former_units(former));
        hit.name = name;
        hit.door_code = self.ways.door_code(house);
        hit.parcel_id = (house.parcel_id != 0).then_some(house.parcel_id);
        if let Some(codes) = self.ways.codes(house) {
            hit.national_place_id = codes.national_place_id.as_deref().map(str::to_owned);
            hit.post_address_code = codes.post_address_code.as_deref().map(str::to_owned);
            hit.postal_code = codes.postal_code.as_deref().map(str::to_owned);
        }
        hit
    }

    /// A hit for a street, alley or hamlet, in one of its wards.
    pub fn way(&self, index: WayIndex, ward: Option<UnitIndex>) -> Hit {
        let way = &self.ways[index];
        let mut hit = self.place(ward.or(way.wards.first().copied()));
        let name = if way.chain.is_empty() {
            self.street(index, &hit)
        } else {
            let word = alley_word(hit.province_code.as_deref());
            format!("{word} {} {}", way.chain, self.way_name(way.root))
        };
        hit.kind = match way.kind {
            WayKind::Hamlet => HitKind::Hamlet,
            WayKind::Landmark => HitKind::Landmark,
            WayKind::Street(StreetKind::Alley) => HitKind::Alley,
            WayKind::Street(_) => HitKind::Street,
        };
        hit.id = match (way.kind, way.source_id) {
            (WayKind::Landmark, Some(id)) => format!("landmark:{id}"),
            (_, Some(id)) => format!("street:{id}"),
            (_, None) => {
                format!(
                    "hamlet:{}:{}",
                    hit.ward_code.as_deref().unwrap_or(""),
                    crate::geocode::text::fold::key(&name)
                )
            }
        };
        hit.label = match ward.or(way.wards.first().copied()) {
            Some(ward) => format!("{name}, {}", self.units.label(ward)),
            None => name.clone(),
        };
        hit.street_id = way.source_id.filter(|_| matches!(way.kind, WayKind::Street(_)));
        hit.street = hit.street_id.map(|_| self.street(way.root, &hit));
        hit.hamlet = (way.kind == WayKind::Hamlet).then(|| name.clone());
        hit.name = name;
        hit.point = Some(way.middle);
        hit.bounds = Some(way.bounds);
        hit
    }

    /// A hit for a unit of any time.
    pub fn unit(&self, index: UnitIndex) -> Hit {
        let unit = &self.units[index];
        let ward = (unit.level == Level::Ward && unit.is_present).then_some(index);
        let mut hit = self.place(ward);
        hit.kind = match (unit.level, unit.is_present) {
            (Level::Province, true) => HitKind::Province,
            (Level::Province, false) => HitKind::FormerProvince,
            (Level::District, _) => HitKind::FormerDistrict,
            (Level::Ward, true) => HitKind::Ward,
            (Level::Ward, false) => HitKind::FormerWard,
        };
        hit.id = format!("unit:{}", unit.id);
        hit.unit_id = Some(unit.id);
        hit.name = unit.full_name().to_owned();
        hit.label = self.units.label(index);
        hit.point = unit.middle;
        hit.bounds = unit.bounds;
        if unit.level == Level::Province && unit.is_present {
            hit.province = Some(unit.full_name().to_owned());
            hit.province_code = Some(unit.code().to_owned());
        }
        hit.label_old = self.units.label_before(index);
        if !unit.is_present {
            hit.former_code = unit.known_code();
            hit.former_unit_id = Some(unit.id);
            hit.former = Some(self.former_units(index));
            hit.label_old = Some(hit.label.clone());
            hit.successors = self.successors(index);
            // nobody can be sure of a place that no source knows
            if hit.successors.is_empty() {
                hit.confidence = 0.0;
            }
        }
        hit
    }

    /// What stands on the ground of a former unit today.
    pub fn successors(&self, former: UnitIndex) -> Vec<Successor> {
        let steps = self.units.today(former);
        steps
            .iter()
            .filter(|step| step.to != former)
            .map(|step| Successor {
                code: self.units[step.to].code().to_owned(),
                label: self.units.label(step.to),
                is_whole: step.is_whole,
                share: step.share,
            })
            .collect()
    }

    fn between(&self, way: WayIndex, number: u32, candidate: &Candidate) -> Hit {
        let mut hit = self.way(way, candidate.ward);
        hit.kind = HitKind::Address;
        hit.id = format!("{}:{number}", hit.id);
        hit.label = format!("{number} {}", hit.label);
        hit.name = format!("{number} {}", hit.name);
        hit.housenumber = Some(number.to_string());
        hit.point = candidate.at;
        hit.bounds = None;
        hit
    }

    /// An empty hit in a ward of today.
    fn place(&self, ward: Option<UnitIndex>) -> Hit {
        let ward = ward.and_then(|ward| self.units.get(ward));
        let province = ward.and_then(|ward| ward.parent()).and_then(|province| self.units.get(province));
        Hit {
            kind: HitKind::Ward,
            id: String::new(),
            label: String::new(),
            label_old: None,
            name: String::new(),
            housenumber: None,
            street: None,
            hamlet: None,
            ward: ward.map(|ward| ward.full_name().to_owned()),
            ward_code: ward.map(|ward| ward.code().to_owned()),
            province: province.map(|province| province.full_name().to_owned()),
            province_code: province.map(|province| province.code().to_owned()),
            former: None,
            via_former: None,
            former_code: None,
            former_unit_id: None,
            point: None,
            bounds: None,
            distance_m: None,
            confidence: 1.0,
            evidence: None,
            unmatched: Vec::new(),
            match_type: MatchType::Exact,
            successors: Vec::new(),
            address_id: None,
            street_id: None,
            unit_id: None,
            door_code: None,
            national_place_id: None,
            post_address_code: None,
            postal_code: None,
            parcel_id: None,
            parts: Vec::new(),
            score: 0.0,
        }
    }

    /// A way as it is written behind a house number, in the ward of the hit.
    fn street(&self, way: WayIndex, hit: &Hit) -> String {
        let name = self.way_name(way);
        match self.ways[way].kind {
            WayKind::Street(kind) => street_label(kind, name, hit.province_code.as_deref()).into_owned(),
            WayKind::Hamlet | WayKind::Landmark => name.to_owned(),
        }
    }

    fn way_name(&self, way: WayIndex) -> &str {
        self.names.written(self.ways[way].form)
    }

    fn parts(&self, candidate: &Candidate, reading: &Interpretation) -> Vec<Part> {
        let mut parts: Vec<RolePart> = candidate.parts().collect();
        parts.sort_by_key(|part| part.mask.trailing_zeros());
        parts
            .into_iter()
            .map(|part| {
                let typed: Vec<&str> = (0..reading.tokens.len().min(64))
                    .filter(|i| part.mask >> i & 1 == 1)
                    .map(|i| reading.tokens[i].text.as_str())
                    .collect();
                let (role, name, is_former) = match part.role {
                    TokenRole::Unit(unit) => {
                        let unit = &self.units[unit];
                        let role = match unit.level {
                            Level::Province => "province",
                            Level::District => "district",
                            Level::Ward => "ward",
                        };
                        (role, unit.full_name().to_owned(), !unit.is_present)
                    }
                    TokenRole::Way(way) => {
                        let role = match self.ways[way].kind {
                            WayKind::Hamlet => "hamlet",
                            WayKind::Landmark => "landmark",
                            WayKind::Street(_) => "street",
                        };
                        let called = candidate.called.filter(|_| candidate.is_own(part));
                        let name = called.map_or_else(|| self.way_name(way), |form| self.names.written(form));
                        (role, name.to_owned(), called.is_some() && role == "street")
                    }
                    TokenRole::Number => ("housenumber", typed.join(" "), false),
                };
                Part { typed: typed.join(" "), role, name, is_former }
            })
            .collect()
    }
}

/// A place and the label of the unit it lies in.
fn join(place: &str, unit: Option<String>) -> String {
    match unit {
        None => place.to_owned(),
        Some(unit) if place.is_empty() => unit,
        Some(unit) => format!("{place}, {unit}"),
    }
}
