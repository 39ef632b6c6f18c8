//! The town all servers show: generated, given the entropy a real register has, and copied into one
//! plain table, the form the peers read best.

use std::ops::RangeInclusive;

use bandoso::database::quote_identifier;
use bandoso::demo::{RECORDED_AT, TownOptions, write_town};
use bandoso::schema::{SchemaWriter, migrate};
use bandoso::source::{Location, standard_layers};

use super::support::{Database, block_on};
use super::tables::{Column, PeerTable};

/// Below this zoom our tiles are generalised; from here on every row is drawn.
pub const FIRST_EXACT_ZOOM: u8 = 15;

/// From here on every row is drawn with every attribute.
const FIRST_FULL_ZOOM: u8 = 16;

const PARCELS: &str = "parcels";

/// Makes the town and the plain table of its parcels.
pub fn make(parcels: u32, database: &Database) -> Vec<PeerTable> {
    eprintln!("making about {parcels} parcels");
    block_on(|| write(parcels, &database.url));
    eprintln!("giving them identifiers and dates");
    database.execute(ENTROPY);
    database.execute("VACUUM ANALYZE");
    eprintln!("copying them into plain tables");
    vec![
        plain_table(database, "peer_parcels", FIRST_FULL_ZOOM..=u8::MAX),
        plain_table(database, "peer_parcels_15", FIRST_EXACT_ZOOM..=FIRST_FULL_ZOOM - 1),
    ]
}

async fn write(parcels: u32, url: &str) {
    let url = &url.parse().expect("an address");
    migrate(url).await.expect("the schema is made");
    let mut writer = SchemaWriter::postgis(url, RECORDED_AT).await.expect("a writer");
    let options = TownOptions { parcels, ..TownOptions::default() };
    write_town(&options, &mut writer, |_| {}).await.expect("the town is written");
    writer.commit().await.expect("it is committed");
}

/// Texts that differ from row to row cost most in a tile. The triggers would check what is not changed.
const ENTROPY: &str = "
    SET session_replication_role = replica;
    UPDATE bandoso.parcel SET
        official_id = CASE WHEN hashint8(parcel_id) & 1 = 0
                           THEN ST_GeoHash(ST_PointOnSurface(geom), 12) END,
        valid_from = date '1995-01-01' + abs(hashint8(parcel_id) % 11000)
    WHERE valid_to IS NULL;";

/// The rows of our layer with the attributes its tiles have at these zooms, in the order of the Hilbert curve, as
/// CLUSTER would leave them.
fn plain_table(database: &Database, name: &str, zooms: RangeInclusive<u8>) -> PeerTable {
    let layers = standard_layers(&database.url.parse::<Location>().expect("an address of a database"));
    let layer = layers.iter().find(|layer| layer.id == PARCELS).expect("a layer of parcels");
    let shown = layer.columns.iter().filter(|column| column.minzoom <= *zooms.start());
    let names: Vec<String> = shown.map(|c| quote_identifier(&c.column)).collect();
    let (columns, view) = (names.join(", "), layer.table.quoted());
    database.execute(&format!(
        "CREATE TABLE {name} AS
            SELECT id, {columns}, geom::geometry(MultiPolygon, 4326) FROM {view} ORDER BY geom;
         ALTER TABLE {name} ADD PRIMARY KEY (id);
         CREATE INDEX {name}_geom ON {name} USING gist (geom)"
    ));
    database.execute(&format!("VACUUM ANALYZE {name}"));
    PeerTable {
        name: name.to_owned(),
        first_zoom: *zooms.start(),
        last_zoom: *zooms.end(),
        columns: columns_of(database, name),
    }
}

fn columns_of(database: &Database, table: &str) -> Vec<Column> {
    let rows = database.query(&format!(
        "SELECT column_name, udt_name FROM information_schema.columns
         WHERE table_name = '{table}' AND column_name NOT IN ('id', 'geom') ORDER BY ordinal_position"
    ));
    let text = |cell: &Option<String>| cell.clone().unwrap_or_default();
    rows.iter().map(|row| Column { name: text(&row[0]), sql_type: text(&row[1]) }).collect()
}

/// A box in degrees: west, south, east, north.
pub type Degrees = [f64; 4];

/// A box around the parcels of every ward: together they leave out the land between two towns.
pub fn wards(database: &Database) -> Vec<Degrees> {
    let rows = database.query(
        "SELECT ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b)
         FROM (SELECT ST_Extent(geom) AS b FROM peer_parcels GROUP BY unit) AS wards",
    );
    let number = |cell: &Option<String>| cell.as_deref().and_then(|n| n.parse().ok()).unwrap_or(0.0);
    rows.iter().map(|row| std::array::from_fn(|i| number(&row[i]))).collect()
}

/// Points in parcels chosen blindly, the same in every run: longitude and latitude.
pub fn blind_points(database: &Database, count: usize) -> Vec<(f64, f64)> {
    let rows = database.query(&format!(
        "SELECT ST_X(p), ST_Y(p) FROM (
            SELECT ST_PointOnSurface(geom) AS p FROM peer_parcels ORDER BY hashint8(id), id LIMIT {count}) AS points"
    ));
    let number = |cell: &Option<String>| cell.as_deref().and_then(|n| n.parse().ok()).unwrap_or(0.0);
    rows.iter().map(|row| (number(&row[0]), number(&row[1]))).collect()
}
