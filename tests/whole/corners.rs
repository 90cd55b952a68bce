//! Corners that are easily passed over: configurations of submodules, what a script carries, rows of differences in a PDF, faults
//! inside of objects, options that some target cannot obey.

use flate2::{Compression, write::GzEncoder, write::ZlibEncoder};
use std::io::Write;

use crate::support::{Lab, Repo, faults, github, password, sightings};

#[test]
fn configurations_of_submodules_and_work_trees_are_read_as_that_of_their_repository() {
    let lab = Lab::new();
    let repo = Repo::new(&lab, "top");
    repo.write(&[("a.txt", "a")]);
    let address = |seed| format!("[remote \"origin\"]\n\turl = https://ci:{}@git.acme.dev/lib.git\n", password(seed));
    let places = [("modules/deps/lib", "config", 1), ("modules/deps/lib/modules/in", "config", 2), ("worktrees/wt", "config.worktree", 3)];
    for (folder, name, seed) in places {
        lab.write(&format!("top/.git/{folder}/HEAD"), "ref: refs/heads/main\n");
        lab.write(&format!("top/.git/{folder}/{name}"), address(seed));
    }
    // What lies elsewhere in there is the repository's own.
    lab.write("top/.git/hooks/config", address(4));
    let report = lab.report(&["top", "--no-history"], 0);
    let mut found: Vec<String> = crate::support::findings(&report, "exposed-credential")
        .iter()
        .map(|finding| finding["sightings"][0]["path"].as_str().expect("a path").to_owned())
        .collect();
    found.sort();
    assert_eq!(found, places.map(|(folder, name, _)| format!(".git/{folder}/{name}")));
}

#[test]
fn submodules_that_are_nested_too_deep_are_not_passed_over_in_silence() {
    let lab = Lab::new();
    let mut repo = Repo::new(&lab, "repo");
    repo.commit(&[("a.txt", "a")]);
    lab.write(&format!("repo/.git/modules/{}config", "a/".repeat(20)), "[core]\n");
    let told = faults(&lab.report(&["repo"], 3));
    assert!(told.len() == 1 && told[0].contains("more folders of submodules than are looked into"), "{told:?}");
}

#[test]
fn what_a_script_carries_behind_its_last_line_is_inspected() {
    let lab = Lab::new();
    lab.write("x.env", format!("T={}\n", github(1)));
    lab.shell("tar czf x.tar.gz x.env").exits(0);
    let packed = std::fs::read(lab.path("x.tar.gz")).expect("it was made");
    let script = b"#!/bin/sh\ntail -n +4 \"$0\" | tar xz\nexit 0\n".as_slice();
    lab.write("set/up.run", [script, &packed].concat());
    let report = lab.report(&["set"], 0);
    assert_eq!(sightings(&report)[0]["path"], "up.run!/x.env");
    // Whatever else a script carries is nobody's fault.
    lab.write("set/up.run", [script, b"\x7fELF and so on \x1f\x8b"].concat());
    assert!(faults(&lab.report(&["set"], 0)).is_empty());
    lab.write("set/up.run", [script, &packed[..packed.len() / 2]].concat());
    assert_eq!(faults(&lab.report(&["set"], 3)).len(), 1);
}

#[test]
fn rows_of_differences_in_a_pdf_are_read() {
    let text = format!("BT /F1 12 Tf (T={}) Tj ET", github(2));
    let mut above = vec![0_u8; 16];
    let mut rows = Vec::new();
    for row in text.as_bytes().chunks(16) {
        let row: Vec<u8> = row.iter().copied().chain(std::iter::repeat(b' ')).take(16).collect();
        rows.push(2);
        rows.extend(row.iter().zip(&above).map(|(byte, above)| byte.wrapping_sub(*above)));
        above = row;
    }
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&rows).expect("memory");
    let packed = packed.finish().expect("memory");
    let head = "%PDF-1.5\n5 0 obj<</Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 16>>>>stream\n";
    let lab = Lab::new();
    lab.write("a.pdf", [head.as_bytes(), &packed, b"\nendstream\nendobj\n%%EOF"].concat());
    assert_eq!(sightings(&lab.report(&["a.pdf"], 0))[0]["path"], "a.pdf!/stream 1");
}

#[test]
fn a_fault_inside_of_an_object_names_the_path_at_which_it_lies() {
    let lab = Lab::new();
    let mut packed = GzEncoder::new(Vec::new(), Compression::none());
    packed.write_all(&[b'x'; 200]).expect("memory");
    let packed = packed.finish().expect("memory");
    let mut repo = Repo::new(&lab, "repo");
    lab.write("repo/logs/b.gz", &packed[..100]);
    repo.commit(&[("logs/a.txt", "a")]);
    repo.remove("logs/b.gz");
    let told = faults(&lab.report(&["git:repo"], 3));
    assert!(told.len() == 1 && told[0].starts_with("truncated logs/b.gz!/content: "), "{told:?}");
}

#[test]
fn a_part_of_a_history_is_no_wish_for_files() {
    let lab = Lab::new();
    let mut repo = Repo::new(&lab, "repo");
    repo.commit(&[("a.txt", "a")]);
    lab.write("files/a.txt", "a");
    let said = lab.scan(&["git:repo", "dir:files", "--branch", "HEAD"]).exits(0);
    assert!(said.err.contains("--branch takes a part of a history; all files of dir:"), "{}", said.err);
    lab.scan(&["git:repo", "--branch", "HEAD"]).exits(0);
}
