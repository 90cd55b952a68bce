use std::{
    fs::{File, OpenOptions},
    io::{self, BufWriter, IsTerminal, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use crate::{
    report::{Policy, Report, Verdict, format},
    store::{Record, StoreError},
};

use super::{Exit, args::Form, error::CommandError, ui::Ui};

/// Writes the report of a run and says how the program should end.
pub fn tell(record: &Record, run: i64, form: &Form, ui: &Ui) -> Result<Exit, CommandError> {
    let report = Report::load(record, run)?;
    write(&report, form, ui)?;
    let policy = Policy { fail_on: form.fail_on, confidence: form.confidence };
    Ok(match policy.judge(&report) {
        Verdict::Pass => Exit::Done,
        Verdict::Fail => Exit::Fail,
        Verdict::Incomplete => Exit::Incomplete,
    })
}

fn write(report: &Report<'_>, form: &Form, ui: &Ui) -> Result<(), CommandError> {
    let format = format(&form.format).expect("clap lets only known formats through");
    match &form.output {
        None => {
            let stdout = io::stdout();
            let look = ui.look(stdout.is_terminal());
            let mut out = BufWriter::with_capacity(1 << 16, stdout.lock());
            format.write(report, look, &mut out).and_then(|()| out.flush()).map_err(|e| unwritten(e, CommandError::output))
        }
        Some(path) => {
            let mut out = BufWriter::with_capacity(1 << 16, create(path)?);
            format
                .write(report, ui.look(false), &mut out)
                .and_then(|()| out.flush())
                .map_err(|e| unwritten(e, |e| CommandError::file("write", path, e)))
        }
    }
}

/// Why a report was not written: the record could not be read, else the output took no more.
pub fn unwritten(error: io::Error, output: impl FnOnce(&io::Error) -> CommandError) -> CommandError {
    match error.downcast::<StoreError>() {
        Ok(store) => store.into(),
        Err(error) => output(&error),
    }
}

/// Makes the file that the user named, for its owner alone. A link is not followed: it could have come with the scanned tree.
pub fn create(path: &Path) -> Result<File, CommandError> {
    if std::fs::symlink_metadata(path).is_ok_and(|m| !m.is_file()) {
        return Err(CommandError::new(format!("cannot write {}: it is there already, and no regular file", path.display())));
    }
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).custom_flags(libc::O_NOFOLLOW).open(path);
    let file = file.map_err(|e| CommandError::file("write", path, &e))?;
    // A file that was there keeps its mode otherwise.
    let tight = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    file.set_permissions(tight).map_err(|e| CommandError::file("write", path, &e))?;
    Ok(file)
}
