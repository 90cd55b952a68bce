//! The anchors of a pattern that came without: literals of which each match holds one.

use regex_syntax::hir::{Class, Hir, HirKind};

use crate::engine::shape::{LONGEST_ANCHOR, SHORTEST_ANCHOR};

/// How many literals one set may have.
const MOST: usize = 96;
/// How long the longest text is that is spelled out before it is cut.
const LONGEST: usize = LONGEST_ANCHOR;
/// A longer anchor than this is not better.
const LONG_ENOUGH: usize = 8;

/// Literals of which each match holds one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Required {
    /// In small letters where case is ignored.
    pub anchors: Vec<String>,
    /// Whether they stand in any case.
    pub ignore_case: bool,
}

/// Texts that are all that a part of a pattern may read. Letters that stand in any case are small and marked.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Exact {
    texts: Vec<Vec<u8>>,
    fold: bool,
}

/// Finds the best set; `None` where some match may do without any literal that is long enough.
pub fn required(hir: &Hir) -> Option<Required> {
    let best = best(hir)?;
    let mut anchors: Vec<String> = best.texts.into_iter().filter_map(|text| String::from_utf8(text).ok()).collect();
    if best.fold {
        anchors.iter_mut().for_each(|anchor| anchor.make_ascii_lowercase());
    }
    anchors.sort_by_key(|anchor| (anchor.len(), anchor.clone()));
    anchors.dedup();
    // What holds a shorter anchor is found by that one.
    let shorter: Vec<String> = anchors.clone();
    anchors.retain(|anchor| !shorter.iter().any(|other| other.len() < anchor.len() && anchor.contains(other.as_str())));
    let printable = |anchor: &String| anchor.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    (!anchors.is_empty() && anchors.iter().all(printable)).then_some(Required { anchors, ignore_case: best.fold })
}

/// The better of two usable sets.
fn better(a: Option<Exact>, b: Option<Exact>) -> Option<Exact> {
    let rank = |exact: &Exact| {
        let shortest = exact.texts.iter().map(Vec::len).min().unwrap_or(0);
        (shortest.min(LONG_ENOUGH), usize::MAX - exact.texts.len(), shortest)
    };
    match (a, b) {
        (Some(a), Some(b)) => Some(if rank(&b) > rank(&a) { b } else { a }),
        (a, b) => a.or(b),
    }
}

fn usable(exact: Exact) -> Option<Exact> {
    (!exact.texts.is_empty() && exact.texts.iter().all(|text| text.len() >= SHORTEST_ANCHOR)).then_some(exact)
}

/// The best set of a part.
fn best(hir: &Hir) -> Option<Exact> {
    if let Some(all) = exact(hir).and_then(usable) {
        return Some(all);
    }
    match hir.kind() {
        HirKind::Capture(capture) => best(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => best(&repetition.sub),
        HirKind::Alternation(parts) => {
            let sets: Option<Vec<Exact>> = parts.iter().map(best).collect();
            let joined = sets?.into_iter().reduce(|mut all, set| {
                all.texts.extend(set.texts);
                all.fold |= set.fold;
                all
            })?;
            (joined.texts.len() <= MOST).then_some(joined)
        }
        HirKind::Concat(_) => {
            let mut flat = Vec::new();
            flatten(hir, &mut flat);
            in_sequence(&flat)
        }
        _ => None,
    }
}

/// Takes sequences and groups apart.
fn flatten<'h>(hir: &'h Hir, parts: &mut Vec<&'h Hir>) {
    match hir.kind() {
        HirKind::Concat(all) => all.iter().for_each(|part| flatten(part, parts)),
        HirKind::Capture(capture) => flatten(&capture.sub, parts),
        _ => parts.push(hir),
    }
}

/// The best run of spelled parts, or the best set of one part.
fn in_sequence(parts: &[&Hir]) -> Option<Exact> {
    let empty = || Exact { texts: vec![Vec::new()], fold: false };
    let (mut found, mut run) = (None, empty());
    for part in parts {
        let spelled = exact(part);
        if let Some(longer) = spelled.as_ref().and_then(|next| joined(&run, next)) {
            run = longer;
            continue;
        }
        found = better(found, usable(std::mem::replace(&mut run, empty())));
        match spelled {
            Some(next) => run = next,
            None => found = better(found, best(part)),
        }
    }
    better(found, usable(run))
}

fn joined(run: &Exact, next: &Exact) -> Option<Exact> {
    if run.texts.len() * next.texts.len() > MOST || run.texts.iter().any(|text| text.len() >= LONGEST) {
        return None;
    }
    let pair = |head: &Vec<u8>| next.texts.iter().map(|tail| [&head[..], tail].concat()).collect::<Vec<_>>();
    let mut texts: Vec<Vec<u8>> = run.texts.iter().flat_map(pair).collect();
    texts.iter_mut().for_each(|text| text.truncate(LONGEST));
    Some(Exact { texts, fold: run.fold || next.fold })
}

/// All texts that a part may read, if they are few.
fn exact(hir: &Hir) -> Option<Exact> {
    let few = |texts: Vec<Vec<u8>>, fold| (texts.len() <= MOST).then_some(Exact { texts, fold });
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => few(vec![Vec::new()], false),
        HirKind::Literal(literal) => few(vec![literal.0.to_vec()], false),
        HirKind::Class(class) => letters(class),
        HirKind::Capture(capture) => exact(&capture.sub),
        HirKind::Concat(parts) => parts.iter().try_fold(Exact { texts: vec![Vec::new()], fold: false }, |run, part| {
            let next = exact(part)?;
            let longest = |exact: &Exact| exact.texts.iter().map(Vec::len).max().unwrap_or(0);
            if longest(&run) + longest(&next) > LONGEST { None } else { joined(&run, &next) }
        }),
        HirKind::Alternation(parts) => {
            let sets: Option<Vec<Exact>> = parts.iter().map(exact).collect();
            let sets = sets?;
            let fold = sets.iter().any(|set| set.fold);
            few(sets.into_iter().flat_map(|set| set.texts).collect(), fold)
        }
        HirKind::Repetition(repetition) => {
            let most = repetition.max.filter(|most| *most <= 4)?;
            let once = exact(&repetition.sub)?;
            let (mut all, mut run) = (Vec::new(), Exact { texts: vec![Vec::new()], fold: once.fold });
            for count in 0..=most {
                if count >= repetition.min {
                    all.extend(run.texts.clone());
                }
                if count < most {
                    run = joined(&run, &once)?;
                }
            }
            few(all, once.fold)
        }
    }
}

/// The spellings of a small class: one letter in both cases is one spelling.
fn letters(class: &Class) -> Option<Exact> {
    let Class::Bytes(class) = class else { return None };
    let bytes: Vec<u8> = class.iter().flat_map(|range| range.start()..=range.end()).take(9).collect();
    let both = |byte: &u8| byte.is_ascii_alphabetic() && bytes.iter().any(|other| other != byte && other.eq_ignore_ascii_case(byte));
    let fold = bytes.iter().any(both);
    let mut spelled: Vec<u8> = bytes.iter().map(|byte| if both(byte) { byte.to_ascii_lowercase() } else { *byte }).collect();
    spelled.dedup();
    spelled.sort_unstable();
    spelled.dedup();
    (bytes.len() <= 8).then(|| Exact { texts: spelled.into_iter().map(|byte| vec![byte]).collect(), fold })
}

#[cfg(test)]
mod tests {
    use super::required;
    use crate::engine::shape::parse;

    fn anchors(pattern: &str) -> Option<(Vec<String>, bool)> {
        required(&parse(pattern).expect(pattern)).map(|required| (required.anchors, required.ignore_case))
    }

    #[test]
    fn each_match_holds_one_of_them() {
        for (pattern, expected, ignore_case) in [
            (r"\b(?<secret>tok_[a-z]{9})\b", &["tok_"][..], false),
            (r"(?i)[\w.-]{0,50}?(?:adobe)[ \t]{0,9}=(?<secret>[a-f0-9]{32})", &["adobe"], true),
            (r"(?<secret>(?:ghu|ghs)_[0-9a-zA-Z]{36})", &["ghs_", "ghu_"], false),
            (r"(?i)aws_?(?:secret)?key=(?<secret>[0-9]{9})", &["awskey=", "aws_key=", "awssecretkey=", "aws_secretkey="], true),
            (r"(?<secret>[a-z]{14}\.(?i:atlasv1)\.[a-z]{60})", &[".atlasv1."], true),
            (r"(?:foo[0-9]{3}|barbar)=(?<secret>[a-z]{9})", &["foo", "barbar"], false),
            (r"x(?:tok[0-9]){1,3}(?<secret>[a-z]{9})", &["tok0", "tok1"], false),
        ] {
            let Some(found) = anchors(pattern) else { panic!("{pattern}") };
            if pattern.starts_with('x') {
                assert_eq!(found.0, ["tok"], "ten digits are no fixed text");
                continue;
            }
            assert_eq!(found, (expected.iter().map(ToString::to_string).collect(), ignore_case), "{pattern}");
        }
    }

    #[test]
    fn there_are_none_where_a_match_may_do_without() {
        for pattern in
            ["(?<secret>[a-f0-9]{32})", "(?:key|[0-9]{3})=(?<secret>[a-z]{9})", "(?:token)?(?<secret>[a-z]{32})", "ab(?<secret>[c-z]{9})"]
        {
            assert_eq!(anchors(pattern), None, "{pattern}");
        }
    }
}
