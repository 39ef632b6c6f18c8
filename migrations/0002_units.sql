-- Administrative units, old and new.
--
-- A unit keeps its `unit_id` through a new name or kind and ends at a merger or split. A code is
-- no key: 06820 was phường Trưng Vương and is phường Vàng Danh since 2025-07-01.

CREATE TABLE bandoso.unit (
    unit_id    integer PRIMARY KEY CHECK (unit_id > 0),
    level      text NOT NULL CHECK (level IN ('province', 'district', 'ward')),
    valid_from date,                                   -- NULL: before records begin
    valid_to   date CHECK (valid_to > valid_from)      -- NULL: still there
);

CREATE TABLE bandoso.unit_version (
    unit_id    integer NOT NULL REFERENCES bandoso.unit ON DELETE CASCADE,
    code       text    NOT NULL CHECK (code ~ '^([0-9]{2}|[0-9]{3}|[0-9]{5})$'),
    kind       text    NOT NULL CHECK (kind IN ('tinh', 'thanh_pho', 'quan', 'huyen', 'thi_xa',
                                               'phuong', 'xa', 'thi_tran', 'dac_khu')),
    name       text    NOT NULL CHECK (name <> ''),    -- without the kind: 'Hòa Thành'
    parent_id  integer REFERENCES bandoso.unit,
    valid_from date,
    valid_to   date CHECK (valid_to > valid_from),
    -- one name at a time for a unit, one unit at a time for a code
    EXCLUDE USING gist (unit_id WITH =, daterange(valid_from, valid_to) WITH &&),
    EXCLUDE USING gist (code WITH =, daterange(valid_from, valid_to) WITH &&)
);
CREATE INDEX unit_version_by_unit ON bandoso.unit_version (unit_id);

-- Other names and codes people use: 'TPHCM', a former name, a code of the first 2025 list.
CREATE TABLE bandoso.unit_alias (
    unit_id integer NOT NULL REFERENCES bandoso.unit ON DELETE CASCADE,
    alias   text    NOT NULL CHECK (alias <> ''),
    what    text    NOT NULL CHECK (what IN ('name', 'code')),
    source  text    NOT NULL DEFAULT '',
    PRIMARY KEY (unit_id, what, alias)
);

-- What became of a unit. Many to many: 441 old wards were split over 2 to 5 new ones.
CREATE TABLE bandoso.unit_link (
    old_unit_id integer NOT NULL REFERENCES bandoso.unit ON DELETE CASCADE,
    new_unit_id integer NOT NULL REFERENCES bandoso.unit ON DELETE CASCADE,
    extent      text    NOT NULL CHECK (extent IN ('whole', 'part')),
    share       double precision CHECK (share > 0 AND share <= 1),   -- of the old area, where known
    legal_basis text    NOT NULL DEFAULT '',
    PRIMARY KEY (old_unit_id, new_unit_id),
    CHECK (old_unit_id <> new_unit_id)
);

CREATE TABLE bandoso.unit_area (
    unit_id    integer NOT NULL REFERENCES bandoso.unit ON DELETE CASCADE,
    dataset_id integer NOT NULL REFERENCES bandoso.dataset,
    geom       geometry(MultiPolygon, 4326) NOT NULL CHECK (NOT ST_IsEmpty(geom)),
    geom_src   geometry,
    PRIMARY KEY (unit_id)
);
