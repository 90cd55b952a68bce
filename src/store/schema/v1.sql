CREATE TABLE setting (
    name  TEXT PRIMARY KEY, -- pepper
    value BLOB NOT NULL     -- for pepper: 32 random bytes, the key of all fingerprints
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
    id            INTEGER PRIMARY KEY,
    started       INTEGER NOT NULL, -- seconds since 1970, UTC
    finished      INTEGER,          -- the same; NULL while it runs
    state         TEXT NOT NULL CHECK (state IN ('running', 'complete', 'incomplete', 'cut-short')),
    version       TEXT NOT NULL,    -- of the program
    rules         TEXT NOT NULL,    -- digest of the rule set
    process       INTEGER,          -- process id while it runs
    documents     INTEGER NOT NULL DEFAULT 0, -- inspected
    bytes         INTEGER NOT NULL DEFAULT 0, -- inspected
    milliseconds  INTEGER NOT NULL DEFAULT 0, -- wall time
    faults_unkept INTEGER NOT NULL DEFAULT 0, -- faults beyond those kept one by one
    skipped       TEXT NOT NULL DEFAULT '{}'  -- JSON: reason -> count
) STRICT;

CREATE TABLE target (
    id      INTEGER PRIMARY KEY,
    name    TEXT NOT NULL UNIQUE, -- scheme and absolute location
    lineage TEXT NOT NULL         -- oldest root commit of a repository, else the name: tells copies from strangers
) STRICT;

CREATE TABLE run_target (
    run    INTEGER NOT NULL REFERENCES run,
    target INTEGER NOT NULL REFERENCES target,
    whole  INTEGER NOT NULL, -- 1: nothing of it was left out by wish or interruption, so what was not seen is gone
    PRIMARY KEY (run, target)
) STRICT, WITHOUT ROWID;

CREATE TABLE content (
    id   INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE -- git object id of the bytes
) STRICT;

CREATE TABLE credential (
    id          INTEGER PRIMARY KEY,
    rule        TEXT NOT NULL,
    fingerprint BLOB NOT NULL,    -- keyed digest, 16 bytes
    kind        TEXT NOT NULL,
    severity    TEXT NOT NULL,
    confidence  TEXT NOT NULL,
    handle      TEXT,             -- public name
    preview     TEXT NOT NULL,    -- public prefix and length
    proof       TEXT NOT NULL,
    issued      INTEGER,          -- seconds since 1970, from inside the credential
    expires     INTEGER,          -- the same
    attributes  TEXT NOT NULL,    -- JSON: public name -> public value
    companion   BLOB,             -- fingerprint of the other half; empty: ambiguous; NULL: none
    UNIQUE (rule, fingerprint)
) STRICT;

CREATE INDEX credential_fingerprint ON credential (fingerprint);

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
    first_run INTEGER NOT NULL REFERENCES run,
    last_run  INTEGER NOT NULL REFERENCES run,
    UNIQUE (target, content, path)
) STRICT;

CREATE INDEX appearance_content ON appearance (content);

CREATE TABLE sighting (
    credential INTEGER NOT NULL REFERENCES credential,
    content    INTEGER NOT NULL REFERENCES content,
    line       INTEGER NOT NULL,
    col        INTEGER NOT NULL,
    end_line   INTEGER NOT NULL,
    end_col    INTEGER NOT NULL, -- exclusive
    first_run  INTEGER NOT NULL REFERENCES run,
    last_run   INTEGER NOT NULL REFERENCES run,
    PRIMARY KEY (credential, content, line, col)
) STRICT, WITHOUT ROWID;

CREATE TABLE about (
    run     INTEGER NOT NULL REFERENCES run,
    id      TEXT NOT NULL, -- of the rule or check
    title   TEXT NOT NULL,
    explain TEXT NOT NULL,
    see     TEXT NOT NULL, -- JSON list of addresses
    PRIMARY KEY (run, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE finding (
    run        INTEGER NOT NULL REFERENCES run,
    id         TEXT NOT NULL,    -- check and fingerprint: survives moves and rebases
    check_id   TEXT NOT NULL,
    credential INTEGER NOT NULL REFERENCES credential,
    severity   TEXT NOT NULL,
    rank       INTEGER NOT NULL, -- severity as a number, 0 to 4
    confidence TEXT NOT NULL,
    because    TEXT NOT NULL,
    evidence   TEXT NOT NULL,    -- JSON list
    PRIMARY KEY (run, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE fault (
    run  INTEGER NOT NULL REFERENCES run,
    kind TEXT NOT NULL,
    path TEXT NOT NULL,
    what TEXT NOT NULL,
    PRIMARY KEY (run, kind, path, what)
) STRICT, WITHOUT ROWID;

CREATE VIEW report_run AS
    SELECT id AS run, datetime(started, 'unixepoch') AS started, datetime(finished, 'unixepoch') AS finished, state, version, rules,
           documents, bytes, milliseconds, skipped, faults_unkept,
           (SELECT json_group_array(name) FROM run_target JOIN target ON target.id = run_target.target WHERE run_target.run = run.id) AS targets
    FROM run;

CREATE VIEW report_credential AS
    SELECT id AS credential, rule, lower(hex(fingerprint)) AS fingerprint, kind, severity, confidence, handle, preview, proof,
           datetime(issued, 'unixepoch') AS issued, datetime(expires, 'unixepoch') AS expires, attributes,
           CASE WHEN companion IS NULL THEN 'none' WHEN length(companion) = 0 THEN 'ambiguous' ELSE 'found' END AS companion
    FROM credential;

CREATE VIEW report_sighting AS
    SELECT sighting.credential, target.name AS target, appearance.path, sighting.line, sighting.col AS column, sighting.end_line,
           sighting.end_col AS end_column, lower(hex(content.hash)) AS content, appearance.commit_id AS commit_id, appearance.author,
           datetime(appearance.committed, 'unixepoch') AS committed, appearance.in_head, appearance.in_tree, appearance.mode,
           max(sighting.first_run, appearance.first_run) AS first_run, min(sighting.last_run, appearance.last_run) AS last_run
    FROM sighting
    JOIN content ON content.id = sighting.content
    JOIN appearance ON appearance.content = sighting.content
    JOIN target ON target.id = appearance.target;

CREATE VIEW report_finding AS
    SELECT finding.run, finding.id AS finding, finding.check_id AS check_id, finding.severity, finding.rank, finding.confidence,
           finding.credential, credential.rule, credential.handle, credential.preview, finding.because, finding.evidence
    FROM finding JOIN credential ON credential.id = finding.credential;

CREATE VIEW report_fault AS
    SELECT run, kind, path, what FROM fault;
