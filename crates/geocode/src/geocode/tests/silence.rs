//! Texts that mean no place here: other countries, other languages, chat, nonsense (`tests/geocode/silence.csv`). Of the 80
//! that were written before the engine was changed for them 33 found something then.

use crate::geocode::tests::town::{index, table};
use crate::geocode::*;

#[derive(serde::Deserialize)]
struct Silence {
    text: String,
    kind: String,
}

#[test]
fn texts_that_mean_no_place_find_nothing() {
    let texts: Vec<Silence> = table("silence.csv");
    assert!(texts.len() >= 88);
    let answered: Vec<String> = (texts.iter())
        .filter_map(|silence| {
            let answer = index().search(&Query::new(&silence.text));
            let hit = answer.hits.first()?;
            assert!(hit.confidence < 0.8, "{}: {} at {}", silence.text, hit.label, hit.confidence);
            Some(format!("{} ({}): {} at {}", silence.text, silence.kind, hit.label, hit.confidence))
        })
        .collect();
    assert!(answered.is_empty(), "{} answered:\n{}", answered.len(), answered.join("\n"));
}
