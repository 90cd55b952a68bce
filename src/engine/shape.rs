//! What a pattern's syntax tells before it ever runs: how long a match can be, where its anchor stands, what follows it.

use std::fmt;

use regex_syntax::{
    ParserBuilder,
    hir::{Hir, HirKind, Look, literal},
};

use super::{
    automaton::{Automaton, Front, class_bytes},
    byteset::ByteSet,
};

/// The longest match that a pattern may have, in bytes.
pub const LONGEST: usize = 4096;
/// The shortest anchor, in bytes.
pub const SHORTEST_ANCHOR: usize = 3;
/// The longest anchor, in bytes.
pub const LONGEST_ANCHOR: usize = 64;
/// How many bytes behind an anchor are checked before the pattern runs.
pub const FOLLOW: usize = 16;

/// What the syntax of a pattern tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// The longest match in bytes.
    pub reach: usize,
    /// How far before its anchor a match may start; 0: it starts with it.
    pub before: usize,
    /// How many bytes of the secret are the same in every secret.
    pub public: usize,
    /// What stands around each anchor, in the order of the anchors.
    pub leads: Vec<Lead>,
}

/// What stands around an anchor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lead {
    /// The bytes that may stand before it, the start of the document aside; `None`: any.
    pub left: Option<ByteSet>,
    /// The bytes that may stand at each of the next places.
    pub follow: Vec<ByteSet>,
}

/// Why a pattern cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShapeError {
    /// What is wrong.
    pub cause: String,
    /// At which byte of the pattern.
    pub at: Option<usize>,
}

impl ShapeError {
    fn new(cause: impl Into<String>) -> Self {
        Self { cause: cause.into(), at: None }
    }
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.cause)?;
        self.at.map_or(Ok(()), |at| write!(f, " (at byte {at} of the pattern)"))
    }
}

/// Parses a pattern as the engine runs it: over bytes, with ASCII classes.
pub fn parse(pattern: &str) -> Result<Hir, ShapeError> {
    ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern).map_err(|error| match error {
        regex_syntax::Error::Parse(e) => ShapeError { cause: e.kind().to_string(), at: Some(e.span().start.offset) },
        regex_syntax::Error::Translate(e) => ShapeError { cause: e.kind().to_string(), at: Some(e.span().start.offset) },
        other => ShapeError::new(other.to_string()),
    })
}

/// Parses a pattern and bounds it: no empty match, no match over [`LONGEST`], a group named `secret`.
pub fn bounded(pattern: &str) -> Result<(Hir, usize), ShapeError> {
    let hir = parse(pattern)?;
    let reach = hir
        .properties()
        .maximum_len()
        .ok_or_else(|| ShapeError::new("a match may be of any length: bound each `*` and `+` (`{0,200}`)"))?;
    if reach > LONGEST {
        return Err(ShapeError::new(format!("a match may be {reach} bytes long; at most {LONGEST} are allowed")));
    }
    if hir.properties().minimum_len().is_none_or(|least| least == 0) {
        return Err(ShapeError::new("it matches the empty string"));
    }
    Ok((hir, reach))
}

/// Finds the first group with that name.
pub fn group<'a>(hir: &'a Hir, name: &str) -> Option<&'a Hir> {
    match hir.kind() {
        HirKind::Capture(capture) if capture.name.as_deref() == Some(name) => Some(&capture.sub),
        HirKind::Capture(capture) => group(&capture.sub, name),
        HirKind::Repetition(repetition) => group(&repetition.sub, name),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().find_map(|part| group(part, name)),
        _ => None,
    }
}

/// All bytes that a part of a pattern may read.
pub fn alphabet(hir: &Hir) -> ByteSet {
    let mut bytes = ByteSet::NONE;
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => literal.0.iter().for_each(|byte| bytes.insert(*byte)),
        HirKind::Class(class) => bytes = class_bytes(class),
        HirKind::Capture(capture) => bytes = alphabet(&capture.sub),
        HirKind::Repetition(repetition) => bytes = alphabet(&repetition.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().for_each(|part| bytes.merge(&alphabet(part))),
    }
    bytes
}

/// Analyses a pattern against the anchors of which each match holds one.
pub fn analyse(pattern: &str, anchors: &[&[u8]], ignore_case: bool) -> Result<Shape, ShapeError> {
    let (hir, reach) = bounded(pattern)?;
    let secret = group(&hir, "secret").ok_or_else(|| ShapeError::new("it has no group named `secret`"))?;
    let public = public_prefix(secret);
    let mut items = Vec::new();
    flatten(&hir, &mut items);
    let automaton = Automaton::new(&items);
    let spelled: Vec<Vec<ByteSet>> =
        anchors.iter().map(|anchor| anchor.iter().map(|byte| spelling(*byte, ignore_case)).collect()).collect();
    let mut before = 0;
    for index in 0..items.len() {
        if let Some(fronts) = fronts_behind(&automaton, index, &spelled) {
            let left = |anchor: &[u8]| if before == 0 { left_of(&items, anchor[0]) } else { None };
            let leads = anchors.iter().zip(&fronts).map(|(anchor, front)| Lead { left: left(anchor), follow: follow(&automaton, front) });
            return Ok(Shape { reach, before, public, leads: leads.collect() });
        }
        before += items[index].properties().maximum_len().unwrap_or(0);
    }
    let shortest = anchors.iter().map(|anchor| anchor.len()).min().unwrap_or(0);
    Ok(Shape { reach, before: reach.saturating_sub(shortest), public, leads: vec![Lead::default(); anchors.len()] })
}

/// The spellings of one byte of an anchor.
pub fn spelling(byte: u8, ignore_case: bool) -> ByteSet {
    ByteSet::of(|b| b == byte || (ignore_case && b.eq_ignore_ascii_case(&byte)))
}

/// Takes sequences, groups and literals apart, so that an anchor is found wherever it begins.
fn flatten(hir: &Hir, items: &mut Vec<Hir>) {
    match hir.kind() {
        HirKind::Concat(parts) => parts.iter().for_each(|part| flatten(part, items)),
        HirKind::Capture(capture) => flatten(&capture.sub, items),
        HirKind::Literal(literal) => items.extend(literal.0.iter().map(|byte| Hir::literal([*byte]))),
        _ => items.push(hir.clone()),
    }
}

/// The states behind each anchor if everything that the automaton reads from that item on begins with one of the anchors.
fn fronts_behind(automaton: &Automaton, item: usize, anchors: &[Vec<ByteSet>]) -> Option<Vec<Front>> {
    let start = automaton.before(item);
    let mut fronts = Vec::new();
    for anchor in anchors {
        let mut front = start.clone();
        for place in 0..anchor.len() {
            // Every anchor that reads like this one so far may go on; one that ended here has been met.
            let alike = || anchors.iter().filter(|other| other.len() >= place && other[..place] == anchor[..place]);
            if !alike().any(|other| other.len() == place && place > 0) {
                let mut permitted = ByteSet::NONE;
                alike().filter_map(|other| other.get(place)).for_each(|set| permitted.merge(set));
                let possible = automaton.bytes(&front)?;
                if possible == ByteSet::NONE || !possible.within(&permitted) {
                    return None;
                }
            }
            front = automaton.step(&front, &anchor[place]);
        }
        fronts.push(front);
    }
    // An anchor that no match begins with stands elsewhere in the pattern.
    fronts.iter().all(|front| automaton.bytes(front).is_none_or(|set| set != ByteSet::NONE)).then_some(fronts)
}

/// The bytes that may follow, place by place, as long as a match cannot end.
fn follow(automaton: &Automaton, front: &Front) -> Vec<ByteSet> {
    let (mut front, mut sets) = (front.clone(), Vec::new());
    while sets.len() < FOLLOW
        && let Some(set) = automaton.bytes(&front)
    {
        front = automaton.step(&front, &set);
        sets.push(set);
    }
    while sets.last() == Some(&ByteSet::ALL) {
        sets.pop();
    }
    sets
}

/// What the assertions in front of an anchor permit before it.
fn left_of(items: &[Hir], first: u8) -> Option<ByteSet> {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    items.iter().map_while(|item| if let HirKind::Look(look) = item.kind() { Some(*look) } else { None }).find_map(|look| match look {
        Look::WordAscii => Some(ByteSet::of(|byte| word(byte) != word(first))),
        Look::WordStartAscii | Look::WordStartHalfAscii => Some(ByteSet::of(|byte| !word(byte))),
        Look::StartLF => Some(ByteSet::of(|byte| byte == b'\n')),
        Look::StartCRLF => Some(ByteSet::of(|byte| byte == b'\n' || byte == b'\r')),
        _ => None,
    })
}

/// How many bytes at the start of a secret are one of a few fixed texts: they tell the provider, not the secret.
fn public_prefix(secret: &Hir) -> usize {
    let mut extractor = literal::Extractor::new();
    // Classes of ten digits are not fixed text; `[0-3]` as a version is.
    extractor.limit_class(4).limit_repeat(8).limit_literal_len(32).limit_total(64);
    extractor.extract(secret).min_literal_len().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Shape, analyse};

    fn shape(pattern: &str, anchors: &[&str]) -> Shape {
        analyse(pattern, &anchors.iter().map(|anchor| anchor.as_bytes()).collect::<Vec<_>>(), pattern.contains("(?i)"))
            .expect("a good pattern")
    }

    #[test]
    fn a_prefix_is_followed_by_its_class() {
        let shape = shape(r"\b(?<secret>tok_[0-9a-f]{20})\b", &["tok_"]);
        assert_eq!((shape.reach, shape.before, shape.public), (24, 0, 4));
        assert_eq!(shape.leads[0].follow.len(), 16);
        assert!(shape.leads[0].follow.iter().all(|set| set.has(b'f') && !set.has(b'g')));
        assert!(shape.leads[0].left.is_some_and(|left| left.has(b' ') && !left.has(b'_')));
    }

    #[test]
    fn several_anchors_may_begin_a_match() {
        let both = shape(r"\b(?<secret>(?:aa|bb)_live_[0-9]{9})", &["aa_live_", "bb_live_"]);
        assert_eq!((both.before, both.public, both.leads[1].follow.len()), (0, 8, 9));
        // One of them alone does not begin every match.
        assert!(shape(r"\b(?<secret>(?:aa|bb)_live_[0-9]{9})", &["aa_live_"]).before > 0);
    }

    #[test]
    fn a_word_may_stand_behind_the_start() {
        let word = shape(r#"(?i)[a-z_]{0,8}acme[a-z_]{0,9}["' ]{0,3}[:=]["' ]{0,3}(?<secret>[0-9a-f]{32})"#, &["acme"]);
        assert_eq!((word.before, word.public), (8, 0));
        assert!(word.leads[0].left.is_none() && !word.leads[0].follow.is_empty());
        assert!(!word.leads[0].follow[0].has(b'\n'));
    }

    #[test]
    fn boundless_and_empty_patterns_are_refused() {
        for (pattern, cause) in [
            ("(?<secret>tok_a+)", "any length"),
            ("(?<secret>((a{900}){900}){900})", "bytes long"),
            ("(?<secret>a{0,3})", "empty"),
            ("tok_a", "no group"),
            ("(?<secret>tok_(?=a))", "look-around"),
            (r"(?<secret>tok_(a)\1)", "backreference"),
            ("(?<secret>tok_[)", "unclosed"),
        ] {
            let error = analyse(pattern, &[b"tok_"], false).expect_err(pattern).to_string();
            assert!(error.contains(cause), "{pattern}: {error}");
        }
    }
}
