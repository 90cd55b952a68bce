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

CREATE VIEW report_sighting AS
    SELECT sighting.credential, target.name AS target, appearance.path, sighting.line, sighting.col AS column, sighting.end_line,
           sighting.end_col AS end_column, lower(hex(content.hash)) AS content, appearance.commit_id AS commit_id, appearance.author,
           datetime(appearance.committed, 'unixepoch') AS committed, appearance.in_head, appearance.in_tree, appearance.mode,
           max(sighting.first_run, appearance.since_run) AS first_run, min(sighting.last_run, appearance.last_run) AS last_run
    FROM sighting
    JOIN content ON content.id = sighting.content
    JOIN appearance ON appearance.content = sighting.content AND appearance.next_run IS NULL
    JOIN target ON target.id = appearance.target;
