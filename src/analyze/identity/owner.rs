use super::Member;

/// Tags that name who answers for an identity, the surest first.
const TAGS: &[&str] =
    &["owner", "owners", "owner-email", "owneremail", "service-owner", "team", "squad", "contact", "maintainer", "responsible", "email"];

/// Who answers for an identity, by its tags: `platform@example.org (tag owner)`.
pub fn owner(member: &Member) -> Option<String> {
    let tags = &member.identity.tags;
    let plain = |key: &str| key.to_ascii_lowercase().replace(['_', ' ', ':', '/'], "-");
    let named = |wanted: &&str| tags.iter().find(|(key, value)| plain(key) == **wanted && !value.trim().is_empty());
    TAGS.iter().find_map(named).map(|(key, value)| format!("{} (tag {key})", value.trim()))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use crate::model::Entity;

    fn owned(tags: &[(&str, &str)]) -> Option<String> {
        let mut user = sample::user("ci", 0);
        user.tags = tags.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let roster = sample::roster([Entity::Identity(user)]);
        roster.members.values().next().and_then(super::owner)
    }

    #[test]
    fn a_tag_names_the_owner_whatever_its_spelling() {
        assert_eq!(owned(&[("Owner", "a@example.org")]).as_deref(), Some("a@example.org (tag Owner)"));
        assert_eq!(owned(&[("service_owner", "pay"), ("team", "x")]).as_deref(), Some("pay (tag service_owner)"));
        assert_eq!(owned(&[("Name", "x"), ("owner", " ")]), None);
    }
}
