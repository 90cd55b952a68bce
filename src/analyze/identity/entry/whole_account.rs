use std::collections::{BTreeMap, BTreeSet};

use crate::{
    analyze::{
        aws::{self, Doors, Principal, account_of},
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Certainty, Privilege, Severity, Time, control},
};

use super::door::{Door, doors};

/// Finds strong roles that leave it to the policies of their account who becomes them.
pub struct WholeAccount;

/// So many of those who can become a role are named.
const NAMED: usize = 20;

impl IdentityCheck for WholeAccount {
    const ABOUT: About = About {
        id: "aws-trust-whole-account",
        title: "A strong role leaves it to policies who becomes it",
        explain: "The trust of the role names its own account as a whole (`…:root`), without a condition, so whoever of the account has a policy that allows `sts:AssumeRole` on it becomes it. The role \
                  can read secrets or more, and identities that are no administrators themselves have such a policy: the finding names them. That is how AWS proposes it, and low; what \
                  matters is whether you knew all of the names.\n\nName in the trust who needs the role, or take the policy from those who do not.",
        controls: &[&control::NHI5, &control::CSF_PR_AA_05],
        see: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        let open: Vec<Door<'_>> = doors(roster, rule).into_iter().filter(|door| door.strong() && names_its_account(door)).collect();
        if open.is_empty() {
            return;
        }
        let callers = callers(roster, &open.iter().map(|door| door.principal.arn.as_str()).collect());
        for door in &open {
            let Some(callers) = callers.get(door.principal.arn.as_str()) else { continue };
            let Some((statement, _)) = door.open().find(|(statement, _)| statement.conditions.is_empty()) else { continue };
            let names: Vec<&str> = callers.iter().take(NAMED).map(|arn| arn.rsplit('/').next().unwrap_or(arn)).collect();
            let who = if callers.len() == 1 { "1 identity becomes".to_owned() } else { format!("{} identities become", callers.len()) };
            let because = format!("{who} it by policies of their own: {}", names.join(", "))
                .replace("1 identity becomes it by policies of their", "1 identity becomes it by a policy of its");
            let finding = door.finding(&Self::ABOUT, statement, "account", Severity::Low, &because);
            rule(Ruling::Finding(finding.and("callers", callers.iter().map(|arn| (*arn).to_owned()).collect::<Vec<_>>())));
        }
    }
}

/// Whether the trust names the account of the role, and no condition stands beside that.
fn names_its_account(door: &Door<'_>) -> bool {
    let account =
        |name: &String| (name.ends_with(":root") || !name.contains(':')) && account_of(name) == Some(door.principal.account.as_str());
    door.open().any(|(statement, principals)| statement.conditions.is_empty() && principals.aws.iter().any(account))
}

/// Who becomes each of some roles, of those who are no administrators.
fn callers<'r>(roster: &'r Roster, wanted: &BTreeSet<&str>) -> BTreeMap<&'r str, BTreeSet<&'r str>> {
    let (estate, doors) = (&roster.estate, Doors::new(&roster.estate));
    let strong = |caller: &Principal| {
        let member = roster.members.get(&caller.arn);
        member.and_then(|member| member.standing.as_ref()).is_some_and(|standing| standing.privilege == Privilege::Admin)
    };
    let mut all: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for caller in estate.principals.iter().filter(|caller| !strong(caller)) {
        let roles = doors.of(caller).into_iter().map(|number| &estate.principals[number]).filter(|role| wanted.contains(role.arn.as_str()));
        for role in roles.filter(|role| role.account == caller.account) {
            if aws::assumes(estate, caller, role).is_some_and(|(certainty, _)| certainty >= Certainty::Conditional) {
                all.entry(&role.arn).or_default().insert(&caller.arn);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::WholeAccount;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{Entity, Time},
    };

    fn told(principal: &str, condition: &str, actions: &str, allowed: &str) -> Vec<String> {
        let user = sample::user("ci", 0);
        let own = sample::inline(&user.uri, &format!(r#"{{"Statement":{{"Effect":"Allow","Action":"{allowed}","Resource":"*"}}}}"#));
        let role = sample::role("keeper", &sample::trust(principal, "sts:AssumeRole", condition), actions);
        let roster = sample::roster(role.into_iter().chain([Entity::Identity(user), own]));
        sample::found::<WholeAccount>(&roster, &NoSettings {}, Time(0)).0.into_iter().map(|(_, because)| because).collect()
    }

    const ROOT: &str = r#"{"AWS":"arn:aws:iam::111111111111:root"}"#;

    #[test]
    fn who_comes_in_by_a_policy_of_his_own_is_named() {
        assert_eq!(told(ROOT, "{}", "secretsmanager:*", "sts:AssumeRole"), ["keeper: 1 identity becomes it by a policy of its own: ci"]);
        assert!(told(ROOT, "{}", "secretsmanager:*", "s3:GetObject").is_empty(), "nobody");
        assert!(told(ROOT, "{}", "s3:ListBucket", "sts:AssumeRole").is_empty(), "a weak role");
        assert!(told(r#"{"AWS":"arn:aws:iam::111111111111:user/ci"}"#, "{}", "secretsmanager:*", "sts:AssumeRole").is_empty(), "by name");
        assert!(
            told(
                ROOT,
                r#"{"StringEquals":{"aws:PrincipalArn":"arn:aws:iam::111111111111:user/ci"}}"#,
                "secretsmanager:*",
                "sts:AssumeRole"
            )
            .is_empty()
        );
    }
}
