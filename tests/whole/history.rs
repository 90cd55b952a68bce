//! Where in a repository a token can lie: each place is found, and told as it is.

use std::fs;

use serde_json::Value;

use crate::support::{Lab, Repo, aws_id, faults, findings, github, sightings};

/// A line that holds a token.
fn line(seed: u64) -> String {
    format!("GITHUB_TOKEN={}\n", github(seed))
}

/// Where the one credential of a report lies: `path commit head:yes|no|? tree:yes|no refs:…`, sorted.
#[track_caller]
fn lies(report: &Value) -> Vec<String> {
    let mut all: Vec<String> = sightings(report).iter().map(lie).collect();
    all.sort();
    all
}

fn lie(place: &Value) -> String {
    let known = |value: &Value| value.as_bool().map_or("?", |yes| if yes { "yes" } else { "no" });
    let refs: Vec<&str> = place["refs"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    let commit = place["commit"].as_str().unwrap_or("-");
    format!(
        "{} {commit} head:{} tree:{} refs:{}",
        place["path"].as_str().expect("a path"),
        known(&place["in_head"]),
        known(&place["in_tree"]),
        refs.join(",")
    )
}

/// Lets the logs forget what no reference keeps.
fn forget(repo: &Repo) {
    repo.git(&["reflog", "expire", "--expire=now", "--all"]);
    let _ = fs::remove_file(repo.path().join(".git/ORIG_HEAD"));
}

/// A lab with a repository of one harmless commit.
fn start() -> (Lab, Repo) {
    let lab = Lab::new();
    let mut repo = Repo::new(&lab, "repo");
    repo.commit(&[("README", "Hello\n")]);
    (lab, repo)
}

#[test]
fn a_token_that_only_a_merge_commit_brought() {
    let (lab, mut repo) = start();
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.commit(&[("side.txt", "side\n")]);
    repo.git(&["checkout", "-q", "main"]);
    repo.commit(&[("main.txt", "main\n")]);
    repo.git(&["merge", "-q", "--no-ff", "--no-commit", "side"]);
    let merge = repo.commit(&[("merged.env", &line(1))]);
    assert_eq!(repo.git(&["rev-list", "--parents", "-1", "HEAD"]).split(' ').count(), 3, "it is a merge");
    assert_eq!(lies(&lab.report(&["git:repo"], 0)), [format!("merged.env {merge} head:yes tree:no refs:head,branch,reflog,index")]);
}

#[test]
fn a_token_in_a_stash() {
    let (lab, repo) = start();
    repo.write(&[("README", &line(1))]);
    repo.git(&["stash", "-q"]);
    let stash = repo.git(&["rev-parse", "stash"]);
    assert_eq!(lies(&lab.report(&["repo"], 0)), [format!("README {stash} head:no tree:no refs:stash")]);
}

#[test]
fn a_token_in_an_untracked_file_of_a_stash() {
    let (lab, repo) = start();
    repo.write(&[("new.env", &line(1))]);
    repo.git(&["stash", "-q", "--include-untracked"]);
    let third = repo.git(&["rev-parse", "stash^3"]);
    assert_eq!(lies(&lab.report(&["repo"], 0)), [format!("new.env {third} head:no tree:no refs:stash")]);
}

#[test]
fn a_token_in_a_note() {
    let (lab, repo) = start();
    repo.git(&["notes", "add", "-m", &line(1)]);
    let (head, note) = (repo.git(&["rev-parse", "HEAD"]), repo.git(&["rev-parse", "refs/notes/commits"]));
    forget(&repo);
    assert_eq!(lies(&lab.report(&["repo"], 0)), [format!("{head} {note} head:no tree:no refs:note")]);
}

#[test]
fn a_token_in_a_tag_message() {
    let (lab, repo) = start();
    repo.git(&["tag", "-a", "v1", "-m", &format!("release\n\n{}", line(1))]);
    let report = lab.report(&["repo"], 0);
    let tag = repo.git(&["rev-parse", "refs/tags/v1"]);
    let place = &sightings(&report)[0];
    assert_eq!((place["path"].as_str(), place["content"].as_str()), (Some("(tag v1 message)"), Some(tag.as_str())));
    assert_eq!((&place["in_head"], &place["refs"]), (&false.into(), &serde_json::json!(["tag"])));
}

#[test]
fn a_token_in_a_commit_message() {
    let (lab, repo) = start();
    repo.git(&["commit", "-q", "--allow-empty", "-m", &format!("use\n\n{}", line(1))]);
    let head = repo.git(&["rev-parse", "HEAD"]);
    assert_eq!(lies(&lab.report(&["repo"], 0)), [format!("(commit message) {head} head:yes tree:no refs:head,branch,reflog")]);
}

#[test]
fn a_token_in_a_pull_request_that_no_branch_keeps() {
    let (lab, mut repo) = start();
    repo.git(&["checkout", "-q", "-b", "theirs"]);
    let theirs = repo.commit(&[("theirs.env", &line(1))]);
    repo.git(&["update-ref", "refs/pull/1/head", &theirs]);
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["branch", "-q", "-D", "theirs"]);
    forget(&repo);
    assert_eq!(lies(&lab.report(&["repo"], 0)), [format!("theirs.env {theirs} head:no tree:no refs:review")]);
}

#[test]
fn a_token_on_a_remote_branch_and_on_a_tag() {
    let (lab, mut repo) = start();
    let other = repo.commit(&[("other.env", &line(1))]);
    repo.git(&["update-ref", "refs/remotes/origin/topic", &other]);
    repo.git(&["tag", "light", &other]);
    repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    forget(&repo);
    assert_eq!(lies(&lab.report(&["repo"], 0)), [format!("other.env {other} head:no tree:no refs:remote,tag")]);
    // Packed references are references.
    repo.git(&["pack-refs", "--all"]);
    assert_eq!(lies(&lab.report(&["repo"], 0)), [format!("other.env {other} head:no tree:no refs:remote,tag")]);
}

#[test]
fn a_token_that_was_reset_away_and_then_forgotten_by_the_logs() {
    let (lab, mut repo) = start();
    let lost = repo.commit(&[("lost.env", &line(1))]);
    repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    let expected = |refs: &str| [format!("lost.env {lost} head:no tree:no refs:{refs}")];
    assert_eq!(lies(&lab.report(&["repo"], 0)), expected("reflog,other"), "the log and ORIG_HEAD remember it");
    forget(&repo);
    let report = lab.report(&["repo"], 0);
    assert_eq!(lies(&report), expected(""));
    assert_eq!(findings(&report, "exposed-credential")[0]["severity"], "critical", "whoever has a copy has the token");
}

#[test]
fn a_token_in_a_blob_that_nothing_ever_kept() {
    let (lab, repo) = start();
    repo.write(&[("a.env", &line(1))]);
    let blob = repo.git(&["hash-object", "-w", "a.env"]);
    fs::remove_file(repo.path().join("a.env")).expect("our own file");
    assert_eq!(lies(&lab.report(&["repo"], 0)), [format!("(dangling blob {blob}) - head:no tree:no refs:")]);
}

#[test]
fn a_token_that_is_only_staged() {
    let (lab, repo) = start();
    repo.write(&[("deep/staged.env", &line(1))]);
    repo.git(&["add", "-A"]);
    fs::remove_file(repo.path().join("deep/staged.env")).expect("our own file");
    assert_eq!(lies(&lab.report(&["repo"], 0)), ["deep/staged.env - head:no tree:no refs:index"]);
}

#[test]
fn a_token_in_a_repository_without_any_commit() {
    let lab = Lab::new();
    let repo = Repo::new(&lab, "repo");
    repo.write(&[("first.env", &line(1))]);
    assert_eq!(lies(&lab.report(&["repo"], 0)), ["first.env - head:? tree:yes refs:"], "not even added");
    repo.git(&["add", "-A"]);
    assert_eq!(lies(&lab.report(&["repo"], 0)), ["first.env - head:no tree:yes refs:index"]);
    fs::remove_file(repo.path().join("first.env")).expect("our own file");
    assert_eq!(lies(&lab.report(&["repo"], 0)), ["first.env - head:no tree:no refs:index"]);
}

#[test]
fn a_token_in_a_bare_repository_and_in_its_files() {
    let (lab, mut repo) = start();
    let first = repo.commit(&[("app.env", &line(1))]);
    repo.remove("app.env");
    repo.clone_to(&lab, "bare.git", &["--bare"]);
    let expected = [format!("app.env {first} head:no tree:no refs:head,branch")];
    assert_eq!(lies(&lab.report(&["bare.git"], 0)), expected);
    assert_eq!(lies(&lab.report(&["git:bare.git"], 0)), expected);
    // A remote with a password in the configuration of the repository.
    let url = format!("[remote \"origin\"]\n\turl = https://x:{}@example.com/a.git\n", github(2));
    fs::write(lab.path("bare.git/config"), url).expect("a file");
    let report = lab.report(&["bare.git"], 0);
    let paths: Vec<&Value> = findings(&report, "exposed-credential").iter().map(|f| &f["sightings"][0]["path"]).collect();
    assert!(paths.contains(&&"config".into()), "{paths:?}");
}

#[test]
fn the_configuration_of_a_work_trees_repository_is_read_for_tokens() {
    let (lab, repo) = start();
    repo.git(&["remote", "add", "origin", &format!("https://x:{}@example.com/a.git", github(2))]);
    let report = lab.report(&["repo"], 0);
    let rules: Vec<&Value> = findings(&report, "exposed-credential").iter().map(|f| &f["sightings"][0]["path"]).collect();
    assert!(rules.contains(&&".git/config".into()), "{rules:?}");
}

#[test]
fn a_linked_work_tree_has_a_head_and_an_index_of_its_own() {
    let (lab, mut repo) = start();
    let first = repo.commit(&[("app.env", &line(1))]);
    let tree = lab.path("linked");
    repo.git(&["worktree", "add", "-q", "-b", "clean", &tree.to_string_lossy(), "HEAD~1"]);
    forget(&repo);
    assert_eq!(lies(&lab.report(&["git:linked"], 0)), [format!("app.env {first} head:no tree:no refs:branch")]);
    assert_eq!(lies(&lab.report(&["git:repo"], 0)), [format!("app.env {first} head:yes tree:no refs:head,branch,index")]);
    fs::write(tree.join("new.env"), line(2)).expect("a file");
    let report = lab.report(&["linked"], 0);
    assert_eq!(findings(&report, "exposed-credential").len(), 2);
}

#[test]
fn a_repository_of_sha256_names() {
    let lab = Lab::new();
    let mut repo = Repo::with(&lab, "repo", &["--object-format=sha256"]);
    let first = repo.commit(&[("app.env", &line(1))]);
    assert_eq!(first.len(), 64);
    repo.remove("app.env");
    repo.commit(&[("README", "Hello\n")]);
    repo.git(&["repack", "-adq"]);
    let report = lab.report(&["git:repo"], 3);
    assert_eq!(lies(&report), [format!("app.env {first} head:no tree:no refs:head,branch,reflog")]);
    assert_eq!(sightings(&report)[0]["content"].as_str().map(str::len), Some(64));
    assert!(faults(&report).iter().all(|f| f.contains("SHA-256")), "{:?}", faults(&report));
}

#[test]
fn a_clone_that_borrows_its_objects() {
    let (lab, mut repo) = start();
    let first = repo.commit(&[("app.env", &line(1))]);
    repo.remove("app.env");
    let from = repo.path().to_string_lossy().into_owned();
    repo.git(&["clone", "-q", "--shared", &from, &lab.path("borrower").to_string_lossy()]);
    assert_eq!(lies(&lab.report(&["git:borrower"], 0)), [format!("app.env {first} head:no tree:no refs:head,branch,remote,reflog")]);
    fs::rename(lab.path("repo"), lab.path("gone")).expect("our own folder");
    let report = lab.report(&["git:borrower"], 3);
    assert!(faults(&report).iter().any(|f| f.starts_with("missing .git/objects/info/alternates: ")), "{:?}", faults(&report));
}

#[test]
fn a_shallow_clone_says_that_history_is_cut() {
    let (lab, mut repo) = start();
    repo.commit(&[("app.env", &line(1))]);
    repo.remove("app.env");
    let last = repo.commit(&[("new.env", &line(2))]);
    repo.clone_to(&lab, "shallow", &["--depth", "1"]);
    let report = lab.report(&["git:shallow"], 3);
    assert_eq!(lies(&report), [format!("new.env {last} head:yes tree:no refs:head,branch,remote,reflog,index")]);
    assert!(faults(&report).iter().any(|f| f.contains("history is cut (shallow clone)")), "{:?}", faults(&report));
    assert_eq!(report["run"]["state"], "incomplete");
}

#[test]
fn a_file_that_was_renamed_lies_at_its_first_and_at_its_present_path() {
    let (lab, mut repo) = start();
    let first = repo.commit(&[("old.env", &line(1))]);
    repo.git(&["mv", "old.env", "new.env"]);
    repo.commit(&[]);
    let lies = lies(&lab.report(&["git:repo"], 0));
    assert_eq!(lies, ["new.env", "old.env"].map(|path| format!("{path} {first} head:yes tree:no refs:head,branch,reflog,index")));
}

#[test]
fn the_first_commit_counts_and_not_the_one_that_brought_it_back() {
    let (lab, mut repo) = start();
    let first = repo.commit(&[("app.env", &line(1))]);
    repo.remove("app.env");
    repo.commit(&[("app.env", &line(1))]);
    let report = lab.report(&["git:repo"], 0);
    assert_eq!(lies(&report), [format!("app.env {first} head:yes tree:no refs:head,branch,reflog,index")]);
    assert_eq!(sightings(&report)[0]["date"], "2025-06-02T00:00:00Z");
    assert_eq!(sightings(&report)[0]["author"], "Ada <ada@example.test>");
}

#[test]
fn packed_or_loose_the_report_is_the_same() {
    let (lab, mut repo) = start();
    let filler = "a line that makes a delta worth while\n".repeat(50);
    for n in 0..20 {
        repo.commit(&[("big.env", &format!("{filler}{}{filler}version {n}\n", if n % 3 == 0 { line(n) } else { String::new() }))]);
    }
    repo.git(&["tag", "-a", "v1", "-m", "tagged"]);
    let told = |what: &str| {
        let mut report = lab.report(&["repo", "--record", what, "--pepper-file", "pepper"], 0);
        report.as_object_mut().expect("an object").remove("run");
        report
    };
    let loose = told("loose.db");
    assert_eq!(findings(&loose, "exposed-credential").len(), 7);
    repo.git(&["repack", "-adfq", "--depth=50", "--window=50"]);
    repo.git(&["pack-refs", "--all"]);
    assert!(fs::read_dir(repo.path().join(".git/objects/pack")).expect("packs").count() >= 2, "it is packed");
    assert_eq!(told("packed.db"), loose);
    // Half in a pack, half loose, and the pack has lost its index.
    repo.commit(&[("big.env", &format!("{filler}end\n"))]);
    for file in fs::read_dir(repo.path().join(".git/objects/pack")).expect("packs") {
        let path = file.expect("a file").path();
        if path.extension().is_some_and(|e| e == "idx") {
            fs::remove_file(path).expect("our own file");
        }
    }
    assert_eq!(findings(&lab.report(&["repo"], 0), "exposed-credential").len(), 7);
}

/// The rules of the exposed credentials of a report by path, sorted.
fn paths(report: &Value) -> Vec<String> {
    let mut all: Vec<String> =
        findings(report, "exposed-credential").iter().map(|f| f["sightings"][0]["path"].as_str().expect("a path").to_owned()).collect();
    all.sort();
    all
}

#[test]
fn since_commit_and_branch_take_a_part_of_the_history() {
    let (lab, mut repo) = start();
    let one = repo.commit(&[("one.env", &line(1))]);
    repo.git(&["commit", "-q", "--allow-empty", "-m", &line(4)]);
    repo.commit(&[("two.env", &line(2))]);
    repo.git(&["checkout", "-q", "-b", "side", &one]);
    repo.commit(&[("side.env", &line(3))]);
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["tag", "release", &one]);
    let found = |arguments: &[&str]| paths(&lab.report(&[&["git:repo"], arguments].concat(), 0));
    assert_eq!(found(&[]), ["(commit message)", "one.env", "side.env", "two.env"]);
    for name in [one.as_str(), &one[..9], "release"] {
        assert_eq!(found(&["--since-commit", name]), ["(commit message)", "side.env", "two.env"], "{name}");
    }
    assert_eq!(found(&["--branch", "main"]), ["(commit message)", "one.env", "two.env"]);
    assert_eq!(found(&["--branch", "side"]), ["one.env", "side.env"]);
    assert_eq!(found(&["--branch", "side", "--since-commit", "main"]), ["side.env"]);
    let said = lab.scan(&["git:repo", "--branch", "nowhere"]).exits(2);
    assert!(said.err.contains("`nowhere`"), "{}", said.err);
    lab.scan(&["git:repo", "--since-commit", "0123456789"]).exits(2);
}

#[test]
fn a_commit_may_be_named_by_steps_back_from_another() {
    let (lab, mut repo) = start();
    for (path, seed) in [("one.env", 1), ("two.env", 2)] {
        repo.commit(&[(path, &line(seed))]);
    }
    repo.git(&["checkout", "-q", "-b", "side", "HEAD~1"]);
    repo.commit(&[("side.env", &line(3))]);
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["merge", "-q", "--no-ff", "-m", "both", "side"]);
    forget(&repo);
    let found = |name: &str| paths(&lab.report(&["git:repo", "--since-commit", name], 0));
    for name in ["HEAD~2", "HEAD^^", "@^1~", "main^2^", "HEAD^0~2", "side~1"] {
        assert_eq!(found(name), ["side.env", "two.env"], "{name}");
    }
    assert_eq!(found("HEAD~1"), ["side.env"]);
    assert_eq!(found("HEAD^2"), ["two.env"]);
    for name in ["HEAD~9", "HEAD^3", "HEAD~99999999999", "HEAD^{tree}", "~1", "HEAD~é"] {
        let said = lab.scan(&["git:repo", "--since-commit", name]).exits(2);
        assert!(said.err.contains(name), "{}", said.err);
    }
}

#[test]
fn a_part_of_a_history_is_not_asked_of_files() {
    let (lab, _repo) = start();
    for arguments in [["dir:repo", "--branch", "main"], ["dir:repo", "--since-commit", "HEAD"], ["-", "--branch", "main"]] {
        let said = lab.scan(&arguments).exits(2);
        assert!(said.err.contains(arguments[1]) && said.err.contains("history"), "{}", said.err);
    }
    lab.scan(&["repo", "--no-history", "--branch", "main"]).exits(2);
    let said = lab.scan(&["dir:repo", "git:repo", "--branch", "main"]).exits(2);
    assert!(said.err.contains("dir:"), "{}", said.err);
}

/// A repository with a token in its past and one in its present.
fn inner(lab: &Lab, name: &str) -> Repo {
    let mut inner = Repo::new(lab, name);
    inner.commit(&[("past.env", &line(1))]);
    inner.remove("past.env");
    inner.commit(&[("now.env", &line(2))]);
    inner
}

#[test]
fn the_history_of_a_nested_repository_is_read_under_its_path() {
    let (lab, _repo) = start();
    inner(&lab, "repo/vendor/inner");
    let report = lab.report(&["repo"], 0);
    assert_eq!(paths(&report), ["vendor/inner/now.env", "vendor/inner/past.env"]);
    assert_eq!(paths(&lab.report(&["repo", "--no-history"], 0)), ["vendor/inner/now.env"]);
    assert_eq!(paths(&lab.report(&["git:repo"], 0)), [""; 0], "that is another history");
    // A folder that is no repository itself may hold some.
    assert_eq!(paths(&lab.report(&["repo/vendor"], 0)), ["inner/now.env", "inner/past.env"]);
}

#[test]
fn the_history_of_a_submodule_is_read_under_its_path() {
    let (lab, mut repo) = start();
    let from = format!("file://{}", inner(&lab, "library").path().display());
    repo.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &from, "lib"]);
    repo.commit(&[]);
    assert!(repo.path().join("lib/.git").is_file(), "its store lies in the repository's own");
    assert_eq!(paths(&lab.report(&["repo"], 0)), ["lib/now.env", "lib/past.env"]);
}

#[test]
fn a_git_file_that_leads_out_of_the_target_is_not_followed_and_said() {
    let (lab, repo) = start();
    let outside = inner(&lab, "outside");
    repo.write(&[("vendor/.git", &format!("gitdir: {}/.git\n", outside.path().display())), ("vendor/here.env", &line(3))]);
    let report = lab.report(&["repo"], 3);
    assert_eq!(paths(&report), ["vendor/here.env"]);
    assert_eq!(faults(&report).len(), 1);
    assert!(faults(&report)[0].contains("outside of the target"), "{:?}", faults(&report));
}

#[test]
fn a_damaged_object_is_a_fault_and_the_rest_is_found() {
    let (lab, mut repo) = start();
    repo.commit(&[("one.env", &line(1)), ("two.env", &line(2))]);
    let blob = repo.git(&["rev-parse", "HEAD:two.env"]);
    let object = repo.path().join(format!(".git/objects/{}/{}", &blob[..2], &blob[2..]));
    let mut bytes = fs::read(&object).expect("a loose object");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    fs::remove_file(&object).expect("our own file");
    fs::write(&object, bytes).expect("a file");
    let report = lab.report(&["git:repo"], 3);
    assert_eq!(paths(&report), ["one.env"]);
    assert!(faults(&report).iter().any(|f| f.contains(&blob)), "{:?}", faults(&report));
    // The file is there all the same.
    assert_eq!(paths(&lab.report(&["repo"], 3)), ["one.env", "two.env"]);
}

#[test]
fn nothing_that_a_scanned_repository_brings_is_executed() {
    let (lab, mut repo) = start();
    repo.commit(&[("a.env", &line(1)), (".gitattributes", "* filter=x diff=x\n"), ("id.txt", &format!("{}\n", aws_id(1)))]);
    let trap = format!("touch {}", lab.path("pwned").display());
    let script = lab.write("trap.sh", format!("#!/bin/sh\n{trap}\n"));
    std::os::unix::fs::PermissionsExt::set_mode(&mut fs::metadata(&script).expect("it is there").permissions(), 0o755);
    for key in [
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "filter.x.clean",
        "filter.x.smudge",
        "diff.x.textconv",
        "core.hooksPath",
        "core.editor",
    ] {
        repo.git(&["config", key, &trap]);
    }
    let config = repo.path().join(".git/config");
    let text = fs::read_to_string(&config).expect("a configuration");
    fs::write(&config, format!("{text}[include]\n\tpath = /dev/zero\n[core]\n\tworktree = /\n\trepositoryformatversion = 99\n"))
        .expect("a file");
    repo.write(&[("a.env", &format!("{}changed\n", line(1)))]);
    let report = lab.report(&["repo"], 0);
    assert_eq!(findings(&report, "exposed-credential").len(), 2);
    assert!(!lab.path("pwned").exists());
}
