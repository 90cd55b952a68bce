use std::io::{self, BufWriter, IsTerminal, Write};

use crate::{
    model::Time,
    report::{Certificates, Look},
};

use super::{Exit, args, error::CommandError, output, record, ui::Ui};

/// Lists the certificates of a run that is in the record.
pub fn run(args: &args::Certificates, ui: &Ui) -> Result<Exit, CommandError> {
    if let Some(path) = &args.place.record
        && !path.exists()
    {
        return Err(super::error::missing(path).hint("`unhidden scan --record FILE` makes a record"));
    }
    let record = record::open(args.place.record.as_deref(), ui)?;
    let run = record.run_id(args.run)?;
    let now = match args.now.as_deref() {
        Some(text) => Time::parse(text).ok_or_else(|| CommandError::new(format!("--now {text} is no moment in RFC 3339")))?,
        None => Time(jiff::Timestamp::now().as_second()),
    };
    let all = Certificates::load(&record, run, args.expiring, args.format != "json", now)?;
    match &args.output {
        None => {
            let stdout = io::stdout();
            let look = ui.look(stdout.is_terminal());
            let mut out = BufWriter::with_capacity(1 << 16, stdout.lock());
            write(&all, &args.format, look, &mut out).map_err(|e| output::unwritten(e, CommandError::output))?;
        }
        Some(path) => {
            let mut out = BufWriter::with_capacity(1 << 16, output::create(path)?);
            write(&all, &args.format, ui.look(false), &mut out)
                .map_err(|e| output::unwritten(e, |e| CommandError::file("write", path, e)))?;
        }
    }
    Ok(Exit::Done)
}

fn write(all: &Certificates, format: &str, look: Look, out: &mut dyn Write) -> io::Result<()> {
    match format {
        "json" => all.json(out)?,
        _ => all.table(look, out)?,
    }
    out.flush()
}
