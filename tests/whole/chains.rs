//! Chains of certificates as servers send them, made by openssl: in PEM, in PKCS#7, out of order, without an issuer, with an old one.

use std::fs;

use serde_json::Value;

use crate::{
    support::{Lab, Repo, findings},
    tls_material::{openssl, pairs, text},
};

/// A root, an issuer below it and a server's certificate as `root.pem`, `mid.pem` and `leaf.pem`; whether openssl is installed.
fn authority(lab: &Lab) -> bool {
    lab.write(
        "mid.ext",
        "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign\nnameConstraints=permitted;DNS:acme.dev\n",
    );
    lab.write("leaf.ext", "subjectAltName=DNS:web.acme.dev\nextendedKeyUsage=serverAuth\n");
    lab.write("stray.ext", "subjectAltName=DNS:web.acme.org\nextendedKeyUsage=serverAuth\n");
    let key =
        |name: &str| format!("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout {name}.key -out {name}.csr -subj /CN={name}");
    let root = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key -out root.pem -days 3650 -subj /CN=root";
    let signed = |name: &str, by: &str, days: u32| {
        format!("x509 -req -in {name}.csr -CA {by}.pem -CAkey {by}.key -CAcreateserial -days {days} -extfile {name}.ext -out {name}.pem")
    };
    [
        root.to_owned(),
        key("mid"),
        signed("mid", "root", 700),
        key("leaf"),
        signed("leaf", "mid", 90),
        key("stray"),
        signed("stray", "mid", 90),
    ]
    .iter()
    .all(|line| openssl(lab, line))
}

/// The one finding about a chain of a scan, by severity and what was found.
fn told(lab: &Lab, now: &str) -> Option<(String, String)> {
    let report = lab.run(&["scan", "tree", "--record", "r.db", "--now", now, "--format", "json"]).exits(0).json();
    let found = findings(&report, "certificate-chain");
    assert!(found.len() < 2, "one a chain: {report:#}");
    let one = found.first()?;
    let flaws =
        one["evidence"].as_array().expect("a list").iter().find(|evidence| evidence["name"] == "flaws").map(|flaws| &flaws["value"]);
    let word = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    Some((word(Some(&one["severity"])), word(flaws)))
}

/// Writes a file of some certificates, and says what is wrong with it.
fn chain(lab: &Lab, links: &[&str]) -> Option<(String, String)> {
    let _ = fs::remove_file(lab.path("r.db"));
    lab.write("tree/etc/fullchain.pem", links.iter().map(|link| text(lab, &format!("{link}.pem"))).collect::<String>());
    told(lab, &soon(lab))
}

/// A day after the certificates were made: they begin when the test runs.
fn soon(lab: &Lab) -> String {
    let list = lab.scan(&["leaf.pem", "--format", "json"]).exits(0);
    drop(list);
    let list = lab.run(&["certificates", "--format", "json"]).exits(0).json();
    list["certificates"][0]["not_before"].as_str().expect("a day").to_owned()
}

fn is(severity: &str, flaws: &str) -> (String, String) {
    (severity.to_owned(), flaws.to_owned())
}

#[test]
fn a_chain_is_told_once_with_all_that_is_wrong_with_it() {
    let lab = Lab::new();
    if !authority(&lab) {
        return;
    }
    assert_eq!(chain(&lab, &["leaf", "mid"]), None);
    assert_eq!(chain(&lab, &["leaf"]), None, "what lies alone is no chain");
    assert_eq!(chain(&lab, &["leaf", "mid", "root"]), Some(is("info", "root-sent")));
    assert_eq!(chain(&lab, &["mid", "leaf"]), Some(is("medium", "leaf-not-first")));
    assert_eq!(chain(&lab, &["leaf", "root"]), Some(is("medium", "issuer-missing")));
    assert_eq!(chain(&lab, &["stray", "mid"]), Some(is("high", "name-not-permitted")));
    assert_eq!(chain(&lab, &["root", "mid", "leaf"]), Some(is("medium", "leaf-not-first, order, root-sent")));
}

#[test]
fn lists_of_issuers_and_of_servers_are_no_chains() {
    let lab = Lab::new();
    if !authority(&lab) || !pairs(&lab, &["other"]) {
        return;
    }
    assert_eq!(chain(&lab, &["root", "mid"]), None);
    assert_eq!(chain(&lab, &["leaf", "stray", "root"]), None);
}

#[test]
fn in_pkcs7_there_is_no_order_and_an_issuer_is_missed_all_the_same() {
    let lab = Lab::new();
    if !authority(&lab) {
        return;
    }
    let p7b = |links: &[&str]| {
        let _ = fs::remove_file(lab.path("r.db"));
        lab.write("all.pem", links.iter().map(|link| text(&lab, &format!("{link}.pem"))).collect::<String>());
        openssl(&lab, "crl2pkcs7 -nocrl -certfile all.pem -outform DER -out tree.p7b");
        lab.write("tree/etc/chain.p7b", fs::read(lab.path("tree.p7b")).expect("what openssl made"));
        told(&lab, &soon(&lab))
    };
    assert_eq!(p7b(&["mid", "leaf"]), None);
    assert_eq!(p7b(&["leaf", "root"]), Some(is("medium", "issuer-missing")));
}

#[test]
fn in_a_repository_the_chain_of_head_counts_and_not_the_one_before() {
    let lab = Lab::new();
    if !authority(&lab) {
        return;
    }
    let pem = |links: &[&str]| links.iter().map(|link| text(&lab, &format!("{link}.pem"))).collect::<String>();
    let mut repo = Repo::new(&lab, "tree");
    repo.commit(&[("etc/fullchain.pem", &pem(&["leaf", "root"]))]);
    let now = soon(&lab);
    assert_eq!(told(&lab, &now), Some(is("medium", "issuer-missing")));
    repo.commit(&[("etc/fullchain.pem", &pem(&["leaf", "mid"]))]);
    assert_eq!(told(&lab, &now), None);
}
