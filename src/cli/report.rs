use super::{Exit, args, error::CommandError, output, record, ui::Ui};

/// Shows the report of a run that is in the record.
pub fn run(args: &args::Report, ui: &Ui) -> Result<Exit, CommandError> {
    let record = record::existing(args.place.record.as_deref(), ui)?;
    let run = record.run_id(args.run)?;
    output::tell(&record, run, &args.form, ui)
}
