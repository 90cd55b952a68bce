//! The families of rules by which AWS decides, a test each. Those of conditions, patterns and documents stand beside their code;
//! steps between principals in the labelled accounts of the tests of the whole program.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Guarded, assumes,
    effective::{At, Request, allows},
    estate::{Attached, Boundary, Estate, Principal, PrincipalKind, Role},
    policy::{Policy, Value},
};
use crate::model::Certainty::{self, Certain, Conditional, Possible};

const OWN: &str = "111111111111";
const SECRET: &str = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:a";
const KEY: &str = "arn:aws:kms:eu-west-1:111111111111:key/k";

/// A policy with these statements.
fn policy(statements: &str) -> Arc<Policy> {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    Arc::new(Policy::parse(&text).expect("a policy"))
}

fn statement(effect: &str, action: &str, resource: &str) -> String {
    format!(r#"{{"Effect":"{effect}","Action":"{action}","Resource":"{resource}"}}"#)
}

/// A statement of a resource's policy.
fn to(principal: &str, effect: &str, action: &str) -> String {
    format!(r#"{{"Effect":"{effect}","Principal":{{"AWS":"{principal}"}},"Action":"{action}","Resource":"*"}}"#)
}

fn principal(account: &str, kind: PrincipalKind, statements: &str) -> Principal {
    let name = if kind == PrincipalKind::Role { "role" } else { "user" };
    let arn = format!("arn:aws:iam::{account}:{name}/x");
    Principal {
        policies: vec![Attached { name: "own".into(), group: None, policy: policy(statements) }],
        account: account.into(),
        kind,
        boundary: Boundary::None,
        groups: Vec::new(),
        tags: BTreeMap::new(),
        keys: [("aws:username".to_owned(), Value::of("x")), ("aws:principalarn".to_owned(), Value::of(&arn))].into(),
        role: None,
        arn,
    }
}

fn limit(policy: Arc<Policy>) -> Boundary {
    Boundary::Policy { arn: "arn:aws:iam::111111111111:policy/limit".into(), policy }
}

fn user(statements: &str) -> Principal {
    principal(OWN, PrincipalKind::User, statements)
}

fn may(estate: &Estate, who: &Principal, action: &str, resource: &str) -> Option<Certainty> {
    allows(estate, who, &Request::new(&action.to_lowercase(), At::One(resource))).map(|answer| answer.certainty)
}

/// An estate with one resource.
fn guarded(arn: &str, owner: Option<&str>, statements: &str) -> Estate {
    let account = owner.map(str::to_owned);
    Estate {
        resources: [(arn.to_owned(), Guarded { policy: Some(policy(statements)), account, grants: Vec::new() })].into(),
        ..Estate::default()
    }
}

#[test]
fn a_denial_anywhere_wins_and_every_level_of_an_organization_must_allow() {
    let who = user(&statement("Allow", "*", "*"));
    let all = || policy(&statement("Allow", "*", "*"));
    let with = |levels: Vec<Vec<Arc<Policy>>>| Estate { controls: [(OWN.to_owned(), levels)].into(), ..Estate::default() };
    let limit = |levels| may(&with(levels), &who, "s3:GetObject", "arn:aws:s3:::a/b");
    assert_eq!(limit(vec![vec![all()], vec![all()]]), Some(Certain));
    assert_eq!(limit(vec![vec![all()], vec![policy(&statement("Allow", "ec2:*", "*"))]]), None);
    assert_eq!(limit(vec![vec![all(), policy(&statement("Deny", "s3:*", "*"))], vec![all()]]), None);
    let root = Principal { kind: PrincipalKind::Root, ..user("") };
    assert_eq!(may(&with(vec![vec![policy(&statement("Allow", "ec2:*", "*"))]]), &root, "s3:GetObject", "arn:aws:s3:::a/b"), None);
}

#[test]
fn in_one_account_either_policy_is_enough_and_across_accounts_both_are_needed() {
    let (reads, nothing) = (statement("Allow", "secretsmanager:*", "*"), statement("Allow", "ec2:*", "*"));
    let ask = |account: &str, own: &str, guest: &str| {
        let estate = guarded(SECRET, Some(OWN), &to(guest, "Allow", "secretsmanager:GetSecretValue"));
        may(&estate, &principal(account, PrincipalKind::User, own), "secretsmanager:GetSecretValue", SECRET)
    };
    assert_eq!(ask(OWN, &nothing, "arn:aws:iam::111111111111:user/x"), Some(Certain));
    assert_eq!(ask(OWN, &nothing, "arn:aws:iam::111111111111:user/y"), None);
    assert_eq!(ask(OWN, &reads, "arn:aws:iam::111111111111:user/y"), Some(Certain));
    assert_eq!(ask(OWN, &nothing, "111111111111"), None, "that leaves it to the policies of the account");
    assert_eq!(ask("222222222222", &reads, "arn:aws:iam::222222222222:root"), Some(Certain));
    assert_eq!(ask("222222222222", &nothing, "arn:aws:iam::222222222222:user/x"), None);
    assert_eq!(ask("222222222222", &reads, "arn:aws:iam::333333333333:root"), None);
}

#[test]
fn a_key_is_nobodys_but_by_its_own_policy() {
    let who = user(&statement("Allow", "kms:*", "*"));
    let ask = |who: &Principal, statements: &str| may(&guarded(KEY, Some(OWN), statements), who, "kms:Decrypt", KEY);
    assert_eq!(ask(&who, &to("arn:aws:iam::111111111111:root", "Allow", "kms:*")), Some(Certain));
    assert_eq!(ask(&who, &to("arn:aws:iam::111111111111:user/y", "Allow", "kms:*")), None);
    assert_eq!(ask(&user(""), &to("arn:aws:iam::111111111111:root", "Allow", "kms:*")), None);
    assert_eq!(ask(&user(""), &to("arn:aws:iam::111111111111:user/x", "Allow", "kms:*")), Some(Certain));
}

#[test]
fn a_user_who_is_named_passes_a_silent_boundary_and_a_role_does_not() {
    let bounded = |kind, most: &str| Principal { boundary: limit(policy(most)), ..principal(OWN, kind, "") };
    let ask = |who: &Principal| {
        let estate = guarded(SECRET, Some(OWN), &to(&who.arn, "Allow", "secretsmanager:*"));
        may(&estate, who, "secretsmanager:GetSecretValue", SECRET)
    };
    let silent = statement("Allow", "ec2:*", "*");
    assert_eq!(ask(&bounded(PrincipalKind::User, &silent)), Some(Certain));
    assert_eq!(ask(&bounded(PrincipalKind::Role, &silent)), None);
    assert_eq!(ask(&bounded(PrincipalKind::User, &statement("Deny", "secretsmanager:*", "*"))), None);
}

#[test]
fn a_denial_of_the_resource_counts_and_an_owner_that_nobody_knows_leaves_doubt() {
    let who = user(&statement("Allow", "s3:*", "*"));
    let bucket = "arn:aws:s3:::data";
    let ask = |owner, statements: &str| may(&guarded(bucket, owner, statements), &who, "s3:GetObject", "arn:aws:s3:::data/x");
    assert_eq!(ask(Some(OWN), &to("*", "Deny", "s3:GetObject")), None, "the policy of a bucket is that of what lies in it");
    assert_eq!(ask(Some(OWN), &to("arn:aws:iam::111111111111:user/y", "Deny", "s3:GetObject")), Some(Certain));
    assert_eq!(ask(None, &to("arn:aws:iam::111111111111:user/y", "Allow", "s3:GetObject")), Some(Possible));
}

#[test]
fn limits_on_resources_bind_their_account_and_only_services_that_know_them() {
    let who = user(&statement("Allow", "*", "*"));
    let all = r#"{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}"#;
    let ceiling = |statement: &str| {
        let levels = vec![vec![policy(&format!("{all},{statement}"))]];
        Estate { ceilings: [(OWN.to_owned(), levels)].into(), ..Estate::default() }
    };
    let no_secrets = ceiling(r#"{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}"#);
    assert_eq!(may(&no_secrets, &who, "secretsmanager:GetSecretValue", SECRET), None);
    assert_eq!(may(&no_secrets, &who, "ec2:StartInstances", "arn:aws:ec2:eu-west-1:111111111111:instance/i"), Some(Certain));
    let strangers = r#"{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-1"}}}"#;
    assert_eq!(may(&ceiling(strangers), &who, "secretsmanager:GetSecretValue", SECRET), Some(Certain), "he is no stranger");
}

#[test]
fn a_boundary_gives_nothing_and_one_that_nobody_knows_leaves_doubt() {
    let all = policy(&statement("Allow", "*", "*"));
    let with = |own: &str, boundary| Principal { boundary, ..user(own) };
    let ask = |who: &Principal| may(&Estate::default(), who, "s3:GetObject", "arn:aws:s3:::a/b");
    assert_eq!(ask(&with(&statement("Allow", "ec2:*", "*"), limit(Arc::clone(&all)))), None);
    assert_eq!(ask(&with(&statement("Allow", "s3:*", "*"), limit(all))), Some(Certain));
    assert_eq!(ask(&with(&statement("Allow", "s3:*", "*"), Boundary::Unknown)), Some(Possible));
}

#[test]
fn the_case_of_actions_does_not_count_and_that_of_resources_does() {
    let ask = |action: &str, resource: &str| {
        may(&Estate::default(), &user(&statement("Allow", action, resource)), "s3:GetObject", "arn:aws:s3:::data/x")
    };
    assert_eq!(ask("S3:GETobject", "arn:aws:s3:::data/*"), Some(Certain));
    assert_eq!(ask("s3:Get*", "arn:aws:s3:::Data/*"), None);
    assert_eq!(ask("*:*", "*"), Some(Certain));
}

#[test]
fn a_denial_under_a_condition_or_of_one_thing_leaves_the_rest() {
    let all = statement("Allow", "*", "*");
    let ask = |deny: &str, resource: &str| may(&Estate::default(), &user(&format!("{all},{deny}")), "s3:GetObject", resource);
    let one = statement("Deny", "s3:*", "arn:aws:s3:::a/*");
    assert_eq!([ask(&one, "arn:aws:s3:::a/x"), ask(&one, "arn:aws:s3:::b/x")], [None, Some(Certain)]);
    let from = r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}}"#;
    assert_eq!(ask(from, "arn:aws:s3:::a/x"), Some(Conditional));
    let but = r#"{"Effect":"Deny","NotAction":"ec2:*","Resource":"*"}"#;
    assert_eq!(ask(but, "arn:aws:s3:::a/x"), None);
}

#[test]
fn variables_are_replaced_as_text_and_not_in_the_old_version() {
    let who = |version: &str, name: &str| {
        let text = format!(
            r#"{{"Version":"{version}","Statement":{{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::home/${{aws:username}}/*"}}}}"#
        );
        let policy = Arc::new(Policy::parse(&text).expect("a policy"));
        let policies = vec![Attached { name: "own".into(), group: None, policy }];
        Principal { policies, keys: [("aws:username".to_owned(), Value::of(name))].into(), ..user("") }
    };
    let ask = |who: &Principal, resource: &str| may(&Estate::default(), who, "s3:GetObject", resource);
    assert_eq!(ask(&who("2012-10-17", "ann"), "arn:aws:s3:::home/ann/x"), Some(Certain));
    assert_eq!(ask(&who("2008-10-17", "ann"), "arn:aws:s3:::home/ann/x"), None);
    assert_eq!(ask(&who("2012-10-17", "*"), "arn:aws:s3:::home/bob/x"), None, "a star in a name is no pattern");
}

#[test]
fn a_trust_that_names_somebody_is_enough_and_one_that_names_his_account_is_not() {
    let role = |named: &str| {
        let text = format!(r#"{{"Statement":{{"Effect":"Allow","Principal":{{"AWS":"{named}"}},"Action":"sts:AssumeRole"}}}}"#);
        let trust = Arc::new(Policy::parse(&text).expect("a trust"));
        Principal { role: Some(Role { trust, linked: false, instance_profile: false }), ..principal(OWN, PrincipalKind::Role, "") }
    };
    let ask = |own: &str, named: &str| assumes(&Estate::default(), &user(own), &role(named)).map(|(certainty, _)| certainty);
    assert_eq!(ask("", "arn:aws:iam::111111111111:user/x"), Some(Certain));
    assert_eq!(ask("", "arn:aws:iam::111111111111:root"), None);
    assert_eq!(ask(&statement("Allow", "sts:AssumeRole", "*"), "arn:aws:iam::111111111111:root"), Some(Certain));
    assert_eq!(ask(&statement("Allow", "sts:AssumeRole", "*"), "arn:aws:iam::222222222222:root"), None);
}

#[test]
fn whom_a_trust_names_and_nobody_can_know_is_at_most_possible() {
    let role = |effect: &str, named: &str| {
        let allows = r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"sts:AssumeRole"}"#;
        let rest = if effect == "Deny" { format!(",{allows}") } else { String::new() };
        let trust = policy(&format!(r#"{{"Effect":"{effect}","Principal":{{"AWS":"{named}"}},"Action":"sts:AssumeRole"}}{rest}"#));
        Principal { role: Some(Role { trust, linked: false, instance_profile: false }), ..principal(OWN, PrincipalKind::Role, "") }
    };
    let ask = |own: &str, role: &Principal| assumes(&Estate::default(), &user(own), role).map(|(certainty, _)| certainty);
    let may = statement("Allow", "sts:AssumeRole", "*");
    for named in ["<unknown var.who>", "arn:aws:iam::<unknown var.account>:root", "arn:aws:iam::111111111111:user/<unknown var.name>"] {
        assert_eq!(ask(&may, &role("Allow", named)), Some(Possible), "{named}");
        assert_eq!(ask("", &role("Allow", named)), None, "his own policies let him nowhere");
        assert_eq!(ask(&may, &role("Deny", named)), Some(Conditional), "that may be he: {named}");
    }
    assert_eq!(ask(&may, &role("Allow", "arn:aws:iam::222222222222:user/<unknown var.name>")), None);
    assert_eq!(ask(&may, &role("Allow", "arn:aws:iam::<unknown var.account>:user/y")), None);
}

#[test]
fn what_is_named_in_an_account_that_nobody_can_know_is_at_most_possible() {
    let ask = |named: &str| {
        let on = "arn:aws:iam::111111111111:user/x";
        may(&Estate::default(), &user(&statement("Allow", "iam:CreateAccessKey", named)), "iam:CreateAccessKey", on)
    };
    assert_eq!(ask("arn:aws:iam::<unknown var.account>:user/x"), Some(Possible));
    assert_eq!(ask("arn:aws:iam::<unknown var.account>:user/y"), None);
    for named in ["arn:aws:iam::111111111111:user/<unknown var.name>", "<unknown var.arn>"] {
        assert_eq!(ask(named), None, "whom it means nobody knows: {named}");
    }
}

#[test]
fn actions_on_what_belongs_to_another_service_are_allowed_somewhere() {
    let machine = "arn:aws:ec2:eu-west-1:111111111111:instance/*";
    let ask = |action: &str| {
        let who = user(&statement("Allow", action, machine));
        allows(&Estate::default(), &who, &Request::new(&action.to_lowercase(), At::Some)).map(|answer| answer.witness.resource)
    };
    for action in ["ssm:StartSession", "ssm:SendCommand", "ec2-instance-connect:SendSSHPublicKey", "ec2:StartInstances"] {
        assert_eq!(ask(action).as_deref(), Some(machine), "{action}");
    }
    assert_eq!(ask("lambda:CreateFunction"), None, "nothing of that service is named");
}

#[test]
fn a_policy_of_a_resource_that_was_refused_leaves_doubt() {
    let refused = |arn: &str| Estate { refused: [arn.to_owned()].into(), ..Estate::default() };
    let ask = |estate: &Estate, action: &str, on: &str| may(estate, &user(&statement("Allow", "*", "*")), action, on);
    let bucket = refused("arn:aws:s3:::data");
    assert_eq!(ask(&bucket, "s3:GetObject", "arn:aws:s3:::data/x/y"), Some(Conditional), "it may deny it");
    assert_eq!(ask(&bucket, "s3:GetObject", "arn:aws:s3:::other/x"), Some(Certain));
    assert_eq!(ask(&refused(KEY), "kms:Decrypt", KEY), Some(Possible), "a key is nobody's but by its own policy");
}

#[test]
fn an_action_that_nobody_knows_is_kept() {
    let who = user(&statement("Allow", "nimbus9000:Make*", "*"));
    assert_eq!(may(&Estate::default(), &who, "nimbus9000:MakeRain", "arn:aws:nimbus9000:eu-west-1:111111111111:cloud/1"), Some(Certain));
    assert_eq!(may(&Estate::default(), &who, "nimbus9000:StopRain", "arn:aws:nimbus9000:eu-west-1:111111111111:cloud/1"), None);
}
