//! Certificates as a table for people.

use std::io;

use comfy_table::{Attribute, Cell, Color, ContentArrangement, presets};

use crate::report::{Look, escape};

use super::{Certificates, Row};

/// Rows beyond this help nobody; JSON has them all.
const MOST_ROWS: usize = 200;
/// Months of the calendar that are shown.
const MONTHS: usize = 12;
/// Columns where the output is no terminal.
const WIDTH: u16 = 150;
/// Below this a table is unreadable whatever one does.
const NARROWEST: u16 = 60;

pub(super) fn write(all: &Certificates, look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    if !all.rows.is_empty() {
        writeln!(out, "{}", table(all, look))?;
    }
    if let Some(more @ 1..) = all.rows.len().checked_sub(MOST_ROWS) {
        writeln!(out, "… and {more} more certificates: --format json has them all")?;
    }
    summary(all, out)
}

fn table(all: &Certificates, look: Look) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(look.width.unwrap_or(WIDTH).max(NARROWEST));
    if look.colour {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table.set_header(["expires", "days left", "subject", "issuer", "key", "where", "private key"]);
    for row in all.rows.iter().take(MOST_ROWS) {
        table.add_row(cells(all, row));
    }
    table
}

fn cells(all: &Certificates, row: &Row) -> Vec<Cell> {
    let more = if row.count > 1 { format!("\n+ {} more", row.count - 1) } else { String::new() };
    let place = row.places.first().map_or_else(|| "–".to_owned(), |place| format!("{}{more}", escape(place)));
    let issuer = if row.says("self-signed") == "yes" { "itself" } else { row.says("issuer") };
    vec![
        Cell::new(row.expires.map_or_else(|| "–".to_owned(), crate::model::Time::date)),
        days(row.expires.map(|at| all.now.days_until(at))),
        Cell::new(escape(row.says("subject"))),
        Cell::new(escape(issuer)),
        Cell::new(row.key()),
        Cell::new(place),
        Cell::new(row.private_key.as_deref().map_or("–".into(), escape)),
    ]
}

fn days(left: Option<i64>) -> Cell {
    let cell = Cell::new(left.map_or_else(|| "–".to_owned(), |days| days.to_string()));
    match left {
        Some(..0) => cell.fg(Color::Red).add_attribute(Attribute::Bold),
        Some(0..=30) => cell.fg(Color::Yellow),
        _ => cell,
    }
}

/// How many there are, and when they expire.
fn summary(all: &Certificates, out: &mut dyn io::Write) -> io::Result<()> {
    let issuers = all.rows.iter().filter(|row| row.says("ca") == "yes").count();
    let keys = all.rows.iter().filter(|row| row.private_key.is_some()).count();
    let shown = if all.rows.len() == all.total { String::new() } else { format!(" of {}", all.total) };
    let count = all.rows.len();
    writeln!(
        out,
        "{count}{shown} certificate{}: {} expired, {} within 30 days; {issuers} of issuers; the private key of {keys} is known",
        if all.total == 1 { "" } else { "s" },
        all.expired(),
        all.within(30)
    )?;
    let calendar = all.calendar();
    if calendar.is_empty() {
        return Ok(());
    }
    let months: Vec<String> = calendar.iter().take(MONTHS).map(|(month, count)| format!("{month}: {count}")).collect();
    let later: usize = calendar.values().skip(MONTHS).sum();
    let later = if later > 0 { format!(", later: {later}") } else { String::new() };
    writeln!(out, "expiring by month: {}{later}", months.join(", "))
}
