use serde::Deserialize;

use crate::model::{
    About, Confidence, Finding, Severity, Subject, Time, control,
    entity::{HoldingKind, Status},
};

use super::{IdentityCheck, Roster, Ruling, bedrock_key};

/// Finds old credentials for one service.
pub struct ServiceCredentialAge;

/// When such a credential is old.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Age {
    /// Days since it was made.
    pub days: i64,
}

impl Default for Age {
    fn default() -> Self {
        Self { days: 90 }
    }
}

impl IdentityCheck for ServiceCredentialAge {
    const ABOUT: About = About {
        id: "aws-service-credential-age",
        title: "A credential for one service is old",
        explain: "A user has a name and password for CodeCommit, Keyspaces or another service that is active and older than 90 days. Rotations forget them: they are \
                  no access keys, and the credential report does not tell of them.\n\nReplace it by signed requests where the client can do that \
                  (`git-remote-codecommit`, the SigV4 plug-in of Keyspaces), else make a second one, move over, delete this one. Setting: \
                  `[check.aws-service-credential-age] days = 90`.",
        controls: &[&control::NHI7, &control::CSF_PR_AA_01, &control::PCI_8_6_3],
        see: &[],
    };
    type Settings = Age;

    fn judge(roster: &Roster, age: &Age, now: Time, rule: &mut dyn FnMut(Ruling)) {
        for member in roster.members.values() {
            let held = member.holdings.iter().filter(|h| h.kind == HoldingKind::ServiceSpecific && h.status != Status::Inactive);
            for holding in held.filter(|h| !bedrock_key::is_key(h)) {
                let uri = &member.identity.uri;
                let Some(days) = holding.created.map(|made| made.days_until(now)) else {
                    let why = "the inventory does not say when a credential for one service was made".to_owned();
                    rule(Ruling::Undecided { identity: uri.clone(), why });
                    continue;
                };
                if days <= age.days {
                    continue;
                }
                let service = holding.attributes.get("service").map_or("one service", String::as_str);
                let because = format!("credential {} for {service} is {days} days old", holding.handle);
                let finding =
                    Finding::new(&Self::ABOUT, Subject::identity(uri, &holding.handle), Severity::Medium, Confidence::High, because);
                let finding = finding.and("credential", holding.handle.clone()).and("service", service);
                rule(Ruling::Finding(finding.and_beyond("days", days, format!("> {}", age.days))));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Age, ServiceCredentialAge};
    use crate::{
        analyze::identity::{IdentityCheck, Ruling, sample},
        model::{
            Entity, Time,
            entity::{Holding, HoldingKind, Status},
        },
    };

    fn said(made: Option<i64>, service: &str, status: Status) -> Vec<Ruling> {
        let mut one =
            Holding { status, created: made.map(Time), ..Holding::new("aws:111111111111:user/ci", HoldingKind::ServiceSpecific, "A1") };
        one.attributes.insert("service".into(), service.into());
        let roster = sample::roster([Entity::Identity(sample::user("ci", 0)), Entity::Holding(one)]);
        sample::rulings(|rule| ServiceCredentialAge::judge(&roster, &Age::default(), Time(91 * 86_400), rule))
    }

    #[test]
    fn ninety_days_pass_and_one_more_does_not() {
        let git = "codecommit.amazonaws.com";
        assert_eq!([said(Some(86_400), git, Status::Active).len(), said(Some(0), git, Status::Inactive).len()], [0, 0]);
        assert!(matches!(said(Some(0), git, Status::Active).as_slice(), [Ruling::Finding(found)] if found.because.contains("codecommit")));
        assert_eq!(said(Some(0), "bedrock.amazonaws.com", Status::Active).len(), 0, "which has a check of its own");
        assert!(matches!(said(None, git, Status::Active).as_slice(), [Ruling::Undecided { .. }]));
    }
}
