//! Templates of CloudFormation, in JSON and in YAML with its tags, as people write them and as the CDK makes them.

mod functions;
mod resources;
mod shared;
mod yaml;

use serde_json::Value;

use crate::{
    inspect::{
        Inspector, Outcome, Workbench,
        aws::{
            document::{first_key, holds, parse},
            told::Told,
        },
    },
    model::{About, Document, Origin, Source, entity::Basis, within},
};

use super::told;

/// Reads the AWS identities in a template of CloudFormation.
pub struct CloudFormation;

const ABOUT: About = About {
    id: "aws-cloudformation",
    title: "Users, roles, policies and functions in a template of CloudFormation",
    explain: "Reads templates of CloudFormation in JSON and YAML, also those that the CDK makes and those of SAM: users, groups, roles with their trust, policies and \
              what attaches them, instance profiles, functions. Parameters count with their defaults; what hangs on something else (an import, a parameter \
              without a default) stands there as a name of its own. What a template declares is judged as if it were there. It tells what the template \
              makes, not all that the account has.",
    controls: &[],
    see: &["https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html"],
};

/// The keys with which a template begins.
const FIRST: &[&str] = &[
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Globals",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
];

/// How far into a document in YAML its first key is looked for, bytes: a licence may stand before it.
const HEAD: usize = 4096;

/// Whether some text declares what this reads.
fn declares(bytes: &[u8]) -> bool {
    holds(bytes, "AWS::IAM::") || holds(bytes, "AWS::Serverless::Function") || shared::TYPES.iter().any(|kind| holds(bytes, kind))
}

/// Whether a document in YAML begins as a template does: the first line that is neither blank, a remark nor a mark is one of its keys.
fn begins_in_yaml(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(HEAD)];
    let lines = head.split(|b| *b == b'\n').map(<[u8]>::trim_ascii_end);
    let first = lines.into_iter().find(|line| !line.is_empty() && !line.starts_with(b"#") && !line.starts_with(b"---"));
    let key = first.and_then(|line| line.split(|b| *b == b':').next()).and_then(|key| std::str::from_utf8(key).ok());
    key.is_some_and(|key| FIRST.contains(&key.trim_matches(['"', '\''])))
}

impl Inspector for CloudFormation {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        let begins = first_key(bytes).map_or_else(|| begins_in_yaml(bytes), |key| FIRST.contains(&key));
        begins && declares(bytes)
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut told = Told { basis: Basis::Plan, ..Told::new(bench, outcome) };
        let template = if first_key(document.bytes).is_some() {
            parse::<Value>(document, "a template of CloudFormation", &mut told)
        } else {
            match std::str::from_utf8(document.bytes).map_err(|error| error.to_string()).and_then(yaml::read) {
                Ok(template) => Some(template),
                Err(why) => {
                    told.malformed("", &format!("looks like a template of CloudFormation, but cannot be read: {why}"));
                    None
                }
            }
        };
        let Some(template) = template else { return };
        told::tell_all(&resources::of(&template, &place(document.origin)), &mut told);
    }
}

/// Where a template lies, as a path of IAM.
fn place(origin: &Origin) -> String {
    let name = match &origin.source {
        Source::Object { id } => within(&id.to_string()[..12], &origin.inside),
        _ => origin.name().into_owned(),
    };
    let clean = name.chars().map(|c| if c.is_ascii_alphanumeric() || "/._-".contains(c) { c } else { '_' });
    format!("/{}/", clean.collect::<String>().trim_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::begins_in_yaml;

    #[test]
    fn a_template_is_known_by_its_first_key() {
        for text in ["AWSTemplateFormatVersion: '2010-09-09'\n", "# remark\n\n---\nResources:\n  A:\n", "\"Transform\": x\n"] {
            assert!(begins_in_yaml(text.as_bytes()), "{text}");
        }
        for text in ["", "name: Resources\n", "  Resources:\n", "resources:\n"] {
            assert!(!begins_in_yaml(text.as_bytes()), "{text}");
        }
    }
}
