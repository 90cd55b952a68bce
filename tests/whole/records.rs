//! The record as a file: what is opened, what is refused, and that what is refused stays as it was.

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf, thread, time::Duration};

use rusqlite::Connection;

use crate::support::{Lab, ask, dump, github, look, mode, scanning, skipped};

/// A lab with a tree to scan, and a record of one run over it.
fn recorded() -> (Lab, PathBuf) {
    let lab = Lab::new();
    lab.write("tree/a.env", format!("T={}\n", github(1)));
    let record = lab.path("r.db");
    lab.scan(&["tree", "--record", "r.db"]).exits(0);
    (lab, record)
}

/// Scans into the record, which must be refused with these words and stay as it is, to the byte.
#[track_caller]
fn refused(lab: &Lab, words: &[&str]) {
    let path = lab.path("r.db");
    let before = fs::read(&path).expect("a file");
    for arguments in [&["scan", "tree", "--record", "r.db"][..], &["report", "--record", "r.db"]] {
        let said = lab.run(arguments).exits(2);
        assert!(words.iter().all(|w| said.err.contains(w)), "{}", said.err);
        assert!(said.err.starts_with("error: ") && said.err.contains("hint: ") && said.out.is_empty(), "{}", said.err);
    }
    assert_eq!(fs::read(&path).expect("a file"), before, "it was touched");
    assert!(!lab.path("r.db-journal").exists() && !lab.path("r.db-wal").exists());
}

#[test]
fn a_record_is_new_private_and_of_the_newest_version() {
    let (_lab, record) = recorded();
    assert_eq!(mode(&record), 0o600);
    assert_eq!(ask::<i64>(&record, "PRAGMA user_version"), 4);
    assert_eq!(ask::<i64>(&record, "PRAGMA application_id"), i64::from(u32::from_be_bytes(*b"unhd")));
    assert_eq!(ask::<String>(&record, "PRAGMA integrity_check"), "ok");
    assert_eq!(ask::<i64>(&record, "SELECT length(value) FROM setting WHERE name = 'pepper'"), 32);
    assert!(look(&record).prepare("PRAGMA foreign_key_check").expect("SQL").query([]).expect("rows").next().expect("a step").is_none());
}

#[test]
fn the_default_record_lies_in_the_users_state_directory() {
    let lab = Lab::new();
    lab.write("tree/a.env", "text\n");
    lab.scan(&["tree"]).exits(0);
    assert_eq!(mode(&lab.record()), 0o600);
    assert_eq!(lab.shell("UNHIDDEN_RECORD=other.db \"$UNHIDDEN\" scan tree").code, 0);
    assert!(lab.path("other.db").exists());
}

/// The tables of version 1 whose rows look the same in the newest.
const SAME_IN_1: &[&str] = &["setting", "run", "target", "run_target", "content", "credential", "about", "fault"];

/// Writes what is in a record as version 1 would have had it.
fn older(lab: &Lab, record: &str, older: &str) -> PathBuf {
    let path = lab.path(older);
    let old = Connection::open(&path).expect("a database");
    old.execute_batch(include_str!("../../src/store/schema/v1.sql")).expect("the schema of version 1");
    old.execute("ATTACH ?1 AS new", [lab.path(record).to_string_lossy()]).expect("a record");
    for table in SAME_IN_1 {
        old.execute_batch(&format!("INSERT INTO {table} SELECT * FROM new.{table}")).expect("rows");
    }
    let columns = "credential, content, line, col, end_line, end_col, first_run, last_run";
    old.execute_batch(&format!("INSERT INTO sighting SELECT {columns} FROM new.sighting")).expect("rows");
    let columns = "id, target, content, path, mode, commit_id, author, committed, in_head, in_tree, refs, first_run, last_run";
    old.execute_batch(&format!("INSERT INTO appearance SELECT {columns} FROM new.appearance")).expect("rows");
    let columns = "run, id, check_id, credential, severity, rank, confidence, because, evidence";
    old.execute_batch(&format!("INSERT INTO finding SELECT {columns} FROM new.finding")).expect("rows");
    let ours = u32::from_be_bytes(*b"unhd");
    old.execute_batch(&format!("DETACH new; PRAGMA application_id = {ours}; PRAGMA user_version = 1")).expect("SQL");
    path
}

#[test]
fn a_record_of_version_1_opens_migrates_and_goes_on() {
    let (lab, _) = recorded();
    let told = |record: &str, run: &str| lab.run(&["report", "--format", "json", "--record", record, "--run", run]).exits(0).out;
    let first = told("r.db", "1");
    let old = older(&lab, "r.db", "old.db");
    let views = |record: &PathBuf| dump(record).split_once("report_credential").map(|(_, views)| views.to_owned());
    let before = views(&old);
    assert_eq!(told("old.db", "1"), first);
    assert_eq!(ask::<i64>(&old, "PRAGMA user_version"), 4);
    assert_eq!(ask::<String>(&old, "PRAGMA integrity_check"), "ok");
    // A sighting says two things more, its view one; findings have two columns more, which say that none of these is about an allow
    // or an identity; and there was no baseline, and no inventory.
    let after = views(&old).map(|views| {
        let views = views.replace(", Text(\"\")]", "]").replace("Text(\"\"), Text(\"\"), ", "");
        let views = views.replace(", Null, Null]", "]").replace(", Null]", "]");
        let later = ["run_baseline", "report_identity", "report_undecided", "standing"];
        let views = later.iter().fold(views, |views, name| views.replace(&format!("\n{name}\n"), "\n"));
        views.strip_suffix("undecided\n").map(str::to_owned).unwrap_or(views)
    });
    assert_eq!(after, before, "the views say the same");
    // It goes on, and the report that came along stays as it was.
    lab.write("tree/b.env", format!("# b\nT={}\n", github(1)));
    fs::set_permissions(lab.path("tree/a.env"), fs::Permissions::from_mode(0o600)).expect("our own file");
    lab.scan(&["tree", "--record", "old.db"]).exits(0);
    assert_eq!(told("old.db", "1"), first);
    assert!(told("old.db", "2").contains("0600"));
    assert_eq!(ask::<i64>(&old, "SELECT count(*) FROM report_run WHERE state = 'complete'"), 2);
    assert_eq!(ask::<i64>(&old, "SELECT count(*) FROM report_credential"), 1);
    assert_eq!(
        ask::<String>(&old, "SELECT group_concat(path || first_run || last_run) FROM report_sighting ORDER BY 1"),
        "a.env12,b.env22"
    );
}

#[test]
fn a_record_of_version_1_with_something_added_is_refused_and_not_touched() {
    let (lab, record) = recorded();
    let old = older(&lab, "r.db", "old.db");
    fs::rename(old, &record).expect("our own files");
    let trigger = "CREATE TRIGGER quiet AFTER INSERT ON finding BEGIN DELETE FROM finding; END";
    Connection::open(&record).expect("a record").execute_batch(trigger).expect("SQL");
    refused(&lab, &["trigger `quiet`", "not one of ours"]);
}

#[test]
fn a_report_writes_nothing_into_the_record() {
    let (lab, record) = recorded();
    let before = dump(&record);
    lab.run(&["report", "--record", "r.db"]).exits(0);
    assert_eq!(dump(&record), before);
}

#[test]
fn every_view_of_the_contract_answers() {
    let (_lab, record) = recorded();
    for (view, rows) in [
        ("report_run", 1),
        ("report_credential", 1),
        ("report_sighting", 1),
        ("report_finding", 1),
        ("report_fault", 0),
        ("report_allow", 0),
        ("report_allowed", 0),
        ("report_identity", 0),
        ("report_undecided", 0),
    ] {
        assert_eq!(ask::<i64>(&record, &format!("SELECT count(*) FROM {view}")), rows, "{view}");
    }
    assert_eq!(ask::<String>(&record, "SELECT path FROM report_sighting"), "a.env");
    assert_eq!(ask::<String>(&record, "SELECT check_id FROM report_finding"), "exposed-credential");
}

#[test]
fn a_record_of_a_newer_program_is_refused_and_not_touched() {
    let (lab, record) = recorded();
    Connection::open(&record).expect("a record").execute_batch("PRAGMA user_version = 99").expect("SQL");
    refused(&lab, &["schema 99", "up to 4", "use a newer unhidden"]);
}

#[test]
fn a_record_of_a_version_that_never_was_is_refused_in_a_few_words() {
    for version in [0, -1] {
        let (lab, record) = recorded();
        Connection::open(&record).expect("a record").pragma_update(None, "user_version", version).expect("SQL");
        refused(&lab, &["damaged"]);
        assert!(lab.scan(&["tree", "--record", "r.db"]).err.lines().count() < 6);
    }
}

#[test]
fn a_database_of_another_program_is_refused_and_not_touched() {
    let (lab, record) = recorded();
    fs::remove_file(&record).expect("our own file");
    Connection::open(&record)
        .expect("a database")
        .execute_batch("CREATE TABLE bookmark (a); INSERT INTO bookmark VALUES (1)")
        .expect("SQL");
    refused(&lab, &["not a record of unhidden", "another program"]);
}

#[test]
fn a_text_file_is_refused_and_not_touched() {
    let (lab, record) = recorded();
    for text in ["x", "precious notes\n", "SQLite format 3\0 or so, but not really; ".repeat(50).as_str()] {
        fs::write(&record, text).expect("a file");
        refused(&lab, &["not a record of unhidden"]);
    }
}

#[test]
fn a_record_with_something_added_is_refused_and_not_touched() {
    for (what, sql) in [
        ("trigger `quiet`", "CREATE TRIGGER quiet AFTER INSERT ON finding BEGIN DELETE FROM finding; END"),
        ("table `extra`", "CREATE TABLE extra (a)"),
        ("index `more`", "CREATE INDEX more ON run (state)"),
        ("view `report_finding`", "DROP VIEW report_finding; CREATE VIEW report_finding AS SELECT 1"),
    ] {
        let (lab, record) = recorded();
        Connection::open(&record).expect("a record").execute_batch(sql).expect("SQL");
        refused(&lab, &[what, "not one of ours"]);
    }
}

#[test]
fn a_record_that_lost_a_table_is_refused_and_not_touched() {
    let (lab, record) = recorded();
    Connection::open(&record).expect("a record").execute_batch("DROP VIEW report_fault").expect("SQL");
    refused(&lab, &["damaged", "missing"]);
}

#[test]
fn a_damaged_record_is_refused_and_not_touched() {
    let (lab, record) = recorded();
    let mut bytes = fs::read(&record).expect("a record");
    let from = bytes.len() / 2;
    bytes[from..].fill(0xa5);
    fs::write(&record, bytes).expect("a file");
    refused(&lab, &["damaged"]);
}

#[test]
fn a_record_cut_in_half_is_refused_and_not_touched() {
    let (lab, record) = recorded();
    let bytes = fs::read(&record).expect("a record");
    fs::write(&record, &bytes[..bytes.len() / 2]).expect("a file");
    refused(&lab, &["damaged"]);
}

#[test]
fn a_link_or_a_folder_is_no_record() {
    let (lab, record) = recorded();
    std::os::unix::fs::symlink(&record, lab.path("link.db")).expect("a link");
    for (name, words) in [("link.db", "symbolic link"), ("tree", "not a regular file"), ("nowhere/r.db", "cannot open")] {
        let said = lab.scan(&["tree", "--record", name]).exits(2);
        assert!(said.err.contains(words), "{}", said.err);
    }
}

#[test]
fn a_record_that_may_not_be_written_is_refused_in_clear_words() {
    use std::os::unix::fs::PermissionsExt;
    let (lab, record) = recorded();
    fs::set_permissions(&record, PermissionsExt::from_mode(0o400)).expect("our own file");
    if fs::OpenOptions::new().append(true).open(&record).is_ok() {
        return skipped("whoever runs this test may write everything");
    }
    let said = lab.scan(&["tree", "--record", "r.db"]).exits(2);
    assert!(said.err.contains("cannot be written"), "{}", said.err);
}

#[test]
fn a_run_waits_for_another_writer() {
    let (lab, record) = recorded();
    let other = Connection::open(&record).expect("a record");
    other.execute_batch("BEGIN IMMEDIATE").expect("the lock");
    let mut child = lab.hold(&scanning(&["tree", "--record", "r.db"]));
    thread::sleep(Duration::from_secs(1));
    assert!(child.try_wait().expect("our child").is_none(), "it did not wait");
    other.execute_batch("ROLLBACK").expect("the lock's end");
    crate::support::ended(child).exits(0);
    assert_eq!(ask::<i64>(&record, "SELECT count(*) FROM run WHERE state = 'complete'"), 2);
}

/// Waits for the ten seconds of patience, and so as long as nothing else in this suite.
#[test]
fn a_writer_that_does_not_go_away_is_named() {
    let (lab, record) = recorded();
    let other = Connection::open(&record).expect("a record");
    other.execute_batch("BEGIN IMMEDIATE").expect("the lock");
    let said = lab.scan(&["tree", "--record", "r.db"]).exits(2);
    assert!(said.err.contains(&format!("locked by process {}", std::process::id())), "{}", said.err);
}

#[test]
fn a_pepper_comes_from_a_file_of_bytes_or_digits_and_stays() {
    let lab = Lab::new();
    lab.write("tree/a.env", format!("T={}\n", github(1)));
    lab.write("hex", "07".repeat(32) + "\n");
    lab.write("else", [8; 32]);
    lab.write("short", [8; 31]);
    let print = |record: &str, pepper: &[&str]| {
        let report = lab.report(&[&["tree", "--record", record], pepper].concat(), 0);
        report["findings"][0]["credential"]["fingerprint"].as_str().expect("a text").to_owned()
    };
    let first = print("a.db", &["--pepper-file", "pepper"]);
    assert_eq!(print("b.db", &["--pepper-file", "hex"]), first);
    assert_eq!(print("a.db", &[]), first, "the record keeps it");
    assert_ne!(print("c.db", &["--pepper-file", "else"]), first);
    assert_ne!(print("d.db", &[]), print("e.db", &[]), "by itself each record has its own");
    let said = lab.scan(&["tree", "--record", "a.db", "--pepper-file", "else"]).exits(2);
    assert!(said.err.contains("another pepper"), "{}", said.err);
    let said = lab.scan(&["tree", "--record", "f.db", "--pepper-file", "short"]).exits(2);
    assert!(said.err.contains("32 bytes or 64 hexadecimal digits"), "{}", said.err);
}
