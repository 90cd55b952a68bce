-- What a run knew of a place stays as it was: an appearance is kept in stretches, and a later run that finds another commit, mode or
-- reference, or that comes after one which did not see it, begins a new one.
DROP VIEW report_sighting;
DROP INDEX appearance_content;
ALTER TABLE appearance RENAME TO appearance_1;

CREATE TABLE appearance (
    id        INTEGER PRIMARY KEY,
    target    INTEGER NOT NULL REFERENCES target,
    content   INTEGER NOT NULL REFERENCES content,
    path      TEXT NOT NULL,    -- relative to the target's root
    mode      INTEGER,          -- permission bits
    commit_id TEXT,             -- that first brought it
    author    TEXT,             -- of that commit
    committed INTEGER,          -- its committer date, seconds since 1970
    in_head   INTEGER,          -- 0, 1; NULL: not known
    in_tree   INTEGER NOT NULL, -- lies in the work tree or directory
    refs      INTEGER NOT NULL, -- classes of references, as bits
    since_run INTEGER NOT NULL REFERENCES run, -- the first run that saw it there at all
    first_run INTEGER NOT NULL REFERENCES run, -- of this stretch: every run over the target from here
    last_run  INTEGER NOT NULL REFERENCES run, -- to here saw it there, and saw the same
    next_run  INTEGER REFERENCES run,          -- where the next stretch begins; NULL: this is the newest
    UNIQUE (target, content, path, first_run)
) STRICT;

INSERT INTO appearance
    SELECT id, target, content, path, mode, commit_id, author, committed, in_head, in_tree, refs, first_run, first_run, last_run, NULL
    FROM appearance_1 ORDER BY id;
DROP TABLE appearance_1;

CREATE INDEX appearance_content ON appearance (content);
CREATE INDEX run_target_target ON run_target (target, whole, run);

-- A sighting tells the way to the member of an archive in which it lies.
ALTER TABLE sighting RENAME TO sighting_1;

CREATE TABLE sighting (
    credential INTEGER NOT NULL REFERENCES credential,
    content    INTEGER NOT NULL REFERENCES content,
    inside     TEXT NOT NULL,    -- the way to the member; empty: the content itself
    wrapping   TEXT NOT NULL,    -- the encodings that were taken off; empty: it lies there in clear
    line       INTEGER NOT NULL, -- of the member
    col        INTEGER NOT NULL,
    end_line   INTEGER NOT NULL,
    end_col    INTEGER NOT NULL, -- exclusive
    first_run  INTEGER NOT NULL REFERENCES run,
    last_run   INTEGER NOT NULL REFERENCES run,
    PRIMARY KEY (credential, content, inside, line, col)
) STRICT, WITHOUT ROWID;

INSERT INTO sighting SELECT credential, content, '', '', line, col, end_line, end_col, first_run, last_run FROM sighting_1;
DROP TABLE sighting_1;

CREATE VIEW report_sighting AS
    SELECT sighting.credential, target.name AS target,
           CASE sighting.inside WHEN '' THEN appearance.path ELSE appearance.path || '!/' || sighting.inside END AS path,
           sighting.line, sighting.col AS column, sighting.end_line,
           sighting.end_col AS end_column, lower(hex(content.hash)) AS content, appearance.commit_id AS commit_id, appearance.author,
           datetime(appearance.committed, 'unixepoch') AS committed, appearance.in_head, appearance.in_tree, appearance.mode,
           max(sighting.first_run, appearance.since_run) AS first_run, min(sighting.last_run, appearance.last_run) AS last_run, sighting.wrapping
    FROM sighting
    JOIN content ON content.id = sighting.content
    JOIN appearance ON appearance.content = sighting.content AND appearance.next_run IS NULL
    JOIN target ON target.id = appearance.target;

-- What somebody accepted: marks as contents hold them, the allows of each run, and the places that they cover.

CREATE TABLE mark (
    credential INTEGER NOT NULL REFERENCES credential,
    content    INTEGER NOT NULL REFERENCES content,
    inside     TEXT NOT NULL,    -- of the sighting, as its lines
    line       INTEGER NOT NULL,
    col        INTEGER NOT NULL,
    spelling   TEXT NOT NULL,    -- unhidden:allow, gitleaks:allow …
    reason     TEXT,             -- NULL: none
    PRIMARY KEY (credential, content, inside, line, col)
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
    path       TEXT NOT NULL,    -- of a member of an archive: the whole way
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
