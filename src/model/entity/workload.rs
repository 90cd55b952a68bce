use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Something that runs as an identity: a function, a machine, a build, a job, or what gives those a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workload {
    /// Its ARN.
    pub uri: String,
    /// `lambda-function`, `ec2-instance`, `instance-profile`, `launch-template`, `ecs-task-definition`, `ecs-service`,
    /// `batch-job-definition`, `codebuild-project`, `state-machine`, `glue-job`, `notebook-instance`, `cloudformation-stack`.
    pub kind: String,
    /// The account in which it runs.
    pub scope: String,
    /// The identity as which it runs, by uri; for a machine its instance profile, for a service of containers its task definition.
    #[serde(default)]
    pub runs_as: Option<String>,
    /// What else is told.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

impl Workload {
    /// Whether the metadata service of a machine demands tokens: `required`, `optional`, `disabled` where there is none.
    pub const METADATA: &str = "metadata-tokens";

    /// Whether whoever may do so can run commands in it: `yes` or `no`.
    pub const COMMANDS: &str = "takes-commands";

    pub(super) fn key(&self) -> String {
        self.uri.clone()
    }

    pub(super) fn merge(&mut self, other: &Self) {
        super::keep_max(&mut self.runs_as, &other.runs_as);
        super::merge_maps(&mut self.attributes, &other.attributes);
    }
}
