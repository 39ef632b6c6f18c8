-- Thirteen wards had ended before the last day of the old list, which still has them. Ids are 1 million for a unit of that
-- day, 3 million for one that ended before, then the code: what a town keeps by the old id goes to the new one.

CREATE TEMPORARY TABLE ended_ward ON COMMIT DROP AS
SELECT unit_id AS listed_id, unit_id + 2000000 AS ended_id
FROM bandoso.unit
WHERE unit_id IN (1003751, 1003898, 1003913, 1003988, 1003991, 1004003, 1007732, 1007744, 1018448, 1020176, 1020674,
                  1025174, 1025177);

INSERT INTO bandoso.unit (unit_id, level)
SELECT ended_id, 'ward' FROM ended_ward
ON CONFLICT (unit_id) DO NOTHING;

-- versions and links are written anew with the national units
UPDATE bandoso.unit_alias a SET unit_id = w.ended_id FROM ended_ward w WHERE a.unit_id = w.listed_id;
UPDATE bandoso.unit_area a SET unit_id = w.ended_id FROM ended_ward w WHERE a.unit_id = w.listed_id;
UPDATE bandoso.parcel p SET survey_unit_id = w.ended_id FROM ended_ward w WHERE p.survey_unit_id = w.listed_id;
UPDATE bandoso.address a SET former_unit_id = w.ended_id FROM ended_ward w WHERE a.former_unit_id = w.listed_id;

DELETE FROM bandoso.unit WHERE unit_id IN (SELECT listed_id FROM ended_ward);
