use crate::{
    analyze::{
        aws::{self, At, Request},
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling, administrator::confidence},
    },
    model::{About, Finding, Severity, Subject, Time, control},
};

use super::held::held;

/// Finds identities that may assume whatever role lets them in.
pub struct AssumeAny;

impl IdentityCheck for AssumeAny {
    const ABOUT: About = About {
        id: "aws-assume-any-role",
        title: "An identity may assume every role that lets its account in",
        explain: "The policies of the identity allow `sts:AssumeRole` on every role. Which roles it gets is then decided by their trusts alone, and every trust in \
                  the account (`…:root`), here or in another account, is one in this identity. The evidence says how many such roles are known.\n\nName \
                  the roles in `Resource`.",
        controls: &[&control::NHI5, &control::CSF_PR_AA_05],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        let doors = aws::Doors::new(&roster.estate);
        for held in held(roster, rule).into_iter().filter(|held| !held.rules()) {
            let every = format!("arn:aws:iam::{}:role/*", held.principal.account);
            let request = Request::new("sts:assumerole", At::All(&every));
            let Some(answer) = aws::allows(&roster.estate, held.principal, &request) else { continue };
            let roles = doors.of(held.principal).into_iter().map(|number| &roster.estate.principals[number]);
            let open = roles.filter(|role| aws::assumes(&roster.estate, held.principal, role).is_some()).count();
            let identity = &held.member.identity;
            let statement = format!("{} statement {}", answer.witness.policy, answer.witness.statement);
            let because = format!("{} may assume every role that lets account {} in ({statement})", identity.name, identity.scope);
            let subject = Subject::identity(&identity.uri, "");
            let finding = Finding::new(&Self::ABOUT, subject, Severity::Medium, confidence(answer.certainty), because);
            rule(Ruling::Finding(finding.and("roles-that-let-it-in", open)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::AssumeAny;
    use crate::{
        analyze::{
            check::NoSettings,
            identity::{IdentityCheck as _, Ruling, sample},
        },
        model::{Entity, Time},
    };

    fn told(resource: &str) -> Option<serde_json::Value> {
        let user = sample::user("ci", 0);
        let policy = format!(r#"{{"Statement":{{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"{resource}"}}}}"#);
        let own = sample::inline(&user.uri, &policy);
        let trust = |account: &str| sample::trust(&format!(r#"{{"AWS":"{account}"}}"#), "sts:AssumeRole", "{}");
        let roles = sample::role("open", &trust(sample::ACCOUNT), "s3:List*").into_iter();
        let roles = roles.chain(sample::role("closed", &trust("222222222222"), "s3:List*"));
        let roster = sample::roster(roles.chain([Entity::Identity(user), own]));
        let said = sample::rulings(|rule| AssumeAny::judge(&roster, &NoSettings {}, Time(0), rule));
        said.into_iter().find_map(|ruling| if let Ruling::Finding(found) = ruling { Some(found.evidence[0].value.clone()) } else { None })
    }

    #[test]
    fn every_role_is_told_with_those_that_let_it_in() {
        assert_eq!(told("*"), Some(1.into()));
        assert_eq!(told("arn:aws:iam::*:role/*"), Some(1.into()));
        assert_eq!(told("arn:aws:iam::111111111111:role/open"), None);
    }
}
