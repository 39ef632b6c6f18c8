-- Rows that are not in force today are read too: a map may be asked how it stood on a day (`?at=`).
-- The server keeps them apart from today's, so nothing else sees them. New columns come last, because a
-- view can only grow there.

CREATE OR REPLACE VIEW bandoso.layer_parcels AS
    SELECT p.parcel_id AS id, s.code AS survey_unit, p.sheet, p.number,
           array_to_string(p.uses, '+') AS uses,
           array_to_string(p.use_areas_m2, '+') AS use_areas_m2,
           p.registered_area_m2, u.code AS unit, p.official_id, p.geom, p.valid_from, p.valid_to
    FROM bandoso.parcel p
    JOIN bandoso.dataset d ON d.dataset_id = p.dataset_id AND d.visibility = 'public'
    JOIN bandoso.unit_latest s ON s.unit_id = p.survey_unit_id
    JOIN bandoso.unit_latest u ON u.unit_id = p.unit_id;

CREATE OR REPLACE VIEW bandoso.layer_plans AS
    SELECT p.plan_id AS id, p.kind, p.name, p.scale, p.number, p.decided_on, p.authority, p.status,
           p.period_from, p.period_to, p.geom, p.valid_from, p.valid_to
    FROM bandoso.plan p
    JOIN bandoso.dataset d ON d.dataset_id = p.dataset_id AND d.visibility = 'public';

-- A zone is in force as long as its plan.
CREATE OR REPLACE VIEW bandoso.layer_plan_zones AS
    SELECT z.zone_id AS id, z.plan_id, p.kind AS plan_kind, z.code, z.name, z.geom, p.valid_from, p.valid_to
    FROM bandoso.plan_zone z JOIN bandoso.layer_plans p ON p.id = z.plan_id;

CREATE OR REPLACE VIEW bandoso.layer_addresses AS
    SELECT a.address_id AS id, a.door_code, a.number, a.street_id, a.hamlet,
           u.code AS unit, a.former_unit_id, a.parcel_id,
           a.national_place_id, a.post_address_code, a.postal_code, a.geom, a.valid_from, a.valid_to
    FROM bandoso.address a
    JOIN bandoso.dataset d ON d.dataset_id = a.dataset_id AND d.visibility = 'public'
    JOIN bandoso.unit_latest u ON u.unit_id = a.unit_id;
