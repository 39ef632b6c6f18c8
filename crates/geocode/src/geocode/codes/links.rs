//! Places inside links: `geo:` URIs (RFC 5870) and the addresses that other maps give away when a place is shared.
//! Only the numbers are taken; nothing is fetched, so a shortened link holds nothing.

use crate::geometry::LngLat;

/// Names under which maps write latitude and longitude, likeliest first.
const PAIRS: [&str; 7] = ["q=", "query=", "ll=", "sll=", "destination=", "center=", "loc:"];

/// The place a link names; `None` for other texts and for links without one.
pub fn read(text: &str) -> Option<LngLat> {
    let text = text.replace("%2C", ",").replace("%2c", ",");
    if let Some(geo) = text.strip_prefix("geo:").or_else(|| text.strip_prefix("GEO:")) {
        // `geo:0,0?q=11.28,106.12(Nhà)`: the place is in the query where the path is nowhere
        let named = pair(geo).filter(|at| (at.lat, at.lng) != (0.0, 0.0));
        return named.or_else(|| after(geo, "q=").and_then(pair));
    }
    if !text.starts_with("http://") && !text.starts_with("https://") {
        return None;
    }
    pin(&text)
        .or_else(|| PAIRS.iter().find_map(|name| after(&text, name).and_then(pair)))
        .or_else(|| named_apart(&text))
        .or_else(|| after(&text, "@").and_then(pair))
        .or_else(|| after(&text, "#map=").and_then(|view| view.split_once('/')).and_then(|(_, at)| pair(at)))
}

/// `…!3d11.283!4d106.127`: the pin, where `@` is only the middle of the view.
fn pin(text: &str) -> Option<LngLat> {
    let lat = number(after(text, "!3d")?)?.0;
    let lng = number(after(text, "!4d")?)?.0;
    on_earth(lat, lng)
}

/// `?mlat=11.283&mlon=106.127`.
fn named_apart(text: &str) -> Option<LngLat> {
    let lat = number(after(text, "mlat=").or_else(|| after(text, "lat="))?)?.0;
    let lng = number(["mlon=", "lon=", "lng="].iter().find_map(|name| after(text, name))?)?.0;
    on_earth(lat, lng)
}

fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    text.split_once(mark).map(|(_, rest)| rest)
}

/// Latitude and longitude with a comma, a slash or `%20` between.
fn pair(text: &str) -> Option<LngLat> {
    let (lat, rest) = number(text)?;
    let rest = rest.strip_prefix(',').or_else(|| rest.strip_prefix('/'))?;
    let rest = rest.trim_start_matches([' ', '+']).trim_start_matches("%20");
    on_earth(lat, number(rest)?.0)
}

/// The number a text begins with, and what follows it.
fn number(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-'))).unwrap_or(text.len());
    let value = text.get(..end)?.parse::<f64>().ok()?;
    Some((value, text.get(end..)?))
}

fn on_earth(lat: f64, lng: f64) -> Option<LngLat> {
    (lat.abs() <= 90.0 && lng.abs() <= 180.0).then_some(LngLat { lng, lat })
}

#[cfg(test)]
mod tests {
    use crate::geocode::codes::links::*;

    #[test]
    fn shared_links_and_geo_uris_lead_to_their_place() {
        for link in [
            "geo:11.283,106.127",
            "geo:11.283,106.127;u=35",
            "geo:11.283,106.127,8?z=17",
            "geo:0,0?q=11.283,106.127(Nhà)",
            "https://www.google.com/maps/@11.283,106.127,17z",
            "https://maps.google.com/?q=11.283,106.127",
            "https://www.google.com/maps/search/?api=1&query=11.283%2C106.127",
            "https://www.google.com/maps/place/X/@10.0,105.0,17z/data=!3m1!4b1!8m2!3d11.283!4d106.127",
            "https://www.openstreetmap.org/?mlat=11.283&mlon=106.127#map=15/10/105",
            "https://www.openstreetmap.org/#map=17/11.283/106.127",
            "https://maps.apple.com/?ll=11.283,106.127",
        ] {
            assert_eq!(read(link), Some(LngLat { lng: 106.127, lat: 11.283 }), "{link}");
        }
    }

    #[test]
    fn other_texts_and_links_without_a_place_are_left_alone() {
        for text in [
            "12 Hùng Vương",
            "https://maps.app.goo.gl/abc",
            "geo:",
            "geo:91,200",
            "q=11,106",
            "https://a.vn/?q=chợ",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
