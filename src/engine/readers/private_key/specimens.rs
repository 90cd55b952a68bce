//! Real keys for the tests, made by the programs that people make them with, and the names by which these know them.

use std::{path::Path, process::Command};

use data_encoding::{BASE64, HEXLOWER};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::{
    super::{Found, Reading, alone},
    read,
};
use crate::model::Proof;

/// Runs a program in a directory; `None`, with a word on the terminal, where it is missing or fails.
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn run(dir: &Path, line: &str) -> Option<Vec<u8>> {
    let words: Vec<&str> = line.split(' ').map(|word| if word == "''" { "" } else { word }).collect();
    let output = Command::new(words[0]).args(&words[1..]).current_dir(dir).env("GNUPGHOME", dir).output();
    match output {
        Ok(output) if output.status.success() => Some(output.stdout),
        Ok(output) => {
            eprintln!("skipped: {line}: {}", String::from_utf8_lossy(&output.stderr));
            None
        }
        Err(error) => {
            eprintln!("skipped: {line}: {error}");
            None
        }
    }
}

/// A directory that is gone afterwards.
fn lab() -> tempfile::TempDir {
    tempfile::tempdir().expect("a directory")
}

/// The file that a program wrote.
fn file(dir: &Path, name: &str) -> String {
    std::fs::read_to_string(dir.join(name)).expect("the program wrote it")
}

/// Between the start of the first line and the end of the last one.
fn told(text: &str) -> Reading {
    read(&alone(text.trim().as_bytes()))
}

fn attribute<'a>(reading: &'a Reading, name: &str) -> &'a str {
    reading.attributes.get(name).map_or("", String::as_str)
}

/// Armour around bytes, with a label of two parts, so that no header stands in this file.
fn armour(label: &str, bytes: &[u8]) -> String {
    let text = BASE64.encode(bytes);
    let lines: Vec<&str> = (0..text.len()).step_by(64).map(|at| &text[at..text.len().min(at + 64)]).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// Algorithm and curve, as people name them together.
fn algorithm(reading: &Reading) -> String {
    [attribute(reading, "algorithm"), attribute(reading, "curve")].join(" ").trim().to_owned()
}

/// A value in DER.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).expect("short").to_be_bytes();
    [&[tag, 0x82], &length[..], content].concat()
}

/// A made-up RSA key: right in structure.
fn made_up() -> Vec<u8> {
    let number = |length: usize| [vec![0x5b], vec![0xab; length - 1]].concat();
    let numbers = [vec![0], number(256), vec![1, 0, 1], number(256), number(128), number(128), number(128), number(128), number(128)];
    let minimal = |content: &Vec<u8>| match content.len() {
        short @ 0..128 => [&[2, u8::try_from(short).expect("short")], &content[..]].concat(),
        128 => [&[2, 0x81, 128], &content[..]].concat(),
        _ => der(2, content),
    };
    der(0x30, &numbers.iter().map(minimal).collect::<Vec<_>>().concat())
}

#[test]
fn keys_of_openssl_have_the_name_of_their_public_half() {
    let kinds = [
        ("rsa", "2048", "openssl genrsa -traditional -out key 2048"),
        ("rsa", "1024", "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out key"),
        ("rsa", "1024", "openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:1024 -out key"),
        ("ec P-256", "256", "openssl ecparam -name prime256v1 -genkey -noout -out key"),
        ("ec P-384", "384", "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out key"),
        ("ec secp256k1", "256", "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1 -out key"),
        // Its public half is not in the file.
        ("ed25519", "256", "openssl genpkey -algorithm ED25519 -out key"),
    ];
    for (algorithm, bits, command) in kinds {
        let dir = lab();
        let made = run(dir.path(), command).and_then(|_| run(dir.path(), "openssl pkey -in key -pubout -outform DER"));
        let Some(public) = made else { continue };
        let reading = told(&file(dir.path(), "key"));
        let expected = format!("spki-sha256:{}", HEXLOWER.encode(&Sha256::digest(public)));
        assert_eq!((reading.proof, reading.handle.as_deref()), (Some(Proof::Valid), Some(expected.as_str())), "{command}");
        assert_eq!((self::algorithm(&reading).as_str(), attribute(&reading, "bits")), (algorithm, bits));
        assert_eq!(attribute(&reading, "encrypted"), "no");
    }
}

#[test]
fn keys_of_openssl_that_have_no_public_half_are_told_all_the_same() {
    let kinds = [
        ("x25519", "no", "", "openssl genpkey -algorithm X25519 -out key"),
        ("ed448", "no", "", "openssl genpkey -algorithm ED448 -out key"),
        ("", "yes", "PBES2", "openssl genpkey -algorithm ED25519 -aes-256-cbc -pass pass:hushhush -out key"),
        ("rsa", "yes", "AES-128-CBC", "openssl genrsa -traditional -aes128 -passout pass:hushhush -out key 1024"),
        ("ec", "yes", "DES-EDE3-CBC", "openssl ec -in p256 -des3 -passout pass:hushhush -out key"),
    ];
    for (algorithm, encrypted, cipher, command) in kinds {
        let dir = lab();
        run(dir.path(), "openssl ecparam -name prime256v1 -genkey -noout -out p256");
        if run(dir.path(), command).is_none() {
            continue;
        }
        let reading = told(&file(dir.path(), "key"));
        assert_eq!((reading.proof, reading.handle.as_deref()), (Some(Proof::Valid), None), "{command}");
        assert_eq!((self::algorithm(&reading).as_str(), attribute(&reading, "encrypted")), (algorithm, encrypted), "{command}");
        assert_eq!(attribute(&reading, "cipher"), cipher);
    }
}

#[test]
fn dsa_is_read_in_both_forms() {
    let dir = lab();
    let made = run(dir.path(), "openssl dsaparam -genkey -noout -out pkcs8 1024")
        .and_then(|_| run(dir.path(), "openssl dsa -in pkcs8 -out old"))
        .and_then(|_| run(dir.path(), "openssl pkcs8 -topk8 -nocrypt -in old -out new"))
        .and_then(|_| run(dir.path(), "openssl pkey -in old -pubout -outform DER"));
    let Some(public) = made else { return };
    let (old, new) = (told(&file(dir.path(), "old")), told(&file(dir.path(), "new")));
    assert!([&old, &new].iter().all(|reading| reading.proof == Some(Proof::Valid) && attribute(reading, "bits") == "1024"));
    // OpenSSL 3 writes PKCS#8 for both.
    if let Some(handle) = old.handle {
        assert_eq!(handle, format!("spki-sha256:{}", HEXLOWER.encode(&Sha256::digest(public))));
    }
}

#[test]
fn keys_of_openssh_have_the_fingerprint_that_it_shows() {
    let kinds = [
        ("rsa", "1024", "no", "ssh-keygen -q -t rsa -b 1024 -N '' -C me@host -f key"),
        ("ec P-256", "256", "no", "ssh-keygen -q -t ecdsa -N '' -C me@host -f key"),
        ("ed25519", "256", "no", "ssh-keygen -q -t ed25519 -N '' -C me@host -f key"),
        ("ed25519", "256", "yes", "ssh-keygen -q -t ed25519 -N hushhush -C me@host -a 2 -f key"),
        ("ec P-521", "521", "yes", "ssh-keygen -q -t ecdsa -b 521 -N hushhush -C me@host -a 2 -Z aes256-gcm@openssh.com -f key"),
    ];
    for (algorithm, bits, encrypted, command) in kinds {
        let dir = lab();
        let Some(shown) = run(dir.path(), command).and_then(|_| run(dir.path(), "ssh-keygen -lf key.pub")) else { continue };
        let (shown, reading) = (String::from_utf8_lossy(&shown).into_owned(), told(&file(dir.path(), "key")));
        assert_eq!((reading.proof, reading.handle.as_deref()), (Some(Proof::Valid), shown.split(' ').nth(1)), "{command}");
        assert_eq!((self::algorithm(&reading).as_str(), attribute(&reading, "bits")), (algorithm, bits));
        assert_eq!(attribute(&reading, "encrypted"), encrypted);
        assert_eq!(attribute(&reading, "comment"), if encrypted == "no" { "me@host" } else { "" });
    }
}

#[test]
fn a_key_in_pem_also_has_the_fingerprint_of_ssh() {
    for kind in ["rsa -b 1024", "ecdsa -b 384"] {
        let dir = lab();
        let made = run(dir.path(), &format!("ssh-keygen -q -t {kind} -m PEM -N '' -f key"));
        let Some(shown) = made.and_then(|_| run(dir.path(), "ssh-keygen -lf key.pub")) else { continue };
        let reading = told(&file(dir.path(), "key"));
        assert_eq!(String::from_utf8_lossy(&shown).split(' ').nth(1), Some(attribute(&reading, "ssh-fingerprint")));
    }
}

#[test]
fn keys_of_gnupg_have_their_fingerprint_and_birthday() {
    for (pass, encrypted) in [("''", "no"), ("hushhush", "yes")] {
        for (kind, algorithm) in [("ed25519", "ed25519"), ("rsa1024", "rsa"), ("nistp256", "ec")] {
            let dir = lab();
            let gpg = format!("gpg --batch --pinentry-mode loopback --passphrase {pass}");
            let made = run(dir.path(), &format!("{gpg} --quick-gen-key bob@acme.dev {kind} sign never"))
                .and_then(|_| run(dir.path(), &format!("{gpg} --armor --export-secret-keys")))
                .zip(run(dir.path(), "gpg --list-keys --with-colons"));
            let _ = run(dir.path(), "gpgconf --kill gpg-agent");
            let Some((key, listed)) = made else { continue };
            let (reading, listed) = (told(&String::from_utf8_lossy(&key)), String::from_utf8_lossy(&listed).into_owned());
            let field = |record: &str, at| listed.lines().find(|line| line.starts_with(record)).and_then(|line| line.split(':').nth(at));
            let handle = reading.handle.as_deref().and_then(|handle| handle.strip_prefix("pgp:")).map(str::to_uppercase);
            assert_eq!((reading.proof, handle.as_deref()), (Some(Proof::Valid), field("fpr:", 9)), "{kind}");
            assert_eq!(reading.issued.map(|at| at.0.to_string()).as_deref(), field("pub:", 5));
            assert_eq!((self::algorithm(&reading).as_str(), attribute(&reading, "encrypted")), (algorithm, encrypted));
            assert_eq!(attribute(&reading, "comment"), "bob@acme.dev");
        }
    }
}

#[test]
fn a_key_is_the_same_in_every_dress() {
    let plain = armour(concat!("RSA PRIVATE", " KEY"), &made_up());
    let expected = told(&plain);
    assert_eq!((expected.proof, attribute(&expected, "bits")), (Some(Proof::NotApplicable), "2047"));
    let dresses = [
        ("", plain.replace('\n', "\r\n")),
        ("", plain.replace('\n', "\\n")),
        ("", plain.replace('\n', "\\\\r\\\\n").replace('/', "\\/")),
        ("", plain.replace('\n', "\n        ")),
        ("", plain.replace('\n', " ")),
        ("", plain.replace('\n', "\\n\" +\n  \"")),
        ("", plain.replace('\n', "\",\n  \"")),
        ("+", plain.replace('\n', "\n+")),
        ("// ", plain.replace('\n', "\n// ")),
    ];
    for dress in dresses {
        let (mark, dress) = dress;
        let end = dress.rfind("-----").map_or(dress.len(), |at| at + 5);
        let document = [mark, &dress[..end]].concat();
        let at = mark.len()..document.len();
        let found = Found { document: document.as_bytes(), whole: at.clone(), secret: at, handle: None };
        assert_eq!(read(&found), expected, "{document}");
    }
}

#[test]
fn a_key_under_another_header_is_a_key() {
    let expected = told(&armour(concat!("RSA PRIVATE", " KEY"), &made_up()));
    assert_eq!(told(&armour(concat!("PRIVATE", " KEY"), &made_up())), expected);
}

#[test]
fn what_cannot_be_a_key_is_refuted_and_what_is_cut_off_is_not_judged() {
    let key = made_up();
    for (label, bytes) in [
        (concat!("RSA PRIVATE", " KEY"), &key[..600]),
        (concat!("PRIVATE", " KEY"), &[0x30; 40]),
        (concat!("PGP PRIVATE", " KEY BLOCK"), &key),
        (concat!("EC PRIVATE", " KEY"), &[]),
    ] {
        assert_eq!(told(&armour(label, bytes)).proof, Some(Proof::Invalid), "{label}");
    }
    let text = armour(concat!("RSA PRIVATE", " KEY"), &key);
    assert_eq!(told(&text.replace("q6ur", "[...]")).proof, Some(Proof::Invalid));
    let cut = told(&text[..text.len() - 200]);
    assert_eq!((cut.proof, attribute(&cut, "algorithm"), attribute(&cut, "encrypted")), (None, "rsa", "no"));
    assert_eq!(told("no armour at all").proof, None);
}

#[test]
fn an_openssh_key_that_is_cut_off_keeps_its_name() {
    let dir = lab();
    if run(dir.path(), "ssh-keygen -q -t ed25519 -N hushhush -a 2 -f key").is_none() {
        return;
    }
    let text = file(dir.path(), "key");
    let (whole, cut) = (told(&text), told(&text[..text.len() - 100]));
    assert_eq!((cut.proof, &cut.handle, attribute(&cut, "encrypted")), (None, &whole.handle, "yes"));
}

#[test]
fn a_key_of_ssh_com_is_read() {
    let body = crate::engine::readers::values::strings(&[b"if-modn{sign{rsa-pkcs1-sha1},encrypt{rsa-pkcs1v2-oaep}}", b"none", &[7; 40]]);
    let bytes = [&[0x3f, 0x6f, 0xf9, 0xeb, 0, 0, 0, 120][..], &body].concat();
    let label = concat!("SSH2 ENCRYPTED PRIVATE", " KEY");
    let text = format!("---- BEGIN {label} ----\nComment: \"me\"\n{}\n---- END {label} ----", BASE64.encode(&bytes));
    let reading = told(&text);
    assert_eq!((reading.proof, attribute(&reading, "algorithm"), attribute(&reading, "encrypted")), (Some(Proof::Valid), "rsa", "no"));
}

#[test]
fn pgp_claims_no_protection_it_does_not_know_and_sees_open_subkeys() {
    let public = [&[4, 0x65, 0x53, 0xf1, 0, 22, 1, 9, 1, 7, 0x40][..], &[9; 32]].concat();
    let packet = |tag: u8, usage: &[u8]| {
        let body = [&public, usage, &[1; 20]].concat();
        [&[0xc0 | tag, u8::try_from(body.len()).expect("short")], &body[..]].concat()
    };
    let block = |bytes: &[u8]| told(&armour(concat!("PGP PRIVATE", " KEY BLOCK"), bytes));
    let (sealed, open) = (&[254, 9, 3, 8][..], &[0][..]);
    for (main, sub, encrypted) in [(sealed, sealed, "yes"), (open, sealed, "no"), (&[255, 0, 101, 0, 71, 78, 85, 1], open, "no")] {
        assert_eq!(attribute(&block(&[packet(5, main), packet(7, sub)].concat()), "encrypted"), encrypted);
    }
    let mut newer = packet(5, open);
    newer[2] = 6;
    let reading = block(&newer);
    assert_eq!((reading.proof, attribute(&reading, "encrypted")), (Some(Proof::Valid), ""));
}

#[test]
fn keys_larger_than_any_are_not_judged() {
    let text = armour(concat!("RSA PRIVATE", " KEY"), &vec![0x30; 1 << 20]);
    assert_eq!(told(&text).proof, None);
}

proptest! {
    #[test]
    fn a_damaged_key_never_makes_it_panic_nor_tell_more(at in any::<prop::sample::Index>(), value in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let mut key = made_up();
        let at = at.index(key.len());
        key[at] = value;
        let text = armour(concat!("PRIVATE", " KEY"), &key);
        for text in [&text[..], &text[..cut.index(text.len())]] {
            let reading = told(text);
            let known = ["algorithm", "bits", "encrypted", "spki-sha256", "ssh-fingerprint", "ssh-md5", "aws-key-pair", "aws-imported-key-pair", "exponent", "cipher"];
            prop_assert!(reading.attributes.keys().all(|name| known.contains(&name.as_str())));
            prop_assert!(reading.handle.is_none_or(|handle| handle.starts_with("spki-sha256:") && handle.len() == 76));
        }
    }
}
