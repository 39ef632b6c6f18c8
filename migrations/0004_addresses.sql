-- Streets and addresses. No column of any table in this schema names a person.

CREATE TABLE bandoso.street (
    street_id  bigint  PRIMARY KEY CHECK (street_id > 0 AND street_id < 9007199254740992),
    dataset_id integer NOT NULL REFERENCES bandoso.dataset,
    -- as on the sign, without the word for street: 'Cách Mạng Tháng 8', '12' of an alley
    name       text    NOT NULL CHECK (name <> ''),
    kind       text    NOT NULL CHECK (kind IN ('street', 'alley', 'national_road', 'provincial_road')),
    -- an alley is called by the house number beside its mouth and the street it leaves
    parent_id  bigint  REFERENCES bandoso.street,
    unit_id    integer NOT NULL REFERENCES bandoso.unit,
    -- NULL: known by name only, from the addresses on it; files of addresses bring no lines
    geom       geometry(MultiLineString, 4326) CHECK (NOT ST_IsEmpty(geom)),
    CHECK (parent_id IS NULL OR parent_id <> street_id)
);
-- Removing a street asks which alleys leave it.
CREATE INDEX street_by_parent ON bandoso.street (parent_id) WHERE parent_id IS NOT NULL;

CREATE TABLE bandoso.address (
    address_id         bigint  PRIMARY KEY CHECK (address_id > 0 AND address_id < 9007199254740992),
    dataset_id         integer NOT NULL REFERENCES bandoso.dataset,
    -- opaque, never reused, holds no administrative code (allotted by `bandoso codes assign`)
    door_code          text    UNIQUE CHECK (door_code ~ '^[0-9A-Z]{9}$'),
    -- a chain such as 36/45/32 stays one number; NULL where a hamlet's houses have none
    number             text    CHECK (number <> ''),
    street_id          bigint  REFERENCES bandoso.street,
    hamlet             text    CHECK (hamlet <> ''),            -- 'Khu phố 3', 'Ấp Trường An'
    unit_id            integer NOT NULL REFERENCES bandoso.unit,
    -- the unit that stood here before the reform: papers and plates still say it
    former_unit_id     integer REFERENCES bandoso.unit,
    parcel_id          bigint,
    -- mã định danh địa điểm, 12 digits (Decree 326/2026/NĐ-CP): stored and shown, never made here
    national_place_id  text    UNIQUE CHECK (national_place_id ~ '^[0-9]{12}$'),
    post_address_code  text    CHECK (post_address_code ~ '^[0-9]{10}$'),
    postal_code        text    CHECK (postal_code ~ '^[0-9]{5}$'),
    geom               geometry(Point, 4326) NOT NULL CHECK (NOT ST_IsEmpty(geom)),
    valid_from         date,
    valid_to           date CHECK (valid_to > valid_from),
    recorded_at        timestamptz NOT NULL DEFAULT now(),
    CHECK (number IS NOT NULL OR hamlet IS NOT NULL OR street_id IS NOT NULL)
);
CREATE INDEX address_geom ON bandoso.address USING gist (geom);
CREATE INDEX address_by_street ON bandoso.address (street_id);
