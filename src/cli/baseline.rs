use std::{
    fs::{File, OpenOptions},
    io::{Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use crate::{model::Pepper, scan::allows::Baseline};

use super::{config::read_at_most, error::CommandError, ui::Ui};

/// Largest baseline, bytes: half a million entries.
const LARGEST: u64 = 64 << 20;

/// Reads a baseline that the user named.
pub fn read(path: &Path) -> Result<Baseline, CommandError> {
    if !path.exists() {
        return Err(super::error::missing(path).hint("`unhidden scan --write-baseline FILE` writes a baseline"));
    }
    let wrong = |why: String| CommandError::new(format!("baseline {}: {why}", path.display()));
    let text = String::from_utf8(read_at_most(path, LARGEST)?).map_err(|_| wrong("it is not UTF-8".into()))?;
    Baseline::parse(&path.display().to_string(), &text).map_err(|e| wrong(e.to_string()))
}

/// The baseline that is to be written, as it is now: what has a salt keeps it.
pub fn to_write(path: &Path, in_use: Option<&Baseline>) -> Result<Baseline, CommandError> {
    if std::fs::symlink_metadata(path).is_ok_and(|m| !m.is_file()) {
        return Err(CommandError::new(format!("cannot write {}: it is there already, and no regular file", path.display())));
    }
    let name = path.display().to_string();
    let old = if path.exists() { read(path)? } else { Baseline::empty(&name, in_use.map_or_else(salt, |b| Ok(b.salt().clone()))?) };
    match in_use {
        Some(other) if other.salt().as_bytes() != old.salt().as_bytes() => {
            Err(CommandError::new(format!("the baselines {} and {name} have different salts", other.file()))
                .hint("give both options the same file, or remove the one that is to be written"))
        }
        _ => Ok(old),
    }
}

/// Random bytes from the system.
fn salt() -> Result<Pepper, CommandError> {
    let path = Path::new("/dev/urandom");
    let mut key = [0; 32];
    File::open(path).and_then(|mut f| f.read_exact(&mut key)).map_err(|e| CommandError::file("read", path, &e))?;
    Ok(Pepper::new(key))
}

/// Writes a baseline. It holds nothing that must be kept from readers of the repository.
pub fn write(path: &Path, text: &str, whole: bool, ui: &Ui) -> Result<(), CommandError> {
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o644).custom_flags(libc::O_NOFOLLOW).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|e| CommandError::file("write", path, &e))?;
    let entries = text.lines().count() - 1;
    let kept = if whole { "" } else { "; not all was seen, so nothing that it knew was taken out" };
    ui.note(&format!("baseline {}: {entries} entries{kept}", path.display()));
    Ok(())
}
