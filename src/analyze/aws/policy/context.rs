use std::collections::BTreeMap;

/// What is known of a key of a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// It has these values.
    Known(Vec<String>),
    /// The request has no such key.
    Absent,
    /// Whoever makes the request may set it, or leave it out.
    Free,
    /// Every request has it, with a value that nobody here can know.
    Present,
    /// Nobody here can know.
    Unknown,
}

impl Value {
    /// One known value.
    pub fn of(value: impl Into<String>) -> Self {
        Self::Known(vec![value.into()])
    }
}

/// The keys of a request, as far as they are known. Names are in small letters.
#[derive(Debug, Clone, Default)]
pub struct Context<'a> {
    /// What the principal brings along.
    pub principal: Option<&'a BTreeMap<String, Value>>,
    /// What is particular to this request; it outweighs the rest.
    pub request: BTreeMap<&'static str, Value>,
    /// Tags of the resource, where they are known.
    pub resource_tags: Option<&'a BTreeMap<String, String>>,
}

/// Keys that whoever makes a request may set as he likes.
const FREE: &[&str] = &[
    "aws:useragent",
    "aws:referer",
    "aws:requestedregion",
    "aws:tagkeys",
    "iam:passedtoservice",
    "iam:policyarn",
    "iam:permissionsboundary",
    "iam:awsservicename",
    "iam:associatedresourcearn",
    "s3:prefix",
    "s3:delimiter",
    "s3:max-keys",
    "ec2:instancetype",
    "ec2:region",
    "sts:rolesessionname",
    "sts:sourceidentity",
    "lambda:layer",
    "lambda:functionarn",
];

/// Keys that every request has.
const PRESENT: &[&str] =
    &["aws:sourceip", "aws:principalorgid", "aws:principalorgpaths", "aws:resourceaccount", "aws:resourceorgid", "aws:userid"];

impl Context<'_> {
    /// What is known of a key.
    pub fn value(&self, key: &str) -> Value {
        if let Some(value) = self.request.get(key) {
            return value.clone();
        }
        if let Some(value) = self.principal.and_then(|keys| keys.get(key)) {
            return value.clone();
        }
        if key.starts_with("aws:principaltag/") {
            return if self.principal.is_some() { Value::Absent } else { Value::Unknown };
        }
        if let Some((_, tag)) = key.split_once("resourcetag/") {
            return match self.resource_tags {
                // Tags keep their case in their names, keys do not.
                Some(tags) => tags
                    .iter()
                    .find(|(name, _)| name.eq_ignore_ascii_case(tag))
                    .map_or(Value::Absent, |(_, value)| Value::of(value.clone())),
                None => Value::Unknown,
            };
        }
        match key {
            "aws:securetransport" => Value::of("true"),
            "aws:viaawsservice" | "aws:principalisawsservice" => Value::of("false"),
            _ if FREE.contains(&key) || key.starts_with("aws:requesttag/") => Value::Free,
            _ if PRESENT.contains(&key) => Value::Present,
            _ => Value::Unknown,
        }
    }
}
