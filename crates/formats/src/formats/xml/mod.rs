//! XML as the geographic formats write it: read forward, one feature at a time as a small tree.
//!
//! Names are taken without their prefix, because programs bind prefixes as they like or not at all. What could cost
//! more than a file is worth is refused: entities of the file's own (nothing is ever fetched or expanded),
//! elements nested without end, a text or a feature of more than [`MAX_FEATURE`] bytes.

mod element;
mod encoding;
mod metered;

use std::io::BufRead;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use unicode_normalization::UnicodeNormalization;

use super::ReadError;
use metered::Metered;

pub use element::Element;

/// Bytes one feature may take.
const MAX_FEATURE: usize = 64 << 20;
/// What an element costs beside its texts.
const ELEMENT_COST: usize = 128;
/// Elements within elements.
const MAX_DEPTH: usize = 100;

/// The elements of a file, in order.
pub struct Xml {
    reader: Reader<Metered>,
    buffer: Vec<u8>,
    depth: usize,
    /// Features read so far, for messages; who reads features counts here.
    pub count: u64,
}

/// Where the reading stands.
pub enum Tag {
    /// An element begins; its children come next, or [`Xml::read_element`] takes it whole.
    Start(Element),
    /// The innermost open element ends.
    End,
    /// The file ends, and every element has.
    Eof,
}

impl Xml {
    /// Starts at the first character.
    pub fn new(text: Box<dyn BufRead + Send>) -> Result<Self, ReadError> {
        let mut reader = Reader::from_reader(Metered::new(encoding::decode(text)?));
        // an empty element is one that ends at once
        reader.config_mut().expand_empty_elements = true;
        Ok(Self { reader, buffer: Vec::new(), depth: 0, count: 0 })
    }

    /// The next beginning or end of an element. What stands between is left out.
    pub fn next_tag(&mut self) -> Result<Tag, ReadError> {
        loop {
            let depth = self.depth;
            match next_event(&mut self.reader, &mut self.buffer, self.count)? {
                Event::Start(start) => {
                    let element = started(&start).unwrap_or_else(Element::spoilt);
                    self.depth += 1;
                    if depth < MAX_DEPTH {
                        return Ok(Tag::Start(element));
                    }
                    let position = self.reader.buffer_position();
                    return Err(ReadError::MalformedXml { position, after: self.count });
                }
                Event::End(_) => {
                    self.depth = depth.saturating_sub(1);
                    return Ok(Tag::End);
                }
                Event::Eof if depth == 0 => return Ok(Tag::Eof),
                Event::Eof => return Err(ReadError::CutOff { after: self.count }),
                _ => {}
            }
        }
    }

    /// The whole of the element that just began. `Err` within `Ok` is what spoils it alone: reading goes on after it.
    pub fn read_element(&mut self, start: Element) -> Result<Result<Element, String>, ReadError> {
        let mut cost = 0;
        let mut problem = start.problem().map(str::to_owned);
        let mut open = vec![start];
        let mut skipped = 0_usize;
        loop {
            let after = self.count;
            let found = match next_event(&mut self.reader, &mut self.buffer, self.count)? {
                Event::Start(start) if problem.is_none() && open.len() < MAX_DEPTH => {
                    started(&start).map(|element| {
                        cost += element.bytes() + ELEMENT_COST;
                        open.push(element);
                    })
                }
                Event::Start(_) => {
                    skipped += 1;
                    match problem {
                        None => Err("elements nested too deep".to_owned()),
                        Some(_) => Ok(()),
                    }
                }
                Event::End(_) if skipped > 0 => {
                    skipped -= 1;
                    Ok(())
                }
                Event::End(_) => {
                    let Some(ended) = open.pop() else {
                        return Err(ReadError::MalformedXml {
                            position: self.reader.buffer_position(),
                            after,
                        });
                    };
                    match open.last_mut() {
                        Some(parent) => parent.children.push(ended),
                        None => {
                            self.depth = self.depth.saturating_sub(1);
                            return Ok(problem.map_or(Ok(ended), Err));
                        }
                    }
                    Ok(())
                }
                Event::Eof => return Err(ReadError::CutOff { after }),
                event if problem.is_none() => text_of(&event).map(|text| {
                    if let Some(element) = open.last_mut() {
                        cost += text.len();
                        element.text.push_str(&text);
                    }
                }),
                _ => Ok(()),
            };
            let found = found.and_then(|()| match cost > MAX_FEATURE {
                true => Err(format!("more than {} MB", MAX_FEATURE >> 20)),
                false => Ok(()),
            });
            if let Err(first) = found {
                problem.get_or_insert(first);
                // what was read of it is of no use any more
                open.iter_mut().for_each(Element::forget);
                cost = 0;
            }
        }
    }
}

fn next_event<'b>(
    reader: &mut Reader<Metered>,
    buffer: &'b mut Vec<u8>,
    after: u64,
) -> Result<Event<'b>, ReadError> {
    buffer.clear();
    reader.get_mut().allow(MAX_FEATURE);
    let position = reader.buffer_position();
    match reader.read_event_into(buffer) {
        // `<!DOCTYPE …>` alone is harmless, what it declares is not
        Ok(Event::DocType(declared)) if declared.contains("<!") => Err(ReadError::XmlEntities),
        Ok(event) => Ok(event),
        Err(quick_xml::Error::Io(error)) if metered::is_too_long(&error) => {
            Err(ReadError::TooLong { after, limit_mb: MAX_FEATURE >> 20 })
        }
        Err(quick_xml::Error::Io(error)) => Err(std::io::Error::new(error.kind(), error.to_string()).into()),
        Err(quick_xml::Error::Syntax(_)) if reader.get_ref().is_over() => Err(ReadError::CutOff { after }),
        Err(_) => Err(ReadError::MalformedXml { position, after }),
    }
}

/// An element with its attributes and nothing in it yet.
fn started(start: &BytesStart<'_>) -> Result<Element, String> {
    let mut element = Element::named(local(start.local_name().into_inner()));
    // looking for doubled ones costs the square of their number
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| "an attribute that is not XML".to_owned())?;
        let key = attribute.key;
        let is_namespace = key.as_namespace_binding().is_some();
        if is_namespace {
            continue;
        }
        let value =
            attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| UNKNOWN_ENTITY.to_owned())?;
        element.attributes.push((local(key.local_name().into_inner()), value.into_owned()));
    }
    Ok(element)
}

/// Column names are compared by their letters, however these are put together.
fn local(name: &str) -> String {
    name.nfc().collect()
}

const UNKNOWN_ENTITY: &str = "an entity that XML does not know: write the character itself";

/// The text an event adds to its element.
fn text_of(event: &Event<'_>) -> Result<String, String> {
    match event {
        Event::Text(text) => whole(text),
        Event::CData(text) => whole(text),
        Event::GeneralRef(name) => {
            if name.is_char_ref() {
                let letter = name.resolve_char_ref().map_err(|_| UNKNOWN_ENTITY.to_owned())?;
                return Ok(letter.into_iter().collect());
            }
            let known = quick_xml::escape::resolve_predefined_entity(name);
            known.map(str::to_owned).ok_or_else(|| UNKNOWN_ENTITY.to_owned())
        }
        _ => Ok(String::new()),
    }
}

/// The decoder puts a replacement character where bytes are none.
fn whole(text: &str) -> Result<String, String> {
    match text.contains(char::REPLACEMENT_CHARACTER) {
        true => Err("bytes that are not of the encoding the file names: save it as UTF-8".to_owned()),
        false => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests;
