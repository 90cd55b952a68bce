-- What inventories tell of identities, public names by which credentials are joined, and findings about identities.

CREATE TABLE handle (
    value      TEXT NOT NULL, -- scheme and name: access-key:AKIA..., spki-sha256:...
    credential INTEGER NOT NULL REFERENCES credential,
    PRIMARY KEY (value, credential)
) STRICT, WITHOUT ROWID;

CREATE INDEX handle_credential ON handle (credential);
CREATE INDEX credential_companion ON credential (companion) WHERE length(companion) > 0;

INSERT OR IGNORE INTO handle
    SELECT 'access-key:' || handle, id FROM credential WHERE kind = 'access-key' AND handle IS NOT NULL
    UNION SELECT handle, id FROM credential WHERE handle GLOB 'spki-sha256:*'
    UNION SELECT 'ssh-fingerprint:' || json_extract(attributes, '$."ssh-fingerprint"'), id FROM credential
          WHERE json_extract(attributes, '$."ssh-fingerprint"') IS NOT NULL;

-- An entity is kept in stretches of runs, as an appearance is: what changes begins a new one.
CREATE TABLE entity (
    id        INTEGER PRIMARY KEY,
    target    INTEGER NOT NULL REFERENCES target,
    kind      TEXT NOT NULL,    -- identity, grant, policy, holding, usage, account, provider, workload, vaulted
    key       TEXT NOT NULL,
    body      TEXT NOT NULL,    -- JSON: all that is known
    first_run INTEGER NOT NULL REFERENCES run,
    last_run  INTEGER NOT NULL REFERENCES run,
    UNIQUE (target, kind, key, first_run)
) STRICT;

CREATE TABLE standing (
    run       INTEGER NOT NULL REFERENCES run,
    uri       TEXT NOT NULL,    -- of the identity
    privilege TEXT NOT NULL,    -- none, read, write, sensitive, escalates, admin
    certainty TEXT NOT NULL,    -- possible, conditional, certain
    risk_low  INTEGER NOT NULL, -- 0 to 100: what is known
    risk_high INTEGER NOT NULL, -- with the unknown as bad as it usually is
    owner     TEXT,
    identity  TEXT NOT NULL,    -- JSON: the identity
    holdings  TEXT NOT NULL,    -- JSON list: its credentials
    body      TEXT NOT NULL,    -- JSON: reasons, way to administrator, shares, what-if
    PRIMARY KEY (run, uri)
) STRICT, WITHOUT ROWID;

CREATE INDEX standing_uri ON standing (uri, run);

-- Checks that could not be decided, because the inventory could not be read whole.
CREATE TABLE undecided (
    run      INTEGER NOT NULL REFERENCES run,
    check_id TEXT NOT NULL,
    why      TEXT NOT NULL,
    count    INTEGER NOT NULL, -- of identities or credentials
    PRIMARY KEY (run, check_id, why)
) STRICT, WITHOUT ROWID;

DROP VIEW report_finding;
DROP VIEW report_allowed;
ALTER TABLE finding RENAME TO finding_2;

CREATE TABLE finding (
    run        INTEGER NOT NULL REFERENCES run,
    id         TEXT NOT NULL,    -- check and subject: survives moves and rebases
    check_id   TEXT NOT NULL,
    credential INTEGER REFERENCES credential, -- what it is about; NULL: an allow or an identity
    allow      INTEGER,          -- number of the allow that it is about; NULL: a credential or an identity
    identity   TEXT,             -- uri of the identity that it is about; NULL: a credential or an allow
    allowed    TEXT,             -- the way in which all places of the credential are accepted; NULL: not all are
    severity   TEXT NOT NULL,
    rank       INTEGER NOT NULL, -- severity as a number, 0 to 4
    confidence TEXT NOT NULL,
    because    TEXT NOT NULL,
    evidence   TEXT NOT NULL,    -- JSON list
    PRIMARY KEY (run, id),
    CHECK ((credential IS NOT NULL) + (allow IS NOT NULL) + (identity IS NOT NULL) = 1)
) STRICT, WITHOUT ROWID;

INSERT INTO finding (run, id, check_id, credential, allow, allowed, severity, rank, confidence, because, evidence)
    SELECT run, id, check_id, credential, allow, allowed, severity, rank, confidence, because, evidence FROM finding_2;
DROP TABLE finding_2;

CREATE VIEW report_finding AS
    SELECT finding.run, finding.id AS finding, finding.check_id AS check_id, finding.severity, finding.rank, finding.confidence,
           finding.credential, credential.rule, credential.handle, credential.preview, finding.because, finding.evidence, finding.allow,
           finding.identity
    FROM finding LEFT JOIN credential ON credential.id = finding.credential
    WHERE finding.allowed IS NULL;

CREATE VIEW report_allowed AS
    SELECT finding.run, finding.id AS finding, finding.check_id AS check_id, finding.severity, finding.rank, finding.confidence,
           finding.credential, credential.rule, credential.handle, credential.preview, finding.allowed AS way
    FROM finding JOIN credential ON credential.id = finding.credential
    WHERE finding.allowed IS NOT NULL;

CREATE VIEW report_identity AS
    SELECT run, uri, json_extract(identity, '$.provider') AS provider, json_extract(identity, '$.kind') AS kind,
           json_extract(identity, '$.name') AS name, json_extract(identity, '$.scope') AS account, privilege, certainty, risk_low, risk_high,
           owner, json_extract(identity, '$.created') AS created, json_extract(identity, '$.last_used') AS last_used,
           json_extract(body, '$.path') AS path, holdings AS credentials
    FROM standing;

CREATE VIEW report_undecided AS
    SELECT run, check_id, why, count FROM undecided;
