//! What is doubtful is told as that: values that somebody made up, public names that are called tokens, tokens of unusual length.

use serde_json::Value;

use crate::support::{Lab, findings, random};

const DIGITS: &[u8] = b"0123456789";
const HEX: &[u8] = b"0123456789abcdef";
const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// The one exposed credential of a file, as `rule confidence severity: because`.
fn told(name: &str, text: &str) -> Vec<String> {
    let lab = Lab::new();
    lab.write(name, text);
    let report = lab.report(&[name], 0);
    let say = |finding: &&Value| {
        let part = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        let rule = finding["credential"]["rule"].as_str().unwrap_or_default();
        format!("{rule} {} {}: {}", part("confidence"), part("severity"), part("because"))
    };
    findings(&report, "exposed-credential").iter().map(say).collect()
}

/// `abcd1234efgh5678…`: four characters that count, and the next four, in other places each time.
fn counting(pieces: usize) -> String {
    (0..pieces)
        .map(|at| if at % 2 == 0 { &"abcdefghijklmnopqrst"[2 * at..2 * at + 4] } else { &"0123456789"[at % 6..at % 6 + 4] })
        .collect()
}

#[test]
fn a_value_that_somebody_typed_is_told_with_little_confidence_and_says_why() {
    let typed = told("app.env", &format!("AYLIEN_API_KEY={}\n", counting(8)));
    let why = "lies in 1 place; it lies there now; its characters count or repeat, as those of made-up values do";
    assert_eq!(typed, [format!("aylien.api-key low low: {why}")]);
    let drawn = told("app.env", &format!("AYLIEN_API_KEY={}\n", random(7, HEX, 32)));
    assert!(drawn[0].starts_with("aylien.api-key medium"), "{drawn:?}");
    for mark in ["x".repeat(32), "0123456789abcdef".repeat(2), "abc".repeat(11)[..32].to_owned()] {
        assert!(told("app.env", &format!("AYLIEN_API_KEY={mark}\n")).is_empty(), "{mark}");
    }
}

#[test]
fn a_public_name_that_is_called_a_token_is_told_and_another_is_not() {
    let id = random(3, DIGITS, 18);
    assert!(told("bot.env", &format!("DISCORD_CLIENT_ID={id}\n")).is_empty());
    let called = told("bot.env", &format!("DISCORD_TOKEN={id}\n"));
    assert!(called.len() == 1 && called[0].starts_with("discord.client-id low info"), "{called:?}");
}

#[test]
fn the_public_half_of_a_pair_is_told_as_that() {
    let id = format!("mdb_sa_id_{}", random(4, HEX, 24));
    let alone = told("atlas.env", &format!("CLIENT_ID={id}\n"));
    assert_eq!(
        alone,
        ["mongodb-atlas.service-account-id high low: lies in 1 place; it lies there now; its secret half was not found near it"]
    );
    let secret = format!("mdb_sa_sk_{}", random(5, LETTERS, 40));
    let both = told("atlas.env", &format!("CLIENT_ID={id}\nCLIENT_SECRET={secret}\n"));
    assert!(both.len() == 2 && both.iter().all(|one| !one.contains("half")), "{both:?}");
}

#[test]
fn a_publishable_key_is_told_and_fails_no_gate() {
    let key = format!("phc_{}", random(6, LETTERS, 43));
    let lab = Lab::new();
    lab.write("app.js", format!("posthog.init('{key}')\n"));
    let report = lab.report(&["app.js", "--fail-on", "info"], 0);
    assert_eq!(findings(&report, "exposed-credential")[0]["confidence"], "low");
}

#[test]
fn a_token_of_unusual_length_is_told_with_little_confidence() {
    for (prefix, count, rule) in [("glsoat-", 40, "gitlab.unusual-token"), ("sk_live_", 18, "stripe.unusual-key")] {
        let token = told("ci.env", &format!("T={prefix}{}\n", random(8, LETTERS, count)));
        assert!(token.len() == 1 && token[0].starts_with(&format!("{rule} low low")), "{token:?}");
    }
}

#[test]
fn a_password_as_people_choose_it_is_told_and_a_word_of_examples_is_not() {
    let sure =
        |text: String| told("app.yml", &text).iter().map(|one| one.split(' ').nth(1).unwrap_or_default().to_owned()).collect::<Vec<_>>();
    for word in ["summer2024", "hunter2", "Dragon77!"] {
        let said = sure(format!("db:\n  password: \"{word}\"\n"));
        assert!(said == ["medium"] || said == ["high"], "{word}: {said:?}");
    }
    // A word of examples with a number of its own is somebody's; with a counted one it is a sample.
    assert_eq!(sure(format!("db:\n  password: {}{}\n", "root", 6714)), ["low"]);
    for none in ["root123", "changeme", "getPassword()", "${DB_PASSWORD}"] {
        assert_eq!(sure(format!("db:\n  password: {none}\n")), [""; 0], "{none}");
    }
}

#[test]
fn a_key_that_its_name_calls_sealed_is_none_in_clear() {
    let value = random(9, b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", 40);
    assert_eq!(told("a.go", &format!("sealedKey := \"{value}\"\n")).len(), 0);
    assert_eq!(told("a.go", &format!("masterKey := \"{value}\"\n")).len(), 1);
}

#[test]
fn passwords_that_programs_keep_and_texts_tell_are_found() {
    let value = format!("{}7", random(10, b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", 15));
    let encoded = data_encoding::BASE64.encode(value.as_bytes());
    let cases = [
        (
            "sites.xml",
            format!("<Server><Host>x</Host><Pass encoding=\"base64\">{encoded}</Pass></Server>"),
            "filezilla.saved-password high",
        ),
        ("switch.cfg", format!("snmp-server community {value} RW\n"), "device.snmp-community medium"),
        ("mail.go", format!("auth := smtp.PlainAuth(\"\", \"ci\", \"{value}\", host)\n"), "call.mail-login medium"),
        ("setup.md", format!("The default password is '{value}'.\n"), "prose.password low"),
    ];
    for (name, text, wanted) in cases {
        let told = told(name, &text);
        assert!(told.len() == 1 && told[0].starts_with(wanted), "{name}: {told:?}");
    }
}
