//! The evaluator against a naive one: one request, every statement looked at one after the other, as AWS describes it.

use std::{collections::BTreeMap, sync::Arc};

use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::{Value as Json, json};

use super::{
    effective::{At, Request, allows},
    estate::{Attached, Boundary, Estate, Principal, PrincipalKind},
    policy::{Policy, Value},
};
use crate::model::Certainty;

const ACCOUNT: &str = "111111111111";
const ACTIONS: &[&str] = &["*", "*:*", "iam:*", "IAM:Create*", "iam:CreateUser", "iam:?reateUser", "s3:Get*", "s3:*Object", "sqs:*"];
const ASKED: &[&str] = &["iam:CreateUser", "iam:DeleteUser", "s3:GetObject", "s3:PutObject", "sqs:SendMessage"];
const RESOURCES: &[&str] =
    &["*", "arn:aws:s3:::*", "arn:aws:s3:::a/*", "arn:aws:s3:::A/*", "arn:aws:iam::*:user/x?", "arn:aws:iam::111111111111:user/xy"];
const THINGS: &[&str] =
    &["arn:aws:s3:::a/b", "arn:aws:s3:::b/a", "arn:aws:iam::111111111111:user/xy", "arn:aws:iam::111111111111:user/xyz"];

/// A statement as it may come, and what it says, kept apart so that the naive reading reads no JSON.
#[derive(Debug, Clone)]
struct Said {
    allows: bool,
    but_actions: bool,
    actions: Vec<&'static str>,
    but_resources: bool,
    resources: Vec<&'static str>,
    team: Option<(&'static str, &'static str)>,
}

impl Said {
    fn written(&self) -> Json {
        let mut all = json!({ "Effect": if self.allows { "Allow" } else { "Deny" } });
        all[if self.but_actions { "NotAction" } else { "Action" }] = json!(self.actions);
        all[if self.but_resources { "NotResource" } else { "Resource" }] = json!(self.resources);
        if let Some((operator, team)) = self.team {
            all["Condition"] = json!({ operator: { "aws:PrincipalTag/Team": team } });
        }
        all
    }

    fn speaks_of(&self, action: &str, resource: &str) -> bool {
        let action = action.to_lowercase();
        let named = self.actions.iter().any(|p| *p == "*" || fits(p.to_lowercase().as_bytes(), action.as_bytes()));
        let meant = self.resources.iter().any(|p| fits(p.as_bytes(), resource.as_bytes()));
        // The one who asks is of team `red`.
        let team = self.team.is_none_or(|(operator, team)| (team == "red") == (operator == "StringEquals"));
        named != self.but_actions && meant != self.but_resources && team
    }
}

/// Whether a pattern fits, by trying everything.
fn fits(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        ([b'*', rest @ ..], _) if fits(rest, text) => true,
        ([b'*', ..], [_, behind @ ..]) => fits(pattern, behind),
        ([b'?', rest @ ..], [_, behind @ ..]) => fits(rest, behind),
        ([a, rest @ ..], [b, behind @ ..]) if a == b => fits(rest, behind),
        _ => false,
    }
}

fn said() -> impl Strategy<Value = Said> {
    let team = (select(&["StringEquals", "StringNotEquals"][..]), select(&["red", "blue"][..]));
    (
        prop::bool::weighted(0.7),
        prop::bool::weighted(0.2),
        vec(select(ACTIONS), 1..3),
        prop::bool::weighted(0.2),
        vec(select(RESOURCES), 1..3),
        option::weighted(0.3, team),
    )
        .prop_map(|(allows, but_actions, actions, but_resources, resources, team)| Said {
            allows,
            but_actions,
            actions,
            but_resources,
            resources,
            team,
        })
}

fn policy(statements: &[Said]) -> Arc<Policy> {
    let all: Vec<Json> = statements.iter().map(Said::written).collect();
    Arc::new(Policy::parse(&json!({ "Version": "2012-10-17", "Statement": all }).to_string()).expect("a policy"))
}

fn ask(own: &[Vec<Said>], boundary: Option<&Vec<Said>>, levels: &[Vec<Said>], action: &str, resource: &str) -> Option<Certainty> {
    let named = |policy| Attached { name: "own".into(), group: None, policy };
    let principal = Principal {
        arn: format!("arn:aws:iam::{ACCOUNT}:user/ci"),
        account: ACCOUNT.into(),
        kind: PrincipalKind::User,
        policies: own.iter().map(|p| named(policy(p))).collect(),
        boundary: boundary.map_or(Boundary::None, |p| Boundary::Policy { arn: String::new(), policy: policy(p) }),
        groups: Vec::new(),
        tags: BTreeMap::new(),
        keys: [("aws:principaltag/team".to_owned(), Value::of("red"))].into(),
        role: None,
    };
    let mut estate = Estate::default();
    if !levels.is_empty() {
        estate.controls.insert(ACCOUNT.into(), levels.iter().map(|p| vec![policy(p)]).collect());
    }
    allows(&estate, &principal, &Request::new(&action.to_lowercase(), At::One(resource))).map(|answer| answer.certainty)
}

proptest! {
    #[test]
    fn one_request_is_decided_as_aws_describes_it(
        own in vec(vec(said(), 1..4), 0..3),
        boundary in option::weighted(0.3, vec(said(), 1..4)),
        levels in vec(vec(said(), 1..4), 0..3),
        action in select(ASKED),
        resource in select(THINGS),
    ) {
        let says = |policy: &Vec<Said>, allows: bool| policy.iter().any(|s| s.allows == allows && s.speaks_of(action, resource));
        let denied = own.iter().chain(&boundary).chain(&levels).any(|policy| says(policy, false));
        let granted = own.iter().any(|policy| says(policy, true));
        let limited = boundary.iter().chain(&levels).all(|policy| says(policy, true));
        let expected = (!denied && granted && limited).then_some(Certainty::Certain);
        prop_assert_eq!(ask(&own, boundary.as_ref(), &levels, action, resource), expected);
    }
}
