use std::io::{self, Write};

use crate::{
    model::{
        entity::{Identity, IdentityKind},
        handles_of_holding,
    },
    report::{identities, profile},
    store::{Record, StoredIdentity},
};

use super::{Exit, args, error::CommandError, error::nearest, output, record, ui::Ui};

/// Shows one identity.
pub fn run(args: &args::Show, ui: &Ui) -> Result<Exit, CommandError> {
    let record = record::existing(args.place.record.as_deref(), ui)?;
    let run = record.run_id(args.run)?;
    let all = record.identities(run)?;
    let stored = find(&all, &args.identity)?;
    let mut out = io::stdout().lock();
    let written = if args.format == "json" {
        identities::json_of_one(stored, &mut out)
    } else {
        tell(&record, run, stored, &people(&all, stored), &mut out)
    };
    written.and_then(|()| out.flush()).map_err(|e| output::unwritten(e, CommandError::output))?;
    Ok(Exit::Done)
}

/// Who comes in as a role of single sign-on: `group admins (permission set Admin)`.
fn people(all: &[StoredIdentity], stored: &StoredIdentity) -> Vec<String> {
    let set = stored.identity.name.strip_prefix("AWSReservedSSO_").and_then(|rest| Some(rest.rsplit_once('_')?.0));
    let sets = all.iter().map(|one| &one.identity).filter(|one| one.kind == IdentityKind::PermissionSet && Some(one.name.as_str()) == set);
    let assigned = sets.filter_map(|set| Some((set, set.attributes.get(Identity::ASSIGNED)?)));
    let here = |who: &str| who.rsplit_once(" in ").filter(|(_, account)| *account == stored.identity.scope).map(|(who, _)| who.to_owned());
    let named =
        assigned.flat_map(|(set, all)| all.split("; ").filter_map(here).map(move |who| format!("{who} (permission set {})", set.name)));
    named.collect()
}

fn tell(record: &Record, run: i64, stored: &StoredIdentity, people: &[String], out: &mut dyn Write) -> io::Result<()> {
    let findings: Vec<_> =
        record.identity_findings(run).map_err(io::Error::other)?.into_iter().filter(|f| f.identity == stored.identity.uri).collect();
    let mut leaks = Vec::new();
    for handle in stored.holdings.iter().flat_map(handles_of_holding) {
        leaks.extend(record.known_by(run, &handle).map_err(io::Error::other)?);
    }
    profile::write(stored, people, &findings, &leaks, record.run(run).map_err(io::Error::other)?.started, out)
}

/// The identity of that uri, native id, or name, where only one has it; or that holds the credential of that name.
fn find<'a>(all: &'a [StoredIdentity], wanted: &str) -> Result<&'a StoredIdentity, CommandError> {
    let holds = |s: &&StoredIdentity| s.holdings.iter().any(|h| h.handle == wanted);
    let exact =
        all.iter().find(|s| s.identity.uri == wanted || s.identity.native.as_deref() == Some(wanted)).or_else(|| all.iter().find(holds));
    if let Some(found) = exact {
        return Ok(found);
    }
    let named: Vec<&StoredIdentity> = all.iter().filter(|s| s.identity.name == wanted).collect();
    match named.as_slice() {
        [one] => Ok(one),
        [] => {
            let known: Vec<&str> = all.iter().flat_map(|s| [s.identity.uri.as_str(), s.identity.name.as_str()]).collect();
            let told = CommandError::new(format!("the run knows no identity `{wanted}`"));
            Err(nearest(wanted, &known)
                .into_iter()
                .fold(told, |t, k| t.hint(format!("did you mean `{k}`?")))
                .hint("`unhidden identities --all` lists them"))
        }
        several => {
            let told = CommandError::new(format!("{} identities have the name `{wanted}`", several.len()));
            Err(several.iter().take(5).fold(told, |t, s| t.hint(format!("name it by its uri: {}", s.identity.uri))))
        }
    }
}
