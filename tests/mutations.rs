//! Hostile keys, certificates and declarations: every reader meets what is cut, turned over and lies about its length, and tells a fault
//! or nothing. It never panics, and never takes its time.
//!
//! What is mutated is made at run time; the stores are made by openssl and keytool where those are installed.

use std::{
    collections::BTreeMap,
    ops::{ControlFlow, Range},
    process::Command,
    sync::LazyLock,
    time::{Duration, Instant},
};

use data_encoding::BASE64;
use proptest::prelude::*;
use unhidden::{
    engine::Scratch,
    inspect::{
        self, Explained, Inner, Outcome, Remembered, Workbench,
        aws::{self, LyingPart},
    },
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
    entities: usize,
    parts: Vec<Part>,
}

impl Outcome for Told<'_> {
    fn seen(&mut self, _: Credential, _: Range<usize>, _: Notes) {
        self.seen += 1;
    }

    fn perhaps(&mut self, _: Credential, _: Range<usize>, _: Observed, _: Notes) {}

    fn entity(&mut self, _: Basis, _: Entity) {
        self.entities += 1;
    }

    fn part(&mut self, part: Part) {
        self.parts.push(part);
    }

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
        let told = inspected(&document, bench);
        self.seen += told.seen;
        self.faults += told.faults;
        ControlFlow::Continue(())
    }

    fn spelled(&mut self) {}

    fn room(&self) -> u64 {
        1 << 24
    }
}

/// Everything that inspectors see in a document.
fn inspected<'d>(document: &'d Document<'d>, bench: &mut Workbench<'_>) -> Told<'d> {
    let mut told = Told { document, seen: 0, faults: 0, entities: 0, parts: Vec::new() };
    for inspector in inspect::all().filter(|inspector| inspector.wants(document.origin, document.bytes)) {
        inspector.inspect(document, bench, &mut told);
    }
    told
}

/// The same of bytes alone, in time: how many credentials, how many faults.
fn look(bytes: &[u8]) -> (usize, usize) {
    let (seen, faults, _) = looked(bytes);
    (seen, faults)
}

/// How many credentials, faults and entities there are in some bytes, with what parts tell that stand alone.
fn looked(bytes: &[u8]) -> (usize, usize, usize) {
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
    let document = Document { origin: &origin, bytes, kin: None, layer: 0 };
    let told = inspected(&document, &mut bench);
    let parts: BTreeMap<String, LyingPart<'_>> =
        told.parts.iter().enumerate().map(|(at, part)| (format!("infra/{at}.tf"), LyingPart { part, example: false })).collect();
    let judged = aws::judge(&parts);
    assert!(start.elapsed() < PATIENCE, "{:?} for {} bytes", start.elapsed(), bytes.len());
    (told.seen, told.faults + judged.faults.len(), told.entities + judged.entities.len())
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

/// A module of Terraform with most of what its language has.
const SOURCE: &str = r#"
# A remark.
variable "stage" {
  type    = string
  default = "prod"
}

variable "rules" {
  default = { read = ["s3:GetObject"], write = ["s3:PutObject", "s3:DeleteObject"] }
}

locals {
  prefix = "${var.stage}-app"
  names  = [for name in ["a", "b"] : "${local.prefix}-${name}" if name != "c"]
  all    = merge(var.rules, { more = concat(["sqs:SendMessage"], var.rules["read"]) })
}

resource "aws_iam_user" "ci" {
  count = length(local.names)
  name  = local.names[count.index]
  tags  = { owner = "team-%{if var.stage == "prod"}a%{else}b%{endif}" }
}

resource "aws_iam_role" "runner" {
  for_each           = toset(["x", "y"])
  name               = "${local.prefix}-${each.key}"
  assume_role_policy = <<-EOF
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
  EOF

  dynamic "inline_policy" {
    for_each = local.all
    content {
      name   = inline_policy.key
      policy = jsonencode({ Statement = [{ Effect = "Allow", Action = inline_policy.value, Resource = "*" }] })
    }
  }
}

data "aws_iam_policy_document" "site" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.site.arn}/*", format("arn:aws:s3:::%s-%d", var.stage, 1)]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.unknown]
    }
  }
}

resource "aws_s3_bucket" "site" {}

resource "aws_s3_bucket_policy" "site" {
  bucket = aws_s3_bucket.site.id
  policy = data.aws_iam_policy_document.site.json
}

resource "aws_lambda_permission" "all" {
  function_name = try(aws_lambda_function.none[0].arn, "api")
  principal     = var.stage == "prod" ? "*" : "sns.amazonaws.com"
  action        = "lambda:InvokeFunction"
}

output "roles" {
  value = values(aws_iam_role.runner)[*].arn
}
"#;

/// The same in Terraform's JSON, as a template of CloudFormation, as a state and as what AWS prints.
const DECLARED: [&str; 5] = [
    r#"{"//": {}, "variable": {"stage": {"default": "prod"}}, "resource": {"aws_iam_user": {"ci": {"name": "${var.stage}-ci"}}, "aws_iam_user_policy": {"own": {
        "user": "${aws_iam_user.ci.name}", "policy": "${jsonencode({\"Statement\" = [{\"Effect\" = \"Allow\", \"Action\" = \"*\", \"Resource\" = \"*\"}]})}"}}}}"#,
    "Parameters:\n  Stage: { Type: String, Default: dev }\nConditions:\n  Live: !And [!Equals [!Ref Stage, prod], !Not [!Equals [a, b]]]\nResources:\n  U:\n    Type: AWS::IAM::User\n    Condition: Live\n  \
     R:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: !Sub '${Stage}-r'\n      Policies:\n        - PolicyName: !Join ['-', [a, !Ref Stage]]\n          PolicyDocument:\n            \
     Statement: [{ Effect: Allow, Action: !If [Live, '*', 's3:*'], Resource: !GetAtt B.Arn }]\n  B: { Type: AWS::S3::Bucket }\n  P:\n    Type: AWS::S3::BucketPolicy\n    Properties: { Bucket: !Ref B, PolicyDocument: \
     { Statement: { Effect: Allow, Principal: '*', Action: 's3:GetObject', Resource: '*' } } }\n",
    r#"{"version": 4, "terraform_version": "1.9.0", "resources": [{"mode": "managed", "type": "aws_iam_user", "name": "ci", "instances": [{"attributes": {"arn": "arn:aws:iam::111111111111:user/ci", "name": "ci"}}]},
        {"mode": "managed", "type": "aws_sqs_queue_policy", "name": "in", "instances": [{"attributes": {"queue_url": "https://sqs.eu-west-1.amazonaws.com/111111111111/in", "policy": "{\"Statement\": []}"}}]}]}"#,
    r#"{"UserDetailList": [{"UserName": "ci", "Arn": "arn:aws:iam::111111111111:user/ci", "UserId": "u", "CreateDate": "2024-01-01T00:00:00Z", "UserPolicyList": [{"PolicyName": "own",
        "PolicyDocument": "%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22*%22%2C%22Resource%22%3A%22*%22%7D%5D%7D"}], "GroupList": ["g"], "AttachedManagedPolicies": []}],
        "RoleDetailList": [], "GroupDetailList": [], "Policies": []}"#,
    r#"{"ResourceArn": "arn:aws:kms:eu-west-1:111111111111:key/k", "Policy": {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"}]}, "Grants": []}"#,
];

#[test]
fn every_declaration_tells_something_as_long_as_it_is_whole() {
    for text in DECLARED.into_iter().chain([SOURCE]) {
        let (_, faults, entities) = looked(text.as_bytes());
        assert!(faults == 0 && entities > 0, "{faults} faults, {entities} entities: {text}");
    }
}

/// What a hostile hand puts somewhere into a text.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "\"",
    "${",
    "%{",
    "(",
    ")",
    "<<EOF\n",
    "\n",
    "*",
    "aws_s3_bucket.site.id",
    "null",
    "-1",
    "1e309",
    "!Ref ",
    "\\u0000",
    "<unknown x>",
    ".",
    "=",
];

fn spliced(text: &str, changes: &[(usize, usize, usize)]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for &(at, count, piece) in changes {
        let start = at % bytes.len().max(1);
        let end = (start + count).min(bytes.len());
        bytes.splice(start.min(end)..end, PIECES[piece % PIECES.len()].bytes());
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_changed_in_a_declaration_is_read_or_not_and_never_breaks_a_reader(
        which in 0..2 * DECLARED.len(),
        bytes in changes(),
        pieces in prop::collection::vec((any::<usize>(), 0..12_usize, any::<usize>()), 1..8),
    ) {
        let text = DECLARED.get(which).copied().unwrap_or(SOURCE);
        looked(&spliced(text, &pieces));
        looked(&changed(text.as_bytes(), &bytes));
    }
}
