use std::fmt;

use crate::model::entity::Identity;

use super::Member;

/// Tags that name who answers for an identity, the surest first.
const TAGS: &[&str] =
    &["owner", "owners", "owner-email", "owneremail", "service-owner", "team", "squad", "contact", "maintainer", "responsible", "email"];

/// Tags that name who made an identity.
const MAKERS: &[&str] = &["createdby", "created-by", "creator", "aws-createdby", "requested-by", "requestor", "author"];

/// Who answers for an identity, or might, and how that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// As the source has it: a team, a person, a mail address.
    pub name: String,
    /// Where it stands.
    pub source: String,
    /// Whether it is named as an owner; else somebody who made it, may have gone since, and is whom to ask first.
    pub answers: bool,
}

impl fmt::Display for Owner {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} ({})", self.name, self.source)
    }
}

/// Who answers for an identity: by its tags, else by the CODEOWNERS of the repository that declares it; else who may know: who
/// made it by its tags, or began the file that declares it.
pub fn owner(member: &Member) -> Option<Owner> {
    let identity = &member.identity;
    let file = identity.attributes.get(Identity::DECLARED_IN).map_or("its declaration", String::as_str);
    let by_code = || {
        let name = identity.attributes.get(Identity::CODE_OWNERS)?.clone();
        Some(Owner { name, source: format!("CODEOWNERS of {file}"), answers: true })
    };
    let by_author = || {
        let (name, commit) = identity.attributes.get(Identity::AUTHOR)?.rsplit_once(" in ")?;
        Some(Owner { name: name.to_owned(), source: format!("began {file} in {commit}"), answers: false })
    };
    tagged(identity, TAGS, true).or_else(by_code).or_else(|| tagged(identity, MAKERS, false)).or_else(by_author)
}

fn tagged(identity: &Identity, names: &[&str], answers: bool) -> Option<Owner> {
    let plain = |key: &str| key.to_ascii_lowercase().replace(['_', ' ', ':', '/'], "-");
    let carries = |wanted: &&str| identity.tags.iter().find(|(key, value)| plain(key) == **wanted && !value.trim().is_empty());
    let (key, value) = names.iter().find_map(carries)?;
    Some(Owner { name: value.trim().to_owned(), source: format!("tag {key}"), answers })
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use crate::model::Entity;

    fn owned(tags: &[(&str, &str)]) -> Option<String> {
        let mut user = sample::user("ci", 0);
        user.tags = tags.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let roster = sample::roster([Entity::Identity(user)]);
        roster.members.values().next().and_then(super::owner).map(|owner| format!("{owner}, {}", owner.answers))
    }

    #[test]
    fn a_tag_names_the_owner_whatever_its_spelling() {
        assert_eq!(owned(&[("Owner", "a@example.org")]).as_deref(), Some("a@example.org (tag Owner), true"));
        assert_eq!(owned(&[("service_owner", "pay"), ("team", "x")]).as_deref(), Some("pay (tag service_owner), true"));
        assert_eq!(owned(&[("Name", "x"), ("owner", " ")]), None);
        assert_eq!(owned(&[("CreatedBy", "ann")]).as_deref(), Some("ann (tag CreatedBy), false"));
    }
}
