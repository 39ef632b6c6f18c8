//! What a table looks like and what this user may read of it, from PostgreSQL's own catalogue.
//!
//! `pg_attribute` and not the `geometry_columns` view, which hides tables a role has only column
//! rights on; and never `to_regclass`, which fails on a schema one may not enter.

use sqlx::{PgConnection, Row};

use super::in_words;
use crate::config::quote_identifier;
use crate::source::{SourceColumn, SourceError, TableQuery, known_columns};
use crate::store::ColumnType;

/// A table as one query reads it.
pub struct Table {
    /// Quoted, with its schema.
    from: String,
    /// The SELECT list: key, geometry, other columns, cast to the types the decoder knows.
    expressions: Vec<String>,
    /// Whether the key is a number or text, where the query has one.
    pub key_type: Option<ColumnType>,
    /// Whether the query has a geometry.
    pub has_geometry: bool,
    /// The other columns, in the order of the query.
    pub columns: Vec<SourceColumn>,
    /// Its size in pages of the largest part; `None` where it cannot be read by ranges of pages.
    pub pages: Option<u64>,
}

/// A column as the catalogue has it.
struct Attribute {
    name: String,
    /// Base type of a domain: `int4`, `geometry`.
    type_name: String,
    /// Schema of the type, where PostGIS's functions are too.
    type_schema: String,
    /// `geometry(MultiPolygon,4326)`, `numeric(10,0)`
    formatted: String,
    may_read: bool,
}

impl Table {
    /// Looks a table up and checks that everything the query wants is there and may be read.
    pub async fn look_up(connection: &mut PgConnection, query: &TableQuery) -> Result<Self, SourceError> {
        let name = query.table.to_string();
        let failed = |e: sqlx::Error| SourceError::Reading { table: name.clone(), problem: in_words(&e) };
        // `pg_table_is_visible` is the search path; two tables of one name cannot both be visible.
        let found = sqlx::query(
            "SELECT c.oid, c.relkind::text, n.nspname, has_schema_privilege(n.oid, 'USAGE'),
                    has_table_privilege(c.oid, 'SELECT')
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
               AND CASE WHEN $2::text IS NULL THEN pg_table_is_visible(c.oid) ELSE n.nspname = $2 END",
        )
        .persistent(false)
        .bind(&query.table.name)
        .bind(&query.table.schema)
        .fetch_optional(&mut *connection)
        .await
        .map_err(failed)?
        .ok_or_else(|| SourceError::NoTable(name.clone()))?;
        let oid: sqlx::postgres::types::Oid = found.get(0);
        let (kind, schema, may_enter): (String, String, bool) = (found.get(1), found.get(2), found.get(3));
        if !may_enter {
            let problem = format!(
                "this user may not enter schema {schema}: run GRANT USAGE ON SCHEMA {}",
                quote_identifier(&schema)
            );
            return Err(SourceError::Reading { table: name, problem });
        }
        let attributes = attributes_of(connection, oid).await.map_err(failed)?;
        let pick = |column: &str| pick(&attributes, column, &name);
        let mut expressions = Vec::new();
        let mut key_type = None;
        if let Some(column) = &query.key {
            let (expression, column_type) = key_expression(pick(column)?);
            expressions.push(expression);
            key_type = Some(column_type);
        }
        if let Some(column) = &query.geometry {
            expressions.push(geometry_expression(pick(column)?, &name)?);
        }
        let mut columns = Vec::with_capacity(query.columns.len());
        for column in &query.columns {
            let (expression, column_type) = value_expression(pick(column)?);
            expressions.push(expression);
            columns.push(SourceColumn { name: column.clone(), column_type });
        }
        // `ctid` is a system column: rights on single columns do not cover it.
        let has_pages = matches!(kind.as_str(), "r" | "p" | "m") && found.get::<bool, _>(4);
        let pages = if has_pages { Some(pages_of(connection, oid).await.map_err(failed)?) } else { None };
        let from = format!("{}.{}", quote_identifier(&schema), quote_identifier(&query.table.name));
        Ok(Self { from, expressions, key_type, has_geometry: query.geometry.is_some(), columns, pages })
    }

    /// The types of the other columns.
    pub fn types(&self) -> Vec<ColumnType> {
        self.columns.iter().map(|c| c.column_type).collect()
    }

    /// The statement for the `index`th of `count` ranges of pages. Together they give every row once,
    /// also of partitions and of pages added since the count: the last range has no end.
    pub fn copy_statement(&self, index: u64, count: u64) -> String {
        let mut conditions = Vec::new();
        let page = |i: u64| self.pages.unwrap_or(0) * i / count;
        if index > 0 {
            conditions.push(format!("ctid >= '({},0)'::tid", page(index)));
        }
        if index + 1 < count {
            conditions.push(format!("ctid < '({},0)'::tid", page(index + 1)));
        }
        let filter = if conditions.is_empty() {
            String::new()
        } else {
            format!(" WHERE {}", conditions.join(" AND "))
        };
        let list = self.expressions.join(", ");
        format!("COPY (SELECT {list} FROM {}{filter}) TO STDOUT (FORMAT binary)", self.from)
    }
}

async fn attributes_of(
    connection: &mut PgConnection,
    oid: sqlx::postgres::types::Oid,
) -> Result<Vec<Attribute>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT a.attname, b.typname, n.nspname, format_type(a.atttypid, a.atttypmod),
                has_column_privilege(a.attrelid, a.attnum, 'SELECT')
         FROM pg_attribute a
         JOIN pg_type t ON t.oid = a.atttypid
         JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
         JOIN pg_namespace n ON n.oid = b.typnamespace
         WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped
         ORDER BY a.attnum",
    )
    .persistent(false)
    .bind(oid)
    .fetch_all(connection)
    .await?;
    let attribute = |row: &sqlx::postgres::PgRow| Attribute {
        name: row.get(0),
        type_name: row.get(1),
        type_schema: row.get(2),
        formatted: row.get(3),
        may_read: row.get(4),
    };
    Ok(rows.iter().map(attribute).collect())
}

/// Pages of the table, of a partitioned one the pages of its largest leaf.
async fn pages_of(
    connection: &mut PgConnection,
    oid: sqlx::postgres::types::Oid,
) -> Result<u64, sqlx::Error> {
    let pages: i64 = sqlx::query_scalar(
        "SELECT coalesce(max(pg_relation_size(relid)), 0) / current_setting('block_size')::bigint
         FROM (SELECT $1::regclass AS relid UNION ALL SELECT relid FROM pg_partition_tree($1)) AS parts",
    )
    .persistent(false)
    .bind(oid)
    .fetch_one(connection)
    .await?;
    Ok(u64::try_from(pages).unwrap_or(0))
}

fn pick<'a>(attributes: &'a [Attribute], column: &str, table: &str) -> Result<&'a Attribute, SourceError> {
    match attributes.iter().find(|a| a.name == column) {
        Some(attribute) if attribute.may_read => Ok(attribute),
        Some(_) => Err(SourceError::Forbidden { table: table.to_owned(), column: column.to_owned() }),
        None => Err(SourceError::NoColumn {
            table: table.to_owned(),
            column: column.to_owned(),
            known: known_columns(attributes.iter().map(|a| a.name.as_str())),
        }),
    }
}

/// Whole numbers stay numbers, everything else (text, uuid) becomes text.
fn key_expression(attribute: &Attribute) -> (String, ColumnType) {
    let is_whole_numeric = attribute.type_name == "numeric" && attribute.formatted.ends_with(",0)");
    if is_whole_numeric {
        return (format!("{}::int8", quote_identifier(&attribute.name)), ColumnType::Int);
    }
    match value_expression(attribute) {
        (expression, ColumnType::Int) => (expression, ColumnType::Int),
        _ => (format!("{}::text", quote_identifier(&attribute.name)), ColumnType::Text),
    }
}

/// The five types the decoder knows; what has no type of ours is sent as text.
fn value_expression(attribute: &Attribute) -> (String, ColumnType) {
    let column = quote_identifier(&attribute.name);
    match attribute.type_name.as_str() {
        "int2" | "int4" | "int8" | "oid" => (format!("{column}::int8"), ColumnType::Int),
        "float4" | "float8" | "numeric" => (format!("{column}::float8"), ColumnType::Float),
        "bool" => (format!("{column}::bool"), ColumnType::Bool),
        // `infinity` is PostgreSQL's way to say "no end", which is NULL with us
        "date" => (format!("CASE WHEN isfinite({column}) THEN {column}::date END"), ColumnType::Date),
        _ => (format!("{column}::text"), ColumnType::Text),
    }
}

/// The column as EWKB without curves. A column declared as a plain type cannot hold any.
fn geometry_expression(attribute: &Attribute, table: &str) -> Result<String, SourceError> {
    let column = quote_identifier(&attribute.name);
    let postgis = quote_identifier(&attribute.type_schema);
    let column = match attribute.type_name.as_str() {
        "geometry" => column,
        "geography" => return Ok(format!("{column}::{postgis}.geometry")),
        other => {
            let problem = format!("column {} is {other}, not a geometry", attribute.name);
            return Err(SourceError::Reading { table: table.to_owned(), problem });
        }
    };
    const STRAIGHT: [&str; 6] =
        ["point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon"];
    let declared = attribute.formatted.to_ascii_lowercase();
    let declared = declared.split_once('(').map_or("", |(_, rest)| rest);
    let declared = declared.split([',', ')']).next().unwrap_or_default();
    let declared = declared.trim_end_matches(['z', 'm']);
    if STRAIGHT.contains(&declared) {
        return Ok(column);
    }
    Ok(format!(
        "CASE WHEN {postgis}.ST_HasArc({column}) THEN {postgis}.ST_CurveToLine({column}) ELSE {column} END"
    ))
}
