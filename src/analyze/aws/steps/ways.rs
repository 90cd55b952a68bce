//! The ways to more: sets of actions that together are enough, as data.

use serde::Deserialize;

/// One way.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Way {
    /// The actions, as AWS writes them: all are needed.
    pub actions: Vec<String>,
    /// What must be there for them.
    pub target: Target,
    /// Of which service, where the target has one.
    #[serde(default)]
    pub service: String,
    /// Its name in a public catalogue.
    #[serde(default)]
    #[expect(dead_code, reason = "for whoever reads the file")]
    known: String,
    /// The service is gone.
    #[serde(default)]
    pub retired: bool,
}

/// What must be there for a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// A role that trusts the service, and may be passed to it.
    Service,
    /// Something of the service that runs already, as a role.
    Existing,
    /// One's own policies, or those of one's groups.
    #[serde(rename = "self")]
    Own,
    /// Another user.
    User,
    /// Another role.
    Role,
    /// Permission sets of an organization.
    Organization,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[expect(dead_code, reason = "for whoever compares two reports")]
    version: u32,
    way: Vec<Way>,
}

impl Way {
    /// All ways.
    pub fn all() -> Vec<Self> {
        toml::from_str::<File>(include_str!("ways.toml")).expect("our own ways are TOML").way
    }

    /// Its actions in one line: `iam:PassRole + lambda:CreateFunction`.
    pub fn name(&self) -> String {
        self.actions.join(" + ")
    }

    /// The service under which is noted what runs there.
    pub fn running(&self) -> &str {
        match self.service.as_str() {
            "ssm" | "ec2-instance-connect" => "ec2",
            service => service,
        }
    }

    /// The service whose roles what runs there has.
    pub fn runs_as(&self) -> &str {
        match self.service.as_str() {
            "ssm" | "ec2-instance-connect" => "ec2",
            "ecs" | "batch" => "ecs-tasks",
            "apprunner" => "tasks.apprunner",
            service => service,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Target, Way};

    #[test]
    fn every_way_is_one_of_its_own_and_says_what_it_needs() {
        let all = Way::all();
        let distinct: BTreeSet<BTreeSet<String>> = all.iter().map(|w| w.actions.iter().map(|a| a.to_lowercase()).collect()).collect();
        assert_eq!(distinct.len(), all.len());
        for way in &all {
            let needs = matches!(way.target, Target::Service | Target::Existing);
            assert_eq!(needs, !way.service.is_empty(), "{}", way.name());
            assert_eq!(way.target == Target::Service, way.actions.iter().any(|a| a == "iam:PassRole"), "{}", way.name());
        }
    }
}
