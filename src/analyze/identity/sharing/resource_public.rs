use crate::{
    analyze::{
        aws::{actions::Level, stranger},
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Severity, Time, control, entity::Resource},
};

use super::{
    function_open,
    guest::{guests, undecided},
};

/// Finds resources that anybody may use.
pub struct ResourcePublic;

impl IdentityCheck for ResourcePublic {
    const ABOUT: About = About {
        id: "aws-resource-public",
        title: "Anybody may use a resource",
        explain: "The policy that hangs on a bucket, key, secret, queue, topic, function, bus of events or domain for searches names everybody, and no condition ties the request to an account, an \
                  organization or a source. Critical where anybody can change or use it, and for secrets and keys; high where it can be read; medium where it \
                  is open to a network, or a network or a login of its own stands before it. A bucket that its public access block or that of its account keeps closed is none of these; where nobody tells of \
                  one, confidence is medium.\n\nName who may use it, or add `aws:PrincipalOrgID`, `aws:SourceAccount` or `aws:SourceArn`.",
        controls: &[&control::CIS_AWS_2_21, &control::NHI6, &control::CSF_PR_DS_01],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        undecided(roster, &["Policy"], rule);
        for guest in guests(roster) {
            let Some(stranger) = stranger(guest.principals, guest.statement) else { continue };
            // A block shuts out strangers, and not who comes from a network that is named.
            let shut = stranger.width != "wide" && guest.closed(roster) == Some(true);
            if shut || function_open::tells(roster, &guest) {
                continue;
            }
            let (may, level) = guest.may();
            let behind = roster.belongings.get(guest.arn).and_then(|one| one.attributes.get(Resource::BEHIND));
            let severity = match stranger.width {
                "wide" => Severity::Medium,
                _ if behind.is_some() => Severity::Medium,
                _ if guest.precious() || level > Level::Read => Severity::Critical,
                _ => Severity::High,
            };
            let behind = behind.map_or_else(String::new, |what| format!("; {what} stands before it"));
            let because = format!("{} may {may}{}{behind}", stranger.who, stranger.why);
            rule(Ruling::Finding(guest.finding(roster, &Self::ABOUT, stranger.width, severity, because)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ResourcePublic;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{Severity, Time},
    };

    fn told(arn: &str, principal: &str, action: &str, condition: &str) -> Vec<(Severity, String)> {
        let roster = sample::roster([sample::resource(arn, &sample::trust(principal, action, condition))]);
        sample::found::<ResourcePublic>(&roster, &NoSettings {}, Time(0)).0
    }

    #[test]
    fn what_anybody_may_use_is_told_by_what_it_is() {
        let severity = |arn: &str, action: &str| told(arn, r#""*""#, action, "{}").first().map(|(severity, _)| *severity);
        assert_eq!(severity("arn:aws:s3:::data", "s3:GetObject"), Some(Severity::High));
        assert_eq!(severity("arn:aws:s3:::data", "s3:*"), Some(Severity::Critical));
        assert_eq!(
            severity("arn:aws:secretsmanager:eu-west-1:111111111111:secret:a", "secretsmanager:GetSecretValue"),
            Some(Severity::Critical)
        );
        assert_eq!(severity("arn:aws:lambda:eu-west-1:111111111111:function:f", "lambda:InvokeFunction"), Some(Severity::Critical));
        assert_eq!(told("arn:aws:s3:::data", r#"{"AWS":"*"}"#, "s3:GetObject", "{}")[0].1, "any AWS principal may read it");
    }

    #[test]
    fn what_services_make_for_themselves_is_not_public() {
        let topic = r#"{"StringEquals":{"AWS:SourceOwner":"111111111111"}}"#;
        assert!(told("arn:aws:sns:eu-west-1:111111111111:t", r#"{"AWS":"*"}"#, "SNS:Publish", topic).is_empty());
        let key = r#"{"StringEquals":{"kms:CallerAccount":"111111111111","kms:ViaService":"ec2.eu-west-1.amazonaws.com"}}"#;
        assert!(told("arn:aws:kms:eu-west-1:111111111111:key/k", r#"{"AWS":"*"}"#, "kms:Decrypt", key).is_empty());
        let disk = r#"{"Bool":{"elasticfilesystem:AccessedViaMountTarget":"true"}}"#;
        let told =
            told("arn:aws:elasticfilesystem:eu-west-1:111111111111:file-system/f", r#"{"AWS":"*"}"#, "elasticfilesystem:ClientWrite", disk);
        assert_eq!(told[0].0, Severity::Medium, "who reaches its network");
    }

    #[test]
    fn a_condition_that_ties_closes_it_and_a_network_does_not() {
        let with = |condition: &str| told("arn:aws:s3:::data", r#"{"AWS":"*"}"#, "s3:*", condition).first().map(|(severity, _)| *severity);
        assert_eq!(with(r#"{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#), None);
        assert_eq!(with(r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#), Some(Severity::Medium));
        assert_eq!(with(r#"{"Bool":{"aws:SecureTransport":"true"}}"#), Some(Severity::Critical));
    }
}
