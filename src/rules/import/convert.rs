//! From a rule of another tool to one of ours: pattern, anchors, examples.

use std::collections::BTreeSet;

use regex_syntax::hir::{Hir, print};

use super::{
    Carried, Foreign, Note, literals,
    pattern::{self, Ours, Secret},
    sample,
};
use crate::{
    engine::{
        pattern::{Match, Pattern},
        shape,
    },
    rules::{Text, passes, template},
};

/// How many fillings of a template must match.
const SEEDS: u64 = 20;
/// How many examples of theirs are kept.
const MOST_EXAMPLES: usize = 3;
/// The longest example that is kept, bytes.
const LONGEST_EXAMPLE: usize = 2_000;

/// What no rule of theirs may be called: it would be no id of ours.
fn slug(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// The id that a rule of a tool gets here.
pub(super) fn id(tool: &'static str, theirs: &str) -> String {
    let slug = slug(theirs);
    let own = [tool, "kingfisher", "np", "titus"].into_iter().find_map(|tool| slug.strip_prefix(tool)?.strip_prefix('-'));
    let name = own.unwrap_or(&slug);
    format!("{tool}.{}", if name.is_empty() { "rule" } else { name })
}

/// Makes all rules ours that can be; the others are told.
pub(super) fn all(rules: &[Foreign], notes: &mut Vec<Note>) -> Vec<Carried> {
    let mut ids = BTreeSet::new();
    let mut carried = Vec::new();
    for rule in rules {
        match one(rule) {
            Ok(ours) => {
                for mut ours in ours {
                    ours.id = unique(&ours.id, &mut ids);
                    let remarks = ours.remarks.iter();
                    notes.extend(remarks.map(|remark| Note { at: rule.at(), text: format!("rule `{}`: {remark}", rule.id), lost: false }));
                    carried.push(ours);
                }
            }
            Err(cause) => notes.push(lost(rule, &cause)),
        }
    }
    carried
}

fn lost(rule: &Foreign, cause: &str) -> Note {
    Note { at: rule.at(), text: format!("rule `{}` is not carried over: {cause}", rule.id), lost: true }
}

/// An id that no other rule has.
fn unique(id: &str, ids: &mut BTreeSet<String>) -> String {
    let numbered = |n: u32| if n == 1 { id.to_owned() } else { format!("{id}-{n}") };
    let free = (1..=u32::MAX).map(numbered).find(|id| !ids.contains(id)).expect("memory ends before the numbers do");
    ids.insert(free.clone());
    free
}

/// One rule, or several where its secret stands in another place in each of several branches.
fn one(rule: &Foreign) -> Result<Vec<Carried>, String> {
    let choices: &[Secret] = if rule.group.is_some() { &[Secret::Group] } else { &[Secret::First, Secret::Whole] };
    let mut first = None;
    for choice in choices {
        let tried = pattern::ours(&rule.pattern, *choice, rule.group)
            .and_then(|patterns| patterns.iter().map(|ours| with_pattern(rule, ours)).collect::<Result<Vec<Carried>, String>>());
        match tried {
            Ok(carried) => return Ok(carried),
            Err(cause) => first = first.or(Some(cause)),
        }
    }
    Err(first.unwrap_or_default())
}

fn with_pattern(rule: &Foreign, ours: &Ours) -> Result<Carried, String> {
    let hir = shape::parse(&ours.text).map_err(|error| error.to_string())?;
    let mut remarks = rule.remarks.clone();
    if let Some(most) = ours.shortened {
        remarks.push(format!("the repetitions of its pattern are cut to {most}, so that a match has at most {} bytes", shape::LONGEST));
    } else if let Some(most) = ours.bound.filter(|most| *most < 1024) {
        remarks.push(format!("repetitions without a bound have at most {most} characters"));
    }
    let required = literals::required(&hir);
    let context = required.is_none();
    let (anchors, ignore_case, text, hir) = if let Some(required) = required {
        (required.anchors, required.ignore_case, ours.text.clone(), hir)
    } else {
        let (words, text) = words(rule, &hir)?;
        let hir = shape::parse(&text).map_err(|error| error.to_string())?;
        (words, false, text, hir)
    };
    if context {
        remarks.push("its pattern holds no literal of 3 bytes: here one of its keywords must name the value".into());
    }
    let mut proofs: Vec<String> = rule.entropy.iter().map(|bits| format!("entropy>={bits}")).collect();
    proofs.dedup();
    let mut carried = Carried {
        at: rule.at(),
        id: id(rule.tool, &rule.id),
        theirs: rule.id.clone(),
        title: title(rule),
        kind: kind(rule),
        anchors,
        context,
        ignore_case,
        pattern: text,
        proofs,
        confidence: if context { "low" } else { rule.confidence },
        explain: format!("{} Carried over from {}, rule {}.", sentence(&rule.title), rule.tool, rule.id),
        see: rule.see.clone(),
        examples: Vec::new(),
        counter: Vec::new(),
        overlaps: Vec::new(),
        scope: rule.scope.clone(),
        remarks,
    };
    if carried.kind == "identifier" {
        carried.remarks.push("by its name it is a public identifier: it is kept beside credentials, and never a finding".into());
    }
    let trial = Trial::new(&carried, &hir);
    carried.examples = trial.examples(rule)?;
    carried.counter = trial.counter(rule);
    let missed = rule.examples.iter().filter(|text| trial.find(text.as_bytes()).is_none()).count();
    if missed > 0 && !context {
        carried.remarks.push(format!("it finds {missed} of its own {} examples no more", rule.examples.len()));
    }
    Ok(carried)
}

/// The keywords that may name a value where a pattern has no anchor of its own, and the pattern of the value alone.
fn words(rule: &Foreign, hir: &Hir) -> Result<(Vec<String>, String), String> {
    let none = "its pattern holds no literal of 3 bytes that stands in each match";
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let spelled = |word: &String| word.len() >= 3 && word.bytes().all(inner) && !word.ends_with('-');
    let words: Vec<String> = rule.keywords.iter().map(|word| word.to_ascii_lowercase()).filter(spelled).collect();
    if words.is_empty() {
        return Err(format!("{none}, and it has no keyword that could name the value"));
    }
    let secret = shape::group(hir, "secret").ok_or(none)?;
    if shape::alphabet(secret).has(b' ') {
        return Err(none.to_owned());
    }
    let mut text = String::new();
    print::Printer::new().print(secret, &mut text).map_err(|_| none)?;
    Ok((words, format!("(?<secret>{text})")))
}

/// One line without a full stop.
fn title(rule: &Foreign) -> String {
    let line: String = rule.title.split_whitespace().collect::<Vec<_>>().join(" ");
    let short = line.split(", ").next().unwrap_or(&line).trim_end_matches('.');
    if short.is_empty() { rule.id.clone() } else { short.to_owned() }
}

fn sentence(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() || line.ends_with(['.', '!', '?']) { line } else { format!("{line}.") }
}

/// What sort of credential it is, by its name.
fn kind(rule: &Foreign) -> &'static str {
    let text = format!("{} {}", rule.id, rule.title).to_ascii_lowercase();
    let kinds = [
        (&["private key", "private-key", "privkey", "pem"][..], "private-key"),
        (&["webhook"], "webhook"),
        (&["jwt", "json web token"], "jwt"),
        (&["connection string", "connection uri", "connection url"], "connection-string"),
        (&["password", "passwd"], "password"),
        (&["client id", "client-id", "app id", "account id"], "identifier"),
    ];
    kinds.iter().find(|(words, _)| words.iter().any(|word| text.contains(word))).map_or("token", |(_, kind)| kind)
}

/// A rule's pattern with its filters, to be tried on texts.
struct Trial<'r> {
    pattern: Pattern,
    /// The words in front of the value and what stands between them, where the pattern is the value alone.
    front: Option<String>,
    hir: &'r Hir,
    proofs: Vec<Text>,
    public: usize,
}

impl<'r> Trial<'r> {
    fn new(rule: &Carried, hir: &'r Hir) -> Self {
        let literals: Vec<&[u8]> = rule.anchors.iter().map(String::as_bytes).collect();
        let shape = shape::analyse(&rule.pattern, &literals, rule.ignore_case);
        let reach = hir.properties().maximum_len().unwrap_or(shape::LONGEST);
        Self {
            pattern: Pattern::new(rule.pattern.clone().into(), reach, 0),
            front: rule.context.then(|| format!("{}_token = \"", rule.anchors[0])),
            hir,
            proofs: rule.proofs.iter().cloned().map(Text::from).collect(),
            public: shape.map_or(0, |shape| shape.public),
        }
    }

    fn find(&self, text: &[u8]) -> Option<Match> {
        let found = self.pattern.first(text, 0..text.len(), &mut Vec::new())?;
        passes(&self.proofs, &text[found.secret.clone()], &|_| None).then_some(found)
    }

    /// Whether each filling of a template is hit at its mark.
    fn holds(&self, template: &str) -> bool {
        (0..SEEDS).all(|seed| {
            let Ok(filled) = template::fill(template, seed) else { return false };
            let found = self.find(&filled.text);
            let whole = found.filter(|found| filled.secret.is_none_or(|marked| marked == found.secret));
            whole.is_some() && (seed > 0 || self.thrice(&filled.text))
        })
    }

    /// Whether a text is found three times where it stands three times.
    fn thrice(&self, text: &[u8]) -> bool {
        let three = [text, text, text].join(&b"\n"[..]);
        let mut at = 0;
        (0..3).all(|copy| {
            let found = self.pattern.first(&three, at..three.len(), &mut Vec::new());
            let line = copy * (text.len() + 1);
            found.is_some_and(|found| {
                at = found.whole.end;
                found.secret.start >= line && found.secret.end <= line + text.len()
            })
        })
    }

    /// A template of the pattern, and their own examples with the secret masked.
    fn examples(&self, rule: &Foreign) -> Result<Vec<String>, String> {
        let manners = sample::manners().filter_map(|manner| sample::template(self.hir, manner));
        let fronted = |text: String| match &self.front {
            Some(front) => format!("{front}{text}\""),
            None => text,
        };
        let mut tried = BTreeSet::new();
        let made = manners.map(fronted).filter(|text| tried.insert(text.clone())).find(|text| self.holds(text));
        let masked: Vec<String> = rule.examples.iter().filter_map(|text| self.masked(text)).collect();
        let own: Vec<String> = masked.into_iter().filter(|text| self.holds(text)).take(MOST_EXAMPLES).collect();
        let all: Vec<String> = made.into_iter().chain(own).collect();
        let missed = || rule.examples.iter().all(|text| self.find(text.as_bytes()).is_none());
        match all.is_empty() {
            false => Ok(all),
            true if !rule.examples.is_empty() && missed() => Err("its pattern, made ours, finds none of its own examples".into()),
            true => Err("no example could be made of its pattern, so that nothing shows that it works".into()),
        }
    }

    /// The lines of an example that hold the match, with the secret masked.
    fn masked(&self, example: &str) -> Option<String> {
        let bytes = example.as_bytes();
        let found = self.find(bytes)?;
        let start = memchr::memrchr(b'\n', &bytes[..found.whole.start]).map_or(0, |at| at + 1);
        let end = memchr::memchr(b'\n', &bytes[found.whole.end..]).map_or(bytes.len(), |at| found.whole.end + at);
        if end - start > LONGEST_EXAMPLE || self.front.is_some() {
            return None;
        }
        let secret = sample::masked(&bytes[found.secret.clone()], self.public)?;
        let (head, tail) = (sample::literal(&bytes[start..found.secret.start])?, sample::literal(&bytes[found.secret.end..end])?);
        Some(format!("{head}{{<}}{secret}{{>}}{tail}"))
    }

    /// Their own texts that hold no secret, as far as the pattern agrees.
    fn counter(&self, rule: &Foreign) -> Vec<String> {
        let texts = rule.counter.iter().filter(|text| text.len() <= LONGEST_EXAMPLE && self.find(text.as_bytes()).is_none());
        texts.filter_map(|text| sample::literal(text.as_bytes())).take(MOST_EXAMPLES).collect()
    }
}
