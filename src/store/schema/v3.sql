-- What somebody accepted: marks as contents hold them, the allows of each run, and the places that they cover.

CREATE TABLE mark (
    credential INTEGER NOT NULL REFERENCES credential,
    content    INTEGER NOT NULL REFERENCES content,
    line       INTEGER NOT NULL, -- of the sighting
    col        INTEGER NOT NULL,
    spelling   TEXT NOT NULL,    -- unhidden:allow, gitleaks:allow …
    reason     TEXT,             -- NULL: none
    PRIMARY KEY (credential, content, line, col)
) STRICT, WITHOUT ROWID;

CREATE TABLE allow (
    run         INTEGER NOT NULL REFERENCES run,
    number      INTEGER NOT NULL, -- within the run
    way         TEXT NOT NULL,    -- inline, settings, repository, baseline
    at          TEXT NOT NULL,    -- spelling of the mark, or name of the file
    target      TEXT,             -- the only target for which it counts
    rule        TEXT,
    path        TEXT,             -- a glob; for a single mark: where it stands
    line        INTEGER,          -- of a single mark
    fingerprint BLOB,
    reason      TEXT,
    owner       TEXT,
    until       INTEGER,          -- its last day, seconds since 1970
    state       TEXT NOT NULL,    -- used, unused, expired, reasonless, unknown
    credentials INTEGER NOT NULL, -- how many it fits
    places      INTEGER NOT NULL, -- at how many places
    PRIMARY KEY (run, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE allowed (
    run        INTEGER NOT NULL REFERENCES run,
    credential INTEGER NOT NULL REFERENCES credential,
    target     INTEGER NOT NULL REFERENCES target,
    content    INTEGER NOT NULL REFERENCES content,
    path       TEXT NOT NULL,
    line       INTEGER NOT NULL,
    col        INTEGER NOT NULL,
    allow      INTEGER NOT NULL, -- number of the allow that counts
    PRIMARY KEY (run, credential, target, content, path, line, col)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_baseline (
    run   INTEGER PRIMARY KEY REFERENCES run,
    file  TEXT NOT NULL,
    known INTEGER NOT NULL, -- credentials that it knows
    new   INTEGER NOT NULL, -- credentials with findings that it does not know
    gone  TEXT NOT NULL     -- JSON list of what it knows and the run did not see; null: the run did not see everything
) STRICT;

DROP VIEW report_finding;
ALTER TABLE finding RENAME TO finding_1;

CREATE TABLE finding (
    run        INTEGER NOT NULL REFERENCES run,
    id         TEXT NOT NULL,    -- check and fingerprint: survives moves and rebases
    check_id   TEXT NOT NULL,
    credential INTEGER REFERENCES credential, -- what it is about; NULL: an allow
    allow      INTEGER,          -- number of the allow that it is about; NULL: a credential
    allowed    TEXT,             -- the way in which all places of the credential are accepted; NULL: not all are
    severity   TEXT NOT NULL,
    rank       INTEGER NOT NULL, -- severity as a number, 0 to 4
    confidence TEXT NOT NULL,
    because    TEXT NOT NULL,
    evidence   TEXT NOT NULL,    -- JSON list
    PRIMARY KEY (run, id),
    CHECK ((credential IS NULL) <> (allow IS NULL))
) STRICT, WITHOUT ROWID;

INSERT INTO finding (run, id, check_id, credential, severity, rank, confidence, because, evidence)
    SELECT run, id, check_id, credential, severity, rank, confidence, because, evidence FROM finding_1;
DROP TABLE finding_1;

CREATE VIEW report_finding AS
    SELECT finding.run, finding.id AS finding, finding.check_id AS check_id, finding.severity, finding.rank, finding.confidence,
           finding.credential, credential.rule, credential.handle, credential.preview, finding.because, finding.evidence, finding.allow
    FROM finding LEFT JOIN credential ON credential.id = finding.credential
    WHERE finding.allowed IS NULL;

CREATE VIEW report_allow AS
    SELECT run, number AS allow, way, at, target, rule, path, line, lower(hex(fingerprint)) AS fingerprint, reason, owner,
           date(until, 'unixepoch') AS until, state, credentials, places
    FROM allow;

CREATE VIEW report_allowed AS
    SELECT finding.run, finding.id AS finding, finding.check_id AS check_id, finding.severity, finding.rank, finding.confidence,
           finding.credential, credential.rule, credential.handle, credential.preview, finding.allowed AS way
    FROM finding JOIN credential ON credential.id = finding.credential
    WHERE finding.allowed IS NOT NULL;
