use crate::{
    analyze::{
        aws::policy::Statement,
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Severity, Time, control},
};

use super::door::{doors, on_behalf, restricted};

/// Finds roles that any certificate opens.
pub struct RolesAnywhere;

impl IdentityCheck for RolesAnywhere {
    const ABOUT: About = About {
        id: "aws-roles-anywhere-open",
        title: "Any certificate opens a role",
        explain: "The trust of the role lets machines outside of AWS have it by a certificate (IAM Roles Anywhere). It does not say whose certificate \
                  (`aws:PrincipalTag/x509Subject/CN` and the like), or which authority must have signed it (`aws:SourceArn` with the trust anchor), or \
                  neither: then every certificate of every authority that the account trusts opens it.\n\nName both: the trust anchor, and the subject \
                  or the alternative name of the certificate.",
        controls: &[&control::NHI4, &control::CSF_PR_AA_03],
        see: &["https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html"],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for door in doors(roster, rule) {
            for (statement, principals) in door.open() {
                if !principals.services.iter().any(|service| service == "rolesanywhere.amazonaws.com") {
                    continue;
                }
                if let Some((severity, because)) = open(statement) {
                    rule(Ruling::Finding(door.finding(&Self::ABOUT, statement, "certificates", severity, because)));
                }
            }
        }
    }
}

/// What a statement leaves open.
fn open(statement: &Statement) -> Option<(Severity, &'static str)> {
    let anchored = on_behalf(statement);
    let certified = restricted(statement, |key| key.starts_with("aws:principaltag/x509"));
    match (anchored, certified) {
        (true, true) => None,
        (false, false) => Some((Severity::High, "every certificate of every authority that the account trusts opens it")),
        (true, false) => Some((Severity::Medium, "every certificate that its authority signs opens it: nothing names a subject")),
        (false, true) => Some((Severity::Medium, "any authority that the account trusts can sign a certificate that opens it")),
    }
}

#[cfg(test)]
mod tests {
    use super::RolesAnywhere;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{Severity, Time},
    };

    fn told(condition: &str) -> Option<Severity> {
        let trust = sample::trust(r#"{"Service":"rolesanywhere.amazonaws.com"}"#, "sts:AssumeRole", condition);
        let roster = sample::roster(sample::role("plant", &trust, "s3:GetObject"));
        sample::found::<RolesAnywhere>(&roster, &NoSettings {}, Time(0)).0.first().map(|(severity, _)| *severity)
    }

    #[test]
    fn both_the_authority_and_the_subject_must_be_named() {
        let anchor = r#""ArnEquals":{"aws:SourceArn":"arn:aws:rolesanywhere:eu-west-1:111111111111:trust-anchor/a"}"#;
        let subject = r#""StringEquals":{"aws:PrincipalTag/x509Subject/CN":"plant-7"}"#;
        assert_eq!(told("{}"), Some(Severity::High));
        assert_eq!(told(&format!("{{{anchor}}}")), Some(Severity::Medium));
        assert_eq!(told(&format!("{{{subject}}}")), Some(Severity::Medium));
        assert_eq!(told(&format!("{{{anchor},{subject}}}")), None);
        assert_eq!(told(r#"{"StringLike":{"aws:PrincipalTag/x509Subject/CN":"*"}}"#), Some(Severity::High));
    }
}
