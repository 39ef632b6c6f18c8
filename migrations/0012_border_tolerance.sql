-- Borders are drawn as exactly as their source has them. What a delivery says of that is kept with it, so that
-- an answer beside a border can name both wards.
ALTER TABLE bandoso.dataset
    -- metres by which a line may lie off; NULL where the source says nothing
    ADD COLUMN tolerance_m double precision CHECK (tolerance_m > 0);

CREATE VIEW bandoso.reference_border_tolerances AS
    SELECT a.unit_id, d.tolerance_m
    FROM bandoso.unit_area a
    JOIN bandoso.dataset d ON d.dataset_id = a.dataset_id
    WHERE d.tolerance_m IS NOT NULL;
