-- The GeoPackage form of the schema in `migrations/`: the same tables, columns and layer views in
-- SQLite's types. Dates are DATE ('YYYY-MM-DD' text underneath), uses are 'ONT+CLN' and their areas '300+1250.5'.
-- Feature tables are registered in gpkg_contents and gpkg_geometry_columns by the writer.

CREATE TABLE dataset (
    dataset_id   INTEGER PRIMARY KEY,
    name         TEXT    NOT NULL CHECK (name <> ''),
    srid         INTEGER NOT NULL CHECK (srid > 0),
    source       TEXT    NOT NULL DEFAULT '',
    visibility   TEXT    NOT NULL DEFAULT 'public' CHECK (visibility IN ('public', 'staff')),
    is_generated BOOLEAN NOT NULL DEFAULT 0,
    imported_at  TEXT    NOT NULL,
    tolerance_m  REAL    CHECK (tolerance_m > 0)
);
CREATE TABLE land_use (
    code TEXT NOT NULL, valid_from DATE, valid_to DATE,
    name_vi TEXT NOT NULL, name_en TEXT NOT NULL, colour TEXT
);
CREATE TABLE unit (
    unit_id INTEGER PRIMARY KEY CHECK (unit_id > 0),
    level TEXT NOT NULL CHECK (level IN ('province', 'district', 'ward')),
    valid_from DATE, valid_to DATE CHECK (valid_to > valid_from)
);
CREATE TABLE unit_version (
    unit_id INTEGER NOT NULL REFERENCES unit,
    code TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL CHECK (name <> ''),
    parent_id INTEGER REFERENCES unit,
    valid_from DATE, valid_to DATE CHECK (valid_to > valid_from)
);
CREATE INDEX unit_version_by_unit ON unit_version (unit_id);
CREATE TABLE unit_alias (
    unit_id INTEGER NOT NULL REFERENCES unit, alias TEXT NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('name', 'code')), source TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (unit_id, what, alias)
);
CREATE TABLE unit_link (
    old_unit_id INTEGER NOT NULL REFERENCES unit, new_unit_id INTEGER NOT NULL REFERENCES unit,
    extent TEXT NOT NULL CHECK (extent IN ('whole', 'part')),
    share REAL CHECK (share > 0 AND share <= 1), legal_basis TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (old_unit_id, new_unit_id)
);
CREATE TABLE unit_area (
    unit_id INTEGER PRIMARY KEY REFERENCES unit,
    dataset_id INTEGER NOT NULL REFERENCES dataset,
    geom MULTIPOLYGON NOT NULL, geom_src BLOB
);
CREATE TABLE parcel (
    parcel_id INTEGER PRIMARY KEY CHECK (parcel_id > 0 AND parcel_id < 9007199254740992),
    dataset_id INTEGER NOT NULL REFERENCES dataset,
    survey_unit_id INTEGER NOT NULL REFERENCES unit,
    sheet TEXT NOT NULL CHECK (sheet <> ''), number TEXT NOT NULL CHECK (number <> ''),
    lineage INTEGER NOT NULL DEFAULT 0,
    uses TEXT NOT NULL, use_areas_m2 TEXT,
    registered_area_m2 REAL CHECK (registered_area_m2 > 0),
    unit_id INTEGER NOT NULL REFERENCES unit,
    official_id TEXT,
    geom MULTIPOLYGON NOT NULL, geom_src BLOB,
    valid_from DATE, valid_to DATE CHECK (valid_to > valid_from),
    recorded_at TEXT NOT NULL
);
CREATE INDEX parcel_by_sheet ON parcel (survey_unit_id, sheet, number, lineage);
CREATE TABLE parcel_lineage (
    old_parcel_id INTEGER NOT NULL, new_parcel_id INTEGER NOT NULL,
    how TEXT NOT NULL CHECK (how IN ('split', 'merger', 'new_sheet', 'resurvey')),
    happened_on DATE NOT NULL,
    PRIMARY KEY (old_parcel_id, new_parcel_id)
);
CREATE TABLE plan (
    plan_id INTEGER PRIMARY KEY, dataset_id INTEGER NOT NULL REFERENCES dataset,
    kind TEXT NOT NULL CHECK (kind IN ('land_use', 'general', 'zoning', 'detailed')),
    name TEXT NOT NULL, scale INTEGER, number TEXT NOT NULL DEFAULT '', decided_on DATE,
    authority TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL CHECK (status IN ('draft', 'in_force', 'replaced')),
    period_from DATE, period_to DATE, geom MULTIPOLYGON NOT NULL, valid_from DATE, valid_to DATE
);
CREATE TABLE plan_zone (
    zone_id INTEGER PRIMARY KEY, plan_id INTEGER NOT NULL REFERENCES plan,
    code TEXT NOT NULL, name TEXT NOT NULL DEFAULT '', geom MULTIPOLYGON NOT NULL, geom_src BLOB
);
CREATE TABLE plan_line (
    line_id INTEGER PRIMARY KEY, plan_id INTEGER NOT NULL REFERENCES plan,
    code TEXT NOT NULL, name TEXT NOT NULL DEFAULT '', geom MULTILINESTRING NOT NULL, geom_src BLOB
);
CREATE TABLE plan_point (
    point_id INTEGER PRIMARY KEY, plan_id INTEGER NOT NULL REFERENCES plan,
    code TEXT NOT NULL, name TEXT NOT NULL DEFAULT '', geom POINT NOT NULL, geom_src BLOB
);
CREATE TABLE street (
    street_id INTEGER PRIMARY KEY, dataset_id INTEGER NOT NULL REFERENCES dataset,
    name TEXT NOT NULL CHECK (name <> ''),
    kind TEXT NOT NULL CHECK (kind IN ('street', 'alley', 'national_road', 'provincial_road')),
    parent_id INTEGER REFERENCES street, unit_id INTEGER NOT NULL REFERENCES unit,
    geom MULTILINESTRING   -- NULL: known by name only
);
CREATE TABLE address (
    address_id INTEGER PRIMARY KEY, dataset_id INTEGER NOT NULL REFERENCES dataset,
    door_code TEXT UNIQUE, number TEXT, street_id INTEGER REFERENCES street, hamlet TEXT,
    unit_id INTEGER NOT NULL REFERENCES unit, former_unit_id INTEGER REFERENCES unit, former_place TEXT,
    parcel_id INTEGER, national_place_id TEXT UNIQUE, post_address_code TEXT, postal_code TEXT,
    geom POINT NOT NULL, valid_from DATE, valid_to DATE, recorded_at TEXT NOT NULL,
    CHECK (number IS NOT NULL OR hamlet IS NOT NULL OR street_id IS NOT NULL)
);
CREATE TABLE landmark (
    landmark_id INTEGER PRIMARY KEY CHECK (landmark_id > 0 AND landmark_id < 9007199254740992),
    dataset_id INTEGER NOT NULL REFERENCES dataset,
    name TEXT NOT NULL CHECK (name <> ''),
    kind TEXT CHECK (kind IN ('market', 'school', 'hospital', 'office', 'religious', 'park', 'station', 'post_office')),
    other_names TEXT CHECK (other_names <> ''),   -- with ';' between them
    unit_id INTEGER NOT NULL REFERENCES unit,
    geom POINT NOT NULL
);
CREATE TABLE former_street_name (
    street_id INTEGER NOT NULL REFERENCES street, dataset_id INTEGER NOT NULL REFERENCES dataset,
    name TEXT NOT NULL CHECK (name <> ''), valid_to DATE, legal_basis TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (street_id, name)
);
CREATE TABLE retired_door_code (
    code TEXT PRIMARY KEY, successor TEXT CHECK (successor <> code),
    retired_on DATE NOT NULL DEFAULT (date('now', '+7 hours')),
    reason TEXT NOT NULL CHECK (reason IN ('removed', 'replaced', 'merged'))
);
CREATE TRIGGER door_code_comes BEFORE INSERT ON address WHEN new.door_code IS NOT NULL BEGIN
    SELECT raise(ABORT, 'this door code was retired and is never given again') FROM retired_door_code WHERE code = new.door_code; END;
CREATE TRIGGER door_code_changes BEFORE UPDATE OF door_code ON address WHEN new.door_code IS NOT old.door_code BEGIN
    SELECT raise(ABORT, 'this door code was retired and is never given again') FROM retired_door_code WHERE code = new.door_code; END;
CREATE TRIGGER door_code_is_replaced AFTER UPDATE OF door_code ON address WHEN new.door_code IS NOT old.door_code AND old.door_code IS NOT NULL BEGIN
    INSERT OR IGNORE INTO retired_door_code (code, successor, reason) VALUES (old.door_code, new.door_code, 'replaced'); END;
CREATE TRIGGER door_code_goes AFTER DELETE ON address WHEN old.door_code IS NOT NULL BEGIN
    INSERT OR IGNORE INTO retired_door_code (code, reason) VALUES (old.door_code, 'removed'); END;

CREATE VIEW today AS SELECT date('now', '+7 hours') AS day;   -- Asia/Ho_Chi_Minh has no summer time
CREATE VIEW unit_current AS
    SELECT u.unit_id, u.level, v.code, v.kind, v.name, v.parent_id, v.valid_from
    FROM unit u JOIN unit_version v USING (unit_id), today
    WHERE (u.valid_to IS NULL OR u.valid_to > day)
      AND (v.valid_to IS NULL OR v.valid_to > day)
      AND (v.valid_from IS NULL OR v.valid_from <= day);
CREATE VIEW unit_latest AS
    SELECT unit_id, code, kind, name, parent_id, valid_to FROM (
        SELECT *, row_number() OVER (PARTITION BY unit_id
                                     ORDER BY coalesce(valid_to, '9999') DESC) AS recency
        FROM unit_version) WHERE recency = 1;
CREATE VIEW layer_units AS
    SELECT c.unit_id AS id, c.code, c.kind, c.name,
           p.code AS province_code, p.name AS province, a.geom
    FROM unit_current c JOIN unit_area a USING (unit_id)
    LEFT JOIN unit_current p ON p.unit_id = c.parent_id
    WHERE c.level = 'ward';
CREATE VIEW layer_parcels AS
    SELECT p.parcel_id AS id, s.code AS survey_unit, p.sheet, p.number, p.uses, p.use_areas_m2,
           p.registered_area_m2, u.code AS unit, p.official_id, p.geom, p.valid_from, p.valid_to
    FROM parcel p
    JOIN dataset d ON d.dataset_id = p.dataset_id AND d.visibility = 'public'
    JOIN unit_latest s ON s.unit_id = p.survey_unit_id
    JOIN unit_latest u ON u.unit_id = p.unit_id;
CREATE VIEW layer_plans AS
    SELECT p.plan_id AS id, p.kind, p.name, p.scale, p.number, p.decided_on, p.authority, p.status,
           p.period_from, p.period_to, p.geom, p.valid_from, p.valid_to
    FROM plan p
    JOIN dataset d ON d.dataset_id = p.dataset_id AND d.visibility = 'public';
CREATE VIEW layer_plan_zones AS
    SELECT z.zone_id AS id, z.plan_id, p.kind AS plan_kind, z.code, z.name, z.geom, p.valid_from, p.valid_to
    FROM plan_zone z JOIN layer_plans p ON p.id = z.plan_id;
CREATE VIEW layer_streets AS
    SELECT s.street_id AS id, s.name, s.kind, s.parent_id, u.code AS unit, s.geom
    FROM street s
    JOIN dataset d ON d.dataset_id = s.dataset_id AND d.visibility = 'public'
    JOIN unit_latest u ON u.unit_id = s.unit_id
    WHERE s.geom IS NOT NULL;
CREATE VIEW layer_addresses AS
    SELECT a.address_id AS id, a.door_code, a.number, a.street_id, a.hamlet,
           u.code AS unit, a.former_unit_id, a.parcel_id,
           a.national_place_id, a.post_address_code, a.postal_code, a.geom, a.valid_from, a.valid_to
    FROM address a
    JOIN dataset d ON d.dataset_id = a.dataset_id AND d.visibility = 'public'
    JOIN unit_latest u ON u.unit_id = a.unit_id;
CREATE VIEW layer_landmarks AS
    SELECT l.landmark_id AS id, l.name, l.kind, l.other_names, u.code AS unit, l.geom
    FROM landmark l
    JOIN dataset d ON d.dataset_id = l.dataset_id AND d.visibility = 'public'
    JOIN unit_latest u ON u.unit_id = l.unit_id;
CREATE VIEW reference_former_places AS
    SELECT a.address_id, a.former_place AS place
    FROM address a
    JOIN dataset d ON d.dataset_id = a.dataset_id AND d.visibility = 'public'
    WHERE a.former_place IS NOT NULL;
CREATE VIEW reference_units AS
    SELECT u.unit_id, u.level, v.code, v.kind, v.name, v.parent_id, v.valid_from,
           coalesce(min(v.valid_to, u.valid_to), v.valid_to, u.valid_to) AS valid_to
    FROM unit u JOIN unit_version v USING (unit_id);
CREATE VIEW reference_border_tolerances AS
    SELECT a.unit_id, d.tolerance_m FROM unit_area a JOIN dataset d USING (dataset_id)
    WHERE d.tolerance_m IS NOT NULL;
CREATE VIEW reference_unit_links AS SELECT old_unit_id, new_unit_id, extent, share FROM unit_link;
CREATE VIEW reference_unit_aliases AS SELECT unit_id, alias, what FROM unit_alias;
CREATE VIEW reference_streets AS
    SELECT s.street_id, s.name, s.kind, s.parent_id, u.code AS unit
    FROM street s
    JOIN dataset d ON d.dataset_id = s.dataset_id AND d.visibility = 'public'
    JOIN unit_latest u ON u.unit_id = s.unit_id;
CREATE VIEW reference_former_street_names AS
    SELECT f.street_id, f.name
    FROM former_street_name f
    JOIN dataset d ON d.dataset_id = f.dataset_id AND d.visibility = 'public'
    JOIN reference_streets s ON s.street_id = f.street_id;
CREATE VIEW reference_retired_door_codes AS
    SELECT code, successor, retired_on FROM retired_door_code
    UNION ALL
    SELECT door_code, NULL, valid_to FROM address, today WHERE door_code IS NOT NULL AND valid_to <= day;
