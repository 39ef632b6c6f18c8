//! Why a code leads to no door, in a sentence for people and one for programs.

use axum::http::StatusCode;

use super::super::problem::Problem;
use crate::answers::NearCodes;
use crate::geocode::RetiredCode;
use crate::geocode::codes::{DoorCode, DoorCodeError};

/// A code that leads nowhere.
pub(super) struct Refusal {
    pub status: StatusCode,
    pub sentence_vi: String,
    pub sentence_en: String,
    /// Codes of doors that are one typo away.
    pub near: NearCodes,
}

impl Refusal {
    /// 410: the door it was on is gone, and no other has its place.
    pub fn gone(retired: &RetiredCode) -> Self {
        let (since_vi, since_en) = retired.retired_on.map_or_else(Default::default, |day| {
            let vi = format!(" từ ngày {:02}/{:02}/{}", day.day(), u8::from(day.month()), day.year());
            (vi, format!(" since {day}"))
        });
        Self {
            status: StatusCode::GONE,
            sentence_vi: format!("Mã này không còn dùng{since_vi}; không có địa chỉ nào thay thế."),
            sentence_en: format!(
                "this door code is no longer in use{since_en}, and no other address took its place"
            ),
            near: Vec::new(),
        }
    }

    /// 404: it was never given here. Says what is wrong with it, and which doors may have been meant.
    pub fn unknown(near: NearCodes, code: &str) -> Self {
        let (sentence_vi, mut sentence_en) = match code.parse::<DoorCode>() {
            Ok(_) => (
                "Mã này viết đúng nhưng chưa cấp cho địa chỉ nào ở đây.".to_owned(),
                "this door code is well formed, but no address here has it".to_owned(),
            ),
            Err(error) => (in_vietnamese(error).to_owned(), error.to_string()),
        };
        if let [first, ..] = near.as_slice() {
            sentence_en = format!("{sentence_en}; did you mean {first}?");
        }
        Self { status: StatusCode::NOT_FOUND, sentence_vi, sentence_en, near }
    }

    /// For programs.
    pub fn problem(self) -> Problem {
        match self.status {
            StatusCode::GONE => Problem::gone(self.sentence_en),
            _ => Problem::not_found(self.sentence_en),
        }
    }
}

fn in_vietnamese(error: DoorCodeError) -> &'static str {
    match error {
        DoorCodeError::Length => "Mã địa chỉ có chín ký tự, viết XXX-XXX-XXX; hãy đếm lại.",
        DoorCodeError::Symbol => "Mã địa chỉ không có các ký tự 0, 1, I, L, O; hãy nhìn lại biển số.",
        DoorCodeError::NoLetter => "Mã địa chỉ có ít nhất một chữ cái; đây chỉ là chữ số.",
        DoorCodeError::Check => {
            "Ký tự kiểm tra không khớp: có một ký tự sai hoặc hai ký tự đổi chỗ; hãy nhìn lại biển số."
        }
    }
}
