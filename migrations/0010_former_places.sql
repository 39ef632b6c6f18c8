-- Many an old list names a ward that ended before our unit tables begin. What it wrote is kept: the
-- geocoder learns from the doors that name a place where it lies today.
ALTER TABLE bandoso.address
    -- 'Phường 6, Quận 3, Thành phố Hồ Chí Minh'; NULL where former_unit_id says it
    ADD COLUMN former_place text CHECK (former_place <> ''),
    ADD CHECK (former_place IS NULL OR former_unit_id IS NULL);

CREATE OR REPLACE VIEW bandoso.layer_addresses AS
    SELECT a.address_id AS id, a.door_code, a.number, a.street_id, a.hamlet,
           u.code AS unit, a.former_unit_id, a.parcel_id,
           a.national_place_id, a.post_address_code, a.postal_code, a.geom, a.valid_from, a.valid_to,
           a.former_place
    FROM bandoso.address a
    JOIN bandoso.dataset d ON d.dataset_id = a.dataset_id AND d.visibility = 'public'
    JOIN bandoso.unit_latest u ON u.unit_id = a.unit_id;
