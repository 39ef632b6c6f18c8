//! What each operation does, in Vietnamese: the page shows it before the English summary of the handler.

/// The description of the whole, in Vietnamese.
pub(super) const DESCRIPTION: &str = include_str!("description.vi.md");

/// The path of an operation, with its method where a path has two meanings, and what it does.
const SUMMARIES: [(&str, &str); 44] = [
    ("/", "Trang bản đồ"),
    ("/assets/{file}", "Tệp của các trang: chương trình và kiểu hiển thị"),
    ("/catalog", "Máy chủ có gì: lớp dữ liệu, kiểu bản đồ, ví dụ tìm kiếm"),
    ("/docs", "Trang tài liệu này"),
    ("/openapi.json", "Tài liệu này theo OpenAPI 3.1"),
    ("/health/live", "Chương trình có đang chạy không"),
    ("/health/ready", "Dữ liệu đã nạp xong chưa"),
    ("/metrics", "Số đo cho Prometheus"),
    ("/tiles/{ids}", "Mô tả một hay nhiều lớp (TileJSON)"),
    ("/tiles/{ids}/{z}/{x}/{y}", "Một ô bản đồ vectơ"),
    ("/styles", "Tên các kiểu bản đồ"),
    ("/styles/{name}", "Một kiểu bản đồ cho MapLibre"),
    ("/fonts/{stack}/{range}", "Chữ của một phông cho MapLibre"),
    ("/sprites/{file}", "Hoa văn của các kiểu bản đồ"),
    ("/v1/search", "Tìm theo chữ: địa chỉ cũ và mới, đơn vị, thửa đất, toạ độ, mã"),
    ("/v1/autocomplete", "Gợi ý khi đang gõ"),
    ("/v1/search/structured", "Tìm theo từng phần của địa chỉ"),
    ("/v1/reverse", "Có gì ở một điểm"),
    ("/v1/place", "Các nơi theo số hiệu trong câu trả lời"),
    ("/v1/units/{code}", "Đơn vị hành chính theo mã, nay và trước đây"),
    ("get /v1/units/convert", "Đổi đơn vị, mã hay địa chỉ cũ sang nay, hoặc ngược lại"),
    ("post /v1/units/convert", "Đổi cả bảng địa chỉ cũ sang nay, hoặc ngược lại"),
    ("/v1/batch", "Tìm cả bảng hay danh sách địa chỉ"),
    ("/v1/addresses/{code}", "Nơi có mã này: mã địa chỉ, Plus Code, geohash, toạ độ"),
    ("/v1/codes", "Mọi mã của một điểm"),
    ("/d/{code}", "Trang của một mã địa chỉ"),
    ("/d/{code}/plate.svg", "Biển số nhà dạng SVG"),
    ("/d/{code}/plate.pdf", "Biển số nhà dạng PDF để in"),
    ("/v1/parcels", "Thửa đất ở một điểm, hoặc theo số tờ và số thửa"),
    ("/v1/parcels/{parcel_id}", "Một thửa đất"),
    ("/v1/parcels/{parcel_id}/planning", "Quy hoạch trên một thửa đất"),
    ("/photon/api", "Tìm theo chữ, như Photon"),
    ("/photon/structured", "Tìm theo từng phần của địa chỉ, như Photon"),
    ("/photon/reverse", "Có gì ở một điểm, như Photon"),
    ("/photon/status", "Tình trạng dữ liệu, như Photon"),
    ("/nominatim/search", "Tìm theo chữ hay từng phần của địa chỉ, như Nominatim"),
    ("/nominatim/reverse", "Nơi ở một điểm, như Nominatim"),
    ("/nominatim/lookup", "Các nơi theo số hiệu, như Nominatim"),
    ("/nominatim/status", "Tình trạng dữ liệu, như Nominatim"),
    ("/ban/search", "Tìm theo chữ, như addok"),
    ("/ban/reverse", "Có gì ở một điểm, như addok"),
    ("/ban/health", "Có trả lời được không, như addok"),
    ("/ban/search/csv", "Tìm cả bảng địa chỉ, như addok"),
    ("/ban/reverse/csv", "Tìm ngược cả bảng toạ độ, như addok"),
];

/// What an operation of a group does. A dialect at the root has the summaries of its own paths.
pub(super) fn summary(method: &str, path: &str, group: &str) -> Option<&'static str> {
    let path = path.trim_end_matches(".php");
    let find = |name: &str| SUMMARIES.iter().find(|(known, _)| *known == name).map(|(_, summary)| *summary);
    find(&format!("{method} {path}")).or_else(|| find(path)).or_else(|| find(&format!("/{group}{path}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_at_the_root_has_the_summary_of_its_dialect() {
        assert_eq!(summary("get", "/api", "photon"), Some("Tìm theo chữ, như Photon"));
        assert_eq!(
            summary("get", "/search.php", "nominatim"),
            summary("post", "/nominatim/search", "nominatim")
        );
        assert_ne!(
            summary("get", "/v1/units/convert", "units"),
            summary("post", "/v1/units/convert", "tables")
        );
        assert_eq!(summary("get", "/none", "map"), None);
    }
}
