use std::{
    collections::{BTreeMap, btree_map::Entry},
    io,
};

use comfy_table::{Attribute, Cell, Color, ContentArrangement, presets};

use crate::{
    model::{About, Credential},
    store::{StoreError, StoredEntry, StoredFinding, StoredIdentity, StoredIdentityFinding, StoredPlace},
};

use super::{Format, Look, Report, accepted, escape, identities};

/// A table for people.
pub struct Table;

const ABOUT: About = About {
    id: "table",
    title: "A table for people",
    explain: "One row a credential, worst first: what it is, where it lies, since when, whether HEAD holds it, in how many places, and why that matters. Then \
              what could not be seen, and a line with what was scanned.",
    controls: &[],
    see: &[],
};

/// Rows beyond this help nobody; the summary says how many there are, JSON has them all.
const MOST_ROWS: usize = 200;
/// Faults beyond this are only counted.
const MOST_FAULTS: usize = 20;
/// Identities beyond this are for `unhidden identities`.
const MOST_IDENTITIES: usize = 20;
/// Findings about identities beyond this are only counted.
const MOST_IDENTITY_FINDINGS: usize = 40;
/// Columns where the output is no terminal: wide enough for paths, narrow enough for a mail.
const WIDTH: u16 = 150;
/// Below this a table is unreadable whatever one does.
const NARROWEST: u16 = 60;

impl Format for Table {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn write(&self, report: &Report<'_>, look: Look, out: &mut dyn io::Write) -> io::Result<()> {
        people(report, look, out)?;
        let rows = rows(report).map_err(io::Error::other)?;
        if !rows.is_empty() {
            writeln!(out, "{}", table(report, &rows, look))?;
        }
        let more = report.credential_count().saturating_sub(rows.len());
        if more > 0 {
            writeln!(out, "… and {more} more credentials: --format json has them all")?;
        }
        accepted::trouble(report, out)?;
        faults(report, out)?;
        summary(report, out)?;
        accepted::summary(report, out)
    }
}

/// Identities first, by risk: what lies about is a matter of whom it lets in.
fn people(report: &Report<'_>, look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    if report.identities.is_empty() {
        return Ok(());
    }
    let shown: Vec<&StoredIdentity> = report.identities.iter().collect();
    identities::table(&shown, MOST_IDENTITIES, report.run.started, look, out)?;
    let mut whose: Vec<&StoredIdentityFinding> = report.identity_findings.iter().collect();
    whose.truncate(MOST_IDENTITY_FINDINGS);
    if !whose.is_empty() {
        writeln!(out, "what is wrong with identities ({}):", report.identity_findings.len())?;
    }
    for finding in &whose {
        let name = escape(identities::short(&finding.identity));
        let file = finding.declared_in.as_deref().map_or_else(String::new, |file| format!(" ({})", escape(file)));
        writeln!(out, "  {:<8}  {name}{file}  {}: {}", finding.severity, finding.check, escape(&finding.because))?;
    }
    let more = report.identity_findings.len() - whose.len();
    if more > 0 {
        writeln!(out, "  … and {more} more: --format json has them")?;
    }
    for undecided in &report.undecided {
        writeln!(out, "  not decided: {} for {}: {}", undecided.check, counted(undecided.count, "identity"), escape(&undecided.why))?;
    }
    Ok(())
}

/// A credential: its worst finding, what is shown of its places, and why it is here.
struct Row {
    severity: String,
    credential: Credential,
    place: String,
    since: String,
    in_head: &'static str,
    paths: String,
    findings: Vec<StoredFinding>,
}

impl Row {
    fn of(worst: StoredEntry) -> Self {
        let (places, covered): (Vec<&StoredPlace>, Vec<&StoredPlace>) = worst.sightings().partition(|p| p.allow.is_none());
        let count = paths(&places).to_string();
        let oldest = places.iter().filter_map(|p| p.appearance.introduced.as_ref().map(|i| (i.date, &i.commit))).min();
        Self {
            place: place(&places),
            since: oldest.map_or_else(|| "–".to_owned(), |(date, commit)| format!("{}\n{}", date.date(), &commit[..commit.len().min(10)])),
            in_head: in_head(&places),
            paths: if covered.is_empty() { count } else { format!("{count}\n+ {} allowed", paths(&covered)) },
            findings: Vec::new(),
            severity: worst.finding.severity,
            credential: worst.known.credential,
        }
    }
}

/// The credentials in the order of their worst finding, as many as are shown, with all findings of each.
fn rows(report: &Report<'_>) -> Result<Vec<Row>, StoreError> {
    let mut order: BTreeMap<i64, usize> = BTreeMap::new();
    let mut rows: Vec<Row> = Vec::new();
    let shown = report.credential_count().min(MOST_ROWS);
    let mut entries = report.entries();
    while rows.len() < shown
        && let Some(worst) = entries.next().transpose()?
    {
        if let Entry::Vacant(new) = order.entry(worst.finding.credential) {
            new.insert(rows.len());
            rows.push(Row::of(worst));
        }
    }
    for finding in report.about(&order.keys().copied().collect())? {
        rows[order[&finding.credential]].findings.push(finding);
    }
    Ok(rows)
}

fn table(report: &Report<'_>, rows: &[Row], look: Look) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(look.width.unwrap_or(WIDTH).max(NARROWEST));
    if look.colour {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table.set_header(["severity", "credential", "where", "since", "in HEAD", "places", "why"]);
    for row in rows {
        table.add_row(cells(report, row));
    }
    table
}

fn cells(report: &Report<'_>, row: &Row) -> Vec<Cell> {
    let credential = &row.credential;
    let title = report.abouts.get(credential.key.rule.as_ref()).map_or(credential.key.rule.as_ref(), |a| a.title.as_str());
    let mut what = format!("{}\n{}", escape(title), escape(credential.preview.as_str()));
    if let Some(handle) = &credential.handle {
        what.push_str(&format!("\n{}", escape(handle)));
    }
    let why: Vec<String> = row.findings.iter().map(|f| format!("{}: {}", f.check, escape(&f.because))).collect();
    vec![
        severity(&row.severity),
        Cell::new(what),
        Cell::new(&row.place),
        Cell::new(&row.since),
        Cell::new(row.in_head),
        Cell::new(&row.paths),
        Cell::new(why.join("\n")),
    ]
}

fn severity(name: &str) -> Cell {
    let cell = Cell::new(name);
    match name {
        "critical" => cell.fg(Color::Red).add_attribute(Attribute::Bold),
        "high" => cell.fg(Color::Red),
        "medium" => cell.fg(Color::Yellow),
        _ => cell.fg(Color::Cyan),
    }
}

/// The place that most wants looking at: one that is there now, else the first.
fn place(places: &[&StoredPlace]) -> String {
    let current = |p: &&&StoredPlace| p.appearance.in_tree || p.appearance.in_head == Some(true);
    let Some(best) = places.iter().find(current).or_else(|| places.first()) else { return String::new() };
    let mut text = format!("{}:{}", escape(&best.appearance.path), best.span.line);
    let more = paths(places) - 1;
    if more > 0 {
        text.push_str(&format!("\n+ {more} more"));
    }
    text
}

fn in_head(places: &[&StoredPlace]) -> &'static str {
    match places.iter().filter_map(|p| p.appearance.in_head).max() {
        Some(true) => "yes",
        Some(false) => "no",
        None => "–",
    }
}

fn paths(places: &[&StoredPlace]) -> usize {
    let mut all: Vec<_> = places.iter().map(|p| (&p.target, &p.appearance.path)).collect();
    all.sort_unstable();
    all.dedup();
    all.len()
}

fn faults(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    if report.fault_count() == 0 {
        return Ok(());
    }
    writeln!(out, "not seen ({}):", report.fault_count())?;
    for fault in report.faults.iter().take(MOST_FAULTS) {
        writeln!(out, "  {}  {}  {}", fault.kind, escape(&fault.path), escape(&fault.what))?;
    }
    let more = report.fault_count().saturating_sub(MOST_FAULTS as u64);
    if more > 0 {
        writeln!(out, "  … and {more} more: --format json has them")?;
    }
    Ok(())
}

fn summary(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let run = &report.run;
    let levels: Vec<String> = report.worst().map(|(severity, n)| format!("{n} {severity}")).collect();
    let levels = if levels.is_empty() { String::new() } else { format!(" ({})", levels.join(", ")) };
    let (found, seen) = (counted(report.credential_count() as u64, "credential"), counted(run.documents, "document"));
    writeln!(out, "{found}{levels} in {seen}, {}{}", size(run.bytes), speed(report))?;
    if !run.skipped.is_empty() {
        let skipped: Vec<String> = run.skipped.iter().map(|(why, n)| format!("{n} {why}")).collect();
        writeln!(out, "left out: {}", skipped.join(", "))?;
    }
    Ok(())
}

/// `1 document`, `2 documents`.
fn counted(n: u64, one: &str) -> String {
    match (n, one.strip_suffix('y')) {
        (1, _) => format!("1 {one}"),
        (_, Some(stem)) => format!("{n} {stem}ies"),
        _ => format!("{n} {one}s"),
    }
}

#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
fn size(bytes: u64) -> String {
    let bytes = bytes as f64;
    if bytes < 1e3 {
        format!("{bytes} bytes")
    } else if bytes < 1e6 {
        format!("{:.0} KB", bytes / 1e3)
    } else if bytes < 1e9 {
        format!("{:.1} MB", bytes / 1e6)
    } else {
        format!("{:.2} GB", bytes / 1e9)
    }
}

#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
fn speed(report: &Report<'_>) -> String {
    if report.run.milliseconds == 0 {
        return String::new();
    }
    let seconds = report.run.milliseconds as f64 / 1e3;
    let speed = report.run.bytes as f64 / 1e6 / seconds;
    // A speed says nothing of what took no time.
    let speed = if seconds < 0.1 { String::new() } else { format!(" ({speed:.0} MB/s)") };
    format!(", in {seconds:.1} s{speed}; run {}", report.run.id)
}
