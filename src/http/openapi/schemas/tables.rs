//! A table as a form.
#![expect(dead_code, reason = "types of the document: their fields are described, not read")]

use utoipa::ToSchema;

/// A form with a table. Every parameter of the query may be a field of it.
#[derive(ToSchema)]
pub(in crate::http) struct TableForm {
    /// The table.
    #[schema(content_media_type = "text/csv")]
    data: String,
}
