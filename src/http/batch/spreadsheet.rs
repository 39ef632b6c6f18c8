//! Cells that a spreadsheet would run as a formula: `=HYPERLINK(…)`, `+cmd`, `-1+1`, `@SUM(A1)`.
//!
//! A table is somebody's, and who opens the answer is somebody else. An apostrophe before such a text makes it a text in
//! every spreadsheet (OWASP, "CSV Injection"). Numbers are left alone, coordinates and `-1.5` among them; so are the tables of
//! addok, whose clients compare bytes.

use std::borrow::Cow;

/// The cell as it can be opened in a spreadsheet.
pub(super) fn harmless(cell: &str) -> Cow<'_, str> {
    // a tab or a line end before the sign does not keep a spreadsheet from running it
    let begins_a_formula = cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    if begins_a_formula && !is_number(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// One number, or several with spaces, commas or semicolons between: coordinates. A decimal comma is a comma too.
fn is_number(cell: &str) -> bool {
    let mut parts = cell.split([' ', ',', ';']).filter(|part| !part.is_empty()).peekable();
    let is_plain =
        |part: &str| part.parse::<f64>().is_ok_and(f64::is_finite) && !part.contains(char::is_alphabetic);
    parts.peek().is_some() && parts.all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_texts_and_numbers_stay() {
        for (cell, said) in [
            ("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")"),
            ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
            ("-1+1", "'-1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1+1", "'\t=1+1"),
            ("＝1", "'＝1"),
            ("-", "'-"),
        ] {
            assert_eq!(harmless(cell), said);
        }
        for cell in ["-1.5", "+84", "-11.25, 106.1", "106.1", "-1,5", "", "12/5 Hùng Vương", "a=b"] {
            assert_eq!(harmless(cell), cell);
        }
    }
}
