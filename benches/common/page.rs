//! A part of a page that a bench writes: it stands between two markers, the rest is left as it is.

use std::path::Path;

/// The part's name in its markers (`<!-- peers:begin -->`), and the heading it gets on a page without it.
pub struct Section {
    pub name: &'static str,
    pub heading: &'static str,
}

impl Section {
    /// Puts the text in place of the one that the page has, or at the page's end.
    pub fn write(&self, page: &Path, text: &str) -> std::io::Result<()> {
        let (begin, end) = (format!("<!-- {}:begin -->", self.name), format!("<!-- {}:end -->", self.name));
        let section = format!("{begin}\n\n{text}\n\n{end}");
        let old = std::fs::read_to_string(page).unwrap_or_default();
        let known = old.find(&begin).zip(old.find(&end).map(|at| at + end.len()));
        let new = match known {
            Some((begin, end)) if begin < end => format!("{}{section}{}", &old[..begin], &old[end..]),
            _ => format!("{}\n\n## {}\n\n{section}\n", old.trim_end(), self.heading),
        };
        std::fs::write(page, new)
    }
}
