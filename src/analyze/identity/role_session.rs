use serde::Deserialize;

use crate::model::{About, Confidence, Finding, Privilege, Severity, Subject, Time, control, entity::IdentityKind};

use super::{IdentityCheck, Roster, Ruling};

/// Finds roles of power that are assumed for long.
pub struct RoleSession;

/// How long a session of such a role may be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Longest {
    /// Hours.
    pub hours: i64,
}

impl Default for Longest {
    fn default() -> Self {
        Self { hours: 4 }
    }
}

impl IdentityCheck for RoleSession {
    const ABOUT: About = About {
        id: "aws-role-session",
        title: "A role of power can be assumed for long",
        explain: "A role that is an administrator, or can make itself one, may be assumed for more than 4 hours at a time. Credentials of a session cannot be taken \
                  back one by one: what leaks of them works until they end. The same holds for permission sets of IAM Identity Center.\n\nSet its maximum session duration to one hour, or as long as the work takes. Where \
                  no inventory tells the duration (`aws iam list-roles` does, the authorization details do not) the check is undecided. Setting: \
                  `[check.aws-role-session] hours = 4`.",
        controls: &[&control::NHI7, &control::TENET_3],
        see: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-settings.html"],
    };
    type Settings = Longest;

    fn judge(roster: &Roster, longest: &Longest, _: Time, rule: &mut dyn FnMut(Ruling)) {
        let roles = roster.members.values().filter(|m| {
            matches!(m.identity.kind, IdentityKind::Role | IdentityKind::PermissionSet)
                && !m.identity.uri.contains(":role/aws-service-role/")
        });
        for member in roles.filter(|m| m.standing.as_ref().is_some_and(|standing| standing.privilege >= Privilege::Escalates)) {
            let identity = &member.identity;
            let Some(seconds) = identity.attributes.get("max-session").and_then(|text| text.parse::<i64>().ok()) else {
                let why = "no inventory tells how long the role is assumed".to_owned();
                rule(Ruling::Undecided { identity: identity.uri.clone(), why });
                continue;
            };
            if seconds > longest.hours * 3600 {
                let because = format!("{} may be assumed for {} hours at a time", identity.name, seconds / 3600);
                let finding = Finding::new(&Self::ABOUT, Subject::identity(&identity.uri, ""), Severity::Low, Confidence::High, because);
                rule(Ruling::Finding(finding.and_beyond("seconds", seconds, format!("> {}", longest.hours * 3600))));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Longest, RoleSession};
    use crate::{
        analyze::identity::{IdentityCheck, Ruling, sample, standings},
        model::{
            Entity, Time,
            entity::{Grant, GrantKind, Identity, IdentityKind},
        },
    };

    fn said(seconds: Option<&str>, action: &str) -> Vec<Ruling> {
        let uri = "arn:aws:iam::111111111111:role/r";
        let mut role = Identity::new("aws", IdentityKind::Role, uri, "r", sample::ACCOUNT);
        role.attributes.extend(seconds.map(|seconds| ("max-session".to_owned(), seconds.to_owned())));
        let document = format!(r#"{{"Statement":{{"Effect":"Allow","Action":"{action}","Resource":"*"}}}}"#);
        let grant = Grant { to: uri.into(), kind: GrantKind::Inline, via: "own".into(), document: Some(document) };
        let mut roster = sample::roster([Entity::Identity(role), Entity::Grant(grant)]);
        let power = standings(&mut roster, Time(0)).remove(uri);
        roster.members.get_mut(uri).expect("it").standing = power.map(|power| power.standing);
        sample::rulings(|rule| RoleSession::judge(&roster, &Longest::default(), Time(0), rule))
    }

    #[test]
    fn four_hours_pass_and_a_second_more_does_not() {
        assert_eq!([said(Some("14400"), "*").len(), said(Some("14401"), "*").len(), said(Some("43200"), "s3:ListBucket").len()], [0, 1, 0]);
        assert!(matches!(said(None, "*").as_slice(), [Ruling::Undecided { .. }]));
    }
}
