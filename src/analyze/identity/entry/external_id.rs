use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::{
    analyze::{
        aws::{account_of, policy::Statement, restricts},
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Severity, Time, control},
};

use super::door::{Door, doors};

/// Finds external ids that anybody can guess.
pub struct ExternalId;

/// What is too easy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Guess {
    /// Shorter ones can be guessed.
    pub length: usize,
}

impl Default for Guess {
    fn default() -> Self {
        Self { length: 8 }
    }
}

impl IdentityCheck for ExternalId {
    const ABOUT: About = About {
        id: "aws-external-id-guessable",
        title: "An external id can be guessed",
        explain: "A role lets in another account that shows an external id. The id keeps other customers of that account's owner out, so it must be one that \
                  they do not know: not the number of an account, not the name of the role, not a word of a few letters, and not the same for two \
                  vendors, of whom each then knows the other's.\n\nLet the vendor make a random one for you, and put it into the trust. Setting: \
                  `[check.aws-external-id-guessable] length = 8`.",
        controls: &[&control::NHI3],
        see: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html"],
    };
    type Settings = Guess;

    fn judge(roster: &Roster, guess: &Guess, _: Time, rule: &mut dyn FnMut(Ruling)) {
        let doors = doors(roster, rule);
        let mut vendors: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (statement, principals) in doors.iter().flat_map(Door::open) {
            let accounts = principals.aws.iter().filter_map(|name| account_of(name));
            let outside: Vec<&str> = accounts.filter(|account| !roster.estate.accounts.contains(*account)).collect();
            ids(statement).for_each(|id| vendors.entry(id).or_default().extend(&outside));
        }
        for door in &doors {
            for (statement, principals) in door.open() {
                let accounts: Vec<&str> = principals.aws.iter().filter_map(|name| account_of(name)).collect();
                for id in ids(statement) {
                    if let Some(why) = guessable(id, door, &accounts, vendors[id].len(), guess) {
                        let severity = door.severity(Severity::High, Severity::Medium);
                        let because = format!("the external id that it asks for {why}");
                        let finding = door.finding(&Self::ABOUT, statement, "external id", severity, &because);
                        rule(Ruling::Finding(finding.and_beyond("length", id.len(), format!(">= {}", guess.length))));
                    }
                }
            }
        }
    }
}

/// The external ids with which a statement lets somebody in.
fn ids(statement: &Statement) -> impl Iterator<Item = &str> {
    let on_id = statement.conditions.iter().filter(|c| c.key == "sts:externalid" && restricts(c));
    on_id.flat_map(|condition| condition.values.iter().map(String::as_str))
}

/// Why anybody can guess an external id.
fn guessable(id: &str, door: &Door<'_>, accounts: &[&str], vendors: usize, guess: &Guess) -> Option<String> {
    let identity = &door.member.identity;
    let number = id.replace('-', "");
    if number == identity.scope || accounts.contains(&number.as_str()) {
        return Some("is the number of an account".into());
    }
    if id.eq_ignore_ascii_case(&identity.name) {
        return Some("is the name of the role".into());
    }
    if id.chars().count() < guess.length {
        return Some(format!("has {} characters", id.chars().count()));
    }
    (vendors > 1).then(|| format!("is the same for {vendors} other accounts"))
}

#[cfg(test)]
mod tests {
    use super::{ExternalId, Guess};
    use crate::{
        analyze::identity::sample,
        model::{Entity, Time},
    };

    fn role(name: &str, account: &str, id: &str) -> [Entity; 3] {
        let condition = format!(r#"{{"StringEquals":{{"sts:ExternalId":"{id}"}}}}"#);
        sample::role(name, &sample::trust(&format!(r#"{{"AWS":"{account}"}}"#), "sts:AssumeRole", &condition), "s3:List*")
    }

    fn told(entities: impl IntoIterator<Item = Entity>) -> Vec<String> {
        let found = sample::found::<ExternalId>(&sample::roster(entities), &Guess::default(), Time(0)).0;
        found.into_iter().map(|(_, because)| because).collect()
    }

    #[test]
    fn what_others_know_is_told() {
        let one = |id: &str| told(role("vendor-access", "222222222222", id));
        assert_eq!(one("111111111111"), ["vendor-access: the external id that it asks for is the number of an account"]);
        assert_eq!(one("2222-2222-2222").len(), 1);
        assert_eq!(one("vendor-access"), ["vendor-access: the external id that it asks for is the name of the role"]);
        assert_eq!(one("1234567"), ["vendor-access: the external id that it asks for has 7 characters"]);
        assert!(one("12345678").is_empty());
    }

    #[test]
    fn one_id_for_two_vendors_is_told_and_for_two_roles_of_one_is_not() {
        let id = "a-long-and-random-one";
        let two = |other: &str| told(role("a", "222222222222", id).into_iter().chain(role("b", other, id)));
        assert_eq!(two("333333333333").len(), 2);
        assert!(two("222222222222").is_empty());
    }
}
