//! Door codes over an import: a delivery that replaces another takes the addresses away and brings most of
//! them back, and each must have its code again. Codes of addresses that do not come back are retired by the
//! database itself.

use sqlx::{Executor, PgConnection};

/// Remembers which address of these datasets has which code, before they are removed.
pub async fn keep(connection: &mut PgConnection, datasets: &[i32]) -> Result<(), sqlx::Error> {
    connection
        .execute(
            "CREATE TEMP TABLE IF NOT EXISTS kept_door_code (
                 door_code text, number text, hamlet text, street text, geom geometry) ON COMMIT DROP;
             TRUNCATE kept_door_code",
        )
        .await?;
    let keep = "INSERT INTO kept_door_code
                SELECT a.door_code, a.number, a.hamlet, s.name, a.geom
                FROM bandoso.address a LEFT JOIN bandoso.street s USING (street_id)
                WHERE a.dataset_id = ANY($1) AND a.door_code IS NOT NULL";
    sqlx::query(keep).bind(datasets).execute(connection).await?;
    Ok(())
}

/// Gives the addresses of a new dataset that brought no code of their own the codes they had: the same number
/// in the street of the same name within some 50 m, the nearest first; where there is no number the same
/// hamlet and place. Wards are not compared: they may be others now.
pub async fn give_back(connection: &mut PgConnection, dataset_id: i32) -> Result<(), sqlx::Error> {
    let give = "
        WITH near AS (
            SELECT kept.door_code, a.address_id, ST_Distance(kept.geom, a.geom) AS away
            FROM kept_door_code kept
            JOIN bandoso.address a
              ON a.dataset_id = $1 AND a.door_code IS NULL
             AND ST_DWithin(kept.geom, a.geom, CASE WHEN kept.number IS NULL THEN 0.00001 ELSE 0.0005 END)
             AND a.number IS NOT DISTINCT FROM kept.number
             AND (kept.number IS NOT NULL OR a.hamlet IS NOT DISTINCT FROM kept.hamlet)
            LEFT JOIN bandoso.street s USING (street_id)
            WHERE s.name IS NOT DISTINCT FROM kept.street
              AND NOT EXISTS (SELECT FROM bandoso.address taken WHERE taken.door_code = kept.door_code)
        ), of_code AS (
            SELECT DISTINCT ON (door_code) * FROM near ORDER BY door_code, away, address_id
        ), given AS (
            SELECT DISTINCT ON (address_id) * FROM of_code ORDER BY address_id, away, door_code
        )
        UPDATE bandoso.address a SET door_code = given.door_code
        FROM given WHERE given.address_id = a.address_id";
    sqlx::query(give).bind(dataset_id).execute(connection).await?;
    Ok(())
}

/// Codes that were retired before this import began: no row may bring them.
pub async fn retired(connection: &mut PgConnection) -> Result<Vec<String>, sqlx::Error> {
    let codes = "SELECT code FROM bandoso.retired_door_code WHERE retired_at <> now()";
    sqlx::query_scalar(codes).fetch_all(connection).await
}
