//! Letters that were destroyed before the text came: nothing brings them back, so they are counted and said.
//!
//! Programs leave U+001A, U+FFFD or `?` where a letter had no place in their encoding. A question mark counts where it
//! stands before a letter and nothing of an address or a formula is around; at the end of a word it may be a question.

/// How many letters of a text are gone.
pub fn lost_letters(text: &str) -> usize {
    if !text.contains(['\u{1a}', '\u{fffd}', '?']) {
        return 0;
    }
    let marked = text.chars().filter(|c| matches!(c, '\u{1a}' | '\u{fffd}')).count();
    let questions: usize = text.split_whitespace().map(question_marks).sum();
    marked + questions
}

/// Question marks that stand where letters were.
fn question_marks(word: &str) -> usize {
    if word.contains("://") || word.contains('=') {
        return 0;
    }
    // a run of them at the end is no part of a word
    let before_end = word.trim_end_matches(|c: char| !c.is_alphabetic());
    let mut lost = 0;
    let mut run = 0;
    for c in before_end.chars() {
        if c == '?' {
            run += 1;
        } else {
            if c.is_alphabetic() {
                lost += run;
            }
            run = 0;
        }
    }
    lost
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_failed_conversion_left_is_counted() {
        assert_eq!(lost_letters("Chi\u{1a}u sáng tuy\u{1a}n"), 2);
        assert_eq!(lost_letters("Ho\u{fffd}a"), 1);
        assert_eq!(lost_letters("XÃ TÂN TH?NG"), 1);
        assert_eq!(lost_letters("?u?ng Tr?n Phú, Ph??ng"), 5);
    }

    #[test]
    fn questions_and_addresses_of_pages_lose_nothing() {
        for text in ["Đường nào?", "Ở đâu ?", "Thật sao?!", "https://a.vn/x?id=1", "a?b=c", "12?", "???"]
        {
            assert_eq!(lost_letters(text), 0, "{text}");
        }
    }
}
