//! The register in PostGIS.

use std::collections::BTreeSet;

use sqlx::{Connection, Executor, PgConnection};

use super::AssignError;
use crate::database::DatabaseAddress;
use crate::geocode::codes::DoorCode;

/// Held while codes are given, so that two who give do not wait for each other's rows: "door code" in digits.
const LOCK: i64 = 0x646f_6f72_636f_6465;

/// One connection.
pub struct PostGisRegister(PgConnection);

impl PostGisRegister {
    pub async fn open(address: &DatabaseAddress) -> Result<Self, AssignError> {
        let mut connection = address.connect().await?;
        let is_there = "SELECT to_regclass('bandoso.retired_door_code') IS NOT NULL";
        if !sqlx::query_scalar(is_there).fetch_one(&mut connection).await? {
            return Err(AssignError::NoRegister);
        }
        let lock = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(LOCK);
        if !lock.fetch_one(&mut connection).await? {
            return Err(AssignError::Busy);
        }
        Ok(Self(connection))
    }

    pub async fn count_without(&mut self) -> Result<u64, AssignError> {
        let count = "SELECT count(*) FROM bandoso.address WHERE door_code IS NULL";
        let count: i64 = sqlx::query_scalar(count).fetch_one(&mut self.0).await?;
        Ok(count.unsigned_abs())
    }

    pub async fn begin(&mut self) -> Result<(), AssignError> {
        self.0.execute("BEGIN").await?;
        Ok(())
    }

    pub async fn without(&mut self, after: i64, limit: usize) -> Result<Vec<i64>, AssignError> {
        let next = "SELECT address_id FROM bandoso.address WHERE address_id > $1 AND door_code IS NULL
                    ORDER BY address_id LIMIT $2 FOR UPDATE";
        Ok(sqlx::query_scalar(next).bind(after).bind(limit as i64).fetch_all(&mut self.0).await?)
    }

    pub async fn taken(&mut self, codes: &BTreeSet<DoorCode>) -> Result<Vec<String>, AssignError> {
        let codes: Vec<&str> = codes.iter().map(DoorCode::as_str).collect();
        let taken = "SELECT door_code FROM bandoso.address WHERE door_code = ANY($1)
                     UNION SELECT code FROM bandoso.retired_door_code WHERE code = ANY($1)";
        Ok(sqlx::query_scalar(taken).bind(&codes).fetch_all(&mut self.0).await?)
    }

    pub async fn give(&mut self, pairs: &[(i64, DoorCode)]) -> Result<u64, AssignError> {
        let (ids, codes): (Vec<i64>, Vec<&str>) = pairs.iter().map(|(id, code)| (*id, code.as_str())).unzip();
        let give = "UPDATE bandoso.address a SET door_code = given.code
                    FROM unnest($1::bigint[], $2::text[]) AS given (id, code)
                    WHERE a.address_id = given.id AND a.door_code IS NULL";
        Ok(sqlx::query(give).bind(&ids).bind(&codes).execute(&mut self.0).await?.rows_affected())
    }

    pub async fn commit(&mut self) -> Result<(), AssignError> {
        self.0.execute("COMMIT").await?;
        Ok(())
    }

    pub async fn close(self) -> Result<(), AssignError> {
        Ok(self.0.close().await?)
    }
}
