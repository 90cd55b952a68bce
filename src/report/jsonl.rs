use std::io;

use serde::Serialize;

use crate::{
    model::{About, Fault},
    store::StoredUndecided,
};

use super::{
    Format, Look, Report,
    allowed::{Allow, Baseline},
    identity::Identity,
    json::{Finding, Run},
    visible::compact,
};

/// One JSON object a line.
pub struct JsonLines;

const ABOUT: About = About {
    id: "jsonl",
    title: "JSON, one object a line",
    explain: "A line with `run`, then a line for each `finding`, one for each `allowed` finding, each `allow`, the `baseline`, each `identity`, what is `undecided`, and each `fault`: for pipes, and for readers that cannot hold a large report in memory.",
    controls: &[],
    see: &[],
};

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Line<'r> {
    Run(Run<'r>),
    Finding(Finding<'r>),
    Allowed(Finding<'r>),
    Allow(Allow<'r>),
    Baseline(Baseline<'r>),
    Identity(Box<Identity<'r>>),
    Undecided(&'r StoredUndecided),
    Fault(&'r Fault),
}

impl Format for JsonLines {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn write(&self, report: &Report<'_>, _look: Look, out: &mut dyn io::Write) -> io::Result<()> {
        write(&Line::Run(Run::of(report)), out)?;
        for entry in report.entries() {
            write(&Line::Finding(Finding::of(report, &entry.map_err(io::Error::other)?)), out)?;
        }
        report.allow_findings.iter().try_for_each(|finding| write(&Line::Finding(Finding::of_allow(report, finding)), out))?;
        report.identity_findings.iter().try_for_each(|finding| write(&Line::Finding(Finding::of_identity(report, finding)), out))?;
        for entry in report.allowed_entries() {
            write(&Line::Allowed(Finding::of(report, &entry.map_err(io::Error::other)?)), out)?;
        }
        report.allows.iter().try_for_each(|allow| write(&Line::Allow(Allow::of(allow)), out))?;
        report.baseline.iter().try_for_each(|baseline| write(&Line::Baseline(Baseline::of(baseline)), out))?;
        report.identities.iter().try_for_each(|stored| write(&Line::Identity(Box::new(Identity::of(stored))), out))?;
        report.undecided.iter().try_for_each(|undecided| write(&Line::Undecided(undecided), out))?;
        report.faults.iter().try_for_each(|fault| write(&Line::Fault(fault), out))
    }
}

fn write(line: &Line<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    line.serialize(&mut serde_json::Serializer::with_formatter(&mut *out, compact()))?;
    writeln!(out)
}
