use serde::Deserialize;

use crate::model::{
    About, Confidence, Finding, Severity, Subject, Time, control,
    entity::{HoldingKind, IdentityKind, Status},
};

use super::{IdentityCheck, Roster, Ruling};

/// Finds certificates and SSH keys that users uploaded and nobody looks after.
pub struct UploadedKey;

/// When an SSH key is old.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Age {
    /// Days since an SSH key was uploaded.
    pub ssh_days: i64,
}

impl Default for Age {
    fn default() -> Self {
        Self { ssh_days: 365 }
    }
}

impl IdentityCheck for UploadedKey {
    const ABOUT: About = About {
        id: "aws-uploaded-key",
        title: "A user has an active signing certificate, or an old SSH key",
        explain: "Users can upload certificates that sign requests and SSH keys for CodeCommit. A signing certificate is a relic: only interfaces that are no longer \
                  offered need it, and it works for as long as it is active (medium). An SSH key that was uploaded more than 365 days ago is low. No rule for \
                  access keys covers either.\n\nDelete the certificate. Replace the SSH key, or use `git-remote-codecommit` with short-lived \
                  credentials. That the root user has one is told by `aws-root-user`. Setting: `[check.aws-uploaded-key] ssh_days = 365`.",
        controls: &[&control::NHI7, &control::CSF_PR_AA_01],
        see: &[],
    };
    type Settings = Age;

    fn judge(roster: &Roster, age: &Age, now: Time, rule: &mut dyn FnMut(Ruling)) {
        for member in roster.members.values().filter(|member| member.identity.kind != IdentityKind::Root) {
            for holding in member.holdings.iter().filter(|holding| holding.status == Status::Active) {
                let days = holding.created.map(|made| made.days_until(now));
                let uri = &member.identity.uri;
                let finding = |severity, because: String| {
                    let finding = Finding::new(&Self::ABOUT, Subject::identity(uri, &holding.handle), severity, Confidence::High, because);
                    finding.and("key", holding.handle.clone())
                };
                match (holding.kind, days) {
                    (HoldingKind::SigningCertificate, days) => {
                        let old = days.map_or_else(String::new, |days| format!(", {days} days old"));
                        let because = format!("signing certificate {} is active{old}", holding.handle);
                        let finding = finding(Severity::Medium, because);
                        rule(Ruling::Finding(if let Some(days) = days { finding.and("days", days) } else { finding }));
                    }
                    (HoldingKind::SshKey, Some(days)) if days > age.ssh_days => {
                        let because = format!("SSH key {} was uploaded {days} days ago", holding.handle);
                        rule(Ruling::Finding(finding(Severity::Low, because).and_beyond("days", days, format!("> {}", age.ssh_days))));
                    }
                    (HoldingKind::SshKey, None) => {
                        let why = "the inventory does not say when an SSH key was uploaded".to_owned();
                        rule(Ruling::Undecided { identity: uri.clone(), why });
                    }
                    _ => {}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Age, UploadedKey};
    use crate::{
        analyze::identity::{IdentityCheck, Ruling, sample},
        model::{
            Entity, Severity, Time,
            entity::{Holding, HoldingKind, Status},
        },
    };

    fn said(kind: HoldingKind, status: Status, day: i64) -> Option<Severity> {
        let one = Holding { status, created: Some(Time(0)), ..Holding::new("aws:111111111111:user/ci", kind, "A1") };
        let roster = sample::roster([Entity::Identity(sample::user("ci", 0)), Entity::Holding(one)]);
        let said = sample::rulings(|rule| UploadedKey::judge(&roster, &Age::default(), Time(day * 86_400), rule));
        said.into_iter().find_map(|ruling| if let Ruling::Finding(found) = ruling { Some(found.severity) } else { None })
    }

    #[test]
    fn a_certificate_is_told_while_it_is_active_and_an_ssh_key_after_a_year() {
        assert_eq!(said(HoldingKind::SigningCertificate, Status::Active, 0), Some(Severity::Medium));
        assert_eq!(said(HoldingKind::SigningCertificate, Status::Inactive, 999), None);
        assert_eq!(
            [said(HoldingKind::SshKey, Status::Active, 365), said(HoldingKind::SshKey, Status::Active, 366)],
            [None, Some(Severity::Low)]
        );
    }
}
