//! The page of a door as HTML: everything can be read and followed without JavaScript, which only adds copy
//! buttons and a map. Vietnamese first, English beside it.

use axum::response::Html;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::super::base_url::BaseUrl;
use super::refusal::Refusal;
use crate::answers::{DoorFacts, PlaceCodes};
use crate::geocode::Hit;
use crate::page::{DoorPage, door_page};

const STYLE: &str = include_str!("door.css");

/// A name, its English, a value.
type ViewRow = (&'static str, &'static str, String);

/// The page of a door.
pub(super) fn door(facts: &DoorFacts, base: &BaseUrl) -> Html<String> {
    let DoorFacts { door, code, codes, is_generated, .. } = facts;
    let rows = rows(facts);
    let path = base.path();
    let title = format!("{} · {code}", door.name);
    let body = html! {
        @if *is_generated {
            p.notice { "Dữ liệu minh họa, không có thật " span lang="en" { "Generated for demonstration" } }
        }
        main {
            header {
                p.code { (code) }
                h1 { (door.name) }
            }
            section {
                (long("Địa chỉ hiện nay", "Address today", &door.label))
                @if let Some(old) = &door.label_old {
                    (long("Địa chỉ trước 01/07/2025", "Address before 1 July 2025", old))
                }
            }
            @if let Some(codes) = codes {
                (map_and_way(door, codes, path))
            }
            section {
                h2 { "Các mã " span lang="en" { "Codes" } }
                dl { @for (name, english, value) in &rows { (fact(name, english, value)) } }
            }
            section {
                h2 { "Biển số " span lang="en" { "Plate" } }
                img.plate src={ (path) "/d/" (code) "/plate.svg" } alt={ "Biển số: " (door.name) ", " (code) } width="400" height="240";
                p.links {
                    a href={ (path) "/d/" (code) "/plate.svg" } download={ "plate-" (code) ".svg" } { "SVG" }
                    a href={ (path) "/d/" (code) "/plate.pdf" } { "PDF" }
                }
            }
        }
        p #said role="status" aria-live="polite" {}
    };
    let canonical = html! { link rel="canonical" href={ (base) "/d/" (code) }; };
    Html(document(&title, canonical, body, path).into_string())
}

/// What is shown in place of a door.
pub(super) fn refusal(refusal: &Refusal, path: &str) -> Html<String> {
    let body = html! {
        main {
            header { h1 { "Không có địa chỉ này" } }
            section {
                p { (refusal.sentence_vi) }
                p lang="en" { (capitalised(&refusal.sentence_en)) "." }
                @if !refusal.near.is_empty() {
                    p { "Có phải: " span lang="en" { "Did you mean" } }
                    p.links { @for code in &refusal.near { a href={ (path) "/d/" (code) } { (code) } } }
                }
                p.links { a href={ (path) "/" } { "Tìm trên bản đồ " span lang="en" { "Search the map" } } }
            }
        }
    };
    Html(document("Không có địa chỉ này", Markup::default(), body, path).into_string())
}

/// `path` is what every path of this server begins with, nothing where it has a host of its own.
fn document(title: &str, head: Markup, body: Markup, path: &str) -> Markup {
    let DoorPage { script, styles } = door_page();
    html! {
        (DOCTYPE)
        html lang="vi" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="referrer" content="same-origin";
                meta name="theme-color" content="#0b4f94";
                title { (title) }
                (head)
                link rel="icon" href={ (path) "/icon.svg" } type="image/svg+xml";
                @for style in styles { link rel="stylesheet" href={ (path) "/" (style) }; }
                style { (PreEscaped(STYLE)) }
                @if let Some(script) = script { script type="module" src={ (path) "/" (script) } {} }
            }
            body { (body) }
        }
    }
}

/// A value on a line of its own, under its name.
fn long(name: &str, english: &str, value: &str) -> Markup {
    html! {
        div.long {
            h2 { (name) " " span lang="en" { (english) } }
            p.value { span { (value) } (copy(name, value)) }
        }
    }
}

fn fact(name: &str, english: &str, value: &str) -> Markup {
    html! {
        div {
            dt { (name) " " span lang="en" { (english) } }
            dd { span { (value) } (copy(name, value)) }
        }
    }
}

/// Hidden until there is a script that can copy.
fn copy(name: &str, value: &str) -> Markup {
    html! { button.copy type="button" hidden data-copy=(value) aria-label={ "Chép: " (name) } { "Chép" } }
}

fn map_and_way(door: &Hit, codes: &PlaceCodes, path: &str) -> Markup {
    let (lat, lng) = (format!("{:.6}", codes.at.lat), format!("{:.6}", codes.at.lng));
    html! {
        section {
            h2 { "Vị trí " span lang="en" { "Location" } }
            div #map data-lat=(lat) data-lng=(lng) data-name=(door.name) data-style={ (path) "/styles/dia-chi.json" } hidden {}
            p.links {
                a href={ "geo:" (lat) "," (lng) "?q=" (lat) "," (lng) } { "Chỉ đường " span lang="en" { "Directions" } }
                a href={ (path) "/#map=18/" (lat) "/" (lng) "&at=" (lat) "," (lng) } { "Trên bản đồ " span lang="en" { "On the map" } }
                a href={ "https://www.google.com/maps/dir/?api=1&destination=" (lat) "%2C" (lng) } rel="noopener noreferrer" { "Google Maps" }
                a href={ "https://www.openstreetmap.org/directions?to=" (lat) "%2C" (lng) } rel="noopener noreferrer" { "OpenStreetMap" }
            }
        }
    }
}

fn rows(facts: &DoorFacts) -> Vec<ViewRow> {
    let DoorFacts { door, code, codes, parcel, .. } = facts;
    let mut rows: Vec<ViewRow> = vec![("Mã địa chỉ số", "Door code", code.clone())];
    let mut add =
        |name, english, value: Option<String>| rows.extend(value.map(|value| (name, english, value)));
    add("Mã định danh địa điểm", "National place id", door.national_place_id.clone());
    add("Mã địa chỉ bưu chính", "Post's address code", door.post_address_code.clone());
    add("Mã bưu chính", "Postal code", door.postal_code.clone());
    add("Mã phường, xã", "Ward code", door.ward_code.clone());
    add("Mã phường, xã cũ", "Former ward code", door.former_code.clone());
    add("Thửa đất", "Parcel", parcel.clone());
    if let Some(place) = codes {
        add("Plus Code", "", place.plus_code.clone());
        add("Plus Code ngắn", "Short, with the ward", place.plus_code_short.clone());
        add("Plus Code 11 ký tự", "11 digits: 3 m", place.plus_code_11.clone());
        add("Geohash", "", Some(place.geohash.clone()));
        add(
            "Tọa độ WGS 84",
            "Latitude, longitude",
            Some(format!("{:.6}, {:.6}", place.at.lat, place.at.lng)),
        );
        let pair = place.vn2000.map(|pair| {
            let (degrees, minutes) = (pair.meridian.trunc(), pair.meridian.fract() * 60.0);
            format!("X={:.2} Y={:.2} (KTT {degrees:.0}°{minutes:02.0}′)", pair.x_m, pair.y_m)
        });
        add("Tọa độ VN-2000", "Northing X, easting Y", pair);
    }
    rows
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
