use crate::{
    analyze::{
        aws,
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Confidence, Finding, Privilege, Severity, Subject, Time, control},
};

/// Finds roles that can become each other.
pub struct CircularAssume;

impl IdentityCheck for CircularAssume {
    const ABOUT: About = About {
        id: "aws-circular-assume",
        title: "Roles can become each other in a circle",
        explain: "Each of these roles may assume the next, and the last the first. To who has one of them they are one role, and a session is renewed for ever by \
                  going around, which makes the limit on its duration void. Circles of administrators are not told.\n\nTake one step out.",
        controls: &[&control::NHI9, &control::CSF_PR_AA_05],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        let rules = |arn: &str| {
            let standing = roster.members.get(arn).and_then(|member| member.standing.as_ref());
            standing.is_some_and(|standing| standing.privilege == Privilege::Admin)
        };
        for circle in aws::circles(&roster.estate, |role| !rules(&role.arn)) {
            let Some(first) = circle.first() else { continue };
            let names: Vec<&str> = circle.iter().map(|role| role.name()).collect();
            let because = format!("{} roles can become each other: {}", names.len(), names.join(", "));
            let members: Vec<String> = circle.iter().map(|role| role.arn.clone()).collect();
            let finding = Finding::new(&Self::ABOUT, Subject::identity(&first.arn, "circle"), Severity::Low, Confidence::High, because);
            rule(Ruling::Finding(finding.and("roles", members)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CircularAssume;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{Entity, Time},
    };

    /// A role that may be assumed by another.
    fn role(name: &str, by: &str) -> [Entity; 3] {
        let principal = format!(r#"{{"AWS":"arn:aws:iam::{}:role/{by}"}}"#, sample::ACCOUNT);
        sample::role(name, &sample::trust(&principal, "sts:AssumeRole", "{}"), "s3:List*")
    }

    fn told(roles: &[[Entity; 3]]) -> Vec<String> {
        let roster = sample::roster(roles.iter().flatten().cloned());
        let found = sample::found::<CircularAssume>(&roster, &NoSettings {}, Time(0)).0;
        found.into_iter().map(|(_, because)| because).collect()
    }

    #[test]
    fn a_circle_is_told_once_and_a_chain_is_none() {
        let circle = [role("a", "c"), role("b", "a"), role("c", "b"), role("d", "c")];
        assert_eq!(told(&circle), ["3 roles can become each other: a, b, c"]);
        assert!(told(&circle[1..]).is_empty());
    }
}
