//! What the functions of a template come to, as far as a template tells.

use serde_json::{Map, Value};

use crate::inspect::aws::declared::unknown::{has_unknown, unknown};

use super::resources::Names;

/// How deep functions may stand in each other.
const DEEPEST: usize = 64;

/// A template in which functions are worked out.
pub(super) struct Template<'t> {
    parameters: Option<&'t Map<String, Value>>,
    mappings: Option<&'t Map<String, Value>>,
    conditions: Option<&'t Map<String, Value>>,
    names: Names<'t>,
}

/// Values that CloudFormation gives.
const PSEUDO: &[(&str, &str)] =
    &[("AWS::Partition", "aws"), ("AWS::URLSuffix", "amazonaws.com"), ("AWS::AccountId", "000000000000"), ("AWS::Region", "us-east-1")];

/// Attributes that are ARNs.
const ARNS: &[&str] = &["Arn", "BackupVaultArn", "DomainArn", "FunctionArn", "TopicArn"];

impl<'t> Template<'t> {
    pub fn new(whole: &'t Value, place: &str) -> Self {
        let section = |key: &str| whole.get(key).and_then(Value::as_object);
        let (parameters, mappings, conditions) = (section("Parameters"), section("Mappings"), section("Conditions"));
        let bare = Self { parameters, mappings, conditions, names: Names::of(whole, place) };
        let mut names = Names::of(whole, place);
        names.take(&|value| bare.value(value));
        Self { names, ..bare }
    }

    /// Whether a condition holds; `None` where nobody can know.
    pub fn holds(&self, name: &str) -> Option<bool> {
        self.condition(self.conditions?.get(name)?, 0)
    }

    fn condition(&self, value: &Value, depth: usize) -> Option<bool> {
        let (name, argument) = value.as_object().filter(|fields| fields.len() == 1 && depth <= DEEPEST)?.iter().next()?;
        let arguments = argument.as_array().map(Vec::as_slice).unwrap_or_default();
        let each = || arguments.iter().map(|one| self.condition(one, depth + 1));
        match (name.as_str(), arguments) {
            ("Condition", _) => self.condition(self.conditions?.get(argument.as_str()?)?, depth + 1),
            ("Fn::Equals", [one, other]) => {
                let (one, other) = (text(&self.at(one, depth + 1)), text(&self.at(other, depth + 1)));
                (!has_unknown(&one) && !has_unknown(&other) && !one.contains('<') && !other.contains('<')).then_some(one == other)
            }
            ("Fn::Not", [one]) => self.condition(one, depth + 1).map(|holds| !holds),
            ("Fn::And", _) if each().any(|one| one == Some(false)) => Some(false),
            ("Fn::Or", _) if each().any(|one| one == Some(true)) => Some(true),
            ("Fn::And" | "Fn::Or", _) if each().all(|one| one.is_some()) => Some(name == "Fn::And"),
            _ => None,
        }
    }

    /// A value with all functions worked out. What AWS will make up stands there as a name in angle brackets, which matches nothing
    /// but itself; what nobody can know as `<unknown …>`.
    pub fn value(&self, value: &Value) -> Value {
        self.at(value, 0)
    }

    fn at(&self, value: &Value, depth: usize) -> Value {
        if depth > DEEPEST {
            return Value::Null;
        }
        match value {
            Value::Array(items) => items.iter().map(|item| self.at(item, depth + 1)).filter(|item| !item.is_null()).collect(),
            Value::Object(fields) => match fields.iter().next() {
                Some((name, argument)) if fields.len() == 1 && (name == "Ref" || name.starts_with("Fn::")) => {
                    self.function(name, argument, depth + 1)
                }
                _ => fields.iter().map(|(key, field)| (key.clone(), self.at(field, depth + 1))).filter(|(_, v)| !v.is_null()).collect(),
            },
            other => other.clone(),
        }
    }

    fn function(&self, name: &str, argument: &Value, depth: usize) -> Value {
        let arguments: Vec<Value> = argument.as_array().into_iter().flatten().map(|item| self.at(item, depth)).collect();
        match (name, arguments.as_slice()) {
            ("Ref", _) => argument.as_str().map_or(Value::Null, |name| self.refer(name, depth)),
            ("Fn::GetAtt", _) => match argument {
                Value::String(text) => text.split_once('.').map_or(Value::Null, |(of, which)| self.attribute(of, which)),
                _ => match arguments.as_slice() {
                    [Value::String(of), Value::String(which)] => self.attribute(of, which),
                    _ => Value::Null,
                },
            },
            ("Fn::Sub", [Value::String(text), Value::Object(given)]) => self.filled(text, given, depth),
            ("Fn::Sub", _) => argument.as_str().map_or(Value::Null, |text| self.filled(text, &Map::new(), depth)),
            ("Fn::Join", [Value::String(between), Value::Array(parts)]) => {
                Value::String(parts.iter().map(text).collect::<Vec<String>>().join(between))
            }
            ("Fn::FindInMap", [Value::String(map), Value::String(first), Value::String(second), ..]) => {
                let found = self.mappings.and_then(|maps| maps.get(map)?.get(first)?.get(second));
                found.map_or_else(|| unknown(map), Value::clone)
            }
            ("Fn::If", [condition, yes, no]) => match condition.as_str().and_then(|name| self.holds(name)) {
                Some(holds) => if holds { yes } else { no }.clone(),
                // What may be granted counts.
                None => if is_nothing(yes) { no } else { yes }.clone(),
            },
            ("Fn::Select", [which, Value::Array(items)]) => {
                let at = which.as_str().and_then(|text| text.parse().ok()).or_else(|| which.as_u64().and_then(|n| usize::try_from(n).ok()));
                at.and_then(|at: usize| items.get(at)).cloned().unwrap_or(Value::Null)
            }
            _ => unknown(name.trim_start_matches("Fn::")),
        }
    }

    /// What `Ref` comes to: a parameter's default, or the name of a resource.
    fn refer(&self, name: &str, depth: usize) -> Value {
        if name == "AWS::NoValue" {
            return Value::Null;
        }
        if let Some((_, given)) = PSEUDO.iter().find(|(pseudo, _)| *pseudo == name) {
            return Value::String((*given).to_owned());
        }
        if name.starts_with("AWS::") {
            return Value::String(format!("<{}>", name.trim_start_matches("AWS::")));
        }
        if let Some(parameter) = self.parameters.and_then(|parameters| parameters.get(name)) {
            let several = parameter.get("Type").and_then(Value::as_str).is_some_and(|kind| kind.contains("List"));
            return match parameter.get("Default") {
                Some(Value::String(text)) if several => text.split(',').map(|part| Value::String(part.trim().to_owned())).collect(),
                Some(default) => self.at(default, depth),
                None => unknown(name),
            };
        }
        self.names.reference(name).map_or_else(|| unknown(name), Value::String)
    }

    /// What `Fn::GetAtt` comes to: the ARN of what is known by one.
    fn attribute(&self, of: &str, which: &str) -> Value {
        let arn = ARNS.contains(&which).then(|| self.names.arn(of)).flatten();
        // What AWS will make up matches nothing but itself.
        Value::String(arn.unwrap_or_else(|| format!("<{of}.{which}>")))
    }

    /// A text with its `${…}` filled in.
    fn filled(&self, text: &str, given: &Map<String, Value>, depth: usize) -> Value {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            filled.push_str(before);
            let Some((name, after)) = after.split_once('}') else { return Value::String(text.to_owned()) };
            match name.strip_prefix('!') {
                // `${!aws:username}` is a variable of the policy.
                Some(literal) => filled.push_str(&format!("${{{literal}}}")),
                None => filled.push_str(&self::text(&self.variable(name, given, depth))),
            }
            rest = after;
        }
        filled.push_str(rest);
        Value::String(filled)
    }

    fn variable(&self, name: &str, given: &Map<String, Value>, depth: usize) -> Value {
        match (given.get(name), name.split_once('.')) {
            (Some(value), _) => value.clone(),
            (None, Some((of, which))) => self.attribute(of, which),
            (None, None) => self.refer(name, depth),
        }
    }

    /// The names of what the template declares.
    pub fn names(&self) -> &Names<'t> {
        &self.names
    }
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Template;

    fn worked_out(value: &Value) -> Value {
        let whole = json!({
            "Parameters": { "Stage": { "Type": "String", "Default": "prod" }, "Names": { "Type": "CommaDelimitedList", "Default": "a, b" }, "Open": { "Type": "String" } },
            "Mappings": { "Of": { "prod": { "size": "large" } } },
            "Resources": { "Runner": { "Type": "AWS::IAM::Role", "Properties": { "Path": "/ci/" } }, "Bucket": { "Type": "AWS::S3::Bucket" } },
        });
        Template::new(&whole, "/").value(value)
    }

    #[test]
    fn functions_come_to_what_the_template_tells() {
        for (function, value) in [
            (json!({ "Ref": "Stage" }), json!("prod")),
            (json!({ "Ref": "Names" }), json!(["a", "b"])),
            (json!({ "Ref": "Runner" }), json!("Runner")),
            (json!({ "Fn::GetAtt": ["Runner", "Arn"] }), json!("arn:aws:iam::000000000000:role/ci/Runner")),
            (
                json!({ "Fn::Sub": "arn:${AWS::Partition}:s3:::${Stage}-${Bucket}/${!aws:username}" }),
                json!("arn:aws:s3:::prod-<Bucket>/${aws:username}"),
            ),
            (
                json!({ "Fn::Sub": ["${x}.${Runner.Arn}", { "x": { "Ref": "Stage" } }] }),
                json!("prod.arn:aws:iam::000000000000:role/ci/Runner"),
            ),
            (json!({ "Fn::Join": ["-", ["a", { "Ref": "Stage" }]] }), json!("a-prod")),
            (json!({ "Fn::FindInMap": ["Of", { "Ref": "Stage" }, "size"] }), json!("large")),
            (json!({ "Fn::If": ["Big", { "Ref": "AWS::NoValue" }, "x"] }), json!("x")),
            (json!({ "Fn::Select": ["1", ["a", "b"]] }), json!("b")),
        ] {
            assert_eq!(worked_out(&function), value, "{function}");
        }
    }

    #[test]
    fn what_aws_makes_up_and_what_nobody_can_know_are_named() {
        assert_eq!(worked_out(&json!({ "Ref": "Open" })), json!("<unknown Open>"));
        assert_eq!(worked_out(&json!({ "Fn::ImportValue": "shared" })), json!("<unknown ImportValue>"));
        assert_eq!(worked_out(&json!({ "Ref": "AWS::StackName" })), json!("<StackName>"));
        assert_eq!(worked_out(&json!({ "Fn::GetAtt": "Bucket.DomainName" })), json!("<Bucket.DomainName>"));
    }

    #[test]
    fn what_has_no_value_is_not_there() {
        assert_eq!(worked_out(&json!({ "a": { "Ref": "AWS::NoValue" }, "b": [{ "Ref": "AWS::NoValue" }, 1] })), json!({ "b": [1] }));
    }
}
