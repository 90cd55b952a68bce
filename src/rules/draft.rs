//! From a definition to a draft: everything checked that needs no table of names, every pattern analysed.

use std::ops::Range;

use super::{
    context::{self, Alone},
    definition::{Definition, PairDefinition},
};
use crate::engine::{
    assignment::stem,
    byteset::ByteSet,
    shape::{self, LONGEST, LONGEST_ANCHOR, Lead, SHORTEST_ANCHOR, Shape, ShapeError},
};

/// The names of the kinds of credential, severities and levels of confidence.
pub const KINDS: &[&str] = &[
    "token",
    "access-key",
    "private-key",
    "jwt",
    "password",
    "connection-string",
    "webhook",
    "key-store",
    "identifier",
    "certificate",
    "public-key",
];
/// See [`KINDS`].
pub const SEVERITIES: &[&str] = &["info", "low", "medium", "high", "critical"];
/// See [`KINDS`].
pub const CONFIDENCES: &[&str] = &["low", "medium", "high"];
/// How far a block may reach if its rule says nothing, in bytes: an RSA key of 16,384 bits has 13 kB.
const BLOCK_REACH: usize = 1 << 16;

/// What the patterns of a definition tell.
#[derive(Debug)]
pub struct Draft {
    /// The main pattern's shape; of a context rule, that of word, gap and value together.
    pub shape: Shape,
    /// The value's pattern alone, of a context rule.
    pub alone: Option<Alone>,
    /// The closing pattern's longest match, and how far away it may be.
    pub closing: Option<(usize, usize)>,
    /// The other half's longest match, and the bytes of which its secret is made.
    pub pair: Option<(usize, ByteSet)>,
}

/// What is wrong with a definition, and where in its file.
#[derive(Debug)]
pub struct Flaw {
    /// The cause.
    pub cause: String,
    /// The bytes of the file that are to blame.
    pub span: Range<usize>,
}

/// Checks a definition and analyses its patterns; a context rule gets anchors and the pattern that joins both.
pub fn draft(rule: &mut Definition) -> Result<Draft, Flaw> {
    let alone = context::join(rule)?;
    let rule = &*rule;
    let flaw = |cause: String| Flaw { cause, span: rule.id.span() };
    check_id(rule.id.get_ref()).map_err(flaw)?;
    one_of("kind", &rule.kind, KINDS).map_err(flaw)?;
    one_of("severity", &rule.severity, SEVERITIES).map_err(flaw)?;
    one_of("confidence", &rule.confidence, CONFIDENCES).map_err(flaw)?;
    check_anchors(rule)?;
    if rule.examples.is_empty() {
        return Err(flaw("it has no example".into()));
    }
    if rule.reach.is_some() && rule.closing.is_none() {
        return Err(flaw("`reach` is how far `closing` may be, and there is no `closing`".into()));
    }
    let literals: Vec<&[u8]> = rule.anchors.get_ref().iter().map(String::as_bytes).collect();
    let shape = if rule.assignment {
        named(rule, &literals)?
    } else {
        in_key("pattern", rule.pattern.span(), shape::analyse(rule.pattern.get_ref(), &literals, rule.ignore_case))?
    };
    let closing = rule.closing.as_ref().map(|closing| {
        let (_, reach) = in_key("closing", closing.span(), shape::bounded(closing.get_ref()))?;
        Ok((reach, rule.reach.unwrap_or(BLOCK_REACH)))
    });
    Ok(Draft { shape, alone, closing: closing.transpose()?, pair: rule.pair.as_ref().map(draft_pair).transpose()? })
}

/// The shape of a rule whose secrets are the values of names.
fn named(rule: &Definition, literals: &[&[u8]]) -> Result<Shape, Flaw> {
    let flaw = |cause: &str| Err(Flaw { cause: cause.to_owned(), span: rule.anchors.span() });
    if !rule.pattern.get_ref().is_empty() || rule.closing.is_some() || rule.pair.is_some() {
        return flaw("a rule with `assignment` has no `pattern`, `closing` or `pair`: the value of the name is read and judged");
    }
    if !rule.ignore_case {
        return flaw("names are found in any case: a rule with `assignment` says `ignore-case = true`");
    }
    let Some(stems) =
        literals.iter().map(|literal| stem::STEMS.iter().find(|stem| stem.text.as_bytes() == *literal)).collect::<Option<Vec<_>>>()
    else {
        let known: Vec<&str> = stem::STEMS.iter().map(|stem| stem.text).collect();
        return flaw(&format!("an anchor is no part of a name that speaks of a credential: there are {}", known.join(", ")));
    };
    let leads = stems.into_iter().map(|stem| Lead { left: None, follow: vec![ByteSet::of(|byte| stem.goes_on_with(byte))] }).collect();
    Ok(Shape { reach: LONGEST, before: 0, public: 0, leads })
}

fn draft_pair(pair: &PairDefinition) -> Result<(usize, ByteSet), Flaw> {
    let (hir, reach) = in_key("pair.pattern", pair.pattern.span(), shape::bounded(pair.pattern.get_ref()))?;
    let alphabet = shape::group(&hir, "secret").map(shape::alphabet);
    let alphabet =
        alphabet.ok_or_else(|| Flaw { cause: "pair.pattern: it has no group named `secret`".into(), span: pair.pattern.span() })?;
    Ok((reach, alphabet))
}

fn in_key<T>(key: &str, span: Range<usize>, result: Result<T, ShapeError>) -> Result<T, Flaw> {
    result.map_err(|error| Flaw { cause: format!("{key}: {error}"), span })
}

fn check_id(id: &str) -> Result<(), String> {
    let word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    match id.split_once('.') {
        Some((provider, thing)) if word(provider) && word(thing) => Ok(()),
        _ => Err(format!("`{id}` is no rule id: write `provider.thing` in small letters, digits and hyphens")),
    }
}

fn check_anchors(rule: &Definition) -> Result<(), Flaw> {
    let flaw = |cause: String| Err(Flaw { cause, span: rule.anchors.span() });
    let anchors = rule.anchors.get_ref();
    if anchors.is_empty() {
        return flaw("it has no anchor: a literal that stands in each match".into());
    }
    for (index, anchor) in anchors.iter().enumerate() {
        if anchor.len() < SHORTEST_ANCHOR {
            return flaw(format!("anchor `{anchor}` is too short: at least {SHORTEST_ANCHOR} bytes"));
        }
        if anchor.len() > LONGEST_ANCHOR {
            return flaw(format!("anchor `{anchor}` is too long: at most {LONGEST_ANCHOR} bytes"));
        }
        if anchors[..index].contains(anchor) {
            return flaw(format!("anchor `{anchor}` stands there twice"));
        }
    }
    Ok(())
}

fn one_of(key: &str, value: &str, names: &[&str]) -> Result<(), String> {
    if names.contains(&value) { Ok(()) } else { Err(format!("{key} `{value}` is none of {}", names.join(", "))) }
}
