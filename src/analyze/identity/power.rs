//! What identities may do, as far as it is told.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    analyze::aws,
    model::{Certainty, Privilege, Standing, Time, Witness},
};

use super::{Member, Roster, estate::estate, limits, untold::untold};

/// What an identity may do, before anybody judges how far it is to be trusted.
pub struct Power {
    /// What it may do; the risk is not judged yet.
    pub standing: Standing,
    /// How wide its trust is, by the name of a weight, and in words, where it is too wide.
    pub trust: Option<(&'static str, String)>,
}

/// What every identity of a roster may do, by uri. Those of which no inventory tells any policy are left out. The roster keeps what
/// was granted, for the checks that ask further.
pub fn standings(roster: &mut Roster, now: Time) -> BTreeMap<String, Power> {
    let estate = estate(roster, now);
    let powers = aws::powers(&estate).into_iter().map(|power| (power.arn.clone(), stand(power)));
    let told: Vec<(String, BTreeSet<String>)> =
        roster.members.iter().map(|(uri, member)| (uri.clone(), untold(member, roster))).filter(|(_, untold)| !untold.is_empty()).collect();
    for (uri, untold) in told {
        roster.members.entry(uri).and_modify(|member| member.untold = untold);
    }
    let limits = limits::untold(roster);
    let powers = powers.map(|(uri, power)| {
        let member = roster.members.get(&uri);
        (uri, limits::limited(bound(power, member), member, &limits))
    });
    let powers = powers.collect();
    roster.estate = estate;
    powers
}

/// Says so where what an identity may do is no more than what is told of it.
fn bound(mut power: Power, member: Option<&Member>) -> Power {
    let untold = member.map_or_else(Default::default, |member| member.untold.clone());
    if power.standing.privilege < Privilege::Escalates && !untold.is_empty() {
        let names: Vec<String> = untold.into_iter().collect();
        power.standing.certainty = Certainty::Possible;
        power.standing.because.push(format!("{}{} allows", Standing::UNTOLD, names.join(", ")));
    }
    power
}

/// So many actions that policies of resources allow are told one by one.
const INVITED: usize = 8;

fn stand(power: aws::Power) -> Power {
    let mut because = match power.privilege {
        Privilege::Admin if power.because.is_empty() => vec!["no policy limits the root user".to_owned()],
        _ => power.because.iter().map(told).collect(),
    };
    because.extend(power.invited.iter().take(INVITED).map(told));
    if let Some(more) = power.invited.len().checked_sub(INVITED).filter(|more| *more > 0) {
        because.push(format!("{more} more actions that policies of resources allow it"));
    }
    because.extend(power.refused.iter().map(|arn| format!("the policy of {arn} was refused, and may deny it")));
    let trust = power.openness.into_iter().next().map(|open| (open.width, open.what));
    let standing = Standing {
        uri: power.arn,
        privilege: power.privilege,
        certainty: power.certainty,
        because,
        path: power.path,
        risk: (0, 0),
        shares: Vec::new(),
        what_if: Vec::new(),
        owner: None,
    };
    Power { standing, trust }
}

/// A witness in words.
fn told(witness: &Witness) -> String {
    format!("{} on {} ({} statement {})", witness.action, witness.resource, witness.policy, witness.statement)
}

#[cfg(test)]
mod tests {
    use super::{Privilege, standings};
    use crate::{
        analyze::identity::sample,
        model::{
            Certainty, Entity, Time,
            entity::{Grant, GrantKind},
        },
    };

    fn inline(to: &str, document: &str) -> Entity {
        Entity::Grant(Grant { to: to.into(), kind: GrantKind::Inline, via: "own".into(), document: Some(document.into()) })
    }

    #[test]
    fn policies_of_groups_count() {
        let user = sample::user("ci", 0);
        let group = format!("arn:aws:iam::{}:group/builders", sample::ACCOUNT);
        let member = Entity::Grant(Grant { to: user.uri.clone(), kind: GrantKind::Member, via: "builders".into(), document: None });
        let all = inline(&group, r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#);
        let mut roster = sample::roster([Entity::Identity(user.clone()), member, all]);
        let power = &standings(&mut roster, Time(0))[&user.uri];
        assert_eq!((power.standing.privilege, power.standing.certainty), (Privilege::Admin, Certainty::Certain));
        assert!(power.standing.because[0].contains("of group builders"), "{:?}", power.standing.because);
    }

    #[test]
    fn a_group_without_policies_can_be_given_one() {
        let user = sample::user("ci", 0);
        let member = Entity::Grant(Grant { to: user.uri.clone(), kind: GrantKind::Member, via: "empty".into(), document: None });
        let put = inline(&user.uri, r#"{"Statement":{"Effect":"Allow","Action":"iam:PutGroupPolicy","Resource":"*"}}"#);
        let mut roster = sample::roster([Entity::Identity(user.clone()), member, put]);
        assert_eq!(standings(&mut roster, Time(0))[&user.uri].standing.privilege, Privilege::Escalates);
    }

    #[test]
    fn a_group_that_may_make_itself_administrator_is_as_good_as_one_that_is() {
        let user = sample::user("ci", 0);
        let identities = inline(
            &format!("arn:aws:iam::{}:group/sre", sample::ACCOUNT),
            r#"{"Statement":{"Effect":"Allow","Action":"iam:*","Resource":"*"}}"#,
        );
        let join = inline(&user.uri, r#"{"Statement":{"Effect":"Allow","Action":"iam:AddUserToGroup","Resource":"*"}}"#);
        let mut roster = sample::roster([Entity::Identity(user.clone()), identities, join]);
        let power = &standings(&mut roster, Time(0))[&user.uri];
        let actions: Vec<&str> = power.standing.path[0].witnesses.iter().map(|witness| witness.action.as_str()).collect();
        assert_eq!(actions, ["iam:AddUserToGroup", "iam:PutUserPolicy"]);
    }
}
