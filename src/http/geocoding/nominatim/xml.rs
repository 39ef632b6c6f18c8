//! Places as Nominatim's XML: `searchresults` of `place`s, or a `reversegeocode` with one `result`.

use time::OffsetDateTime;
use time::macros::format_description;

use super::address::{address, bounding_box, display_name, extra_tags};
use super::details::{Details, LICENCE};
use super::rank::{category, importance, place_id, rank};
use crate::answers::Place;

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n";

/// An element under construction.
struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    fn new(name: &'static str) -> Self {
        Self { name, attributes: Vec::new(), text: String::new(), children: Vec::new() }
    }

    fn with(mut self, attribute: &'static str, value: impl ToString) -> Self {
        self.attributes.push((attribute, value.to_string()));
        self
    }

    fn with_text(mut self, text: &str) -> Self {
        self.text = text.to_owned();
        self
    }

    fn holding(mut self, children: impl IntoIterator<Item = Element>) -> Self {
        self.children.extend(children);
        self
    }

    fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(self.name);
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape(value, out);
            out.push('"');
        }
        if self.text.is_empty() && self.children.is_empty() {
            out.push_str(" />");
            return;
        }
        out.push('>');
        escape(&self.text, out);
        for child in &self.children {
            child.write(out);
        }
        out.push_str("</");
        out.push_str(self.name);
        out.push('>');
    }

    fn into_document(self) -> String {
        let mut out = DECLARATION.to_owned();
        self.write(&mut out);
        out
    }
}

/// Characters XML 1.0 cannot hold are left out.
fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c < ' ' || matches!(c, '\u{FFFE}' | '\u{FFFF}') => {}
            c => out.push(c),
        }
    }
}

/// The answer to a search.
pub(super) fn list(places: &[Place], query: &str, details: &Details) -> String {
    let places = places.iter().map(|place| {
        let (key, value) = category(place);
        let element = describe(Element::new("place"), place)
            .with("display_name", display_name(place, details.is_english))
            .with("class", key)
            .with("type", value)
            .with("importance", importance(place));
        let element = match details.has_address {
            true => element.holding(address_parts(place, details)),
            false => element,
        };
        element.holding(further(place, details))
    });
    root("searchresults", query).holding(places).into_document()
}

/// The answer to a reverse search.
pub(super) fn one(place: Option<&Place>, query: &str, details: &Details) -> String {
    let root = root("reversegeocode", query);
    let Some(place) = place else {
        return root.holding([Element::new("error").with_text("Unable to geocode")]).into_document();
    };
    let result = describe(Element::new("result"), place);
    let result = result.with_text(&display_name(place, details.is_english));
    let parts =
        details.has_address.then(|| Element::new("addressparts").holding(address_parts(place, details)));
    root.holding([result]).holding(parts).holding(further(place, details)).into_document()
}

/// An error.
pub(super) fn error(code: u16, message: &str) -> String {
    let code = Element::new("code").with_text(&code.to_string());
    Element::new("error").holding([code, Element::new("message").with_text(message)]).into_document()
}

fn root(name: &'static str, query: &str) -> Element {
    const MOMENT: &[time::format_description::BorrowedFormatItem<'_>] = format_description!(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] +00:00"
    );
    let moment = OffsetDateTime::now_utc().format(MOMENT).unwrap_or_default();
    Element::new(name).with("timestamp", moment).with("attribution", LICENCE).with("querystring", query)
}

fn describe(element: Element, place: &Place) -> Element {
    let [lon, lat] = place.lon_lat().unwrap_or_default();
    let bounds = bounding_box(place).map(|degrees| format!("{degrees:.7}")).join(",");
    let mut element = element.with("place_id", place_id(place));
    if !place.is_address() {
        element = element.with("ref", &place.name);
    }
    element
        .with("lat", format!("{lat:.7}"))
        .with("lon", format!("{lon:.7}"))
        .with("boundingbox", bounds)
        .with("place_rank", rank(place))
        .with("address_rank", rank(place))
}

fn address_parts<'a>(place: &'a Place, details: &Details) -> impl Iterator<Item = Element> + use<'a> {
    let parts = address(place, details.is_english);
    parts.into_iter().map(|(name, value)| Element::new(name).with_text(value))
}

fn further(place: &Place, details: &Details) -> Vec<Element> {
    let mut further = Vec::new();
    if details.has_extra_tags {
        let tags = extra_tags(place);
        let tag =
            |(key, value): (&'static str, String)| Element::new("tag").with("key", key).with("value", value);
        further.push(Element::new("extratags").holding(tags.into_iter().map(tag)));
    }
    if details.has_names {
        let name =
            (!place.is_address()).then(|| Element::new("name").with("desc", "name").with_text(&place.name));
        further.push(Element::new("namedetails").holding(name));
    }
    further
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_meaning_in_xml_is_escaped_and_what_it_cannot_hold_is_left_out() {
        let element = Element::new("a").with("b", "\"<&>\u{1}\n").with_text("1 < 2 & \u{FFFF}3");
        let text = element.holding([Element::new("c")]).into_document();
        let expected = "<a b=\"&quot;&lt;&amp;&gt; \">1 &lt; 2 &amp; 3<c /></a>";
        assert_eq!(text, format!("{DECLARATION}{expected}"));
    }
}
