//! Rules of other tools, carried over: they load, keep the laws, and find what they found.

use unhidden::{
    engine::Scratch,
    model::{Document, Origin, Source},
    rules::{
        RuleBook,
        import::{self, Imported, Source as Kind},
        laws,
    },
};

/// In the formats of others, with patterns of all sorts; nothing of theirs.
const GITLEAKS: &str = r#"title = "ours"

[extend]
useDefault = true

[[rules]]
id = "acme-key"
description = "Acme key, which opens all doors."
regex = '''(?i)[\w.-]{0,50}?(?:acmezq)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|:)[\x60'"\s=]{0,5}([a-z0-9]{40})(?:[\x60'"\s;]|\\[nr]|$)'''
entropy = 3
keywords = ["acmezq"]

[[rules]]
id = "acme-prefix"
description = "Acme token"
regex = '''\b(zqa_[[:alnum:]_-]{20,})'''
keywords = ["zqa_"]

[[rules]]
id = "acme-block"
description = "Acme private key"
regex = '''-----BEGIN ZQ PRIVATE KEY-----[\s\S-]{64,}?-----END ZQ PRIVATE KEY-----'''

[[rules]]
id = "acme-bare"
description = "Thirty-one characters beside a word"
regex = '''\b([a-z0-9]{31})\b'''
keywords = ["zqbare"]

[[rules]]
id = "acme-nothing"
description = "No literal, no word"
regex = '''\b([a-z0-9]{33})\b'''

[[rules]]
id = "acme-look"
regex = '''zqlook(?=x)'''

[[rules]]
id = "acme-broken"
regex = '''zqlook(['''

[[allowlists]]
paths = ['''(?:^|/)fixtures/''']
"#;

const YAML: &str = "rules:
  - name: Acme Token
    id: kingfisher.acme.1
    pattern: |
      (?xi)           # verbose
      \\b
      acmezq
      (?:.|[\\n\\r]){0,32}?
      \\b
      (
        [a-f0-9]{32}  (?# the token )
      )
      \\b
    min_entropy: 3.5
    confidence: high
    validation: {type: Http}
  - name: Acme either
    id: kingfisher.acme.2
    pattern: '(?i)zqeither(?:key=([a-z]{20})|pass=([0-9]{20}))'
    min_entropy: 2
";

fn imported(name: &str, text: &str) -> Imported {
    import::import(&[(name, text.as_bytes())], None).expect("a good file")
}

fn book(imported: &Imported) -> RuleBook {
    RuleBook::builtin().with_files(&[("imported.toml", import::rules(imported).as_bytes())]).expect("what is written loads")
}

fn found(book: &RuleBook, text: &str) -> Vec<(String, String)> {
    let origin = Origin::new(Source::Stream { name: "-".into() });
    let mut found = Vec::new();
    book.hits(&Document { origin: &origin, bytes: text.as_bytes(), kin: None, layer: 0 }, &mut Scratch::new(), &mut |rule, hit| {
        found.push((rule.id.to_string(), text[hit.secret.clone()].to_owned()));
    });
    found
}

/// So many characters, drawn from an alphabet without luck.
fn drawn(alphabet: &str, count: usize) -> String {
    let all: Vec<char> = alphabet.chars().collect();
    (0..count).map(|at| all[(at * 7 + at / all.len()) % all.len()]).collect()
}

#[test]
fn rules_of_gitleaks_load_keep_the_laws_and_find() {
    let imported = imported(".gitleaks.toml", GITLEAKS);
    assert_eq!((imported.read, imported.carried), (7, 4), "{:#?}", imported.notes);
    let lost: Vec<&str> = imported.notes.iter().filter(|note| note.lost).map(|note| note.text.as_str()).collect();
    assert_eq!(lost.len(), 3, "{lost:?}");
    let book = book(&imported);
    assert_eq!(laws::check(&book, |rule| !book.is_builtin(rule)), []);
    let base36 = "0123456789abcdefghijklmnopqrstuvwxyz";
    for (rule, secret, text) in [
        ("gitleaks.acme-key", drawn(base36, 40), "my_ACMEZQ_key = \"S\""),
        ("gitleaks.acme-prefix", format!("zqa_{}", drawn(base36, 25)), "token: S\n"),
        ("gitleaks.acme-bare", drawn(base36, 31), "zqbare_token = 'S'"),
        ("gitleaks.acme-block", format!("-----BEGIN ZQ PRIVATE KEY-----\n{}\n-----END ZQ PRIVATE KEY-----", drawn(base36, 3000)), "S"),
    ] {
        let found = found(&book, &text.replace('S', &secret));
        assert!(found.contains(&(rule.to_owned(), secret)), "{rule}: {found:?}");
    }
    assert!(import::allows(&imported).contains("path       = \"**/fixtures/*\""), "{}", import::allows(&imported));
}

#[test]
fn rules_in_yaml_load_keep_the_laws_and_find() {
    let imported = imported("acme.yml", YAML);
    assert_eq!((imported.read, imported.carried, imported.rules.len()), (2, 2, 3), "{:#?}", imported.notes);
    let book = book(&imported);
    assert_eq!(laws::check(&book, |rule| !book.is_builtin(rule)), []);
    let secret = drawn("0123456789abcdef", 32);
    assert_eq!(found(&book, &format!("acmezq.token={secret}")), [("kingfisher.acme-1".to_owned(), secret)]);
    let digits = drawn("0123456789", 20);
    assert_eq!(found(&book, &format!("zqeitherPASS={digits} ")), [("kingfisher.acme-2-2".to_owned(), digits)]);
}

#[test]
fn every_sort_of_file_is_known_by_its_name_or_text() {
    for (name, text, kind) in [
        ("x/.gitleaks.toml", "", Some(Kind::Gitleaks)),
        (".gitleaksignore", "", Some(Kind::GitleaksIgnore)),
        ("old.json", "[]", Some(Kind::GitleaksReport)),
        (".secrets.baseline", "{\"plugins_used\": []}", Some(Kind::DetectSecrets)),
        ("a.yml", "id: kingfisher.a.1", Some(Kind::Kingfisher)),
        ("a.yaml", "id: np.a.1", Some(Kind::Noseyparker)),
        ("a.txt", "hello", None),
    ] {
        assert_eq!(Kind::guess(name, text), kind, "{name}");
    }
}

#[test]
fn hostile_files_are_one_error_with_file_and_line() {
    let told = |name: &str, bytes: &[u8]| import::import(&[(name, bytes)], None).expect_err(name).to_string();
    assert_eq!(told("a.toml", b"x = 1\ny = \xff"), "a.toml:2: not UTF-8");
    assert!(told("a.toml", b"x = 1\ny = [").starts_with("a.toml:2: "));
    assert!(told("a.yml", b"rules:\n- &a x\n- *a\n").starts_with("a.yml:3: an alias"));
    assert!(told("a.yml", b"rules: [").starts_with("a.yml:"));
    assert!(told("a.json", b"[\n1]").starts_with("a.json:2: "));
    assert!(told("a.bin", b"hello").starts_with("a.bin: neither its name nor its text"));
    assert!(told("a.toml", &vec![b' '; import::LARGEST + 1]).starts_with("a.toml: larger than"));
    let many = "[[rules]]\nid = 'a'\nregex = 'abc'\n".repeat(5_001);
    assert_eq!(told("a.toml", many.as_bytes()), "a.toml:15001: more than 5000 rules");
    let endless = format!("[[rules]]\nid = 'a'\nregex = '''{}'''\n", "((a{900}){900}){900}x+".repeat(200));
    assert!(imported("a.toml", &endless).notes.iter().any(|note| note.lost && note.at.line == 1));
}
