//! Canaries: no raw byte of a known secret in the record, on stdout, on stderr or in a file left behind.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::support::{Lab, Repo, Said, aws_id, aws_secret, database, findings, github, mode, password, random, scanning, skipped, until};

/// This many bytes of a secret are a leak.
const PIECE: usize = 12;

/// Secrets by name, each without its public prefix.
struct Canaries(Vec<(String, String)>);

impl Canaries {
    /// Fails where a piece of a secret stands in the bytes, as it is or in hexadecimal.
    #[track_caller]
    fn absent(&self, place: &str, bytes: &[u8]) {
        for (name, secret) in &self.0 {
            for form in [
                secret.clone().into_bytes(),
                data_encoding::HEXLOWER.encode(secret.as_bytes()).into_bytes(),
                data_encoding::HEXUPPER.encode(secret.as_bytes()).into_bytes(),
            ] {
                let piece = PIECE * form.len() / secret.len();
                let pieces: HashSet<&[u8]> = form.windows(piece).collect();
                if let Some(at) = bytes.windows(piece).position(|w| pieces.contains(w)) {
                    panic!("{name} in {place}: {:?}", String::from_utf8_lossy(&bytes[at.saturating_sub(60)..(at + 60).min(bytes.len())]));
                }
            }
        }
    }

    #[track_caller]
    fn unsaid(&self, what: &str, said: &Said) {
        self.absent(&format!("stdout of {what}"), said.out.as_bytes());
        self.absent(&format!("stderr of {what}"), said.err.as_bytes());
    }

    /// No file below a folder holds one.
    #[track_caller]
    fn absent_below(&self, folder: &Path) {
        for path in files(folder) {
            self.absent(&path.display().to_string(), &fs::read(&path).expect("our own file"));
        }
    }
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all
}

/// A private key made by ssh-keygen, and the part of it that is secret.
fn private_key(lab: &Lab, kind: &[&str]) -> Option<(String, String)> {
    let path = lab.path(&format!("home/{}", kind.concat()));
    let made = Command::new("ssh-keygen").args(["-q", "-N", "", "-C", "canary", "-f"]).arg(&path).args(kind).output();
    if !made.is_ok_and(|m| m.status.success()) {
        skipped("ssh-keygen makes no key of this kind here: no canary of it");
        return None;
    }
    let text = fs::read_to_string(&path).expect("a key");
    for made in [path.with_extension("pub"), path] {
        fs::remove_file(made).expect("our own file");
    }
    // The first lines of the body are the same in every key of the format.
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('-')).collect();
    let secret = lines[2..].concat();
    Some((text, secret))
}

/// A repository and a folder in which canaries of several kinds lie.
fn planted(lab: &Lab) -> Canaries {
    let token = |seed| github(seed);
    let mut secrets = Vec::new();
    let mut repo = Repo::new(lab, "repo");
    repo.commit(&[("history.env", &format!("T={}\n", token(1)))]);
    repo.remove("history.env");
    repo.commit(&[("head.env", &format!("T={}\n", token(2)))]);
    repo.git(&["commit", "-q", "--allow-empty", "-m", &format!("take {}", token(3))]);
    repo.git(&["tag", "-a", "v1", "-m", &format!("take {}", token(4))]);
    repo.write(&[("staged.env", &format!("T={}\n", token(5)))]);
    repo.git(&["add", "-A"]);
    secrets.extend((1..=6).map(|n| (format!("GitHub token {n}"), token(n)[4..].to_owned())));
    lab.write("files/untracked.env", format!("T={}\n", token(6)));
    lab.write("files/utf16.txt", format!("T={}\n", token(7)).encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    secrets.push(("GitHub token 7".into(), token(7)[4..].into()));
    lab.write("files/aws.ini", format!("aws_access_key_id = {}\naws_secret_access_key = {}\n", aws_id(1), aws_secret(1)));
    secrets.push(("AWS secret".into(), aws_secret(1)));
    lab.write("files/url.txt", format!("DATABASE_URL={}\n", database(&password(1))));
    secrets.push(("password".into(), password(1)));
    let basic = data_encoding::BASE64.encode(format!("svc:{}", password(2)).as_bytes());
    lab.write("files/http.txt", format!("Authorization: Basic {basic}\n"));
    secrets.push(("basic password".into(), password(2)));
    secrets.push(("basic header".into(), basic));
    for (n, kind) in
        [&["-t", "ed25519"][..], &["-t", "rsa", "-b", "2048"], &["-t", "rsa", "-b", "2048", "-m", "PEM"], &["-t", "ecdsa", "-m", "PKCS8"]]
            .iter()
            .enumerate()
    {
        if let Some((text, secret)) = private_key(lab, kind) {
            lab.write(&format!("files/key{n}"), &text);
            lab.write(&format!("files/key{n}.json"), serde_json::to_string(&text).expect("a text"));
            secrets.push((format!("private key {n}"), secret));
        }
    }
    let claims = |text: &str| data_encoding::BASE64URL_NOPAD.encode(text.as_bytes());
    let signature = random(9, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 43);
    let jwt = format!(
        "{}.{}.{signature}",
        claims(r#"{"alg":"HS256","typ":"JWT"}"#),
        claims(r#"{"iss":"https://idp.acme.dev","sub":"svc-build","iat":1750000000,"exp":1850000000}"#)
    );
    lab.write("files/jwt.txt", format!("Authorization: Bearer {jwt}\n"));
    secrets.push(("JWT signature".into(), signature));
    let broken = format!("{}000000", &token(8)[..34]);
    lab.write("files/broken.env", format!("T={broken}\n"));
    secrets.push(("token with a wrong check value".into(), broken[4..].into()));
    Canaries(secrets)
}

#[test]
fn no_report_in_any_format_and_no_record_holds_a_secret() {
    let lab = Lab::new();
    let canaries = planted(&lab);
    for format in ["table", "json", "jsonl"] {
        let said = lab.scan(&["repo", "files", "--format", format, "--verbose", "--output", &format!("home/report.{format}")]).exits(0);
        canaries.unsaid(format, &said);
        canaries.unsaid(format, &lab.run(&["report", "--format", format, "--color", "always", "--verbose"]).exits(0));
    }
    // They were all seen, or this test says nothing.
    let report = lab.run(&["report", "--format", "json"]).json();
    let (exposed, rules) = (findings(&report, "exposed-credential"), lab.run(&["report"]).out);
    let of = |rule: &str| exposed.iter().filter(|f| f["credential"]["rule"].as_str().is_some_and(|r| r.starts_with(rule))).count();
    assert_eq!((of("github."), of("aws.access-key"), of("connection."), of("http.basic"), of("jwt")), (7, 1, 1, 1, 1), "{rules}");
    assert!(findings(&report, "checksum-failed").len() == 1 && of("private-key.") >= 4, "{rules}");
    assert!(exposed.iter().any(|f| f["credential"]["companion"] == "found"), "{rules}");
    // The record, its journal, reports and whatever else was left.
    assert!(files(&lab.path("home")).iter().any(|p| p.ends_with("record.db")));
    canaries.absent_below(&lab.path("home"));
    assert_eq!(files(&lab.path("tmp")), Vec::<PathBuf>::new(), "nothing is left in TMPDIR");
}

#[test]
fn the_search_for_canaries_finds_one() {
    let token = github(1);
    let canaries = Canaries(vec![("token".into(), token[4..].to_owned())]);
    let leaks = |bytes: Vec<u8>| std::panic::catch_unwind(|| canaries.absent("here", &bytes)).is_err();
    assert!(leaks(format!("a{}b", &token[10..10 + PIECE]).into_bytes()));
    assert!(leaks(data_encoding::HEXLOWER.encode(&token.as_bytes()[8..]).into_bytes()));
    assert!(!leaks(format!("a{}b", &token[..4 + PIECE - 1]).into_bytes()));
}

/// Names a file that holds a secret wherever the program takes a file; what it said of the secret.
fn leaks(lab: &Lab, canaries: &Canaries, text: &str) -> Vec<String> {
    let arguments = [
        &["scan", "files", "--config", "home/bad"][..],
        &["scan", "files", "--rules", "home/bad"],
        &["rules", "check", "home/bad"],
        &["explain", "acme.token", "--rules", "home/bad"],
        &["scan", "files", "--pepper-file", "home/bad"],
        &["scan", "files", "--record", "home/bad"],
        &["report", "--record", "home/bad"],
    ];
    let mut told = Vec::new();
    for arguments in arguments {
        lab.write("home/bad", text);
        let said = lab.run(arguments);
        assert!(said.code == 2 && said.err.starts_with("error: "), "{arguments:?} took it: {}", said.err);
        if std::panic::catch_unwind(|| canaries.unsaid("it", &said)).is_err() {
            told.push(format!("{arguments:?}: {}", said.err));
        }
    }
    told
}

#[test]
fn no_error_about_a_file_that_was_named_by_mistake_holds_a_secret() {
    let lab = Lab::new();
    let canaries = planted(&lab);
    let token = github(1);
    let files = [
        format!("GITHUB_TOKEN={token}\n"),
        format!("export GITHUB_TOKEN=\"{token}\"\n"),
        format!("token = \"{token}\"\n"),
        format!("token = \"{token}\n"),
        format!("{{\"token\": \"{token}\"}}\n"),
        format!("machine api.acme.dev login x password {token}\n"),
        format!("{token}\n"),
    ];
    let told: Vec<String> = files.iter().flat_map(|text| leaks(&lab, &canaries, text)).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn a_killed_run_leaves_no_secret_behind() {
    let lab = Lab::new();
    let canaries = planted(&lab);
    let mut child = lab.hold(&scanning(&["repo", "files", "-"]));
    until("a run is under way", || {
        lab.record().exists() && lab.path("home/.local/state/unhidden").read_dir().is_ok_and(|mut d| d.next().is_some())
    });
    std::thread::sleep(std::time::Duration::from_millis(300));
    child.kill().expect("our child");
    child.wait().expect("our child");
    canaries.absent_below(&lab.path("home"));
    canaries.absent_below(&lab.path("tmp"));
}

#[test]
fn faults_name_objects_and_paths_and_never_what_was_in_them() {
    let lab = Lab::new();
    let canaries = planted(&lab);
    // Cut, flipped and garbled: every loose object of the history, the index, the references.
    for (n, path) in files(&lab.path("repo/.git/objects")).into_iter().enumerate() {
        let mut bytes = fs::read(&path).expect("an object");
        if n % 2 == 0 {
            bytes.truncate(bytes.len() / 2);
        } else {
            bytes.push(0xff);
        }
        fs::remove_file(&path).expect("our own file");
        fs::write(&path, bytes).expect("a file");
    }
    let line = format!("{}\n", github(1));
    for name in ["HEAD", "packed-refs", "refs/heads/broken", "refs/tags/v2", "index", "shallow", "logs/HEAD"] {
        lab.write(&format!("repo/.git/{name}"), &line);
    }
    for format in ["table", "json", "jsonl"] {
        let said = lab.scan(&["git:repo", "--format", format, "--verbose"]).exits(3);
        assert!(said.out.contains("malformed"), "{}", said.out);
        canaries.unsaid(format, &said);
    }
    canaries.absent_below(&lab.path("home"));
}

#[test]
fn saved_documents_hold_the_secrets_and_are_for_their_owner_alone() {
    let lab = Lab::new();
    let canaries = planted(&lab);
    let said = lab.scan(&["repo", "files", "--save", "saved"]).exits(0);
    assert!(said.err.contains("they hold the secrets in clear"), "{}", said.err);
    canaries.unsaid("scan --save", &said);
    assert_eq!(mode(&lab.path("saved")), 0o700);
    let saved = files(&lab.path("saved"));
    assert!(saved.iter().all(|path| mode(path) == 0o600), "{saved:?}");
    let all: Vec<u8> = saved.iter().flat_map(|path| fs::read(path).expect("our own file")).collect();
    for n in 1..=6 {
        assert!(all.windows(40).any(|w| w == github(n).as_bytes()), "GitHub token {n} is not there");
    }
    canaries.absent("report.json", &fs::read(lab.path("saved/report.json")).expect("a report"));
    // A folder that is there already is not taken.
    lab.scan(&["files", "--save", "saved"]).exits(2);
    lab.scan(&["files", "--save", "files"]).exits(2);
    canaries.absent_below(&lab.path("home"));
}

#[test]
fn secrets_in_the_names_that_a_scanned_tree_brings_are_not_spread() {
    let lab = Lab::new();
    let token = github(1);
    lab.write(&format!("tree/{token}.txt"), "text\n");
    lab.scan(&["tree"]).exits(0);
    let record = fs::read(lab.record()).expect("a record");
    assert!(!record.windows(token.len()).any(|w| w == token.as_bytes()), "a name of a file without findings is nobody's business");
}

/// A command in the lab; `false` where its program is not installed.
fn made(lab: &Lab, line: &str) -> bool {
    let mut words = line.split(' ');
    let said = Command::new(words.next().expect("a program")).args(words).current_dir(lab.path("")).output();
    if !said.is_ok_and(|said| said.status.success()) {
        skipped("openssl makes no such key here: no canary of it");
        return false;
    }
    true
}

#[test]
fn no_key_in_der_and_none_in_a_store_that_opens_leaves_the_worker() {
    let lab = Lab::new();
    fs::create_dir(lab.path("files")).expect("a folder");
    let lines = [
        "openssl genpkey -algorithm ED25519 -out a.pem",
        "openssl pkey -in a.pem -outform DER -out files/a.der",
        "openssl req -x509 -key a.pem -subj /CN=canary -out a.crt",
        "openssl pkcs12 -export -inkey a.pem -in a.crt -passout pass:changeit -out files/a.p12",
    ];
    if !lines.iter().all(|line| made(&lab, line)) {
        return;
    }
    let der = fs::read(lab.path("files/a.der")).expect("a key");
    let seed = &der[der.len() - 32..];
    let forms: Vec<Vec<u8>> = (0..=seed.len() - PIECE)
        .flat_map(|at| {
            let piece = &seed[at..at + PIECE];
            let (lower, upper) = (data_encoding::HEXLOWER.encode(piece), data_encoding::HEXUPPER.encode(piece));
            [piece.to_vec(), lower.into_bytes(), upper.into_bytes(), data_encoding::BASE64.encode(piece).into_bytes()]
        })
        .collect();
    let mut said = Vec::new();
    for format in ["table", "json", "jsonl"] {
        let run = lab.scan(&["files", "--format", format, "--verbose", "--output", &format!("home/report.{format}")]).exits(0);
        let list = lab.run(&["certificates"]).exits(0);
        said.extend([run.out, run.err, list.out, list.err].map(String::into_bytes));
    }
    let report = lab.run(&["report", "--format", "json"]).json();
    let exposed = findings(&report, "exposed-credential");
    assert!(exposed.iter().filter(|f| f["credential"]["rule"] == "private-key.pkcs8").count() >= 1, "they were seen, or this says nothing");
    assert_eq!(findings(&report, "key-store-opens").len(), 1);
    said.extend(files(&lab.path("home")).iter().chain(&files(&lab.path("tmp"))).map(|path| fs::read(path).expect("our own file")));
    for bytes in &said {
        assert!(
            forms.iter().all(|form| memchr::memmem::find(bytes, form).is_none()),
            "{}",
            String::from_utf8_lossy(&bytes[..bytes.len().min(2000)])
        );
    }
}
