//! One database of the test cluster, with the two things a test wants of it: run some SQL, read some
//! rows as text.

use sqlx::{Column, Connection, Executor, PgConnection, Row, ValueRef};

use super::block_on;

/// A database of its own for one test; dropped with the value.
pub struct Database {
    /// What the program under test is given.
    pub url: String,
    admin_url: String,
    name: String,
}

impl Database {
    pub(super) fn new(url: String, admin_url: String, name: String) -> Self {
        Self { url, admin_url, name }
    }

    /// Its name in the cluster.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs one or more statements; a fault fails the test with the statement in the message.
    pub fn execute(&self, sql: &str) {
        block_on(|| async {
            let mut connection = PgConnection::connect(&self.url).await.expect("the database answers");
            if let Err(e) = connection.execute(sqlx::AssertSqlSafe(sql)).await {
                panic!("{sql}\n{e}");
            }
            connection.close().await.expect("the connection closes");
        });
    }

    /// The rows of a query as PostgreSQL writes them in text, NULL as `None`.
    pub fn query(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        block_on(|| async {
            let mut connection = PgConnection::connect(&self.url).await.expect("the database answers");
            // the simple protocol sends text whatever the type
            let rows = match sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).fetch_all(&mut connection).await {
                Ok(rows) => rows,
                Err(e) => panic!("{sql}\n{e}"),
            };
            connection.close().await.expect("the connection closes");
            rows.iter()
                .map(|row| {
                    row.columns()
                        .iter()
                        .map(|column| {
                            let value = row.try_get_raw(column.ordinal()).expect("the column is there");
                            (!value.is_null()).then(|| value.as_str().expect("text").to_owned())
                        })
                        .collect()
                })
                .collect()
        })
    }

    /// The single value of a query of one row and one column.
    pub fn value(&self, sql: &str) -> String {
        let rows = self.query(sql);
        match rows.as_slice() {
            [row] if row.len() == 1 => row[0].clone().unwrap_or_else(|| panic!("NULL from {sql}")),
            _ => panic!("{} rows from {sql}", rows.len()),
        }
    }

    /// The same database for another role (the cluster trusts every name).
    pub fn url_as(&self, role: &str) -> String {
        let after_scheme = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        let host = after_scheme.rsplit_once('@').map_or(after_scheme, |(_, rest)| rest);
        format!("postgres://{role}@{host}")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let admin_url = &self.admin_url;
        // A failing test is unwinding already: no second panic out of here.
        block_on(|| async move {
            if let Ok(mut admin) = PgConnection::connect(admin_url).await {
                let _ = admin.execute(sqlx::AssertSqlSafe(sql)).await;
                let _ = admin.close().await;
            }
        });
    }
}
