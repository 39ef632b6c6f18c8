-- Many an old list names a ward that ended before our unit tables begin. What it wrote is kept: the
-- geocoder learns from the doors that name a place where it lies today. It is the words of a line and no
-- column of a layer: nothing shows it as it stands.
ALTER TABLE bandoso.address
    -- 'Phường 6, Quận 3, Thành phố Hồ Chí Minh'; NULL where former_unit_id says it
    ADD COLUMN former_place text CHECK (former_place <> ''),
    ADD CHECK (former_place IS NULL OR former_unit_id IS NULL);

CREATE VIEW bandoso.reference_former_places AS
    SELECT a.address_id, a.former_place AS place
    FROM bandoso.address a
    JOIN bandoso.dataset d ON d.dataset_id = a.dataset_id AND d.visibility = 'public'
    WHERE a.former_place IS NOT NULL;
