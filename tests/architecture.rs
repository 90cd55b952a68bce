//! Holds the plan of the house: floors, who may name what, registration, no way around a module.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The rooms and their floors; a room uses only floors below its own.
const FLOORS: &[(&str, u8)] = &[
    ("model", 1),
    ("engine", 2),
    ("collect", 2),
    ("analyze", 2),
    ("store", 2),
    ("rules", 3),
    ("inspect", 4),
    ("report", 4),
    ("scan", 5),
    ("cli", 6),
];

/// Names that only some rooms may say. A room that reads files, opens databases or prints must be one of these.
const KEYS: &[(&str, &[&str])] = &[
    ("std::fs", &["collect", "store", "cli"]),
    ("git2::", &["collect"]),
    // inspect: databases that are scanned, as bytes in memory.
    ("rusqlite", &["store", "inspect"]),
    ("std::env", &["cli"]),
    ("std::process", &["cli"]),
    ("std::io::stdin", &["collect", "cli"]),
    ("println!", &[]),
    ("jiff::Timestamp::now", &["cli"]),
    ("Instant::now", &["cli"]),
    ("SystemTime", &[]),
    ("std::thread", &["scan", "cli"]),
    ("rayon", &["scan"]),
    ("comfy_table", &["report"]),
    ("clap", &["cli"]),
    ("regex_automata", &["engine"]),
    ("super::super", &[]),
];

/// A wing's table and its contract: every other file of the folder must be named in its `mod.rs` table or be listed as shared.
const WINGS: &[(&str, &str, &[&str])] = &[
    ("collect", "COLLECTORS", &["collector", "crew", "error", "file", "path", "visit"]),
    ("inspect", "INSPECTORS", &["archive", "aws", "encoding", "explained", "inspector", "lines", "map", "marks", "stores", "strength"]),
    ("inspect/aws", "AWS", &["declared", "document", "one", "policy", "told"]),
    ("inspect/archive", "ARCHIVES", &["constants", "opening"]),
    ("inspect/encoding", "ENCODINGS", &["backslash", "base64", "hex", "html", "pace", "percent", "remembered"]),
    (
        "analyze",
        "CHECKS",
        &["allow", "aws", "certificate", "check", "exposure", "identity", "join", "primes", "sample", "ssh", "surroundings", "trust"],
    ),
    ("analyze/allow", "ALLOW_CHECKS", &["check"]),
    ("analyze/certificate", "CERTIFICATE_CHECKS", &["facts", "links"]),
    ("analyze/ssh", "SSH_CHECKS", &["whose"]),
    (
        "analyze/identity",
        "IDENTITY_CHECKS",
        &[
            "anywhere", "check", "entry", "estate", "excess", "external", "leak", "limits", "needs", "owner", "people", "power", "roster",
            "sample", "service", "sharing", "untold", "word",
        ],
    ),
    ("analyze/identity/anywhere", "ANYWHERE_CHECKS", &["anchor"]),
    ("analyze/identity/entry", "ENTRY_CHECKS", &["door"]),
    ("analyze/identity/excess", "EXCESS_CHECKS", &["held", "wide"]),
    ("analyze/identity/people", "PEOPLE_CHECKS", &[]),
    ("analyze/identity/service", "SERVICE_CHECKS", &[]),
    ("analyze/identity/sharing", "SHARING_CHECKS", &["guest"]),
    (
        "report",
        "FORMATS",
        &["accepted", "allowed", "certificates", "escape", "format", "identities", "identity", "load", "profile", "verdict", "visible"],
    ),
];

/// Files that are built for tests alone.
const TEST_FILES: &[&str] = &["testing.rs", "specimens.rs"];

struct Source {
    room: String,
    path: PathBuf,
    /// Without comments and without the tests at its foot.
    code: String,
}

fn sources() -> Vec<Source> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = Vec::new();
    let mut folders = vec![top.clone()];
    while let Some(folder) = folders.pop() {
        for listed in fs::read_dir(&folder).expect("src can be listed") {
            let path = listed.expect("src can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|x| x == "rs") {
                let relative = path.strip_prefix(&top).expect("below src");
                let room = relative.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
                all.push(Source { room, code: code(&fs::read_to_string(&path).expect("source is text")), path });
            }
        }
    }
    all.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(all.len() > 80, "the sources were not found");
    all
}

/// The program text that is built: no comments, no tests.
fn code(text: &str) -> String {
    let tests = text.find("#[cfg(test)]\nmod tests").unwrap_or(text.len());
    text[..tests].lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn floor(room: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor)
}

/// What a file names below a root: `crate::x::…`, and the names in `crate::{x::…, y}`.
fn named_below(root: &str, code: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for (at, _) in code.match_indices(root) {
        let rest = &code[at + root.len()..];
        if let Some(group) = rest.strip_prefix('{') {
            named.extend(first_names(group));
        } else {
            named.insert(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    named
}

/// The first name of each item of a `{…}` group, up to its closing brace.
fn first_names(group: &str) -> Vec<String> {
    let (mut names, mut depth, mut name, mut fresh) = (Vec::new(), 0, String::new(), true);
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(std::mem::take(&mut name));
                fresh = true;
            }
            c if fresh && depth == 0 && (c.is_alphanumeric() || c == '_') => name.push(c),
            c if c.is_whitespace() => {}
            _ => fresh = false,
        }
    }
    names.push(name);
    names.retain(|n| !n.is_empty());
    names
}

#[test]
fn a_room_uses_only_floors_below_its_own() {
    let mut broken = Vec::new();
    for source in sources() {
        let Some(own) = floor(&source.room) else { continue };
        for named in named_below("crate::", &source.code) {
            if named != source.room && floor(&named).is_some_and(|f| f >= own) {
                broken.push(format!("{}: {} (floor {own}) names {named}", source.path.display(), source.room));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_room_has_a_floor() {
    let known: BTreeSet<&str> = FLOORS.iter().map(|(room, _)| *room).collect();
    let found: BTreeSet<String> = sources().into_iter().map(|s| s.room).filter(|r| !r.contains('.')).collect();
    let unknown: Vec<_> = found.iter().filter(|r| !known.contains(r.as_str())).collect();
    assert!(unknown.is_empty(), "rooms without a floor: {unknown:?}");
}

#[test]
fn only_the_rooms_with_the_key_name_what_it_opens() {
    let mut broken = Vec::new();
    for source in sources().iter().filter(|s| floor(&s.room).is_some()) {
        // What only tests use may do what tests do.
        if TEST_FILES.iter().any(|name| source.path.ends_with(name)) {
            continue;
        }
        for (name, rooms) in KEYS {
            let grouped = name.strip_prefix("std::").is_some_and(|module| named_below("std::", &source.code).contains(module));
            if (grouped || source.code.contains(name)) && !rooms.contains(&source.room.as_str()) {
                broken.push(format!("{} names `{name}`", source.path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// What speaks to a network, runs asynchronous work or reads the environment on its own.
const WIRES: &[&str] = &[
    "aws_config",
    "aws_credential_types",
    "aws_runtime",
    "aws_smithy",
    "aws_types",
    "http::",
    "http_body_util",
    "tokio",
    "TcpStream",
    "UdpSocket",
];

#[test]
fn only_the_collector_of_aws_opens_connections_and_has_a_runtime() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/collect/aws");
    let mut broken = Vec::new();
    for source in sources().iter().filter(|s| !s.path.starts_with(&home)) {
        broken.extend(
            WIRES.iter().filter(|name| source.code.contains(*name)).map(|name| format!("{} names `{name}`", source.path.display())),
        );
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    // Those that ask are below one roof, so that the list above is not one of names that nobody uses.
    let inside = sources().into_iter().filter(|s| s.path.starts_with(&home)).map(|s| s.code).collect::<String>();
    assert!(["aws_config", "tokio"].iter().all(|name| inside.contains(name)));
}

#[test]
fn every_plug_in_is_registered() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (wing, table, shared) in WINGS {
        let index = fs::read_to_string(src.join(wing).join("mod.rs")).expect("a wing has a mod.rs");
        let listed = index.split(&format!("const {table}:")).nth(1).and_then(|rest| rest.split("];").next()).expect("the table is there");
        for entry in fs::read_dir(src.join(wing)).expect("a wing is a folder") {
            let path = entry.expect("listed").path();
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            if name == "mod" || shared.contains(&name.as_str()) {
                continue;
            }
            assert!(listed.contains(&format!("{name}::")), "{wing}/{name}.rs is not in {table}");
        }
    }
}

#[test]
fn ids_are_unique_and_kebab_case() {
    let ids: Vec<&str> = unhidden::collect::COLLECTORS
        .iter()
        .map(|c| c.about().id)
        .chain(unhidden::inspect::all().map(|i| i.about().id))
        .chain(unhidden::analyze::all().map(|c| c.about().id))
        .chain(unhidden::analyze::allow::ALLOW_CHECKS.iter().map(|c| c.about().id))
        .chain(unhidden::analyze::identity::all().map(|c| c.about().id))
        .chain(unhidden::report::FORMATS.iter().map(|f| f.about().id))
        .collect();
    let distinct: BTreeSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len(), "{ids:?}");
    for id in ids {
        assert!(id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{id}");
    }
}

#[test]
fn the_tests_of_this_file_can_see() {
    assert_eq!(
        named_below("crate::", "use crate::{\n    model::{A, b::C},\n    store,\n};"),
        BTreeSet::from(["model".into(), "store".into()])
    );
    assert_eq!(named_below("crate::", "crate::scan::run()"), BTreeSet::from(["scan".into()]));
}
