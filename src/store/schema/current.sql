-- What all migrations lead to, for new records. A test says when it does not.

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

CREATE TABLE about (
    run     INTEGER NOT NULL REFERENCES run,
    id      TEXT NOT NULL, -- of the rule or check
    title   TEXT NOT NULL,
    explain TEXT NOT NULL,
    see     TEXT NOT NULL, -- JSON list of addresses
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

CREATE VIEW report_fault AS
    SELECT run, kind, path, what FROM fault;

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

CREATE INDEX appearance_content ON appearance (content);

CREATE INDEX run_target_target ON run_target (target, whole, run);

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
    places      INTEGER NOT NULL, commit_id TEXT, -- at how many places
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

CREATE TABLE handle (
    value      TEXT NOT NULL, -- scheme and name: access-key:AKIA..., spki-sha256:...
    credential INTEGER NOT NULL REFERENCES credential,
    PRIMARY KEY (value, credential)
) STRICT, WITHOUT ROWID;

CREATE INDEX handle_credential ON handle (credential);

CREATE INDEX credential_companion ON credential (companion) WHERE length(companion) > 0;

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

CREATE TABLE undecided (
    run      INTEGER NOT NULL REFERENCES run,
    check_id TEXT NOT NULL,
    why      TEXT NOT NULL,
    count    INTEGER NOT NULL, -- of identities or credentials
    PRIMARY KEY (run, check_id, why)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE "entity" (
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

CREATE VIEW report_allow AS
    SELECT run, number AS allow, way, at, target, rule, path, line, lower(hex(fingerprint)) AS fingerprint, reason, owner,
           date(until, 'unixepoch') AS until, state, credentials, places, commit_id AS "commit"
    FROM allow;
