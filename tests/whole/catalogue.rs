//! Every way of the catalogue, each in accounts of its own: told where all that it takes is there, and not where anything is missing.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    account::{Account, Told, allow, deny, told, when},
    support::Lab,
};

#[derive(Deserialize)]
struct Catalogue {
    way: Vec<Way>,
}

#[derive(Deserialize)]
struct Way {
    actions: Vec<String>,
    target: String,
    #[serde(default)]
    service: String,
    #[serde(default)]
    retired: bool,
}

/// What is different from an account in which a way leads to administrator.
#[derive(Debug, Clone, PartialEq)]
enum Lacks {
    Nothing,
    Action(usize),
    Denied(usize),
    Target,
    Condition,
}

impl Way {
    fn name(&self) -> String {
        self.actions.join(" + ")
    }

    fn is(&self, action: &str) -> bool {
        self.actions == [action]
    }

    /// Whether a role takes it on itself.
    fn of_roles(&self) -> bool {
        self.target == "self" && self.actions[0].contains("Role")
    }

    /// The service whose roles what it takes over has.
    fn principal(&self) -> String {
        let service = match self.service.as_str() {
            "ssm" | "ec2-instance-connect" if self.target == "existing" => "ec2",
            "ecs" | "batch" => "ecs-tasks",
            "apprunner" => "tasks.apprunner",
            service => service,
        };
        format!("{service}.amazonaws.com")
    }

    /// What its actor may do.
    fn statements(&self, lacks: &Lacks) -> Vec<Value> {
        let left = self.actions.iter().enumerate().filter(|(n, _)| *lacks != Lacks::Action(*n)).map(|(_, action)| action.as_str());
        let left: Vec<&str> = left.chain(["sts:GetCallerIdentity"]).collect();
        let never = json!({ "StringEquals": { "aws:PrincipalTag/team": "nobody" } });
        let may = if *lacks == Lacks::Condition { when(allow(&left, "*"), never) } else { allow(&left, "*") };
        match lacks {
            Lacks::Denied(n) => vec![may, deny(&[&self.actions[*n]], "*")],
            _ => vec![may],
        }
    }

    /// An account in which `user/a`, or `role/a`, can take it, but for what is lacking.
    fn account(&self, id: &str, lacks: &Lacks) -> Account {
        let mut account = Account::new(id);
        let all = [allow(&["*"], "*")];
        let statements = self.statements(lacks);
        let there = *lacks != Lacks::Target;
        match self.target.as_str() {
            "service" | "existing" if there => {
                account.role("t", &json!({ "Service": self.principal() }), &all).profiled();
            }
            "user" if there => {
                account.user("t", &all);
            }
            "role" if there => {
                account.role("t", &json!({ "Service": "ec2.amazonaws.com" }), &all);
            }
            "self" => self.own(&mut account, there),
            _ => {}
        }
        let bounded = self.actions[0].ends_with("PermissionsBoundary");
        // A boundary leaves what the way takes, and nothing else.
        if bounded {
            account.policy("limit", &[&statements]);
        }
        let may = if bounded { &all[..] } else { &statements };
        if self.of_roles() {
            account.role("a", &json!({ "Service": "ec2.amazonaws.com" }), may);
        } else {
            account.user("a", may);
        }
        if bounded && there {
            account.bounded("limit");
        }
        match self.actions[0].as_str() {
            "iam:PutGroupPolicy" | "iam:AttachGroupPolicy" if there => {
                account.member("weak");
            }
            "iam:CreatePolicyVersion" | "iam:SetDefaultPolicyVersion" if there => {
                account.attached("own");
            }
            _ => {}
        }
        account
    }

    fn own(&self, account: &mut Account, there: bool) {
        let (all, reads) = ([allow(&["*"], "*")], [allow(&["s3:ListBucket"], "*")]);
        account.group("weak", &reads);
        if self.is("iam:AddUserToGroup") && there {
            account.group("strong", &all);
        }
        account.policy("own", &[&reads, &all]);
    }

    /// What must be lacking for it not to lead anywhere.
    fn lacking(&self) -> Vec<Lacks> {
        // A policy of one's own is always there to be changed.
        let target =
            !["iam:PutUserPolicy", "iam:AttachUserPolicy", "iam:PutRolePolicy", "iam:AttachRolePolicy"].iter().any(|own| self.is(own));
        let target =
            (target && self.target != "organization" && !self.actions[0].ends_with("PermissionsBoundary")).then_some(Lacks::Target);
        let each = (0..self.actions.len()).flat_map(|n| [Lacks::Action(n), Lacks::Denied(n)]);
        each.chain(target).chain([Lacks::Condition]).collect()
    }
}

fn ways() -> Vec<Way> {
    toml::from_str::<Catalogue>(include_str!("../../src/analyze/aws/steps/ways.toml")).expect("a catalogue").way
}

/// What is said of the actor of each account, by its number in the list.
fn judged<'w>(cases: &[(&'w Way, Lacks)]) -> Vec<(&'w Way, Lacks, Told)> {
    let id = |n: usize| format!("{:012}", 100_000_000_000 + n);
    let accounts: Vec<Account> = cases.iter().enumerate().map(|(n, (way, lacks))| way.account(&id(n), lacks)).collect();
    let all: BTreeMap<String, Told> = told(&Lab::new(), &accounts.iter().collect::<Vec<_>>());
    let actor = |n: usize, way: &Way| all[&format!("{}:{}/a", id(n), if way.of_roles() { "role" } else { "user" })].clone();
    cases.iter().enumerate().map(|(n, (way, lacks))| (*way, lacks.clone(), actor(n, way))).collect()
}

/// Whether a way is what makes an administrator of somebody.
fn goes(told: &Told, way: &Way) -> bool {
    told.path.iter().any(|step| step.ends_with(&format!(" by {}", way.name())))
}

#[test]
fn every_way_is_told_where_all_is_there_that_it_takes() {
    let all = ways();
    let cases: Vec<_> = all.iter().filter(|way| !way.retired).map(|way| (way, Lacks::Nothing)).collect();
    for (way, _, told) in judged(&cases) {
        // Nobody says here what runs already, nor whose permission sets are whose.
        let certainty = if way.target == "existing" || way.target == "organization" { "possible" } else { "certain" };
        assert_eq!((told.privilege.as_str(), told.certainty.as_str()), ("escalates", certainty), "{} {told:?}", way.name());
        assert!(goes(&told, way) && told.path.len() == 1, "{} {told:?}", way.name());
        let asked: Vec<&str> = told.witnesses[0].iter().filter_map(|witness| witness.split(" on ").next()).collect();
        assert!(way.actions.iter().all(|action| asked.contains(&action.as_str())), "{} {asked:?}", way.name());
    }
}

#[test]
fn no_way_is_told_where_an_action_or_its_target_is_missing_or_denied_or_never_holds() {
    let all = ways();
    let cases: Vec<_> =
        all.iter().filter(|way| !way.retired).flat_map(|way| way.lacking().into_iter().map(move |lacks| (way, lacks))).collect();
    assert!(cases.len() > 4 * all.len(), "{}", cases.len());
    for (way, lacks, told) in judged(&cases) {
        assert!(!goes(&told, way), "{} without {lacks:?}: {told:?}", way.name());
    }
}

#[test]
fn a_way_over_a_service_that_is_gone_leads_nowhere() {
    let all = ways();
    let cases: Vec<_> = all.iter().filter(|way| way.retired).map(|way| (way, Lacks::Nothing)).collect();
    assert!(!cases.is_empty());
    for (way, _, told) in judged(&cases) {
        assert_ne!(told.privilege, "escalates", "{} {told:?}", way.name());
    }
}
