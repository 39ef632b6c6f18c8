-- Parcels and plans.
--
-- `geom` is WGS 84 and is what the server draws; `geom_src` keeps the surveyed vertices untouched
-- with their SRID, so that areas and printed corners can be made from what was measured.

CREATE TABLE bandoso.parcel (
    -- a positive integer below 2^53 given by the source: tile feature id and API id, never reused
    parcel_id          bigint  PRIMARY KEY CHECK (parcel_id > 0 AND parcel_id < 9007199254740992),
    dataset_id         integer NOT NULL REFERENCES bandoso.dataset,
    -- the unit whose sheets were numbered from 1: since the merger (sheet, number) repeats in a ward
    survey_unit_id     integer NOT NULL REFERENCES bandoso.unit,
    sheet              text    NOT NULL CHECK (sheet <> ''),
    number             text    NOT NULL CHECK (number <> ''),
    -- distinguishes parcels that had the same sheet and number one after the other
    lineage            integer NOT NULL DEFAULT 0 CHECK (lineage >= 0),
    -- '{ONT,CLN}' with an area each where the register has them
    uses               text[]  NOT NULL CHECK (cardinality(uses) BETWEEN 1 AND 8),
    use_areas_m2       double precision[] CHECK (cardinality(use_areas_m2) = cardinality(uses)),
    registered_area_m2 double precision CHECK (registered_area_m2 > 0),
    unit_id            integer NOT NULL REFERENCES bandoso.unit,
    -- mã định danh thửa đất (geohash-12, Circular 19/2026/TT-BNNMT) where the land office gave one
    official_id        text    CHECK (official_id ~ '^[0-9b-hjkmnp-z]{12}$'),
    geom               geometry(MultiPolygon, 4326) NOT NULL CHECK (NOT ST_IsEmpty(geom)),
    geom_src           geometry,
    valid_from         date,
    valid_to           date CHECK (valid_to > valid_from),
    recorded_at        timestamptz NOT NULL DEFAULT now()
);
-- Not unique: real registers repeat a number on a sheet.
CREATE INDEX parcel_by_sheet ON bandoso.parcel (survey_unit_id, sheet, number, lineage);
CREATE INDEX parcel_geom ON bandoso.parcel USING gist (geom);

-- The codes inside `uses` are checked a statement at a time: a row trigger would double the time of
-- an import of a million parcels, and an array cannot carry a foreign key.
CREATE FUNCTION bandoso.parcel_uses_are_known() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE unknown text;
BEGIN
    SELECT string_agg(code, ', ' ORDER BY code) INTO unknown
    FROM (SELECT DISTINCT unnest(uses) AS code FROM touched
          EXCEPT SELECT code FROM bandoso.land_use) AS missing;
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'land-use codes not in bandoso.land_use: %', unknown
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER parcel_uses_on_insert AFTER INSERT ON bandoso.parcel
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION bandoso.parcel_uses_are_known();
CREATE TRIGGER parcel_uses_on_update AFTER UPDATE ON bandoso.parcel
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION bandoso.parcel_uses_are_known();

CREATE TABLE bandoso.parcel_lineage (
    old_parcel_id bigint NOT NULL REFERENCES bandoso.parcel,
    new_parcel_id bigint NOT NULL REFERENCES bandoso.parcel,
    how           text   NOT NULL CHECK (how IN ('split', 'merger', 'new_sheet', 'resurvey')),
    happened_on   date   NOT NULL,
    PRIMARY KEY (old_parcel_id, new_parcel_id),
    CHECK (old_parcel_id <> new_parcel_id)
);

CREATE TABLE bandoso.plan (
    plan_id     bigint  PRIMARY KEY CHECK (plan_id > 0 AND plan_id < 9007199254740992),
    dataset_id  integer NOT NULL REFERENCES bandoso.dataset,
    kind        text    NOT NULL CHECK (kind IN ('land_use', 'general', 'zoning', 'detailed')),
    name        text    NOT NULL CHECK (name <> ''),
    scale       integer CHECK (scale > 0),                 -- 2000 for 1/2,000
    number      text    NOT NULL DEFAULT '',               -- of the decision
    decided_on  date,
    authority   text    NOT NULL DEFAULT '',
    status      text    NOT NULL CHECK (status IN ('draft', 'in_force', 'replaced')),
    period_from date,
    period_to   date CHECK (period_to > period_from),
    -- what the plan covers: inside it and in no zone is "no restriction", outside it "no data"
    geom        geometry(MultiPolygon, 4326) NOT NULL CHECK (NOT ST_IsEmpty(geom)),
    valid_from  date,
    valid_to    date CHECK (valid_to > valid_from)
);

-- Zones, lines and points belong to one plan. `code` is a land-use code in a land-use plan and a
-- layer name of Circular 16/2025/TT-BXD in an urban plan.
CREATE TABLE bandoso.plan_zone (
    zone_id  bigint PRIMARY KEY CHECK (zone_id > 0 AND zone_id < 9007199254740992),
    plan_id  bigint NOT NULL REFERENCES bandoso.plan ON DELETE CASCADE,
    code     text   NOT NULL CHECK (code <> ''),
    name     text   NOT NULL DEFAULT '',
    geom     geometry(MultiPolygon, 4326) NOT NULL CHECK (NOT ST_IsEmpty(geom)),
    geom_src geometry
);
CREATE INDEX plan_zone_by_plan ON bandoso.plan_zone (plan_id);
CREATE INDEX plan_zone_geom ON bandoso.plan_zone USING gist (geom);

CREATE TABLE bandoso.plan_line (
    line_id  bigint PRIMARY KEY CHECK (line_id > 0 AND line_id < 9007199254740992),
    plan_id  bigint NOT NULL REFERENCES bandoso.plan ON DELETE CASCADE,
    code     text   NOT NULL CHECK (code <> ''),
    name     text   NOT NULL DEFAULT '',
    geom     geometry(MultiLineString, 4326) NOT NULL CHECK (NOT ST_IsEmpty(geom)),
    geom_src geometry
);

CREATE TABLE bandoso.plan_point (
    point_id bigint PRIMARY KEY CHECK (point_id > 0 AND point_id < 9007199254740992),
    plan_id  bigint NOT NULL REFERENCES bandoso.plan ON DELETE CASCADE,
    code     text   NOT NULL CHECK (code <> ''),
    name     text   NOT NULL DEFAULT '',
    geom     geometry(Point, 4326) NOT NULL CHECK (NOT ST_IsEmpty(geom)),
    geom_src geometry
);
