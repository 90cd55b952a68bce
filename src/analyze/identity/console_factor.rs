use super::{IdentityCheck, Roster, Ruling};
use crate::{
    analyze::check::NoSettings,
    model::{
        About, Confidence, Finding, Privilege, Severity, Subject, Time, control,
        entity::{HoldingKind, IdentityKind, Status},
    },
};

/// Finds users who log in with a password and nothing else.
pub struct ConsoleFactor;

impl IdentityCheck for ConsoleFactor {
    const ABOUT: About = About {
        id: "aws-console-without-factor",
        title: "A password alone opens the console",
        explain: "A user has a password for the console and no second factor: who guesses, finds or is told the password is the user. Medium, and high where the user can \
                  read secrets or more. A user who has access keys as well is told by human-console-on-service-user. Where no inventory tells the second \
                  factors (the credential report does), nothing is claimed.\n\nLet people come in through single sign-on; until then give the user a second \
                  factor, and a policy that denies everything without one.",
        controls: &[&control::CIS_AWS_2_10, &control::NHI4, &control::CSF_PR_AA_03],
        see: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa.html"],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for member in roster.members.values().filter(|member| member.identity.kind == IdentityKind::User) {
            let works = |kind: HoldingKind| member.holdings.iter().any(|held| held.kind == kind && held.status == Status::Active);
            let machine = member.holdings.iter().any(|held| super::signs(held.kind) && held.status == Status::Active);
            if !works(HoldingKind::Password) || machine || member.holdings.iter().any(|held| held.kind == HoldingKind::Mfa) {
                continue;
            }
            let identity = &member.identity;
            match identity.attributes.get("mfa").map(String::as_str) {
                Some("yes") => {}
                Some(_) => {
                    let strong = member.standing.as_ref().is_some_and(|standing| standing.privilege >= Privilege::Sensitive);
                    let severity = if strong { Severity::High } else { Severity::Medium };
                    let because = "the user has a password for the console and no second factor";
                    let subject = Subject::identity(&identity.uri, "");
                    rule(Ruling::Finding(Finding::new(&Self::ABOUT, subject, severity, Confidence::High, because).and("mfa", false)));
                }
                None => {
                    let why = "no inventory tells whether the user has a second factor".into();
                    rule(Ruling::Undecided { identity: identity.uri.clone(), why });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ConsoleFactor;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{
            Entity, Severity, Time,
            entity::{Holding, HoldingKind, Status},
        },
    };

    fn told(mfa: Option<&str>, actions: &str, more: &[HoldingKind]) -> (Option<Severity>, usize) {
        let mut user = sample::user("ann", 0);
        user.attributes.extend(mfa.map(|mfa| ("mfa".to_owned(), mfa.to_owned())));
        let own = sample::inline(&user.uri, &format!(r#"{{"Statement":{{"Effect":"Allow","Action":"{actions}","Resource":"*"}}}}"#));
        let held = |kind: &HoldingKind| Entity::Holding(Holding { status: Status::Active, ..Holding::new(user.uri.clone(), *kind, "x") });
        let all: Vec<Entity> = more.iter().map(held).collect();
        let roster = sample::roster([Entity::Identity(user.clone()), own].into_iter().chain(all));
        let (found, undecided) = sample::found::<ConsoleFactor>(&roster, &NoSettings {}, Time(0));
        (found.first().map(|(severity, _)| *severity), undecided)
    }

    #[test]
    fn a_password_needs_a_second_factor() {
        use HoldingKind::{AccessKey, Mfa, Password};
        assert_eq!(told(Some("no"), "sqs:SendMessage", &[Password]), (Some(Severity::Medium), 0));
        assert_eq!(told(Some("no"), "s3:GetObject", &[Password]), (Some(Severity::High), 0));
        assert_eq!(told(Some("yes"), "*", &[Password]), (None, 0));
        assert_eq!(told(None, "*", &[Password]), (None, 1));
        assert_eq!(told(None, "*", &[Password, Mfa]), (None, 0));
        assert_eq!(told(Some("no"), "*", &[Password, AccessKey]), (None, 0), "another check says that, and more");
        assert_eq!(told(Some("no"), "*", &[]), (None, 0));
    }
}
