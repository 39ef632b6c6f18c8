-- What every import did to a dataset, so that it can be listed and undone; and two rules that stood in the way of
-- real data.

-- A batch is one import into one dataset. Rows that it wrote bear its transaction as xmin: whoever edits such a row
-- later, in whatever program, leaves another, and so an undo sees what it must not overwrite.
CREATE TABLE bandoso.import_batch (
    batch_id       bigint      PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    -- NULL once the dataset is removed
    dataset_id     integer     REFERENCES bandoso.dataset ON DELETE SET NULL,
    dataset_name   text        NOT NULL,
    mode           text        NOT NULL CHECK (mode IN ('new', 'append', 'replace', 'update', 'remove')),
    file           text        NOT NULL DEFAULT '',      -- its name, never its path
    file_sha256    text        NOT NULL DEFAULT '',
    imported_by    text        NOT NULL DEFAULT session_user,
    imported_at    timestamptz NOT NULL DEFAULT now(),
    transaction_id xid8        NOT NULL DEFAULT pg_current_xact_id(),
    read           bigint      NOT NULL DEFAULT 0,
    refused        bigint      NOT NULL DEFAULT 0,
    added          bigint      NOT NULL DEFAULT 0,
    changed        bigint      NOT NULL DEFAULT 0,
    unchanged      bigint      NOT NULL DEFAULT 0,
    removed        bigint      NOT NULL DEFAULT 0,
    undone_at      timestamptz
);
CREATE INDEX import_batch_by_dataset ON bandoso.import_batch (dataset_name, batch_id);

-- Rows as they stood before a batch changed or removed them, each as the literal of its table's row type: what is
-- read back is exactly what was there, geometry and all.
CREATE TABLE bandoso.import_before (
    batch_id   bigint NOT NULL REFERENCES bandoso.import_batch ON DELETE CASCADE,
    table_name text   NOT NULL,
    row_key    text   NOT NULL,
    was        text   NOT NULL CHECK (was IN ('changed', 'removed')),
    row_before text   NOT NULL,
    -- the transaction that had written it
    written_by xid    NOT NULL,
    PRIMARY KEY (batch_id, table_name, row_key)
);

-- A row that an undo put back bears the transaction of the undo: here stands whose it is, so that the batch before can
-- be undone as well.
CREATE TABLE bandoso.import_restored (
    table_name  text NOT NULL,
    row_key     text NOT NULL,
    restored_in xid  NOT NULL,
    written_by  xid  NOT NULL,
    PRIMARY KEY (table_name, row_key)
);

-- Registers hold codes of the 1990s and codes nobody knows. A parcel is loaded with the code it has, which is shown
-- as unknown: an unknown code is a fault of the register, not a reason to leave a hole in the map.
DROP TRIGGER parcel_uses_on_insert ON bandoso.parcel;
DROP TRIGGER parcel_uses_on_update ON bandoso.parcel;
DROP FUNCTION bandoso.parcel_uses_are_known();

-- A person who adds a row by hand need not invent an id. Imports move the counter past their own ids.
CREATE SEQUENCE bandoso.parcel_id_sequence AS bigint MAXVALUE 9007199254740991 OWNED BY bandoso.parcel.parcel_id;
SELECT setval('bandoso.parcel_id_sequence', greatest(max(parcel_id), 1)) FROM bandoso.parcel;
ALTER TABLE bandoso.parcel ALTER COLUMN parcel_id SET DEFAULT nextval('bandoso.parcel_id_sequence');
