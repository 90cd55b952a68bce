//! Machines outside of AWS that come in by certificates: what is asked, judged, and read again from saved answers.

use serde_json::{Value, json};

use crate::{
    aws::scan,
    aws_server::{Asked, Server, Told, healthy, result},
    support::{Lab, aws_id, faults, findings},
    tls_material::{openssl, text},
};

const HERE: &str = "arn:aws:rolesanywhere:us-east-1:111122223333";

/// A role that certificates open and that may do everything.
fn plant() -> String {
    let encoded = |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let trust = r#"{"Statement":{"Effect":"Allow","Principal":{"Service":"rolesanywhere.amazonaws.com"},"Action":"sts:AssumeRole"}}"#;
    let all = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    format!(
        "<RoleDetailList><member><RoleName>plant</RoleName><RoleId>AROAX</RoleId><Arn>arn:aws:iam::111122223333:role/plant</Arn>\
         <AssumeRolePolicyDocument>{}</AssumeRolePolicyDocument><RolePolicyList><member><PolicyName>all</PolicyName>\
         <PolicyDocument>{}</PolicyDocument></member></RolePolicyList></member></RoleDetailList>",
        encoded(trust),
        encoded(all)
    )
}

/// An account with an anchor of its own whose key is weak, two profiles, and a list of revoked certificates for another anchor.
fn answers(operation: &str, bundle: &str) -> Option<Told> {
    let told = |body: Value| Some((200, body.to_string()));
    match operation {
        "GET /trustanchors?pageSize=100" => told(json!({ "trustAnchors": [{
            "trustAnchorId": "a", "trustAnchorArn": format!("{HERE}:trust-anchor/a"), "name": "factory", "enabled": true,
            "source": { "sourceType": "CERTIFICATE_BUNDLE", "sourceData": { "x509CertificateData": bundle } } }] })),
        "GET /profiles?pageSize=100" => told(json!({ "nextToken": "more", "profiles": [{
            "profileArn": format!("{HERE}:profile/p"), "name": "machines", "enabled": true, "durationSeconds": 43200,
            "roleArns": ["arn:aws:iam::111122223333:role/plant"] }] })),
        "GET /profiles?nextToken=more&pageSize=100" | "GET /profiles?pageSize=100&nextToken=more" => told(json!({ "profiles": [{
            "profileArn": format!("{HERE}:profile/q"), "name": "off", "enabled": false, "durationSeconds": 43200,
            "roleArns": ["arn:aws:iam::111122223333:role/plant"] }] })),
        "GET /crls?pageSize=100" => told(json!({ "crls": [{
            "crlId": "c", "crlArn": format!("{HERE}:crl/c"), "enabled": true, "trustAnchorArn": format!("{HERE}:trust-anchor/b") }] })),
        "GetAccountAuthorizationDetails" => Some(result(operation, &format!("<IsTruncated>false</IsTruncated>{}", plant()))),
        _ => None,
    }
}

/// A lab with the account, of which `odd` answers some questions otherwise; `None` without openssl.
fn factory(odd: fn(&str) -> Option<Told>) -> Option<(Lab, Server)> {
    let lab = Lab::new();
    let line = "req -x509 -newkey rsa:1024 -nodes -keyout ca.key -out ca.pem -days 3650 -subj /CN=Plant/O=Acme";
    let bundle = openssl(&lab, line).then(|| text(&lab, "ca.pem"))?;
    let key = aws_id(1);
    let answer = move |operation: &str, asked: &Asked, _: usize| {
        odd(operation).or_else(|| answers(operation, &bundle)).or_else(|| healthy(operation, asked, &key))
    };
    Some((lab, Server::start(answer)))
}

fn said(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = report["findings"].as_array().expect("a list").iter().filter(|one| text(&one["check"]).starts_with("aws-roles-anywhere"));
    let mut all: Vec<String> =
        all.map(|one| format!("{} {}: {}", text(&one["severity"]), text(&one["check"]), text(&one["because"]))).collect();
    all.sort();
    all
}

#[test]
fn who_comes_in_by_certificate_is_fetched_judged_and_read_again_from_saved_answers() {
    let Some((lab, server)) = factory(|_| None) else { return };
    let live = scan(&lab, &server.url, &["--save", "saved"]).exits(0).json();
    assert_eq!(faults(&live), Vec::<String>::new());
    let known = [
        "high aws-roles-anywhere-authority: the trust anchor factory: its RSA key has 1024 bits (CN=Plant, O=Acme)",
        "high aws-roles-anywhere-open: plant: every certificate of every authority that the account trusts opens it",
        "high aws-roles-anywhere-policy: a certificate opens all that the role plant may do by the profile machines, which has no session policy that limits it",
        "medium aws-roles-anywhere-revocation: no list of revoked certificates is in force for the trust anchor factory",
        "medium aws-roles-anywhere-session: a certificate opens roles of the profile machines for 12 hours",
    ];
    assert_eq!(said(&live), known);
    let again = lab.report(&["dir:saved", "--record", "again.db"], 0);
    assert_eq!(said(&again), known);
    assert_eq!(findings(&again, "certificate-weak-key").len(), 1, "the certificate is one like any other");
}

#[test]
fn lists_that_are_refused_are_faults_with_the_permission_and_leave_the_check_undecided() {
    let refused = |operation: &str| {
        let hit = operation.starts_with("GET /crls");
        hit.then(|| (403, json!({ "__type": "AccessDeniedException", "message": "not you" }).to_string()))
    };
    let Some((lab, server)) = factory(refused) else { return };
    let report = scan(&lab, &server.url, &[]).exits(3).json();
    assert!(faults(&report).iter().any(|fault| fault.contains("rolesanywhere:ListCrls denied")), "{:?}", faults(&report));
    assert!(said(&report).iter().all(|one| !one.contains("revocation")), "{:?}", said(&report));
    let undecided = report["undecided"].as_array().expect("a list").iter();
    let told: Vec<&str> = undecided.filter_map(|one| one["check"].as_str()).filter(|check| check.starts_with("aws-roles-any")).collect();
    assert_eq!(told, ["aws-roles-anywhere-revocation"]);
}
