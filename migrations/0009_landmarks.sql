-- Places known by their names, and the names streets bore before: people say both.

CREATE TABLE bandoso.landmark (
    landmark_id bigint  PRIMARY KEY CHECK (landmark_id > 0 AND landmark_id < 9007199254740992),
    dataset_id  integer NOT NULL REFERENCES bandoso.dataset,
    -- as people say it, with the word for what it is: 'Chợ Long Hoa'
    name        text    NOT NULL CHECK (name <> ''),
    -- NULL: none of these, or not known
    kind        text    CHECK (kind IN ('market', 'school', 'hospital', 'office', 'religious', 'park',
                                        'station', 'post_office')),
    -- with ';' between them, as in OpenStreetMap's alt_name
    other_names text    CHECK (other_names <> ''),
    unit_id     integer NOT NULL REFERENCES bandoso.unit,
    geom        geometry(Point, 4326) NOT NULL CHECK (NOT ST_IsEmpty(geom))
);
CREATE INDEX landmark_geom ON bandoso.landmark USING gist (geom);

CREATE TABLE bandoso.former_street_name (
    street_id   bigint  NOT NULL REFERENCES bandoso.street,
    dataset_id  integer NOT NULL REFERENCES bandoso.dataset,
    -- without the word for street, as in bandoso.street
    name        text    NOT NULL CHECK (name <> ''),
    valid_to    date,                                  -- first day under another name; NULL: not known
    legal_basis text    NOT NULL DEFAULT '',           -- the decision that gave the other name
    PRIMARY KEY (street_id, name)
);

CREATE VIEW bandoso.layer_landmarks AS
    SELECT l.landmark_id AS id, l.name, l.kind, l.other_names, u.code AS unit, l.geom
    FROM bandoso.landmark l
    JOIN bandoso.dataset d ON d.dataset_id = l.dataset_id AND d.visibility = 'public'
    JOIN bandoso.unit_latest u ON u.unit_id = l.unit_id;

-- A public name of a street only the staff may see stays with the staff.
CREATE VIEW bandoso.reference_former_street_names AS
    SELECT f.street_id, f.name
    FROM bandoso.former_street_name f
    JOIN bandoso.dataset d ON d.dataset_id = f.dataset_id AND d.visibility = 'public'
    JOIN bandoso.reference_streets s ON s.street_id = f.street_id;
