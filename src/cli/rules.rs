use std::path::{Path, PathBuf};

use crate::rules::{RuleBook, laws};

use super::{
    Exit,
    args::{self, RulesVerb},
    config::read_small,
    error::CommandError,
    ui::Ui,
};

/// Lists rules or checks rule files.
pub fn run(args: &args::Rules, ui: &Ui) -> Result<Exit, CommandError> {
    match &args.verb {
        RulesVerb::List { rules } => list(&load(rules)?),
        RulesVerb::Check { paths } => verify(paths, ui),
    }
}

/// The built-in rules with those of the user on top.
pub fn load(paths: &[PathBuf]) -> Result<RuleBook, CommandError> {
    let book = RuleBook::builtin();
    if paths.is_empty() { Ok(book) } else { with(book, &files(paths)?) }
}

fn with(book: RuleBook, files: &[(String, Vec<u8>)]) -> Result<RuleBook, CommandError> {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    Ok(book.with_files(&files)?)
}

/// The rule files that paths name: a file itself, the `*.toml` of a directory in order of name.
fn files(paths: &[PathBuf]) -> Result<Vec<(String, Vec<u8>)>, CommandError> {
    let mut all = Vec::new();
    for path in paths {
        if path.is_dir() {
            let entries = std::fs::read_dir(path).map_err(|e| CommandError::file("read the rules in", path, &e))?;
            let mut inside: Vec<PathBuf> =
                entries.filter_map(|e| Some(e.ok()?.path())).filter(|p| p.extension().is_some_and(|x| x == "toml")).collect();
            inside.sort();
            if inside.is_empty() {
                return Err(CommandError::new(format!("no rules in {}: it holds no *.toml file", path.display())));
            }
            all.extend(inside);
        } else {
            all.push(path.clone());
        }
    }
    all.iter().map(|path| Ok((name(path), read_small(path)?))).collect()
}

fn name(path: &Path) -> String {
    path.display().to_string()
}

fn list(book: &RuleBook) -> Result<Exit, CommandError> {
    let mut text = String::new();
    for rule in book.iter() {
        text.push_str(&format!("{:<44} {:<9} {}\n", rule.id, rule.severity.name(), rule.title));
    }
    for rule in book.files() {
        text.push_str(&format!("{:<44} {:<9} {}\n", rule.id, rule.severity.name(), rule.title));
    }
    super::manual::print(text.as_bytes())
}

fn verify(paths: &[PathBuf], ui: &Ui) -> Result<Exit, CommandError> {
    let files = files(paths)?;
    let book = with(RuleBook::builtin(), &files)?;
    let own = book.len() - RuleBook::builtin().len();
    let violations = laws::check(&book, |rule| RuleBook::builtin().find(&rule.id).is_none());
    for violation in &violations {
        ui.error(&format!("rule {}: {}: {}", violation.rule, violation.law, violation.detail), &[], &[]);
    }
    if !violations.is_empty() {
        return Err(CommandError::new(format!("{} of the laws of rules are broken", violations.len())));
    }
    super::manual::print(format!("{} rules in {} files keep all laws\n", own, files.len()).as_bytes())
}
