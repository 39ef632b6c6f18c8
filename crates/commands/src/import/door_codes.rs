//! Door codes that no row of a delivery may bring.

use sqlx::PgConnection;

/// Codes that were retired before this import began.
pub async fn retired(connection: &mut PgConnection) -> Result<Vec<String>, sqlx::Error> {
    let codes = "SELECT code FROM bandoso.retired_door_code WHERE retired_at <> now()";
    sqlx::query_scalar(codes).fetch_all(connection).await
}
