use crate::{
    analyze::{
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Confidence, Finding, Severity, Subject, Time, control, entity::Resource},
};

use super::text;

/// Finds certificates with which several things come in.
pub struct ThingCertificate;

impl IdentityCheck for ThingCertificate {
    const ABOUT: About = About {
        id: "aws-iot-cert-shared",
        title: "Several things share one certificate",
        explain: "A certificate of AWS IoT that is active has more than one thing. Whoever takes the key out of one of them is all of them; and when one is stolen, the \
                  certificate cannot be revoked without shutting out the others.\n\nGive every thing a certificate of its own (provisioning by claim or just in time does it), \
                  then deactivate the shared one.",
        controls: &[&control::NHI9, &control::CSF_PR_AA_01],
        see: &["https://docs.aws.amazon.com/iot-device-defender/latest/devguide/audit-chk-device-cert-shared.html"],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        let ours = roster.belongings.values().filter(|one| one.uri.contains(":iot:") && one.uri.contains(":cert/"));
        for certificate in ours.filter(|one| one.says(Resource::ENABLED) == Some(true)) {
            if certificate.is_untold("things") {
                let why = "which things have the certificate was not told".to_owned();
                rule(Ruling::Undecided { identity: certificate.uri.clone(), why });
            }
            let count: u64 = text(certificate, Resource::COUNT).and_then(|count| count.parse().ok()).unwrap_or(0);
            if count > 1 {
                let names: Vec<&str> = text(certificate, Resource::THINGS).unwrap_or_default().split(", ").collect();
                let because = format!("{count} things come in with it: {} and others", names[0]);
                let subject = Subject::identity(&certificate.uri, "");
                let finding = Finding::new(&Self::ABOUT, subject, Severity::High, Confidence::High, because);
                let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
                rule(Ruling::Finding(finding.and_beyond("things", count, "> 1").and("names", names)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ThingCertificate;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{Entity, Time, entity::Resource},
    };

    #[test]
    fn one_thing_may_have_a_certificate_and_a_second_may_not() {
        let told = |active: &str, attribute: (&str, &str)| {
            let mut certificate = Resource::new("arn:aws:iot:eu-west-1:111111111111:cert/a", sample::ACCOUNT);
            certificate.attributes.insert(Resource::ENABLED.into(), active.into());
            certificate.attributes.insert(Resource::THINGS.into(), "lamp, oven".into());
            certificate.attributes.insert(attribute.0.into(), attribute.1.into());
            let (found, undecided) =
                sample::found::<ThingCertificate>(&sample::roster([Entity::Resource(certificate)]), &NoSettings {}, Time(0));
            (found.into_iter().map(|(_, because)| because).next(), undecided)
        };
        assert_eq!(told("yes", (Resource::COUNT, "1")), (None, 0));
        assert_eq!(told("yes", (Resource::COUNT, "2")), (Some("2 things come in with it: lamp and others".into()), 0));
        assert_eq!(told("no", (Resource::COUNT, "2")), (None, 0));
        assert_eq!(told("yes", (Resource::UNTOLD, "things")), (None, 1));
    }
}
