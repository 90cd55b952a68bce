//! Conditions against a naive reading of them: one request of which all is known, each value compared as AWS describes it.

use std::collections::BTreeMap;

use proptest::{collection::vec, option, prelude::*, sample::select};

use super::policy::{Condition, Context, Truth, Value};

/// Values that mean something to every operator, and some that mean nothing to it.
const VALUES: &[&str] = &[
    "red",
    "Red",
    "re?",
    "r*",
    "*",
    "true",
    "FALSE",
    "7",
    "7.0",
    "08",
    "10",
    "2026-01-01T00:00:00Z",
    "2026-01-02T00:00:00Z",
    "10.0.0.0/8",
    "10.1.2.3",
    "192.0.2.1",
    "2001:db8::/32",
    "2001:db8::7",
    "arn:aws:iam::111111111111:role/x",
    "arn:aws:iam::*:role/*",
    "arn:aws:s3:::a",
    "cmVk",
    "${aws:username}",
    "${aws:PrincipalTag/none, 'red'}",
    "${aws:PrincipalTag/none}",
];

const OPERATORS: &[&str] = &[
    "String",
    "StringEqualsIgnoreCase",
    "StringLike",
    "Arn",
    "ArnLike",
    "Bool",
    "Binary",
    "IpAddress",
    "NumericLessThan",
    "NumericGreaterThanEquals",
    "Numeric",
    "DateLessThanEquals",
    "DateGreaterThan",
    "Date",
];

/// An operator as AWS writes it, and as its parts.
#[derive(Debug, Clone)]
struct Operator {
    base: &'static str,
    not: bool,
    if_exists: bool,
    set: Option<bool>,
}

impl Operator {
    fn written(&self) -> String {
        let set = self.set.map_or("", |any| if any { "ForAnyValue:" } else { "ForAllValues:" });
        let not = if self.not { "Not" } else { "" };
        let base = match self.base {
            "String" | "Arn" | "Binary" | "Numeric" | "Date" => format!("{}{not}Equals", self.base),
            "StringEqualsIgnoreCase" => format!("String{not}EqualsIgnoreCase"),
            "StringLike" => format!("String{not}Like"),
            "ArnLike" => format!("Arn{not}Like"),
            "IpAddress" => format!("{not}IpAddress"),
            other => other.to_owned(),
        };
        format!("{set}{base}{}", if self.if_exists { "IfExists" } else { "" })
    }

    /// Whether AWS has a negation of it.
    fn negates(&self) -> bool {
        !matches!(self.base, "Bool" | "Binary") && !self.base.contains("Less") && !self.base.contains("Greater")
    }

    /// Whether one value of a request is as one of the policy wants it.
    fn same(&self, have: &str, want: &str) -> bool {
        // What the policy means by its variables: the user is called `red`, and there is no such tag.
        let (plain, want) = match want {
            "${aws:username}" | "${aws:PrincipalTag/none, 'red'}" => (true, "red"),
            "${aws:PrincipalTag/none}" => return false,
            want => (false, want),
        };
        let number = |text: &str| text.parse::<f64>().ok();
        let numbers = || Some((number(have)?, number(want)?));
        let moments = || Some((moment(have)?, moment(want)?));
        match self.base {
            "String" | "Binary" => have == want,
            "StringEqualsIgnoreCase" | "Bool" => have.to_lowercase() == want.to_lowercase(),
            "StringLike" if plain => have == want,
            "StringLike" => fits(want.as_bytes(), have.as_bytes()),
            "Arn" | "ArnLike" => arn(want, have),
            "IpAddress" => network(have, want),
            "Numeric" => numbers().is_some_and(|(have, want)| (have - want).abs() < 1e-9),
            "NumericLessThan" => numbers().is_some_and(|(have, want)| have < want),
            "NumericGreaterThanEquals" => numbers().is_some_and(|(have, want)| have >= want),
            "Date" => moments().is_some_and(|(have, want)| have == want),
            "DateLessThanEquals" => moments().is_some_and(|(have, want)| have <= want),
            "DateGreaterThan" => moments().is_some_and(|(have, want)| have > want),
            other => panic!("{other}"),
        }
    }

    /// Whether it holds, by the words of AWS's manual.
    fn holds(&self, have: Option<&[&str]>, wants: &[&str]) -> bool {
        let Some(have) = have else {
            // A key that is not there: what is negated holds, and what asks for all; what asks for any does not.
            return self.if_exists || self.set == Some(false) || (self.not && self.set.is_none());
        };
        let one = |value: &&str| wants.iter().any(|want| self.same(value, want)) != self.not;
        match self.set {
            Some(false) => have.iter().all(one),
            // Several values of a key without a set operator: one that fits is enough, and a negation wants that none does.
            None if self.not => have.iter().all(one),
            Some(true) | None => have.iter().any(one),
        }
    }
}

/// The moments of the list by hand, and seconds since 1970.
fn moment(text: &str) -> Option<i64> {
    match text {
        "2026-01-01T00:00:00Z" => Some(1_767_225_600),
        "2026-01-02T00:00:00Z" => Some(1_767_312_000),
        seconds => seconds.parse().ok(),
    }
}

fn fits(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        ([b'*', rest @ ..], _) if fits(rest, text) => true,
        ([b'*', ..], [_, behind @ ..]) => fits(pattern, behind),
        ([b'?', rest @ ..], [_, behind @ ..]) => fits(rest, behind),
        ([a, rest @ ..], [b, behind @ ..]) if a == b => fits(rest, behind),
        _ => false,
    }
}

fn arn(want: &str, have: &str) -> bool {
    let (wants, haves): (Vec<&str>, Vec<&str>) = (want.splitn(6, ':').collect(), have.splitn(6, ':').collect());
    want == "*" || wants.len() == haves.len() && wants.iter().zip(haves).all(|(want, have)| fits(want.as_bytes(), have.as_bytes()))
}

/// The networks of the list, by hand.
fn network(have: &str, want: &str) -> bool {
    match want {
        "10.0.0.0/8" => have == "10.1.2.3",
        "2001:db8::/32" => have == "2001:db8::7",
        "10.1.2.3" | "192.0.2.1" | "2001:db8::7" => have == want,
        _ => false,
    }
}

fn operator() -> impl Strategy<Value = Operator> {
    (select(OPERATORS), any::<bool>(), any::<bool>(), option::of(any::<bool>())).prop_map(|(base, not, if_exists, set)| {
        let operator = Operator { base, not, if_exists, set };
        Operator { not: not && operator.negates(), ..operator }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]
    #[test]
    fn a_condition_holds_as_the_manual_says(
        operator in operator(),
        have in option::weighted(0.8, vec(select(VALUES), 1..3)),
        wants in vec(select(VALUES), 1..3),
    ) {
        // What a request brings is text, not pattern: its own stars and marks are compared in tests of their own.
        let have = have.map(|all| all.into_iter().filter(|value| !value.contains(['*', '?', '$'])).collect::<Vec<_>>()).filter(|all| !all.is_empty());
        let values = wants.iter().map(|want| (*want).to_owned()).collect();
        let condition = Condition::new(&operator.written(), "aws:Some", values).expect("an operator of AWS");
        let value = have.clone().map_or(Value::Absent, |all| Value::Known(all.into_iter().map(str::to_owned).collect()));
        let keys: BTreeMap<String, Value> = [("aws:some".to_owned(), value), ("aws:username".to_owned(), Value::of("red"))].into();
        let told = condition.judge(&Context { principal: Some(&keys), ..Context::default() }, true);
        let expected = if operator.holds(have.as_deref(), &wants) { Truth::True } else { Truth::False };
        prop_assert_eq!(told, expected, "{} {:?} {:?}", operator.written(), have, wants);
    }
}
