//! The name somebody meant who wrote one that is not there: other capitals, a wrong letter.

/// The candidate nearest to a name that is none of them, if one is near.
pub(super) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let distance = |candidate: &str| strsim::damerau_levenshtein(&wanted, &candidate.to_lowercase());
    let slips = 1 + name.chars().count() / 4;
    let near = candidates.into_iter().map(|candidate| (distance(candidate), candidate));
    near.filter(|&(distance, _)| distance <= slips).min().map(|(_, candidate)| candidate)
}

/// `; did you mean …?`, or nothing.
pub(super) fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!("; did you mean {name}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_capitals_and_slips_are_near_and_other_words_are_not() {
        let tables = ["dia_chinh.Thửa Đất", "dia_chinh.thua_dat", "public.duong"];
        assert_eq!(nearest("dia_chinh.Thua_Dat", tables), Some("dia_chinh.thua_dat"));
        assert_eq!(nearest("DIA_CHINH.THỬA ĐẤT", tables), Some("dia_chinh.Thửa Đất"));
        assert_eq!(nearest("dia_chinh.thua_da", tables), Some("dia_chinh.thua_dat"));
        assert_eq!(nearest("nguoi_dung", tables), None);
    }
}
