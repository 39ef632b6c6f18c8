//! Places known by their names: a point and what people call it.

use super::columns::fold;
use super::place::{point, ward_of};
use super::report::{FileReport, Refusal};
use super::target::Target;
use super::{File, ImportError, Progress, Source, write_rows};
use crate::privacy::holds_number;
use crate::schema::Landmark;

/// Points with a name. A landmark that comes again keeps its id in its ward by its name: links hold it.
pub async fn load<W: FnMut(Progress<'_>)>(
    file: &File<'_>,
    source: &mut Source<'_, W>,
    target: &mut Target,
    report: &mut FileReport,
) -> Result<(), ImportError> {
    let dataset_id = target.begin_dataset(file).await?;
    target.read_places(file).await?;
    let mut ids = target.ids("landmark", "landmark_id").await?;
    write_rows(source, target, report, |target, mut row, notes| {
        let geometry = row.geometry.take();
        let text = |field| file.columns.text(&row, field);
        let name = text("name").ok_or("no name")?;
        let other_names = text("other_names");
        if [Some(&name), other_names.as_ref()].into_iter().flatten().any(|name| holds_number(name)) {
            return Err("the name holds what may be the number of a person".into());
        }
        let at = point(file, &row, geometry)?;
        let unit_id = ward_of(target, text("ward"), at, notes)?;
        let given = text("kind");
        let known = given.as_deref().and_then(kind_named);
        if known.is_none()
            && let Some(unknown) = given
        {
            notes.push(Refusal::new("the kind is none we know: it is concluded from the name", unknown));
        }
        Ok(Some(Landmark {
            landmark_id: ids.claim(text("landmark_id"))?,
            dataset_id,
            kind: known.or_else(|| kind_of_name(&name)).map(str::to_owned),
            other_names,
            name,
            unit_id,
            at,
        }))
    })
    .await
}

/// The kind a file names in our words.
fn kind_named(text: &str) -> Option<&'static str> {
    Landmark::KINDS.into_iter().find(|kind| fold(kind) == fold(text))
}

/// Words that names begin with, folded, and the kind each says.
const FIRST_WORDS: [(&str, &str); 29] = [
    ("cho", "market"),
    ("sieuthi", "market"),
    ("trungtamthuongmai", "market"),
    ("truong", "school"),
    ("daihoc", "school"),
    ("thpt", "school"),
    ("thcs", "school"),
    ("benhvien", "hospital"),
    ("tramyte", "hospital"),
    ("trungtamyte", "hospital"),
    ("phongkham", "hospital"),
    ("truso", "office"),
    ("ubnd", "office"),
    ("uybannhandan", "office"),
    ("uyban", "office"),
    ("congan", "office"),
    ("toaan", "office"),
    ("chua", "religious"),
    ("dinh", "religious"),
    ("den", "religious"),
    ("mieu", "religious"),
    ("nhatho", "religious"),
    ("thanhthat", "religious"),
    ("toathanh", "religious"),
    ("congvien", "park"),
    ("benxe", "station"),
    ("ga", "station"),
    ("sanbay", "station"),
    ("buudien", "post_office"),
];

/// What the first words of a name say that the place is: `Chợ Long Hoa` is a market, `Chợt Nhớ` is not.
fn kind_of_name(name: &str) -> Option<&'static str> {
    let words: Vec<String> = name.split_whitespace().take(4).map(fold).collect();
    let beginnings = (1..=words.len()).rev().filter_map(|count| words.get(..count)).map(<[String]>::concat);
    beginnings
        .into_iter()
        .find_map(|beginning| FIRST_WORDS.iter().find(|(word, _)| *word == beginning).map(|(_, kind)| *kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_the_place_is_by_its_first_words() {
        for (name, kind) in [
            ("Chợ Long Hoa", Some("market")),
            ("Trung tâm Thương mại Sen Hồng", Some("market")),
            ("Trường THPT Lý Thường Kiệt", Some("school")),
            ("Trung tâm Y tế thị xã", Some("hospital")),
            ("Ủy ban nhân dân phường Long Hoa", Some("office")),
            ("Tòa Thánh Tây Ninh", Some("religious")),
            ("Ga Uông Bí", Some("station")),
            ("Chợt Nhớ", None),
            ("Cầu Quan", None),
        ] {
            assert_eq!(kind_of_name(name), kind, "{name}");
        }
        assert!(FIRST_WORDS.iter().all(|(_, kind)| Landmark::KINDS.contains(kind)));
        assert_eq!(kind_named("Post office"), Some("post_office"));
    }
}
