//! Archives and encodings, as a user meets them.

use std::{collections::BTreeMap, io::Write as _, process::Stdio};

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use serde_json::Value;

use crate::support::{Lab, faults, findings, github, random, sightings};

/// Every sighting of exposed credentials as `path:line`, with its wrapping.
fn places(report: &Value) -> BTreeMap<String, String> {
    let all = findings(report, "exposed-credential");
    let sightings = all.iter().flat_map(|f| f["sightings"].as_array().expect("a list"));
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    sightings.map(|s| (format!("{}:{}", text(&s["path"]), s["line"]), text(&s["wrapping"]))).collect()
}

/// Makes archives of every kind; what lies where.
fn archives(lab: &Lab, text: &str) -> Vec<(String, String)> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/whole/archives.py");
    let mut command = std::process::Command::new("python3");
    command.arg(script).arg(lab.path("files")).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("python3 is installed");
    child.stdin.take().expect("piped").write_all(text.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success());
    let lines = String::from_utf8(output.stdout).expect("UTF-8");
    lines.lines().map(|l| l.split_once('\t').expect("two parts")).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
}

#[test]
fn every_kind_of_archive_is_opened_and_the_whole_way_is_told() {
    let lab = Lab::new();
    let expected = archives(&lab, &format!("# settings\nT={}\n", github(1)));
    assert!(expected.len() > 25);
    let report = lab.report(&["files"], 0);
    assert_eq!(faults(&report), Vec::<String>::new());
    let found: Vec<String> = places(&report).into_keys().collect();
    let mut wanted: Vec<String> = expected.into_iter().map(|(_, place)| place).collect();
    wanted.sort();
    assert_eq!(found, wanted);
}

#[test]
fn archives_cut_anywhere_never_crash_and_are_never_passed_over_in_silence() {
    let lab = Lab::new();
    let token = github(2);
    let expected = archives(&lab, &format!("# settings\nT={token}\n{}\n", random(3, b"abcdefghij \n", 3000)));
    for (file, _) in &expected {
        let whole = std::fs::read(lab.path("files").join(file)).expect("it was made");
        for part in [5, 9] {
            lab.write(&format!("cut/{part}-{file}"), &whole[..whole.len() * part / 10]);
        }
    }
    let report = lab.scan(&["cut", "--format", "json"]).exits(3).json();
    let told: String = faults(&report).join("\n") + &places(&report).into_keys().collect::<Vec<_>>().join("\n");
    assert!(!told.contains("crashed"), "{told}");
    for (file, _) in &expected {
        // What begins as a program and does not end as an archive is a program.
        for part in [5, 9].into_iter().filter(|_| file != "behind.bin") {
            assert!(told.contains(&format!("{part}-{file}")), "nothing is told of {part}-{file}:\n{told}");
        }
    }
}

#[test]
fn a_record_keeps_the_way_and_the_views_show_it() {
    let lab = Lab::new();
    archives(&lab, &format!("#\nT={}\n", github(4)));
    lab.scan(&["files/app.jar"]).exits(0);
    let path: String = crate::support::ask(&lab.record(), "SELECT path FROM report_sighting");
    assert_eq!(path, "app.jar!/BOOT-INF/lib/b.jar!/application.yml");
}

#[test]
fn archives_stay_closed_by_wish_and_are_counted() {
    let lab = Lab::new();
    archives(&lab, &format!("#\nT={}\n", github(5)));
    let report = lab.report(&["files/deflate.zip", "files/a.tar.gz", "--no-archives"], 0);
    assert!(places(&report).is_empty());
    assert_eq!(report["skipped"]["archives (--no-archives)"], 2);
    let config = lab.write("unhidden.toml", "[scan]\narchives = false\n");
    let report = lab.report(&["files/deflate.zip", "--config", &config.to_string_lossy()], 0);
    assert_eq!(report["skipped"]["archives (--no-archives)"], 1);
}

#[test]
fn what_is_encoded_is_told_where_it_stands_with_what_was_taken_off() {
    let lab = Lab::new();
    let token = |seed| format!("TOKEN={}\n", github(seed));
    let base64 = |text: &str| BASE64.encode(text.as_bytes());
    let wide: Vec<u8> = token(6).encode_utf16().flat_map(u16::to_le_bytes).collect();
    let unicode = |text: &str| text.bytes().map(|b| format!("\\u{b:04x}")).collect::<Vec<_>>().concat();
    let escaped = |text: &str| text.bytes().map(|b| format!("\\x{b:02x}")).collect::<Vec<_>>().concat();
    let html = |text: &str| text.bytes().map(|b| format!("&#x{b:x};")).collect::<Vec<_>>().concat();
    let percent = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<Vec<_>>().concat();
    let cases: Vec<(&str, String, &str)> = vec![
        ("one.yaml", format!("a: b\ndata:\n  token: {}\n", base64(&token(1))), "base64"),
        ("bare.yaml", format!("\n\ntoken: {}\n", base64(&github(2))), "base64"),
        ("url.txt", format!("\n\nx={}&y\n", BASE64URL_NOPAD.encode(token(3).as_bytes())), "base64"),
        ("twice.yaml", format!("\n\ntoken: {}\n", base64(&base64(&token(4)))), "base64"),
        ("hex.txt", format!("\n\nx {}\n", HEXLOWER.encode(token(5).as_bytes())), "hex"),
        ("shell.ps1", format!("\n\npowershell -enc {}\n", BASE64.encode(&wide)), "base64, utf-16"),
        ("unicode.json", format!("\n\n\"{}\"\n", unicode(&token(7))), "escape"),
        ("program.c", format!("\n\n\"{}\"\n", escaped(&token(8))), "escape"),
        ("line-end.c", format!("\n\nputs(\"settings\\n{}\\n\")\n", github(9)), "escape"),
        ("page.html", format!("\n\n<b>{}</b>\n", html(&token(10))), "html"),
        ("form.txt", format!("\n\n{}\n", percent(&token(11))), "percent"),
        ("query.txt", format!("\n\nhttps://acme.dev/?next=a%3D{}\n", github(12)), "percent"),
        ("both.txt", format!("\n\nx={}\n", percent(&base64(&token(13)))), "percent, base64"),
    ];
    for (name, text, _) in &cases {
        lab.write(&format!("files/{name}"), text);
    }
    let report = lab.report(&["files"], 0);
    let wanted: BTreeMap<String, String> = cases.iter().map(|(name, _, wrapping)| (format!("{name}:3"), (*wrapping).to_owned())).collect();
    assert_eq!(places(&report), wanted);
}

#[test]
fn base64_over_several_lines_is_one_text() {
    let lab = Lab::new();
    let text = format!("{}\nTOKEN={}\n{}\n", "x".repeat(70), github(1), "y".repeat(90));
    let code = BASE64.encode(text.as_bytes());
    let lines: Vec<String> = code.as_bytes().chunks(76).map(|l| format!("  {}\n", String::from_utf8_lossy(l))).collect();
    lab.write("files/mail.eml", format!("key: |\n{}next: 1\n", lines.concat()));
    let report = lab.report(&["files"], 0);
    let found = sightings(&report);
    assert_eq!(
        (found.len(), &found[0]["line"], &found[0]["column"], &found[0]["end_line"]),
        (1, &2.into(), &3.into(), &(1 + lines.len()).into())
    );
}

#[test]
fn a_credential_that_lies_there_in_clear_is_told_once() {
    let lab = Lab::new();
    lab.write("files/a.txt", format!("https://acme.dev/?a=%20b&token={}&c=%2Fd\n", github(1)));
    let password = random(2, b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", 20);
    lab.write("files/b.txt", format!("postgres://app:{password}%40{password}@db.acme.dev:5432/app\n"));
    let report = lab.report(&["files"], 0);
    assert_eq!(findings(&report, "exposed-credential").len(), 2, "{report:#}");
    assert!(places(&report).values().all(String::is_empty), "{report:#}");
}

#[test]
fn an_archive_inside_of_base64_is_opened() {
    let lab = Lab::new();
    archives(&lab, &format!("#\nT={}\n", github(1)));
    let zip = std::fs::read(lab.path("files/deflate.zip")).expect("it was made");
    lab.write("tree/values.yaml", format!("a: 1\nbundle: {}\n", BASE64.encode(&zip)));
    let report = lab.report(&["tree"], 0);
    assert_eq!(places(&report), BTreeMap::from([("values.yaml!/conf/in.env:2".to_owned(), "base64".to_owned())]));
}

#[test]
fn bombs_and_towers_are_told_and_cost_little() {
    let lab = Lab::new();
    lab.write("script.py", BOMBS);
    lab.shell("mkdir bombs && python3 script.py bombs").exits(0);
    let report = lab.scan(&["bombs", "--format", "json"]).exits(3).json();
    let told = faults(&report).join("\n");
    for (file, why) in [("bomb.gz", "bomb"), ("tower.zip", "depth limit"), ("many.zip", "overlap"), ("locked.zip", "encrypted")] {
        assert!(told.lines().any(|l| l.contains(file) && l.contains(why)), "{file}, {why}:\n{told}");
    }
}

const BOMBS: &str = r#"
import gzip, io, struct, sys, zipfile, zlib
def zipped(name, data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", 8) as z:
        z.writestr(name, data)
    return out.getvalue()
top = sys.argv[1] + "/"
open(top + "bomb.gz", "wb").write(gzip.compress(bytes(1 << 20)) * 200)
data = b"x"
for _ in range(50):
    data = zipped("n.zip", data)
open(top + "tower.zip", "wb").write(data)
packed = zlib.compress(bytes(1 << 20))[2:-4]
crc = zlib.crc32(bytes(1 << 20))
one = struct.pack("<IHHHHHIIIHH", 0x04034b50, 20, 0, 8, 0, 0x21, crc, len(packed), 1 << 20, 1, 0) + b"0" + packed
listed = b"".join(struct.pack("<IHHHHHHIIIHHHHHII", 0x02014b50, 20, 20, 0, 8, 0, 0x21, crc, len(packed), 1 << 20, 1, 0, 0, 0, 0, 0, 0) + b"%d" % (i % 10) for i in range(500))
open(top + "many.zip", "wb").write(one + listed + struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, 500, 500, len(listed), len(one), 0))
locked = bytearray(zipped("a.env", b"secret"))
locked[6] |= 1
locked[locked.index(b"PK\x01\x02") + 8] |= 1
open(top + "locked.zip", "wb").write(bytes(locked))
"#;
