//! Documents that say their text in a form of their own, as a user meets them.

use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::support::{Lab, aws_secret, faults, findings, github, password};

/// Every sighting of exposed credentials as `rule path:line`, sorted.
fn told(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let each = |finding: &&Value| {
        let rule = text(&finding["credential"]["rule"]);
        let sightings = finding["sightings"].as_array().expect("a list");
        sightings.iter().map(|s| format!("{rule} {}:{}", text(&s["path"]), s["line"])).collect::<Vec<_>>()
    };
    let mut all: Vec<String> = findings(report, "exposed-credential").iter().flat_map(each).collect();
    all.sort();
    all
}

/// A notebook of one cell, the way Jupyter writes it.
fn notebook(source: &Value, printed: &Value) -> String {
    let output = json!({"name": "stdout", "output_type": "stream", "text": printed});
    let cell = json!({"cell_type": "code", "metadata": {}, "outputs": [output], "source": source});
    serde_json::to_string_pretty(&json!({"cells": [cell], "metadata": {}, "nbformat": 4})).expect("JSON")
}

#[test]
fn a_notebook_is_read_as_the_programs_in_it_at_the_lines_of_the_notebook() {
    let lab = Lab::new();
    let lines = [
        format!("password = \"{}\"\n", password(1)),
        "settings = {\"api_key\":\n".to_owned(),
        format!("    \"{}\"}}\n", password(2)),
        format!("print(\"token\", \"{}\")", github(3)),
    ];
    let text = notebook(&json!(lines), &json!([format!("db_password='{}'\n", password(4))]));
    let line = |part: &str| text.lines().position(|l| l.contains(part)).expect("it stands there") + 1;
    lab.write("files/a.ipynb", &text);
    let mut wanted = vec![
        format!("generic.password a.ipynb:{}", line(&password(1))),
        format!("generic.key a.ipynb:{}", line(&password(2))),
        format!("github.personal-access-token a.ipynb:{}", line(&github(3))),
        format!("generic.password a.ipynb:{}", line(&password(4))),
    ];
    wanted.sort();
    let report = lab.report(&["files"], 0);
    assert_eq!((told(&report), faults(&report)), (wanted, Vec::new()));
}

#[test]
fn a_cell_that_is_one_string_is_read_too_and_a_broken_notebook_as_text() {
    let lab = Lab::new();
    let text = notebook(&json!(format!("settings = {{\"api_key\":\n    \"{}\"}}\n\"\\ud83d\\ude00\" \u{1f600}", password(1))), &json!("x"));
    lab.write("files/one.ipynb", &text);
    lab.write("files/cut.ipynb", format!("{{\"cells\": [{{\"source\": [\n\"password = \\\"{}\\\"", password(2)));
    let report = lab.report(&["files"], 0);
    let line = text.lines().position(|l| l.contains(&password(1))).expect("it stands there") + 1;
    assert_eq!(told(&report), ["generic.key one.ipynb:".to_owned() + &line.to_string(), "generic.password cut.ipynb:2".to_owned()]);
    assert_eq!(faults(&report), Vec::<String>::new());
}

/// A class file: its constants, then its fields as `(number of the name, number of the string)`.
fn class(constants: &[Vec<u8>], fields: &[(u16, u16)], attribute: u16) -> Vec<u8> {
    let two = |n: usize| u16::try_from(n).expect("a small number").to_be_bytes();
    let mut bytes = vec![0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61];
    bytes.extend(two(constants.len() + 1));
    bytes.extend(constants.concat());
    bytes.extend([0, 1, 0, 1, 0, 1, 0, 0]);
    bytes.extend(two(fields.len()));
    for (name, string) in fields {
        bytes.extend(
            [&[0, 0x18][..], &name.to_be_bytes(), &[0, 1, 0, 1], &attribute.to_be_bytes(), &[0, 0, 0, 2], &string.to_be_bytes()].concat(),
        );
    }
    bytes.extend([0; 4]);
    bytes
}

fn utf8(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).expect("a short text");
    [&[1][..], &length.to_be_bytes(), text.as_bytes()].concat()
}

#[test]
fn constants_of_a_class_are_told_by_their_numbers_with_the_names_of_their_fields() {
    let lab = Lab::new();
    let key = format!("first line\ntoken = \"{}\"\n", github(2));
    let constants = [
        utf8("Settings"),
        utf8("DB_PASSWORD"),
        utf8("ConstantValue"),
        utf8(&password(1)),
        vec![8, 0, 4],
        utf8(&key),
        // Stands behind its length, which is a letter.
        utf8(&format!("{}{}", github(3), " ".repeat(25))),
        utf8("Enter the password: "),
        utf8(&aws_secret(4)),
    ];
    lab.write("files/Settings.class", class(&constants, &[(2, 5)], 3));
    let report = lab.report(&["files"], 0);
    let wanted = [
        "generic.password Settings.class!/constants:4",
        "github.personal-access-token Settings.class!/constant 6:2",
        "github.personal-access-token Settings.class!/constants:7",
    ];
    assert_eq!((told(&report), faults(&report)), (wanted.map(str::to_owned).to_vec(), Vec::new()));
}

#[test]
fn a_class_that_is_cut_is_searched_as_it_is() {
    let lab = Lab::new();
    let whole = class(&[utf8("A"), utf8(&format!("({})", github(1))), utf8("more"), utf8("and more")], &[], 1);
    let end = whole.len() - 20;
    lab.write("files/A.class", &whole[..end]);
    let report = lab.report(&["files"], 0);
    let told = told(&report);
    assert_eq!((told.len(), faults(&report)), (1, Vec::new()), "{told:?}");
}

/// Compiles a module with the Python of this machine.
fn compiled(lab: &Lab, source: &str) {
    lab.write("source.py", source);
    lab.shell("mkdir -p files && python3 -c \"import py_compile; py_compile.compile('source.py', cfile='files/m.pyc', doraise=True)\"")
        .exits(0);
}

#[test]
fn strings_of_a_python_module_are_told_one_by_one() {
    let lab = Lab::new();
    let source = format!(
        "\"\"\"Set the password =\"\"\"\nX = (1, -2.5, 1j, 10 ** 30, None, b'{}', ..., b'BZh91AY&SY\\n\\xff\\n')\ndef f(a={{1, 2}}, *b):\n    \"\"\"Ask for the token:\n    \
         {}\n    \"\"\"\n    return 'postgres://app:{}@db.acme.dev/app'\nclass A:\n    '''secret ='''\n    y = '{}'\n",
        github(1),
        github(2),
        password(3),
        password(4),
    );
    compiled(&lab, &source);
    let report = lab.report(&["files"], 0);
    let told = told(&report);
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told.iter().all(|t| t.contains(" m.pyc!/constant") && !t.starts_with("generic.")), "{told:?}");
    assert!(told.iter().any(|t| t.starts_with("github") && t.ends_with(":2")), "{told:?}");
    assert_eq!(faults(&report), Vec::<String>::new());
}

#[test]
fn an_archive_in_an_encoded_text_that_does_not_open_is_counted_and_no_fault() {
    let lab = Lab::new();
    let broken = [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff][..], &[0x55; 90]].concat();
    lab.write("files/test.sh", format!("#!/bin/sh\necho {} | base64 -d | gzip -t && exit 1\n", BASE64.encode(&broken)));
    let report = lab.report(&["files"], 0);
    assert_eq!((faults(&report), &report["skipped"]["archives in encoded texts that do not open"]), (Vec::new(), &json!(1)));
    lab.write("other/broken.gz", &broken);
    assert_eq!(faults(&lab.report(&["other"], 3)).len(), 1);
}
