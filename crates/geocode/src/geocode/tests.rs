//! The whole way of a query, over the national units and a small invented town: cases that only
//! grow (`tests/geocode/cases.csv`), and a measure on real addresses where those are at hand.

mod cases;
mod codes;
mod inferred;
mod lines;
mod probes;
mod sets;
mod silence;
mod town;
mod weights;

use proptest::prelude::*;

use crate::geocode::tests::town::{at, index, national};
use crate::geocode::*;
use crate::geometry::{World, WorldBox};

fn first(text: &str) -> Hit {
    let answer = index().search(&Query::new(text));
    answer.hits.into_iter().next().unwrap_or_else(|| panic!("no hit for {text}"))
}

#[test]
fn a_text_that_ends_abroad_is_unlikely_and_says_what_was_not_understood() {
    let hit = first("120 Hùng Vương, Paris");
    assert!(hit.confidence < 0.4 && hit.match_type != MatchType::Exact, "{hit:?}");
    assert_eq!(hit.unmatched, ["Paris"]);
    assert_eq!(
        first("9 Nguyễn Trung Trực, An Lộc, Hớn Quản, Bình Phước").unmatched,
        ["9 Nguyễn Trung Trực", "Hớn Quản"]
    );
    assert!(first("120 Hùng Vương, Long Hoa, Vietnam").confidence > 0.7);
    let hit = first("phường 45, quận 3");
    assert!(hit.confidence < 0.4, "{hit:?}");
    assert_eq!(hit.unmatched, ["phường 45"]);
}

#[test]
fn a_chain_turned_round_and_a_letter_left_out_are_doubts_and_never_the_door_that_was_asked_for() {
    // the town has no 3/66 and no 12B
    for (right, other, left) in [
        ("66/3 Phạm Hùng, Long Hoa", "3/66 Phạm Hùng, Long Hoa", "3/66"),
        ("số 3 hẻm 66 Phạm Hùng, Long Hoa", "số 66 hẻm 3 Phạm Hùng, Long Hoa", "số 66 hẻm 3"),
        ("12 Hùng Vương, Long Hoa", "12B Hùng Vương, Long Hoa", "12B"),
        ("12 Hùng Vương, Long Hoa", "12 B Hùng Vương, Long Hoa", "12 B"),
    ] {
        let (known, doubt) = (first(right), first(other));
        assert_eq!(known.match_type, MatchType::Exact, "{right}");
        assert!(!known.has_other_number && known.unmatched.is_empty(), "{right}: {known:?}");
        assert_eq!(doubt.address_id, known.address_id, "{other}: {}", doubt.label);
        assert_ne!(doubt.match_type, MatchType::Exact, "{other}");
        assert!(doubt.has_other_number && doubt.confidence < known.confidence, "{other}: {doubt:?}");
        assert!(doubt.score < known.score, "{other}");
        assert_eq!(doubt.unmatched, [left], "{other}");
        let number =
            doubt.parts.iter().find(|part| part.role == "housenumber").map(|part| part.name.as_str());
        assert_eq!(number, known.housenumber.as_deref(), "{other}");
        assert!(index().search(&Query::new(other)).ambiguous, "{other}");
    }
    // between 12 and 16
    let between = first("14A Hùng Vương, Long Hoa");
    assert_eq!((between.match_type, &*between.unmatched), (MatchType::Interpolated, &["14A".to_owned()][..]));
}

#[test]
fn no_part_of_a_chain_is_left_out_to_find_a_door() {
    for text in [
        "12/7 Hùng Vương, Long Hoa",
        "7/12 Hùng Vương, Long Hoa",
        "12/16/3 Hùng Vương, Long Hoa",
        "66/3/5 Phạm Hùng, Long Hoa",
        "5/66/3 Phạm Hùng, Long Hoa",
        "hẻm 7 số 66/3 Phạm Hùng, Long Hoa",
        "12+300 Hùng Vương, Long Hoa",
    ] {
        let hit = first(text);
        assert_eq!((hit.kind, hit.housenumber.as_deref()), (HitKind::Street, None), "{text}: {}", hit.label);
        assert_ne!(hit.match_type, MatchType::Exact, "{text}");
        assert!(!hit.unmatched.is_empty(), "{text}");
    }
}

#[test]
fn a_numbered_hamlet_in_a_district_says_little_of_its_ward() {
    let answer = index().search(&Query::new("khu phố 1, Biên Hòa, Đồng Nai"));
    assert!(answer.ambiguous && answer.hits[0].confidence < 0.5, "{:?}", answer.hits[0]);
}

#[test]
fn a_street_found_by_a_name_it_bears_no_longer_says_by_which() {
    let hit = first("Ngô Quyền, Phường Long Thành Trung, Thị xã Hòa Thành");
    let street = hit.parts.iter().find(|part| part.role == "street").unwrap();
    assert_eq!((hit.street.as_deref(), street.name.as_str()), (Some("Tôn Đức Thắng"), "Ngô Quyền"));
    assert!(street.is_former);
    let street = first("Tôn Đức Thắng, Phường Long Thành Trung").parts.swap_remove(0);
    assert!(!street.is_former);
}

#[test]
fn the_ward_of_a_street_that_is_given_comes_last_but_is_there_for_who_asks_for_wards() {
    let text = "Hùng Vương, Phường Long Hoa, Tỉnh Tây Ninh";
    let hits = index().search(&Query { limit: 10, ..Query::new(text) }).hits;
    let place = hits.iter().position(|hit| hit.label == "Phường Long Hoa, Tỉnh Tây Ninh");
    assert_eq!(hits[0].kind, HitKind::Street);
    assert!(place.is_none_or(|place| place + 1 == hits.len()), "{place:?} of {}", hits.len());
    let wards = index().search(&Query { kinds: &[HitKind::Ward], ..Query::new(text) }).hits;
    assert_eq!(wards[0].label, "Phường Long Hoa, Tỉnh Tây Ninh");
}

#[test]
fn an_old_three_level_address_is_answered_with_the_new_ward() {
    let hit = first("Phường Hiệp Tân, Thị xã Hòa Thành, Tỉnh Tây Ninh");
    assert_eq!((hit.kind, hit.ward_code.as_deref()), (HitKind::Ward, Some("25633")));
    assert_eq!(hit.label, "Phường Thanh Điền, Tỉnh Tây Ninh");
    assert_eq!(hit.via_former.as_deref(), Some("Phường Hiệp Tân, Thị xã Hòa Thành, Tỉnh Tây Ninh"));
    assert_eq!(hit.label_old, hit.via_former);
    assert_eq!(hit.successors.len(), 1);
    assert!(hit.successors[0].is_whole);
}

#[test]
fn a_split_ward_gives_all_its_candidates_unless_the_house_decides() {
    let answer = index().search(&Query::new("Phường Trưng Vương, Uông Bí, Quảng Ninh"));
    let codes: Vec<_> = answer.hits.iter().take(2).filter_map(|hit| hit.ward_code.as_deref()).collect();
    assert!(codes.contains(&"06811") && codes.contains(&"06820"), "{codes:?}");
    assert!(answer.ambiguous);
    assert_eq!(answer.hits[0].successors.len(), 2);
    let answer = index().search(&Query::new("7 Trần Nhân Tông, Phường Trưng Vương, Uông Bí, Quảng Ninh"));
    assert_eq!(answer.hits[0].address_id, Some(70));
    assert_eq!(answer.hits[0].ward_code.as_deref(), Some("06811"));
    assert!(!answer.ambiguous);
}

#[test]
fn a_code_that_passed_to_another_name_is_known_by_both() {
    let answer = index().search(&Query::new("06820"));
    assert_eq!(answer.hits[0].name, "Phường Vàng Danh");
    assert_eq!(answer.hits[0].via_former, None);
    assert!(answer.hits.iter().any(|hit| hit.ward_code.as_deref() == Some("06811")
        && hit.via_former.as_deref().is_some_and(|via| via.starts_with("Phường Trưng Vương"))));
}

#[test]
fn an_address_has_its_old_and_its_new_form() {
    let hit = first("36/23 lê thị riêng, hiệp tân");
    assert_eq!(hit.kind, HitKind::Address);
    assert_eq!(hit.label, "36/23 Lê Thị Riêng, Khu phố 2, Phường Thanh Điền, Tỉnh Tây Ninh");
    assert_eq!(
        hit.label_old.as_deref(),
        Some("36/23 Lê Thị Riêng, Khu phố 2, Phường Hiệp Tân, Thị xã Hòa Thành, Tỉnh Tây Ninh")
    );
    assert_eq!(hit.match_type, MatchType::Exact);
    assert!(hit.confidence > 0.9);
}

#[test]
fn a_number_between_two_known_ones_is_interpolated() {
    let hit = first("14 Hùng Vương, Long Hoa");
    assert_eq!(hit.match_type, MatchType::Interpolated);
    assert_eq!(hit.point.unwrap().x, (at(12).x + at(16).x) / 2);
}

#[test]
fn a_street_that_is_a_number_keeps_its_word_in_every_label() {
    for (text, name, street) in [
        ("3 đường 7, phường Hòa Thành", "3 Đường số 7", "Đường số 7"),
        ("9 30/4 phường Hòa Thành", "9 Đường 30 Tháng 4", "Đường 30 Tháng 4"),
        ("36/23 Lê Thị Riêng, Hiệp Tân", "36/23 Lê Thị Riêng", "Lê Thị Riêng"),
    ] {
        let hit = first(text);
        assert_eq!((hit.name.as_str(), hit.street.as_deref()), (name, Some(street)), "{text}");
        assert!(hit.label.starts_with(&format!("{name}, ")), "{}", hit.label);
    }
    let alley = first("hẻm 36 Lê Thị Riêng, Hiệp Tân");
    assert_eq!((alley.kind, alley.name.as_str()), (HitKind::Alley, "Hẻm 36 Lê Thị Riêng"));
    assert_eq!(first("ngõ 118 Đào Tấn, Hà Nội").name, "Ngõ 118 Đào Tấn");
}

#[test]
fn an_interpolated_door_is_named_by_the_number_that_was_asked_for() {
    let hit = first("14 Hùng Vương, Long Hoa");
    assert_eq!((hit.name.as_str(), hit.housenumber.as_deref()), ("14 Hùng Vương", Some("14")));
    assert!(hit.label.starts_with("14 Hùng Vương, Phường Long Hoa"), "{}", hit.label);
}

#[test]
fn a_hamlet_and_a_street_are_found_again_in_their_wards() {
    let hamlet = index().hamlet("25633", "khupho2").unwrap();
    assert_eq!((hamlet.name.as_str(), hamlet.id.as_str()), ("Khu phố 2", "hamlet:25633:khupho2"));
    assert_eq!(index().hamlet("25630", "khupho2"), None);
    let wards: Vec<Hit> = index().street_in_each_ward(1);
    assert!(wards.iter().any(|street| street.ward_code.as_deref() == Some("25630")));
    assert!(index().is_street_of(1, "25630") && !index().is_street_of(1, "00025"));
    assert_eq!(index().street_in(1, "25645").unwrap().ward_code.as_deref(), Some("25645"));
}

#[test]
fn a_number_between_two_known_ones_is_found_past_all_alleys_that_begin_there() {
    let street = StreetRow {
        street_id: 1,
        name: "Nguyễn Nhiều Hẻm",
        kind: StreetKind::Street,
        parent_id: None,
        ward_code: "25630",
        middle: at(0),
        bounds: WorldBox { min: at(0), max: at(100) },
    };
    let mut numbers = vec![("10".to_owned(), 0), ("14".to_owned(), 40)];
    numbers.extend((1..=900).map(|house| (format!("12/{house}"), 2_000 + house)));
    numbers.extend((1..=900).map(|house| (format!("11/{house}"), 4_000 + house)));
    let mut gazetteer = national();
    gazetteer.streets = vec![street];
    gazetteer.addresses = Box::new(numbers.iter().zip(1..).map(|((number, place), address_id)| AddressRow {
        number: Some(number),
        street_id: Some(1),
        ..AddressRow::new(address_id, "25630", at(*place))
    }));
    let hit = &Index::build(gazetteer).search(&Query::new("12 Nguyễn Nhiều Hẻm")).hits[0];
    assert_eq!(hit.match_type, MatchType::Interpolated);
    assert_eq!(hit.point.unwrap().x, at(20).x);
}

#[test]
fn tones_that_were_typed_decide() {
    assert_eq!(first("Bà Triệu, Long Hoa").street.as_deref(), Some("Bà Triệu"));
    assert_eq!(first("Lê Lai, Long Hoa").street.as_deref(), Some("Lê Lai"));
    assert_eq!(first("Lê Lài, Long Hoa").street.as_deref(), Some("Lê Lài"));
}

#[test]
fn a_name_in_two_provinces_is_told_apart_by_the_focus_or_listed() {
    let listed = index().search(&Query::new("phường Hòa Thành"));
    let codes: Vec<_> = listed.hits.iter().filter_map(|hit| hit.ward_code.as_deref()).collect();
    assert!(codes.contains(&"25645") && codes.contains(&"32041"), "{codes:?}");
    assert!(listed.ambiguous);
    let focus = Some(at(0).into());
    let near = index().search(&Query { focus, ..Query::new("phường Hòa Thành") });
    assert_eq!(near.hits[0].ward_code.as_deref(), Some("25645"));
}

#[test]
fn something_is_offered_from_the_first_letter() {
    for text in ["h", "lê", "Hùng V", "12 hung v", "tây n", "phường long h"] {
        assert!(!index().search(&Query::typing(text)).hits.is_empty(), "{text}");
    }
    let answer = index().search(&Query::typing("12 hùng vư"));
    assert_eq!(answer.hits[0].street.as_deref(), Some("Hùng Vương"));
    assert_eq!(answer.hits[0].housenumber.as_deref(), Some("12"));
}

#[test]
fn a_ward_of_today_knows_what_it_was_made_of() {
    let long_hoa = first("phường Long Hoa, Tây Ninh").unit_id.unwrap();
    let mut codes: Vec<_> =
        index().predecessors(long_hoa).into_iter().filter_map(|hit| hit.former_code).collect();
    codes.sort();
    assert_eq!(codes, ["25630", "25636", "25639", "25642", "25648"]);
}

#[test]
fn codes_lead_to_their_door() {
    assert_eq!(first("K3F-9QR-2XW").address_id, Some(12));
    assert_eq!(first("k3f9qr2xw").address_id, Some(12));
    assert_eq!(first("123456789012").address_id, Some(12));
    assert_eq!(index().search(&Query::new("210987654321")).hits, []);
    assert_eq!(index().door("K3F-9QR-2XW").unwrap().address_id, Some(12));
}

#[test]
fn the_nearest_numbered_door_and_its_street_are_named() {
    let near = World { x: at(12).x + 10, y: at(12).y };
    let found = index().reverse(&ReverseQuery { ward_code: Some("25630"), ..ReverseQuery::at(near) });
    assert_eq!(found.addresses[0].address_id, Some(12));
    assert!(found.addresses[0].distance_m.unwrap() < 1.0);
    assert_eq!(found.street.unwrap().name, "Hùng Vương");
    assert_eq!(found.ward.unwrap().name, "Phường Long Hoa");
    let far = index().reverse(&ReverseQuery::at(World { x: 0, y: 0 }));
    assert_eq!((far.addresses.len(), far.street, far.ward), (0, None, None));
}

#[test]
fn doors_of_the_ward_around_a_place_come_before_those_across_its_border() {
    // the ward that holds the place has doors farther away, as when a border runs along the street
    let near = World { x: at(12).x + 10, y: at(12).y };
    let within = |ward_code| {
        let query = ReverseQuery { ward_code, limit: 3, max_distance_m: 1e7, ..ReverseQuery::at(near) };
        index().reverse(&query).addresses
    };
    let plain = within(None);
    assert_eq!(plain[0].address_id, Some(12));
    let beside = within(Some("25645"));
    assert_eq!(beside[0].ward_code.as_deref(), Some("25645"));
    assert!(beside[0].distance_m > beside[1].distance_m, "it is farther than the next");
    assert!(beside[1..].iter().any(|door| door.address_id == Some(12)), "the nearest is not lost");
}

#[test]
fn a_text_with_nothing_to_find_is_answered_clearly() {
    let problem = |text: &str| index().search(&Query::new(text)).problem;
    for text in ["", "   ", ",,,!?", "\u{202e}\u{200f}\u{0}", "🏠🏠"] {
        assert_eq!(problem(text), Some(Problem::Empty), "{text:?}");
    }
    assert_eq!(problem(&"a".repeat(201)), Some(Problem::TooLong));
    assert_eq!(problem(&"ă".repeat(200)), None);
    assert_eq!(Index::default().search(&Query::typing("12 Hùng Vương")).hits, []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_text_is_answered(
        text in "\\PC{0,100}|(phường |P|Q|13|/|,| |hùng vương |hòa |thành |tây ninh |số |hẻm |36){0,30}",
        is_prefix: bool,
    ) {
        let answer = index().search(&Query { is_prefix, focus: Some(at(0).into()), ..Query::new(&text) });
        for hit in &answer.hits {
            prop_assert!((0.0..=1.0).contains(&hit.confidence));
            prop_assert!(!hit.label.is_empty() && !hit.id.is_empty());
        }
    }
}
