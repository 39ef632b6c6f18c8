//! The deliveries the town is said to have come in, each marked as generated.

use super::RECORDED_AT;
use super::layout::{AREAS, AreaSeed};
use crate::geometry::EpsgCode;
use crate::schema::Dataset;

const PARCELS_HOA_THANH: i32 = 1;
const PARCELS_UONG_BI: i32 = 2;
/// Plans were delivered in the new meridian of the province, 105°45′.
pub const PLANS: i32 = 3;
pub const PLAN_SRID: EpsgCode = EpsgCode(9210);

/// The town's datasets.
pub fn datasets() -> [Dataset; 3] {
    let dataset = |dataset_id, name: &str, srid| {
        Dataset {
        dataset_id,
        name: name.to_owned(),
        srid,
        source: "Dữ liệu tạo tự động để minh họa: tên và mã đơn vị là thật, hình dạng và mọi thứ khác là bịa. \
                 Generated for demonstration: names and codes of units are real, shapes and all else invented."
            .to_owned(),
        is_public: true,
        is_generated: true,
        imported_at: RECORDED_AT,
        // drawn here, so exactly where they are
        tolerance_m: None,
    }
    };
    [
        dataset(PARCELS_HOA_THANH, "Hòa Thành: dữ liệu minh họa (generated)", AREAS[0].srid),
        dataset(PARCELS_UONG_BI, "Uông Bí: dữ liệu minh họa (generated)", AREAS[1].srid),
        dataset(PLANS, "Quy hoạch Hòa Thành: dữ liệu minh họa (generated)", PLAN_SRID),
    ]
}

/// The dataset of what is surveyed in an area.
pub fn dataset_of(seed: &AreaSeed) -> i32 {
    if seed.srid == AREAS[0].srid { PARCELS_HOA_THANH } else { PARCELS_UONG_BI }
}
