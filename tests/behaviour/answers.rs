//! Questions asked without a socket, of a small town and of one twenty times as large: how many rows each looks
//! at, and that this does not grow with the town.

use std::sync::OnceLock;
use std::time::Duration;

use bandoso::answers::{
    AddressByCode, ConvertUnits, Cost, Direction, Examples, HEAVY_ROWS, LIGHT_ROWS, ParcelById, ParcelsAt,
    ParcelsByNumber, PlacesById, PlanningOf, Question, Reverse, Search, ZonesAt,
};
use bandoso::config::Config;
use bandoso::cost::RowBudget;
use bandoso::geometry::World;
use bandoso::planning::Parcel;
use bandoso::source::{Location, Source};
use bandoso::town::{Clock, Town, load_town};

use crate::support::Server;

const SMALL: u32 = 3_000;
const LARGE: u32 = 60_000;

pub(super) fn small() -> &'static Town {
    static TOWN: OnceLock<Town> = OnceLock::new();
    TOWN.get_or_init(|| make(SMALL))
}

fn large() -> &'static Town {
    static TOWN: OnceLock<Town> = OnceLock::new();
    TOWN.get_or_init(|| make(LARGE))
}

fn make(parcels: u32) -> Town {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("town.gpkg");
    let (code, _, log) =
        Server::run(&["demo", "--parcels", &parcels.to_string(), "--out", file.to_str().unwrap()]);
    assert_eq!(code, 0, "{log}");
    let location = Location::GeoPackage(file);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let source = Source::open(&location, Duration::from_secs(1)).await.unwrap();
        load_town(&source, &location, &Config::default(), &Clock::system(), |_| {}).await.unwrap()
    })
}

/// The answer, and the rows that were looked at for it.
pub(super) fn ask<Q: Question>(town: &Town, question: &Q) -> (Q::Answer, u64) {
    let budget = RowBudget::new(HEAVY_ROWS);
    let answer = question.answer(town, &budget);
    assert!(!budget.is_spent());
    (answer, budget.looked_at())
}

fn rows<Q: Question>(town: &Town, question: &Q) -> u64 {
    ask(town, question).1
}

pub(super) fn search(text: &str) -> Search {
    Search::new(text.to_owned(), 10)
}

/// The sheet, number and survey unit of a parcel in the middle of the layer, and its unit's name.
pub(super) fn some_parcel(town: &Town) -> (Parcel<'_>, String) {
    let layer = town.snapshot().layer("parcels").unwrap();
    let parcel = Parcel::new(layer, layer.nth(layer.len() / 2).unwrap());
    let unit = town.units().former(parcel.survey_unit().unwrap());
    (parcel, unit.label.split(',').next().unwrap().to_owned())
}

/// A place where doors stand close together.
fn dense_place(town: &Town) -> World {
    town.snapshot().layer("addresses").unwrap().densest().center()
}

#[test]
fn a_parcel_number_without_its_sheet_looks_at_the_parcels_of_its_unit_alone() {
    for town in [small(), large()] {
        let (parcel, unit) = some_parcel(town);
        let (number, id) = (parcel.number().unwrap(), parcel.feature().id());
        let question = Search { limit: 40, ..search(&format!("thửa {number} {unit}")) };
        let (found, rows) = ask(town, &question);
        assert!(!found.is_cut && rows <= 1_000, "{rows} rows");
        assert!(found.places.iter().all(|place| place.name.starts_with(&format!("Thửa {number},"))));
        let ids: Vec<Option<u64>> = found.places.iter().map(|place| place.parcel_id).collect();
        assert!(ids.contains(&Some(id)) || ids.len() == 40, "{number} {unit}: {ids:?}");
        let mut distinct = ids.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), ids.len());
    }
}

#[test]
fn the_number_that_everybody_has_typed_just_before_the_sheet_costs_few_rows() {
    let (found, rows) = ask(large(), &search("thửa 57 phường Hiệp Tân"));
    assert!(!found.places.is_empty() && found.reading == "parcel");
    assert!(rows <= 1_000, "{rows} rows");
    // of any unit: as many rows as places
    let (found, rows) = ask(large(), &search("thửa 57"));
    assert_eq!(found.places.len(), 10);
    assert!(rows <= 50, "{rows} rows");
}

#[test]
fn parcels_without_a_sheet_come_in_the_order_of_their_sheets() {
    let found = ask(large(), &Search { limit: 40, ..search("thửa 57") }).0;
    let sheet = |name: &str| name.rsplit(' ').next().unwrap().parse::<u32>().unwrap();
    let sheets: Vec<u32> = found.places.iter().map(|place| sheet(&place.name)).collect();
    assert!(sheets.len() > 1 && sheets.is_sorted(), "{sheets:?}");
}

#[test]
fn of_the_parcels_with_a_number_the_nearest_to_the_focus_comes_first_and_it_is_asked_which() {
    for town in [small(), large()] {
        let (parcel, unit) = some_parcel(town);
        let (number, at) = (parcel.number().unwrap(), parcel.feature().point_on());
        for text in [format!("thửa {number}"), format!("thửa {number} {unit}"), "thửa 57".to_owned()] {
            let question = Search { focus: Some(at.into()), ..search(&text) };
            let (found, rows) = ask(town, &question);
            let metres: Vec<f64> = found.places.iter().filter_map(|place| place.distance_m).collect();
            assert_eq!(metres.len(), found.places.len());
            assert!(metres.len() > 1 && metres.is_sorted(), "{text}: {metres:?}");
            assert!(found.is_ambiguous, "{text}");
            if text != "thửa 57" {
                assert_eq!(found.places[0].parcel_id, Some(parcel.feature().id()), "{text}");
            }
            assert!(rows <= LIGHT_ROWS, "{text}: {rows} rows");
        }
    }
}

#[test]
fn a_word_for_a_kind_of_place_finds_those_around_the_focus() {
    let at = dense_place(small());
    let near = |text: &str| ask(small(), &Search { focus: Some(at.into()), ..search(text) }).0;
    for (word, name) in [("chợ", "Chợ "), ("Chùa gần đây", "Chùa "), ("truong tieu hoc", "Trường Tiểu học ")]
    {
        let found = near(word);
        assert!(found.places.iter().all(|place| place.name.starts_with(name)), "{found:?}");
        assert_eq!(found.is_ambiguous, found.places.len() > 1, "{word}");
        let metres: Vec<Option<f64>> = found.places.iter().map(|place| place.distance_m).collect();
        assert!(!metres.is_empty() && metres.is_sorted(), "{word}: {metres:?}");
    }
    assert!(near("chợ").is_ambiguous);
    // no hospital is called so here, and what is nearest to one is a clinic; no church is, and a pagoda is none
    assert!(near("bệnh viện").places[0].name.starts_with("Trạm Y tế "));
    assert!(near("nhà thờ").places.iter().all(|place| !place.name.starts_with("Chùa ")));
}

#[test]
fn a_parcel_by_sheet_and_number_is_the_same_row_whatever_the_town() {
    for town in [small(), large()] {
        let (parcel, _) = some_parcel(town);
        let question = ParcelsByNumber {
            unit: parcel.survey_unit().map(str::to_owned),
            sheet: parcel.sheet().unwrap().to_owned(),
            number: parcel.number().unwrap().to_owned(),
        };
        let (found, rows) = ask(town, &question);
        let id = parcel.feature().id();
        assert!(found.parcels.iter().any(|parcel| parcel.facts.parcel_id == id));
        assert!(rows <= 50, "{rows} rows");
        let (same, rows) = ask(town, &ParcelById { parcel_id: id });
        assert_eq!(same.unwrap().facts.parcel_id, id);
        assert!(rows <= 10, "{rows} rows");
    }
}

#[test]
fn searches_that_mean_harm_look_at_a_bounded_number_of_rows() {
    let hostile = [
        "a ".repeat(100),
        "a b c d e f g h i k l m n o p q r s t u v x y a b c d e f".to_owned(),
        "a a a a".to_owned(),
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20".to_owned(),
        "1/1/1/1/1/1/1/1 1/1/1/1 1 1 1 1".to_owned(),
        "nguyen".to_owned(),
        "nguyen nguyen nguyen nguyen nguyen nguyen".to_owned(),
        "ap 1 ap 2 ap 3 ap 4 ap 5 khu pho 1 khu pho 2".to_owned(),
        "duong hem ngo phuong xa thi tran quan huyen tinh".to_owned(),
        "nguyenn trann lee phamm hoangg phann vuu dangg buii doo hoo ngoo duongg lyy".to_owned(),
        "x".repeat(200),
    ];
    for text in &hostile {
        for is_prefix in [false, true] {
            let of = |town| rows(town, &Search { is_prefix, ..search(text) });
            let (few, many) = (of(small()), of(large()));
            println!("{few:>7} {many:>7} {is_prefix:5} {}", &text[..text.len().min(50)]);
            assert!(many <= LIGHT_ROWS, "{many} rows: {text}");
        }
    }
}

#[test]
fn usual_searches_are_light() {
    let (parcel, unit) = some_parcel(large());
    let doors = large().index().coded_doors(None);
    let labels: Vec<String> = doors.step_by(997).map(|door| door.label).collect();
    assert!(labels.len() > 10);
    let parcel = format!("thửa {} tờ {} {unit}", parcel.number().unwrap(), parcel.sheet().unwrap());
    for text in labels.iter().chain([&parcel]) {
        let rows = rows(large(), &search(text));
        assert!(rows <= LIGHT_ROWS, "{rows} rows: {text}");
    }
}

#[test]
fn what_lies_around_a_place_is_light_however_dense_it_is() {
    for town in [small(), large()] {
        let at = dense_place(town);
        let question = Reverse { wants_parcel: true, prefers_parcel: true, ..Reverse::at(at) };
        let (near, rows) = ask(town, &question);
        assert!(near.ward.is_some() && !near.is_cut);
        assert!(rows <= LIGHT_ROWS, "{rows} rows");
        assert!(self::rows(town, &ZonesAt { at }) <= LIGHT_ROWS);
        assert!(self::rows(town, &ParcelsAt { at }) <= LIGHT_ROWS);
    }
}

#[test]
fn a_search_over_all_provinces_is_a_job_that_ends_at_the_nearest_and_not_at_the_last() {
    let at = dense_place(large());
    let far = World { x: at.x + 50_000_000, y: at.y };
    let question = Reverse { radius_m: 5_000_000.0, landmark_radius_m: 5_000_000.0, ..Reverse::at(far) };
    let (near, rows) = ask(large(), &question);
    assert!(!near.doors.is_empty() && near.street.is_some());
    assert!(rows <= LIGHT_ROWS, "{rows} rows");
    assert_eq!(question.cost(large()), Cost::Heavy);
    assert_eq!(Reverse::at(far).cost(large()), Cost::Light);
}

#[test]
fn ids_codes_and_examples_are_light() {
    let town = large();
    let searches = ask(town, &Examples).0.searches;
    assert_eq!(
        searches.iter().map(|e| e.kind).collect::<Vec<_>>(),
        ["address", "code", "parcel", "coordinates"]
    );
    assert!(rows(town, &Examples) <= 200);
    for example in &searches {
        let found = ask(town, &search(&example.text)).0;
        let place = found.places.first().unwrap_or_else(|| panic!("{}", example.text));
        let (again, rows) = ask(town, &PlacesById { ids: vec![place.id.clone()] });
        assert_eq!(again.first().map(|again| &again.id), Some(&place.id));
        assert!(rows <= LIGHT_ROWS, "{rows} rows: {}", place.id);
    }
    for code in ["25630", "7P28 74MG+J3", "w652nypq464c", "11.283, 106.127", "hung"] {
        assert!(rows(town, &AddressByCode { code: code.to_owned() }) <= LIGHT_ROWS, "{code}");
    }
    for direction in [Direction::New { is_old: false }, Direction::Old] {
        let question =
            ConvertUnits { text: "Phường Hiệp Tân, Thị xã Hòa Thành".to_owned(), direction };
        let (conversion, rows) = ask(town, &question);
        assert!(!conversion.unwrap().steps.is_empty());
        assert!(rows <= LIGHT_ROWS, "{rows} rows");
    }
}

#[test]
fn plans_are_cut_with_the_zones_that_reach_the_parcel_and_no_others() {
    let (parcel, _) = some_parcel(large());
    let question = PlanningOf { parcel_id: parcel.feature().id() };
    assert_eq!(question.cost(large()), Cost::Heavy);
    let (planning, rows) = ask(large(), &question);
    let planning = planning.unwrap();
    assert!(!planning.is_cut && !planning.plans.is_empty());
    assert!(rows <= LIGHT_ROWS, "{rows} rows");
}

#[test]
fn metres_of_vn2000_are_a_job_and_names_are_not() {
    assert_eq!(search("1247941.21 568255.53").cost(small()), Cost::Heavy);
    assert_eq!(search("thửa 57 phường Hiệp Tân").cost(small()), Cost::Light);
    let point = PlacesById { ids: vec!["point:1247941.21 568255.53".to_owned()] };
    assert_eq!(point.cost(small()), Cost::Heavy);
}

#[test]
fn an_answer_within_too_few_rows_says_that_it_is_cut_and_is_the_same_every_time() {
    let town = large();
    let cut = |text: &str| {
        let budget = RowBudget::new(5);
        let found = search(text).answer(town, &budget);
        assert!(budget.is_spent() && found.is_cut && budget.looked_at() <= 5, "{text}");
        found.places.into_iter().map(|place| place.id).collect::<Vec<_>>()
    };
    for text in ["nguyen trai", "12 nguyen hue phuong hiep tan", "hung vuong"] {
        assert_eq!(cut(text), cut(text));
    }
    let near = Reverse { doors: 50, ..Reverse::at(dense_place(town)) };
    assert!(near.answer(town, &RowBudget::new(20)).is_cut);
}
