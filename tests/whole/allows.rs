//! What somebody accepts, inline and in settings: what it covers, what it does not, and that nothing of it vanishes.

use std::{fs, os::unix::fs::symlink, process::Command};

use serde_json::Value;

use crate::{
    cli::against_the_schema,
    support::{Lab, Repo, ask, github, scanning},
};

/// A mark without a reason, spelled so that it is none here.
const BARE: &str = concat!(" # unhidden:", "allow");

/// A line with a token, and what stands behind it.
fn line(seed: u64, behind: &str) -> String {
    format!("token = \"{}\"{behind}\n", github(seed))
}

/// `path:line` of all sightings of findings about credentials.
fn found(report: &Value) -> Vec<String> {
    places(&report["findings"])
}

/// The same of what was allowed, with the way and the reason.
fn allowed(report: &Value) -> Vec<String> {
    let list = report["allowed"].as_array().expect("a list");
    let mut all: Vec<String> = list
        .iter()
        .filter(|f| f["check"] == "exposed-credential")
        .flat_map(|f| f["sightings"].as_array().expect("a list"))
        .map(|s| {
            let by = &s["allowed"];
            let text = |name: &str| by[name].as_str().unwrap_or("–").to_owned();
            format!("{} {} {}: {}", s["path"].as_str().expect("a path"), text("by"), text("at"), text("reason"))
        })
        .collect();
    all.sort();
    all
}

fn places(list: &Value) -> Vec<String> {
    let list = list.as_array().expect("a list");
    let mut all: Vec<String> = list
        .iter()
        .filter(|f| f["check"] == "exposed-credential")
        .flat_map(|f| f["sightings"].as_array().expect("a list"))
        .filter(|s| s["allowed"].is_null())
        .map(|s| format!("{}:{}", s["path"].as_str().expect("a path"), s["line"]))
        .collect();
    all.sort();
    all
}

/// What is said of allows: severity, check and reason.
fn complaints(report: &Value) -> Vec<String> {
    let list = report["findings"].as_array().expect("a list").iter().filter(|f| f["credential"].is_null());
    list.map(|f| {
        format!(
            "{} {}: {}",
            f["severity"].as_str().expect("a text"),
            f["check"].as_str().expect("a text"),
            f["because"].as_str().expect("a text")
        )
    })
    .collect()
}

/// Faults as kind, path and what.
fn faults(report: &Value) -> Vec<String> {
    let list = report["faults"].as_array().expect("a list").iter();
    list.map(|f| {
        format!("{} {} {}", f["kind"].as_str().expect("a text"), f["path"].as_str().expect("a text"), f["what"].as_str().expect("a text"))
    })
    .collect()
}

#[test]
fn a_mark_with_a_reason_allows_what_stands_on_its_line() {
    let lab = Lab::new();
    lab.write("tree/a.py", line(1, " # unhidden:allow a test value") + &line(2, ""));
    lab.write("tree/b.py", format!("# unhidden:allow-next-line rotated last week\n{}{}", line(3, ""), line(4, "")));
    lab.write("tree/c.html", line(5, " <!-- unhidden:allow: shown in the manual -->"));
    let report = lab.report(&["tree", "--fail-on", "low"], 1);
    insta::assert_debug_snapshot!((found(&report), allowed(&report), complaints(&report)), @r#"
    (
        [
            "a.py:2",
            "b.py:3",
        ],
        [
            "a.py inline unhidden:allow: a test value",
            "b.py inline unhidden:allow-next-line: rotated last week",
            "c.html inline unhidden:allow: shown in the manual",
        ],
        [],
    )
    "#);
    assert_eq!(report["run"]["allowed"]["inline"], 3);
    assert_eq!(report["run"]["credentials"], 2);
}

#[test]
fn the_summary_counts_what_is_allowed_and_a_gate_lets_it_through() {
    let lab = Lab::new();
    lab.write("tree/a.py", line(1, " # unhidden:allow a test value") + &line(2, " # gitleaks:allow"));
    lab.write("tree/tests/b.py", line(3, ""));
    lab.write("tree/unhidden.toml", "[[allow]]\npath = \"tests/**\"\nreason = \"made up for tests\"\n");
    let said = lab.scan(&["tree", "--fail-on", "info"]).exits(0);
    insta::assert_snapshot!(said.out, @r"
    0 credentials in 3 documents, 257 bytes
    3 allowed (2 inline, 1 by unhidden.toml)
    ");
    insta::assert_snapshot!(lab.scan(&["tree", "--fail-on", "low", "--no-inline-allows"]).exits(1).out.lines().last().unwrap_or_default(), @"1 allowed (1 by unhidden.toml)");
    lab.scan(&["tree", "--fail-on", "low", "--no-repository-allows"]).exits(1);
}

#[test]
fn marks_of_other_scanners_count_on_their_exact_line() {
    let marks = [
        "# gitleaks:allow",
        "// betterleaks:allow",
        "# trufflehog:ignore",
        "# kingfisher:ignore",
        "# pragma: allowlist secret",
        "# pragma: whitelist secret",
        "# ggignore",
        "# nosec",
        "# nosec B105",
        "# noqa: E501, S105",
        "// secretlint-disable-line",
    ];
    let lab = Lab::new();
    for (n, mark) in (0..).zip(marks) {
        lab.write(&format!("tree/{n:02}.py"), line(n, &format!("  {mark}")));
        lab.write(&format!("tree/other-{n:02}.py"), format!("{}{mark}\n{mark}\n", line(100 + n, "")));
    }
    lab.write("tree/next-a.py", format!("# pragma: allowlist nextline secret\n{}", line(50, "")));
    lab.write("tree/next-b.js", format!("// secretlint-disable-next-line\n{}", line(51, "")));
    let report = lab.report(&["tree"], 0);
    assert_eq!(allowed(&report).len(), marks.len() + 2, "{:?}", allowed(&report));
    assert_eq!(found(&report).len(), marks.len(), "{:?}", found(&report));
    assert!(complaints(&report).is_empty(), "they have no place for a reason");
    assert_eq!(found(&lab.report(&["tree", "--no-inline-allows"], 0)).len(), marks.len() * 2 + 2);
}

#[test]
fn words_that_only_look_like_marks_allow_nothing() {
    let near = [
        "# unhidden:allowed for tests",
        "# xunhidden:allow for tests",
        "# gitleaks:allowed",
        "  nosec",
        "# nosec B608",
        "# noqa",
        "# noqa: E501",
        "  ggignore",
        "# nosecret",
        "# nosemgrep",
        "https://nosec.acme.dev",
        "# unhidden:allow-next-line not this one",
    ];
    let lab = Lab::new();
    for (n, mark) in (0..).zip(near) {
        lab.write(&format!("tree/{n:02}.py"), line(n, &format!("  {mark}")));
    }
    let report = lab.report(&["tree"], 0);
    assert_eq!(found(&report).len(), near.len(), "{:?}", allowed(&report));
}

#[test]
fn a_mark_without_a_reason_or_without_a_credential_is_a_finding() {
    let lab = Lab::new();
    lab.write("tree/a.py", line(1, BARE) + "x = 1\ny = 2 # unhidden:allow it was here\n");
    lab.write("tree/README.md", "Write `unhidden:allow <reason>` or `# unhidden:allow <reason>` behind it.\n");
    let report = lab.report(&["tree"], 0);
    insta::assert_debug_snapshot!((found(&report), complaints(&report)), @r#"
    (
        [
            "a.py:1",
        ],
        [
            "low reasonless-allow: `unhidden:allow` at a.py:1 does not say why, and so allows nothing",
            "info unused-allow: `unhidden:allow` at a.py:3 fits no credential",
        ],
    )
    "#);
    insta::assert_snapshot!(lab.scan(&["tree"]).exits(0).out.lines().skip_while(|l| !l.starts_with("allows")).collect::<Vec<_>>().join("\n"), @r"
    allows to look at (2):
      low  reasonless-allow  `unhidden:allow` at a.py:1 does not say why, and so allows nothing
      info  unused-allow  `unhidden:allow` at a.py:3 fits no credential
    1 credential (1 critical) in 2 documents, 183 bytes
    ");
}

#[test]
fn a_reason_never_carries_a_secret() {
    let lab = Lab::new();
    let other = github(9);
    lab.write("tree/a.py", line(1, &format!(" # unhidden:allow before it was {other}")));
    lab.write("tree/b.py", line(2, &format!(" # unhidden:allow see {}", other.get(4..30).expect("long"))));
    lab.write("tree/unhidden.toml", format!("[[allow]]\npath = \"a.py\"\nreason = \"it was {other}\"\nowner = \"{other}\"\n"));
    let said = lab.scan(&["tree", "--format", "json"]).exits(0);
    let record = fs::read(lab.record()).expect("a record");
    for part in [&other[..], &other[4..30]] {
        assert!(!said.out.contains(part) && !record.windows(part.len()).any(|w| w == part.as_bytes()));
    }
    insta::assert_debug_snapshot!(allowed(&said.json()), @r#"
    [
        "a.py inline unhidden:allow: (withheld: a credential stands in it)",
        "b.py inline unhidden:allow: see …",
    ]
    "#);
}

#[test]
fn a_credential_is_allowed_only_where_all_its_places_are() {
    let lab = Lab::new();
    lab.write("tree/a.py", line(1, " # unhidden:allow a test value"));
    lab.write("tree/b.py", line(1, ""));
    let report = lab.report(&["tree", "--fail-on", "low"], 1);
    assert_eq!((found(&report), allowed(&report)), (vec!["b.py:1".to_owned()], vec![]));
    let sightings = report["findings"][0]["sightings"].as_array().expect("a list");
    let by: Vec<&Value> = sightings.iter().map(|s| &s["allowed"]["reason"]).collect();
    assert_eq!(by, ["a test value".into(), Value::Null].iter().collect::<Vec<_>>());
    assert!(report["findings"][0]["because"].as_str().expect("text").starts_with("lies in 1 place"));
    assert_eq!(report["run"]["allowed"]["sightings"], 1);
}

#[test]
fn a_mark_belongs_to_its_content_wherever_that_lies() {
    let lab = Lab::new();
    let mut repo = Repo::new(&lab, "repo");
    let marked = line(1, " # unhidden:allow a test value");
    repo.commit(&[("a.py", &marked)]);
    repo.commit(&[("b.py", &marked)]);
    let report = lab.report(&["repo"], 0);
    assert!(found(&report).is_empty());
    assert_eq!(allowed(&report).len(), 2);
    // The first version had no mark; the history still holds it.
    repo.commit(&[("c.py", &line(2, ""))]);
    repo.commit(&[("c.py", &line(2, " # unhidden:allow a test value"))]);
    assert_eq!(found(&lab.report(&["repo"], 0)), ["c.py:1"]);
    // A mark that covered something in an older version and stands alone now is idle; one that is gone is nobody's business.
    repo.commit(&[("c.py", "# unhidden:allow it was here\n"), ("d.py", "# unhidden:allow never\n")]);
    repo.remove("d.py");
    assert_eq!(complaints(&lab.report(&["repo"], 0)), ["info unused-allow: `unhidden:allow` at c.py:1 fits no credential"]);
}

#[test]
fn an_allow_counts_through_its_last_day() {
    let lab = Lab::new();
    lab.write("tree/a.py", line(1, ""));
    for until in ["2026-03-31", "\"2026-03-31\""] {
        lab.write("tree/unhidden.toml", format!("[[allow]]\npath = \"a.py\"\nreason = \"until it is rotated\"\nuntil = {until}\n"));
        for (now, code) in [("2026-03-30T12:00:00Z", 0), ("2026-03-31T23:59:59Z", 0), ("2026-04-01T00:00:00Z", 1)] {
            let said = lab.run(&["scan", "tree", "--now", now, "--fail-on", "high", "--format", "json"]).exits(code);
            let expected: &[&str] = if code == 0 {
                &[]
            } else {
                &["low expired-allow: the allow of path a.py in unhidden.toml ended with 2026-03-31; it fits 1 credential"]
            };
            assert_eq!(complaints(&said.json()), expected, "{now}");
        }
    }
}

#[test]
fn settings_allow_by_rule_path_and_fingerprint_and_say_what_they_hide() {
    let lab = Lab::new();
    lab.write("tree/a.py", line(1, ""));
    lab.write("tree/b/c.py", line(2, ""));
    lab.write("tree/d.py", line(3, ""));
    let report = lab.report(&["tree"], 0);
    let print = report["findings"].as_array().expect("a list").iter().find(|f| f["sightings"][0]["path"] == "d.py").expect("found")
        ["credential"]["fingerprint"]
        .clone();
    let text = format!(
        "[[allow]]\nfingerprint = {print}\nreason = \"by fingerprint\"\nowner = \"the platform team\"\n
         [[allow]]\nrule = \"github.personal-access-token\"\npath = \"b/*\"\nreason = \"by both\"\n
         [[allow]]\nrule = \"aws.access-key\"\nreason = \"nothing of it is here\"\n
         [[allow]]\npath = \"**\"\nreason = \"all of it\"\nuntil = 2020-01-01\n"
    );
    let config = lab.write("my.toml", text);
    let report = lab.report(&["tree", "--config", config.to_str().expect("UTF-8")], 0);
    let allows: Vec<String> = report["allows"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|a| format!("{} {} {} credentials {} places: {}", a["by"], a["state"], a["credentials"], a["places"], a["reason"]))
        .collect();
    insta::assert_debug_snapshot!((found(&report), allows), @r#"
    (
        [
            "a.py:1",
        ],
        [
            "\"settings\" \"used\" 1 credentials 1 places: \"by fingerprint\"",
            "\"settings\" \"expired\" 3 credentials 3 places: \"all of it\"",
            "\"settings\" \"unused\" 0 credentials 0 places: \"nothing of it is here\"",
            "\"settings\" \"used\" 1 credentials 1 places: \"by both\"",
        ],
    )
    "#);
    assert!(complaints(&report).iter().any(|c| c.contains("unused-allow")), "it was named for this scan");
    // The user's own settings serve many targets.
    lab.write("home/.config/unhidden/config.toml", fs::read(&config).expect("a file"));
    let report = lab.report(&["tree"], 0);
    assert_eq!(found(&report), ["a.py:1"]);
    assert!(!complaints(&report).iter().any(|c| c.contains("unused-allow")));
}

#[test]
fn half_of_a_work_tree_calls_no_allow_unused() {
    let lab = Lab::new();
    let mut repo = Repo::new(&lab, "repo");
    let settings = "[[allow]]\npath = \"gone.env\"\nreason = \"revoked\"\n[[allow]]\npath = \"never.env\"\nreason = \"x\"\n";
    repo.commit(&[("gone.env", &line(1, "")), ("unhidden.toml", settings)]);
    repo.remove("gone.env");
    let said = |target: &str| complaints(&lab.report(&[target], 0)).len();
    assert_eq!((said("repo"), said("dir:repo"), said("git:repo")), (1, 0, 0));
}

#[test]
fn a_mistake_in_the_users_own_settings_ends_the_scan() {
    let lab = Lab::new();
    lab.write("tree/a.py", line(1, ""));
    let said = |text: &str| {
        lab.write("my.toml", text);
        lab.scan(&["tree", "--config", "my.toml"]).exits(2).err
    };
    insta::assert_snapshot!(
        [
            said("[[allow]]\npath = \"a\"\n"),
            said("[[allow]]\npath = \"a\"\nreason = \" \"\n"),
            said("[[allow]]\nreason = \"everything\"\n"),
            said("[[allow]]\nrule = \"github.personal-acess-token\"\nreason = \"x\"\n"),
            said("[[allow]]\npath = \"a{\"\nreason = \"x\"\n"),
            said("[[allow]]\npath = \"a\"\nreason = \"x\"\nuntil = \"soon\"\n"),
            said("[[allow]]\npath = \"a\"\nreason = \"x\"\nuntill = 2030-01-01\n"),
            said("[[allow]]\nrule = \"some text\"\nreason = \"x\"\n"),
            said("[[allow]]\nfingerprint = \"abc\"\nreason = \"x\"\n"),
        ]
        .concat(),
        @r"
    error: settings file my.toml: allow 1: it has no `reason`
    error: settings file my.toml: allow 1: it has no `reason`
    error: settings file my.toml: allow 1: it names no `rule`, `path`, `fingerprint` or `commit`
    error: settings file my.toml: allow 1: there is no rule `github.personal-acess-token`
      hint: did you mean `github.personal-access-token`?
    error: settings file my.toml: allow 1: path `a{`: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)
    error: settings file my.toml: allow 1: `until` is no date; write it like 2027-01-31
    error: settings file my.toml: line 4, column 1: unknown field `untill`, expected one of `rule`, `path`, `fingerprint`, `commit`, `reason`, `owner`, `until`
    error: settings file my.toml: allow 1: `rule` is no id of a rule
    error: settings file my.toml: allow 1: `fingerprint` is not 32 hexadecimal digits
    "
    );
}

#[test]
fn the_settings_of_a_target_lend_their_allows_and_nothing_else() {
    let lab = Lab::new();
    lab.write("tree/a.py", line(1, ""));
    lab.write("tree/sub/b.py", line(2, ""));
    lab.write("tree/unhidden.toml", "[scan]\nexclude = [\"**\"]\nmax-file-size = \"1\"\n[[allow]]\npath = \"**\"\n");
    // One that lies deeper is nobody's.
    lab.write("tree/sub/unhidden.toml", "[[allow]]\npath = \"**\"\nreason = \"all of it\"\n");
    let report = lab.report(&["tree"], 0);
    assert_eq!(found(&report), ["a.py:1", "sub/b.py:1"]);
    insta::assert_debug_snapshot!(complaints(&report), @r#"
    [
        "low reasonless-allow: the allow of path ** in unhidden.toml does not say why, and so allows nothing",
    ]
    "#);
    lab.write("tree/unhidden.toml", "[[allow]]\npath = \"**\"\nreason = \"all of it\"\n");
    let report = lab.report(&["tree", "--fail-on", "low"], 0);
    assert_eq!(
        report["run"]["allowed"],
        serde_json::json!({
            "credentials": 2, "sightings": 2, "inline": 0, "settings": 0, "repository": 2, "baseline": 0
        })
    );
    // Of two targets, each lends to itself alone.
    lab.write("other/c.py", line(3, ""));
    assert_eq!(found(&lab.report(&["tree", "other"], 0)), ["c.py:1"]);
    // Given by name, it counts once.
    let report = lab.report(&["tree", "--config", "tree/unhidden.toml"], 0);
    assert_eq!(report["allows"].as_array().map(Vec::len), Some(1));
    assert_eq!(report["run"]["allowed"]["settings"], 2);
}

#[test]
fn settings_of_a_target_that_cannot_be_read_are_one_fault() {
    let broken = |prepare: &dyn Fn(&Lab)| {
        let lab = Lab::new();
        lab.write("tree/a.py", line(1, ""));
        prepare(&lab);
        let report = lab.report(&["tree"], 3);
        assert_eq!(found(&report), ["a.py:1"]);
        assert!(lab.report(&["tree", "--no-repository-allows"], 0)["faults"].as_array().is_some_and(Vec::is_empty));
        faults(&report).join("; ")
    };
    let all = "[[allow]]\npath = \"**\"\nreason = \"all of it\"\n";
    let text = |text: &str| {
        let text = text.to_owned();
        broken(&move |lab| drop(lab.write("tree/unhidden.toml", &text)))
    };
    let told = [
        broken(&|lab| symlink(lab.write("all.toml", all), lab.path("tree/unhidden.toml")).expect("a link")),
        broken(&|lab| {
            assert!(Command::new("mkfifo").arg(lab.path("tree/unhidden.toml")).status().expect("mkfifo").success());
        }),
        broken(&|lab| drop(lab.write("tree/unhidden.toml", [all.as_bytes(), b"# \xff\n"].concat()))),
        text(&format!("{all}#{}\n", " ".repeat(70_000))),
        text(&format!("{all}[[allow]\n")),
        text(&format!("{all}[[allow]]\nreason = \"no selector\"\n")),
        text(&format!("{all}[[allow]]\npath = \"[\"\nreason = \"x\"\n")),
        text(&format!("{all}[[allow]]\npath = \"{}\"\nreason = \"x\"\n", "{a,".repeat(1_000))),
        text(&"[[allow]]\npath=\"**\"\nreason=\"x\"\n".repeat(1_001)),
    ];
    insta::assert_debug_snapshot!(told, @r#"
    [
        "unsupported unhidden.toml a symbolic link, which is not followed; its allows do not count",
        "special-file unhidden.toml not a regular file; its allows do not count",
        "malformed unhidden.toml not UTF-8; its allows do not count",
        "too-large unhidden.toml larger than 65536 bytes; its allows do not count",
        "malformed unhidden.toml line 4, column 9: unclosed array table, expected `]`; none of its allows counts",
        "malformed unhidden.toml allow 2: it names no `rule`, `path`, `fingerprint` or `commit`; none of its allows counts",
        "malformed unhidden.toml allow 2: path `[`: unclosed character class; missing ']'; none of its allows counts",
        "malformed unhidden.toml allow 2: path `{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{`: a path has 1 to 1024 bytes; none of its allows counts",
        "malformed unhidden.toml more than 1000 allows; none of its allows counts",
    ]
    "#);
}

#[test]
fn globs_that_are_meant_to_hurt_do_not() {
    let lab = Lab::new();
    let deep = format!("{}x.py", "a/".repeat(50));
    lab.write(&format!("tree/{deep}"), line(1, ""));
    let bombs = ["**/".repeat(300), "{*,*a}".repeat(120), "*a".repeat(400), "[a-z]*".repeat(150)];
    let allow = |n: usize| format!("[[allow]]\npath = \"{}b{n}\"\nreason = \"x\"\n", bombs[n % bombs.len()]);
    let text = (0..40).map(allow).collect::<Vec<_>>().concat();
    lab.write("tree/unhidden.toml", text);
    let began = std::time::Instant::now();
    let report = lab.report(&["tree"], 0);
    assert_eq!(found(&report).len(), 1);
    assert!(began.elapsed().as_secs() < 20);
}

#[test]
fn a_mark_in_a_minified_file_covers_what_stands_near_it_and_no_more() {
    let lab = Lab::new();
    let filler = "a(b,c);".repeat(350_000);
    lab.write(
        "tree/app.min.js",
        format!("{}{filler}/* gitleaks:allow */ {}{filler}{}", line(1, "").trim(), line(2, "").trim(), line(3, "").trim()),
    );
    let report = lab.report(&["tree"], 0);
    assert_eq!((found(&report).len(), allowed(&report).len()), (2, 1));
}

#[test]
fn a_mark_in_a_string_counts_since_json_has_no_comments() {
    let lab = Lab::new();
    lab.write("tree/a.json", format!("{{\"key\": \"{}\", \"note\": \"unhidden:allow a sample\"}}\n", github(1)));
    let report = lab.report(&["tree"], 0);
    assert_eq!((found(&report), allowed(&report)), (vec![], vec!["a.json inline unhidden:allow: a sample".to_owned()]));
}

#[test]
fn what_is_no_text_has_no_lines_and_no_marks() {
    let lab = Lab::new();
    let binary = [b"\x7fELF\0\0\x01 ".as_slice(), github(1).as_bytes(), b" \0\x02 # gitleaks:allow # unhidden:allow it is\0\n"].concat();
    lab.write("tree/tool", binary);
    let wide: Vec<u8> = line(2, " # gitleaks:allow").encode_utf16().flat_map(u16::to_le_bytes).collect();
    lab.write("tree/wide.txt", [b"\xff\xfe".as_slice(), &wide].concat());
    let report = lab.report(&["tree"], 0);
    assert_eq!((found(&report).len(), allowed(&report).len()), (1, 1), "{report:#}");
}

#[test]
fn what_is_said_of_allows_keeps_the_contract() {
    let lab = Lab::new();
    lab.write("tree/a.py", line(1, " # unhidden:allow a test value") + &line(2, " # nosec") + &line(3, BARE) + &line(4, ""));
    lab.write("tree/unhidden.toml", "[[allow]]\npath = \"b\"\nreason = \"x\"\nowner = \"me\"\nuntil = 2020-01-01\n");
    lab.scan(&["tree", "--write-baseline", "known"]).exits(0);
    lab.write("tree/a.py", line(1, " # unhidden:allow a test value") + &line(5, ""));
    let report = lab.report(&["tree", "--baseline", "known"], 0);
    assert_eq!(against_the_schema(&report), Vec::<String>::new());
    assert_eq!(report["baseline"]["gone"].as_array().map(Vec::len), Some(2));
    let record = lab.record();
    assert_eq!(ask::<i64>(&record, "SELECT count(*) FROM report_allow WHERE run = 2"), 3);
    assert_eq!(ask::<i64>(&record, "SELECT count(*) FROM report_allowed WHERE run = 2 AND way = 'inline'"), 1);
    assert_eq!(ask::<i64>(&record, "SELECT count(*) FROM report_finding WHERE run = 2 AND allow IS NOT NULL"), 1);
}

#[test]
fn an_old_report_still_tells_what_was_allowed() {
    let lab = Lab::new();
    lab.write("tree/a.py", line(1, " # unhidden:allow a test value"));
    let first = lab.report(&["tree"], 0);
    lab.write("tree/a.py", line(1, ""));
    lab.scan(&["tree", "--fail-on", "low"]).exits(1);
    let again = lab.run(&["report", "--run", "1", "--format", "json", "--fail-on", "low"]).exits(0).json();
    assert_eq!(
        (again["allowed"][0]["check"].clone(), again["allows"].clone()),
        (first["allowed"][0]["check"].clone(), first["allows"].clone())
    );
    let lines = lab.run(&["report", "--run", "1", "--format", "jsonl"]).exits(0).out;
    let kinds: Vec<String> = lines.lines().map(|l| l[2..].chars().take_while(|c| *c != '"').collect()).collect();
    assert_eq!(kinds, ["run", "allowed", "allow"]);
}

#[test]
fn one_worker_and_many_say_the_same() {
    let lab = Lab::new();
    for n in 0..40 {
        lab.write(
            &format!("tree/{n}.py"),
            line(n, [" # unhidden:allow a test value", " # nosec", "", BARE][usize::try_from(n).expect("small") % 4]),
        );
    }
    let said = |workers: &str, record: &str| {
        let text =
            lab.run(&scanning(&["tree", "--workers", workers, "--record", record, "--pepper-file", "pepper", "--format", "json"])).out;
        text.replace(record, "")
    };
    assert_eq!(said("1", "one.db"), said("8", "eight.db"));
}

#[test]
fn low_confidence_fails_a_gate_only_where_that_is_asked_for() {
    let lab = Lab::new();
    let token = github(1);
    let broken = format!("{}000000", &token[..token.len() - 6]);
    lab.write("tree/a.py", format!("token = \"{broken}\"\n"));
    let report = lab.report(&["tree"], 0);
    assert_eq!(report["findings"][0]["confidence"], "low", "{report:#}");
    lab.scan(&["tree", "--fail-on", "info"]).exits(0);
    lab.scan(&["tree", "--fail-on", "info", "--confidence", "medium"]).exits(0);
    lab.scan(&["tree", "--fail-on", "info", "--confidence", "low"]).exits(1);
}

#[test]
fn every_allow_check_explains_itself() {
    let lab = Lab::new();
    for check in ["expired-allow", "unused-allow", "reasonless-allow"] {
        assert!(lab.run(&["explain", check]).exits(0).out.starts_with(&format!("check {check}: ")));
    }
}
