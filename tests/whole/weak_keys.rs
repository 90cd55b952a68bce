//! Keys that can be computed from other keys of the same run.

use std::process::Command;

use data_encoding::BASE64;
use serde_json::Value;
use x509_parser::num_bigint::BigUint;

use crate::support::{Lab, findings, skipped};

/// A prime of 1024 bits; `None` where openssl is not installed.
fn prime() -> Option<BigUint> {
    let made = Command::new("openssl").args(["prime", "-generate", "-bits", "1024", "-hex"]).output().ok()?;
    BigUint::parse_bytes(String::from_utf8_lossy(&made.stdout).trim().as_bytes(), 16)
}

/// The line of a public key in the form of SSH.
fn line(modulus: &BigUint, whose: &str) -> String {
    let number = |number: &BigUint| {
        let bytes = number.to_bytes_be();
        if bytes[0] < 0x80 { bytes } else { [&[0][..], &bytes].concat() }
    };
    let parts = [b"ssh-rsa".to_vec(), number(&BigUint::from(65_537_u32)), number(modulus)];
    let blob: Vec<u8> =
        parts.iter().flat_map(|part| [&u32::try_from(part.len()).expect("short").to_be_bytes()[..], part].concat()).collect();
    format!("ssh-rsa {} {whose}\n", BASE64.encode(&blob))
}

#[test]
fn keys_with_a_prime_in_common_are_critical_wherever_in_the_run_they_lie() {
    let lab = Lab::new();
    let Some(primes) = (0..5).map(|_| prime()).collect::<Option<Vec<_>>>() else {
        return skipped("openssl is not installed");
    };
    lab.write("one/home/a/.ssh/authorized_keys", line(&(&primes[0] * &primes[1]), "a@acme") + &line(&(&primes[3] * &primes[4]), "c@acme"));
    lab.write("two/home/b/.ssh/id_rsa.pub", line(&(&primes[2] * &primes[1]), "b@acme"));
    let weak = |report: &Value| -> Vec<String> {
        let critical = findings(report, "weak-key").into_iter().filter(|finding| finding["severity"] == "critical");
        let mut all: Vec<String> = critical
            .map(|finding| finding["sightings"][0]["path"].as_str().expect("a path").to_owned() + &finding["because"].to_string())
            .collect();
        all.sort();
        all
    };
    let told = weak(&lab.report(&["one", "two"], 0));
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(told[0].starts_with("home/a") && told[1].starts_with("home/b"), "{told:#?}");
    assert!(told.iter().all(|why| why.contains("prime in common")), "{told:#?}");
    // Alone each is as good as any.
    assert!(weak(&lab.run(&["scan", "one", "--record", "other.db", "--format", "json"]).exits(0).json()).is_empty());
}

#[test]
fn more_keys_than_are_compared_are_counted() {
    let lab = Lab::new();
    let odd = |n: u32| (BigUint::from(1_u32) << 8_000_u32) + 2 * n + 1_u32;
    lab.write("tree/many.pub", (0..300).map(|n| line(&odd(n), "x")).collect::<String>());
    let report = lab.report(&["tree"], 0);
    assert_eq!(report["skipped"]["RSA keys not compared with each other for common primes (too many)"], 300, "{}", report["skipped"]);
    assert!(findings(&report, "weak-key").iter().all(|finding| finding["severity"] != "critical"));
}
