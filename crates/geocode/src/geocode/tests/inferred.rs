//! Old wards that no table knows, inferred from doors that name them.

use proptest::prelude::*;

use crate::geocode::tests::town::{at, national};
use crate::geocode::*;

/// The national units and doors that say where they lay before: (place, today's ward).
fn index(places: &[(&str, &str)]) -> Index {
    let mut gazetteer = national();
    gazetteer.addresses = Box::new(places.iter().enumerate().map(|(i, (place, ward_code))| AddressRow {
        number: Some("7"),
        hamlet: Some("Tổ 1"),
        former_place: Some(place),
        ..AddressRow::new(i as i64 + 1, ward_code, at(i as i64))
    }));
    Index::build(gazetteer)
}

fn found(index: &Index, text: &str) -> Vec<(Option<String>, Option<String>)> {
    let hits = index.search(&Query::new(text)).hits;
    hits.into_iter().map(|hit| (hit.ward_code, hit.via_former)).collect()
}

#[test]
fn a_ward_that_ended_before_the_tables_leads_to_where_its_doors_are() {
    let place = "P.88, Quận 3, Thành phố Hồ Chí Minh";
    let index = index(&[(place, "27142"), (place, "27142"), ("Phường 88, Q3, TP.HCM", "27154")]);
    let found = found(&index, "12 Đường Nào Đó, P. 88, Q. 3, TPHCM");
    let via = Some("Phường 88, Quận 3, Thành phố Hồ Chí Minh".to_owned());
    assert_eq!(found[0], (Some("27142".to_owned()), via.clone()));
    assert_eq!(found[1], (Some("27154".to_owned()), via));
    let hit = &index.search(&Query::new("Phường 88, Quận 3")).hits[0];
    assert_eq!((&hit.former_code, hit.kind), (&None, HitKind::Ward));
}

#[test]
fn a_door_says_the_old_ward_that_was_learnt_from_it_however_that_was_spelt() {
    let index = index(&[("P.88, Quận 3, TP Hồ Chí Minh", "27142"), ("Phường 88, Q3, TP.HCM", "27154")]);
    let label_old = "7, Tổ 1, Phường 88, Quận 3, Thành phố Hồ Chí Minh";
    for door in [1, 2] {
        let hit = index.address(door).unwrap();
        assert_eq!(hit.label_old.as_deref(), Some(label_old));
        assert_eq!((hit.former_code, hit.former_unit_id), (None, None));
    }
}

#[test]
fn what_a_table_knows_is_not_learnt_otherwise() {
    let place = "Phường Hiệp Tân, Thị xã Hòa Thành, Tỉnh Tây Ninh";
    let index = index(&[(place, "25630"), (place, "25630"), (place, "25630")]);
    assert_eq!(found(&index, place)[0].0.as_deref(), Some("25633"));
}

#[test]
fn a_district_that_ended_before_the_tables_is_learnt_too_and_is_no_place_of_its_own() {
    let index = index(&[("Phường Cây Sung, Quận 22, Thành phố Hồ Chí Minh", "27094")]);
    let via = Some("Phường Cây Sung, Quận 22, Thành phố Hồ Chí Minh".to_owned());
    assert_eq!(found(&index, "Cây Sung, Quận 22, Hồ Chí Minh")[0], (Some("27094".to_owned()), via));
    let hits = index.search(&Query::new("Quận 22, Thành phố Hồ Chí Minh")).hits;
    assert!(hits.iter().all(|hit| hit.kind != HitKind::FormerDistrict), "{hits:?}");
}

#[test]
fn a_name_without_its_kind_is_learnt_from_several_doors_only() {
    let place = ("Nguyễn Văn Nào Đó, Hòa Thành, Tây Ninh", "25630");
    let inferred = |count: usize| {
        let hits = index(&vec![place; count]).search(&Query::new(place.0)).hits;
        hits.iter().any(|hit| hit.via_former.as_deref().is_some_and(|via| via.contains("Nào Đó")))
    };
    assert!(!inferred(2) && inferred(3));
}

#[test]
fn a_citys_ward_is_learnt_without_the_province_of_the_same_name() {
    let index = index(&[("Phường 77, Bến Tre", "28777")]);
    let via = Some("Phường 77, Thành phố Bến Tre, Tỉnh Bến Tre".to_owned());
    assert_eq!(found(&index, "Phường 77, Thành phố Bến Tre")[0], (Some("28777".to_owned()), via));
}

#[test]
fn the_wards_of_an_inferred_district_stand_in_one_order_whatever_order_the_doors_came_in() {
    let wards = ["27154", "27142", "27139", "27112", "27097", "27094"];
    let places: Vec<String> =
        ('A'..='F').map(|letter| format!("Phường Cây {letter}ung, Quận 22, Thành phố Hồ Chí Minh")).collect();
    let mut doors: Vec<(&str, &str)> = places.iter().map(String::as_str).zip(wards).collect();
    let codes = |doors: &[(&str, &str)]| -> Vec<String> {
        let found = found(&index(doors), "Quận 22, Thành phố Hồ Chí Minh");
        found.into_iter().filter_map(|(code, _)| code).collect()
    };
    let in_order = codes(&doors);
    assert_eq!(in_order[..4], wards[..4]);
    for _ in 0..doors.len() {
        doors.rotate_left(1);
        assert_eq!(codes(&doors), in_order);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]
    #[test]
    fn any_place_is_taken_or_left(places in prop::collection::vec("\\PC{0,40}|(Phường |Quận |12|, |Hồ Chí Minh|Xã ){0,8}", 20)) {
        let rows: Vec<(&str, &str)> = places.iter().map(|place| (place.as_str(), "25630")).collect();
        let index = index(&rows);
        for (place, _) in rows {
            index.search(&Query::new(place));
        }
    }
}
