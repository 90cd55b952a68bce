use std::collections::BTreeMap;

use crate::{
    analyze::{
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{
        About, Confidence, Finding, Privilege, Severity, Subject, Time, control,
        entity::{IdentityKind, Workload},
    },
};

use super::workload_power::role_of;

/// Finds roles whose credentials a machine gives to whoever makes it ask.
pub struct MetadataOpen;

impl IdentityCheck for MetadataOpen {
    const ABOUT: About = About {
        id: "aws-metadata-open",
        title: "A machine gives the credentials of its role away for the asking",
        explain: "The metadata service of the machine answers requests without a token (IMDSv1). A program on it that can be made to fetch an address (SSRF), or a proxy \
                  that is set up wrongly, returns the credentials of the role to somebody outside. Low, medium where the role can read secrets or more, high \
                  where it is an administrator or can make itself one. One finding for a role, with its machines.\n\nDemand tokens: `aws ec2 \
                  modify-instance-metadata-options --instance-id ID --http-tokens required`, and in launch templates and the defaults of the account.",
        controls: &[&control::NHI6, &control::NHI4, &control::CSF_PR_AA_03, &control::ATTACK_T1552_005],
        see: &["https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html"],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        let mut open: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for machine in roster.workloads.values().filter(|workload| workload.kind == "ec2-instance") {
            let Some(worn) = role_of(roster, machine) else { continue };
            match machine.attributes.get(Workload::METADATA).map(String::as_str) {
                Some("optional") => open.entry(worn).or_default().push(&machine.uri),
                Some(_) => {}
                None => {
                    let why = "no inventory tells whether the metadata service of a machine demands tokens".to_owned();
                    rule(Ruling::Undecided { identity: worn.to_owned(), why });
                }
            }
        }
        for (role, machines) in open {
            let Some(member) = roster.members.get(role).filter(|member| member.identity.kind == IdentityKind::Role) else { continue };
            let privilege = member.standing.as_ref().filter(|standing| standing.is_known()).map(|standing| standing.privilege);
            let severity = match privilege {
                Some(Privilege::Escalates | Privilege::Admin) => Severity::High,
                Some(Privilege::Sensitive) => Severity::Medium,
                _ => Severity::Low,
            };
            let count = if machines.len() == 1 { "a machine gives".to_owned() } else { format!("{} machines give", machines.len()) };
            let because = format!("{count} the credentials of {} to requests without a token (IMDSv1)", member.identity.name);
            let finding = Finding::new(&Self::ABOUT, Subject::identity(role, "metadata"), severity, Confidence::High, because);
            let finding = finding.and_beyond("http-tokens", "optional", "required").and("machines", machines);
            rule(Ruling::Finding(finding.and("privilege", privilege.map_or("unknown", Privilege::name))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::MetadataOpen;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{Entity, Severity, Time, entity::Workload},
    };

    fn told(tokens: Option<&str>, actions: &str) -> (Option<Severity>, usize) {
        let workload = |uri: &str, kind: &str, runs_as: &str| Workload {
            uri: uri.into(),
            kind: kind.into(),
            scope: sample::ACCOUNT.into(),
            runs_as: Some(runs_as.into()),
            attributes: tokens.into_iter().map(|tokens| (Workload::METADATA.to_owned(), tokens.to_owned())).collect(),
        };
        let profile = format!("arn:aws:iam::{}:instance-profile/web", sample::ACCOUNT);
        let role = format!("arn:aws:iam::{}:role/web", sample::ACCOUNT);
        let machines = [workload("arn:aws:ec2:*:1:instance/i-1", "ec2-instance", &profile), workload(&profile, "instance-profile", &role)];
        let trust = sample::trust(r#"{"Service":"ec2.amazonaws.com"}"#, "sts:AssumeRole", "{}");
        let all = sample::role("web", &trust, actions).into_iter().chain(machines.map(Entity::Workload));
        let (found, undecided) = sample::found::<MetadataOpen>(&sample::roster(all), &NoSettings {}, Time(0));
        (found.first().map(|(severity, _)| *severity), undecided)
    }

    #[test]
    fn what_the_role_may_do_says_how_bad_it_is_that_no_token_is_asked_for() {
        assert_eq!(told(Some("optional"), "*"), (Some(Severity::High), 0));
        assert_eq!(told(Some("optional"), "s3:GetObject"), (Some(Severity::Medium), 0));
        assert_eq!(told(Some("optional"), "sqs:SendMessage"), (Some(Severity::Low), 0));
        assert_eq!(told(Some("required"), "*"), (None, 0));
        assert_eq!(told(Some("disabled"), "*"), (None, 0));
        assert_eq!(told(None, "*"), (None, 1));
    }
}
