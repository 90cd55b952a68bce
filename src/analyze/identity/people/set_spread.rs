use std::collections::BTreeSet;

use serde::Deserialize;

use crate::{
    analyze::identity::{IdentityCheck, Roster, Ruling, administrator::confidence},
    model::{About, Finding, Privilege, Severity, Subject, Time, control},
};

use super::{UNTOLD, assigned, sets};

/// Finds permission sets of power that many have.
pub struct SetSpread;

/// How many may have such a set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Most {
    /// Users and groups, each counted once.
    pub assigned: usize,
}

impl Default for Most {
    fn default() -> Self {
        Self { assigned: 2 }
    }
}

impl IdentityCheck for SetSpread {
    const ABOUT: About = About {
        id: "aws-permission-set-spread",
        title: "Many have a permission set that makes administrators",
        explain: "A permission set of IAM Identity Center that is an administrator, or can make itself one, is assigned to more than 2 groups and users: medium, and \
                  high where a user has it by himself, so that no group shows it. Each of them is administrator of every account for which it is assigned; the \
                  finding names them and the accounts. A group counts as one, however many are in it: who is, the directory knows.\n\nAssign it to one group \
                  for emergencies, give the others sets for what they do. Setting: `[check.aws-permission-set-spread] assigned = 2`.",
        controls: &[&control::NHI5, &control::CSF_PR_AA_05, &control::PCI_7_2_5],
        see: &["https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html"],
    };
    type Settings = Most;

    fn judge(roster: &Roster, most: &Most, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for set in sets(roster) {
            let identity = &set.identity;
            let Some(standing) = set.standing.as_ref().filter(|standing| standing.privilege >= Privilege::Escalates) else { continue };
            let Some(all) = assigned(identity) else {
                rule(Ruling::Undecided { identity: identity.uri.clone(), why: UNTOLD.into() });
                continue;
            };
            let who: BTreeSet<&str> = all.iter().map(|(who, _)| *who).collect();
            let accounts: BTreeSet<&str> = all.iter().map(|(_, account)| *account).collect();
            if who.len() <= most.assigned {
                continue;
            }
            let alone = who.iter().any(|who| who.starts_with("user "));
            let severity = if alone { Severity::High } else { Severity::Medium };
            let count = if accounts.len() == 1 { "one account".to_owned() } else { format!("{} accounts", accounts.len()) };
            let because =
                format!("{} users and groups have the permission set {}, which makes administrators, in {count}", who.len(), identity.name);
            let finding =
                Finding::new(&Self::ABOUT, Subject::identity(&identity.uri, ""), severity, confidence(standing.certainty), because);
            let finding =
                finding.and_beyond("assigned", who.len(), format!("> {}", most.assigned)).and("privilege", standing.privilege.name());
            let list = |all: BTreeSet<&str>| all.into_iter().map(str::to_owned).collect::<Vec<_>>();
            rule(Ruling::Finding(finding.and("who", list(who)).and("accounts", list(accounts))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Most, SetSpread};
    use crate::{
        analyze::identity::sample,
        model::{
            Entity, Severity, Time,
            entity::{Identity, IdentityKind},
        },
    };

    fn told(actions: &str, assigned: Option<&str>) -> (Option<Severity>, usize) {
        let uri = "arn:aws:sso:::permissionSet/ssoins-1/ps-1";
        let mut set = Identity::new("aws", IdentityKind::PermissionSet, uri, "Admin", sample::ACCOUNT);
        set.attributes.extend(assigned.map(|who| (Identity::ASSIGNED.to_owned(), who.to_owned())));
        let own = sample::inline(uri, &format!(r#"{{"Statement":{{"Effect":"Allow","Action":"{actions}","Resource":"*"}}}}"#));
        let roster = sample::roster([Entity::Identity(set), own]);
        let (found, undecided) = sample::found::<SetSpread>(&roster, &Most::default(), Time(0));
        (found.first().map(|(severity, _)| *severity), undecided)
    }

    #[test]
    fn two_may_have_it_in_however_many_accounts_and_a_third_is_told() {
        let two = "group a in 111111111111; group a in 222222222222; group b in 111111111111";
        assert_eq!(told("*", Some(two)), (None, 0));
        assert_eq!(told("*", Some(&format!("{two}; group c in 111111111111"))), (Some(Severity::Medium), 0));
        assert_eq!(told("*", Some(&format!("{two}; user ann in 111111111111"))), (Some(Severity::High), 0));
        assert_eq!(told("s3:GetObject", Some(&format!("{two}; user ann in 111111111111"))), (None, 0));
        assert_eq!(told("*", None), (None, 1));
    }
}
