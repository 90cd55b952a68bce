use crate::model::{
    About, Certainty, Confidence, Finding, Privilege, Severity, Subject, Time, control,
    entity::{Identity, IdentityKind},
};

use super::{IdentityCheck, Member, Roster, Ruling, untold::UNTOLD};
use crate::analyze::check::NoSettings;

/// Finds machines that may do everything.
pub struct Administrator;

impl IdentityCheck for Administrator {
    const ABOUT: About = About {
        id: "aws-administrator",
        title: "An identity may do everything in its account",
        explain: "All policies of the identity together, its groups, denials, boundary and what limits its account counted, allow it to administer identities, \
                  data, machines and the trail that tells of it. Whoever gets one of its credentials has the account. Spellings do not matter: `*`, `*:*`, or two \
                  policies of which one allows `iam:*` and the other all but `iam:*`.\n\nFind out what it really uses (service last accessed data), give it \
                  that and nothing else, and put a permissions boundary on it. People should get administration for hours, through single sign-on. Roles of \
                  single sign-on (`AWSReservedSSO_…`) are low, for people use them; the root user has a check of its own.",
        controls: &[&control::NHI5, &control::CSF_PR_AA_05, &control::CIS_AWS_2_14, &control::PCI_7_2_5],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for member in roster.members.values().filter(|member| member.identity.kind != IdentityKind::Root) {
            match administers(member) {
                Some(finding) => rule(Ruling::Finding(finding)),
                None if !member.untold.is_empty() => {
                    rule(Ruling::Undecided { identity: member.identity.uri.clone(), why: UNTOLD.into() });
                }
                None if unknown(member) => rule(Ruling::Undecided { identity: member.identity.uri.clone(), why: super::NO_POLICY.into() }),
                None => {}
            }
        }
    }
}

fn unknown(member: &Member) -> bool {
    member.standing.as_ref().is_none_or(|standing| !standing.is_known())
}

fn administers(member: &Member) -> Option<Finding> {
    let identity = &member.identity;
    let standing = member.standing.as_ref().filter(|standing| standing.privilege == Privilege::Admin && standing.is_known())?;
    if identity.uri.contains(":role/aws-service-role/") {
        return None;
    }
    let by = standing.because.first().map_or_else(String::new, |first| format!(": {first}"));
    let sure = if standing.certainty == Certainty::Certain { "may" } else { "may, under a condition," };
    let because = format!("{} {sure} do everything in account {}{by}", identity.name, identity.scope);
    let finding = Finding::new(
        &Administrator::ABOUT,
        Subject::identity(&identity.uri, ""),
        severity(identity, standing.certainty),
        confidence(standing.certainty),
        because,
    );
    Some(finding.and("certainty", standing.certainty.name()).and("because", standing.because.clone()))
}

fn severity(identity: &Identity, certainty: Certainty) -> Severity {
    match certainty {
        _ if super::of_people(identity) => Severity::Low,
        Certainty::Certain => Severity::Critical,
        Certainty::Conditional => Severity::High,
        Certainty::Possible => Severity::Medium,
    }
}

pub(super) fn confidence(certainty: Certainty) -> Confidence {
    match certainty {
        Certainty::Certain => Confidence::High,
        Certainty::Conditional => Confidence::Medium,
        Certainty::Possible => Confidence::Low,
    }
}

#[cfg(test)]
mod tests {
    use super::Administrator;
    use crate::{
        analyze::{
            check::NoSettings,
            identity::{IdentityCheck, Ruling, sample},
        },
        model::{Severity, Time},
    };

    fn told(name: &str, document: &str) -> Vec<Ruling> {
        let roster = sample::standing(name, document);
        sample::rulings(|rule| Administrator::judge(&roster, &NoSettings {}, Time(0), rule))
    }

    #[test]
    fn every_spelling_of_everything_is_told() {
        for statements in [
            r#"{"Effect":"Allow","Action":"*:*","Resource":"*"}"#,
            r#"{"Effect":"Allow","Action":"iam:*","Resource":"*"},{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#,
        ] {
            let said = told("ci", &format!(r#"{{"Statement":[{statements}]}}"#));
            assert!(matches!(said.as_slice(), [Ruling::Finding(found)] if found.severity == Severity::Critical), "{said:?}");
        }
        assert!(told("ci", r#"{"Statement":{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}}"#).is_empty());
    }

    #[test]
    fn without_any_policy_nothing_is_claimed() {
        let mut roster = sample::standing("ci", r#"{"Statement":[]}"#);
        roster.members.values_mut().for_each(|member| member.standing = None);
        let said = sample::rulings(|rule| Administrator::judge(&roster, &NoSettings {}, Time(0), rule));
        assert!(matches!(said.as_slice(), [Ruling::Undecided { .. }]));
    }
}
