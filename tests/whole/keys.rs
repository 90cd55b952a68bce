//! Keys as a user meets them: made by ssh-keygen and openssl at test time, joined whatever their form, and judged.

use std::process::Command;

use serde_json::Value;

use crate::support::{Lab, findings, skipped};

/// Runs a command line in the lab; `None` where its program is not installed.
fn tool(lab: &Lab, line: &str) -> Option<String> {
    let mut words = line.split_whitespace().map(|word| if word == "''" { "" } else { word });
    let program = words.next().expect("a program");
    let Ok(made) = Command::new(program).args(words).current_dir(lab.path("")).output() else {
        skipped(&format!("{program} is not installed: nothing is compared with it"));
        return None;
    };
    assert!(made.status.success(), "{line}: {}", String::from_utf8_lossy(&made.stderr));
    Some(String::from_utf8_lossy(&made.stdout).trim().to_owned())
}

/// All that the record holds of the credentials of a rule: attributes, and the paths at which they lie.
fn credentials(lab: &Lab, record: &str, rule: &str) -> Vec<(Value, String)> {
    let connection = rusqlite::Connection::open(lab.path(record)).expect("a record");
    let sql =
        "SELECT c.attributes, group_concat(s.path, ' ') FROM report_credential c JOIN report_sighting s ON s.credential = c.credential
               WHERE c.rule LIKE ?1 GROUP BY c.credential ORDER BY min(s.path)";
    let mut statement = connection.prepare(sql).expect("the views");
    let rows = statement.query_map([rule], |row| Ok((row.get::<_, String>(0)?, row.get(1)?))).expect("a query");
    rows.map(|row| row.expect("a row")).map(|(text, paths)| (serde_json::from_str(&text).expect("JSON"), paths)).collect()
}

#[test]
fn the_fingerprints_of_ssh_keys_are_those_of_ssh_keygen() {
    let lab = Lab::new();
    std::fs::create_dir(lab.path("tree")).expect("a folder");
    for kind in ["ed25519", "rsa -b 2048", "ecdsa -b 256", "ecdsa -b 384", "ecdsa -b 521"] {
        let file = format!("tree/{}", kind.replace(' ', ""));
        if tool(&lab, &format!("ssh-keygen -q -t {kind} -C deploy@acme.dev -f {file} -N ''")).is_none() {
            return;
        }
    }
    lab.run(&["scan", "tree", "--record", "home/r.db"]);
    let (public, private) = (credentials(&lab, "home/r.db", "ssh.public-key"), credentials(&lab, "home/r.db", "private-key.%"));
    assert_eq!((public.len(), private.len()), (5, 5));
    for ((told, path), (secret, beside)) in public.iter().zip(&private) {
        let ask = |hash: &str| {
            let line = tool(&lab, &format!("ssh-keygen -l -E {hash} -f tree/{path}")).expect("it is installed");
            line.split(' ').nth(1).expect("a fingerprint").to_owned()
        };
        assert_eq!(told["ssh-fingerprint"].as_str(), Some(ask("sha256").as_str()));
        assert_eq!(told["ssh-md5"].as_str(), ask("md5").strip_prefix("MD5:"));
        assert_eq!(told["comment"], "deploy@acme.dev");
        assert_eq!(*path, format!("{beside}.pub"));
        for name in ["spki-sha256", "ssh-fingerprint", "ssh-md5", "algorithm", "bits"] {
            assert!(told[name].is_string() && told[name] == secret[name], "{name} of {path}: {told:#} {secret:#}");
        }
        let spki = lab.shell(&format!("ssh-keygen -e -m PKCS8 -f tree/{path} | openssl pkey -pubin -outform DER | openssl sha256 -r"));
        // ssh-keygen writes no Ed25519 key in this form.
        if spki.err.is_empty() && !path.contains("ed25519") {
            assert_eq!(told["spki-sha256"].as_str(), spki.out.split(' ').next());
        }
    }
}

#[test]
fn ec2_lists_a_key_pair_under_the_names_that_are_told() {
    let lab = Lab::new();
    std::fs::create_dir(lab.path("tree")).expect("a folder");
    if tool(&lab, "openssl genrsa -traditional -out tree/pair.pem 2048").is_none() {
        return;
    }
    tool(&lab, "openssl pkcs8 -topk8 -nocrypt -in tree/pair.pem -out tree/new.pem");
    lab.run(&["scan", "tree", "--record", "home/r.db"]);
    // As the EC2 user guide computes them: of a pair that EC2 made, and of one that was imported.
    let made = lab.shell("openssl pkcs8 -in tree/pair.pem -inform PEM -outform DER -topk8 -nocrypt | openssl sha1 -c").out;
    let imported = lab.shell("openssl rsa -in tree/pair.pem -pubout -outform DER 2>/dev/null | openssl md5 -c").out;
    for (told, path) in credentials(&lab, "home/r.db", "private-key.%") {
        assert_eq!(told["aws-key-pair"].as_str(), made.trim().rsplit(' ').next(), "{path}");
        assert_eq!(told["aws-imported-key-pair"].as_str(), imported.trim().rsplit(' ').next(), "{path}");
    }
}

#[test]
fn certificates_of_ssh_are_told_as_ssh_keygen_tells_them() {
    let lab = Lab::new();
    std::fs::create_dir_all(lab.path("tree/home/app/.ssh")).expect("folders");
    for file in ["ca", "tree/user", "tree/host"] {
        if tool(&lab, &format!("ssh-keygen -q -t ed25519 -f {file} -N ''")).is_none() {
            return;
        }
    }
    tool(&lab, "ssh-keygen -q -s ca -I deploy-7 -n app,db -V 20260101000000:20270101000000 -z 42 tree/user.pub");
    tool(&lab, "ssh-keygen -q -s ca -I web -h -n web.acme.dev -V always:forever tree/host.pub");
    let report = lab.run(&["scan", "tree", "--record", "home/r.db", "--format", "json", "--now", "2026-06-01T00:00:00Z"]).json();
    let all = credentials(&lab, "home/r.db", "ssh.certificate");
    let [(host, _), (user, path)] = &all[..] else { panic!("two certificates: {all:?}") };
    assert_eq!(
        (user["subject"].as_str(), user["principals"].as_str(), user["serial"].as_str()),
        (Some("key id deploy-7"), Some("app, db"), Some("42"))
    );
    assert_eq!((host["for"].as_str(), host["forever"].as_str()), (Some("host"), Some("yes")));
    let said = tool(&lab, &format!("ssh-keygen -L -f tree/{path}")).expect("it is installed");
    assert!(said.contains(user["ssh-fingerprint"].as_str().expect("a fingerprint")), "{said}");
    assert!(said.contains(user["issuer"].as_str().and_then(|issuer| issuer.strip_prefix("SSH ")).expect("an issuer")), "{said}");
    assert_eq!(findings(&report, "ssh-certificate-long-lived").len(), 2);
    let list = lab.run(&["certificates", "--record", "home/r.db", "--now", "2026-06-01T00:00:00Z"]).exits(0).out;
    assert!(list.contains("key id deploy-7") && list.contains("2027-01-01"), "{list}");
}

#[test]
fn who_may_log_in_is_judged_by_file_and_options() {
    let lab = Lab::new();
    std::fs::create_dir_all(lab.path("keys")).expect("a folder");
    for name in ["a", "b"] {
        if tool(&lab, &format!("ssh-keygen -q -t ed25519 -C jenkins@acme -f keys/{name} -N ''")).is_none() {
            return;
        }
    }
    let key = |name: &str| std::fs::read_to_string(lab.path(&format!("keys/{name}.pub"))).expect("a key");
    let (a, b) = (key("a"), key("b"));
    lab.write("tree/root/.ssh/authorized_keys", format!("# admins\n{a}from=\"10.0.0.0/8\",command=\"/bin/run it\" {b}"));
    lab.write("tree/home/build/.ssh/authorized_keys", format!("cert-authority {a}"));
    lab.write("tree/home/x/.ssh/authorized_keys", &a);
    lab.write("tree/home/x/.ssh/known_hosts", format!("web.acme.dev {b}"));
    let report = lab.run(&["scan", "tree", "--record", "home/r.db", "--format", "json"]).exits(0).json();
    let told = |check| findings(&report, check).len();
    assert_eq!(
        (told("ssh-login-unrestricted"), told("ssh-authority-unlimited"), told("ssh-key-on-many-accounts"), told("exposed-credential")),
        (1, 1, 1, 0),
        "{report:#}"
    );
}

#[test]
fn key_stores_that_a_well_known_password_opens_tell_what_is_in_them() {
    let lab = Lab::new();
    std::fs::create_dir(lab.path("tree")).expect("a folder");
    let made = tool(&lab, "openssl req -x509 -newkey rsa:2048 -nodes -keyout a.key -out a.pem -days 30 -subj /CN=svc.acme.dev");
    if made.is_none() {
        return;
    }
    let export = "openssl pkcs12 -export -inkey a.key -in a.pem -name server";
    tool(&lab, &format!("{export} -passout pass:changeit -out tree/modern.p12"));
    tool(&lab, &format!("{export} -passout pass: -out tree/empty.p12"));
    tool(&lab, &format!("{export} -passout pass:changeit -macalg sha512 -keypbe AES-128-CBC -certpbe AES-192-CBC -out tree/aes.p12"));
    tool(&lab, &format!("{export} -passout pass:changeit -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1 -out tree/old.p12"));
    tool(&lab, &format!("{export} -passout pass:kX93jsl-nobody-knows -out tree/closed.p12"));
    tool(&lab, "openssl rsa -in a.key -outform DER -out tree/key.der");
    let report = lab.run(&["scan", "tree", "--record", "home/r.db", "--format", "json"]).exits(0).json();
    let stores = credentials(&lab, "home/r.db", "key-store.%");
    let opens: Vec<(&str, Option<&str>, Option<&str>)> =
        stores.iter().map(|(told, path)| (path.as_str(), told["opens-with"].as_str(), told["private-keys"].as_str())).collect();
    assert_eq!(
        opens,
        [
            ("aes.p12", Some("changeit"), Some("1")),
            ("closed.p12", None, Some("1")),
            ("empty.p12", Some("an empty password"), Some("1")),
            ("modern.p12", Some("changeit"), Some("1")),
            ("old.p12", Some("changeit"), Some("1")),
        ]
    );
    assert_eq!(stores[4].0["protection"], "triple-des");
    assert_eq!(findings(&report, "key-store-opens").len(), 4);
    let keys = credentials(&lab, "home/r.db", "private-key.%");
    let spki: std::collections::BTreeSet<&str> = keys.iter().filter_map(|(told, _)| told["spki-sha256"].as_str()).collect();
    let places = keys.iter().map(|(_, paths)| paths.split(' ').count()).sum::<usize>();
    assert_eq!((spki.len(), places), (1, 5), "one key, in four stores and in DER: {keys:?}");
    let list = lab.run(&["certificates", "--record", "home/r.db", "--format", "json"]).exits(0).json();
    assert_eq!((list["total"].as_u64(), list["certificates"][0]["private_key_known"].as_bool()), (Some(1), Some(true)));
}

#[test]
fn stores_of_java_are_read_as_keytool_lists_them() {
    let lab = Lab::new();
    std::fs::create_dir(lab.path("tree")).expect("a folder");
    let make = "keytool -genkeypair -keyalg RSA -keysize 2048 -alias server -dname CN=svc.acme.dev -validity 90 -keystore";
    for (file, kind) in [("tree/a.jks", "JKS"), ("tree/b.jceks", "JCEKS"), ("tree/c.p12", "PKCS12")] {
        if tool(&lab, &format!("{make} {file} -storetype {kind} -storepass changeit -keypass changeit")).is_none() {
            return;
        }
    }
    tool(&lab, "keytool -exportcert -alias server -keystore tree/a.jks -storepass changeit -file a.cer");
    tool(&lab, "keytool -importcert -noprompt -alias ca -file a.cer -keystore tree/trust.jks -storetype JKS -storepass changeit");
    let report = lab.run(&["scan", "tree", "--record", "home/r.db", "--format", "json"]).exits(0).json();
    let stores = credentials(&lab, "home/r.db", "key-store.%");
    assert_eq!(stores.len(), 3, "a list of trusted certificates is no secret: {stores:?}");
    for (told, path) in &stores {
        assert_eq!((told["opens-with"].as_str(), told["aliases"].as_str()), (Some("changeit"), Some("server")), "{path}");
    }
    assert_eq!(findings(&report, "key-store-opens").len(), 3);
    let listed = tool(&lab, "keytool -list -v -keystore tree/a.jks -storepass changeit").expect("it is installed");
    let all = credentials(&lab, "home/r.db", "x509.certificate");
    assert_eq!(all.len(), 3, "one of each pair; the trusted one is that of the first");
    let digests = all.iter().filter_map(|(told, _)| told["x509-sha256"].as_str()).map(str::to_uppercase).collect::<Vec<_>>();
    assert!(digests.iter().any(|digest| listed.replace(':', "").contains(digest)), "{listed}");
    let keys = credentials(&lab, "home/r.db", "private-key.pkcs8");
    assert_eq!(keys.len(), 3, "the key itself comes out of JKS, JCEKS and PKCS#12: {keys:?}");
    for (told, path) in &keys {
        assert!(all.iter().any(|(certificate, _)| certificate["spki-sha256"] == told["spki-sha256"]), "{path}");
    }
}

#[test]
fn keys_in_json_meet_their_certificates() {
    let lab = Lab::new();
    if tool(&lab, "openssl genrsa -out a.key 2048").is_none() {
        return;
    }
    let modulus = tool(&lab, "openssl rsa -in a.key -noout -modulus").expect("it is installed");
    let bytes = data_encoding::HEXUPPER.decode(modulus.trim_start_matches("Modulus=").as_bytes()).expect("digits");
    let n = data_encoding::BASE64URL_NOPAD.encode(&bytes);
    lab.write("tree/jwks.json", serde_json::json!({ "keys": [{ "kty": "RSA", "kid": "1", "n": n, "e": "AQAB" }] }).to_string());
    std::fs::copy(lab.path("a.key"), lab.path("tree/a.key")).expect("a key");
    lab.run(&["scan", "tree", "--record", "home/r.db"]).exits(0);
    let (public, private) = (credentials(&lab, "home/r.db", "jwk.%"), credentials(&lab, "home/r.db", "private-key.%"));
    assert_eq!(public[0].0["spki-sha256"], private[0].0["spki-sha256"]);
    assert_eq!((public.len(), public[0].0["kid"].as_str()), (1, Some("1")));
}

#[test]
fn a_store_that_asks_for_endless_work_is_closed_in_time() {
    let lab = Lab::new();
    std::fs::create_dir(lab.path("tree")).expect("a folder");
    if tool(&lab, "openssl req -x509 -newkey ed25519 -nodes -keyout a.key -out a.pem -subj /CN=a").is_none() {
        return;
    }
    tool(&lab, "openssl pkcs12 -export -inkey a.key -in a.pem -passout pass:changeit -iter 2000 -out a.p12");
    let store = std::fs::read(lab.path("a.p12")).expect("a store");
    // Every count of 2,000 rounds becomes one of 32,767, and the last, of the signature, one of all that fit.
    let mut costly = store.clone();
    let places: Vec<usize> = (0..store.len() - 3).filter(|at| store[*at..].starts_with(&[2, 2, 0x07, 0xd0])).collect();
    assert!(!places.is_empty());
    for at in places {
        costly[at + 2..at + 4].copy_from_slice(&[0x7f, 0xff]);
    }
    for n in 0..50 {
        lab.write(&format!("tree/{n}.p12"), &costly);
    }
    let start = std::time::Instant::now();
    lab.run(&["scan", "tree", "--record", "home/r.db"]).exits(0);
    assert!(start.elapsed().as_secs() < 60);
}
