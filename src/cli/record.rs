use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use crate::{model::Pepper, store::Record};

use super::{config::read_small, error::CommandError, ui::Ui};

/// Opens the record that was named, or the user's own.
pub fn open(named: Option<&Path>, ui: &Ui) -> Result<Record, CommandError> {
    let path = match named {
        Some(path) => path.to_owned(),
        None => default_path()?,
    };
    ui.detail(&format!("record: {}", path.display()));
    Ok(Record::open(&path, std::process::id())?)
}

/// Opens a record that must be there already.
pub fn existing(named: Option<&Path>, ui: &Ui) -> Result<Record, CommandError> {
    if let Some(path) = named
        && !path.exists()
    {
        return Err(super::error::missing(path).hint("`unhidden scan --record FILE` makes a record"));
    }
    open(named, ui)
}

fn default_path() -> Result<PathBuf, CommandError> {
    let nowhere = || CommandError::new("there is no state directory to keep the record in").hint("name a file with --record");
    let strategy = etcetera::choose_base_strategy().map_err(|_| nowhere())?;
    let folder = strategy.state_dir().ok_or_else(nowhere)?.join("unhidden");
    std::fs::create_dir_all(&folder)
        .map_err(|e| CommandError::file("make the state directory", &folder, &e).hint("name a file with --record"))?;
    Ok(folder.join("record.db"))
}

/// Gives the record the pepper of a fleet, where a file names one.
pub fn pepper(record: &mut Record, file: Option<&Path>) -> Result<(), CommandError> {
    let Some(file) = file else { return Ok(()) };
    let bytes = read_small(file)?;
    let wrong = || CommandError::new(format!("pepper file {}: it must hold 32 bytes or 64 hexadecimal digits", file.display()));
    let key: [u8; 32] = match <[u8; 32]>::try_from(bytes.as_slice()) {
        Ok(key) => key,
        Err(_) => data_encoding::HEXLOWER_PERMISSIVE.decode(bytes.trim_ascii()).ok().and_then(|k| k.try_into().ok()).ok_or_else(wrong)?,
    };
    if record.adopt_pepper(&Pepper::new(key))? {
        return Ok(());
    }
    let what = format!("the record {} has fingerprints under another pepper", record.path().display());
    Err(CommandError::new(what).hint("name a new file with --record"))
}
