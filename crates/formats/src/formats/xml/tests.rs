use super::super::input::Input;
use super::*;

fn xml(bytes: &[u8]) -> Result<Xml, ReadError> {
    Xml::new(Input::from_bytes(bytes)?.text)
}

/// The first element whole.
fn whole_of(bytes: &[u8]) -> Result<Result<Element, String>, ReadError> {
    let mut xml = xml(bytes)?;
    let Tag::Start(start) = xml.next_tag()? else { panic!("no element") };
    xml.read_element(start)
}

#[test]
fn names_lose_their_prefix_and_texts_are_put_together() {
    let text =
        r#"<?xml version="1.0"?><a:b xmlns:a="urn:x" a:id="7&amp;8"> x&lt;<![CDATA[<y>]]>&#208; <c/></a:b>"#;
    let element = whole_of(text.as_bytes()).unwrap().unwrap();
    assert_eq!((element.name.as_str(), element.attribute("id")), ("b", Some("7&8")));
    assert_eq!(element.text.trim(), "x<<y>Ð");
    assert_eq!(element.children.len(), 1);
}

#[test]
fn the_encoding_is_the_one_the_file_names() {
    let text = "<?xml version=\"1.0\" encoding='windows-1258'?><a>\u{110}\u{1ea5}t</a>";
    let (mut bytes, _, _) =
        encoding_rs::WINDOWS_1252.encode("<?xml version=\"1.0\" encoding='windows-1252'?><a>é</a>");
    assert_eq!(whole_of(bytes.to_mut()).unwrap().unwrap().text, "é");
    let utf16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(whole_of(&utf16).unwrap().unwrap().text, "Đất");
    assert!(matches!(whole_of(b"<?xml encoding=\"tcvn9\"?><a/>"), Err(ReadError::UnknownEncoding(_))));
    let broken = whole_of(b"<a><b>\xc4</b></a>").unwrap().unwrap_err();
    assert!(broken.contains("save it as UTF-8"), "{broken}");
}

#[test]
fn a_file_that_defines_entities_is_refused_before_one_is_used() {
    let laughs = br#"<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><a>&c;</a>"#;
    assert!(matches!(whole_of(laughs), Err(ReadError::XmlEntities)));
    let outside = br#"<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>"#;
    assert!(matches!(whole_of(outside), Err(ReadError::XmlEntities)));
    assert!(whole_of(b"<!DOCTYPE a><a/>").unwrap().is_ok());
    assert!(whole_of(b"<a>&nbsp;</a>").unwrap().unwrap_err().contains("entity"));
}

#[test]
fn what_is_nested_without_end_spoils_one_feature_or_ends_the_reading() {
    let deep = |depth: usize| [b"<a>".repeat(depth), b"</a>".repeat(depth)].concat();
    assert!(whole_of(&deep(50)).unwrap().is_ok());
    assert!(whole_of(&deep(100_000)).unwrap().unwrap_err().contains("too deep"));
    let mut tags = xml(&deep(100_000)).unwrap();
    let error = loop {
        if let Err(error) = tags.next_tag() {
            break error;
        }
    };
    assert!(matches!(error, ReadError::MalformedXml { .. }));
}

#[test]
fn a_file_cut_off_is_told_from_one_that_is_no_xml() {
    for cut in ["<a><b>x</b>", "<a><b>x", "<a><b", "<a><!-- x"] {
        assert!(matches!(whole_of(cut.as_bytes()), Err(ReadError::CutOff { .. })), "{cut}");
    }
    assert!(matches!(whole_of(b"<a></b></a>"), Err(ReadError::MalformedXml { .. })));
}

#[test]
fn a_feature_that_costs_too_much_is_left_out_and_the_next_one_read() {
    let many = b"<b/>".repeat(MAX_FEATURE / ELEMENT_COST + 2);
    let text = [b"<x><a>".as_slice(), &many, b"</a><a>next</a></x>"].concat();
    let mut tags = xml(&text).unwrap();
    assert!(matches!(tags.next_tag(), Ok(Tag::Start(_))));
    let mut read = || {
        let Ok(Tag::Start(start)) = tags.next_tag() else { panic!() };
        tags.read_element(start).unwrap()
    };
    assert!(read().unwrap_err().contains("more than 64 MB"));
    assert_eq!(read().unwrap().text, "next");
}
