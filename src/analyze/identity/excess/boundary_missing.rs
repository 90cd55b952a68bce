use crate::{
    analyze::{
        aws::{self, At, Principal, Request, policy::Policy},
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling, administrator::confidence},
    },
    model::{About, Finding, Severity, Subject, Time, control},
};

use super::held::held;

/// Finds identities that make others without limits.
pub struct BoundaryMissing;

impl IdentityCheck for BoundaryMissing {
    const ABOUT: About = About {
        id: "aws-boundary-missing",
        title: "An identity may make others without a permissions boundary",
        explain: "The identity may make users or roles, and no condition on `iam:PermissionsBoundary`, neither of what allows it nor of a denial, makes it put a \
                  boundary on them. What it makes may then be given more than it has itself. Whoever is administrator already, or certainly becomes one, is \
                  not told.\n\nAllow `iam:CreateUser` and `iam:CreateRole` only with `StringEquals` on `iam:PermissionsBoundary` and the ARN of the boundary.",
        controls: &[&control::NHI5, &control::CSF_PR_AA_05],
        see: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for held in held(roster, rule).into_iter().filter(|held| !held.rules()) {
            let free = ["iam:CreateUser", "iam:CreateRole"].into_iter().find_map(|action| {
                let asked = action.to_lowercase();
                let answer = aws::allows(&roster.estate, held.principal, &Request::new(&asked, At::Some))?.spelled(action);
                (!bounded(roster, held.principal, &asked)).then_some(answer)
            });
            if let Some(answer) = free {
                let identity = &held.member.identity;
                let (action, witness) = (&answer.witness.action, &answer.witness);
                let because =
                    format!("{} may {action} without a boundary ({} statement {})", identity.name, witness.policy, witness.statement);
                let subject = Subject::identity(&identity.uri, "");
                let finding = Finding::new(&Self::ABOUT, subject, Severity::Medium, confidence(answer.certainty), because);
                rule(Ruling::Finding(finding.and("action", action.as_str())));
            }
        }
    }
}

/// Whether a statement that allows or denies an action asks for a boundary.
fn bounded(roster: &Roster, principal: &Principal, action: &str) -> bool {
    let asks = |policy: &Policy| {
        let statements = policy.statements.iter().filter(|s| s.actions.cover(action));
        statements.flat_map(|s| &s.conditions).any(|condition| condition.key == "iam:permissionsboundary")
    };
    let controls = roster.estate.controls.get(&principal.account).into_iter().flatten().flatten();
    principal.policies.iter().any(|attached| asks(&attached.policy)) || controls.into_iter().any(|policy| asks(policy))
}

#[cfg(test)]
mod tests {
    use super::BoundaryMissing;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::Time,
    };

    fn told(statements: &str) -> Vec<String> {
        let roster = sample::standing("ci", &format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#));
        let found = sample::found::<BoundaryMissing>(&roster, &NoSettings {}, Time(0)).0;
        found.into_iter().map(|(_, because)| because).collect()
    }

    #[test]
    fn whoever_makes_identities_must_bound_them() {
        let make = r#"{"Effect":"Allow","Action":"iam:CreateRole","Resource":"*"}"#;
        assert_eq!(told(make), ["ci may iam:CreateRole without a boundary (own statement 0)"]);
        let bound = r#""Condition":{"StringEquals":{"iam:PermissionsBoundary":"arn:aws:iam::111111111111:policy/most"}}"#;
        assert!(told(&format!(r#"{{"Effect":"Allow","Action":"iam:CreateRole","Resource":"*",{bound}}}"#)).is_empty());
        let deny = bound.replace("StringEquals", "StringNotEquals");
        assert!(told(&format!(r#"{make},{{"Effect":"Deny","Action":"iam:Create*","Resource":"*",{deny}}}"#)).is_empty());
        assert!(told(r#"{"Effect":"Allow","Action":"iam:CreateGroup","Resource":"*"}"#).is_empty());
    }
}
