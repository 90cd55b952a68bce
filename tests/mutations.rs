//! Hostile keys and certificates: every reader meets what is cut, turned over and lies about its length, and tells a fault or nothing.
//! It never panics, and never takes its time.
//!
//! What is mutated is made at run time; the stores are made by openssl and keytool where those are installed.

use std::{
    ops::{ControlFlow, Range},
    process::Command,
    sync::LazyLock,
    time::{Duration, Instant},
};

use data_encoding::BASE64;
use proptest::prelude::*;
use unhidden::{
    engine::Scratch,
    inspect::{self, Explained, Inner, Outcome, Remembered, Workbench},
    model::{Credential, Document, Entity, FaultKind, IdleMark, Notes, Observed, Origin, OwnerLine, Part, Pepper, Source, entity::Basis},
    rules::{RuleBook, template::fill},
};

/// How long one document may take, in a build that is not optimised for speed and on a machine that does other things.
const PATIENCE: Duration = Duration::from_secs(10);
/// How deep wrappings are taken off.
const DEEPEST: u8 = 8;

/// Takes what is told, and has members inspected.
struct Told<'d> {
    document: &'d Document<'d>,
    seen: usize,
    faults: usize,
}

impl Outcome for Told<'_> {
    fn seen(&mut self, _: Credential, _: Range<usize>, _: Notes) {
        self.seen += 1;
    }

    fn perhaps(&mut self, _: Credential, _: Range<usize>, _: Observed, _: Notes) {}

    fn entity(&mut self, _: Basis, _: Entity) {}

    fn part(&mut self, _: Part) {}

    fn owners(&mut self, _: Vec<OwnerLine>) {}

    fn idle(&mut self, _: IdleMark) {}

    fn fault(&mut self, _: FaultKind, _: &str, _: &str) {
        self.faults += 1;
    }

    fn flaw(&mut self, _: Option<Range<usize>>, _: &str) {
        self.faults += 1;
    }

    fn inner(&mut self, bench: &mut Workbench<'_>, inner: Inner<'_>) -> ControlFlow<()> {
        if self.document.layer == DEEPEST {
            return ControlFlow::Break(());
        }
        let origin = inner.name.map_or_else(|| self.document.origin.clone(), |name| self.document.origin.member(name));
        let document = Document { origin: &origin, bytes: inner.bytes, kin: None, layer: self.document.layer + 1 };
        let (seen, faults) = inspected(&document, bench);
        self.seen += seen;
        self.faults += faults;
        ControlFlow::Continue(())
    }

    fn spelled(&mut self) {}

    fn room(&self) -> u64 {
        1 << 24
    }
}

/// Everything that inspectors see in a document: how many credentials, how many faults.
fn inspected(document: &Document<'_>, bench: &mut Workbench<'_>) -> (usize, usize) {
    let mut told = Told { document, seen: 0, faults: 0 };
    for inspector in inspect::all().filter(|inspector| inspector.wants(document.origin, document.bytes)) {
        inspector.inspect(document, bench, &mut told);
    }
    (told.seen, told.faults)
}

/// The same of bytes alone, in time.
fn look(bytes: &[u8]) -> (usize, usize) {
    static BOOK: LazyLock<RuleBook> = LazyLock::new(RuleBook::builtin);
    let pepper = Pepper::new([7; 32]);
    let mut bench = Workbench {
        rules: &BOOK,
        pepper: &pepper,
        salt: None,
        scratch: Scratch::default(),
        remembered: Remembered::default(),
        explained: Explained::default(),
    };
    let origin = Origin::new(Source::Stream { name: "-".into() });
    let start = Instant::now();
    let told = inspected(&Document { origin: &origin, bytes, kin: None, layer: 0 }, &mut bench);
    assert!(start.elapsed() < PATIENCE, "{:?} for {} bytes", start.elapsed(), bytes.len());
    told
}

/// The bytes inside of armour.
fn bare(armour: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(armour);
    let body: String = text.lines().filter(|line| !line.starts_with("-----") && !line.contains(':')).collect();
    BASE64.decode(body.as_bytes()).unwrap_or_default()
}

/// A key file of `PuTTY`, as far as it goes in clear.
fn putty() -> Vec<u8> {
    let blob = |parts: &[&[u8]]| -> Vec<u8> {
        parts.iter().flat_map(|part| [&u32::try_from(part.len()).expect("short").to_be_bytes()[..], part].concat()).collect()
    };
    let public = BASE64.encode(&blob(&[b"ssh-ed25519", &[7; 32]]));
    let (head, mac) = ("PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: a\nPublic-Lines: 2\n", "0a".repeat(32));
    let private = BASE64.encode(&blob(&[&[9; 32]]));
    format!("{head}{}\n{}\nPrivate-Lines: 1\n{private}\nPrivate-MAC: {mac}\n", &public[..64], &public[64..]).into_bytes()
}

/// A store of Java that nobody signed: one sealed key with a chain of one, and one trusted certificate.
fn java() -> Vec<u8> {
    let certificate = bare(&fill("{pem:certificate}", 3).expect("a template").text);
    let number = |n: usize| u32::try_from(n).expect("short").to_be_bytes().to_vec();
    let text = |text: &str| [&u16::try_from(text.len()).expect("short").to_be_bytes()[..], text.as_bytes()].concat();
    let chain = [text("X.509"), number(certificate.len()), certificate].concat();
    let sealed = [&[0x30, 0x10, 0x30, 0x0c, 6, 10, 0x2b, 6, 1, 4, 1, 0x2a, 2, 0x11, 1, 1, 4, 0][..]].concat();
    let key = [number(1), text("server"), vec![0; 8], number(sealed.len()), sealed, number(1), chain.clone()].concat();
    let trusted = [number(2), text("ca"), vec![0; 8], chain].concat();
    [vec![0xfe, 0xed, 0xfe, 0xed], number(2), number(2), key, trusted, vec![5; 20]].concat()
}

/// What openssl makes; nothing where it is not installed.
fn pkcs12() -> Vec<Vec<u8>> {
    let Ok(dir) = tempfile::tempdir() else { return Vec::new() };
    let run = |line: &str| {
        let made = Command::new("openssl").args(line.split(' ')).current_dir(dir.path()).output();
        made.is_ok_and(|made| made.status.success())
    };
    let key = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout a.key -out a.pem -days 9 -subj /CN=a";
    if !run(key) {
        return Vec::new();
    }
    let export = "pkcs12 -export -inkey a.key -in a.pem -name server -passout pass:changeit -iter 8 -out";
    run(&format!("{export} new.p12"));
    run(&format!("{export} old.p12 -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-RC2-40 -macalg sha1 -legacy"));
    run("cms -sign -in a.pem -signer a.pem -inkey a.key -nodetach -stream -indef -outform DER -out a.p7m");
    ["new.p12", "old.p12", "a.p7m"].iter().filter_map(|name| std::fs::read(dir.path().join(name)).ok()).collect()
}

/// One of every form.
static FORMS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let kinds = [
        "certificate",
        "certificate-request",
        "revocation-list",
        "bundle",
        "public",
        "rsa",
        "pkcs8",
        "pkcs8-encrypted",
        "ec",
        "dsa",
        "openssh",
        "pgp",
    ];
    let armoured: Vec<Vec<u8>> = kinds.iter().map(|kind| fill(&format!("{{pem:{kind}}}"), 1).expect("a template").text).collect();
    let bare: Vec<Vec<u8>> = armoured.iter().map(|text| bare(text)).filter(|bytes| !bytes.is_empty()).collect();
    let ssh = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{b64:43} deploy@acme.dev\n";
    let jwk = r#"{{"kty":"RSA","kid":"1","n":"{b64url:342}","e":"AQAB"}}"#;
    let texts = [ssh, jwk].map(|text| fill(text, 1).expect("a template").text);
    [armoured, bare, texts.to_vec(), vec![putty(), java()], pkcs12()].concat()
});

#[test]
fn every_form_is_read_as_long_as_it_is_whole() {
    let read = FORMS.iter().filter(|bytes| look(bytes).0 > 0).count();
    assert!(read + 4 >= FORMS.len(), "{read} of {} forms are read", FORMS.len());
}

/// A change that a hostile hand makes.
#[derive(Debug, Clone)]
enum Change {
    Set(usize, u8),
    Cut(usize),
    /// A length in two bytes, as DER and Java write them.
    Length(usize, u16),
    Double(usize, usize),
    Drop(usize, usize),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let one = prop_oneof![
        8 => (any::<usize>(), prop_oneof![Just(0), Just(0x80), Just(0x84), Just(0xff), Just(0x30), Just(6), any::<u8>()]).prop_map(|(at, to)| Change::Set(at, to)),
        1 => any::<usize>().prop_map(Change::Cut),
        2 => (any::<usize>(), any::<u16>()).prop_map(|(at, to)| Change::Length(at, to)),
        1 => (any::<usize>(), 1..200_usize).prop_map(|(at, count)| Change::Double(at, count)),
        1 => (any::<usize>(), 1..64_usize).prop_map(|(at, count)| Change::Drop(at, count)),
    ];
    prop::collection::vec(one, 1..6)
}

fn changed(form: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut bytes = form.to_vec();
    for change in changes {
        let size = bytes.len().max(1);
        match *change {
            Change::Set(at, to) => bytes.iter_mut().skip(at % size).take(1).for_each(|byte| *byte = to),
            Change::Cut(at) => bytes.truncate(at % size),
            Change::Length(at, to) => bytes.iter_mut().skip(at % size).zip(to.to_be_bytes()).for_each(|(byte, to)| *byte = to),
            Change::Double(at, count) => {
                let copy: Vec<u8> = bytes.iter().skip(at % size).take(count).copied().collect();
                let at = (at % size).min(bytes.len());
                bytes.splice(at..at, copy);
            }
            Change::Drop(at, count) => {
                let start = (at % size).min(bytes.len());
                bytes.drain(start..(start + count).min(bytes.len()));
            }
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_changed_is_read_or_not_and_never_breaks_a_reader(form in any::<prop::sample::Index>(), changes in changes()) {
        look(&changed(form.get::<Vec<u8>>(&FORMS), &changes));
    }
}

/// An element of DER of any length.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).expect("short").to_be_bytes();
    [&[tag, 0x84][..], &length, content].concat()
}

#[test]
fn huge_names_of_algorithms_and_deep_nests_are_read_in_time() {
    let huge = [0x8f].repeat(1 << 20);
    look(&element(0x30, &element(0x30, &[&[0xa0, 3, 2, 1, 2, 2, 1, 1][..], &element(0x30, &element(6, &huge))].concat())));
    let mut nest = vec![5, 0];
    for _ in 0..2_000 {
        nest = element(0x30, &nest);
    }
    look(&nest);
    let signed = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
    // Lengths that are not told, one in the other.
    look(&[&[0x30, 0x80][..], &signed, &[0xa0, 0x80].repeat(100_000)].concat());
    let mut bundle = bare(&fill("{pem:certificate}", 5).expect("a template").text);
    for _ in 0..12 {
        let message = [&[2, 1, 1, 0x31, 0, 0x30, 2, 6, 0][..], &element(0xa0, &bundle)].concat();
        bundle = element(0x30, &[&signed[..], &element(0xa0, &element(0x30, &message))].concat());
    }
    look(&bundle);
}

#[test]
fn ten_thousand_certificates_in_one_bundle_are_all_read() {
    let one = bare(&fill("{pem:certificate}", 5).expect("a template").text);
    let signed = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
    let message = [&[2, 1, 1, 0x31, 0, 0x30, 2, 6, 0][..], &element(0xa0, &one.repeat(10_000)), &[0x31, 0]].concat();
    let bundle = element(0x30, &[&signed[..], &element(0xa0, &element(0x30, &message))].concat());
    assert_eq!(look(&bundle), (10_000, 0));
}
