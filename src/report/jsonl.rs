use std::io;

use serde::Serialize;

use crate::model::{About, Fault};

use super::{
    Format, Look, Report,
    json::{Finding, Run},
    visible::compact,
};

/// One JSON object a line.
pub struct JsonLines;

const ABOUT: About = About {
    id: "jsonl",
    title: "JSON, one object a line",
    explain: "A line with `run`, then a line for each `finding`, then one for each `fault`: for pipes, and for readers that cannot hold a large report in memory.",
    see: &[],
};

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Line<'r> {
    Run(Run<'r>),
    Finding(Finding<'r>),
    Fault(&'r Fault),
}

impl Format for JsonLines {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn write(&self, report: &Report<'_>, _look: Look, out: &mut dyn io::Write) -> io::Result<()> {
        write(&Line::Run(Run::of(report)), out)?;
        for entry in report.entries() {
            write(&Line::Finding(Finding::of(&entry.map_err(io::Error::other)?)), out)?;
        }
        report.faults.iter().try_for_each(|fault| write(&Line::Fault(fault), out))
    }
}

fn write(line: &Line<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    line.serialize(&mut serde_json::Serializer::with_formatter(&mut *out, compact()))?;
    writeln!(out)
}
