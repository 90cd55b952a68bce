//! One run after the other, several at once, and runs that do not reach their end.

use std::{fs, path::Path};

use serde_json::Value;

use crate::support::{Lab, NOW, Repo, ask, aws_id, aws_secret, dump, ended, faults, findings, github, look, scanning, sightings, until};

/// A repository, files beside it, and something that cannot be read.
fn world(lab: &Lab) {
    let mut repo = Repo::new(lab, "world/repo");
    for n in 0..30 {
        let (token, key) = (github(n), format!("key = {}\nsecret = {}\n", aws_id(n), aws_secret(n)));
        repo.commit(&[
            ("app.env", &format!("T={token}\n")),
            (&format!("deep/{n}/aws.ini"), &key),
            ("big", &format!("{}{n}\n", "line\n".repeat(300))),
        ]);
    }
    repo.git(&["tag", "-a", "v1", "-m", &format!("tag {}", github(90))]);
    repo.git(&["repack", "-adq"]);
    repo.commit(&[("loose.env", &format!("T={}\n", github(91)))]);
    repo.write(&[("untracked/copy.env", &format!("again {}\n", github(5))), ("huge", &"x".repeat(70_000))]);
    for n in 0..200 {
        lab.write(&format!("world/files/{}/{n}.env", n % 7), format!("T={}\n", github(1000 + n / 2)));
    }
}

/// A report without the number of its run.
fn timeless(mut report: Value) -> Value {
    report["run"].as_object_mut().expect("an object").remove("id");
    report
}

#[test]
fn one_worker_two_and_eight_give_the_same_report_and_the_same_record() {
    let lab = Lab::new();
    world(&lab);
    let told = |workers: &str, record: &str| {
        let arguments = [
            "world/repo",
            "world/files",
            "--workers",
            workers,
            "--record",
            record,
            "--pepper-file",
            "pepper",
            "--max-file-size",
            "64K",
            "--format",
            "json",
        ];
        let said = lab.scan(&arguments).exits(3);
        (said.out, dump(&lab.path(record)), fs::read(lab.path(record)).expect("a record"))
    };
    let one = told("1", "one.db");
    assert!(findings(&serde_json::from_str(&one.0).expect("JSON"), "exposed-credential").len() > 150, "there is something to compare");
    for (workers, record) in [("2", "two.db"), ("8", "eight.db"), ("8", "again.db")] {
        let other = told(workers, record);
        assert_eq!(other.0, one.0, "{workers} workers");
        assert_eq!(other.1, one.1, "{workers} workers");
        assert!(other.2 == one.2, "{workers} workers: the bytes of the record differ");
    }
}

#[test]
fn scanning_twice_tells_the_same_and_remembers_the_first_time() {
    let lab = Lab::new();
    world(&lab);
    let arguments = ["world/repo", "world/files", "--max-file-size", "64K"];
    let (first, second) = (lab.report(&arguments, 3), lab.report(&arguments, 3));
    assert_eq!((&first["run"]["id"], &second["run"]["id"]), (&1.into(), &2.into()));
    assert_eq!(timeless(first), timeless(second));
    let runs = |column: &str| ask::<String>(&lab.record(), &format!("SELECT group_concat(DISTINCT {column}) FROM report_sighting"));
    assert_eq!((runs("first_run"), runs("last_run")), ("1".into(), "2".into()));
}

#[test]
fn a_target_has_one_name_wherever_the_user_stands_and_is_scanned_once() {
    let lab = Lab::new();
    lab.write("tree/a.env", format!("T={}\n", github(1)));
    let report = lab.report(&["tree", "./tree", "tree/../tree"], 0);
    assert_eq!(report["run"]["targets"].as_array().map(Vec::len), Some(1));
    assert_eq!((sightings(&report).len(), &report["run"]["documents"]), (1, &1.into()));
}

#[test]
fn one_secret_in_two_repositories_is_reuse_and_a_fork_is_not() {
    let lab = Lab::new();
    let text = |note: &str| format!("# {note}\nT={}\n", github(1));
    let mut one = Repo::new(&lab, "one");
    one.commit(&[("app.env", &text("one"))]);
    let mut fork = one.clone_to(&lab, "fork", &[]);
    fork.commit(&[("app.env", &text("one, and changed in the fork"))]);
    Repo::new(&lab, "two").commit(&[("README", "two\n"), ("app.env", &text("two"))]);
    let reuse = |report: &Value| {
        findings(report, "reused-credential").iter().map(|f| f["because"].as_str().expect("a text").to_owned()).collect::<Vec<_>>()
    };

    assert_eq!(reuse(&lab.report(&["git:one"], 0)), [""; 0]);
    let forked = lab.report(&["git:fork"], 0);
    assert_eq!(reuse(&forked), [""; 0], "a fork is the same repository");
    assert_eq!(findings(&forked, "exposed-credential")[0]["elsewhere"].as_array().map(Vec::len), Some(1), "but it is a place");
    let second = lab.report(&["git:two"], 0);
    assert_eq!(reuse(&second), ["is used in 2 independent places of 2 repositories"]);
    assert_eq!(findings(&second, "reused-credential")[0]["severity"], "high");
    // In one run it is the same, whatever the order.
    for arguments in [["git:one", "git:two"], ["git:two", "git:one"]] {
        let record = arguments[0].replace(':', "-") + ".db";
        let both = lab.report(&[&arguments[..], &["--record", &record]].concat(), 0);
        assert_eq!(reuse(&both), ["is used in 2 independent places of 2 repositories"]);
    }
    let forks = lab.report(&["git:fork", "git:one", "--record", "forks.db"], 0);
    assert_eq!(reuse(&forks), [""; 0]);
}

#[test]
fn what_was_removed_is_gone_in_the_next_run_and_the_record_remembers_it() {
    let lab = Lab::new();
    lab.write("tree/keep.env", format!("T={}\n", github(1)));
    let gone = lab.write("tree/gone.env", format!("T={}\n", github(2)));
    assert_eq!(findings(&lab.report(&["tree"], 0), "exposed-credential").len(), 2);
    fs::remove_file(gone).expect("our own file");
    assert_eq!(sightings(&lab.report(&["tree"], 0))[0]["path"], "keep.env");
    let last = |path: &str| ask::<i64>(&lab.record(), &format!("SELECT last_run FROM report_sighting WHERE path = '{path}'"));
    assert_eq!((last("gone.env"), last("keep.env")), (1, 2));
    // And it does not count as a place elsewhere.
    lab.write("tree/keep.env", format!("T={}\n", github(2)));
    let report = lab.report(&["tree"], 0);
    assert_eq!(findings(&report, "exposed-credential")[0]["elsewhere"], serde_json::json!([]));
}

/// A record in which a token was seen in `tree`, then `tree` was scanned anew with these arguments; the places elsewhere that a
/// third run, which finds the token in another folder, knows.
fn elsewhere_after(again: &[&str], code: i32) -> usize {
    let lab = Lab::new();
    lab.write("tree/a.env", format!("T={}\n{}", github(1), "x".repeat(5000)));
    lab.write("tree/b.txt", "text\n");
    lab.scan(&["tree"]).exits(0);
    lab.scan(&[&["tree"], again].concat()).exits(code);
    lab.write("other/c.env", format!("# other\nT={}\n", github(1)));
    let report = lab.report(&["other"], 0);
    findings(&report, "exposed-credential")[0]["elsewhere"].as_array().expect("a list").len()
}

#[test]
fn what_was_left_out_by_wish_is_not_called_gone() {
    assert_eq!(elsewhere_after(&[], 0), 1, "nothing was left out");
    assert_eq!(elsewhere_after(&["--exclude", "*.env"], 0), 1);
}

#[test]
fn what_could_not_be_seen_is_not_called_gone() {
    assert_eq!(elsewhere_after(&["--max-file-size", "4K"], 3), 1);
}

/// Whether a run is under way in the record.
fn running(record: &Path) -> bool {
    record.metadata().is_ok_and(|m| m.len() > 0)
        && look(record).query_row("SELECT count(*) FROM run WHERE state = 'running'", [], |row| row.get(0)).is_ok_and(|n: i64| n > 0)
}

#[test]
fn a_killed_run_leaves_the_earlier_report_as_it_was_and_is_marked_as_cut_short() {
    let lab = Lab::new();
    lab.write("tree/a.env", format!("T={}\n", github(1)));
    let earlier = lab.scan(&["tree", "--format", "json"]).exits(0).out;
    lab.write("tree/b.env", format!("T={}\n", github(2)));
    // It has scanned the tree, and waits for its standard input, which never ends.
    let mut child = lab.hold(&scanning(&["tree", "-"]));
    until("a run is under way", || running(&lab.record()));
    child.kill().expect("our child");
    child.wait().expect("our child");
    assert!(running(&lab.record()), "nobody has opened the record since");
    assert_eq!(lab.run(&["report", "--format", "json"]).exits(0).out, earlier);
    assert_eq!(ask::<String>(&lab.record(), "SELECT group_concat(state) FROM (SELECT state FROM run ORDER BY id)"), "complete,cut-short");
    assert_eq!(ask::<i64>(&lab.record(), "SELECT count(*) FROM credential"), 1, "of the killed run nothing was kept");
    let next = lab.report(&["tree"], 0);
    assert_eq!((&next["run"]["id"], findings(&next, "exposed-credential").len()), (&3.into(), 2));
}

#[test]
fn a_run_that_goes_on_is_not_taken_for_a_dead_one() {
    let lab = Lab::new();
    lab.write("tree/a.env", format!("T={}\n", github(1)));
    let child = lab.hold(&scanning(&["-"]));
    until("a run is under way", || running(&lab.record()));
    lab.scan(&["tree"]).exits(0);
    assert!(running(&lab.record()));
    ended(child).exits(3);
    assert_eq!(ask::<i64>(&lab.record(), "SELECT count(*) FROM run WHERE state = 'cut-short'"), 0);
}

#[test]
fn a_killed_run_of_our_own_process_id_is_dead() {
    let lab = Lab::new();
    lab.write("tree/a.env", format!("T={}\n", github(1)));
    lab.scan(&["tree"]).exits(0);
    let mut shell = std::process::Command::new("sh");
    shell.env_clear().env("HOME", lab.path("home")).current_dir(lab.path(".")).stdin(std::process::Stdio::piped());
    shell.args(["-c", "read go; exec \"$0\" scan tree", env!("CARGO_BIN_EXE_unhidden")]).stdout(std::process::Stdio::null());
    let mut child = shell.spawn().expect("a shell");
    let sql = format!("INSERT INTO run (started, state, version, rules, process) VALUES (0, 'running', '', '', {})", child.id());
    rusqlite::Connection::open(lab.record()).expect("a record").execute_batch(&sql).expect("SQL");
    std::io::Write::write_all(&mut child.stdin.take().expect("piped"), b"go\n").expect("it reads");
    assert!(child.wait().expect("our child").success());
    assert_eq!(
        ask::<String>(&lab.record(), "SELECT group_concat(state) FROM (SELECT state FROM run ORDER BY id)"),
        "complete,cut-short,complete"
    );
}

#[test]
fn an_interrupted_run_keeps_what_it_saw_and_says_that_it_is_not_all() {
    let lab = Lab::new();
    lab.write("tree/a.env", format!("T={}\n", github(1)));
    let child = lab.hold(&scanning(&["tree", "-", "--format", "json"]));
    until("a run is under way", || running(&lab.record()));
    // The tree takes a moment; the signal must not come before it was read.
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(lab.shell(&format!("kill -INT {}", child.id())).code, 0);
    std::thread::sleep(std::time::Duration::from_millis(100));
    let said = ended(child).exits(130);
    let report = said.json();
    assert_eq!(report["run"]["state"], "cut-short");
    assert!(faults(&report).iter().any(|f| f.starts_with("cut-short ")), "{:?}", faults(&report));
    assert_eq!(sightings(&report).len(), 1);
    assert!(said.err.contains("interrupted"), "{}", said.err);
}

#[test]
fn two_interrupts_end_it_at_once() {
    let lab = Lab::new();
    let mut child = lab.hold(&scanning(&["-"]));
    until("a run is under way", || running(&lab.record()));
    until("it is over", || {
        lab.shell(&format!("kill -INT {}", child.id()));
        std::thread::sleep(std::time::Duration::from_millis(50));
        child_is_over(child.id())
    });
    assert_eq!(child.wait().expect("our child").code(), Some(130));
}

/// Whether a child of ours has ended (a zombie until it is waited for).
fn child_is_over(process: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit(')').next().is_none_or(|rest| rest.trim_start().starts_with('Z'))
}

#[test]
fn a_full_disk_is_said_in_clear_words_and_the_earlier_report_is_intact() {
    let lab = Lab::new();
    lab.write("tree/a.env", format!("T={}\n", github(1)));
    let earlier = lab.scan(&["tree", "--format", "json"]).exits(0).out;
    for n in 0..400 {
        lab.write(&format!("tree/{n}.env"), format!("T={}\n", github(n)));
    }
    // As large as the record is now, in blocks of 512 bytes, and no larger.
    let blocks = fs::metadata(lab.record()).expect("a record").len() / 512;
    let said = lab.shell(&format!("ulimit -f {blocks}; exec \"$UNHIDDEN\" scan tree --now {NOW}")).exits(2);
    assert!(said.out.is_empty() && said.err.starts_with("error: ") && said.err.contains("record.db"), "{}", said.err);
    assert_eq!(lab.run(&["report", "--format", "json"]).exits(0).out, earlier);
    assert_eq!(ask::<String>(&lab.record(), "SELECT state FROM run WHERE id = 2"), "cut-short");
    assert_eq!(ask::<String>(&lab.record(), "PRAGMA integrity_check"), "ok");
}

#[test]
fn a_limit_or_a_quota_is_told_like_a_full_disk() {
    let lab = Lab::new();
    lab.write("tree/a.env", format!("T={}\n", github(1)));
    let said = lab.shell("ulimit -f 8; exec \"$UNHIDDEN\" scan tree --record r.db").exits(2);
    assert!(said.err.contains("no room left") && said.err.contains("make room"), "{}", said.err);
}

#[test]
fn a_disk_that_is_full_from_the_start_is_said_too() {
    let lab = Lab::new();
    lab.write("tree/a.env", format!("T={}\n", github(1)));
    let said = lab.shell("ulimit -f 8; exec \"$UNHIDDEN\" scan tree --record r.db").exits(2);
    assert!(said.out.is_empty() && said.err.starts_with("error: ") && said.err.contains("r.db"), "{}", said.err);
    // With room again it is as if nothing had been.
    lab.scan(&["tree", "--record", "r.db"]).exits(0);
}

#[test]
fn a_report_that_cannot_be_written_is_an_error_and_the_run_is_kept() {
    let lab = Lab::new();
    lab.write("tree/a.env", format!("T={}\n", github(1)));
    if !Path::new("/dev/full").exists() {
        return crate::support::skipped("there is no /dev/full");
    }
    let said = lab.shell(&format!("\"$UNHIDDEN\" scan tree --now {NOW} > /dev/full")).exits(2);
    assert!(said.err.contains("cannot write the report"), "{}", said.err);
    assert!(lab.run(&["report"]).exits(0).out.contains("1 credential"));
}

/// Four folders with the same token, and four runs at the same time, one for each.
#[track_caller]
fn four_at_once(lab: &Lab) {
    for n in 0..4 {
        lab.write(&format!("{n}/a.env"), format!("# {n}\nT={}\n", github(1)));
    }
    let children: Vec<_> = (0..4).map(|n| lab.hold(&scanning(&[&n.to_string(), "--format", "json"]))).collect();
    let ends: Vec<_> = children.into_iter().map(ended).collect();
    for said in ends {
        assert_eq!(sightings(&said.exits(0).json()).len(), 1);
    }
    assert_eq!(ask::<i64>(&lab.record(), "SELECT count(*) FROM credential"), 1, "one pepper, one fingerprint");
    assert_eq!(ask::<String>(&lab.record(), "PRAGMA integrity_check"), "ok");
}

#[test]
fn runs_into_one_record_at_once_all_succeed() {
    let lab = Lab::new();
    lab.write("tree/a.txt", "text\n");
    lab.scan(&["tree"]).exits(0);
    four_at_once(&lab);
    assert_eq!(ask::<i64>(&lab.record(), "SELECT count(*) FROM run WHERE state = 'complete'"), 5);
}

#[test]
fn runs_that_make_one_new_record_at_once_all_succeed() {
    for _ in 0..20 {
        four_at_once(&Lab::new());
    }
}

#[test]
fn a_run_that_ends_late_takes_nothing_from_the_report_of_one_that_began_after_it() {
    let lab = Lab::new();
    lab.write("tree/a.env", format!("T={}\n", github(1)));
    let early = lab.hold(&scanning(&["tree", "-"]));
    until("a run is under way", || running(&lab.record()));
    let later = lab.scan(&["tree", "--format", "json"]).exits(0).out;
    ended(early).exits(0);
    assert_eq!(lab.run(&["report", "--run", "2", "--format", "json"]).exits(0).out, later);
    // Nor does the one that ended first hide what the late one saw.
    assert!(lab.run(&["report", "--run", "1", "--format", "json"]).exits(0).out.contains("exposed-credential"));
    assert_eq!(ask::<i64>(&lab.record(), "SELECT last_run FROM report_sighting"), 2);
}

/// The report of a run, as JSON text.
fn told(lab: &Lab, run: &str) -> String {
    lab.run(&["report", "--run", run, "--format", "json"]).exits(0).out
}

#[test]
fn old_reports_stay_as_they_were_whatever_becomes_of_a_place() {
    let lab = Lab::new();
    let text = |n: u64| format!("# {n}\nT={}\n", github(1));
    let file = lab.write("tree/a.env", text(1));
    lab.write("tree/b.env", text(2));
    let mode = |mode: u32| fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(mode)).expect("our own file");
    mode(0o644);
    let mut reports = vec![lab.scan(&["tree", "--format", "json"]).exits(0).out];
    // Left out by wish, other permissions, gone, back again, and another target between two runs that see the same.
    let mut scan = |arguments: &[&str]| {
        reports.push(lab.scan(&[arguments, &["--format", "json"]].concat()).exits(0).out);
        for (n, report) in (1..).zip(&reports) {
            assert_eq!(told(&lab, &n.to_string()), *report, "run {n} after run {}", reports.len());
        }
    };
    scan(&["tree", "--exclude", "a.env"]);
    mode(0o600);
    scan(&["tree"]);
    fs::remove_file(&file).expect("our own file");
    scan(&["tree"]);
    lab.write("tree/a.env", text(1));
    mode(0o600);
    scan(&["tree"]);
    lab.write("other/c.env", text(3));
    scan(&["other"]);
    scan(&["tree"]);
    assert_eq!(
        ask::<String>(&lab.record(), "SELECT group_concat(first_run || '-' || last_run, ' ') FROM report_sighting WHERE path = 'a.env'"),
        "1-7"
    );
    let stretches = "SELECT group_concat(first_run || '-' || last_run, ' ') FROM appearance WHERE path = 'a.env'";
    assert_eq!(ask::<String>(&lab.record(), stretches), "1-1 3-3 5-7");
}

#[test]
fn a_run_that_ends_late_has_its_own_places_and_leaves_those_of_later_ones() {
    let lab = Lab::new();
    let file = lab.write("tree/a.env", format!("T={}\n", github(1)));
    let mode = |mode: u32| fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(mode)).expect("our own file");
    mode(0o640);
    let first = lab.scan(&["tree", "--format", "json"]).exits(0).out;
    mode(0o644);
    let early = lab.hold(&scanning(&["tree", "-", "--format", "json"]));
    until("a run is under way", || running(&lab.record()));
    // The tree takes a moment; it must be read before it changes.
    std::thread::sleep(std::time::Duration::from_millis(300));
    mode(0o640);
    let later = lab.scan(&["tree", "--format", "json"]).exits(0).out;
    let late = ended(early).exits(0).out;
    for (run, report, mode) in [("1", first, "0640"), ("2", late, "0644"), ("3", later, "0640")] {
        assert_eq!(told(&lab, run), report);
        assert!(report.contains(mode), "run {run}: {report}");
    }
}

#[test]
fn a_report_that_is_read_slowly_keeps_no_other_run_waiting() {
    let lab = Lab::new();
    let tokens = |n: u64| (0..100).map(|i| github(100 * n + i)).collect::<Vec<_>>().join("\n");
    (0..20).for_each(|n| drop(lab.write(&format!("tree/{n}.env"), tokens(n))));
    let whole = lab.scan(&["tree", "--format", "json"]).exits(0).out;
    // More than a pipe holds: it is in the middle of its report until somebody reads.
    let slow = lab.hold(&["report", "--format", "json"]);
    std::thread::sleep(std::time::Duration::from_millis(300));
    lab.scan(&["tree"]).exits(0);
    assert!(ended(slow).exits(0).out == whole, "and what it tells is one report");
}
