use crate::model::{About, Confidence, Finding, Severity, Subject, Time, control};

use super::{IdentityCheck, Roster, Ruling, owner};

/// Finds identities whose owner has left.
pub struct OwnerLeft;

/// Who has left.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Mail addresses or names, as tags and commits have them.
    pub left: Vec<String>,
}

impl Settings {
    /// The one of an owner's names that is on the list.
    fn named<'o>(&self, owner: &'o str) -> Option<&'o str> {
        let words = owner.split([' ', '<', '>', ',', ';']).filter(|word| word.contains('@'));
        let whole = owner.split('<').next().unwrap_or_default().trim();
        words.chain([whole]).find(|name| self.left.iter().any(|left| left.trim().eq_ignore_ascii_case(name)))
    }
}

impl IdentityCheck for OwnerLeft {
    const ABOUT: About = About {
        id: "owner-left",
        title: "The owner of an identity has left",
        explain: "Who is named as the owner of a user or role, or is the only one known to have made it, stands on the list of those who left. Nobody answers for \
                  it, and who left may still hold its keys. Says nothing until a list is given: `[check.owner-left] left = [\"ann@example.org\"]`; mail \
                  addresses and names count, in any case of letters.\n\nFind a team that answers for it, tag it so, and rotate its keys.",
        controls: &[&control::NHI1, &control::CSF_ID_AM_08],
        see: &[],
    };
    type Settings = Settings;

    fn judge(roster: &Roster, settings: &Settings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for member in roster.members.values() {
            let Some(owner) = owner(member) else { continue };
            let Some(name) = settings.named(&owner.name) else { continue };
            let whose = if owner.answers { "who owns it" } else { "the only one known to have made it" };
            let because = format!("{name}, {whose}, has left ({})", owner.source);
            let subject = Subject::identity(&member.identity.uri, "");
            rule(Ruling::Finding(Finding::new(&Self::ABOUT, subject, Severity::High, Confidence::High, because)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{OwnerLeft, Settings};
    use crate::{
        analyze::identity::sample,
        model::{Entity, Time},
    };

    #[test]
    fn an_owner_on_the_list_has_left_by_mail_or_by_name() {
        let said = |tag: &str, left: &str| {
            let mut user = sample::user("ci", 0);
            user.tags.insert("owner".into(), tag.into());
            let settings = Settings { left: vec![left.into()] };
            let (found, _) = sample::found::<OwnerLeft>(&sample::roster([Entity::Identity(user)]), &settings, Time(0));
            found.into_iter().map(|(severity, because)| format!("{severity} {because}")).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(said("ann@acme.dev", "Ann@acme.dev"), "high ann@acme.dev, who owns it, has left (tag owner)");
        assert_eq!(said("Ann B <ann@acme.dev>", "ann b"), "high Ann B, who owns it, has left (tag owner)");
        assert_eq!(said("joann@acme.dev", "ann@acme.dev"), "");
    }
}
