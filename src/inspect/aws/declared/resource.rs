//! Resources as their sources declare them, in the words of Terraform's provider for AWS, whoever declares them.

use serde_json::{Map, Value};

/// One instance of a resource.
#[derive(Debug)]
pub(super) struct Resource {
    /// Its module, `module.ci` or nothing.
    pub module: String,
    /// Who declares it: `terraform`, `cloudformation`.
    pub by: &'static str,
    /// Its type, `aws_iam_user`.
    pub kind: String,
    /// Its name in the source.
    pub name: String,
    /// Which of several; `None` where there is one.
    pub index: Option<String>,
    /// Whether it is only looked up.
    pub data: bool,
    /// What is known of it.
    pub values: Map<String, Value>,
}

impl Resource {
    /// A value that is text.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.values.get(key)?.as_str().filter(|text| !text.is_empty())
    }

    /// The texts of a value that is a list of them.
    pub fn texts(&self, key: &str) -> impl Iterator<Item = &str> {
        self.values.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    }

    /// Its address, as people know it: `module.ci.aws_iam_user.deploy[0]`; in a template its logical id.
    pub fn address(&self) -> String {
        if self.by == "cloudformation" {
            return self.name.clone();
        }
        let index = self.index.as_ref().map_or_else(String::new, |index| format!("[{index}]"));
        let module = if self.module.is_empty() { String::new() } else { format!("{}.", self.module) };
        format!("{module}{}.{}{index}", self.kind, self.name)
    }
}
