use std::{
    fs::{DirBuilder, OpenOptions},
    io::{self, BufWriter, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::Mutex,
};

use crate::{
    model::ContentId,
    report::{FORMATS, Report},
    scan::Saver,
    store::Record,
};

use super::{error::CommandError, output::unwritten, ui::Ui};

/// A directory of its own for the documents in which something was found, secrets included.
pub struct Bundle {
    folder: PathBuf,
    trouble: Mutex<Option<io::Error>>,
}

impl Bundle {
    /// Makes the directory, which must not be there yet, for its owner alone, and says what it will hold.
    pub fn create(folder: &Path, ui: &Ui) -> Result<Self, CommandError> {
        DirBuilder::new()
            .mode(0o700)
            .create(folder)
            .map_err(|e| CommandError::file("make the directory", folder, &e).hint("--save wants a new directory"))?;
        ui.note(&format!("saving the documents with findings into {}: they hold the secrets in clear", folder.display()));
        Ok(Self { folder: folder.to_owned(), trouble: Mutex::default() })
    }

    /// Writes the report beside the documents, and says what could not be written.
    pub fn finish(self, record: &Record, run: i64, ui: &Ui) -> Result<(), CommandError> {
        if let Some(error) = self.trouble.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
            return Err(CommandError::file("save documents into", &self.folder, &error));
        }
        let report = Report::load(record, run)?;
        let path = self.folder.join("report.json");
        let write = || {
            let mut out = BufWriter::with_capacity(1 << 16, create(&path)?);
            let json = FORMATS.iter().find(|f| f.about().id == "json").expect("there is a JSON format");
            json.write(&report, ui.look(false), &mut out)?;
            out.flush()
        };
        write().map_err(|e| unwritten(e, |e| CommandError::file("write", &path, e)))
    }
}

impl Saver for Bundle {
    fn save(&self, content: ContentId, bytes: &[u8]) {
        let path = self.folder.join(content.to_string());
        match create(&path).and_then(|mut file| file.write_all(bytes)) {
            // The same content from two places is one document.
            Err(e) if e.kind() != io::ErrorKind::AlreadyExists => {
                self.trouble.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get_or_insert(e);
            }
            _ => {}
        }
    }

    fn answer(&self, path: &str, bytes: &[u8]) {
        let path = inside(&self.folder, path);
        let folder = path.parent().unwrap_or(&self.folder);
        let made = DirBuilder::new().mode(0o700).recursive(true).create(folder);
        if let Err(e) = made.and_then(|()| create(&path)).and_then(|mut file| file.write_all(bytes)) {
            self.trouble.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get_or_insert(e);
        }
    }
}

/// The path below a folder, without a way out of it: names come from whoever answered.
fn inside(folder: &Path, path: &str) -> PathBuf {
    folder.join(path.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect::<PathBuf>())
}

fn create(path: &Path) -> io::Result<std::fs::File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}
