use crate::rules::Rule;

use super::{
    Exit, args, checks,
    error::{CommandError, nearest},
    line, manual, rules,
    ui::Ui,
};

/// Explains a rule, a check, or a line.
pub fn run(args: &args::Explain, _ui: &Ui) -> Result<Exit, CommandError> {
    match (&args.hit, &args.id) {
        (Some(place), _) => line::run(place, &rules::load(&args.rules)?),
        (None, Some(id)) => named(id, args),
        (None, None) => Err(CommandError::new("nothing to explain: name a rule, a check, or `--hit FILE:LINE`")),
    }
}

fn named(id: &str, args: &args::Explain) -> Result<Exit, CommandError> {
    if let Some(about) = checks::all().find(|about| about.id == id) {
        let controls: Vec<String> = about.controls.iter().map(ToString::to_string).collect();
        let see: Vec<&str> = controls.iter().map(String::as_str).chain(about.see.iter().copied()).collect();
        return manual::print(page("check", about.id, about.title, "", about.explain, &see).as_bytes());
    }
    let book = rules::load(&args.rules)?;
    if let Some(rule) = book.find(id) {
        let see: Vec<&str> = rule.see.iter().map(AsRef::as_ref).collect();
        return manual::print(page("rule", &rule.id, &rule.title, &facts(rule), &rule.explain, &see).as_bytes());
    }
    if let Some(rule) = book.files().find(|rule| rule.id == id) {
        let see: Vec<&str> = rule.see.iter().map(String::as_str).collect();
        let names = rule.names.join(", ");
        let facts = format!(
            "  kind key-store, severity {}, confidence {}\n  known by its first bytes; usual names: {names}\n",
            rule.severity, rule.confidence
        );
        return manual::print(page("rule", &rule.id, &rule.title, &facts, &rule.explain, &see).as_bytes());
    }
    let known: Vec<&str> =
        checks::all().map(|about| about.id).chain(book.iter().map(|r| r.id.as_ref())).chain(book.files().map(|r| r.id.as_str())).collect();
    let told = CommandError::new(format!("there is no rule or check `{id}`"));
    Err(nearest(id, &known)
        .into_iter()
        .fold(told, |t, k| t.hint(format!("did you mean `{k}`?")))
        .hint("`unhidden rules list` lists the rules"))
}

fn facts(rule: &Rule) -> String {
    let list = |items: &[std::borrow::Cow<'static, str>]| items.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(", ");
    let mut text =
        format!("  kind {}, severity {}, confidence {}\n  anchors: {}\n", rule.kind, rule.severity, rule.confidence, list(&rule.anchors));
    if !rule.proofs.is_empty() {
        text.push_str(&format!("  proofs: {}\n", list(&rule.proofs)));
    }
    if let Some(reads) = &rule.reads {
        text.push_str(&format!("  reads: {reads}\n"));
    }
    if let Some(pair) = &rule.pair {
        text.push_str(&format!("  other half: {}, at most {} lines away\n", pair.title, pair.other.lines));
    }
    text
}

fn page(what: &str, id: &str, title: &str, facts: &str, explain: &str, see: &[&str]) -> String {
    let mut text = format!("{what} {id}: {title}\n");
    if !facts.is_empty() {
        text.push_str(&format!("\n{facts}"));
    }
    text.push_str(&format!("\n{}\n", wrap(explain)));
    if !see.is_empty() {
        text.push_str(&format!("\nSee:\n{}", see.iter().fold(String::new(), |all, s| all + "  " + s + "\n")));
    }
    text
}

/// Folds paragraphs at 90 columns.
fn wrap(text: &str) -> String {
    let fold = |paragraph: &str| {
        let mut lines = vec![String::new()];
        for word in paragraph.split_whitespace() {
            let line = lines.last_mut().expect("one line at least");
            if !line.is_empty() && line.len() + word.len() >= 90 {
                lines.push(word.to_owned());
            } else {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
            }
        }
        lines.join("\n")
    };
    text.split("\n\n").map(fold).collect::<Vec<_>>().join("\n\n")
}
