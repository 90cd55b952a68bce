//! The last trial: all rules together, beside the built-in ones, by the laws that our own rules keep.

use std::collections::{BTreeMap, BTreeSet};

use super::{Carried, Note, write};
use crate::{
    engine::Scratch,
    model::{Document, Origin, Source},
    rules::{RuleBook, RuleError, laws, template},
};

/// So many fillings of each example are tried.
const SEEDS: u64 = 20;

/// Keeps the rules that load and the examples that keep the laws; tells the rest. Rules learn with whom they overlap.
pub(super) fn settle(mut rules: Vec<Carried>, notes: &mut Vec<Note>) -> Vec<Carried> {
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    while !rules.is_empty() {
        let book = match book(&rules) {
            Ok(book) => book,
            Err(error) => {
                let (id, cause) = told(&error);
                let at = rules.iter().position(|rule| Some(&rule.id) == id.as_ref()).unwrap_or(rules.len() - 1);
                let rule = rules.remove(at);
                notes.push(lost(&rule, &cause));
                continue;
            }
        };
        if learn(&mut rules, &book) {
            continue;
        }
        let mut broken: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for violation in laws::check(&book, |rule| !book.is_builtin(rule)) {
            broken.entry(violation.rule).or_default().push(format!("{}: {}", violation.law, violation.detail));
        }
        if broken.is_empty() {
            break;
        }
        rules.retain_mut(|rule| broken.get(&rule.id).is_none_or(|flaws| mended(rule, flaws, notes)));
    }
    rules
}

fn book(rules: &[Carried]) -> Result<RuleBook, RuleError> {
    let mut text = String::new();
    rules.iter().for_each(|rule| write::one(&mut text, rule));
    RuleBook::builtin().with_files(&[("import", text.as_bytes())])
}

fn told(error: &RuleError) -> (Option<String>, String) {
    match error {
        RuleError::Rule { rule, cause, .. } => (Some(rule.clone()), cause.clone()),
        other => (None, other.to_string()),
    }
}

fn lost(rule: &Carried, cause: &str) -> Note {
    Note { at: rule.at.clone(), text: format!("rule `{}` is not carried over: {cause}", rule.theirs), lost: true }
}

/// Takes out the texts that break a law; whether the rule can stay.
fn mended(rule: &mut Carried, flaws: &[String], notes: &mut Vec<Note>) -> bool {
    let before = (rule.examples.len(), rule.counter.len());
    let blamed = |text: &String| flaws.iter().any(|flaw| flaw.ends_with(text.as_str()) || flaw.contains(&format!("{text}: ")));
    rule.examples.retain(|text| !blamed(text));
    rule.counter.retain(|text| !blamed(text));
    if !rule.examples.is_empty() && (rule.examples.len(), rule.counter.len()) != before {
        return true;
    }
    notes.push(lost(rule, &format!("it breaks a law of rules: {}", flaws[0])));
    false
}

/// Notes which other rules hit in the examples of each rule; whether that was news.
fn learn(rules: &mut [Carried], book: &RuleBook) -> bool {
    let (mut scratch, mut news) = (Scratch::new(), false);
    for rule in rules {
        let mut others: BTreeSet<String> = rule.overlaps.iter().filter(|id| book.find(id).is_some()).cloned().collect();
        for text in rule.examples.iter().flat_map(|example| (0..SEEDS).filter_map(|seed| template::fill(example, seed).ok())) {
            // Some ask for what stands before or behind.
            let twice = [&text.text[..], b"\r\n", &text.text, b"\n", &text.text, b"\n"].concat();
            for bytes in [&text.text, &twice] {
                others.extend(hits(book, bytes, &mut scratch).into_iter().filter(|id| *id != rule.id));
            }
        }
        let others: Vec<String> = others.into_iter().collect();
        news |= others != rule.overlaps;
        rule.overlaps = others;
    }
    news
}

fn hits(book: &RuleBook, bytes: &[u8], scratch: &mut Scratch) -> Vec<String> {
    let origin = Origin::new(Source::Stream { name: String::new() });
    let mut ids = Vec::new();
    let document = Document { origin: &origin, bytes, kin: None, layer: 0 };
    book.hits_anywhere(&document, scratch, &mut |rule, _| {
        if !rule.form.assignment {
            ids.push(rule.id.to_string());
        }
    });
    ids
}
