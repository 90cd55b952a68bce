//! Each verb on the real binary: what it prints, where, and how it ends.

use std::fs;

use serde_json::Value;

use crate::support::{Lab, Repo, ask, aws_id, aws_secret, faults, findings, github, mode, random, scanning, sightings, skipped};

/// A repository whose token was taken out in its second commit.
fn removed(lab: &Lab) -> Repo {
    let mut repo = Repo::new(lab, "repo");
    repo.commit(&[("app.env", &format!("GITHUB_TOKEN={}\n", github(1))), ("README", "Hello\n")]);
    repo.remove("app.env");
    repo
}

#[test]
fn a_table_tells_what_where_since_when_and_why() {
    let lab = Lab::new();
    let repo = removed(&lab);
    // What git writes there is not the same on all machines, and it is one of the documents.
    std::fs::write(repo.path().join(".git/config"), "[core]\n\trepositoryformatversion = 0\n").expect("a file");
    let said = lab.scan(&["repo"]).exits(0);
    insta::assert_snapshot!(said.out, @"
    ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     severity   credential                               where       since        in HEAD   places   why                                                  
    ══════════════════════════════════════════════════════════════════════════════════════════════════════════════════════════════════════════════════════
     critical   GitHub personal access token (classic)   app.env:1   2025-06-01   no        1        exposed-credential: lies in 1 place since 2025-06-01 
                ghp_… (40)                                           3f84618038                      (214 days); HEAD does not hold it, the repository    
                                                                                                     does                                                 
                                                                                                     long-exposed-credential: has been exposed for 214    
                                                                                                     days, since 2025-06-01; HEAD does not hold it, the   
                                                                                                     repository does                                      
    ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    1 credential (1 critical) in 5 documents, 448 bytes
    ");
    assert_eq!(said.err, "");
}

#[test]
fn the_json_report_has_the_shape_that_its_schema_promises() {
    let lab = Lab::new();
    let mut repo = removed(&lab);
    let pair = format!("aws_access_key_id = {}\naws_secret_access_key = {}\n", aws_id(2), aws_secret(3));
    repo.commit(&[("prod/aws.ini", &pair), ("dev/aws.ini", &format!("# dev\n{pair}"))]);
    repo.write(&[("large", &"x".repeat(5000))]);
    let report = lab.report(&["repo", "--max-file-size", "4K", "--exclude", "README"], 3);
    assert_eq!(report["version"], 1);
    assert!(report["findings"].as_array().is_some_and(|f| f.len() >= 4), "{report:#}");
    assert_eq!(against_the_schema(&report), Vec::<String>::new());
    // The checker is not blind.
    let mut broken = report.clone();
    broken["findings"][0]["severity"] = "dire".into();
    broken["run"].as_object_mut().expect("an object").remove("state");
    broken["extra"] = 1.into();
    let complaints = against_the_schema(&broken);
    assert_eq!(complaints.len(), 3, "{complaints:?}");
}

/// What is wrong with a report by its schema.
pub fn against_the_schema(report: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(include_str!("../../docs/report.schema.json")).expect("the schema is JSON");
    let mut complaints = Vec::new();
    conform(&schema, &schema, report, "$", &mut complaints);
    complaints
}

/// The part of JSON Schema that ours uses. Stricter in one thing: fields that the schema does not name are complaints.
fn conform(root: &Value, schema: &Value, value: &Value, at: &str, complaints: &mut Vec<String>) {
    if let Some(path) = schema["$ref"].as_str() {
        let target = root.pointer(path.trim_start_matches('#')).expect("the reference leads somewhere");
        return conform(root, target, value, at, complaints);
    }
    if let Some(one) = schema["anyOf"].as_array().and_then(|all| all.iter().find(|one| (one["type"] == "null") == value.is_null())) {
        return conform(root, one, value, at, complaints);
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_i64() || n.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let typed = match &schema["type"] {
        Value::String(one) => one == kind,
        Value::Array(several) => several.iter().any(|t| t == kind),
        _ => true,
    };
    let listed = schema["enum"].as_array().is_none_or(|all| all.contains(value));
    let constant = schema.get("const").is_none_or(|c| c == value);
    let least = schema["minimum"].as_i64().is_none_or(|least| value.as_i64().is_some_and(|n| n >= least));
    let dated = schema["format"] != "date-time" || value.as_str().is_none_or(|t| t.parse::<jiff::Timestamp>().is_ok());
    let digits = |t: &str| t.len() == 32 && t.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let matched = schema["pattern"].as_str().is_none_or(|p| p == "^[0-9a-f]{32}$" && value.as_str().is_some_and(digits));
    if !(typed && listed && constant && least && dated && matched) {
        complaints.push(format!("{at}: {value} does not fit {schema}"));
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.is_object() && value.get(name).is_none() {
            complaints.push(format!("{at}: no {name}"));
        }
    }
    for (name, inner) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(name).or_else(|| schema.get("additionalProperties")) {
            Some(schema) => conform(root, schema, inner, &format!("{at}.{name}"), complaints),
            None => complaints.push(format!("{at}.{name}: the schema does not know it")),
        }
    }
    for (n, inner) in value.as_array().into_iter().flatten().enumerate().filter(|_| schema.get("items").is_some()) {
        conform(root, &schema["items"], inner, &format!("{at}[{n}]"), complaints);
    }
}

#[test]
fn jsonl_says_the_same_as_json_a_line_at_a_time() {
    let lab = Lab::new();
    removed(&lab).write(&[("large", &"x".repeat(5000))]);
    let whole = lab.report(&["repo", "--max-file-size", "4K"], 3);
    let lines = lab.run(&["report", "--format", "jsonl"]).exits(3).out;
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    let under = |key: &str| -> Vec<Value> { lines.iter().filter_map(|line| line.get(key).cloned()).collect() };
    assert_eq!(under("run"), [whole["run"].clone()]);
    assert_eq!(Value::from(under("finding")), whole["findings"]);
    assert_eq!(Value::from(under("fault")), whole["faults"]);
    assert_eq!(lines.len(), 1 + under("finding").len() + under("fault").len());
    assert!(!under("finding").is_empty() && !under("fault").is_empty());
}

#[test]
fn report_shows_the_newest_run_or_the_one_asked_for() {
    let lab = Lab::new();
    removed(&lab);
    lab.write("other/b.env", format!("T={}\n", github(2)));
    let first = lab.scan(&["--format", "json", "repo"]).exits(0).out;
    let second = lab.scan(&["--format", "json", "other"]).exits(0).out;
    assert_eq!(lab.run(&["report", "--format", "json"]).exits(0).out, second);
    assert_eq!(lab.run(&["report", "--format", "json", "--run", "1"]).exits(0).out, first);
    let said = lab.run(&["report", "--run", "9"]).exits(2);
    assert!(said.err.contains("has no run 9") && said.out.is_empty(), "{}", said.err);
}

#[test]
fn an_old_report_does_not_change_when_a_later_run_finds_things_changed() {
    let lab = Lab::new();
    let mut repo = Repo::new(&lab, "repo");
    repo.commit(&[("app.env", &format!("T={}\n", github(1)))]);
    let first = lab.scan(&["--format", "json", "repo"]).exits(0).out;
    repo.remove("app.env");
    let second = lab.report(&["repo"], 0);
    assert_eq!(sightings(&second)[0]["in_head"], false);
    assert_eq!(lab.run(&["report", "--format", "json", "--run", "1"]).exits(0).out, first);
}

#[test]
fn report_of_a_record_that_is_not_there_makes_none() {
    let lab = Lab::new();
    let said = lab.run(&["report", "--record", "none.db"]).exits(2);
    assert!(said.err.contains("none.db"), "{}", said.err);
    assert!(!lab.path("none.db").exists());
    let said = lab.run(&["report"]).exits(2);
    assert!(said.err.contains("unhidden scan"), "{}", said.err);
}

#[test]
fn explain_knows_rules_and_checks_and_guesses_what_was_meant() {
    let lab = Lab::new();
    let rule = lab.run(&["explain", "github.personal-access-token"]).exits(0).out;
    assert!(rule.starts_with("rule github.personal-access-token: "), "{rule}");
    for part in ["kind token, severity critical, confidence high", "Revoke:", "See:\n  https://"] {
        assert!(rule.contains(part), "{part} is missing in {rule}");
    }
    let check = lab.run(&["explain", "long-exposed-credential"]).exits(0).out;
    assert!(check.starts_with("check long-exposed-credential: ") && check.contains("days = 90"), "{check}");
    let unknown = lab.run(&["explain", "github.personal-acess-token"]).exits(2);
    assert_eq!(unknown.out, "");
    insta::assert_snapshot!(unknown.err, @"
    error: there is no rule or check `github.personal-acess-token`
      hint: did you mean `github.personal-access-token`?
      hint: `unhidden rules list` lists the rules
    ");
}

/// A rule that keeps all laws.
const GOOD: &str = r#"provider = "Acme"

[[rule]]
id         = "acme.token"
title      = "Acme token"
kind       = "token"
anchors    = ["acme_"]
pattern    = '''\b(?<secret>acme_[0-9a-z]{24})\b'''
severity   = "high"
confidence = "high"
explain    = "Opens the vault of Acme."
examples   = ["A={<}acme_{base36:24}{>}"]
counter    = ["acme_{base36:10}"]
"#;

#[test]
fn rules_of_the_user_are_listed_checked_explained_and_used() {
    let lab = Lab::new();
    lab.write("rules/acme.toml", GOOD);
    assert_eq!(lab.run(&["rules", "check", "rules"]).exits(0).out, "1 rules in 1 files keep all laws\n");
    let builtin = lab.run(&["rules", "list"]).exits(0).out;
    let all = lab.run(&["rules", "list", "--rules", "rules/acme.toml"]).exits(0).out;
    assert!(builtin.lines().any(|line| line.starts_with("github.personal-access-token ") && line.contains(" critical ")), "{builtin}");
    let mine: Vec<&str> = all.lines().filter(|line| line.starts_with("acme.")).collect();
    assert_eq!(all.lines().count(), builtin.lines().count() + 1);
    insta::assert_snapshot!(mine.join("\n"), @"acme.token                                   high      Acme token");
    assert!(lab.run(&["explain", "acme.token", "--rules", "rules"]).exits(0).out.contains("vault of Acme"));
    lab.write("tree/a.txt", format!("x = {}_{}\n", "acme", random(5, b"0123456789abcdefghijklmnopqrstuvwxyz", 24)));
    assert_eq!(lab.report(&["tree"], 0)["findings"].as_array().map(Vec::len), Some(0));
    let found = lab.report(&["tree", "--rules", "rules"], 0);
    assert_eq!(found["findings"][0]["credential"]["rule"], "acme.token");
}

#[test]
fn a_line_is_explained_by_what_speaks_for_and_against_its_values() {
    let lab = Lab::new();
    lab.write("app.yml", "db:\n  password: s4mm3rwind\n  token: ${TOKEN}\n");
    insta::assert_snapshot!(lab.run(&["explain", "--hit", "app.yml:2"]).exits(0).out, @r"
    column 13: password = … (10)
       +24  the name says password
        +8  it is rather random than text
        +4  letters and digits
       +36  in settings: confidence medium (low from 10, medium from 22, high from 40)
      rule generic.password
    ");
    insta::assert_snapshot!(lab.run(&["explain", "--hit", "app.yml:3"]).exits(0).out, @r"
    column 10: token = … (8)
      no credential: a variable, a call, a number, a public key, or too short
      rule generic.token
    ");
    assert!(lab.run(&["explain", "--hit", "app.yml:1"]).exits(0).out.contains("no rule finds anything"));
    assert!(lab.run(&["explain", "--hit", "app.yml"]).exits(2).err.contains("write `FILE:LINE`"));
}

#[test]
fn a_bad_rule_file_is_refused_with_the_place_of_the_mistake() {
    let lab = Lab::new();
    let bad = [
        ("syntax", GOOD.replace("\"high\"\nconf", "high\"\nconf")),
        ("unknown-key", GOOD.replace("explain ", "explian ")),
        ("duplicate", format!("{GOOD}\n{}", GOOD.split_once("\n\n").expect("two parts").1)),
        ("builtin-id", GOOD.replace("acme.token", "github.personal-access-token")),
        ("pattern", GOOD.replace("[0-9a-z]{24})", "[0-9a-z{24})")),
        ("unbounded", GOOD.replace("{24})", "+)")),
        ("no-anchor", GOOD.replace("[\"acme_\"]", "[]")),
        ("short-anchor", GOOD.replace("[\"acme_\"]", "[\"ac\"]")),
        ("kind", GOOD.replace("\"token\"", "\"tokn\"")),
        ("proof", GOOD.replace("severity ", "proofs = [\"crc99\"]\nseverity ")),
        ("law", GOOD.replace("{base36:10}", "{base36:24}")),
        ("empty", String::new()),
        ("bytes", String::new()),
    ];
    let mut told = String::new();
    for (name, text) in bad {
        let file = format!("{name}.toml");
        if name == "bytes" {
            lab.write(&file, b"a = \"\xff\"")
        } else {
            lab.write(&file, text)
        };
        let said = lab.run(&["rules", "check", &file]).exits(2);
        assert_eq!(said.out, "");
        told.push_str(&said.err);
    }
    fs::create_dir(lab.path("none")).expect("a folder");
    told.push_str(&lab.run(&["rules", "check", "none"]).exits(2).err);
    told.push_str(&lab.run(&["rules", "check", "absent.toml"]).exits(2).err);
    insta::assert_snapshot!(told, @r#"
    error: syntax.toml:9:14: missing opening quote, expected `"`
    error: unknown-key.toml:11:1: unknown field `explian`, expected one of `id`, `title`, `kind`, `anchors`, `context`, `ignore-case`, `assignment`, `pattern`, `closing`, `reach`, `proofs`, `reads`, `severity`, `confidence`, `explain`, `see`, `examples`, `counter`, `overlaps`, `replaces`, `pair`, `paths`, `near`, `except`; did you mean `explain`?
    error: duplicate.toml:16:14: rule `acme.token`: there is another rule of that id; to take its place, say `replaces = true`
    error: builtin-id.toml:4:14: rule `github.personal-access-token`: there is another rule of that id; to take its place, say `replaces = true`
    error: pattern.toml:8:14: rule `acme.token`: pattern: unclosed character class (at byte 17 of the pattern)
    error: unbounded.toml:8:14: rule `acme.token`: pattern: a match may be of any length: bound each `*` and `+` (`{0,200}`)
    error: no-anchor.toml:7:14: rule `acme.token`: it has no anchor: a literal that stands in each match
    error: short-anchor.toml:7:14: rule `acme.token`: anchor `ac` is too short: at least 3 bytes
    error: kind.toml:4:14: rule `acme.token`: kind `tokn` is none of token, access-key, private-key, jwt, password, connection-string, webhook, key-store, identifier, certificate, public-key
    error: proof.toml:4:14: rule `acme.token`: no proof `crc99`: there are aws-key-id, azure-devops-legacy, azure-identifiable, basic-credentials, bech32, crc32-base36, crc32-base62, crc32-base64-le, crc32-hex, crc32-hex-le, crc32-hex-whole, entra-secret, entropy, jwt, macaroon, mixed, nkey, not-default-password, not-nowhere, not-placeholder
    error: rule acme.token: counter-examples: hit in acme_{base36:24}
    error: 1 of the laws of rules are broken
    error: empty.toml: there is no rule in it (`[[rule]]`)
    error: bytes.toml: not UTF-8 (byte 5)
    error: no rules in none: it holds no *.toml file
    error: cannot read absent.toml
      caused by: No such file or directory (os error 2)
    "#);
    // A scan with such a file is not done at all, and no record is made.
    lab.write("tree/a.env", format!("T={}\n", github(1)));
    lab.scan(&["tree", "--rules", "unbounded.toml"]).exits(2);
    assert!(!lab.record().exists());
}

#[test]
fn what_the_user_mistyped_ends_with_2_and_a_guess() {
    let lab = Lab::new();
    let said = lab.scan(&["gti:."]).exits(2);
    insta::assert_snapshot!(said.err, @"
    error: unknown target scheme `gti:` in `gti:.`
      hint: did you mean `git:`?
      hint: targets are PATH, aws:PROFILE, dir:PATH, git:PATH and - (standard input)
    ");
    let said = lab.scan(&["nowhere"]).exits(2);
    insta::assert_snapshot!(said.err, @"error: no such file or directory: nowhere");
    let said = lab.scan(&["--fial-on", "high"]).exits(2);
    assert!(said.err.contains("--fail-on"), "{}", said.err);
    let said = lab.scan(&["--fail-on", "dire"]).exits(2);
    assert!(said.err.contains("critical"), "{}", said.err);
    let said = lab.scan(&["--format", "yaml"]).exits(2);
    assert!(said.err.contains("jsonl"), "{}", said.err);
    let said = lab.run(&["detect"]).exits(2);
    assert!(said.err.contains("unhidden scan"), "{}", said.err);
    for wrong in
        [&["--now", "yesterday"][..], &["--max-file-size", "0"], &["--workers", "0"], &["--exclude", "["], &["--pepper-file", "home"]]
    {
        lab.scan(wrong).exits(2);
    }
    lab.run(&[]).exits(2);
    assert!(!lab.record().exists() || ask::<i64>(&lab.record(), "SELECT count(*) FROM run") == 0, "nothing was scanned");
}

#[test]
fn git_is_not_guessed_where_there_is_no_repository() {
    let lab = Lab::new();
    lab.write("tree/a.txt", "text\n");
    let said = lab.scan(&["git:tree"]).exits(2);
    insta::assert_snapshot!(said.err, @"
    error: tree is not a git repository
      hint: `dir:tree` scans the files alone
    ");
}

#[test]
fn fail_on_fails_at_its_severity_and_passes_below() {
    let lab = Lab::new();
    removed(&lab);
    lab.scan(&["repo"]).exits(0);
    lab.scan(&["repo", "--fail-on", "critical"]).exits(1);
    lab.scan(&["repo", "--fail-on", "info"]).exits(1);
    // Half a key pair is medium at most.
    lab.write("half/a.txt", format!("id {}\n", aws_id(2)));
    lab.scan(&["half", "--fail-on", "high"]).exits(0);
    lab.scan(&["half", "--fail-on", "medium"]).exits(1);
    lab.run(&["report", "--fail-on", "medium"]).exits(1);
    lab.run(&["report", "--fail-on", "high"]).exits(0);
}

#[test]
fn a_failed_check_value_fails_only_who_asks_for_low_confidence() {
    let lab = Lab::new();
    let mut token = github(1);
    let last = if token.pop() == Some('0') { '1' } else { '0' };
    token.push(last);
    lab.write("tree/a.env", format!("T={token}\n"));
    let report = lab.report(&["tree"], 0);
    assert_eq!(findings(&report, "checksum-failed").len(), 1);
    assert_eq!(findings(&report, "exposed-credential").len(), 0);
    lab.scan(&["tree", "--fail-on", "info"]).exits(0);
    lab.scan(&["tree", "--fail-on", "info", "--confidence", "low"]).exits(1);
}

#[test]
fn an_empty_directory_is_not_called_clean() {
    let lab = Lab::new();
    fs::create_dir(lab.path("empty")).expect("a folder");
    let said = lab.scan(&["empty"]).exits(3);
    assert!(said.out.contains("nothing was scanned"), "{}", said.out);
    assert!(said.out.contains("0 credentials in 0 documents"), "{}", said.out);
    lab.scan(&["empty", "--fail-on", "critical"]).exits(3);
    lab.feed(&scanning(&["-"]), "").exits(3);
}

#[test]
fn what_is_too_large_is_named_and_the_run_is_not_complete() {
    let lab = Lab::new();
    lab.write("tree/deep/large.sql", "x".repeat(2000));
    lab.write("tree/small.txt", "text\n");
    let report = lab.report(&["tree", "--max-file-size", "1999"], 3);
    assert_eq!(report["run"]["state"], "incomplete");
    assert_eq!(faults(&report), ["too-large deep/large.sql: larger than 1999 bytes (--max-file-size); not scanned"]);
    assert_eq!(report["run"]["documents"], 1);
    assert_eq!(lab.report(&["tree", "--max-file-size", "2000"], 0)["run"]["state"], "complete");
    // A finding outweighs it.
    lab.write("tree/a.env", format!("T={}\n", github(1)));
    lab.scan(&["tree", "--max-file-size", "1999", "--fail-on", "high"]).exits(1);
}

#[test]
fn a_file_that_may_not_be_read_is_named_and_the_run_is_not_complete() {
    use std::os::unix::fs::PermissionsExt;
    let lab = Lab::new();
    lab.write("tree/open.txt", "text\n");
    let shut = lab.write("tree/shut.txt", "text\n");
    fs::set_permissions(&shut, PermissionsExt::from_mode(0o000)).expect("our own file");
    if fs::File::open(&shut).is_ok() {
        return skipped("whoever runs this test may read everything");
    }
    let report = lab.report(&["tree"], 3);
    assert!(faults(&report)[0].starts_with("permission-denied shut.txt: "), "{:?}", faults(&report));
}

#[test]
fn completions_and_manual_pages_are_written() {
    let lab = Lab::new();
    let bash = lab.run(&["completions", "bash"]).exits(0).out;
    assert!(bash.contains("complete -F") && bash.contains("--fail-on"), "{bash}");
    fs::create_dir(lab.path("man")).expect("a folder");
    lab.run(&["man", "man"]).exits(0);
    let mut pages: Vec<String> =
        fs::read_dir(lab.path("man")).expect("pages").map(|e| e.expect("a page").file_name().to_string_lossy().into_owned()).collect();
    pages.sort();
    assert!(pages.contains(&"unhidden.1".to_owned()) && pages.contains(&"unhidden-scan.1".to_owned()), "{pages:?}");
    lab.run(&["man", "nowhere"]).exits(2);
}

#[test]
fn an_output_file_is_for_its_owner_alone_and_is_never_a_link() {
    let lab = Lab::new();
    removed(&lab);
    // One that is there already becomes private, too.
    lab.write("report.json", "x".repeat(100_000));
    let said = lab.scan(&["repo", "--format", "json", "--output", "report.json"]).exits(0);
    assert_eq!(said.out, "");
    assert_eq!(mode(&lab.path("report.json")), 0o600);
    let text = fs::read_to_string(lab.path("report.json")).expect("a report");
    assert_eq!(text, lab.run(&["report", "--format", "json"]).exits(0).out);
    std::os::unix::fs::symlink(lab.write("precious", "keep"), lab.path("link")).expect("a link");
    lab.scan(&["repo", "--output", "link"]).exits(2);
    assert_eq!(fs::read_to_string(lab.path("precious")).expect("it is there"), "keep");
}

#[test]
fn what_is_excluded_is_counted_and_said() {
    let lab = Lab::new();
    lab.write("tree/keep.env", format!("T={}\n", github(1)));
    lab.write("tree/vendor/a.env", format!("T={}\n", github(2)));
    lab.write("tree/vendor/b.env", format!("T={}\n", github(3)));
    lab.write("tree/a.min.js", format!("T={}\n", github(4)));
    let report = lab.report(&["tree", "--exclude", "vendor", "--exclude", "*.min.js"], 0);
    assert_eq!(sightings(&report)[0]["path"], "keep.env");
    assert_eq!(report["skipped"], serde_json::json!({ "excluded by --exclude": 2 }));
    assert!(lab.run(&["report"]).exits(0).out.contains("left out: 2 excluded by --exclude"));
    assert_eq!(findings(&lab.report(&["tree"], 0), "exposed-credential").len(), 4);
}

#[test]
fn what_is_excluded_does_not_come_back_through_the_history() {
    let lab = Lab::new();
    let mut repo = removed(&lab);
    repo.commit(&[("vendor/b.env", &format!("T={}\n", github(2))), ("keep.env", &format!("T={}\n", github(3)))]);
    let report = lab.report(&["repo", "--exclude", "vendor", "--exclude", "app.env"], 0);
    assert_eq!(sightings(&report)[0]["path"], "keep.env");
    assert!(report["skipped"]["excluded by --exclude"].as_i64().is_some_and(|n| n > 0), "{report:#}");
}

#[test]
fn files_history_or_both_as_the_target_says() {
    let lab = Lab::new();
    let mut repo = removed(&lab);
    repo.commit(&[("tracked.env", &format!("T={}\n", github(2)))]);
    repo.write(&[("untracked.env", &format!("T={}\n", github(3)))]);
    let places = |arguments: &[&str]| -> Vec<String> {
        let report = lab.report(arguments, 0);
        let mut all: Vec<String> = findings(&report, "exposed-credential")
            .iter()
            .flat_map(|f| f["sightings"].as_array().expect("a list").clone())
            .map(|s| format!("{} {}", s["path"], s["in_tree"]))
            .collect();
        all.sort();
        all
    };
    assert_eq!(places(&["repo"]), [r#""app.env" false"#, r#""tracked.env" true"#, r#""untracked.env" true"#]);
    assert_eq!(places(&["repo", "--no-history"]), [r#""tracked.env" true"#, r#""untracked.env" true"#]);
    assert_eq!(places(&["dir:repo"]), [r#""tracked.env" true"#, r#""untracked.env" true"#]);
    assert_eq!(places(&["git:repo"]), [r#""app.env" false"#, r#""tracked.env" false"#]);
    assert_eq!(places(&["repo/untracked.env"]), [r#""untracked.env" true"#]);
}

#[test]
fn standard_input_has_the_name_that_the_user_gave_it() {
    let lab = Lab::new();
    let said = lab.feed(&scanning(&["-", "--stdin-name", "ci.log", "--format", "json"]), &format!("one\nT={}\n", github(1))).exits(0);
    let report = said.json();
    let place = &sightings(&report)[0];
    assert_eq!((&place["path"], &place["line"], &place["column"]), (&"ci.log".into(), &2.into(), &3.into()));
    assert_eq!(report["run"]["targets"], serde_json::json!(["-"]));
    let said = lab.feed(&scanning(&["-", "--max-file-size", "10"]), &"x".repeat(11)).exits(3);
    assert!(said.out.contains("longer than 10 bytes"), "{}", said.out);
}

#[test]
fn a_threshold_is_reached_on_its_day_and_settings_move_it() {
    let lab = Lab::new();
    // Committed at 2025-06-01T00:00:00Z.
    Repo::new(&lab, "repo").commit(&[("app.env", &format!("T={}\n", github(1)))]);
    lab.write("week.toml", "[check.long-exposed-credential]\ndays = 7\n");
    let long = |now: &str, more: &[&str]| {
        let said = lab.run(&[&["scan", "repo", "--format", "json", "--now", now], more].concat()).exits(0);
        let report = said.json();
        findings(&report, "long-exposed-credential").first().map(|f| f["evidence"][0].clone())
    };
    assert_eq!(long("2025-08-29T00:00:00Z", &[]), None, "89 days");
    assert_eq!(long("2025-08-29T23:59:59Z", &[]), None, "89 days and most of one");
    assert_eq!(long("2025-08-30T00:00:00Z", &[]), Some(serde_json::json!({ "name": "days", "value": 90, "threshold": ">= 90" })));
    assert_eq!(long("2025-08-31T00:00:00Z", &[]), Some(serde_json::json!({ "name": "days", "value": 91, "threshold": ">= 90" })));
    assert_eq!(long("2025-06-07T00:00:00Z", &["--config", "week.toml"]), None, "6 days");
    assert_eq!(
        long("2025-06-08T00:00:00Z", &["--config", "week.toml"]),
        Some(serde_json::json!({ "name": "days", "value": 7, "threshold": ">= 7" }))
    );
}

#[test]
fn settings_with_a_mistake_are_refused() {
    let lab = Lab::new();
    lab.write("tree/a.txt", "text\n");
    let wrong = [
        "[check.long-exposed-credentials]\ndays = 7\n",
        "[check.long-exposed-credential]\ndyas = 7\n",
        "[check.long-exposed-credential]\ndays = \"7\"\n",
        "[scna]\n",
        "[scan]\nmax-file-size = \"64X\"\n",
    ];
    let mut told = String::new();
    for text in wrong {
        lab.write("c.toml", text);
        let said = lab.scan(&["tree", "--config", "c.toml"]).exits(2);
        told.push_str(&said.err);
    }
    told.push_str(&lab.scan(&["tree", "--config", "absent.toml"]).exits(2).err);
    insta::assert_snapshot!(told, @r#"
    error: settings file c.toml: there is no check `long-exposed-credentials`
      hint: did you mean `long-exposed-credential`?
    error: settings file c.toml: settings of check `long-exposed-credential`: unknown field `dyas`, expected `days`
    error: settings file c.toml: settings of check `long-exposed-credential`: invalid type: string "7", expected i64
    error: settings file c.toml: line 1, column 2: unknown field `scna`, expected one of `scan`, `rules`, `check`, `allow`
    error: settings file c.toml: max-file-size: `X` is no unit; use K, M or G
    error: cannot read absent.toml
      caused by: No such file or directory (os error 2)
    "#);
    assert!(!lab.record().exists());
}

#[test]
fn settings_are_read_from_the_users_directory_and_a_flag_wins() {
    let lab = Lab::new();
    lab.write("tree/a.txt", "x".repeat(100));
    lab.write("home/.config/unhidden/config.toml", "[scan]\nmax-file-size = \"50\"\nexclude = [\"*.md\"]\n");
    lab.write("tree/b.md", "text\n");
    lab.write("tree/c.txt", "text\n");
    let report = lab.report(&["tree"], 3);
    assert_eq!((faults(&report).len(), &report["skipped"]), (1, &serde_json::json!({ "excluded by --exclude": 1 })));
    assert_eq!(faults(&lab.report(&["tree", "--max-file-size", "1K"], 0)).len(), 0);
    assert!(lab.scan(&["tree", "--verbose"]).err.contains("config.toml"));
}

#[test]
fn rules_that_the_settings_name_lie_relative_to_the_settings() {
    let lab = Lab::new();
    lab.write("settings/acme.toml", GOOD);
    lab.write("settings/c.toml", "[rules]\npaths = [\"acme.toml\"]\n");
    lab.write("tree/a.txt", format!("x = {}_{}\n", "acme", random(5, b"0123456789abcdefghijklmnopqrstuvwxyz", 24)));
    let report = lab.report(&["tree", "--config", "settings/c.toml"], 0);
    assert_eq!(report["findings"][0]["credential"]["rule"], "acme.token");
    lab.write("settings/c.toml", "[rules]\npaths = [\"absent.toml\"]\n");
    lab.scan(&["tree", "--config", "settings/c.toml"]).exits(2);
}

#[test]
fn settings_that_lie_in_the_scanned_tree_are_not_read() {
    let lab = Lab::new();
    let settings = "[scan]\nexclude = [\"**\"]\n[check.nonsense]\n";
    for name in ["unhidden.toml", ".unhidden.toml", "config.toml", ".config/unhidden/config.toml", "unhidden/config.toml"] {
        lab.write(&format!("tree/{name}"), settings);
    }
    // Ignore files of other programs hide nothing, either.
    for name in [".gitignore", ".ignore", ".rgignore", ".unhiddenignore", ".gitleaksignore"] {
        lab.write(&format!("tree/{name}"), "*\n");
    }
    lab.write("tree/a.env", format!("T={}\n", github(1)));
    let mut command = lab.command(&scanning(&[".", "--format", "json"]));
    let output = command.current_dir(lab.path("tree")).output().expect("the program starts");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(sightings(&report)[0]["path"], "a.env");
    assert_eq!(report["skipped"], serde_json::json!({}));
}

#[test]
fn quiet_and_verbose_speak_on_stderr_alone() {
    let lab = Lab::new();
    removed(&lab);
    let plain = lab.scan(&["repo", "--format", "json", "--record", "a.db"]).exits(0);
    let verbose = lab.scan(&["repo", "--format", "json", "--record", "b.db", "--verbose", "--pepper-file", "pepper"]).exits(0);
    assert_eq!(plain.err, "");
    assert!(verbose.err.contains("b.db") && verbose.err.contains("rules: "), "{}", verbose.err);
    verbose.json();
    lab.scan(&["repo", "--quiet", "--verbose"]).exits(2);
}

#[test]
fn names_that_steer_a_terminal_are_spelled_out() {
    let lab = Lab::new();
    lab.write("tree/a\u{1b}[2J\u{202e}\n::set-env name=x::.env", format!("T={}\n", github(1)));
    let said = lab.scan(&["tree"]).exits(0);
    assert!(!said.out.contains('\u{1b}') && !said.out.contains('\u{202e}') && !said.out.contains("::"), "{:?}", said.out);
    let said = lab.scan(&["tree", "--format", "json"]).exits(0);
    assert!(!said.out.contains('\u{1b}') && !said.out.contains('\u{202e}'), "{:?}", said.out);
    assert_eq!(sightings(&said.json())[0]["path"], "a\u{1b}[2J\u{202e}\n::set-env name=x::.env");
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let lab = Lab::new();
    for n in 0..300 {
        lab.write(&format!("tree/{n}.env"), format!("T={}\n", github(n)));
    }
    let said = lab.shell("{ \"$UNHIDDEN\" scan tree --format json; echo $? >&2; } | head -c 10");
    assert_eq!((said.out.as_str(), said.err.trim()), ("{\n  \"versi", "141"));
}
