use std::io::{self, BufWriter, IsTerminal, Write};

use crate::{
    report::identities::{self, Order},
    store::StoredIdentity,
};

use super::{
    Exit,
    args::{self, IdentityOrder},
    error::CommandError,
    output, record,
    ui::Ui,
};

/// Lists the identities of a run.
pub fn run(args: &args::Identities, ui: &Ui) -> Result<Exit, CommandError> {
    let record = record::existing(args.place.record.as_deref(), ui)?;
    let run = record.run_id(args.run)?;
    let all = record.identities(run)?;
    // A scan of files that came last says nothing of identities; what earlier runs said of them still holds.
    let earlier = !args.all && args.run.is_none() && !all.is_empty() && !all.iter().any(|stored| stored.in_view);
    let mut shown: Vec<&StoredIdentity> = all.iter().filter(|stored| args.all || earlier || stored.in_view).collect();
    let order = match args.sort {
        IdentityOrder::Risk => Order::Risk,
        IdentityOrder::Age => Order::Age,
        IdentityOrder::Unused => Order::Unused,
    };
    identities::sort(&mut shown, order);
    let stdout = io::stdout();
    let look = ui.look(stdout.is_terminal());
    let mut out = BufWriter::with_capacity(1 << 16, stdout.lock());
    let written = match args.format.as_str() {
        "json" => identities::json(&shown, &mut out),
        _ => identities::table(&shown, usize::MAX, record.run(run)?.started, look, &mut out),
    };
    written.and_then(|()| out.flush()).map_err(|e| output::unwritten(e, CommandError::output))?;
    if earlier {
        ui.note(&format!("run {run} was about none of them: this is how earlier runs judged them"));
    }
    if shown.is_empty() {
        ui.note(&format!("run {run} knows no identities; `unhidden scan aws:` or a saved account document tells of some"));
    }
    Ok(Exit::Done)
}
