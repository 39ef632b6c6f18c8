//! Which format of a tile a client takes, by `Accept` with its weights (RFC 9110, section 12.5.1).
//!
//! MLT is for those who name it and like it no less than MVT. Everybody else gets MVT: a `*/*` is what clients
//! send who never heard of MLT. Nobody is refused for this header, which browsers, proxies and scripts fill in
//! as they please.

use axum::http::{HeaderMap, header};

use super::encoding::weighted;
use crate::tile::TileFormat;

/// What many clients call MVT out of habit.
const PROTOBUF: &str = "application/x-protobuf";

/// The format to send.
pub(super) fn tile_format(headers: &HeaderMap) -> TileFormat {
    let mut mlt = 0;
    // of a name, of `application/*` and of `*/*`: the closest counts
    let [mut named, mut application, mut any] = [None; 3];
    for (range, weight) in weighted(headers, header::ACCEPT) {
        let is = |name: &str| range.eq_ignore_ascii_case(name);
        if is(TileFormat::Mlt.media_type()) {
            mlt = weight;
        } else if is(TileFormat::Mvt.media_type()) || is(PROTOBUF) {
            named = named.max(Some(weight));
        } else if is("application/*") {
            application = Some(weight);
        } else if is("*/*") {
            any = Some(weight);
        }
    }
    let mvt = named.or(application).or(any).unwrap_or(0);
    if mlt > 0 && mlt >= mvt { TileFormat::Mlt } else { TileFormat::Mvt }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format_for(accept: &str) -> TileFormat {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().unwrap());
        tile_format(&headers)
    }

    #[test]
    fn who_does_not_name_mlt_gets_mvt() {
        assert_eq!(tile_format(&HeaderMap::new()), TileFormat::Mvt);
        for accept in [
            "",
            "*/*",
            "application/*",
            "application/x-protobuf",
            "text/html, */*;q=0.8",
            "image/png",
            ";;,=",
        ] {
            assert_eq!(format_for(accept), TileFormat::Mvt, "{accept}");
        }
    }

    #[test]
    fn who_names_mlt_gets_it_also_before_a_star() {
        for accept in [
            "application/vnd.maplibre-tile",
            "Application/VND.MapLibre-Tile; v=1",
            "application/vnd.maplibre-tile, */*",
            "application/vnd.mapbox-vector-tile, application/vnd.maplibre-tile",
            "application/vnd.maplibre-tile;q=0.1",
        ] {
            assert_eq!(format_for(accept), TileFormat::Mlt, "{accept}");
        }
    }

    #[test]
    fn weights_are_honoured_and_the_closest_counts() {
        let (mlt, mvt) = ("application/vnd.maplibre-tile", "application/vnd.mapbox-vector-tile");
        assert_eq!(format_for(&format!("{mlt};q=0.5, {mvt}")), TileFormat::Mvt);
        assert_eq!(format_for(&format!("{mlt};q=0.5, {mvt};q=0.4")), TileFormat::Mlt);
        assert_eq!(format_for(&format!("{mlt};q=0.5, application/x-protobuf;q=0.9")), TileFormat::Mvt);
        assert_eq!(format_for(&format!("{mlt};q=0")), TileFormat::Mvt);
        assert_eq!(format_for(&format!("{mlt};q=0.5, */*")), TileFormat::Mvt);
        assert_eq!(format_for(&format!("{mlt};q=0.5, */*, {mvt};q=0.1")), TileFormat::Mlt);
        assert_eq!(format_for(&format!("{mlt};q=0.5, application/*;q=0.1, */*")), TileFormat::Mlt);
    }

    #[test]
    fn the_header_may_come_in_several_lines() {
        let mut headers = HeaderMap::new();
        headers.append(header::ACCEPT, "application/x-protobuf;q=0.1".parse().unwrap());
        headers.append(header::ACCEPT, "application/vnd.maplibre-tile".parse().unwrap());
        assert_eq!(tile_format(&headers), TileFormat::Mlt);
    }
}
