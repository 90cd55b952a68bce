//! Conditions: what they compare, and what comes of it where not everything is known.

use std::net::IpAddr;

use crate::model::Time;

use super::{Context, Value, pattern::matches, variables::replace};

/// One comparison: all of a statement must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    kind: Kind,
    /// Holds where nothing compares equal.
    negated: bool,
    /// Holds where the request has no such key.
    if_exists: bool,
    set: Set,
    /// The key, in small letters.
    pub key: String,
    /// What it is compared with.
    pub values: Vec<String>,
}

/// What comes of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Truth {
    /// It does not hold.
    False,
    /// Nobody here can know.
    Unknown,
    /// Whoever makes the request can make it hold, or not.
    Chosen,
    /// It holds.
    True,
}

impl Truth {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Equals,
    EqualsAnyCase,
    Like,
    Arn,
    Bool,
    Ip,
    Null,
    Number(Order),
    Date(Order),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Equal,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

/// How the values of a key with several of them are taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Set {
    One,
    Any,
    All,
}

/// Operators, in small letters, with what they negate.
const OPERATORS: &[(&str, Kind, bool)] = &[
    ("stringequals", Kind::Equals, false),
    ("stringnotequals", Kind::Equals, true),
    ("stringequalsignorecase", Kind::EqualsAnyCase, false),
    ("stringnotequalsignorecase", Kind::EqualsAnyCase, true),
    ("stringlike", Kind::Like, false),
    ("stringnotlike", Kind::Like, true),
    ("arnequals", Kind::Arn, false),
    ("arnlike", Kind::Arn, false),
    ("arnnotequals", Kind::Arn, true),
    ("arnnotlike", Kind::Arn, true),
    ("bool", Kind::Bool, false),
    ("binaryequals", Kind::Equals, false),
    ("ipaddress", Kind::Ip, false),
    ("notipaddress", Kind::Ip, true),
    ("null", Kind::Null, false),
    ("numericequals", Kind::Number(Order::Equal), false),
    ("numericnotequals", Kind::Number(Order::Equal), true),
    ("numericlessthan", Kind::Number(Order::Less), false),
    ("numericlessthanequals", Kind::Number(Order::LessEqual), false),
    ("numericgreaterthan", Kind::Number(Order::Greater), false),
    ("numericgreaterthanequals", Kind::Number(Order::GreaterEqual), false),
    ("dateequals", Kind::Date(Order::Equal), false),
    ("datenotequals", Kind::Date(Order::Equal), true),
    ("datelessthan", Kind::Date(Order::Less), false),
    ("datelessthanequals", Kind::Date(Order::LessEqual), false),
    ("dategreaterthan", Kind::Date(Order::Greater), false),
    ("dategreaterthanequals", Kind::Date(Order::GreaterEqual), false),
];

impl Condition {
    /// Reads an operator as AWS writes it; `None` where there is no such operator.
    pub fn new(operator: &str, key: &str, values: Vec<String>) -> Option<Self> {
        let name = operator.to_ascii_lowercase();
        let (set, name) = match name.split_once(':') {
            Some(("foranyvalue", name)) => (Set::Any, name.to_owned()),
            Some(("forallvalues", name)) => (Set::All, name.to_owned()),
            Some(_) => return None,
            None => (Set::One, name),
        };
        let (name, if_exists) = name.strip_suffix("ifexists").map_or((name.as_str(), false), |name| (name, true));
        let (_, kind, negated) = *OPERATORS.iter().find(|(known, ..)| *known == name)?;
        Some(Self { kind, negated, if_exists, set, key: key.to_ascii_lowercase(), values })
    }

    /// Whether several values of a key may be missing altogether: then `ForAllValues` holds, which nobody means.
    pub fn holds_where_absent(&self) -> bool {
        self.if_exists || self.set == Set::All || (self.negated && self.set == Set::One)
    }

    /// Whether it holds only where the key has one of its values.
    pub fn demands(&self) -> bool {
        !self.negated && !self.holds_where_absent() && self.kind != Kind::Null
    }

    /// Whether its values are patterns: else a star is a star.
    pub fn takes_patterns(&self) -> bool {
        matches!(self.kind, Kind::Like | Kind::Arn)
    }

    /// Whether it holds in a context.
    pub fn judge(&self, context: &Context<'_>, variables: bool) -> Truth {
        let value = context.value(&self.key);
        if self.kind == Kind::Null {
            return self.absent(&value);
        }
        match value {
            Value::Known(known) => {
                let values: Vec<String> = self.values.iter().map(|v| replace(v, context, variables)).collect();
                truth(self.compare(&known, &values))
            }
            Value::Absent => truth(self.holds_where_absent()),
            Value::Free => Truth::Chosen,
            Value::Present if self.takes_everything() => truth(!self.negated),
            Value::Unknown if self.takes_everything() && self.if_exists => truth(!self.negated),
            Value::Present | Value::Unknown => Truth::Unknown,
        }
    }

    /// `Null`: whether the key is missing.
    fn absent(&self, value: &Value) -> Truth {
        let wanted = self.values.iter().any(|v| v.eq_ignore_ascii_case("true"));
        match value {
            Value::Known(_) | Value::Present => truth(!wanted),
            Value::Absent => truth(wanted),
            Value::Free => Truth::Chosen,
            Value::Unknown => Truth::Unknown,
        }
    }

    /// Whether no value of the key would be left out.
    pub fn takes_everything(&self) -> bool {
        match self.kind {
            Kind::Like => self.values.iter().any(|v| v.chars().all(|c| c == '*') && !v.is_empty()),
            Kind::Arn => self.values.iter().any(|v| v == "*" || v == "arn:*" || v == "arn:*:*:*:*:*"),
            Kind::Ip => {
                let all = |v: &String| matches!(v.as_str(), "0.0.0.0/0" | "::/0");
                let halves = ["0.0.0.0/1", "128.0.0.0/1"].iter().all(|half| self.values.iter().any(|v| v == half));
                self.values.iter().any(all) || halves
            }
            _ => false,
        }
    }

    fn compare(&self, known: &[String], values: &[String]) -> bool {
        let one = |have: &String| values.iter().any(|want| self.same(have, want));
        match (self.set, self.negated) {
            (Set::One | Set::Any, false) => known.iter().any(one),
            (Set::One | Set::All, true) => !known.iter().any(one),
            (Set::Any, true) => known.iter().any(|have| !one(have)),
            (Set::All, false) => known.iter().all(one),
        }
    }

    fn same(&self, have: &str, want: &str) -> bool {
        match self.kind {
            Kind::Equals => matches_literally(want, have),
            Kind::EqualsAnyCase => matches_literally(&want.to_lowercase(), &have.to_lowercase()),
            Kind::Bool => have.eq_ignore_ascii_case(want),
            Kind::Like => matches(want, have),
            Kind::Arn => same_arn(want, have),
            Kind::Ip => in_network(have, want),
            Kind::Number(order) => order.holds(have.parse::<f64>().ok(), want.parse::<f64>().ok()),
            Kind::Date(order) => order.holds(moment(have), moment(want)),
            Kind::Null => false,
        }
    }
}

fn truth(holds: bool) -> Truth {
    if holds { Truth::True } else { Truth::False }
}

/// Equality: stars are stars, those of variables too.
fn matches_literally(want: &str, have: &str) -> bool {
    super::pattern::literal(want) == super::pattern::literal(have)
}

/// ARNs are compared part by part; a star does not reach over a colon, but in the last part.
fn same_arn(want: &str, have: &str) -> bool {
    let (want, have): (Vec<&str>, Vec<&str>) = (want.splitn(6, ':').collect(), have.splitn(6, ':').collect());
    if want == ["*"] {
        return true;
    }
    want.len() == have.len() && want.iter().zip(&have).all(|(want, have)| matches(want, have))
}

impl Order {
    fn holds<T: PartialOrd>(self, have: Option<T>, want: Option<T>) -> bool {
        let (Some(have), Some(want)) = (have, want) else { return false };
        match self {
            Self::Equal => have == want,
            Self::Less => have < want,
            Self::LessEqual => have <= want,
            Self::Greater => have > want,
            Self::GreaterEqual => have >= want,
        }
    }
}

/// A moment as conditions write it: RFC 3339, a day, or seconds since 1970.
fn moment(text: &str) -> Option<i64> {
    Time::parse(text).or_else(|| Time::parse_day(text)).map(|t| t.0).or_else(|| text.parse().ok())
}

/// Whether an address lies in a network (`10.0.0.0/8`), or is that address.
fn in_network(address: &str, network: &str) -> bool {
    let (base, length) = network.split_once('/').map_or((network, None), |(base, length)| (base, Some(length)));
    let bits = |ip: IpAddr| match ip {
        IpAddr::V4(v4) => (u128::from(v4.to_bits()) << 96, 32_u32),
        IpAddr::V6(v6) => (v6.to_bits(), 128),
    };
    let (Some((have, width)), Some((want, other))) = (address.parse::<IpAddr>().ok().map(bits), base.parse::<IpAddr>().ok().map(bits))
    else {
        return false;
    };
    let Some(length) = length.map_or(Some(width), |l| l.parse().ok()).filter(|l| *l <= width) else { return false };
    width == other && (length == 0 || (have ^ want) >> (128 - length) == 0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Condition, Context, Truth, Value};

    fn judge(operator: &str, key: &str, values: &[&str], known: Value) -> Truth {
        let condition = Condition::new(operator, key, values.iter().map(|v| (*v).to_owned()).collect()).expect("an operator");
        let keys: BTreeMap<String, Value> = [(key.to_ascii_lowercase(), known)].into();
        condition.judge(&Context { principal: Some(&keys), ..Context::default() }, true)
    }

    fn known(values: &[&str]) -> Value {
        Value::Known(values.iter().map(|v| (*v).to_owned()).collect())
    }

    #[test]
    fn operators_compare_as_aws_does() {
        for (operator, want, have, holds) in [
            ("StringEquals", "a", "a", true),
            ("StringEquals", "A", "a", false),
            ("StringEquals", "a*", "ab", false),
            ("StringEqualsIgnoreCase", "A", "a", true),
            ("StringLike", "a*", "ab", true),
            ("StringNotLike", "a*", "ab", false),
            ("ArnLike", "arn:aws:iam::*:role/x*", "arn:aws:iam::111111111111:role/xy", true),
            ("ArnLike", "arn:*:role/x", "arn:aws:iam::111111111111:role/x", false),
            ("Bool", "true", "True", true),
            ("IpAddress", "10.0.0.0/8", "10.2.3.4", true),
            ("IpAddress", "10.0.0.0/8", "11.2.3.4", false),
            ("NotIpAddress", "10.0.0.0/8", "11.2.3.4", true),
            ("IpAddress", "2001:db8::/32", "2001:db8::1", true),
            ("NumericLessThan", "10", "9.5", true),
            ("NumericLessThan", "x", "9", false),
            ("DateGreaterThan", "2020-01-01T00:00:01Z", "2026-01-01T00:00:00Z", true),
            ("DateLessThan", "2020-01-01T00:00:01Z", "2026-01-01T00:00:00Z", false),
        ] {
            let told = judge(operator, "aws:Some", &[want], known(&[have]));
            assert_eq!(told, if holds { Truth::True } else { Truth::False }, "{operator} {want} {have}");
        }
    }

    #[test]
    fn a_missing_key_fails_what_is_positive_and_holds_what_is_negated() {
        let absent = |operator| judge(operator, "aws:MultiFactorAuthPresent", &["true"], Value::Absent);
        assert_eq!(absent("Bool"), Truth::False);
        assert_eq!(absent("BoolIfExists"), Truth::True);
        assert_eq!(absent("StringNotEquals"), Truth::True);
        assert_eq!(absent("ForAllValues:StringEquals"), Truth::True);
        assert_eq!(absent("ForAnyValue:StringEquals"), Truth::False);
        assert_eq!(absent("Null"), Truth::True);
    }

    #[test]
    fn several_values_are_or_and_their_negation_is_none() {
        assert_eq!(judge("StringEquals", "k", &["a", "b"], known(&["b"])), Truth::True);
        assert_eq!(judge("StringNotEquals", "k", &["a", "b"], known(&["b"])), Truth::False);
        assert_eq!(judge("ForAllValues:StringEquals", "k", &["a", "b"], known(&["a", "c"])), Truth::False);
        assert_eq!(judge("ForAnyValue:StringEquals", "k", &["a", "b"], known(&["a", "c"])), Truth::True);
    }

    #[test]
    fn what_restricts_nothing_holds() {
        assert_eq!(judge("StringLike", "k", &["*"], Value::Present), Truth::True);
        assert_eq!(judge("IpAddress", "k", &["0.0.0.0/0"], Value::Present), Truth::True);
        assert_eq!(judge("IpAddress", "k", &["10.0.0.0/8"], Value::Present), Truth::Unknown);
        assert_eq!(judge("StringEquals", "k", &["a"], Value::Free), Truth::Chosen);
        assert_eq!(judge("Bool", "k", &["true"], Value::Unknown), Truth::Unknown);
    }
}
