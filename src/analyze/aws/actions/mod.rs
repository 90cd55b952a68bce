//! What actions do: the catalogue of the actions of all AWS services, each with its level.
//!
//! The data is `actions.txt`, which `derive.py` makes of a public package; its head says of which, of what day, with what
//! checksum. It is read when it is first asked, and costs nothing before. What AWS has added since is not in it: an unknown action is
//! never dropped, and [`worst`] goes by its name.

mod guess;
mod table;

use super::policy::pattern::matches;
use table::{Service, Table};

/// How much an action changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Names what there is.
    List,
    /// Looks into it.
    Read,
    /// Labels it, which may change who may do what with it.
    Tagging,
    /// Changes it.
    Write,
    /// Changes who may do what.
    Permissions,
}

/// An action of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// As AWS writes it: `GetObject`.
    pub name: String,
    /// In small letters.
    key: String,
    /// What it does.
    pub level: Level,
    /// Whether it is a write that can only be allowed on everything, for there is no resource to name.
    pub unbounded: bool,
}

/// The level of an action, however it is written; `None` where the catalogue does not know it.
pub fn level(action: &str) -> Option<Level> {
    let (service, name) = action.split_once(':')?;
    let service = Table::get().service(&service.to_ascii_lowercase())?;
    service.action(&name.to_ascii_lowercase()).map(|action| action.level)
}

/// Whether there is such a service: all that it can do is known then, as far as the catalogue is of today.
pub fn is_service(prefix: &str) -> bool {
    Table::get().service(&prefix.to_ascii_lowercase()).is_some()
}

/// All services, by the prefix of their actions.
pub fn services() -> impl Iterator<Item = &'static str> {
    Table::get().services.iter().map(|service| service.prefix)
}

/// The known actions that a pattern in small letters matches, each with the prefix of its service.
pub fn expand(pattern: &str) -> impl Iterator<Item = (&'static str, &'static Action)> {
    let (service, name) = pattern.split_once(':').unwrap_or((pattern, "*"));
    let every = service == "*";
    let some = Table::get().services.iter().filter(move |known| every || known.prefix == service);
    let name = name.to_owned();
    some.flat_map(move |service| of_service(service, &name))
}

fn of_service(service: &'static Service, name: &str) -> Vec<(&'static str, &'static Action)> {
    let fixed = name.split(['*', '?']).next().unwrap_or_default();
    let rest = &name[fixed.len()..];
    let candidates = service.starting_with(fixed).iter();
    let fits = |action: &&Action| match rest {
        "" => action.key.len() == fixed.len(),
        "*" => true,
        _ => matches(rest, &action.key[fixed.len()..]),
    };
    candidates.filter(fits).map(|action| (service.prefix, action)).collect()
}

/// An action in small letters as AWS writes it, where it is one that the catalogue knows; a pattern as it is.
pub fn spelled(action: &str) -> String {
    let known = if action.contains(['*', '?']) { None } else { expand(action).next() };
    known.map_or_else(|| action.to_owned(), |(service, known)| format!("{service}:{}", known.name))
}

/// The level of the worst action that a pattern in small letters matches. Where the catalogue knows none, the name tells.
pub fn worst(pattern: &str) -> Level {
    let known = expand(pattern).map(|(_, action)| action.level).max();
    known.unwrap_or_else(|| guess::level(pattern))
}

#[cfg(test)]
mod tests {
    use super::{Level, expand, is_service, level, services, worst};

    #[test]
    fn the_catalogue_is_whole() {
        let head = include_str!("actions.txt").lines().nth(2).expect("a head");
        let all: usize = services().map(|service| expand(&format!("{service}:*")).count()).sum();
        assert_eq!(head, format!("# {} services, {all} actions.", services().count()));
        assert_eq!(expand("*:*").count(), all);
        assert!(all > 20_000 && is_service("IAM") && !is_service("nimbus9000"));
    }

    #[test]
    fn an_action_has_the_level_that_aws_gives_it() {
        for (action, known) in [
            ("s3:ListAllMyBuckets", Level::List),
            ("s3:GetObject", Level::Read),
            ("ec2:CreateTags", Level::Tagging),
            ("iam:PassRole", Level::Write),
            ("glue:ListEntities", Level::Read),
            ("IAM:ATTACHUSERPOLICY", Level::Permissions),
            ("iam:resyncmfadevice", Level::Write),
            ("secretsmanager:GetSecretValue", Level::Read),
        ] {
            assert_eq!(level(action), Some(known), "{action}");
        }
        assert_eq!((level("iam:MakeCoffee"), level("iam"), level("nimbus9000:Get")), (None, None, None));
    }

    #[test]
    fn patterns_are_expanded_as_aws_writes_the_names() {
        let names = |pattern| expand(pattern).map(|(service, action)| format!("{service}:{}", action.name)).collect::<Vec<_>>();
        assert_eq!(names("iam:create?ccesskey"), ["iam:CreateAccessKey"]);
        assert_eq!(
            names("iam:*loginprofile"),
            ["CreateLoginProfile", "DeleteLoginProfile", "GetLoginProfile", "UpdateLoginProfile"].map(|n| format!("iam:{n}"))
        );
        assert_eq!(names("iam:getuser"), ["iam:GetUser"]);
        assert!(names("nimbus9000:*").is_empty() && names("iam:createaccesskeys").is_empty());
    }

    #[test]
    fn a_pattern_is_as_bad_as_the_worst_that_it_matches() {
        assert_eq!(["s3:getobject*", "ec2:describeinstances", "sqs:receivemessage"].map(worst), [Level::Read, Level::List, Level::Read]);
        assert_eq!(["*:*", "s3:*", "iam:*policy"].map(worst), [Level::Permissions; 3]);
        // Their names promise less than they do.
        assert_eq!([worst("cloudformation:detectstackdrift"), worst("ssm:startsession")], [Level::Read, Level::Write]);
        assert_eq!(
            [worst("nimbus9000:describeclouds"), worst("nimbus9000:rain"), worst("nimbus9000:*")],
            [Level::Read, Level::Write, Level::Write]
        );
    }
}
