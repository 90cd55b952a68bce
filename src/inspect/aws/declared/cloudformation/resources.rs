//! The resources of a template in the words that all sources share, and what they are called.

use serde_json::{Map, Value, json};

use super::{super::resource::Resource, functions::Template};

/// What a template declares, by logical id.
pub(super) struct Names<'t> {
    /// The resources.
    declared: Option<&'t Map<String, Value>>,
    /// Where the template lies, as a path of IAM: what CloudFormation will name is its own, whatever other templates call theirs.
    place: String,
}

/// Types whose ARN has the form that IAM gives: the word in it, and the property that names them.
const IAM: &[(&str, &str, &str)] = &[
    ("AWS::IAM::User", "user", "UserName"),
    ("AWS::IAM::Role", "role", "RoleName"),
    ("AWS::IAM::Group", "group", "GroupName"),
    ("AWS::IAM::ManagedPolicy", "policy", "ManagedPolicyName"),
    ("AWS::IAM::InstanceProfile", "instance-profile", "InstanceProfileName"),
];

impl<'t> Names<'t> {
    pub fn of(whole: &'t Value, place: &str) -> Self {
        Self { declared: whole.get("Resources").and_then(Value::as_object), place: place.to_owned() }
    }

    fn of_iam(&self, id: &str) -> Option<(&'static str, String, Option<&str>)> {
        let resource = self.declared?.get(id)?;
        let kind = resource.get("Type")?.as_str()?;
        let (_, word, key) = IAM.iter().find(|(known, ..)| *known == kind)?;
        let property = |key: &str| resource.get("Properties").and_then(|p| p.get(key)).and_then(Value::as_str);
        let path = property("Path").or_else(|| property(key).is_none().then_some(self.place.as_str()));
        Some((word, property(key).unwrap_or(id).to_owned(), path))
    }

    /// What `Ref` gives: of a policy its ARN, of the others their name; a name that CloudFormation will make is the logical id.
    pub fn reference(&self, id: &str) -> Option<String> {
        match self.of_iam(id) {
            Some(("policy", ..)) => self.arn(id),
            Some((_, name, _)) => Some(name),
            None => self.declared?.contains_key(id).then(|| id.to_owned()),
        }
    }

    /// The ARN of something of IAM.
    pub fn arn(&self, id: &str) -> Option<String> {
        let (word, name, path) = self.of_iam(id)?;
        Some(format!("arn:aws:iam::000000000000:{word}{}{name}", path.unwrap_or("/")))
    }
}

/// The resources of a template.
pub(super) fn of(whole: &Value, place: &str) -> Vec<Resource> {
    let template = Template::new(whole, place);
    let mut all = Vec::new();
    for (id, resource) in template.names().declared.into_iter().flatten() {
        let Some(kind) = resource.get("Type").and_then(Value::as_str) else { continue };
        let properties = template.value(resource.get("Properties").unwrap_or(&Value::Null));
        let Value::Object(properties) = properties else { continue };
        one(id, kind, (&properties, template.names()), &mut all);
    }
    all
}

fn one(id: &str, kind: &str, (properties, names): (&Map<String, Value>, &Names<'_>), all: &mut Vec<Resource>) {
    let get = |key: &str| properties.get(key).cloned().unwrap_or(Value::Null);
    let name = |key: &str| properties.get(key).cloned().unwrap_or_else(|| json!(id));
    let path = |key: &str| {
        let given = properties.get("Path").cloned();
        given.unwrap_or_else(|| if properties.contains_key(key) { Value::Null } else { json!(names.place) })
    };
    let identity = |key: &str| {
        json!({ "name": name(key), "path": path(key), "tags": tags(properties), "permissions_boundary": get("PermissionsBoundary"),
                "managed_policy_arns": get("ManagedPolicyArns"), "inline_policy": inline(properties) })
    };
    match kind {
        "AWS::IAM::User" => {
            all.push(resource(id, "aws_iam_user", identity("UserName")));
            all.push(resource(id, "aws_iam_user_group_membership", json!({ "user": name("UserName"), "groups": get("Groups") })));
            if properties.contains_key("LoginProfile") {
                all.push(resource(id, "aws_iam_user_login_profile", json!({ "user": name("UserName") })));
            }
        }
        "AWS::IAM::Group" => all.push(resource(id, "aws_iam_group", identity("GroupName"))),
        "AWS::IAM::Role" => {
            let mut role = identity("RoleName");
            role["assume_role_policy"] = document(properties.get("AssumeRolePolicyDocument"));
            all.push(resource(id, "aws_iam_role", role));
        }
        "AWS::IAM::ManagedPolicy" => {
            let arn = names.arn(id);
            let text = document(properties.get("PolicyDocument"));
            all.push(resource(id, "aws_iam_policy", json!({ "arn": arn, "name": name("ManagedPolicyName"), "policy": text })));
            let attached = json!({ "policy_arn": arn, "users": get("Users"), "roles": get("Roles"), "groups": get("Groups") });
            all.push(resource(id, "aws_iam_policy_attachment", attached));
        }
        "AWS::IAM::Policy" | "AWS::IAM::UserPolicy" | "AWS::IAM::RolePolicy" | "AWS::IAM::GroupPolicy" => policy(id, properties, all),
        "AWS::IAM::UserToGroupAddition" => {
            all.push(resource(id, "aws_iam_group_membership", json!({ "group": get("GroupName"), "users": get("Users") })));
        }
        "AWS::IAM::InstanceProfile" => {
            let role = get("Roles").get(0).cloned().unwrap_or(Value::Null);
            all.push(resource(
                id,
                "aws_iam_instance_profile",
                json!({ "name": name("InstanceProfileName"), "path": path("InstanceProfileName"), "role": role }),
            ));
        }
        "AWS::Lambda::Function" => all.push(resource(id, "aws_lambda_function", json!({ "role": get("Role") }))),
        "AWS::EC2::Instance" => all.push(resource(id, "aws_instance", json!({ "iam_instance_profile": get("IamInstanceProfile") }))),
        "AWS::Serverless::Function" => function(id, properties, all),
        _ => {}
    }
}

/// A policy of whomever it names.
fn policy(id: &str, properties: &Map<String, Value>, all: &mut Vec<Resource>) {
    let text = document(properties.get("PolicyDocument"));
    let name = properties.get("PolicyName").cloned().unwrap_or_else(|| json!(id));
    for (many, one, word) in [("Users", "UserName", "user"), ("Roles", "RoleName", "role"), ("Groups", "GroupName", "group")] {
        let whom = properties.get(many).and_then(Value::as_array).into_iter().flatten().chain(properties.get(one));
        for whom in whom.filter(|whom| whom.is_string()) {
            all.push(resource(id, &format!("aws_iam_{word}_policy"), json!({ "name": name, word: whom, "policy": text })));
        }
    }
}

/// A function of SAM: unless it names a role, it has one of its own.
fn function(id: &str, properties: &Map<String, Value>, all: &mut Vec<Resource>) {
    let role = properties.get("Role").cloned().unwrap_or_else(|| {
        let name = format!("{id}Role");
        all.push(resource(&name, "aws_iam_role", own_role(id, &name, properties)));
        json!(name)
    });
    all.push(resource(id, "aws_lambda_function", json!({ "role": role })));
}

/// The role of a function, with the policies that stand in the function.
fn own_role(id: &str, name: &str, properties: &Map<String, Value>) -> Value {
    let trust = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole" },
    ] });
    let policies = match properties.get("Policies") {
        Some(Value::Array(several)) => several.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let arn = |name: &str| if name.starts_with("arn:") { name.to_owned() } else { format!("arn:aws:iam::aws:policy/{name}") };
    let named: Vec<String> = policies.iter().filter_map(Value::as_str).map(arn).collect();
    let own = policies.iter().filter(|policy| policy.is_object()).enumerate().map(|(at, policy)| {
        // One of SAM's own (`S3ReadPolicy: …`) has no statement: what it allows is not told.
        let text = if policy.get("Statement").is_some() { document(Some(policy)) } else { Value::Null };
        json!({ "name": format!("{id}Policy{at}"), "policy": text })
    });
    let own: Vec<Value> = own.collect();
    json!({ "name": name, "managed_policy_arns": named, "inline_policy": own, "assume_role_policy": trust.to_string() })
}

fn resource(id: &str, kind: &str, values: Value) -> Resource {
    let values = if let Value::Object(values) = values { values } else { Map::new() };
    Resource { by: "cloudformation", module: String::new(), kind: kind.to_owned(), name: id.to_owned(), index: None, data: false, values }
}

/// A policy as text.
fn document(value: Option<&Value>) -> Value {
    value.map_or(Value::Null, |document| Value::String(document.to_string()))
}

/// The policies that stand in a user, group or role.
fn inline(properties: &Map<String, Value>) -> Vec<Value> {
    let all = properties.get("Policies").and_then(Value::as_array).into_iter().flatten();
    all.map(|policy| json!({ "name": policy.get("PolicyName"), "policy": document(policy.get("PolicyDocument")) })).collect()
}

fn tags(properties: &Map<String, Value>) -> Map<String, Value> {
    let all = properties.get("Tags").and_then(Value::as_array).into_iter().flatten();
    all.filter_map(|tag| Some((tag.get("Key")?.as_str()?.to_owned(), tag.get("Value")?.clone()))).collect()
}
