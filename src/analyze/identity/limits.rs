//! What an organization takes away from its accounts, and how far it is known.

use std::collections::BTreeMap;

use crate::model::{Certainty, Privilege, entity::Account};

use super::{Member, Roster, power::Power};

/// The accounts of which nobody can say what their organization takes away, by id, and why.
pub(super) fn untold(roster: &Roster) -> BTreeMap<String, &'static str> {
    roster.accounts.values().filter_map(|account| Some((account.id.clone(), why(account, roster)?))).collect()
}

/// Why nobody can say what the organization takes away from an account; `None` where it is told, or where it takes nothing.
fn why(account: &Account, roster: &Roster) -> Option<&'static str> {
    let says = |name: &str| account.attributes.contains_key(name);
    let above = account.parents.iter().chain([&account.id]).filter_map(|unit| roster.controls.get(unit)).flatten();
    if says("management-account") {
        None
    } else if above.into_iter().any(|grant| grant.document.is_none()) {
        Some("the organization limits the account by a policy whose text was refused")
    } else if says(Account::ORGANIZATION) && account.parents.is_empty() {
        Some("the account belongs to an organization, and no inventory tells by what that limits it")
    } else {
        None
    }
}

/// Says so where an organization may take away some of what an identity may do; roles of services it does not limit.
pub(super) fn limited(mut power: Power, member: Option<&Member>, limits: &BTreeMap<String, &'static str>) -> Power {
    let Some(identity) = member.map(|member| &member.identity) else { return power };
    let free = power.standing.privilege == Privilege::None || identity.uri.contains(":role/aws-service-role/");
    if let Some(why) = limits.get(&identity.scope).filter(|_| !free) {
        power.standing.certainty = power.standing.certainty.min(Certainty::Conditional);
        power.standing.because.push((*why).to_owned());
    }
    power
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::identity::{sample, standings},
        model::{
            Certainty, Entity, Privilege, Time,
            entity::{Account, Grant, GrantKind, Resource},
        },
    };

    #[test]
    fn what_hangs_on_a_resource_whose_policy_was_refused_is_conditional_and_says_so() {
        let asked = |on: &str, untold: &str| {
            let user = sample::user("ci", 0);
            let own = format!(r#"{{"Statement":{{"Effect":"Allow","Action":"s3:PutObject","Resource":"{on}"}}}}"#);
            let mut bucket = Resource::new("arn:aws:s3:::data", sample::ACCOUNT);
            bucket.attributes.insert(Resource::UNTOLD.into(), untold.into());
            let told = [Entity::Identity(user.clone()), sample::inline(&user.uri, &own), Entity::Resource(bucket)];
            let standing = standings(&mut sample::roster(told), Time(0)).remove(&user.uri).expect("a power").standing;
            let says = standing.because.iter().any(|why| why == "the policy of arn:aws:s3:::data was refused, and may deny it");
            (standing.privilege, standing.certainty, says)
        };
        assert_eq!(asked("arn:aws:s3:::data/*", "Policy"), (Privilege::Write, Certainty::Conditional, true));
        assert_eq!(asked("arn:aws:s3:::data/*", "PublicAccessBlock"), (Privilege::Write, Certainty::Certain, false));
        assert_eq!(asked("arn:aws:s3:::other/*", "Policy"), (Privilege::Write, Certainty::Certain, false));
    }

    #[test]
    fn what_an_organization_takes_away_and_nobody_tells_makes_an_answer_conditional() {
        let asked = |says: &[(&str, &str)], parents: &[&str], document: Option<&str>| {
            let user = sample::user("ci", 0);
            let all = sample::inline(&user.uri, r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#);
            let account = Account {
                provider: "aws".into(),
                id: sample::ACCOUNT.into(),
                parents: parents.iter().map(|&unit| unit.to_owned()).collect(),
                attributes: says.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect(),
            };
            let kind = GrantKind::ServiceControl;
            let control = Grant { to: "ou-1".into(), kind, via: "p-1".into(), document: document.map(str::to_owned) };
            let told = [Entity::Identity(user.clone()), all, Entity::Account(account), Entity::Grant(control)];
            let standing = standings(&mut sample::roster(told), Time(0)).remove(&user.uri).expect("a power").standing;
            (standing.privilege, standing.certainty, standing.because.last().is_some_and(|why| why.contains("organization")))
        };
        let (open, inside) = (Some(r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#), [(Account::ORGANIZATION, "o-1")]);
        let (sure, unsure) = ((Privilege::Admin, Certainty::Certain, false), (Privilege::Admin, Certainty::Conditional, true));
        assert_eq!(asked(&[], &[], open), sure, "it belongs to none that anybody knows");
        assert_eq!(asked(&inside, &[], open), unsure, "who is above it was refused");
        assert_eq!(asked(&inside, &["ou-1"], open), sure);
        assert_eq!(asked(&inside, &["ou-1"], None), unsure, "a text was refused");
        assert_eq!(asked(&[inside[0], ("management-account", "yes")], &[], open), sure, "nothing limits that one");
    }
}
