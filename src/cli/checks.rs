//! Lists what the checks say of themselves: for people, as JSON, and as the page docs/checks.md.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    analyze::{self, allow::ALLOW_CHECKS, identity},
    model::{About, Control, control},
};

use super::{Exit, args, error::CommandError, manual, ui::Ui};

/// Prints the list.
pub fn run(args: &args::Checks, _ui: &Ui) -> Result<Exit, CommandError> {
    let mut checks: Vec<&About> = all().collect();
    checks.sort_by_key(|about| about.id);
    let text = match args.format.as_str() {
        "json" => json(&checks),
        "markdown" => page(&checks),
        _ => table(&checks),
    };
    manual::print(text.as_bytes())
}

/// What all checks say of themselves: of credentials, of allows and of identities.
pub fn all() -> impl Iterator<Item = &'static About> {
    analyze::all()
        .map(analyze::Judge::about)
        .chain(ALLOW_CHECKS.iter().map(|c| c.about()))
        .chain(identity::all().map(identity::IdentityJudge::about))
}

fn table(checks: &[&About]) -> String {
    let line = |about: &&About| format!("{:<32} {:<26} {}\n", about.id, ids(about), about.title);
    checks.iter().map(line).collect::<Vec<String>>().concat()
}

/// Ids as people quote them; OWASP's carry their year, which the version says already.
fn ids(about: &About) -> String {
    let ids: Vec<&str> = about.controls.iter().map(|control| short(control)).collect();
    ids.join(" ")
}

fn short(control: &Control) -> &'static str {
    control.id.strip_suffix(":2025").unwrap_or(control.id)
}

#[derive(Serialize)]
struct Listed<'c> {
    id: &'c str,
    title: &'c str,
    explain: &'c str,
    frameworks: &'c [&'static Control],
    see: &'c [&'static str],
}

fn json(checks: &[&About]) -> String {
    let listed: Vec<Listed<'_>> = checks
        .iter()
        .map(|about| Listed { id: about.id, title: about.title, explain: about.explain, frameworks: about.controls, see: about.see })
        .collect();
    serde_json::to_string_pretty(&listed).expect("a list of texts is JSON") + "\n"
}

/// The page docs/checks.md: every check, then every control with the checks that speak to it.
fn page(checks: &[&About]) -> String {
    let mut text = format!(
        "# Checks\n\nWritten by `unhidden checks --format markdown`. `unhidden explain CHECK` says of each what it means, why it \
         matters, what to do, and which settings it has.\n\n{} checks.\n\n| check | finds | frameworks |\n|---|---|---|\n",
        checks.len()
    );
    for about in checks {
        text.push_str(&format!("| `{}` | {} | {} |\n", about.id, about.title, ids(about)));
    }
    text.push_str("\n## By framework\n");
    let mut speaking: BTreeMap<&Control, Vec<&str>> = BTreeMap::new();
    for about in checks {
        about.controls.iter().for_each(|control| speaking.entry(control).or_default().push(about.id));
    }
    let mut last = "";
    for control in control::ALL {
        let Some(checks) = speaking.get(control) else { continue };
        if control.framework != last {
            last = control.framework;
            text.push_str(&format!("\n### {last} {}\n\n| id | title | checks |\n|---|---|---|\n", control.version));
        }
        text.push_str(&format!("| {} | {} | {} |\n", control.id, control.title, quoted(checks)));
    }
    text
}

fn quoted(checks: &[&str]) -> String {
    checks.iter().map(|id| format!("`{id}`")).collect::<Vec<String>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_page_of_checks_is_the_one_that_the_program_writes() {
        let mut checks: Vec<&About> = all().collect();
        checks.sort_by_key(|about| about.id);
        let page = page(&checks);
        let kept = include_str!("../../docs/checks.md");
        assert!(kept == page, "write it again: `unhidden checks --format markdown > docs/checks.md`");
    }

    #[test]
    fn every_check_speaks_to_a_control_that_the_table_knows_and_has_an_id_of_its_own() {
        let mut ids = BTreeSet::new();
        for about in all() {
            assert!(ids.insert(about.id), "two checks are called {}", about.id);
            assert!(!about.controls.is_empty() || about.id.ends_with("-allow"), "{} speaks to no framework", about.id);
            assert!(about.controls.iter().all(|control| control::ALL.contains(control)), "{}", about.id);
            assert!(about.see.iter().all(|address| address.starts_with("https://") || address.starts_with("RFC ")), "{}", about.id);
        }
    }
}
