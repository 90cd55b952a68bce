//! What somebody accepted, in lines below the table.

use std::io;

use crate::model::AllowedBy;

use super::{Report, escape};

/// Lines of one kind beyond this are only counted.
const MOST_SHOWN: usize = 20;

/// What is wrong with allows.
pub(super) fn trouble(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let all = &report.allow_findings;
    if all.is_empty() {
        return Ok(());
    }
    writeln!(out, "allows to look at ({}):", all.len())?;
    for finding in all.iter().take(MOST_SHOWN) {
        writeln!(out, "  {}  {}  {}", finding.severity, finding.check, escape(&finding.because))?;
    }
    match all.len().saturating_sub(MOST_SHOWN) {
        0 => Ok(()),
        more => writeln!(out, "  … and {more} more: --format json has them"),
    }
}

/// How much is accepted, and what is new beside a baseline.
pub(super) fn summary(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let all: u64 = report.allowed.iter().map(|(_, n)| n).sum();
    if all > 0 {
        let way = |by| match by {
            AllowedBy::Inline => "inline",
            AllowedBy::Settings => "by the settings",
            AllowedBy::Repository => "by unhidden.toml",
            AllowedBy::Baseline => "by the baseline",
        };
        let ways: Vec<String> = report.allowed.iter().map(|(by, n)| format!("{n} {}", way(*by))).collect();
        writeln!(out, "{all} allowed ({})", ways.join(", "))?;
    }
    let Some(baseline) = &report.baseline else { return Ok(()) };
    let gone = serde_json::from_str::<Option<Vec<Gone>>>(baseline.gone.get()).ok().flatten();
    let count = gone.as_ref().map_or_else(String::new, |gone| format!(", {} gone", gone.len()));
    writeln!(out, "baseline {}: {} known, {} new{count}", escape(&baseline.file), baseline.known, baseline.new)?;
    for gone in gone.iter().flatten().take(MOST_SHOWN) {
        writeln!(out, "  gone  {}  {}", escape(&gone.rule), escape(&gone.path))?;
    }
    Ok(())
}

/// What a baseline knows and a run did not see.
#[derive(serde::Deserialize)]
struct Gone {
    rule: String,
    path: String,
}
