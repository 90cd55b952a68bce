use std::{fmt::Write, path::Path};

use crate::{
    engine::{
        Scratch,
        judge::{
            self,
            evidence::weights,
            place::{self, Place},
        },
    },
    inspect::Lines,
    model::{Document, Observed, Origin, Secret, Source},
    report::escape,
    rules::RuleBook,
};

use super::{Exit, config::read_at_most, error::CommandError, manual};

/// The largest file that is explained.
const LARGEST: u64 = 100 << 20;

/// Says what speaks for and against each value in a line of a file.
pub fn run(place: &str, book: &RuleBook) -> Result<Exit, CommandError> {
    let wrong = || CommandError::new(format!("`{}` is no place: write `FILE:LINE`, lines count from 1", escape(place)));
    let (file, line) = place.rsplit_once(':').ok_or_else(wrong)?;
    let line: u32 = line.parse().ok().filter(|line| *line > 0).ok_or_else(wrong)?;
    let bytes = read_at_most(Path::new(file), LARGEST)?;
    let origin = Origin::new(Source::Stream { name: file.to_owned() });
    let document = Document { origin: &origin, bytes: &bytes, kin: None, layer: 0 };
    let mut text = String::new();
    rules(&document, line, book, &mut text);
    values(&document, line, book, &mut text);
    if text.is_empty() {
        text = format!(
            "{}:{line}: no rule finds anything in this line, and no name that speaks of a credential is given a value there\n",
            escape(file)
        );
    }
    manual::print(text.as_bytes())
}

/// What the rules found there by the shape of the value.
fn rules(document: &Document<'_>, line: u32, book: &RuleBook, text: &mut String) {
    let mut lines = Lines::new(document.bytes);
    book.hits(document, &mut Scratch::new(), &mut |rule, hit| {
        let span = lines.span(&hit.secret);
        if span.line <= line && line <= span.end_line && !rule.form.assignment {
            let preview = Secret::new(&document.bytes[hit.secret.clone()]).preview(rule.form.public);
            let _ = writeln!(
                text,
                "column {}: {}\n  rule {}: {}, confidence {}\n",
                span.column,
                escape(preview.as_str()),
                rule.id,
                rule.title,
                rule.confidence
            );
        }
    });
}

/// What was made of the values that names are given there.
fn values(document: &Document<'_>, line: u32, book: &RuleBook, text: &mut String) {
    let Source::Stream { name: path } = &document.origin.source else { return };
    let (mut lines, place) = (Lines::new(document.bytes), place::of(path));
    book.assignments(document, &mut Scratch::new(), &mut |rule, found, observed| {
        let span = lines.span(&found.value);
        if span.line == line {
            let name = String::from_utf8_lossy(&document.bytes[found.name.clone()]);
            let preview = Secret::new(&document.bytes[found.value.clone()]).preview(0);
            let _ = writeln!(text, "column {}: {} = {}", span.column, escape(&name), escape(preview.as_str()));
            text.push_str(&verdict(observed, place));
            let _ = writeln!(text, "  rule {}\n", rule.id);
        }
    });
}

fn verdict(observed: Option<Observed>, place: Place) -> String {
    let Some(observed) = observed else {
        return "  no credential: a variable, a call, a number, a public key, or too short\n".to_owned();
    };
    let mut text = String::new();
    for (_, weight, says) in weights(observed, place).filter(|(_, weight, _)| *weight != 0) {
        let _ = writeln!(text, "  {weight:>+4}  {says}");
    }
    let level = judge::level(observed, place).map_or_else(|| "no credential".to_owned(), |level| format!("confidence {level}"));
    let [high, medium, low] = judge::THRESHOLDS;
    let _ = writeln!(
        text,
        "  {:>+4}  in {place}: {level} (low from {low}, medium from {medium}, high from {high})",
        judge::score(observed, place)
    );
    text
}
