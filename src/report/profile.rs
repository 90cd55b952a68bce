//! All that is known of one identity, for people.

use std::io;

use crate::{
    model::{
        Certainty, Known, Standing, Time,
        entity::{Holding, Identity, Status},
    },
    store::{StoredIdentity, StoredIdentityFinding},
};

use super::{
    escape,
    identities::{risk, short},
};

/// Writes one identity with the people who come in as it, with what is wrong with it and where its credentials lie.
pub fn write(
    stored: &StoredIdentity,
    people: &[String],
    findings: &[StoredIdentityFinding],
    leaks: &[Known],
    now: Time,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let (identity, standing) = (&stored.identity, &stored.standing);
    writeln!(out, "{}", escape(&identity.uri))?;
    let native = identity.native.as_deref().map_or_else(String::new, |id| format!(" ({})", escape(id)));
    let made = identity.created.map_or_else(String::new, |at| format!(", made on {}", at.date()));
    writeln!(out, "  {} {}{native} in account {}{made}", identity.kind.name(), escape(&identity.name), escape(&identity.scope))?;
    for by in ["terraform", "cloudformation"] {
        let Some(address) = identity.attributes.get(by) else { continue };
        let planned = if identity.attributes.contains_key("planned") { ", planned" } else { "" };
        let place = identity.attributes.get(Identity::DECLARED_IN).map_or_else(String::new, |file| format!(" in {}", escape(file)));
        writeln!(out, "  {by}: {}{place}{planned}", escape(address))?;
    }
    for who in identity.attributes.get(Identity::ASSIGNED).into_iter().flat_map(|all| all.split("; ")).filter(|who| !who.is_empty()) {
        writeln!(out, "  assigned to {}", escape(who))?;
    }
    people.iter().try_for_each(|who| writeln!(out, "  entered by {}", escape(who)))?;
    let nobody = if identity.tells_tags() { "nobody is named" } else { "not told" };
    writeln!(out, "  owner: {}", standing.owner.as_deref().map_or_else(|| nobody.into(), escape))?;
    writeln!(out, "\nrisk {}", risk(standing.risk))?;
    for share in &standing.shares {
        writeln!(out, "  {:>3.0} %  {}: {}", share.share * 100.0, share.group, escape(&share.factor))?;
    }
    for change in &standing.what_if {
        writeln!(out, "  {} → {} if you {}", standing.risk.0, change.risk, change.action)?;
    }
    power(stored, out)?;
    writeln!(out, "\ncredentials")?;
    if stored.holdings.is_empty() {
        writeln!(out, "  none that the inventory lists")?;
    }
    stored.holdings.iter().try_for_each(|holding| credential(holding, now, out))?;
    if !leaks.is_empty() {
        writeln!(out, "\nlies in")?;
        leaks.iter().try_for_each(|leak| places(leak, out))?;
    }
    if !findings.is_empty() {
        writeln!(out, "\nfindings")?;
    }
    findings.iter().try_for_each(|f| writeln!(out, "  {:<8}  {}: {}", f.severity, f.check, escape(&f.because)))
}

fn power(stored: &StoredIdentity, out: &mut dyn io::Write) -> io::Result<()> {
    let standing = &stored.standing;
    let sure = if standing.certainty == Certainty::Certain { String::new() } else { format!(" ({})", standing.certainty.name()) };
    if standing.is_known() {
        writeln!(out, "\nmay do: {}{sure}", standing.privilege.name())?;
    } else {
        writeln!(out, "\nmay do: not known, {}", Standing::UNKNOWN)?;
    }
    for why in standing.because.iter().filter(|why| *why != Standing::UNKNOWN) {
        writeln!(out, "  {}", escape(why))?;
    }
    for (at, step) in standing.path.iter().enumerate() {
        let does = if step.changes { "changes" } else { "→" };
        writeln!(out, "  {}. {} {does} {} by {}", at + 1, escape(short(&step.from)), escape(short(&step.to)), escape(&step.by))?;
        for witness in &step.witnesses {
            let by = format!("{} statement {}", escape(&witness.policy), witness.statement);
            writeln!(out, "       {} on {} ({by})", escape(&witness.action), escape(&witness.resource))?;
        }
    }
    Ok(())
}

fn credential(holding: &Holding, now: Time, out: &mut dyn io::Write) -> io::Result<()> {
    let status = match holding.status {
        Status::Active => "active",
        Status::Inactive => "switched off",
        Status::Unknown => "nobody says whether it works",
    };
    let age = holding.created.map_or_else(String::new, |at| format!(", {} days old", at.days_until(now)));
    let at = |name: &str| holding.attributes.get(name).map(|v| escape(v));
    let used = match holding.last_used {
        Some(when) => {
            let service = at("service").map_or_else(String::new, |service| format!(" for {service}"));
            let region = at("region").map_or_else(String::new, |region| format!(" in {region}"));
            format!(", last used on {}{service}{region}", when.date())
        }
        None if holding.use_known => ", never used".into(),
        None => ", nobody says when it was used".into(),
    };
    writeln!(out, "  {} {}: {status}{age}{used}", holding.kind.name(), escape(&holding.handle))
}

fn places(leak: &Known, out: &mut dyn io::Write) -> io::Result<()> {
    for place in &leak.places {
        let commit = place.appearance.introduced.as_ref();
        let since =
            commit.map_or_else(String::new, |c| format!(", since commit {} of {}", &c.commit[..c.commit.len().min(10)], c.date.date()));
        let head = match place.appearance.in_head {
            Some(true) => ", in HEAD",
            Some(false) => ", no longer in HEAD",
            None => "",
        };
        writeln!(out, "  {}: {}:{}{since}{head}", escape(&place.target), escape(&place.appearance.path), place.span.line)?;
    }
    Ok(())
}
