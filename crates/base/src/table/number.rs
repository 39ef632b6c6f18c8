//! Numbers as people type them in tables.

/// A number with a decimal point or a Vietnamese decimal comma: `2159.6`, `2.159,6`, `2159,6`.
pub fn number(text: &str) -> Option<f64> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let plain = match (text.rfind('.'), text.rfind(',')) {
        (Some(dot), Some(comma)) if comma > dot => text.replace('.', "").replace(',', "."),
        (Some(_), Some(_)) => text.replace(',', ""),
        (None, Some(_)) => text.replace(',', "."),
        _ => text,
    };
    plain.parse().ok().filter(|n: &f64| n.is_finite())
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn a_decimal_comma_is_read_like_a_point() {
        for (text, value) in [
            ("11.25", 11.25),
            ("11,25", 11.25),
            (" 2.159,6 ", 2159.6),
            ("2,159.6", 2159.6),
            ("2159,6", 2159.6),
        ] {
            assert_eq!(number(text), Some(value), "{text}");
        }
        for text in ["", "a", "12a", "NaN", "inf", "1,2,3.4.5"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
