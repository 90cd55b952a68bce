use crate::{
    analyze::{
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Confidence, Finding, Severity, Subject, Time, control, entity::Resource},
};

/// Finds keys that never renew what they encrypt with.
pub struct KeyRotation;

impl IdentityCheck for KeyRotation {
    const ABOUT: About = About {
        id: "aws-kms-rotation",
        title: "A key for encryption does not rotate",
        explain: "A symmetric key that the account made itself does not rotate by itself, so all that it ever encrypted hangs on one piece of material. AWS keeps \
                  the old material and uses it where it is needed: rotation breaks nothing.\n\nSwitch it on: `aws kms enable-key-rotation --key-id KEY`. \
                  Keys that AWS manages, asymmetric ones and imported material are not judged.",
        controls: &[&control::NHI7, &control::CSF_PR_DS_01],
        see: &["https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html"],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for key in roster.belongings.values() {
            if key.says(Resource::ROTATES) == Some(false) {
                let because = "it does not rotate by itself".to_owned();
                let subject = Subject::identity(&key.uri, "");
                rule(Ruling::Finding(Finding::new(&Self::ABOUT, subject, Severity::Low, Confidence::High, because)));
            } else if key.is_untold("KeyRotationEnabled") || key.is_untold("KeyMetadata") {
                let why = "whether the key rotates was refused".to_owned();
                rule(Ruling::Undecided { identity: key.uri.clone(), why });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::KeyRotation;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{Entity, Time, entity::Resource},
    };

    #[test]
    fn only_what_is_said_not_to_rotate_is_found() {
        let told = |name: &str, value: &str| {
            let mut key = Resource::new("arn:aws:kms:eu-west-1:111111111111:key/k", sample::ACCOUNT);
            key.attributes.insert(name.into(), value.into());
            let (found, undecided) = sample::found::<KeyRotation>(&sample::roster([Entity::Resource(key)]), &NoSettings {}, Time(0));
            (found.len(), undecided)
        };
        assert_eq!(told(Resource::ROTATES, "no"), (1, 0));
        assert_eq!(told(Resource::ROTATES, "yes"), (0, 0));
        assert_eq!(told(Resource::UNTOLD, "Policy, KeyRotationEnabled"), (0, 1));
        assert_eq!(told(Resource::UNTOLD, "Policy"), (0, 0));
    }
}
