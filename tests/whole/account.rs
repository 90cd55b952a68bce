//! AWS accounts as the AWS CLI prints them, made for a test.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::Lab;

/// An account under way: what `aws iam get-account-authorization-details` would print of it.
pub struct Account {
    /// Its number.
    pub id: String,
    users: Vec<Value>,
    roles: Vec<Value>,
    groups: Vec<Value>,
    policies: Vec<Value>,
    /// Whether a role was added last, and not a user.
    of_roles: bool,
}

/// A statement that allows some actions on something.
pub fn allow(actions: &[&str], resource: &str) -> Value {
    json!({ "Effect": "Allow", "Action": actions, "Resource": resource })
}

/// A statement that denies some actions on something.
pub fn deny(actions: &[&str], resource: &str) -> Value {
    json!({ "Effect": "Deny", "Action": actions, "Resource": resource })
}

/// A statement that holds under a condition only.
pub fn when(mut statement: Value, condition: Value) -> Value {
    statement["Condition"] = condition;
    statement
}

fn document(statements: &[Value]) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements })
}

impl Account {
    /// An account without anybody.
    pub fn new(id: &str) -> Self {
        Self { id: id.into(), users: Vec::new(), roles: Vec::new(), groups: Vec::new(), policies: Vec::new(), of_roles: false }
    }

    /// The ARN of something of its IAM: `user/ci`.
    pub fn arn(&self, name: &str) -> String {
        format!("arn:aws:iam::{}:{name}", self.id)
    }

    fn inline(statements: &[Value]) -> Value {
        if statements.is_empty() { json!([]) } else { json!([{ "PolicyName": "own", "PolicyDocument": document(statements) }]) }
    }

    /// Adds a user with a policy of his own.
    pub fn user(&mut self, name: &str, statements: &[Value]) -> &mut Self {
        self.of_roles = false;
        self.users.push(json!({
            "Path": "/", "UserName": name, "UserId": format!("AIDA{}", name.to_uppercase()), "Arn": self.arn(&format!("user/{name}")),
            "CreateDate": "2023-01-01T00:00:00+00:00", "GroupList": [], "AttachedManagedPolicies": [], "Tags": [],
            "UserPolicyList": Self::inline(statements),
        }));
        self
    }

    /// Adds a role with a policy of its own; `principal` may become it.
    pub fn role(&mut self, name: &str, principal: &Value, statements: &[Value]) -> &mut Self {
        self.of_roles = true;
        let trust = json!({ "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole" });
        self.roles.push(json!({
            "Path": "/", "RoleName": name, "RoleId": format!("AROA{}", name.to_uppercase()), "Arn": self.arn(&format!("role/{name}")),
            "CreateDate": "2023-01-01T00:00:00+00:00", "InstanceProfileList": [], "Tags": [], "AttachedManagedPolicies": [],
            "AssumeRolePolicyDocument": document(&[trust]), "RolePolicyList": Self::inline(statements),
        }));
        self
    }

    /// Adds a group with a policy of its own.
    pub fn group(&mut self, name: &str, statements: &[Value]) -> &mut Self {
        self.groups.push(json!({
            "Path": "/", "GroupName": name, "GroupId": format!("AGPA{}", name.to_uppercase()), "Arn": self.arn(&format!("group/{name}")),
            "CreateDate": "2023-01-01T00:00:00+00:00", "AttachedManagedPolicies": [], "GroupPolicyList": Self::inline(statements),
        }));
        self
    }

    /// Adds a policy with versions, of which the first counts.
    pub fn policy(&mut self, name: &str, versions: &[&[Value]]) -> &mut Self {
        let version = |(number, statements): (usize, &&[Value])| {
            let id = format!("v{}", versions.len() - number);
            json!({ "VersionId": id, "IsDefaultVersion": number == 0, "CreateDate": "2023-01-01T00:00:00+00:00", "Document": document(statements) })
        };
        let all: Vec<Value> = versions.iter().enumerate().map(version).collect();
        self.policies.push(json!({
            "PolicyName": name, "PolicyId": format!("ANPA{}", name.to_uppercase()), "Arn": self.arn(&format!("policy/{name}")), "Path": "/",
            "DefaultVersionId": format!("v{}", versions.len()), "AttachmentCount": 1, "PermissionsBoundaryUsageCount": 0, "IsAttachable": true,
            "CreateDate": "2023-01-01T00:00:00+00:00", "UpdateDate": "2023-01-01T00:00:00+00:00", "PolicyVersionList": all,
        }));
        self
    }

    /// Whoever was added last.
    fn last(&mut self) -> &mut Value {
        let all = if self.of_roles { &mut self.roles } else { &mut self.users };
        all.last_mut().expect("somebody was added")
    }

    /// Attaches a policy of the account to whoever was added last.
    pub fn attached(&mut self, policy: &str) -> &mut Self {
        let attached = json!([{ "PolicyName": policy, "PolicyArn": self.arn(&format!("policy/{policy}")) }]);
        self.last()["AttachedManagedPolicies"] = attached;
        self
    }

    /// Bounds whoever was added last by a policy of the account.
    pub fn bounded(&mut self, policy: &str) -> &mut Self {
        let boundary = json!({ "PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": self.arn(&format!("policy/{policy}")) });
        self.last()["PermissionsBoundary"] = boundary;
        self
    }

    /// Puts the last user into a group.
    pub fn member(&mut self, group: &str) -> &mut Self {
        self.last()["GroupList"] = json!([group]);
        self
    }

    /// Tags whoever was added last.
    pub fn tagged(&mut self, key: &str, value: &str) -> &mut Self {
        self.last()["Tags"] = json!([{ "Key": key, "Value": value }]);
        self
    }

    /// Gives the role that was added last to machines.
    pub fn profiled(&mut self) -> &mut Self {
        let role = self.roles.last_mut().expect("a role was added");
        let name = role["RoleName"].as_str().expect("a name").to_owned();
        role["InstanceProfileList"] = json!([{
            "Path": "/", "InstanceProfileName": name, "InstanceProfileId": "AIPAX", "Roles": [], "CreateDate": "2023-01-01T00:00:00+00:00",
            "Arn": format!("arn:aws:iam::{}:instance-profile/{name}", self.id),
        }]);
        self
    }

    /// The document.
    pub fn details(&self) -> String {
        json!({ "UserDetailList": self.users, "GroupDetailList": self.groups, "RoleDetailList": self.roles, "Policies": self.policies })
            .to_string()
    }
}

/// What the program says of an identity: privilege, certainty, and its steps in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The most that it may do.
    pub privilege: String,
    /// How sure that is.
    pub certainty: String,
    /// `user/a on user/b by iam:AttachUserPolicy`.
    pub path: Vec<String>,
    /// The actions and resources of the witnesses of each step.
    pub witnesses: Vec<Vec<String>>,
}

/// What the program says of everybody in some accounts, by the number of the account and the name: `111111111111:user/ci`.
pub fn told(lab: &Lab, accounts: &[&Account]) -> BTreeMap<String, Told> {
    for account in accounts {
        lab.write(&format!("accounts/{}.json", account.id), account.details());
    }
    lab.scan(&["accounts", "--record", "told.db"]).exits(0);
    listed(lab, "told.db")
}

/// What a record says of everybody.
pub fn listed(lab: &Lab, record: &str) -> BTreeMap<String, Told> {
    let list = lab.run(&["identities", "--format", "json", "--record", record]).exits(0).json();
    list.as_array().expect("a list").iter().map(|one| (short(&one["uri"]), of(one))).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn short(uri: &Value) -> String {
    text(uri).replacen("arn:aws:iam::", "", 1)
}

fn of(one: &Value) -> Told {
    let name = |value: &Value| text(value).rsplit(':').next().unwrap_or_default().to_owned();
    let empty = Vec::new();
    let path = one["path"].as_array().unwrap_or(&empty);
    let step = |step: &Value| {
        let does = if step["changes"] == true { "on" } else { "to" };
        format!("{} {does} {} by {}", name(&step["from"]), name(&step["to"]), text(&step["by"]))
    };
    let asked = |witness: &Value| format!("{} on {}", text(&witness["action"]), short(&witness["resource"]));
    let witnesses = |step: &Value| step["witnesses"].as_array().unwrap_or(&empty).iter().map(asked).collect();
    Told {
        privilege: text(&one["privilege"]),
        certainty: text(&one["certainty"]),
        path: path.iter().map(step).collect(),
        witnesses: path.iter().map(witnesses).collect(),
    }
}
