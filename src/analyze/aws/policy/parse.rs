use std::{borrow::Cow, collections::BTreeSet, fmt, marker::PhantomData};

use percent_encoding::percent_decode_str;
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, IntoDeserializer as _, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};

use super::{Condition, Names, Policy, Principals, Statement};

/// Why a text is no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PolicyError(String);

impl Policy {
    /// Reads a policy: JSON, JSON in a JSON string, or percent-encoded JSON.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let text = text.trim();
        let unquoted = if text.starts_with('"') { serde_json::from_str::<String>(text).ok().map(Cow::Owned) } else { None };
        let text = unquoted.unwrap_or(Cow::Borrowed(text));
        let decoded = if text.starts_with('%') { percent_decode_str(&text).decode_utf8_lossy() } else { text };
        let document: Document = serde_json::from_str(&decoded).map_err(|e| PolicyError(e.to_string()))?;
        let variables = document.version.as_deref() == Some("2012-10-17");
        let statements = document.statement.0.into_iter().enumerate().map(|(number, one)| one.read(number));
        Ok(Self { statements: statements.collect::<Result<_, _>>()?, variables })
    }
}

// What a document may hold, as AWS writes the names.

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    #[serde(default)]
    version: Option<String>,
    statement: OneOrMore<Written>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Written {
    effect: String,
    action: Option<OneOrMore<String>>,
    not_action: Option<OneOrMore<String>>,
    resource: Option<OneOrMore<String>>,
    not_resource: Option<OneOrMore<String>>,
    principal: Option<Whom>,
    not_principal: Option<Whom>,
    #[serde(default)]
    condition: Pairs<Pairs<OneOrMore<Scalar>>>,
}

/// One, or a list.
struct OneOrMore<T>(Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMore<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(Either(PhantomData))
    }
}

/// Tells one from a list, and keeps the reason where either is wrong.
struct Either<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
    type Value = OneOrMore<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one, or a list")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<Self::Value, S::Error> {
        let mut all = Vec::new();
        while let Some(one) = list.next_element()? {
            all.push(one);
        }
        Ok(OneOrMore(all))
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Self::Value, M::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|one| OneOrMore(vec![one]))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        T::deserialize(text.into_deserializer()).map(|one| OneOrMore(vec![one]))
    }

    fn visit_bool<E: serde::de::Error>(self, truth: bool) -> Result<Self::Value, E> {
        T::deserialize(truth.into_deserializer()).map(|one| OneOrMore(vec![one]))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Self::Value, E> {
        T::deserialize(number.into_deserializer()).map(|one| OneOrMore(vec![one]))
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Self::Value, E> {
        T::deserialize(number.into_deserializer()).map(|one| OneOrMore(vec![one]))
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Self::Value, E> {
        T::deserialize(number.into_deserializer()).map(|one| OneOrMore(vec![one]))
    }
}

/// A value of a condition, which may be written as a number or truth.
struct Scalar(String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(d)? {
            serde_json::Value::String(text) => Ok(Self(text)),
            other @ (serde_json::Value::Bool(_) | serde_json::Value::Number(_)) => Ok(Self(other.to_string())),
            _ => Err(D::Error::custom("a condition compares with texts, numbers and truths")),
        }
    }
}

/// An object in order, each key once.
struct Pairs<V>(Vec<(String, V)>);

impl<V> Default for Pairs<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Pairs<V> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Reader<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for Reader<V> {
            type Value = Pairs<V>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Pairs<V>, M::Error> {
                let (mut all, mut seen) = (Vec::new(), BTreeSet::new());
                while let Some((key, value)) = map.next_entry::<String, V>()? {
                    if !seen.insert(key.to_ascii_lowercase()) {
                        return Err(M::Error::custom(format!("`{key}` stands there twice")));
                    }
                    all.push((key, value));
                }
                Ok(Pairs(all))
            }
        }
        d.deserialize_map(Reader(PhantomData))
    }
}

/// `"*"`, or an object of lists.
struct Whom(Principals);

impl<'de> Deserialize<'de> for Whom {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Word(String),
            Lists(Pairs<OneOrMore<String>>),
        }
        let mut principals = Principals::default();
        match Either::deserialize(d)? {
            Either::Word(word) if word == "*" => principals.anybody = true,
            Either::Word(word) => return Err(D::Error::custom(format!("`{word}` is no principal"))),
            Either::Lists(lists) => {
                for (kind, names) in lists.0 {
                    match kind.as_str() {
                        "AWS" => {
                            principals.anybody |= names.0.iter().any(|name| name == "*");
                            principals.aws.extend(names.0.into_iter().filter(|name| name != "*"));
                        }
                        "Service" => principals.services.extend(names.0),
                        "Federated" => principals.federated.extend(names.0),
                        "CanonicalUser" => {}
                        other => return Err(D::Error::custom(format!("`{other}` is no kind of principal"))),
                    }
                }
            }
        }
        Ok(Self(principals))
    }
}

impl Written {
    fn read(self, number: usize) -> Result<Statement, PolicyError> {
        let wrong = |what: &str| PolicyError(format!("statement {number} {what}"));
        let allows = match self.effect.as_str() {
            "Allow" => true,
            "Deny" => false,
            other => return Err(wrong(&format!("has the effect `{other}`"))),
        };
        let actions = match (self.action, self.not_action) {
            (Some(these), None) => Names::Only(lower(these.0)),
            (None, Some(others)) => Names::Except(lower(others.0)),
            (None, None) => return Err(wrong("names no action")),
            _ => return Err(wrong("has both Action and NotAction")),
        };
        let (Names::Only(patterns) | Names::Except(patterns)) = &actions;
        if let Some(pattern) = patterns.iter().find(|pattern| !pattern.contains(':')) {
            return Err(wrong(&format!("has the action `{pattern}`, which names no service")));
        }
        let resources = match (self.resource, self.not_resource) {
            (Some(these), None) => Names::Only(these.0),
            (None, Some(others)) => Names::Except(others.0),
            (None, None) => Names::Only(vec!["*".into()]),
            _ => return Err(wrong("has both Resource and NotResource")),
        };
        let principals = match (self.principal, self.not_principal) {
            (None, None) => None,
            (Some(these), None) => Some(these.0),
            (None, Some(others)) => Some(Principals { except: true, ..others.0 }),
            _ => return Err(wrong("has both Principal and NotPrincipal")),
        };
        let mut conditions = Vec::new();
        for (operator, keys) in self.condition.0 {
            for (key, values) in keys.0 {
                let values = values.0.into_iter().map(|value| value.0).collect();
                conditions.push(Condition::new(&operator, &key, values).ok_or_else(|| wrong(&format!("compares by `{operator}`")))?);
            }
        }
        Ok(Statement { allows, number, actions, resources, principals, conditions })
    }
}

/// Actions in small letters; a bare star means all services.
fn lower(actions: Vec<String>) -> Vec<String> {
    let whole = |action: String| if action == "*" { "*:*".to_owned() } else { action.to_ascii_lowercase() };
    actions.into_iter().map(whole).collect()
}

#[cfg(test)]
mod tests {
    use super::Policy;

    #[test]
    fn a_document_may_be_written_in_three_ways() {
        let plain = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
        let read = Policy::parse(plain).expect("a policy");
        assert_eq!(Policy::parse(&serde_json::to_string(plain).expect("JSON")), Ok(read.clone()));
        let encoded = plain.replace('%', "%25").replace('{', "%7B").replace('"', "%22").replace(':', "%3A");
        assert_eq!(Policy::parse(&encoded), Ok(read.clone()));
        assert!(read.variables && read.statements[0].actions.cover("iam:createuser"));
    }

    #[test]
    fn what_aws_refuses_is_refused_with_a_reason() {
        let reason = |statement: &str| Policy::parse(&format!(r#"{{"Statement":[{statement}]}}"#)).expect_err("refused").to_string();
        assert!(reason(r#"{"Effect":"allow","Action":"*","Resource":"*"}"#).contains("the effect `allow`"));
        assert!(reason(r#"{"Effect":"Allow","Resource":"*"}"#).contains("names no action"));
        assert!(reason(r#"{"Effect":"Allow","Action":"s3*","Resource":"*"}"#).contains("names no service"));
        assert!(reason(r#"{"Effect":"Allow","Effect":"Deny","Action":"*","Resource":"*"}"#).contains("duplicate field"));
        assert!(reason(r#"{"Effect":"Allow","Action":"*","Condition":{"StringEquals":{"a":"b","A":"c"}}}"#).contains("twice"));
        assert!(reason(r#"{"Effect":"Allow","Action":"*","Condition":{"Resembles":{"a":"b"}}}"#).contains("`Resembles`"));
        assert!(Policy::parse("{").is_err() && Policy::parse("").is_err() && Policy::parse("[]").is_err());
    }
}
