//! Which of our rules an acceptance is about: another tool's rule is one that was carried over with it, or a built-in one.

use std::collections::BTreeSet;

use super::{Allow, Carried, Note};
use crate::rules::RuleBook;

/// The rules of gitleaks with the built-in ones that find the same, one a line: its id, a tab, ours.
const KNOWN: &str = include_str!("gitleaks.tsv");

/// Gives each acceptance the rules that find here what it accepts, sorted; those for which there are none are told.
pub(super) fn all(allows: Vec<Allow>, carried: &[Carried], notes: &mut Vec<Note>) -> Vec<Allow> {
    let book = RuleBook::builtin();
    let mut aimed = BTreeSet::new();
    for allow in allows {
        let Some(rule) = allow.rule.clone() else {
            aimed.insert(allow);
            continue;
        };
        let ours = ours(&rule, carried, &book);
        if ours.is_empty() {
            let path = allow.path.as_deref().unwrap_or("**");
            let text = format!("no rule is known here for `{rule}`, so nothing is accepted in {path}; name the file that defines it, too");
            notes.push(Note { at: allow.at, text, lost: true });
            continue;
        }
        aimed.extend(ours.into_iter().map(|rule| Allow { rule: Some(rule), ..allow.clone() }));
    }
    aimed.into_iter().collect()
}

/// The rule itself with those that have the last word on its secrets, else the known ones.
fn ours(rule: &str, carried: &[Carried], book: &RuleBook) -> Vec<String> {
    if book.find(rule).is_some() {
        return vec![rule.to_owned()];
    }
    let mut all: Vec<String> =
        carried.iter().filter(|own| super::convert::id("gitleaks", &own.theirs) == rule).fold(Vec::new(), |mut all, own| {
            all.push(own.id.clone());
            all.extend(own.overlaps.iter().filter(|other| book.find(other).is_some()).cloned());
            all
        });
    let theirs = rule.strip_prefix("gitleaks.").unwrap_or(rule);
    all.extend(known(theirs).filter(|id| book.find(id).is_some()).map(str::to_owned));
    all
}

/// The built-in rules that are known to find what a rule of gitleaks finds.
fn known(theirs: &str) -> impl Iterator<Item = &'static str> {
    let line = KNOWN.lines().filter_map(|line| line.split_once('\t')).find(|(id, _)| *id == theirs);
    line.into_iter().flat_map(|(_, ours)| ours.split(' '))
}

#[cfg(test)]
mod tests {
    use super::{KNOWN, known};
    use crate::rules::RuleBook;

    #[test]
    fn most_known_rules_are_there_and_an_unknown_one_has_none() {
        let book = RuleBook::builtin();
        let all: Vec<&str> = KNOWN.lines().filter_map(|line| line.split_once('\t')).flat_map(|(_, ours)| ours.split(' ')).collect();
        let there = all.iter().filter(|id| book.find(id).is_some()).count();
        assert!(there * 10 > all.len() * 9, "{there} of {}", all.len());
        assert_eq!((known("github-pat").next(), known("nothing").next()), (Some("github.personal-access-token"), None));
    }
}
