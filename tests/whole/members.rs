//! Members of archives and what is encoded, as allows, baselines and judges see them.

use std::fs;

use data_encoding::BASE64;
use serde_json::Value;

use crate::support::{Lab, Repo, ask, github, look, password};

/// `path:line` of all sightings in a list of findings.
fn places(list: &Value) -> Vec<String> {
    let exposed = list.as_array().expect("a list").iter().filter(|f| f["check"] == "exposed-credential");
    let sightings = exposed.flat_map(|f| f["sightings"].as_array().expect("a list"));
    let mut all: Vec<String> = sightings.map(|s| format!("{}:{}", s["path"].as_str().expect("a path"), s["line"])).collect();
    all.sort();
    all
}

fn token(seed: u64, behind: &str) -> String {
    format!("token = \"{}\"{behind}\n", github(seed))
}

/// An archive of the files in the folder `in`, one that shows their bytes in clear.
fn pack(lab: &Lab, archive: &str) {
    lab.shell(&format!("mkdir -p \"$(dirname {archive})\" && tar -C in -cf {archive} $(ls in) && rm -r in")).exits(0);
}

#[test]
fn a_mark_counts_in_the_member_in_which_it_stands() {
    let lab = Lab::new();
    lab.write("in/a.py", token(1, "  # unhidden:allow a sample"));
    lab.write("in/b.py", token(2, ""));
    pack(&lab, "tree/x.tar");
    let report = lab.report(&["tree"], 0);
    assert_eq!(places(&report["allowed"]), ["x.tar!/a.py:1"]);
    assert_eq!(places(&report["findings"]), ["x.tar!/b.py:1"]);
    assert_eq!(ask::<String>(&lab.record(), "SELECT group_concat(inside) FROM mark"), "a.py");
    let report = lab.report(&["tree", "--no-inline-allows"], 0);
    assert_eq!(places(&report["findings"]), ["x.tar!/a.py:1", "x.tar!/b.py:1"]);
}

#[test]
fn a_mark_on_the_line_of_what_is_encoded_covers_it_and_is_not_idle() {
    let lab = Lab::new();
    let code = |seed| BASE64.encode(format!("# settings\n{}# end\n", token(seed, "")).as_bytes());
    lab.write("tree/a.yaml", format!("a: {}  # unhidden:allow a sample\n", code(1)));
    lab.write("tree/b.yaml", format!("# unhidden:allow-next-line a sample\nb: {}\n", code(2)));
    lab.write("tree/c.yaml", format!("c: {}\n# unhidden:allow a sample\n", code(3)));
    let report = lab.report(&["tree"], 0);
    assert_eq!(places(&report["allowed"]), ["a.yaml:1", "b.yaml:2"]);
    assert_eq!(places(&report["findings"]), ["c.yaml:1"]);
    let idle = report["findings"].as_array().expect("a list").iter().filter(|f| f["check"] == "unused-allow");
    let idle: Vec<&str> = idle.map(|f| f["because"].as_str().expect("a text")).collect();
    assert!(matches!(idle[..], [one] if one.contains("c.yaml")), "{idle:?}");
}

#[test]
fn an_allow_covers_a_member_by_its_whole_way_and_by_the_path_of_its_archive() {
    let lab = Lab::new();
    for name in ["in/a.py", "in/b.py"] {
        lab.write(name, token(1, ""));
    }
    pack(&lab, "tree/x.tar");
    for (path, open) in
        [("x.tar", vec![]), ("x.tar!/a.py", vec!["x.tar!/b.py:1"]), ("*.py", vec![]), ("a.py", vec!["x.tar!/a.py:1", "x.tar!/b.py:1"])]
    {
        let config = lab.write("settings.toml", format!("[[allow]]\npath = \"{path}\"\nreason = \"samples\"\n"));
        let report = lab.report(&["tree", "--config", &config.to_string_lossy()], 0);
        let left = report["findings"].as_array().expect("a list").iter().filter(|f| f["check"] == "exposed-credential");
        let left = left.flat_map(|f| f["sightings"].as_array().expect("a list")).filter(|s| s["allowed"].is_null());
        let mut left: Vec<String> = left.map(|s| format!("{}:{}", s["path"].as_str().expect("a path"), s["line"])).collect();
        left.sort();
        assert_eq!(left, open, "{path}");
    }
}

#[test]
fn a_baseline_counts_in_each_member_of_its_own() {
    let lab = Lab::new();
    let address = |seed| format!("DATABASE={}\n", crate::support::database(&password(seed)));
    let packed = |files: &[(&str, String)]| {
        files.iter().for_each(|(name, text)| drop(lab.write(&format!("in/{name}"), text)));
        pack(&lab, "tree/x.tar");
    };
    packed(&[("a.env", address(1)), ("b.env", address(2))]);
    lab.scan(&["tree", "--write-baseline", "known"]).exits(0);
    let text = fs::read_to_string(lab.path("known")).expect("a baseline");
    let entries: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(entries, ["1 connection.postgres x.tar!/a.env", "1 connection.postgres x.tar!/b.env"]);
    packed(&[("a.env", address(1) + &address(3)), ("b.env", address(2))]);
    let report = lab.report(&["tree", "--baseline", "known"], 0);
    assert_eq!((&report["baseline"]["known"], &report["baseline"]["new"]), (&2.into(), &1.into()));
    assert_eq!(places(&report["findings"]), ["x.tar!/a.env:2"]);
}

#[test]
fn what_a_name_is_given_in_a_member_is_judged_by_the_name_of_the_member() {
    let lab = Lab::new();
    let assigned = format!("db.password={}\n", password(7));
    let named = format!("db.token={}  # and some more\n", password(8));
    lab.write("files/named.conf", &named);
    lab.write("files/named.po", &named);
    assert_eq!(places(&lab.report(&["files"], 0)["findings"]), ["named.conf:1"]);
    let mut repo = Repo::new(&lab, "repo");
    lab.write("in/app.properties", &assigned);
    lab.write("in/app.po", format!("msgid \"x\"\n{named}"));
    pack(&lab, "repo/x.tar");
    let encoded = BASE64.encode(format!("# settings\n{assigned}# end of settings\n").as_bytes());
    repo.commit(&[
        ("values.yaml", &format!("data: {encoded}\n")),
        ("messages.po", &format!("data: {}\n", BASE64.encode(named.as_bytes()))),
    ]);
    for target in ["repo", "git:repo", "dir:repo"] {
        let report = lab.report(&[target, "--record", &format!("{}.db", target.replace(':', "-"))], 0);
        let mut found: Vec<String> = places(&report["findings"]);
        found.dedup();
        assert_eq!(found, ["values.yaml:1", "x.tar!/app.properties:1"], "{target}");
    }
    // What was judged to be none leaves nothing behind.
    let record = lab.path("git-repo.db");
    assert_eq!(ask::<i64>(&record, "SELECT count(*) FROM content"), 2);
    assert_eq!(ask::<i64>(&record, "SELECT count(*) FROM credential"), 1);
    let ways: Vec<String> = {
        let record = look(&record);
        let mut statement = record.prepare("SELECT inside || '|' || wrapping FROM sighting ORDER BY 1").expect("SQL");
        statement.query_map([], |row| row.get(0)).and_then(Iterator::collect).expect("rows")
    };
    assert_eq!(ways, ["app.properties|", "|base64"]);
}
