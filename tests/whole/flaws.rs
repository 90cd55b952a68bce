//! Certificates that are broken: the fault names the part and where it stands, and among tests they are counted and no fault.

use crate::{
    support::{Lab, Repo, faults},
    tls_material::{armour, der, pairs},
};

use data_encoding::BASE64;

const COUNTED: &str = "flaws of certificates among tests, examples and documentation";

/// A certificate whose last `from` is replaced by `to`, and the byte at which that stands.
fn broken(lab: &Lab, from: &[u8], to: &[u8]) -> (Vec<u8>, usize) {
    let mut bytes = der(lab, "a.pem");
    let at = (0..bytes.len() - from.len()).rfind(|at| bytes[*at..].starts_with(from)).expect("openssl writes it so");
    bytes[at..at + to.len()].copy_from_slice(to);
    (bytes, at)
}

/// The same with a version that is none.
fn negative(lab: &Lab) -> Vec<u8> {
    broken(lab, &[0xa0, 3, 2, 1, 2], &[0xa0, 3, 2, 1, 0xff]).0
}

#[test]
fn the_fault_of_a_broken_certificate_names_the_part_and_its_byte() {
    let lab = Lab::new();
    if !pairs(&lab, &["a"]) {
        return;
    }
    // Each with how far before the change the part begins.
    let parts: [(&str, &[u8], &[u8], usize); 5] = [
        ("the version", &[0xa0, 3, 2, 1, 2], &[0xa0, 3, 2, 1, 0xff], 0),
        ("the public key", &[3, 0x42, 0, 4], &[4], 23),
        ("the signature algorithm", &[0x30, 10, 6, 8], &[0x31], 0),
        ("the extension 2.5.29.19 (basic constraints)", &[4, 5, 0x30, 3, 1, 1], &[4, 5, 0x30, 4], 0),
        ("the extension 2.5.29.19 (basic constraints)", &[0x55, 0x1d, 0x13, 1, 1, 0xff, 4, 5], &[0x55, 0x1d, 0x13, 1, 1, 0xff, 5, 5], 4),
    ];
    for (number, (_, from, to, _)) in parts.iter().enumerate() {
        lab.write(&format!("tree/{number}.cer"), broken(&lab, from, to).0);
    }
    let told = faults(&lab.report(&["tree"], 3));
    assert_eq!(told.len(), parts.len(), "{told:#?}");
    for (number, (what, from, to, before)) in parts.iter().enumerate() {
        // Inside of an extension the byte is that of what it holds.
        let at = broken(&lab, from, to).1 - before + if from.starts_with(&[4, 5]) { 2 } else { 0 };
        let expected = format!("malformed {number}.cer: a certificate was read but for {what} at byte {at}");
        assert!(told.contains(&expected), "{expected}: {told:#?}");
    }
}

#[test]
fn what_calls_itself_a_certificate_is_a_fault_that_says_where_it_breaks() {
    let lab = Lab::new();
    if !pairs(&lab, &["a"]) {
        return;
    }
    // The length of the key's algorithm goes beyond the end of the key.
    let (bytes, at) = broken(&lab, &[0x30, 0x13, 6, 7], &[0x30, 0x7f]);
    lab.write("tree/a.pem", format!("one\ntwo\n{}", armour("CERTIFICATE", &bytes)));
    let report = lab.report(&["tree"], 3);
    assert_eq!(faults(&report), [format!("malformed a.pem: line 3: a certificate was read but for the public key at byte {}", at - 2)]);
    let cut = [&bytes[..4], &[0x30, 0x82, 9, 9][..], &bytes[8..]].concat();
    lab.write("tree/a.pem", armour("CERTIFICATE", &cut));
    let report = lab.report(&["tree"], 3);
    assert_eq!(faults(&report), ["malformed a.pem: line 1: what calls itself CERTIFICATE cannot be read as one: its DER breaks at byte 4"]);
}

#[test]
fn broken_certificates_among_tests_are_counted_and_the_run_is_complete() {
    let lab = Lab::new();
    if !pairs(&lab, &["a"]) {
        return;
    }
    let pem = armour("CERTIFICATE", &negative(&lab));
    lab.write("tree/tests/a.pem", &pem);
    lab.write("tree/src/x509_test.cc", format!("static const char kNegative[] = R\"(\n{pem})\";\n"));
    lab.write("tree/docs/a.cer", negative(&lab));
    let report = lab.report(&["tree"], 0);
    assert_eq!((faults(&report), &report["skipped"][COUNTED], report["run"]["state"].as_str()), (vec![], &3.into(), Some("complete")));
    let said = lab.run(&["scan", "tree", "--record", "r.db"]).exits(0);
    assert!(said.out.contains(&format!("left out: 3 {COUNTED}")), "{}", said.out);
    // The same bytes at a place that is no test are a fault there.
    lab.write("tree/etc/a.pem", &pem);
    let report = lab.report(&["tree"], 3);
    assert_eq!(faults(&report), ["malformed etc/a.pem: line 1: a certificate was read but for the version at byte 8"]);
    assert_eq!(report["skipped"][COUNTED], 2);
}

#[test]
fn in_a_history_the_path_decides_whether_a_broken_certificate_is_a_fault() {
    let lab = Lab::new();
    if !pairs(&lab, &["a"]) {
        return;
    }
    let pem = armour("CERTIFICATE", &negative(&lab));
    let mut repo = Repo::new(&lab, "repo");
    repo.commit(&[("tests/data/a.pem", &pem)]);
    repo.remove("tests/data/a.pem");
    let report = lab.report(&["git:repo"], 0);
    assert_eq!((faults(&report), &report["skipped"][COUNTED]), (vec![], &1.into()));
    repo.commit(&[("etc/ssl/a.pem", &format!("# the proxy's\n{pem}"))]);
    repo.remove("etc/ssl/a.pem");
    let report = lab.report(&["git:repo"], 3);
    assert_eq!(faults(&report), ["malformed etc/ssl/a.pem: line 2: a certificate was read but for the version at byte 8"]);
    assert_eq!(report["skipped"][COUNTED], 1);
}

#[test]
fn a_broken_certificate_in_an_encoded_text_is_a_fault_at_its_line_there() {
    let lab = Lab::new();
    if !pairs(&lab, &["a"]) {
        return;
    }
    let coded = BASE64.encode(armour("CERTIFICATE", &negative(&lab)).as_bytes());
    lab.write("tree/kubeconfig", format!("users:\n- name: a\n  user:\n    client-certificate-data: {coded}\n"));
    let told = faults(&lab.report(&["tree"], 3));
    assert_eq!(told, ["malformed kubeconfig: line 4: a certificate was read but for the version at byte 8"]);
}
