use crate::model::{About, Confidence, Finding, Privilege, Severity, Subject, Time, control, entity::IdentityKind};

use super::{IdentityCheck, Roster, Ruling, owner};

/// Finds identities for which nobody answers.
pub struct OwnerMissing;

/// It has no thresholds.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoSettings {}

impl IdentityCheck for OwnerMissing {
    const ABOUT: About = About {
        id: "owner-missing",
        title: "Nobody is named as the owner of an identity",
        explain: "No tag names who answers for a user or role (`owner`, `team`, `contact` and the like), and no CODEOWNERS of the repository that declares it. When \
                  it leaks or its maker leaves, nobody knows whom to ask, and it stays. Medium, and high where it can read secrets or more. Low where at least \
                  its maker is known, by a tag such as `CreatedBy` or as the first author of the file that declares it: people leave. Roles of AWS itself \
                  are left out.\n\nTag it with a team that outlives its people.",
        controls: &[&control::NHI1, &control::CSF_ID_AM_08],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for member in roster.members.values() {
            let identity = &member.identity;
            let of_aws = identity.uri.contains(":role/aws-service-role/") || identity.uri.contains(":role/aws-reserved/");
            let owner = owner(member);
            let spared = matches!(identity.kind, IdentityKind::Root | IdentityKind::PermissionSet) || of_aws;
            if spared || owner.as_ref().is_some_and(|owner| owner.answers) {
                continue;
            }
            if !identity.tells_tags() {
                let why = "the inventory does not tell the tags of the identity".to_owned();
                rule(Ruling::Undecided { identity: identity.uri.clone(), why });
                continue;
            }
            let powerful = member.standing.as_ref().is_some_and(|s| s.privilege >= Privilege::Sensitive);
            let (severity, known) = match owner {
                Some(maker) => (Severity::Low, format!("; whom to ask first: {maker}")),
                None if powerful => (Severity::High, String::new()),
                None => (Severity::Medium, String::new()),
            };
            let because = format!("no tag of the {} names an owner or a team{known}", identity.kind.name());
            rule(Ruling::Finding(Finding::new(&Self::ABOUT, Subject::identity(&identity.uri, ""), severity, Confidence::Medium, because)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{NoSettings, OwnerMissing};
    use crate::{
        analyze::identity::sample,
        model::{Entity, Time},
    };

    #[test]
    fn a_tag_is_enough() {
        let said = |tag: &str| {
            let mut user = sample::user("ci", 0);
            user.tags.insert(tag.into(), "platform".into());
            let (found, _) = sample::found::<OwnerMissing>(&sample::roster([Entity::Identity(user)]), &NoSettings {}, Time(0));
            found.into_iter().map(|(severity, because)| format!("{severity} {because}")).collect::<Vec<_>>().join("\n")
        };
        assert!(said("Name").starts_with("medium no tag of the user names"), "{}", said("Name"));
        assert_eq!(said("team"), "");
        assert_eq!(said("CreatedBy"), "low no tag of the user names an owner or a team; whom to ask first: platform (tag CreatedBy)");
    }
}
