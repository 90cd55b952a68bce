//! Databases, as a user meets them.

use rusqlite::Connection;
use serde_json::Value;

use crate::support::{Lab, faults, findings, github, random};

/// `path:line rule confidence` of every exposed credential.
fn told(report: &Value) -> Vec<String> {
    let told = findings(report, "exposed-credential").into_iter().flat_map(|finding| {
        let (rule, confidence) = (finding["credential"]["rule"].clone(), finding["confidence"].clone());
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let sightings = finding["sightings"].as_array().expect("a list").clone();
        sightings.into_iter().map(move |s| format!("{}:{} {} {}", text(&s["path"]), s["line"], text(&rule), text(&confidence)))
    });
    let mut told: Vec<String> = told.collect();
    told.sort();
    told
}

/// A database of small pages, so that long values lie on several; with a password in a column of that name, one that a column
/// names, and a token at the end of a long text.
fn database(lab: &Lab, name: &str, encoding: &str, seed: u64) {
    lab.write(name, b"");
    let database = Connection::open(lab.path(name)).expect("a database");
    let tables = format!(
        "PRAGMA encoding = '{encoding}'; PRAGMA page_size = 512;
         CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, password TEXT, note TEXT);
         CREATE TABLE settings (key TEXT, value TEXT);
         CREATE TABLE keys (pem TEXT);
         CREATE VIEW everything AS SELECT * FROM users;
         INSERT INTO users VALUES (1, 'ann', '', NULL), (2, 'bob', '{}summer{seed}', '{} {}'), (3, 'eve', NULL, 'it''s');
         INSERT INTO settings VALUES ('theme', 'dark'), ('smtp_password', '{}spring{seed}');
         INSERT INTO keys VALUES ('one line' || char(10) || 'DB_PASSWORD={}autumn{seed}' || char(10));",
        random(seed, b"abcdefgh", 4),
        "words and ".repeat(300),
        github(seed),
        random(seed + 1, b"abcdefgh", 4),
        random(seed + 2, b"abcdefgh", 4),
    );
    database.execute_batch(&tables).expect("tables");
}

#[test]
fn rows_are_read_whatever_the_encoding_and_however_many_pages_a_value_takes() {
    for (seed, encoding) in [(10, "UTF-8"), (20, "UTF-16le"), (30, "UTF-16be")] {
        let lab = Lab::new();
        database(&lab, "files/app.db", encoding, seed);
        let report = lab.report(&["files"], 0);
        assert_eq!(faults(&report), Vec::<String>::new());
        assert_eq!(
            told(&report),
            [
                "app.db!/keys/1/pem:2 generic.password high",
                "app.db!/settings:2 generic.password medium",
                "app.db!/users:2 generic.password medium",
                "app.db!/users:2 github.personal-access-token high",
            ],
            "{encoding}"
        );
    }
}

#[test]
fn a_database_in_write_ahead_mode_is_read_without_its_log() {
    let lab = Lab::new();
    database(&lab, "files/app.db", "UTF-8", 40);
    let database = Connection::open(lab.path("files/app.db")).expect("a database");
    database.pragma_update(None, "journal_mode", "wal").expect("write-ahead mode");
    database.close().expect("closed");
    assert_eq!(told(&lab.report(&["files"], 0)).len(), 4);
}

#[test]
fn broken_databases_are_faults_and_their_bytes_are_searched() {
    let lab = Lab::new();
    database(&lab, "whole.db", "UTF-8", 50);
    let whole = std::fs::read(lab.path("whole.db")).expect("it was made");
    lab.write("files/cut.db", &whole[..whole.len() / 2]);
    lab.write("files/head.db", &whole[..60]);
    // Whatever is broken, nothing crashes.
    for (number, step) in [3, 7, 31, 97].into_iter().enumerate() {
        let mut broken = whole.clone();
        broken.iter_mut().skip(110).step_by(step).for_each(|byte| *byte ^= 0x5a);
        lab.write(&format!("files/{number}.db"), &broken);
    }
    let report = lab.scan(&["files", "--format", "json"]).exits(3).json();
    let told = faults(&report).join("\n");
    assert!(told.contains("cut.db") && told.contains("head.db") && !told.contains("crashed"), "{told}");
}

/// A view is not run, and a column that is computed is no longer than the file.
#[test]
fn what_a_schema_computes_does_not_keep_the_scan() {
    let lab = Lab::new();
    lab.write("files/app.db", b"");
    let database = Connection::open(lab.path("files/app.db")).expect("a database");
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    database
        .execute_batch(&format!(
            "CREATE TABLE t (a TEXT, b TEXT AS (hex(zeroblob(4000000)))); INSERT INTO t (a) VALUES ('x'); CREATE VIEW v AS {endless};"
        ))
        .expect("a schema");
    database.close().expect("closed");
    let report = lab.scan(&["files", "--format", "json"]).exits(3).json();
    assert_eq!(faults(&report), ["too-large app.db!/t: string or blob too big (sqlite); the rest of the table was not scanned"]);
}
