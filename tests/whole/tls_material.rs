//! Certificates and keys where programs keep them: chains in PKCS#7, kubeconfigs, Secrets of Kubernetes, Terraform states; and what is
//! told of those that cannot be read.

use std::{fs, process::Command};

use data_encoding::{BASE64, BASE64_MIME};
use serde_json::{Value, json};

use crate::support::{Lab, findings, skipped};

/// Runs openssl in the lab; whether it is installed.
pub fn openssl(lab: &Lab, line: &str) -> bool {
    let Ok(made) = Command::new("openssl").args(line.split(' ')).current_dir(lab.path("")).output() else {
        skipped("openssl is not installed: nothing is compared with it");
        return false;
    };
    assert!(made.status.success(), "openssl {line}: {}", String::from_utf8_lossy(&made.stderr));
    true
}

/// Certificates that sign themselves, with their keys, as `a.pem` and `a.key`; whether openssl is installed.
pub fn pairs(lab: &Lab, names: &[&str]) -> bool {
    names.iter().all(|name| {
        let made = format!("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout {name}.key -out {name}.pem -days 90");
        openssl(lab, &format!("{made} -subj /CN={name}.acme.dev -addext subjectAltName=DNS:{name}.acme.dev"))
    })
}

pub fn text(lab: &Lab, path: &str) -> String {
    fs::read_to_string(lab.path(path)).expect("what openssl made")
}

pub fn der(lab: &Lab, path: &str) -> Vec<u8> {
    let body: String = text(lab, path).lines().filter(|line| !line.starts_with("-----")).collect();
    BASE64.decode(body.as_bytes()).expect("base64")
}

pub fn armour(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}-----END {label}-----\n", BASE64_MIME.encode(der).replace("\r\n", "\n"))
}

fn certificates(lab: &Lab) -> Value {
    lab.run(&["certificates", "--format", "json", "--now", "2030-01-01T00:00:00Z"]).exits(0).json()
}

fn subjects(list: &Value) -> Vec<&str> {
    let mut all: Vec<&str> = list["certificates"].as_array().expect("a list").iter().filter_map(|one| one["subject"].as_str()).collect();
    all.sort_unstable();
    all
}

#[test]
fn chains_in_pkcs7_are_read_in_armour_and_in_der_and_with_lengths_that_are_not_told() {
    let lab = Lab::new();
    if !pairs(&lab, &["a", "b"]) {
        return;
    }
    lab.write("both.pem", text(&lab, "a.pem") + &text(&lab, "b.pem"));
    for (form, file) in [("PEM", "chain.p7b"), ("DER", "chain.p7c")] {
        fs::create_dir_all(lab.path("tree")).expect("a folder");
        openssl(&lab, &format!("crl2pkcs7 -nocrl -certfile both.pem -outform {form} -out tree/{file}"));
    }
    lab.write("mail.txt", "the quarterly figures");
    openssl(&lab, "cms -sign -in mail.txt -signer a.pem -inkey a.key -nodetach -stream -indef -outform DER -out tree/mail.p7m");
    lab.write("tree/cms.txt", text(&lab, "tree/chain.p7b").replace("PKCS7", "CMS"));
    let report = lab.scan(&["tree", "--format", "json"]).exits(0).json();
    let list = certificates(&lab);
    assert_eq!(subjects(&list), ["CN=a.acme.dev", "CN=b.acme.dev"], "{report:#}");
    let places = |at: usize| list["certificates"][at]["places"].to_string();
    let all = places(0) + &places(1);
    for place in ["chain.p7b!/certificate1.cer", "chain.p7c!/certificate2.cer", "mail.p7m!/certificate1.cer", "cms.txt!/certificate1.cer"] {
        assert!(all.contains(place), "{place}: {all}");
    }
}

#[test]
fn a_list_of_revoked_ones_comes_out_of_pkcs7() {
    let lab = Lab::new();
    if !pairs(&lab, &["ca"]) {
        return;
    }
    lab.write("index.txt", "");
    lab.write("ca.cnf", "[ca]\ndefault_ca=x\n[x]\ndatabase=index.txt\ndefault_md=sha256\ndefault_crl_days=30\n");
    openssl(&lab, "ca -config ca.cnf -gencrl -keyfile ca.key -cert ca.pem -out ca.crl");
    fs::create_dir_all(lab.path("tree")).expect("a folder");
    openssl(&lab, "crl2pkcs7 -in ca.crl -certfile ca.pem -outform DER -out tree/all.p7b");
    lab.scan(&["tree"]).exits(0);
    lab.run(&["scan", "tree", "--record", "r.db"]).exits(0);
    let connection = rusqlite::Connection::open(lab.path("r.db")).expect("a record");
    let lists: i64 = connection
        .query_row("SELECT count(*) FROM report_credential WHERE rule = 'x509.revocation-list' AND expires IS NOT NULL", [], |row| {
            row.get(0)
        })
        .expect("a count");
    assert_eq!((lists, subjects(&certificates(&lab))), (1, vec!["CN=ca.acme.dev"]));
}

#[test]
fn a_certificate_whose_date_is_none_is_told_with_a_fault_that_says_so() {
    let lab = Lab::new();
    if !pairs(&lab, &["a"]) {
        return;
    }
    let mut broken = der(&lab, "a.pem");
    // The second time of the certificate is its last day; there is no month 13.
    let times: Vec<usize> = (0..broken.len() - 2).filter(|at| broken[*at..].starts_with(&[0x17, 13])).collect();
    broken[times[1] + 4..times[1] + 6].copy_from_slice(b"13");
    lab.write("tree/a.pem", format!("first\n{}", armour("CERTIFICATE", &broken)));
    lab.write("tree/a.cer", &broken);
    let report = lab.scan(&["tree", "--format", "json"]).exits(3).json();
    let faults: Vec<String> = report["faults"].as_array().expect("a list").iter().map(Value::to_string).collect();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults.iter().all(|fault| fault.contains("was read but for its last day")), "{faults:?}");
    assert!(faults.iter().any(|fault| fault.contains("line 2: ") && fault.contains("a.pem")), "{faults:?}");
    let list = certificates(&lab);
    assert_eq!((subjects(&list), &list["certificates"][0]["not_after"]), (vec!["CN=a.acme.dev"], &Value::Null));
    assert!(list["certificates"][0]["not_before"].is_string(), "{list:#}");
}

#[test]
fn what_calls_itself_a_certificate_and_is_other_der_is_a_fault_and_a_placeholder_is_none() {
    let lab = Lab::new();
    if !pairs(&lab, &["a"]) {
        return;
    }
    lab.write("tree/key.pem", armour("CERTIFICATE", &[&[0x30, 0x81, 0x80, 0x02, 0x7e][..], &[7; 126]].concat()));
    let report = lab.scan(&["tree", "--format", "json"]).exits(3).json();
    assert!(report["faults"].to_string().contains("what calls itself CERTIFICATE cannot be read as one"), "{report:#}");
    lab.write("tree/key.pem", armour("CERTIFICATE", &der(&lab, "a.pem")[..120]));
    lab.run(&["scan", "tree", "--record", "other.db"]).exits(0);
}

#[test]
fn kubeconfigs_secrets_and_states_hold_certificates_that_meet_their_keys() {
    let lab = Lab::new();
    if !pairs(&lab, &["user", "secret", "state"]) {
        return;
    }
    let coded = |path: &str| BASE64.encode(text(&lab, path).as_bytes());
    lab.write(
        "tree/kubeconfig",
        format!(
            "apiVersion: v1\nkind: Config\nusers:\n- name: admin\n  user:\n    client-certificate-data: {}\n    client-key-data: {}\n",
            coded("user.pem"),
            coded("user.key")
        ),
    );
    lab.write(
        "tree/secret.yaml",
        format!(
            "apiVersion: v1\nkind: Secret\ntype: kubernetes.io/tls\nmetadata:\n  name: tls\ndata:\n  tls.crt: {}\n  tls.key: {}\n",
            coded("secret.pem"),
            coded("secret.key")
        ),
    );
    let attributes = json!({ "cert_pem": text(&lab, "state.pem"), "private_key_pem": text(&lab, "state.key") });
    let resource = json!({ "type": "tls_self_signed_cert", "name": "x", "instances": [{ "attributes": attributes }] });
    lab.write("tree/terraform.tfstate", json!({ "version": 4, "terraform_version": "1.9.0", "resources": [resource] }).to_string());
    lab.scan(&["tree"]).exits(0);
    let list = certificates(&lab);
    assert_eq!(subjects(&list), ["CN=secret.acme.dev", "CN=state.acme.dev", "CN=user.acme.dev"], "{list:#}");
    for one in list["certificates"].as_array().expect("a list") {
        let place = one["places"][0].as_str().expect("a place");
        assert_eq!((&one["private_key_known"], one["private_key"].as_str()), (&json!(true), Some(place)), "{one:#}");
    }
}

#[test]
fn a_key_beside_a_certificate_of_another_key_is_told() {
    let lab = Lab::new();
    if !pairs(&lab, &["a", "b"]) {
        return;
    }
    lab.write("tree/etc/svc.key", text(&lab, "a.key"));
    lab.write("tree/etc/svc.crt", text(&lab, "b.pem"));
    lab.write("tree/ok/privkey.pem", text(&lab, "b.key"));
    lab.write("tree/ok/fullchain.pem", text(&lab, "b.pem"));
    let report = lab.run(&["scan", "tree", "--record", "r.db", "--format", "json"]).exits(0).json();
    let told = findings(&report, "certificate-key-mismatch");
    assert_eq!(told.len(), 1, "{report:#}");
    assert!(told[0]["because"].as_str().is_some_and(|why| why.contains("CN=b.acme.dev")), "{told:#?}");
}

#[test]
fn the_key_of_an_issuer_in_a_folder_is_critical() {
    let lab = Lab::new();
    fs::create_dir_all(lab.path("tree/ca")).expect("a folder");
    if !openssl(&lab, "req -x509 -newkey ed25519 -nodes -keyout tree/ca/ca.key -out tree/ca/ca.pem -days 900 -subj /CN=Acme-CA") {
        return;
    }
    let report = lab.run(&["scan", "tree", "--record", "r.db", "--format", "json"]).exits(0).json();
    let told = findings(&report, "certificate-authority-key");
    assert_eq!((told.len(), told[0]["severity"].as_str()), (1, Some("critical")), "{report:#}");
}

#[test]
fn one_host_key_on_two_hosts_is_told_once() {
    let lab = Lab::new();
    fs::create_dir_all(lab.path("tree/a/etc/ssh")).expect("a folder");
    let key = lab.path("tree/a/etc/ssh/ssh_host_ed25519_key");
    let Ok(made) = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).status() else {
        return skipped("ssh-keygen is not installed");
    };
    assert!(made.success());
    for name in ["ssh_host_ed25519_key", "ssh_host_ed25519_key.pub"] {
        lab.write(&format!("tree/b/etc/ssh/{name}"), text(&lab, &format!("tree/a/etc/ssh/{name}")));
    }
    let report = lab.run(&["scan", "tree", "--record", "r.db", "--format", "json"]).exits(0).json();
    let told = findings(&report, "ssh-host-key-shared");
    assert_eq!(told.len(), 1, "{report:#}");
    assert!(told[0]["because"].as_str().is_some_and(|why| why.contains("a/etc/ssh and b/etc/ssh")), "{told:#?}");
}

/// A store of one key that `changeit` opens, with some of its bytes replaced by others; whether openssl is installed.
fn store(lab: &Lab, name: &str, from: &[u8], to: &[u8]) -> bool {
    if !pairs(lab, &["a"]) {
        return false;
    }
    openssl(lab, "pkcs12 -export -inkey a.key -in a.pem -name server -passout pass:changeit -out a.p12");
    let mut bytes = fs::read(lab.path("a.p12")).expect("a store");
    let places: Vec<usize> = (0..bytes.len() - from.len()).filter(|at| bytes[*at..].starts_with(from)).collect();
    assert!(!places.is_empty(), "openssl writes stores in another way now");
    places.iter().for_each(|at| bytes[*at..*at + to.len()].copy_from_slice(to));
    lab.write(name, bytes);
    true
}

#[test]
fn a_store_that_is_sealed_in_a_way_that_is_not_undone_is_a_fault_with_its_name() {
    let lab = Lab::new();
    // PBKDF2 becomes scrypt.
    let (pbkdf2, scrypt) = ([6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 12], [6, 9, 0x2b, 6, 1, 4, 1, 0xda, 0x47, 4, 11]);
    if !store(&lab, "tree/a.p12", &pbkdf2, &scrypt) {
        return;
    }
    let report = lab.scan(&["tree", "--format", "json"]).exits(3).json();
    let faults = report["faults"].to_string();
    assert!(faults.contains("sealed by scrypt") && faults.contains("a.p12"), "{faults}");
}

/// An element of DER.
fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let [high, low] = u16::try_from(content.len()).expect("short").to_be_bytes();
    let length = match (high, low) {
        (0, 0..0x80) => vec![low],
        (0, _) => vec![0x81, low],
        _ => vec![0x82, high, low],
    };
    [&[tag][..], &length, &content].concat()
}

#[test]
fn a_store_that_is_sealed_with_scrypt_opens_with_a_well_known_password() {
    let lab = Lab::new();
    if !pairs(&lab, &["a"]) {
        return;
    }
    for (password, opens) in [("changeit", 1), ("correct-horse", 0)] {
        openssl(&lab, &format!("pkcs8 -topk8 -in a.key -scrypt -passout pass:{password} -outform DER -out a.p8"));
        let key = fs::read(lab.path("a.p8")).expect("what openssl made");
        let data = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
        let shrouded = [6, 11, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 10, 1, 2];
        let wrapped = |content: &[u8]| element(0x30, &[&data, &element(0xa0, &[&element(4, &[content])])]);
        let bags = element(0x30, &[&element(0x30, &[&shrouded, &element(0xa0, &[&key])])]);
        let safes = element(0x30, &[&wrapped(&bags)]);
        lab.write("tree/a.p12", element(0x30, &[&[2, 1, 3], &wrapped(&safes)]));
        lab.write("tree/a.pem", text(&lab, "a.pem"));
        let _ = fs::remove_file(lab.record());
        let report = lab.scan(&["tree", "--format", "json"]).exits(0).json();
        assert_eq!(findings(&report, "key-store-opens").len(), opens, "{report:#}");
        assert_eq!(certificates(&lab)["certificates"][0]["private_key_known"], json!(opens == 1));
    }
}

#[test]
fn a_store_whose_signature_cannot_be_tried_is_opened_all_the_same() {
    let lab = Lab::new();
    // The hash of the signature becomes PBMAC1, whose parameters are then wrong: only opening tells.
    let sha256 = [6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
    if !store(&lab, "tree/a.p12", &sha256, &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 14]) {
        return;
    }
    let report = lab.scan(&["tree", "--format", "json"]).exits(0).json();
    assert_eq!(findings(&report, "key-store-opens").len(), 1, "{report:#}");
    let list = certificates(&lab);
    assert_eq!((subjects(&list), &list["certificates"][0]["private_key_known"]), (vec!["CN=a.acme.dev"], &json!(true)));
}

#[test]
fn settings_of_ssh_are_told_where_they_count() {
    let lab = Lab::new();
    lab.write("tree/etc/ssh/sshd_config", "Port 22\n#PermitRootLogin prohibit-password\nPermitRootLogin yes\nPasswordAuthentication no\n");
    lab.write("tree/home/a/.ssh/config", "Host *\n  StrictHostKeyChecking no # the lab\n");
    lab.write("tree/README.md", "Set\n\nPermitEmptyPasswords yes\n\nand be sorry.\n");
    let report = lab.run(&["scan", "tree", "--record", "r.db", "--format", "json"]).exits(0).json();
    let told: Vec<&str> = findings(&report, "ssh-weak-setting").iter().filter_map(|one| one["because"].as_str()).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().any(|why| why.starts_with("PermitRootLogin yes in etc/ssh/sshd_config: ")), "{told:?}");
    assert!(told.iter().any(|why| why.starts_with("StrictHostKeyChecking no in home/a/.ssh/config: ")), "{told:?}");
}

#[test]
fn blocks_of_sshd_config_limit_what_stands_in_them() {
    let lab = Lab::new();
    let head = "Include /etc/ssh/sshd_config.d/*.conf\nHostKey /etc/ssh/ssh_host_dsa_key\nHostKey /etc/ssh/ssh_host_ed25519_key\n";
    let lists = "AuthorizedKeysFile /etc/ssh/keys\n# AuthorizedKeysFile /etc/ssh/other\n";
    let blocks = "Match Address 10.0.0.0/8\n  PermitRootLogin yes\nMatch all\n  PermitRootLogin yes\n";
    lab.write("tree/etc/ssh/sshd_config", format!("{head}{lists}{blocks}"));
    lab.write("tree/home/a/.ssh/config", "Host lab\n  ForwardAgent yes\nHost *\n  StrictHostKeyChecking no\n");
    let report = lab.run(&["scan", "tree", "--record", "r.db", "--format", "json"]).exits(0).json();
    let mut told: Vec<String> = findings(&report, "ssh-weak-setting")
        .iter()
        .map(|one| format!("{} {}", one["severity"].as_str().unwrap_or_default(), one["because"].as_str().unwrap_or_default()))
        .map(|line| line.split(':').next().unwrap_or_default().to_owned())
        .collect();
    told.sort();
    assert_eq!(
        told,
        [
            "info ForwardAgent yes for Host lab in home/a/.ssh/config",
            "low PermitRootLogin yes for Match Address 10.0.0.0/8 in etc/ssh/sshd_config",
            "low StrictHostKeyChecking no in home/a/.ssh/config",
            "medium AuthorizedKeysFile /etc/ssh/keys in etc/ssh/sshd_config",
            "medium HostKey /etc/ssh/ssh_host_dsa_key in etc/ssh/sshd_config",
            "medium PermitRootLogin yes in etc/ssh/sshd_config",
        ]
    );
    // What Include names is known, and not followed.
    let sql = "SELECT json_extract(attributes, '$.value') FROM report_credential WHERE rule = 'ssh.include'";
    let named: String =
        rusqlite::Connection::open(lab.path("r.db")).expect("a record").query_row(sql, [], |row| row.get(0)).expect("its files");
    assert_eq!(named, "/etc/ssh/sshd_config.d/*.conf");
}

#[test]
fn known_hosts_tells_which_hosts_it_knows() {
    let lab = Lab::new();
    let Ok(made) = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(lab.path("key")).status() else {
        return skipped("ssh-keygen is not installed");
    };
    assert!(made.success());
    lab.write("tree/.ssh/known_hosts", format!("web.acme.dev,10.0.0.5 {}", text(&lab, "key.pub")));
    lab.run(&["scan", "tree", "--record", "r.db"]).exits(0);
    let connection = rusqlite::Connection::open(lab.path("r.db")).expect("a record");
    let sql = "SELECT json_extract(attributes, '$.hosts') FROM report_credential WHERE rule = 'ssh.public-key'";
    let hosts: String = connection.query_row(sql, [], |row| row.get(0)).expect("a key with its hosts");
    assert_eq!(hosts, "web.acme.dev,10.0.0.5");
}
