use std::sync::Arc;

use crate::{
    analyze::{
        aws::{alone, managed, policy::Policy},
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Confidence, Finding, Privilege, Severity, Subject, Time, control, entity::Account},
};

use super::anchor::{Profile, name, profiles};

/// Finds profiles whose sessions may do all that their roles may.
pub struct ProfilePolicy;

impl IdentityCheck for ProfilePolicy {
    const ABOUT: About = About {
        id: "aws-roles-anywhere-policy",
        title: "A certificate opens all that a role may do",
        explain: "The profile of IAM Roles Anywhere has no session policy, or one that allows everything: whoever shows a certificate may do all that the role may. A \
                  session policy is the only place at which the way in by certificate can be narrower than the role. Told where a role of the profile can read \
                  secrets or more: medium, high where it is an administrator or can make itself one. Where no inventory tells what the roles may do, nothing is \
                  claimed.\n\nGive the profile a session policy or managed policies with what its machines do (`aws rolesanywhere update-profile \
                  --session-policy …`), or a role that is as narrow.",
        controls: &[&control::NHI5, &control::CSF_PR_AA_05],
        see: &["https://docs.aws.amazon.com/rolesanywhere/latest/userguide/credentials-session-policies.html"],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for profile in profiles(roster).filter(|profile| profile.roles().next().is_some()) {
            let uri = &profile.resource.uri;
            if bounded(&profile, roster) {
                continue;
            }
            let Some((strongest, privilege)) = profile.strongest(roster) else {
                rule(Ruling::Undecided { identity: uri.clone(), why: "no inventory tells what its roles may do".into() });
                continue;
            };
            let severity = match privilege {
                Privilege::Sensitive => Severity::Medium,
                Privilege::Escalates | Privilege::Admin => Severity::High,
                _ => continue,
            };
            let because = format!(
                "a certificate opens all that the role {} may do by the profile {}, which has no session policy that limits it",
                strongest.identity.name,
                name(profile.resource)
            );
            let finding = Finding::new(&Self::ABOUT, Subject::identity(uri, ""), severity, Confidence::High, because);
            rule(Ruling::Finding(finding.and("role", strongest.identity.uri.as_str()).and("privilege", privilege.name())));
        }
    }
}

/// Whether something limits a session: its own policy, or all the policies with names together, of which one that nobody knows may.
fn bounded(profile: &Profile<'_>, roster: &Roster) -> bool {
    let says = |name: &str| profile.resource.attributes.get(name).map(String::as_str);
    let own = says("session-policy").map(|text| Policy::parse(text).is_ok_and(|policy| !allows_all(policy)));
    let named = says("session-policies").map(|all| all.split(", ").all(|arn| limits(arn, roster)));
    match (own, named) {
        (None, None) => false,
        // Policies of one session add up.
        (own, named) => own.unwrap_or(true) && named.unwrap_or(true),
    }
}

fn limits(arn: &str, roster: &Roster) -> bool {
    let own = roster.policies.get(arn).and_then(|policy| policy.versions.iter().find(|version| version.default));
    let text = own.map(|version| version.document.as_str()).or_else(|| managed::text(arn));
    text.and_then(|text| Policy::parse(text).ok()).is_none_or(|policy| !allows_all(policy))
}

fn allows_all(policy: Policy) -> bool {
    alone(&Arc::new(policy), Account::NOWHERE) == Privilege::Admin
}

#[cfg(test)]
mod tests {
    use super::ProfilePolicy;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{Entity, Severity, Time, entity::Resource},
    };

    fn told(says: &[(&str, &str)], role: &str, actions: &str) -> (Option<Severity>, usize) {
        let mut profile = Resource::new("arn:aws:rolesanywhere:eu-west-1:111111111111:profile/p", sample::ACCOUNT);
        profile.attributes.insert("roles".into(), format!("arn:aws:iam::{}:role/{role}", sample::ACCOUNT));
        profile.attributes.extend(says.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let trust = sample::trust(r#"{"Service":"rolesanywhere.amazonaws.com"}"#, "sts:AssumeRole", "{}");
        let all = sample::role("plant", &trust, actions).into_iter().chain([Entity::Resource(profile)]);
        let (found, undecided) = sample::found::<ProfilePolicy>(&sample::roster(all), &NoSettings {}, Time(0));
        (found.first().map(|(severity, _)| *severity), undecided)
    }

    #[test]
    fn what_the_role_may_do_says_how_bad_it_is() {
        assert_eq!(told(&[], "plant", "*"), (Some(Severity::High), 0));
        assert_eq!(told(&[], "plant", "s3:GetObject"), (Some(Severity::Medium), 0));
        assert_eq!(told(&[], "plant", "sqs:SendMessage"), (None, 0));
        assert_eq!(told(&[], "another", "*"), (None, 1));
        assert_eq!(told(&[(Resource::ENABLED, "no")], "plant", "*"), (None, 0));
    }

    #[test]
    fn a_session_policy_counts_unless_it_allows_everything() {
        let policy =
            |actions: &str| format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"{actions}","Resource":"*"}}}}"#);
        assert_eq!(told(&[("session-policy", &policy("s3:GetObject"))], "plant", "*"), (None, 0));
        assert_eq!(told(&[("session-policy", &policy("*"))], "plant", "*"), (Some(Severity::High), 0));
        assert_eq!(told(&[("session-policies", "arn:aws:iam::aws:policy/ReadOnlyAccess")], "plant", "*"), (None, 0));
        assert_eq!(told(&[("session-policies", "arn:aws:iam::aws:policy/AdministratorAccess")], "plant", "*"), (Some(Severity::High), 0));
        assert_eq!(told(&[("session-policies", "arn:aws:iam::111111111111:policy/unknown")], "plant", "*"), (None, 0));
    }
}
