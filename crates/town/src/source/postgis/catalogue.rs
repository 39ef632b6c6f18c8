//! What a table looks like and what this user may read of it, from PostgreSQL's own catalogue.
//!
//! `pg_attribute` and not the `geometry_columns` view, which hides tables a role has only column
//! rights on; and never `to_regclass`, which fails on a schema one may not enter.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::postgres::PgRow;
use sqlx::postgres::types::Oid;
use sqlx::{PgConnection, Row};

use super::copy::KeyType;
use super::in_words;
use crate::config::TableName;
use crate::database::quote_identifier;
use crate::source::nearest::{did_you_mean, nearest};
use crate::source::rights::MissingRights;
use crate::source::{SourceColumn, SourceError, TableQuery, known_columns, nearest_column};
use crate::store::ColumnType;

/// A table as one query reads it.
pub struct Table {
    /// Quoted, with its schema.
    from: String,
    /// The SELECT list: key, geometry, other columns, cast to the types the decoder knows.
    expressions: Vec<String>,
    /// How the key comes, where the query has one.
    pub key_type: Option<KeyType>,
    /// Whether the query has a geometry.
    pub has_geometry: bool,
    /// The other columns, in the order of the query.
    pub columns: Vec<SourceColumn>,
    /// Its size in pages of the largest part; `None` where it cannot be read by ranges of pages.
    pub pages: Option<u64>,
    /// What this user may not read of it.
    pub missing: MissingRights,
    /// Whether policies hide rows of it from this user.
    pub hides_rows: bool,
}

/// A column as the catalogue has it.
struct Attribute {
    name: String,
    /// As SQL needs it.
    quoted: String,
    /// Base type of a domain, or of a domain over domains: `int4`, `geometry`.
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
        let table = Self::find(connection, query).await?;
        if table.missing.is_empty() { Ok(table) } else { Err(SourceError::NoRights(table.missing.script())) }
    }

    /// Looks a table up; what this user may not read of it is in [`Table::missing`].
    pub async fn find(connection: &mut PgConnection, query: &TableQuery) -> Result<Self, SourceError> {
        let name = query.table.to_string();
        let failed = |e: sqlx::Error| SourceError::Reading { table: name.clone(), problem: in_words(&e) };
        // `pg_table_is_visible` is the search path; two tables of one name cannot both be visible. A schema that
        // may not be entered is on no search path, and its tables are named with it.
        let found = sqlx::query(
            "SELECT c.oid, c.relkind::text, n.nspname, has_schema_privilege(n.oid, 'USAGE') AS may_enter,
                    has_table_privilege(c.oid, 'SELECT') AS may_read_all, quote_ident(n.nspname) AS schema,
                    quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS quoted,
                    quote_ident(current_user) AS user, row_security_active(c.oid) AS hides_rows
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
               AND CASE WHEN $2::text IS NULL THEN pg_table_is_visible(c.oid) ELSE n.nspname = $2 END",
        )
        .persistent(false)
        .bind(&query.table.name)
        .bind(&query.table.schema)
        .fetch_optional(&mut *connection)
        .await
        .map_err(failed)?;
        let Some(found) = found else {
            let nearest = nearest_table(connection, &query.table).await.map_err(failed)?;
            return Err(SourceError::NoTable { table: name, hint: did_you_mean(nearest.as_deref()) });
        };
        let oid: Oid = found.get("oid");
        let attributes = attributes_of(connection, oid).await.map_err(failed)?;
        let mut unreadable: Vec<String> = Vec::new();
        let mut pick = |column: &str| {
            let attribute = pick(&attributes, column, &name)?;
            if !attribute.may_read && !unreadable.contains(&attribute.quoted) {
                unreadable.push(attribute.quoted.clone());
            }
            Ok::<&Attribute, SourceError>(attribute)
        };
        let mut expressions = Vec::new();
        let mut key_type = None;
        if let Some(column) = &query.key {
            let (expression, how) = key_expression(pick(column)?);
            expressions.push(expression);
            key_type = Some(how);
        }
        if let Some(column) = &query.geometry {
            expressions.push(geometry_expression(pick(column)?, &name)?);
        }
        let mut columns = Vec::with_capacity(query.columns.len());
        for column in &query.columns {
            let (expression, column_type) = value_expression(pick(column)?);
            expressions.push(expression);
            // singles come through text, so nothing is left to do for them
            columns.push(SourceColumn { name: column.clone(), column_type, is_single: false });
        }
        let quoted: String = found.get("quoted");
        let missing = MissingRights {
            user: found.get("user"),
            schemas: if found.get("may_enter") { BTreeSet::new() } else { [found.get("schema")].into() },
            columns: if unreadable.is_empty() {
                BTreeMap::new()
            } else {
                [(quoted.clone(), unreadable)].into()
            },
        };
        // `ctid` is a system column: rights on single columns do not cover it.
        let kind: String = found.get("relkind");
        let has_pages = matches!(kind.as_str(), "r" | "p" | "m") && found.get("may_read_all");
        let pages = if has_pages { Some(pages_of(connection, oid).await.map_err(failed)?) } else { None };
        Ok(Self {
            from: quoted,
            expressions,
            key_type,
            has_geometry: query.geometry.is_some(),
            columns,
            pages,
            missing,
            hides_rows: found.get("hides_rows"),
        })
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

/// The table or view whose name is nearest to one that is not there.
async fn nearest_table(
    connection: &mut PgConnection,
    wanted: &TableName,
) -> Result<Option<String>, sqlx::Error> {
    let names = sqlx::query(
        "SELECT n.nspname, c.relname, pg_table_is_visible(c.oid)
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'",
    );
    let rows = names.persistent(false).fetch_all(connection).await?;
    let name = |row: &PgRow| {
        let (schema, table, is_visible): (String, String, bool) = (row.get(0), row.get(1), row.get(2));
        let has_schema = wanted.schema.is_some() || !is_visible;
        TableName { schema: has_schema.then_some(schema), name: table }
    };
    let tables: Vec<TableName> = rows.iter().map(name).collect();
    let shown: Vec<String> = tables.iter().map(TableName::to_string).collect();
    let bare = tables.iter().map(|table| table.name.as_str());
    let by_whole = nearest(&wanted.to_string(), shown.iter().map(String::as_str));
    // the right name in another schema, or without any
    let by_name = || {
        let near = nearest(&wanted.name, bare)?;
        tables.iter().position(|table| table.name == near).map(|at| shown[at].as_str())
    };
    Ok(by_whole.or_else(by_name).map(str::to_owned))
}

async fn attributes_of(connection: &mut PgConnection, oid: Oid) -> Result<Vec<Attribute>, sqlx::Error> {
    // a domain may be over a domain, and each may say how long or how exact its values are
    let rows = sqlx::query(
        "SELECT a.attname, quote_ident(a.attname), b.typname, n.nspname, format_type(base.oid, base.typmod),
                has_column_privilege(a.attrelid, a.attnum, 'SELECT')
         FROM pg_attribute a
         CROSS JOIN LATERAL (
             WITH RECURSIVE over(oid, typmod, typtype, typbasetype, typtypmod) AS (
                 SELECT t.oid, a.atttypmod, t.typtype, t.typbasetype, t.typtypmod
                 FROM pg_type t WHERE t.oid = a.atttypid
                 UNION ALL
                 SELECT t.oid, CASE WHEN over.typtypmod <> -1 THEN over.typtypmod ELSE over.typmod END,
                        t.typtype, t.typbasetype, t.typtypmod
                 FROM over JOIN pg_type t ON t.oid = over.typbasetype WHERE over.typtype = 'd')
             SELECT oid, typmod FROM over WHERE typtype <> 'd') base
         JOIN pg_type b ON b.oid = base.oid
         JOIN pg_namespace n ON n.oid = b.typnamespace
         WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped
         ORDER BY a.attnum",
    )
    .persistent(false)
    .bind(oid)
    .fetch_all(connection)
    .await?;
    let attribute = |row: &PgRow| Attribute {
        name: row.get(0),
        quoted: row.get(1),
        type_name: row.get(2),
        type_schema: row.get(3),
        formatted: row.get(4),
        may_read: row.get(5),
    };
    Ok(rows.iter().map(attribute).collect())
}

/// Pages of the table, of a partitioned one the pages of its largest leaf.
async fn pages_of(connection: &mut PgConnection, oid: Oid) -> Result<u64, sqlx::Error> {
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
    let names = || attributes.iter().map(|a| a.name.as_str());
    attributes.iter().find(|a| a.name == column).ok_or_else(|| SourceError::NoColumn {
        table: table.to_owned(),
        column: column.to_owned(),
        known: known_columns(names()),
        hint: did_you_mean(nearest_column(column, names()).as_deref()),
    })
}

/// Whole numbers stay numbers, everything else (text, uuid) becomes text.
fn key_expression(attribute: &Attribute) -> (String, KeyType) {
    let column = quote_identifier(&attribute.name);
    match attribute.type_name.as_str() {
        "int2" | "int4" | "int8" | "oid" => (format!("{column}::int8"), KeyType::Int),
        // whole in most tables, of any size in some: `12.0` is 12
        "numeric" | "float4" | "float8" => (format!("trim_scale({column}::numeric)::text"), KeyType::Digits),
        _ => (format!("{column}::text"), KeyType::Text),
    }
}

/// Digits that fit 64 bits whatever they are.
const INT_DIGITS: i32 = 18;

/// The five types the decoder knows; what has no type of ours is sent as text.
fn value_expression(attribute: &Attribute) -> (String, ColumnType) {
    let column = quote_identifier(&attribute.name);
    match attribute.type_name.as_str() {
        "int2" | "int4" | "int8" | "oid" => (format!("{column}::int8"), ColumnType::Int),
        "numeric" => match whole_digits(&attribute.formatted) {
            // NaN is the one value of such a column that is no whole number
            Some(digits) if digits <= INT_DIGITS => {
                (format!("nullif({column}, 'NaN')::int8"), ColumnType::Int)
            }
            Some(_) => (format!("{column}::text"), ColumnType::Text),
            None => (format!("{column}::float8"), ColumnType::Float),
        },
        // through text, which is the shortest that means the same: 2.3 and not 2.299999952316284
        "float4" => (format!("{column}::text::float8"), ColumnType::Float),
        "float8" => (format!("{column}::float8"), ColumnType::Float),
        "bool" => (format!("{column}::bool"), ColumnType::Bool),
        // `infinity` is PostgreSQL's way to say "no end", which is NULL with us
        "date" => (format!("CASE WHEN isfinite({column}) THEN {column}::date END"), ColumnType::Date),
        _ => (format!("{column}::text"), ColumnType::Text),
    }
}

/// How many digits a `numeric` of whole numbers may have; `None` where it may have decimals.
fn whole_digits(formatted: &str) -> Option<i32> {
    let (precision, scale) = formatted.strip_prefix("numeric(")?.strip_suffix(')')?.split_once(',')?;
    let (precision, scale): (i32, i32) = (precision.parse().ok()?, scale.parse().ok()?);
    (scale <= 0).then_some(precision - scale)
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
