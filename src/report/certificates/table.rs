//! Certificates as a table for people.

use std::io;

use comfy_table::{Attribute, Cell, Color, ContentArrangement, presets};

use crate::{
    model::Time,
    report::{Look, escape},
};

use super::{Certificates, MOST_ROWS, Row, tally::Tally};

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
    if let Some(more @ 1..) = all.shown.checked_sub(MOST_ROWS) {
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
        days(row, all.now),
        Cell::new(escape(row.says("subject"))),
        Cell::new(escape(issuer)),
        Cell::new(row.key()),
        Cell::new(place),
        Cell::new(row.private_key.as_deref().map_or("–".into(), |key| escape(apart(key, row)))),
    ]
}

/// Where a key lies, without the target where that is the certificate's own.
fn apart<'k>(key: &'k str, row: &Row) -> &'k str {
    let target = |place: &'k str| place.split_once(": ");
    match (target(key), row.places.first().and_then(|place| place.split_once(": "))) {
        (Some((of_key, path)), Some((own, _))) if of_key == own => path,
        _ => key,
    }
}

/// The days that are left; of one that has expired, how many have passed since.
fn days(row: &Row, now: Time) -> Cell {
    match row.expires {
        Some(at) if at < now => {
            let passed = at.days_until(now);
            let text = if passed == 0 { "expired".to_owned() } else { format!("-{passed}") };
            Cell::new(text).fg(Color::Red).add_attribute(Attribute::Bold)
        }
        Some(at) => {
            let left = now.days_until(at);
            let cell = Cell::new(left.to_string());
            if left <= 30 { cell.fg(Color::Yellow) } else { cell }
        }
        None => Cell::new("–"),
    }
}

/// How many there are, and when they expire.
fn summary(all: &Certificates, out: &mut dyn io::Write) -> io::Result<()> {
    let Tally { expired, soon, issuers, keys, quantum, .. } = &all.tally;
    let shown = if all.shown == all.total { String::new() } else { format!(" of {}", all.total) };
    writeln!(
        out,
        "{}{shown} certificate{}: {expired} expired, {soon} within 30 days; {issuers} of issuers; the private key of {keys} is known",
        all.shown,
        if all.total == 1 { "" } else { "s" },
    )?;
    if *quantum > 0 {
        let (have, are) = if *quantum == 1 { ("has", "is") } else { ("have", "are") };
        writeln!(
            out,
            "{quantum} {have} a key that a quantum computer will break, and {are} in force beyond 2030, when such keys are to be phased out"
        )?;
    }
    let calendar = &all.tally.calendar;
    if calendar.is_empty() {
        return Ok(());
    }
    let months: Vec<String> = calendar.iter().take(MONTHS).map(|(month, count)| format!("{month}: {count}")).collect();
    let later: usize = calendar.values().skip(MONTHS).sum();
    let later = if later > 0 { format!(", later: {later}") } else { String::new() };
    writeln!(out, "expiring by month: {}{later}", months.join(", "))
}
