//! The laws that every rule keeps, tried on its own examples.

use std::ops::Range;

use super::{
    Rule, RuleBook,
    forms::{self, FORMS},
    load, template,
};
use crate::{
    engine::Scratch,
    model::{Document, Kin, Origin, Source},
};

/// Examples are filled from these seeds: what holds for one filling may be luck.
const SEEDS: Range<u64> = 0..20;
/// How large the document is in the middle of which an example must be found.
const LARGE: usize = 1 << 20;
/// Harmless text around examples.
const FILLER: &[u8] = b"The quick brown fox jumps over the lazy dog; 0123 sphinx of black quartz.\n";

/// A rule that breaks a law.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// The rule's id.
    pub rule: String,
    /// Which law.
    pub law: &'static str,
    /// What was expected and what came.
    pub detail: String,
}

/// An example or counter-example, filled.
struct Example<'a> {
    rule: &'a Rule,
    template: &'a str,
    text: Vec<u8>,
    secret: Option<Range<usize>>,
}

/// A hit for comparison: rule and secret.
type Told<'a> = (&'a str, Range<usize>);

/// Tries all rules of a book for which `wanted` holds; sorted.
pub fn check(book: &RuleBook, wanted: impl Fn(&Rule) -> bool) -> Vec<Violation> {
    let mut court = Court { book, scratch: Scratch::new(), violations: Vec::new() };
    for rule in book.iter().filter(|rule| wanted(rule)) {
        court.names(rule);
        court.forms(rule);
        for template in rule.examples.iter() {
            court.example(rule, template);
        }
        for template in rule.counter.iter() {
            court.counter(rule, template);
        }
    }
    court.violations.sort();
    court.violations.dedup();
    court.violations
}

struct Court<'a> {
    book: &'a RuleBook,
    scratch: Scratch,
    violations: Vec<Violation>,
}

impl<'a> Court<'a> {
    fn blame(&mut self, rule: &Rule, law: &'static str, detail: String) {
        self.violations.push(Violation { rule: rule.id.to_string(), law, detail });
    }

    /// Names of proofs, readers and other rules exist.
    fn names(&mut self, rule: &Rule) {
        let pair = rule.pair.iter().flat_map(|pair| pair.proofs.iter());
        if let Err(cause) = load::check_all(rule.proofs.iter().chain(pair), rule.reads.as_deref()) {
            self.blame(rule, "names", cause);
        }
        for other in rule.overlaps.iter().filter(|other| self.book.find(other).is_none()) {
            self.violations.push(Violation {
                rule: rule.id.to_string(),
                law: "names",
                detail: format!("`overlaps` names no rule: {other}"),
            });
        }
    }

    fn fill(&mut self, rule: &'a Rule, template: &'a str, seed: u64) -> Option<Example<'a>> {
        match template::fill(template, seed) {
            Ok(filled) => Some(Example { rule, template, text: filled.text, secret: filled.secret }),
            Err(error) => {
                self.blame(rule, "templates", format!("{template}: {error}"));
                None
            }
        }
    }

    fn example(&mut self, rule: &'a Rule, template: &'a str) {
        for seed in SEEDS {
            let Some(example) = self.fill(rule, template, seed) else { return };
            if !holds_anchor(rule, &example.text) {
                self.blame(rule, "anchors", format!("no anchor stands in {template}"));
            }
            let Some(found) = self.hit_once(&example) else { continue };
            if seed == SEEDS.start {
                self.anywhere(&example, &found);
                self.lines(&example);
                self.split(&example);
            }
        }
    }

    /// The rule hits once, with the marked secret, and no other rule does that is not declared.
    fn hit_once(&mut self, example: &Example<'a>) -> Option<Range<usize>> {
        let told = self.told(&example.text, None);
        let own: Vec<Range<usize>> = told.iter().filter(|(rule, _)| *rule == example.rule.id).map(|(_, secret)| secret.clone()).collect();
        for (other, _) in told.iter().filter(|(rule, _)| {
            *rule != example.rule.id && !example.rule.overlaps.iter().any(|other| other == rule) && !judges(self.book, rule)
        }) {
            self.blame(example.rule, "only its own", format!("{other} hits in {}", example.template));
        }
        let all = 0..example.text.len();
        if own.is_empty() && self.gives_way(example.rule, example.secret.as_ref().unwrap_or(&all), &told) {
            return None;
        }
        let [secret] = own.as_slice() else {
            self.blame(example.rule, "hit once", format!("{} hits in {}", own.len(), example.template));
            return None;
        };
        if let Some(marked) = example.secret.as_ref().filter(|marked| *marked != secret) {
            self.blame(example.rule, "marked secret", format!("marked {marked:?}, found {secret:?} in {}", example.template));
        }
        Some(secret.clone())
    }

    /// Whether a rule of a user's leaves its secret to another one that it names: who brings rules of another tool has many that
    /// are built in as well.
    fn gives_way(&self, rule: &Rule, at: &Range<usize>, told: &[Told<'a>]) -> bool {
        let near = |secret: &Range<usize>| secret.start < at.end && at.start < secret.end;
        let named = |id: &str| rule.overlaps.iter().any(|other| other == id);
        !self.book.is_builtin(rule) && told.iter().any(|(id, secret)| named(id) && near(secret))
    }

    /// Found in the middle of a large document, and at its very start and end; three times where it stands three times.
    fn anywhere(&mut self, example: &Example<'a>, found: &Range<usize>) {
        let half = LARGE / 2 / FILLER.len();
        let mut large = example.text.clone();
        large.push(b'\n');
        large.extend(FILLER.repeat(half));
        let middle = large.len();
        large.extend(&example.text);
        large.push(b'\n');
        large.extend(FILLER.repeat(half));
        let end = large.len();
        large.extend(&example.text);
        let expected: Vec<Range<usize>> = [0, middle, end].map(|at| found.start + at..found.end + at).into();
        self.expect(example, "start, middle and end of a large document", &large, &expected);
        let line = example.text.len() + 1;
        let expected: Vec<Range<usize>> = (0..3).map(|copy| found.start + copy * line..found.end + copy * line).collect();
        let back_to_back = [&example.text[..], &example.text, &example.text].join(&b"\n"[..]);
        self.expect(example, "back to back", &back_to_back, &expected);
    }

    /// The value of a context rule is found in each usual form of giving it to a name that begins with one of the words.
    fn forms(&mut self, rule: &'a Rule) {
        let Some(template) = rule.examples.first().filter(|_| rule.form.context.is_some()) else { return };
        let Some(Example { text, secret: Some(secret), .. }) = self.fill(rule, template, SEEDS.start) else {
            self.blame(rule, "context", "the first example of a context rule marks its secret with {<} and {>}".into());
            return;
        };
        for (word, form) in rule.anchors.iter().flat_map(|word| FORMS.iter().map(move |form| (word, form))) {
            let filled = forms::fill(form, word, &text[secret.clone()]);
            let count = self.told(&filled, None).len();
            if count != 1 {
                self.blame(rule, "context", format!("{count} hits with the word `{word}` in {form}"));
            }
        }
    }

    /// Found once, too, where lines end in CR LF.
    fn lines(&mut self, example: &Example<'a>) {
        let text: Vec<u8> = example.text.split(|byte| *byte == b'\n').collect::<Vec<_>>().join(&b"\r\n"[..]);
        let text = [&b"first\r\n"[..], &text, b"\r\nlast"].concat();
        let told = self.told(&text, None);
        let count = told.iter().filter(|(id, _)| *id == example.rule.id).count();
        if count != 1 && !(count == 0 && self.gives_way(example.rule, &(0..text.len()), &told)) {
            self.blame(example.rule, "lines that end in CR LF", format!("{count} hits in {}", example.template));
        }
    }

    fn expect(&mut self, example: &Example<'a>, law: &'static str, text: &[u8], expected: &[Range<usize>]) {
        let told = self.told(text, None);
        let mut found: Vec<Range<usize>> = told.iter().filter(|(id, _)| *id == example.rule.id).map(|(_, secret)| secret.clone()).collect();
        let given = expected.iter().filter(|place| !found.contains(place) && self.gives_way(example.rule, place, &told)).cloned();
        found.extend(given.collect::<Vec<_>>());
        found.sort_by_key(|secret| secret.start);
        if found != expected {
            self.blame(example.rule, law, format!("expected {expected:?}, found {found:?} of {}", example.template));
        }
    }

    /// The same hits where the document is put together out of two copies, wherever they meet.
    fn split(&mut self, example: &Example<'a>) {
        let len = example.text.len();
        let full = self.told(&example.text, None);
        for at in 0..=len {
            let base = [&example.text[..at], b"#-#", &example.text[at..]].concat();
            self.told(&base, Some(Kin { depth: 0, copies: &[] }));
            let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            let copies = [(0, 0, number(at)), (number(at + 3), number(at), number(len - at))];
            if self.told(&example.text, Some(Kin { depth: 1, copies: &copies })) != full {
                self.blame(example.rule, "copied in two pieces", format!("other hits when cut at byte {at} of {}", example.template));
                return;
            }
        }
    }

    fn counter(&mut self, rule: &'a Rule, template: &'a str) {
        for seed in SEEDS {
            let Some(example) = self.fill(rule, template, seed) else { return };
            if !self.own(rule, &example.text).is_empty() {
                self.blame(rule, "counter-examples", format!("hit in {template}"));
                return;
            }
        }
    }

    fn own(&mut self, rule: &Rule, text: &[u8]) -> Vec<Range<usize>> {
        self.told(text, None).into_iter().filter(|(id, _)| *id == rule.id).map(|(_, secret)| secret).collect()
    }

    fn told(&mut self, bytes: &[u8], kin: Option<Kin<'_>>) -> Vec<Told<'a>> {
        let (book, mut told) = (self.book, Vec::new());
        let origin = Origin::new(Source::Stream { name: String::new() });
        let document = Document { origin: &origin, bytes, kin, layer: 0 };
        book.hits_anywhere(&document, &mut self.scratch, &mut |rule, hit| told.push((&*rule.id, hit.secret.clone())));
        told
    }
}

/// Whether a rule reads the values of names: other halves and further values of an example are its own affair.
fn judges(book: &RuleBook, rule: &str) -> bool {
    book.find(rule).is_some_and(|rule| rule.form.assignment)
}

fn holds_anchor(rule: &Rule, text: &[u8]) -> bool {
    let stands = |anchor: &[u8]| {
        let alike = |window: &[u8]| if rule.ignore_case { window.eq_ignore_ascii_case(anchor) } else { window == anchor };
        text.windows(anchor.len()).any(alike)
    };
    rule.anchors.iter().any(|anchor| stands(anchor.as_bytes()))
}
