//! Patterns of rules: compiled when a candidate first asks for them, run at the candidate and no further than they reach.

use std::{borrow::Cow, error::Error, ops::Range, sync::OnceLock};

use regex_automata::{
    Anchored, Input,
    meta::{BuildError, Config, Regex},
    util::primitives::NonMaxUsize,
};
use regex_syntax::hir::{Capture, Hir, HirKind, Repetition};

use super::shape;

/// A class that may stand so often more than it must is compiled as if it might go on for ever: the window ends it. Each copy of a
/// class costs time and memory when a pattern is compiled, and there are thousands in a pattern of a long key.
const ROOM: u32 = 48;
/// How large a compiled pattern may get in memory, in bytes: 4,000 optional bytes of a class need a third of it.
const SIZE_LIMIT: usize = 1 << 21;
/// How large the table of a one-pass search may get. Larger patterns backtrack within bounds, as fast on short windows.
const ONEPASS_LIMIT: usize = 1 << 17;
/// How much of a lazily built automaton is kept; it starts anew when full.
const CACHE: usize = 1 << 18;
/// How many matches that miss the anchor are passed over before a candidate is given up, so that its cost stays bounded.
const TRIES: usize = 16;

/// A pattern with what is known of its shape.
#[derive(Debug)]
pub struct Pattern {
    text: Cow<'static, str>,
    reach: usize,
    before: usize,
    compiled: OnceLock<Option<Compiled>>,
}

/// A compiled pattern with the places of its groups.
#[derive(Debug)]
pub struct Compiled {
    regex: Regex,
    secret: usize,
    handle: Option<usize>,
    /// Other named groups.
    names: Vec<(String, usize)>,
}

/// Where a pattern matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// All of it.
    pub whole: Range<usize>,
    /// The group `secret`.
    pub secret: Range<usize>,
    /// The group `handle`.
    pub handle: Option<Range<usize>>,
    /// Other named groups.
    pub attributes: Vec<(String, Range<usize>)>,
}

/// Room for the places of groups, reused.
pub type Slots = Vec<Option<NonMaxUsize>>;

impl Pattern {
    /// A pattern of known shape: its longest match, and how far before its anchor a match may start.
    pub const fn new(text: Cow<'static, str>, reach: usize, before: usize) -> Self {
        Self { text, reach, before, compiled: OnceLock::new() }
    }

    /// The pattern as it is written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The longest match in bytes.
    pub fn reach(&self) -> usize {
        self.reach
    }

    /// Compiles it, to learn whether that is possible.
    pub fn check(&self) -> Result<(), String> {
        let hir = shape::parse(&self.text).map_err(|error| error.cause)?;
        let Err(error) = compile(&hir, self.reach) else { return Ok(()) };
        Err(match error.size_limit() {
            Some(limit) => format!("compiled, it takes more than {limit} bytes"),
            None => error.source().map_or_else(|| error.to_string(), ToString::to_string),
        })
    }

    /// Matches around an anchor that stands at `anchor`; the match holds it.
    pub fn at(&self, bytes: &[u8], anchor: Range<usize>, slots: &mut Slots) -> Option<Match> {
        let end = (anchor.start + self.reach).min(bytes.len());
        if self.before == 0 {
            return self.search(&Input::new(bytes).range(anchor.start..end).anchored(Anchored::Yes), slots);
        }
        let mut start = anchor.start.saturating_sub(self.before);
        for _ in 0..TRIES {
            let found = self.search(&Input::new(bytes).range(start..end), slots)?;
            if found.whole.start > anchor.start {
                return None;
            }
            if found.whole.end >= anchor.end {
                return Some(found);
            }
            start = found.whole.start + 1;
        }
        None
    }

    /// The first match within a stretch of a document.
    pub fn first(&self, bytes: &[u8], within: Range<usize>, slots: &mut Slots) -> Option<Match> {
        self.search(&Input::new(bytes).range(within), slots)
    }

    fn search(&self, input: &Input<'_>, slots: &mut Slots) -> Option<Match> {
        let compiled = self.compiled.get_or_init(|| compile(&shape::parse(&self.text).ok()?, self.reach).ok()).as_ref()?;
        slots.clear();
        slots.resize(compiled.regex.group_info().slot_len(), None);
        compiled.regex.search_slots(input, slots)?;
        let range = |group: usize| Some(slots.get(2 * group).copied()??.get()..slots.get(2 * group + 1).copied()??.get());
        let whole = range(0).filter(|whole| whole.len() <= self.reach)?;
        Some(Match {
            secret: range(compiled.secret).unwrap_or_else(|| whole.clone()),
            handle: compiled.handle.and_then(range),
            attributes: compiled.names.iter().filter_map(|(name, group)| Some((name.clone(), range(*group)?))).collect(),
            whole,
        })
    }
}

fn compile(hir: &Hir, reach: usize) -> Result<Compiled, Box<BuildError>> {
    let config = Config::new()
        .utf8_empty(false)
        .nfa_size_limit(Some(SIZE_LIMIT))
        .onepass_size_limit(Some(ONEPASS_LIMIT))
        .hybrid_cache_capacity(CACHE)
        // Searches start at an anchor: finding where to start is not what costs.
        .auto_prefilter(false);
    let regex = Regex::builder().configure(config).build_from_hir(&if reach == usize::MAX { hir.clone() } else { roomy(hir) })?;
    let info = regex.group_info().clone();
    let index = |name: &str| info.to_index(regex_automata::PatternID::ZERO, name);
    let groups =
        info.pattern_names(regex_automata::PatternID::ZERO).enumerate().filter_map(|(group, name)| Some((name?.to_owned(), group)));
    let names = groups.filter(|(name, _)| name != "secret" && name != "handle").collect();
    Ok(Compiled { secret: index("secret").unwrap_or(0), handle: index("handle"), names, regex })
}

/// The same pattern with loops for the long repetitions of classes, see [`ROOM`].
fn roomy(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Repetition(Repetition { min, max, greedy, sub }) => {
            let long = matches!(sub.kind(), HirKind::Class(_)) && max.is_some_and(|max| max - min > ROOM);
            Hir::repetition(Repetition { min: *min, max: max.filter(|_| !long), greedy: *greedy, sub: Box::new(roomy(sub)) })
        }
        HirKind::Capture(Capture { index, name, sub }) => {
            Hir::capture(Capture { index: *index, name: name.clone(), sub: Box::new(roomy(sub)) })
        }
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(roomy).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(roomy).collect()),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => hir.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Match, Pattern};

    fn at(pattern: &'static str, before: usize, text: &str, anchor: &str) -> Option<Match> {
        let start = text.rfind(anchor)?;
        Pattern::new(pattern.into(), 40, before).at(text.as_bytes(), start..start + anchor.len(), &mut Vec::new())
    }

    #[test]
    fn groups_become_ranges() {
        let found = at(r"\b(?<secret>tok_(?<handle>[a-z]{3})_(?<team>[0-9]{2}))\b", 0, "x tok_abc_12!", "tok_").expect("a match");
        assert_eq!((found.whole, found.secret, found.handle), (2..12, 2..12, Some(6..9)));
        assert_eq!(found.attributes, [("team".to_owned(), 10..12)]);
    }

    #[test]
    fn a_match_holds_its_anchor() {
        let pattern = "[a-z]{0,8}acme[a-z]{0,8}=(?<secret>[0-9]{3})";
        assert_eq!(at(pattern, 8, "acme=123 my_acmekey=456", "acme").map(|found| found.secret), Some(20..23));
        assert_eq!(at(pattern, 8, "acme=12 acme", "acme"), None);
        // The word boundary looks at the byte behind the window.
        assert_eq!(at(r"(?<secret>tok_[0-9]{36})\b", 0, &format!("tok_{}9", "1".repeat(36)), "tok_"), None);
    }

    #[test]
    fn a_long_repetition_ends_with_the_window() {
        let pattern = r"\btok_(?<secret>[0-9a-z]{2,200})(?:[^0-9a-z]|$)";
        let found =
            |count: usize| Pattern::new(pattern.into(), 205, 0).at(format!("tok_{}", "k".repeat(count)).as_bytes(), 0..4, &mut Vec::new());
        assert_eq!(found(200).map(|found| found.secret), Some(4..204));
        assert_eq!((found(1), found(206)), (None, None));
        let open = Pattern::new("tok_[0-9a-z]{2,200}".into(), 204, 0).at(
            "tok_".repeat(80).replacen('_', "_0", 1).as_bytes(),
            0..4,
            &mut Vec::new(),
        );
        assert_eq!(open.map(|found| found.whole), Some(0..8));
    }

    #[test]
    fn a_pattern_that_grows_too_large_is_refused() {
        assert!(Pattern::new("((a{900}){900}){900}".into(), 1, 0).check().is_err_and(|error| error.contains("more than")));
        assert!(Pattern::new("[0-9A-Za-z_-]{4000}".into(), 4000, 0).check().is_ok());
    }
}
