-- A door code is never given twice: one that leaves its address stays here, and with it where it leads.

CREATE TABLE bandoso.retired_door_code (
    code       text PRIMARY KEY CHECK (code ~ '^[0-9A-Z]{9}$'),
    -- the code to use instead, which may be retired itself later; NULL: nothing took its place
    successor  text CHECK (successor ~ '^[0-9A-Z]{9}$' AND successor <> code),
    -- a code taken and given back within one transaction was never away
    retired_at timestamptz NOT NULL DEFAULT now(),
    reason     text NOT NULL CHECK (reason IN ('removed', 'replaced', 'merged'))
);

-- Runs with its owner's rights: who may remove an address need not be allowed to write here.
CREATE FUNCTION bandoso.keep_door_codes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE taken text;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO bandoso.retired_door_code (code, reason)
            SELECT door_code, 'removed' FROM bandoso.address WHERE door_code IS NOT NULL
            ON CONFLICT (code) DO NOTHING;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO bandoso.retired_door_code (code, reason)
            SELECT door_code, 'removed' FROM gone WHERE door_code IS NOT NULL
            ON CONFLICT (code) DO NOTHING;
    ELSE
        IF TG_OP = 'UPDATE' THEN
            INSERT INTO bandoso.retired_door_code (code, successor, reason)
                SELECT gone.door_code, came.door_code, 'replaced'
                FROM gone LEFT JOIN came USING (address_id)
                WHERE gone.door_code IS NOT NULL
                  AND NOT EXISTS (SELECT FROM bandoso.address a WHERE a.door_code = gone.door_code)
                ON CONFLICT (code) DO UPDATE SET successor = excluded.successor;
        END IF;
        DELETE FROM bandoso.retired_door_code r USING came
            WHERE came.door_code = r.code AND r.retired_at = now();
        SELECT r.code INTO taken FROM bandoso.retired_door_code r JOIN came ON came.door_code = r.code LIMIT 1;
        IF taken IS NOT NULL THEN
            RAISE EXCEPTION 'door code % was retired and is never given again', taken
                USING ERRCODE = 'unique_violation', HINT = 'leave door_code empty and run `bandoso codes assign`';
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER door_codes_come AFTER INSERT ON bandoso.address
    REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION bandoso.keep_door_codes();
CREATE TRIGGER door_codes_change AFTER UPDATE ON bandoso.address
    REFERENCING OLD TABLE AS gone NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION bandoso.keep_door_codes();
CREATE TRIGGER door_codes_go AFTER DELETE ON bandoso.address
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION bandoso.keep_door_codes();
CREATE TRIGGER door_codes_all_go BEFORE TRUNCATE ON bandoso.address
    FOR EACH STATEMENT EXECUTE FUNCTION bandoso.keep_door_codes();

-- One statement that gives the code of an address to the one it is merged into, and removes it.
CREATE FUNCTION bandoso.merge_address(merged bigint, into_address bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE old_code text; new_code text;
BEGIN
    SELECT door_code INTO STRICT new_code FROM bandoso.address WHERE address_id = into_address;
    DELETE FROM bandoso.address WHERE address_id = merged AND merged <> into_address
        RETURNING door_code INTO STRICT old_code;
    UPDATE bandoso.retired_door_code SET successor = new_code, reason = 'merged' WHERE code = old_code;
END $$;

-- An address that has ended keeps its code and leads nowhere.
CREATE VIEW bandoso.reference_retired_door_codes AS
    SELECT code, successor, (retired_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS retired_on
    FROM bandoso.retired_door_code
    UNION ALL
    SELECT door_code, NULL, valid_to FROM bandoso.address
    WHERE door_code IS NOT NULL AND valid_to <= (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
