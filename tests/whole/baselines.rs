//! Baselines: what was known is counted, what is new is told, what is gone is told, on any machine and after any merge.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Lab, Repo, Said, database, github, password};

/// A file of settings with a token, whose secret nobody can guess, and one with a password, which somebody might.
fn token(seed: u64) -> String {
    format!("TOKEN={}\n", github(seed))
}

fn address(seed: u64) -> String {
    format!("DATABASE={}\n", database(&password(seed)))
}

/// Writes a baseline of the tree.
#[track_caller]
fn write(lab: &Lab, arguments: &[&str]) -> String {
    lab.scan(&[&["tree", "--write-baseline", "known"], arguments].concat()).exits(0);
    fs::read_to_string(lab.path("known")).expect("a baseline")
}

/// Scans the tree beside the baseline.
fn beside(lab: &Lab, arguments: &[&str]) -> Value {
    lab.scan(&[&["tree", "--baseline", "known", "--format", "json"], arguments].concat()).json()
}

/// Known, new, and the paths of what is gone.
fn sum(report: &Value) -> (u64, u64, Vec<String>) {
    let it = &report["baseline"];
    let gone = it["gone"].as_array().map(|all| all.iter().map(|g| g["path"].as_str().expect("a path").to_owned()).collect());
    (it["known"].as_u64().expect("a number"), it["new"].as_u64().expect("a number"), gone.unwrap_or_default())
}

fn paths(report: &Value) -> Vec<&str> {
    let exposed = report["findings"].as_array().expect("a list").iter().filter(|f| f["check"] == "exposed-credential");
    exposed.map(|f| f["sightings"][0]["path"].as_str().expect("a path")).collect()
}

/// A baseline without what is random in it, which decides the order of its lines, too.
fn masked(text: &str) -> String {
    let random = |word: &str| word.len() > 20 && word.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    let mask = |word| if random(word) { "…" } else { word };
    let mut lines: Vec<String> = text.lines().map(|line| line.split(' ').map(mask).collect::<Vec<_>>().join(" ")).collect();
    lines.sort();
    lines.join("\n")
}

#[test]
fn what_was_known_is_counted_and_passes_the_gate() {
    let lab = Lab::new();
    lab.write("tree/a.env", token(1));
    lab.write("tree/b.env", address(2));
    let text = write(&lab, &[]);
    insta::assert_snapshot!(masked(&text), @r"
    # unhidden baseline 1, salt …
    1 connection.postgres b.env
    … github.personal-access-token a.env
    ");
    assert!(!text.contains(&github(1)) && !text.contains(&password(2)));
    let said = lab.scan(&["tree", "--baseline", "known", "--fail-on", "info"]).exits(0);
    insta::assert_snapshot!(said.out, @r"
    0 credentials in 2 documents, 117 bytes
    2 allowed (2 by the baseline)
    baseline known: 2 known, 0 new, 0 gone
    ");
    let report = beside(&lab, &["--fail-on", "info"]);
    assert_eq!(sum(&report), (2, 0, vec![]));
    assert_eq!(report["allowed"][0]["sightings"][0]["allowed"]["by"], "baseline");
    assert_eq!(report["run"]["allowed"]["baseline"], 2);
}

#[test]
fn what_moves_stays_known_and_what_is_new_is_told() {
    let lab = Lab::new();
    lab.write("tree/a.env", token(1) + &address(2));
    write(&lab, &[]);
    // Other lines.
    lab.write("tree/a.env", format!("# a comment\n\n{}\n{}", token(1), address(2)));
    assert_eq!(sum(&beside(&lab, &["--fail-on", "info"])), (2, 0, vec![]));
    // Something new in the same file, behind and before.
    lab.write("tree/a.env", token(1) + &address(2) + &token(3) + &address(4));
    let report = beside(&lab, &[]);
    assert_eq!((sum(&report), paths(&report).len()), ((2, 2, vec![]), 2));
    lab.scan(&["tree", "--baseline", "known", "--fail-on", "low"]).exits(1);
    lab.write("tree/a.env", address(4) + &token(3) + &token(1) + &address(2));
    assert_eq!(sum(&beside(&lab, &[])), (2, 2, vec![]));
    // Another file: a token is known again by its digest, of a password only the place is kept.
    lab.write("tree/a.env", "");
    lab.write("tree/sub/b.env", token(1) + &address(2));
    assert_eq!(sum(&beside(&lab, &[])), (1, 1, vec!["a.env".into()]));
}

#[test]
fn what_is_gone_is_told_only_where_all_was_seen() {
    let lab = Lab::new();
    lab.write("tree/a.env", token(1));
    lab.write("tree/b.env", token(2));
    let before = write(&lab, &[]);
    fs::remove_file(lab.path("tree/b.env")).expect("it was there");
    let said = lab.scan(&["tree", "--baseline", "known"]).exits(0);
    insta::assert_snapshot!(said.out, @r"
    0 credentials in 1 document, 47 bytes
    1 allowed (1 by the baseline)
    baseline known: 1 known, 0 new, 1 gone
      gone  github.personal-access-token  b.env
    ");
    assert_eq!(beside(&lab, &["--exclude", "x"])["baseline"]["gone"], Value::Null);
    // A scan that left something out takes nothing out of the baseline either.
    assert_eq!(write(&lab, &["--exclude", "x"]), before);
    assert_eq!(write(&lab, &[]).lines().count(), 2);
}

#[test]
fn a_baseline_says_the_same_on_two_machines() {
    let (one, two) = (Lab::new(), Lab::new());
    for lab in [&one, &two] {
        lab.write("tree/a.env", token(1) + &address(2) + &address(3));
        lab.write("tree/p.env", address(4));
    }
    let text = write(&one, &[]);
    two.write("known", &text);
    assert_eq!(sum(&beside(&two, &["--fail-on", "info"])), (4, 0, vec![]));
    let prints =
        |lab: &Lab| lab.report(&["tree"], 0)["findings"].as_array().expect("a list").iter().map(|f| f["id"].clone()).collect::<Vec<_>>();
    assert_ne!(prints(&one), prints(&two), "their records have keys of their own");
    // Written anew there, it is the same to the byte.
    assert_eq!(write(&two, &["--baseline", "known"]), text);
    assert_eq!(write(&two, &["--workers", "1"]), text);
}

#[test]
fn a_history_keeps_the_order_in_which_passwords_came() {
    let lab = Lab::new();
    let mut repo = Repo::new(&lab, "tree");
    repo.commit(&[("a.env", &address(1))]);
    repo.commit(&[("a.env", &address(2))]);
    write(&lab, &[]);
    assert_eq!(sum(&beside(&lab, &[])), (2, 0, vec![]));
    repo.commit(&[("a.env", &address(3))]);
    let report = beside(&lab, &[]);
    assert_eq!(sum(&report), (2, 1, vec![]));
    assert_eq!(report["findings"][0]["sightings"][0]["in_head"], true);
}

#[test]
fn two_branches_merge_their_baselines() {
    let lab = Lab::new();
    let mut repo = Repo::new(&lab, "tree");
    let rewrite = |arguments: &[&str]| -> Said {
        let all = ["dir:tree", "--exclude", ".git", "--write-baseline", "tree/known", "--baseline", "tree/known"];
        lab.scan(&[&all, arguments].concat()).exits(0)
    };
    (0..12).for_each(|n| repo.write(&[(&format!("{n}.env"), &token(n))]));
    lab.scan(&["dir:tree", "--write-baseline", "tree/known"]).exits(0);
    repo.commit(&[(".gitattributes", "known merge=union\n")]);
    let start = fs::read_to_string(lab.path("tree/known")).expect("a baseline");
    for (branch, seed) in [("left", 100), ("right", 200)] {
        repo.git(&["checkout", "-q", "-b", branch, "main"]);
        repo.write(&[(&format!("{branch}.env"), &token(seed))]);
        rewrite(&[]);
        let text = fs::read_to_string(lab.path("tree/known")).expect("a baseline");
        let added: Vec<&str> = text.lines().filter(|line| !start.contains(line)).collect();
        assert_eq!(added.len(), 1, "one entry, and every other line as it was: {text}");
        repo.commit(&[]);
    }
    repo.git(&["merge", "-q", "-m", "both", "left"]);
    let report = lab.report(&["dir:tree", "--baseline", "tree/known", "--fail-on", "info"], 0);
    assert_eq!(sum(&report), (14, 0, vec![]));
}

#[test]
fn a_baseline_is_no_finding_of_its_own() {
    let lab = Lab::new();
    for n in 0..200 {
        lab.write(&format!("tree/{n}.env"), token(n) + &address(n));
    }
    lab.scan(&["tree", "--write-baseline", "tree/known"]).exits(0);
    let report = lab.report(&["tree", "--baseline", "tree/known"], 0);
    assert_eq!((sum(&report), report["findings"].as_array().map(Vec::len)), ((400, 0, vec![]), Some(0)));
    lab.write("alone/known", fs::read(lab.path("tree/known")).expect("a baseline"));
    assert_eq!(lab.report(&["alone"], 0)["findings"], json!([]));
}

#[test]
fn what_is_accepted_otherwise_is_not_in_a_baseline() {
    let lab = Lab::new();
    lab.write("tree/a.env", format!("{} # unhidden:allow a test value\n", token(1).trim()));
    lab.write("tree/b.env", token(2));
    assert_eq!(write(&lab, &[]).lines().count(), 2);
    assert_eq!(write(&lab, &["--no-inline-allows"]).lines().count(), 3);
}

#[test]
fn what_is_no_baseline_is_refused_and_stays_as_it_is() {
    let lab = Lab::new();
    lab.write("tree/a.env", token(1));
    let text = write(&lab, &[]);
    let said = |content: &str, option: &str| {
        lab.write("other", content);
        let said = lab.scan(&["tree", option, "other"]).exits(2);
        assert_eq!(fs::read_to_string(lab.path("other")).expect("a file"), content);
        said.err
    };
    let conflict = format!("{text}<<<<<<< HEAD\n");
    insta::assert_snapshot!(
        [
            said("", "--baseline"),
            said("[]", "--baseline"),
            said(&conflict, "--baseline"),
            said(&conflict, "--write-baseline"),
            said("important\n", "--write-baseline"),
            lab.scan(&["tree", "--baseline", "nowhere"]).exits(2).err,
            lab.scan(&["tree", "--write-baseline", "tree"]).exits(2).err,
        ]
        .concat(),
        @r"
    error: baseline other: it is no baseline: its first line is not `# unhidden baseline 1, salt …`
    error: baseline other: it is no baseline: its first line is not `# unhidden baseline 1, salt …`
    error: baseline other: line 3 is no entry: a digest or a number, a rule and a path
    error: baseline other: line 3 is no entry: a digest or a number, a rule and a path
    error: baseline other: it is no baseline: its first line is not `# unhidden baseline 1, salt …`
    error: no such file or directory: nowhere
      hint: `unhidden scan --write-baseline FILE` writes a baseline
    error: cannot write tree: it is there already, and no regular file
    "
    );
}
