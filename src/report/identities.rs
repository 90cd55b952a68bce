//! Lists of identities, for people and for programs.

use std::io;

use comfy_table::{Cell, ContentArrangement, presets};
use serde::{Serialize, Serializer, ser::SerializeSeq as _};

use crate::{
    model::{
        Certainty, Privilege, Time,
        entity::{self, Status},
    },
    store::StoredIdentity,
};

use super::{
    Look, escape,
    identity::{Identity, last_used, oldest_key},
    visible::pretty,
};

/// Columns where the output is no terminal.
const WIDTH: u16 = 150;
const NARROWEST: u16 = 60;

/// Writes identities as a JSON array.
pub fn json(identities: &[&StoredIdentity], out: &mut dyn io::Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, pretty());
    let mut list = serializer.serialize_seq(Some(identities.len()))?;
    for stored in identities {
        list.serialize_element(&Identity::of(stored))?;
    }
    list.end()?;
    writeln!(out)
}

/// Writes one identity as a JSON object.
pub fn json_of_one(stored: &StoredIdentity, out: &mut dyn io::Write) -> io::Result<()> {
    Identity::of(stored).serialize(&mut serde_json::Serializer::with_formatter(&mut *out, pretty()))?;
    writeln!(out)
}

/// Writes identities as a table for people: as many as told, and how many more there are.
pub fn table(identities: &[&StoredIdentity], most: usize, now: Time, look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    if identities.is_empty() {
        return Ok(());
    }
    let mut table = comfy_table::Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(look.width.unwrap_or(WIDTH).max(NARROWEST));
    if look.colour {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table.set_header(["risk", "identity", "may do", "credentials", "last used", "owner", "what makes the risk"]);
    for stored in identities.iter().take(most) {
        table.add_row(cells(stored, now));
    }
    writeln!(out, "{table}")?;
    let more = identities.len().saturating_sub(most);
    if more > 0 {
        writeln!(out, "… and {more} more identities: `unhidden identities` has them all")?;
    }
    Ok(())
}

fn cells(stored: &StoredIdentity, now: Time) -> Vec<Cell> {
    let (identity, standing) = (&stored.identity, &stored.standing);
    let used = last_used(stored).map_or_else(|| "–".to_owned(), |at| format!("{}\n{}", at.date(), ago(at.days_until(now))));
    let shares: Vec<String> = standing.shares.iter().map(|s| format!("{} ({:.0} %)", escape(&s.factor), s.share * 100.0)).collect();
    vec![
        Cell::new(risk(standing.risk)),
        Cell::new(format!("{}\n{} {}", escape(&identity.name), identity.kind.name(), whereabouts(identity))),
        Cell::new(power(stored)),
        Cell::new(credentials(stored, now)),
        Cell::new(used),
        Cell::new(standing.owner.as_deref().map_or_else(|| if identity.tells_tags() { "nobody" } else { "not told" }.into(), escape)),
        Cell::new(shares.join("\n")),
    ]
}

/// Where an identity is, or that it is not made yet.
fn whereabouts(identity: &entity::Identity) -> String {
    if identity.attributes.contains_key("planned") { "that is planned".into() } else { format!("in {}", escape(&identity.scope)) }
}

fn ago(days: i64) -> String {
    match days {
        ..=0 => "today".to_owned(),
        1 => "1 day ago".to_owned(),
        days => format!("{days} days ago"),
    }
}

/// `72`, or `40–65` where not everything is known.
pub(super) fn risk((low, high): (u8, u8)) -> String {
    if low == high { low.to_string() } else { format!("{low}–{high}") }
}

/// What it may do, and by which steps it would become administrator.
fn power(stored: &StoredIdentity) -> String {
    let standing = &stored.standing;
    let mut text = match standing.privilege {
        _ if !standing.is_known() => return "not known".into(),
        Privilege::Escalates => format!("admin in {}", steps(standing.path.len())),
        privilege => privilege.name().to_owned(),
    };
    if standing.certainty != Certainty::Certain {
        text.push_str(&format!(" ({})", standing.certainty.name()));
    }
    for step in &standing.path {
        let does = if step.changes { "on" } else { "→" };
        text.push_str(&format!("\n{} {does} {}", escape(&step.by), escape(short(&step.to))));
    }
    text
}

fn steps(n: usize) -> String {
    if n == 1 { "1 step".into() } else { format!("{n} steps") }
}

/// The part of an ARN that people know it by.
pub(super) fn short(uri: &str) -> &str {
    uri.rsplit(':').next().unwrap_or(uri)
}

fn credentials(stored: &StoredIdentity, now: Time) -> String {
    let mut lines: Vec<String> = Vec::new();
    for holding in &stored.holdings {
        let off = if holding.status == Status::Inactive { ", off" } else { "" };
        let age = holding.created.map_or_else(String::new, |at| format!(", {} days", at.days_until(now)));
        lines.push(format!("{} {}{off}{age}", holding.kind.name(), escape(&holding.handle)).replace(" ,", ","));
    }
    if lines.is_empty() { "–".into() } else { lines.join("\n") }
}

/// By what a list of identities is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The riskiest first.
    Risk,
    /// The one with the oldest working key first.
    Age,
    /// The one that was longest not used first.
    Unused,
}

/// Sorts identities.
pub fn sort(identities: &mut [&StoredIdentity], order: Order) {
    let never = Time(i64::MIN);
    match order {
        Order::Risk => identities.sort_by_key(|s| (std::cmp::Reverse(s.standing.risk), s.identity.uri.clone())),
        Order::Age => identities.sort_by_key(|s| (oldest_key(s).unwrap_or(Time(i64::MAX)), s.identity.uri.clone())),
        Order::Unused => identities.sort_by_key(|s| (last_used(s).unwrap_or(never), s.identity.uri.clone())),
    }
}
