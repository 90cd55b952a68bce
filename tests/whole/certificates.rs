//! Certificates as a user meets them: made by openssl at test time, scanned, listed and judged.

use std::process::Command;

use serde_json::Value;

use crate::support::{Lab, findings, skipped};

/// Runs openssl in the lab; `None` where it is not installed.
fn openssl(lab: &Lab, arguments: &[&str]) -> Option<String> {
    let made = Command::new("openssl").args(arguments).current_dir(lab.path("")).output();
    let Ok(made) = made else {
        skipped("openssl is not installed: nothing is compared with it");
        return None;
    };
    assert!(made.status.success(), "openssl {arguments:?}: {}", String::from_utf8_lossy(&made.stderr));
    Some(String::from_utf8_lossy(&made.stdout).trim().to_owned())
}

/// A certificate that signs itself, with its key beside it; further arguments are those of `openssl req`.
fn self_signed(lab: &Lab, name: &str, kind: &str, more: &[&str]) -> Option<()> {
    let (key, out) = (format!("{name}.key"), format!("{name}.pem"));
    std::fs::create_dir_all(lab.path(name).parent().expect("below the lab")).expect("a folder");
    let usual = ["req", "-x509", "-newkey", kind, "-nodes", "-keyout", &key, "-out", &out, "-subj", "/CN=svc.acme.dev/O=Acme"];
    openssl(lab, &[&usual[..], more].concat()).map(drop)
}

fn certificates(lab: &Lab, more: &[&str]) -> Value {
    lab.run(&[&["certificates", "--format", "json", "--now", "2030-01-01T00:00:00Z"], more].concat()).exits(0).json()
}

fn attribute<'v>(list: &'v Value, at: usize, name: &str) -> &'v str {
    list["certificates"][at]["attributes"][name].as_str().unwrap_or_default()
}

#[test]
fn what_is_told_of_a_certificate_is_what_openssl_tells() {
    let lab = Lab::new();
    let names = "subjectAltName=DNS:svc.acme.dev,DNS:*.acme.dev,IP:10.0.0.1,URI:spiffe://acme.dev/ns/a/sa/b";
    for (n, kind) in [&["rsa:2048"][..], &["ec", "-pkeyopt", "ec_paramgen_curve:P-384"], &["ed25519"]].into_iter().enumerate() {
        let more = [&kind[1..], &["-addext", names, "-days", "90"]].concat();
        if self_signed(&lab, &format!("tree/{n}"), kind[0], &more).is_none() {
            return;
        }
    }
    lab.scan(&["tree"]).exits(0);
    let list = certificates(&lab, &[]);
    assert_eq!(list["total"], 3);
    for at in 0..3 {
        let place = list["certificates"][at]["places"][0].as_str().expect("a place");
        let file = format!("tree/{}", place.rsplit(": ").next().expect("a path"));
        let ask = |arguments: &[&str]| openssl(&lab, &[&["x509", "-noout", "-in", &file], arguments].concat()).expect("it is installed");
        let digest = |name: &str| ask(&["-fingerprint", name]).rsplit('=').next().expect("a digest").replace(':', "").to_lowercase();
        assert_eq!(attribute(&list, at, "x509-sha256"), digest("-sha256"));
        assert_eq!(attribute(&list, at, "x509-sha1"), digest("-sha1"));
        let serial = ask(&["-serial"]).rsplit('=').next().expect("a number").to_lowercase();
        assert_eq!(attribute(&list, at, "serial"), serial);
        let key = lab.shell(&format!("openssl x509 -in {file} -noout -pubkey | openssl pkey -pubin -outform DER | openssl sha256 -r")).out;
        assert_eq!(attribute(&list, at, "spki-sha256"), key.split(' ').next().expect("a digest"));
        assert_eq!(attribute(&list, at, "sans"), "svc.acme.dev, *.acme.dev, 10.0.0.1, spiffe://acme.dev/ns/a/sa/b");
        assert_eq!((attribute(&list, at, "wildcard"), attribute(&list, at, "spiffe-id")), ("*.acme.dev", "spiffe://acme.dev/ns/a/sa/b"));
        assert_eq!(list["certificates"][at]["private_key_known"], true, "the key beside it has the same public half: {place}");
    }
}

#[test]
fn pem_der_and_json_hold_one_certificate() {
    let lab = Lab::new();
    if self_signed(&lab, "tree/a", "rsa:2048", &["-days", "90"]).is_none() {
        return;
    }
    openssl(&lab, &["x509", "-in", "tree/a.pem", "-outform", "DER", "-out", "tree/b.cer"]);
    openssl(&lab, &["x509", "-in", "tree/a.pem", "-trustout", "-out", "tree/c.pem"]);
    let text = std::fs::read_to_string(lab.path("tree/a.pem")).expect("a certificate");
    lab.write("tree/d.json", serde_json::json!({ "tls.crt": text }).to_string());
    lab.write("tree/e.yaml", format!("data:\n  tls.crt: {}\n", data_encoding::BASE64.encode(text.as_bytes())));
    lab.write("tree/f.pem", text.replace('\n', "\r\n"));
    lab.scan(&["tree"]).exits(0);
    let list = certificates(&lab, &[]);
    assert_eq!((list["total"].as_u64(), list["certificates"][0]["place_count"].as_u64()), (Some(1), Some(6)), "{list:#}");
}

#[test]
fn a_committed_key_of_a_certificate_in_force_is_critical_and_one_that_expired_is_told_with_its_day() {
    let lab = Lab::new();
    if self_signed(&lab, "repo/tls/svc", "rsa:2048", &["-days", "30", "-addext", "subjectAltName=DNS:svc.acme.dev"]).is_none() {
        return;
    }
    lab.shell("cd repo && git init -q && git add . && git -c user.name=a -c user.email=a@b commit -qm x").exits(0);
    let report = lab.scan(&["repo", "--format", "json"]).json();
    let now = lab.run(&["scan", "repo", "--record", "now.db", "--format", "json"]).exits(0).json();
    assert_eq!(findings(&report, "certificate-not-yet-valid").len(), 1, "the lab's day is before it");
    let key = findings(&now, "certificate-key-in-repository");
    assert_eq!((key.len(), key[0]["severity"].as_str()), (1, Some("critical")), "{now:#}");
    assert_eq!(findings(&now, "certificate-expiring").len(), 0);
    let late = lab.run(&["scan", "repo", "--record", "late.db", "--format", "json", "--now", "2060-01-01T00:00:00Z"]).exits(0).json();
    let expired = findings(&late, "certificate-expired");
    assert_eq!((expired.len(), expired[0]["severity"].as_str()), (1, Some("high")), "its private key lies beside it");
    assert!(findings(&late, "certificate-key-in-repository").is_empty());
}

#[test]
fn the_list_shows_what_expires_soon_with_a_calendar() {
    let lab = Lab::new();
    for (name, days) in [("tree/a", "10"), ("tree/b", "4000")] {
        if self_signed(&lab, name, "ed25519", &["-days", days]).is_none() {
            return;
        }
    }
    lab.run(&["scan", "tree", "--record", "home/r.db"]).exits(0);
    let all = lab.run(&["certificates", "--record", "home/r.db"]).exits(0).out;
    assert!(all.contains("2 certificates: 0 expired, 1 within 30 days; 2 of issuers; the private key of 2 is known"), "{all}");
    assert!(all.contains("\n1 has a key that a quantum computer will break, and is in force"), "{all}");
    // The key lies in the same target as its certificate: its path says all.
    assert!(all.contains(" a.key"), "{all}");
    let later = lab.run(&["certificates", "--record", "home/r.db", "--now", "2060-01-01T00:00:00Z"]).exits(0).out;
    assert!(later.contains("2 expired") && !later.contains("quantum") && later.contains(" -1"), "{later}");
    assert!(all.contains("expiring by month: "), "{all}");
    let soon = lab.run(&["certificates", "--record", "home/r.db", "--expiring", "30"]).exits(0).out;
    assert!(soon.contains("1 of 2 certificates") && soon.contains("tree: a.pem") && !soon.contains("tree: b.pem"), "{soon}");
}

#[test]
fn damaged_certificates_are_faults_or_nothing_and_never_a_crash() {
    let lab = Lab::new();
    if self_signed(&lab, "tree/a", "rsa:2048", &[]).is_none() {
        return;
    }
    openssl(&lab, &["x509", "-in", "tree/a.pem", "-outform", "DER", "-out", "a.der"]);
    let der = std::fs::read(lab.path("a.der")).expect("a certificate");
    std::fs::remove_dir_all(lab.path("tree")).expect("our own folder");
    for at in (0..der.len()).step_by(7) {
        let mut broken = der.clone();
        broken[at] ^= 0x55;
        lab.write(&format!("tree/flip{at}.der"), &broken);
        lab.write(&format!("tree/cut{at}.der"), &der[..at]);
        let body = data_encoding::BASE64.encode(&broken);
        lab.write(&format!("tree/flip{at}.pem"), format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"));
    }
    let report = lab.run(&["scan", "tree", "--format", "json"]);
    assert!(report.code == 3 || report.code == 0, "{}", report.err);
    let report = report.json();
    let faults = report["faults"].as_array().expect("a list");
    assert!(faults.iter().all(|fault| fault["kind"] == "malformed"), "{faults:#?}");
    assert!(!faults.is_empty(), "some of them begin like certificates and are none");
}

#[test]
fn the_roots_of_this_machine_are_all_read() {
    let bundle = "/etc/ssl/certs/ca-certificates.crt";
    let Ok(text) = std::fs::read_to_string(bundle) else { return skipped("there is no bundle of trusted roots here") };
    let lab = Lab::new();
    lab.write("tree/roots.crt", &text);
    lab.scan(&["tree"]).exits(0);
    let list = certificates(&lab, &[]);
    let distinct: std::collections::BTreeSet<&str> = text.split("-----BEGIN CERTIFICATE-----").skip(1).collect();
    assert_eq!(list["total"].as_u64(), Some(distinct.len() as u64));
    let all = list["certificates"].as_array().expect("a list");
    assert!(all.iter().all(|one| one["not_after"].is_string() && one["attributes"]["spki-sha256"].is_string()), "{list:#}");
    assert!(all.iter().all(|one| one["attributes"]["unread"].is_null()), "an extension of a root was not read");
    // OpenSSL's own figures: algorithms of keys, and how many have expired by the day of the list.
    let Some(told) = openssl(&lab, &["storeutl", "-noout", "-text", "-certs", "tree/roots.crt"]) else { return };
    let lines = |text: &str| told.lines().filter(|line| line.trim().starts_with(text)).count();
    let keys = |name: &str| all.iter().filter(|one| one["attributes"]["algorithm"] == name).count();
    let twice = text.split("-----BEGIN CERTIFICATE-----").skip(1).count() - distinct.len();
    if twice == 0 {
        assert_eq!(keys("rsa"), lines("Public Key Algorithm: rsaEncryption"));
        assert_eq!(keys("ec"), lines("Public Key Algorithm: id-ecPublicKey"));
    }
    let mut expired = 0;
    for certificate in &distinct {
        lab.write("one.pem", format!("-----BEGIN CERTIFICATE-----{certificate}"));
        let end = openssl(&lab, &["x509", "-in", "one.pem", "-noout", "-enddate", "-dateopt", "iso_8601"]).expect("it is installed");
        expired += usize::from(end.trim_start_matches("notAfter=").replace(' ', "T").as_str() < "2030-01-01T00:00:00Z");
    }
    assert_eq!(list["expired"].as_u64(), Some(expired as u64));
}

#[test]
fn a_bundle_of_ten_thousand_certificates_is_read_in_time() {
    let lab = Lab::new();
    if self_signed(&lab, "a", "ec", &["-pkeyopt", "ec_paramgen_curve:P-256", "-days", "90"]).is_none() {
        return;
    }
    openssl(&lab, &["x509", "-in", "a.pem", "-outform", "DER", "-out", "a.der"]);
    let mut der = std::fs::read(lab.path("a.der")).expect("a certificate");
    let mut bundle = String::new();
    let end = der.len();
    // A bit string of 66 bytes, of which the first says that none is left over: an uncompressed point.
    let point = der.windows(4).position(|w| w == [3, 0x42, 0, 4]).expect("a key on P-256") + 10;
    for n in 0..10_000_u32 {
        // The last bytes are of the signature, which nobody verifies: other bytes, another certificate. Every other one has a key of
        // its own, the rest share one.
        der[end - 4..].copy_from_slice(&n.to_be_bytes());
        if n % 2 == 0 {
            der[point..point + 4].copy_from_slice(&n.to_be_bytes());
        }
        let body = data_encoding::BASE64.encode(&der);
        bundle.push_str(&format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"));
    }
    lab.write("tree/bundle.pem", bundle);
    let start = std::time::Instant::now();
    lab.scan(&["tree"]).exits(0);
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
    assert_eq!(certificates(&lab, &[])["total"], 10_000);
}
