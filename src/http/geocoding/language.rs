//! Which language an answer is in. Names are Vietnamese; only the country has an English one.

use axum::http::{HeaderMap, header};

/// Whether English stands before Vietnamese, in what was asked for or else in `Accept-Language`, whose
/// languages are written in falling order.
pub(super) fn prefers_english(asked: Option<&str>, headers: &HeaderMap) -> bool {
    let accepted = || headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let languages = asked.or_else(accepted).unwrap_or_default().split(',');
    let mut known = languages
        .filter_map(|range| range.trim().get(..2))
        .map(str::to_ascii_lowercase)
        .filter(|language| language == "vi" || language == "en");
    known.next().is_some_and(|language| language == "en")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_we_have_counts_and_the_parameter_before_the_header() {
        let mut headers = HeaderMap::new();
        assert!(!prefers_english(None, &headers));
        headers.insert(header::ACCEPT_LANGUAGE, "fr, en-GB;q=0.8, vi;q=0.5".parse().unwrap());
        assert!(prefers_english(None, &headers));
        assert!(!prefers_english(Some("vi-VN,en"), &headers));
        assert!(!prefers_english(Some("é"), &headers));
    }
}
