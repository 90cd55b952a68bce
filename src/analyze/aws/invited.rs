//! What policies of resources give to principals that they name, beside what their own policies give them.

use std::collections::BTreeMap;

use crate::model::{Certainty, Privilege, Witness};

use super::{
    actions::{Level, spelled, worst},
    assume::{Way, names, role_of_session},
    effective::{At, Request, allows},
    estate::{Estate, Principal},
    policy::{Names, Policy, Principals, Statement},
    privilege::Reach,
};

/// Conditions that pick principals: a statement for everybody with one of these is for some.
const PICKING: &[&str] =
    &["aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths", "aws:userid", "aws:username"];

/// So many invitations of one principal are looked at, the strongest first: an organization may be let in by every bucket.
const ENOUGH: usize = 64;

/// The statements of resources' policies that let principals in.
#[derive(Debug, Clone, Default)]
pub(super) struct Invited {
    /// By whom they name: an ARN, or account and name of a role whose session is named.
    named: BTreeMap<String, Vec<Invitation>>,
    /// Those that name everybody, or a pattern, and pick by conditions.
    picked: Vec<(Principals, Invitation)>,
}

/// One action of one statement.
#[derive(Debug, Clone)]
struct Invitation {
    /// A resource of which the statement speaks.
    resource: String,
    action: String,
    privilege: Privilege,
}

impl Invited {
    fn of(estate: &Estate) -> Self {
        let mut all = Self::default();
        for (arn, guarded) in &estate.resources {
            let granted = guarded.grants.iter().map(|(_, policy)| policy);
            for policy in guarded.policy.iter().chain(granted) {
                all.read(arn, policy);
            }
        }
        all
    }

    fn read(&mut self, arn: &str, policy: &Policy) {
        for statement in policy.statements.iter().filter(|statement| statement.allows) {
            let Some(principals) = &statement.principals else { continue };
            let invitations = invitations(arn, statement);
            if principals.anybody || principals.except || principals.aws.iter().any(|name| name.contains('*')) {
                // What the whole world may do is no privilege of anybody.
                if picks(statement) || !principals.anybody && !principals.except {
                    self.picked.extend(invitations.into_iter().map(|one| (principals.clone(), one)));
                }
                continue;
            }
            for name in &principals.aws {
                let name = role_of_session(name).unwrap_or_else(|| name.clone());
                self.named.entry(name).or_default().extend(invitations.iter().cloned());
            }
        }
    }

    /// The invitations of a principal, the strongest first.
    fn to(&self, principal: &Principal) -> Vec<&Invitation> {
        let session = format!("{}/{}", principal.account, principal.name());
        let named = [&principal.arn, &session].into_iter().filter_map(|name| self.named.get(name)).flatten();
        let picked = self.picked.iter().filter(|(whom, _)| names(whom, principal) == Some(Way::Named)).map(|(_, one)| one);
        let mut all: Vec<&Invitation> = named.chain(picked).collect();
        all.sort_by_key(|one| std::cmp::Reverse(one.privilege));
        all.truncate(ENOUGH);
        all
    }
}

/// What one statement invites to.
fn invitations(arn: &str, statement: &Statement) -> Vec<Invitation> {
    let resource = statement.resources.named().and_then(|all| all.iter().find(|one| one.starts_with("arn:")));
    let resource = resource.cloned().unwrap_or_else(|| arn.to_owned());
    let whole = [format!("{}:*", arn.split(':').nth(2).unwrap_or("*"))];
    let actions: &[String] = match &statement.actions {
        Names::Only(actions) => actions,
        Names::Except(_) => &whole,
    };
    let one = |action: &String| {
        let privilege = if worst(action) <= Level::Read { Privilege::Read } else { Privilege::Write };
        Invitation { resource: resource.clone(), action: action.clone(), privilege }
    };
    actions.iter().map(one).collect()
}

fn picks(statement: &Statement) -> bool {
    statement.conditions.iter().any(|condition| {
        let key = condition.key.as_str();
        PICKING.contains(&key) || key.starts_with("aws:principaltag/")
    })
}

/// The most that resources give a principal; `None` where none lets it in.
pub(super) fn best(estate: &Estate, principal: &Principal) -> Option<Reach> {
    let mut best: Option<Reach> = None;
    for (privilege, certainty, witness) in all(estate, principal) {
        if best.as_ref().is_none_or(|known| (known.privilege, known.certainty) < (privilege, certainty)) {
            best = Some(Reach { privilege, certainty, because: vec![witness] });
        }
    }
    best
}

/// Everything to which resources really let a principal in.
pub(super) fn all<'e>(estate: &'e Estate, principal: &'e Principal) -> impl Iterator<Item = (Privilege, Certainty, Witness)> + 'e {
    let invited = estate.invited.get_or_init(|| Invited::of(estate));
    invited.to(principal).into_iter().filter_map(|invitation| {
        let answer = allows(estate, principal, &Request::new(&invitation.action, At::One(&invitation.resource)))?;
        Some((invitation.privilege, answer.certainty, answer.spelled(&spelled(&invitation.action)).witness))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::best;
    use crate::{
        analyze::aws::{
            Attached, Boundary, Estate, Guarded, Principal, PrincipalKind,
            policy::{Policy, Value},
        },
        model::{Certainty, Privilege},
    };

    const HOME: &str = "111111111111";
    const BUCKET: &str = "arn:aws:s3:::data";

    fn policy(statement: &str) -> Arc<Policy> {
        Arc::new(Policy::parse(&format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#)).expect("a policy"))
    }

    fn role(own: &str) -> Principal {
        let arn = format!("arn:aws:iam::{HOME}:role/path/reader");
        let policies = vec![Attached { name: "own".into(), group: None, policy: policy(own) }];
        let keys = [("aws:principalarn".to_owned(), Value::of(&arn))].into();
        let (account, kind) = (HOME.to_owned(), PrincipalKind::Role);
        Principal { arn, account, kind, policies, boundary: Boundary::None, groups: Vec::new(), tags: [].into(), keys, role: None }
    }

    /// What the role has by a bucket's policy, with a policy of its own.
    fn told(owner: &str, principal: &str, condition: &str, own: &str) -> Option<(Privilege, Certainty)> {
        let said = format!(
            r#"{{"Effect":"Allow","Principal":{principal},"Action":["s3:GetObject","s3:PutObject"],"Resource":"{BUCKET}/*","Condition":{condition}}}"#
        );
        let mut estate = Estate::default();
        let guarded = Guarded { policy: Some(policy(&said)), grants: Vec::new(), account: Some(owner.to_owned()) };
        estate.resources.insert(BUCKET.into(), guarded);
        best(&estate, &role(own)).map(|reach| (reach.privilege, reach.certainty))
    }

    const NOTHING: &str = r#"{"Effect":"Allow","Action":"sts:GetCallerIdentity","Resource":"*"}"#;
    const READS: &str = r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#;
    const NAMED: &str = r#"{"AWS":"arn:aws:iam::111111111111:role/path/reader"}"#;

    #[test]
    fn who_is_named_by_himself_or_his_session_is_let_in_for_sure() {
        let write = Some((Privilege::Write, Certainty::Certain));
        assert_eq!(told(HOME, NAMED, "{}", NOTHING), write);
        assert_eq!(told(HOME, r#"{"AWS":"arn:aws:sts::111111111111:assumed-role/reader/ci"}"#, "{}", NOTHING), write);
        assert_eq!(told(HOME, r#"{"AWS":"arn:aws:iam::111111111111:role/other"}"#, "{}", NOTHING), None);
        assert_eq!(told(HOME, NAMED, "{}", r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#), None, "his own denial counts");
    }

    #[test]
    fn everybody_is_nobody_unless_a_condition_picks() {
        assert_eq!(told(HOME, r#""*""#, "{}", NOTHING), None);
        let picked = r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111111111111:role/path/*"}}"#;
        assert_eq!(told(HOME, r#""*""#, picked, NOTHING), Some((Privilege::Write, Certainty::Certain)));
        let other = r#"{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111111111111:role/other"}}"#;
        assert_eq!(told(HOME, r#""*""#, other, NOTHING), None);
        let organization = r#"{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#;
        assert_eq!(told(HOME, r#""*""#, organization, NOTHING), Some((Privilege::Write, Certainty::Conditional)));
    }

    #[test]
    fn an_account_that_is_named_leaves_it_to_its_policies_and_another_ones_asks_for_both() {
        assert_eq!(told(HOME, r#"{"AWS":"arn:aws:iam::111111111111:root"}"#, "{}", READS), None, "his own policy says it already");
        assert_eq!(told("222222222222", NAMED, "{}", NOTHING), None, "his own account does not let him");
        assert_eq!(told("222222222222", NAMED, "{}", READS), Some((Privilege::Read, Certainty::Certain)));
    }

    #[test]
    fn a_grant_on_a_key_lets_in_without_its_policy() {
        let key = "arn:aws:kms:eu-west-1:111111111111:key/k";
        let grant = format!(r#"{{"Effect":"Allow","Principal":{NAMED},"Action":"kms:Decrypt","Resource":"*"}}"#);
        let root = r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"kms:*","Resource":"*"}"#;
        let with = |policy| {
            let mut estate = Estate::default();
            let grants = vec![("g".to_owned(), super::tests::policy(&grant))];
            estate.resources.insert(key.into(), Guarded { policy, grants, account: Some(HOME.into()) });
            best(&estate, &role(NOTHING)).map(|reach| (reach.certainty, reach.because[0].policy.clone()))
        };
        let told = Some((Certainty::Certain, "grant g on the resource".to_owned()));
        assert_eq!([with(None), with(Some(policy(root)))], [told.clone(), told]);
    }
}
