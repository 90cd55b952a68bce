//! What a reference comes to: to a variable, to a module, to another resource.

use hcl_edit::expr::{Expression, TraversalOperator};
use serde_json::{Value, json};

use std::collections::BTreeSet;

use crate::inspect::aws::declared::{
    arns, told,
    unknown::{first_unknown, has_unknown, is_unknown, unknown},
};

use super::{functions::missing, instances::Instance, module::Placed, scope::Scope};

/// One step of a reference.
pub(super) enum Step {
    Name(String),
    Index(Value),
    All,
}

/// Resources whose name others refer to.
const NAMED: &[&str] = &["aws_iam_user", "aws_iam_role", "aws_iam_group", "aws_iam_instance_profile", "aws_iam_policy"];

impl Scope<'_, '_> {
    /// What a name comes to, with all that is asked of it.
    pub fn traversed(&self, expression: &Expression) -> Value {
        let (head, operators) = match expression {
            Expression::Traversal(traversal) => (&traversal.expr, traversal.operators.as_slice()),
            other => (other, [].as_slice()),
        };
        let steps: Vec<Step> = operators.iter().map(|operator| self.step(operator)).collect();
        match head.as_variable() {
            Some(name) => self.named(name.as_str()).map_or_else(|| self.referred(name.as_str(), &steps), |value| walk(value, &steps)),
            None => walk(self.value(head), &steps),
        }
    }

    fn step(&self, operator: &TraversalOperator) -> Step {
        match operator {
            TraversalOperator::GetAttr(name) => Step::Name(name.as_str().to_owned()),
            TraversalOperator::Index(index) => Step::Index(self.value(index)),
            TraversalOperator::LegacyIndex(index) => Step::Index(json!(*index.value())),
            TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => Step::All,
        }
    }

    fn referred(&self, head: &str, steps: &[Step]) -> Value {
        match (head, steps) {
            ("var", [Step::Name(name), rest @ ..]) => walk(self.variable(name), rest),
            ("local", [Step::Name(name), rest @ ..]) => walk(self.local(name), rest),
            ("path", _) => Value::String(".".into()),
            ("module", [Step::Name(name), rest @ ..]) => self.module_output(name, rest),
            ("data", [Step::Name(kind), Step::Name(name), rest @ ..]) => match self.module.data.get(&(kind.as_str(), name.as_str())) {
                Some(found) => self.each_of(found, &format!("data.{kind}.{name}"), rest, &|scope, _, attribute| {
                    scope.looked_up(kind, found, attribute).unwrap_or_else(|| unknown(&format!("data.{kind}.{name}.{attribute}")))
                }),
                None => unknown(&format!("data.{kind}.{name}")),
            },
            (kind, [Step::Name(name), rest @ ..]) => match self.module.resources.get(&(kind, name.as_str())) {
                Some(found) => self.each_of(found, &format!("{kind}.{name}"), rest, &|scope, address, attribute| {
                    scope.declared(kind, found, address, attribute)
                }),
                None => unknown(&format!("{kind}.{name}")),
            },
            (name, _) => unknown(name),
        }
    }

    /// What is asked of one of several, or of all.
    fn each_of(&self, found: &Placed<'_>, all: &str, steps: &[Step], ask: &dyn Fn(&Self, &str, &str) -> Value) -> Value {
        let instances = self.instances(&found.block.body);
        let of = |instance: &Instance, rest: &[Step]| match rest {
            [Step::Name(attribute), rest @ ..] => {
                walk(ask(&self.of(instance), &instance.address(&format!("{}{all}", self.prefix())), attribute), rest)
            }
            // The thing itself, as far as others ask for it.
            [] => {
                let (scope, address) = (self.of(instance), instance.address(&format!("{}{all}", self.prefix())));
                let own = found.block.body.attributes().map(|own| own.key.as_str()).filter(|own| told::reads(own));
                let asked: BTreeSet<&str> = own.chain(["arn", "id", "name"]).collect();
                Value::Object(asked.into_iter().map(|attribute| (attribute.to_owned(), ask(&scope, &address, attribute))).collect())
            }
            _ => unknown(all),
        };
        let many = instances.iter().all(|instance| instance.index.as_deref().is_some_and(|index| index.starts_with('"')));
        match steps {
            [] if many => {
                let key = |instance: &Instance| instance.index.as_ref().and_then(|index| serde_json::from_str::<String>(index).ok());
                Value::Object(instances.iter().filter_map(|instance| Some((key(instance)?, of(instance, &[])))).collect())
            }
            [] if instances.len() > 1 => instances.iter().map(|instance| of(instance, &[])).collect(),
            [Step::All, rest @ ..] => instances.iter().map(|instance| of(instance, rest)).collect(),
            [Step::Index(index), rest @ ..] => match at(&instances, index) {
                Some(instance) => of(instance, rest),
                None => first_unknown([index]).unwrap_or_else(|| missing(all)),
            },
            rest => match instances.as_slice() {
                [only] => of(only, rest),
                _ => unknown(all),
            },
        }
    }

    fn module_output(&self, name: &str, steps: &[Step]) -> Value {
        let Some(call) = self.module.calls.get(name) else { return unknown(&format!("module.{name}")) };
        let of = |instance: &Instance, rest: &[Step]| match rest {
            [Step::Name(output), rest @ ..] => {
                let value = self.world.deeper(|| {
                    let value = self.called(name, call.block, instance).and_then(|called| called.output(output));
                    value.unwrap_or_else(|| unknown(&format!("module.{name}.{output}")))
                });
                walk(value, rest)
            }
            _ => unknown(&format!("module.{name}")),
        };
        let instances = self.instances(&call.block.body);
        match steps {
            [Step::All, rest @ ..] => instances.iter().map(|instance| of(instance, rest)).collect(),
            [Step::Index(index), rest @ ..] => at(&instances, index).map_or_else(|| unknown(&format!("module.{name}")), |i| of(i, rest)),
            rest => instances.first().map_or_else(|| unknown(&format!("module.{name}")), |instance| of(instance, rest)),
        }
    }

    /// An attribute of a resource: as it is declared, or as AWS will make it.
    fn declared(&self, kind: &str, found: &Placed<'_>, address: &str, attribute: &str) -> Value {
        let body = &found.block.body;
        let plain = |value: &Value| value.as_str().is_some_and(|text| !has_unknown(text) && !text.is_empty());
        if NAMED.contains(&kind) {
            match attribute {
                "arn" => return self.world.mark(address.to_owned(), "arn"),
                "id" if kind == "aws_iam_policy" => return self.world.mark(address.to_owned(), "arn"),
                "id" | "name" => {
                    let name = self.attribute(body, "name").filter(plain);
                    return name.unwrap_or_else(|| self.world.mark(address.to_owned(), "name"));
                }
                _ => {}
            }
        }
        if let Some(value) = self.attribute(body, attribute) {
            return value;
        }
        match attribute {
            "arn" | "id" | "name" | "bucket" | "function_name" | "url" | "key_id" => {
                let name = arns::NAMES.iter().find_map(|key| self.attribute(body, key).filter(plain));
                let name = name.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_else(|| arns::unnamed(&self.root, address));
                let provider = matches!(kind, "aws_iam_openid_connect_provider" | "aws_iam_saml_provider");
                let arn =
                    attribute == "arn" || attribute == "id" && (provider || matches!(kind, "aws_sns_topic" | "aws_secretsmanager_secret"));
                Value::String(if arn { arns::arn_of(kind, &name) } else { name })
            }
            _ => unknown(&format!("{address}.{attribute}")),
        }
    }

    /// An attribute of what is looked up, where it needs no looking.
    fn looked_up(&self, kind: &str, found: &Placed<'_>, attribute: &str) -> Option<Value> {
        let body = &found.block.body;
        let word = match (kind, attribute) {
            ("aws_iam_policy_document", "json" | "minified_json") => return Some(self.document(body)),
            ("aws_caller_identity", "account_id" | "id") => arns::NOWHERE,
            ("aws_partition", "partition" | "id") => "aws",
            ("aws_partition", "dns_suffix") => "amazonaws.com",
            ("aws_region", "name" | "id" | "region") => "us-east-1",
            _ => return self.attribute(body, attribute).or_else(|| self.looked_up_arn(kind, found, attribute)),
        };
        Some(Value::String(word.to_owned()))
    }

    fn looked_up_arn(&self, kind: &str, found: &Placed<'_>, attribute: &str) -> Option<Value> {
        let key = match kind {
            "aws_iam_role" | "aws_iam_instance_profile" | "aws_iam_policy" => "name",
            "aws_iam_user" => "user_name",
            "aws_iam_group" => "group_name",
            "aws_iam_openid_connect_provider" => "url",
            "aws_s3_bucket" => "bucket",
            _ => return None,
        };
        let name = self.attribute(&found.block.body, key)?;
        let name = name.as_str()?;
        match attribute {
            "arn" | "id" if kind == "aws_iam_policy" => Some(Value::String(arns::policy_named(name))),
            "arn" => Some(Value::String(arns::arn_of(kind, name))),
            "id" | "name" | "bucket" => Some(Value::String(name.to_owned())),
            _ => None,
        }
    }
}

/// The one of that index; of as many as nobody knows, the one that stands for them.
fn at<'i>(instances: &'i [Instance], index: &Value) -> Option<&'i Instance> {
    let name = index.to_string();
    instances.iter().find(|instance| instance.index.as_deref().is_none_or(|known| known == name || known == "*"))
}

/// Goes into a value, step by step.
pub(super) fn walk(mut value: Value, steps: &[Step]) -> Value {
    for (at, step) in steps.iter().enumerate() {
        if is_unknown(&value) {
            return value;
        }
        value = match (step, value) {
            (Step::Name(name), Value::Object(mut fields)) => fields.remove(name).unwrap_or_else(|| missing(name)),
            (Step::Index(Value::String(key)), Value::Object(mut fields)) => fields.remove(key).unwrap_or_else(|| missing(key)),
            (Step::Index(index), Value::Array(mut items)) => {
                let place = index.as_u64().and_then(|index| usize::try_from(index).ok()).filter(|place| *place < items.len());
                place.map_or_else(|| first_unknown([index]).unwrap_or_else(|| missing("an index")), |place| items.swap_remove(place))
            }
            (Step::All, Value::Array(items)) => return items.into_iter().map(|item| walk(item, &steps[at + 1..])).collect(),
            (Step::All, Value::Null) => return json!([]),
            (Step::All, other) => return json!([walk(other, &steps[at + 1..])]),
            (Step::Name(name), _) => missing(name),
            (Step::Index(_), _) => missing("an index"),
        };
    }
    value
}
