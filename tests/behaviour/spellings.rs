//! One thing asked for in the ways people write it: parcels, plane coordinates, corners, in a small town.

use bandoso::answers::{CodesAt, Found, PlaceKind};
use bandoso::geometry::distance_m;
use bandoso::store::Feature;

use crate::answers::{ask, search, small, some_parcel};

fn found(text: &str) -> Found {
    ask(small(), &search(text)).0
}

#[test]
fn a_parcel_is_one_however_its_numbers_are_written() {
    let (parcel, unit) = some_parcel(small());
    let (sheet, number) = (parcel.sheet().unwrap(), parcel.number().unwrap());
    let (code, id) = (parcel.survey_unit().unwrap(), parcel.feature().id());
    for text in [
        format!("thửa {number} tờ {sheet} {unit}"),
        format!("Thửa số 0{number}; Tờ BĐ số 0{sheet}, {unit}"),
        format!("TBĐ {sheet} thửa {number}/ {unit}"),
        format!("thửa {number}, BĐ {sheet}, {unit}"),
        format!("{code}-{sheet}-{number}"),
        format!("{code}-0{sheet}-0{number}"),
        format!("{code}{sheet:0>3}{number:0>4}"),
    ] {
        let places = found(&text).places;
        let ids: Vec<Option<u64>> = places.iter().map(|place| place.parcel_id).collect();
        assert!(ids.contains(&Some(id)), "{text}: {ids:?}");
    }
    let doubtful = found(&format!("thửa {number}, 9999 tờ {sheet} {unit}"));
    assert!(doubtful.places.iter().all(|place| place.confidence < 0.9), "a number was not read");
}

#[test]
fn plane_coordinates_come_back_as_the_page_of_a_door_prints_them() {
    let at = small().snapshot().layer("addresses").unwrap().densest().center();
    let pair = ask(small(), &CodesAt { at }).0.codes.vn2000.unwrap();
    let (x, y) = (pair.x_m, pair.y_m);
    let thousands = |metres: f64| {
        let whole = format!("{:.0}", metres.trunc());
        let (head, tail) = whole.split_at(whole.len() - 3);
        let head = if head.len() > 3 {
            format!("{}.{}", &head[..head.len() - 3], &head[head.len() - 3..])
        } else {
            head.to_owned()
        };
        format!("{head}.{tail},{:02.0}", (metres.fract() * 100.0).floor())
    };
    for text in [
        format!("X={x:.2} Y={y:.2} (KTT 105°45′)"),
        format!("{} {} KTT 105°45'", thousands(x), thousands(y)),
        format!("{y:.3}, {x:.3} EPSG:{}", pair.system.0),
    ] {
        let places = found(&text).places;
        assert_eq!(places.len(), 1, "{text}");
        assert!(distance_m(places[0].point.unwrap(), at) < 0.05, "{text}");
        assert_eq!(places[0].confidence, 1.0);
        assert!(places[0].label.contains("KTT 105°45′"), "{}", places[0].label);
    }
}

#[test]
fn plane_coordinates_without_a_system_name_the_meridian_of_every_place_they_may_mean() {
    let at = small().snapshot().layer("addresses").unwrap().densest().center();
    let pair = ask(small(), &CodesAt { at }).0.codes.vn2000.unwrap();
    let all = found(&format!("{:.3} {:.3}", pair.x_m, pair.y_m));
    assert!(all.is_ambiguous && all.places.len() > 1);
    for place in &all.places {
        assert!(place.label.contains("KTT 10") && place.confidence < 1.0, "{}", place.label);
    }
    assert!(distance_m(all.places[0].point.unwrap(), at) < 0.05, "{}", all.places[0].label);
}

#[test]
fn a_corner_is_where_the_lines_of_both_streets_cross() {
    let layer = small().snapshot().layer("streets").unwrap();
    let (name, unit) = (layer.field("name").unwrap(), layer.field("unit").unwrap());
    let text = |row: &Feature<'_>, column: usize| row.value(column).as_text().unwrap_or_default().to_owned();
    let is_named = |row: &Feature<'_>| text(row, name).chars().all(|c| c.is_alphabetic() || c == ' ');
    let mut crossed = 0;
    for one in layer.all().filter(is_named).take(12) {
        let Some(ward) = small().index().ward(&text(&one, unit)) else { continue };
        for other in layer.in_box(&one.bounds()).filter(is_named).take(6) {
            let (first, second) = (text(&one, name), text(&other, name));
            if first == second {
                continue;
            }
            let found = found(&format!("ngã tư {first} và {second}, {}", ward.name));
            let streets: Vec<&str> =
                found.places.iter().filter_map(|place| place.street.as_deref()).collect();
            assert!(
                streets.contains(&first.as_str()) && streets.contains(&second.as_str()),
                "{first}, {second}: {streets:?}"
            );
            let corner = found.places.iter().find(|place| place.kind == PlaceKind::Coordinates);
            crossed += usize::from(corner.is_some_and(|corner| {
                let at = corner.point.unwrap();
                corner.label.contains(" giao ") && corner.ward.is_some() && at.x > 0
            }));
        }
    }
    assert!(crossed > 3, "{crossed}");
}
