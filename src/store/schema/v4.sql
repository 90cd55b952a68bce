-- What an inventory tells is kept by who says it: a Terraform state beside an account may be out of date.
-- What was told until now is forgotten where it was declared in a file, and told again by the next run that reads it.
CREATE TABLE entity_4 (
    id          INTEGER PRIMARY KEY,
    target      INTEGER NOT NULL REFERENCES target,
    kind        TEXT NOT NULL,    -- identity, grant, policy, holding, usage, account, provider, workload, vaulted
    key         TEXT NOT NULL,
    basis       TEXT NOT NULL,    -- state: somebody's notes of what was made; account: the account was asked; plan: what is to be made
    declared_in TEXT NOT NULL,    -- the file that declares it; empty: the account was asked
    body        TEXT NOT NULL,    -- JSON: all that is known
    first_run   INTEGER NOT NULL REFERENCES run,
    last_run    INTEGER NOT NULL REFERENCES run,
    UNIQUE (target, kind, key, basis, declared_in, first_run)
) STRICT;

INSERT INTO entity_4 (id, target, kind, key, basis, declared_in, body, first_run, last_run)
    SELECT id, target, kind, key, 'account', '', body, first_run, last_run FROM entity
    WHERE target NOT IN (SELECT target FROM entity WHERE kind = 'identity'
                         AND (json_extract(body, '$.attributes.terraform') IS NOT NULL OR json_extract(body, '$.attributes.cloudformation') IS NOT NULL));

DROP TABLE entity;
ALTER TABLE entity_4 RENAME TO entity;

ALTER TABLE allow ADD COLUMN commit_id TEXT; -- the beginning of the only commit whose sightings it covers

DROP VIEW report_allow;
CREATE VIEW report_allow AS
    SELECT run, number AS allow, way, at, target, rule, path, line, lower(hex(fingerprint)) AS fingerprint, reason, owner,
           date(until, 'unixepoch') AS until, state, credentials, places, commit_id AS "commit"
    FROM allow;
