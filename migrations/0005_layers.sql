-- What the server reads: one view a layer, the same columns as in the GeoPackage form
-- (`src/schema/geopackage.sql`). Units are given by their code, because that is what leaves
-- the server; a row that is not valid today does not appear.

CREATE FUNCTION bandoso.today() RETURNS date LANGUAGE sql STABLE AS
    $$ SELECT (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date $$;

CREATE VIEW bandoso.unit_current AS
    SELECT u.unit_id, u.level, v.code, v.kind, v.name, v.parent_id, v.valid_from
    FROM bandoso.unit u
    JOIN bandoso.unit_version v USING (unit_id)
    WHERE (u.valid_to IS NULL OR u.valid_to > bandoso.today())
      AND (v.valid_to IS NULL OR v.valid_to > bandoso.today())
      AND (v.valid_from IS NULL OR v.valid_from <= bandoso.today());

-- A unit by its latest version, also when it has ended.
CREATE VIEW bandoso.unit_latest AS
    SELECT DISTINCT ON (unit_id) unit_id, code, kind, name, parent_id, valid_to
    FROM bandoso.unit_version ORDER BY unit_id, valid_to DESC NULLS FIRST;

CREATE VIEW bandoso.layer_units AS
    SELECT c.unit_id AS id, c.code, c.kind, c.name,
           p.code AS province_code, p.name AS province, a.geom
    FROM bandoso.unit_current c
    JOIN bandoso.unit_area a USING (unit_id)
    LEFT JOIN bandoso.unit_current p ON p.unit_id = c.parent_id
    WHERE c.level = 'ward';

CREATE VIEW bandoso.layer_parcels AS
    SELECT p.parcel_id AS id, s.code AS survey_unit, p.sheet, p.number,
           array_to_string(p.uses, '+') AS uses,
           array_to_string(p.use_areas_m2, '+') AS use_areas_m2,
           p.registered_area_m2, u.code AS unit, p.official_id, p.geom
    FROM bandoso.parcel p
    JOIN bandoso.dataset d ON d.dataset_id = p.dataset_id AND d.visibility = 'public'
    JOIN bandoso.unit_latest s ON s.unit_id = p.survey_unit_id
    JOIN bandoso.unit_latest u ON u.unit_id = p.unit_id
    WHERE (p.valid_to IS NULL OR p.valid_to > bandoso.today())
      AND (p.valid_from IS NULL OR p.valid_from <= bandoso.today());

CREATE VIEW bandoso.layer_plans AS
    SELECT p.plan_id AS id, p.kind, p.name, p.scale, p.number, p.decided_on, p.authority, p.status,
           p.period_from, p.period_to, p.geom
    FROM bandoso.plan p
    JOIN bandoso.dataset d ON d.dataset_id = p.dataset_id AND d.visibility = 'public'
    WHERE (p.valid_to IS NULL OR p.valid_to > bandoso.today())
      AND (p.valid_from IS NULL OR p.valid_from <= bandoso.today());

CREATE VIEW bandoso.layer_plan_zones AS
    SELECT z.zone_id AS id, z.plan_id, p.kind AS plan_kind, z.code, z.name, z.geom
    FROM bandoso.plan_zone z JOIN bandoso.layer_plans p ON p.id = z.plan_id;

CREATE VIEW bandoso.layer_streets AS
    SELECT s.street_id AS id, s.name, s.kind, s.parent_id, u.code AS unit, s.geom
    FROM bandoso.street s
    JOIN bandoso.dataset d ON d.dataset_id = s.dataset_id AND d.visibility = 'public'
    JOIN bandoso.unit_latest u ON u.unit_id = s.unit_id
    WHERE s.geom IS NOT NULL;

CREATE VIEW bandoso.layer_addresses AS
    SELECT a.address_id AS id, a.door_code, a.number, a.street_id, a.hamlet,
           u.code AS unit, a.former_unit_id, a.parcel_id,
           a.national_place_id, a.post_address_code, a.postal_code, a.geom
    FROM bandoso.address a
    JOIN bandoso.dataset d ON d.dataset_id = a.dataset_id AND d.visibility = 'public'
    JOIN bandoso.unit_latest u ON u.unit_id = a.unit_id
    WHERE (a.valid_to IS NULL OR a.valid_to > bandoso.today())
      AND (a.valid_from IS NULL OR a.valid_from <= bandoso.today());

-- Names old and new for search: every version of every unit.
CREATE VIEW bandoso.reference_units AS
    SELECT u.unit_id, u.level, v.code, v.kind, v.name, v.parent_id, v.valid_from,
           LEAST(v.valid_to, u.valid_to) AS valid_to
    FROM bandoso.unit u JOIN bandoso.unit_version v USING (unit_id);
CREATE VIEW bandoso.reference_unit_links AS
    SELECT old_unit_id, new_unit_id, extent, share FROM bandoso.unit_link;
CREATE VIEW bandoso.reference_unit_aliases AS
    SELECT unit_id, alias, what FROM bandoso.unit_alias;
-- Every public street for search, with a line or known by name only.
CREATE VIEW bandoso.reference_streets AS
    SELECT s.street_id, s.name, s.kind, s.parent_id, u.code AS unit
    FROM bandoso.street s
    JOIN bandoso.dataset d ON d.dataset_id = s.dataset_id AND d.visibility = 'public'
    JOIN bandoso.unit_latest u ON u.unit_id = s.unit_id;
