use std::{
    fs::{File, OpenOptions},
    io::{self, Read},
    ops::ControlFlow,
    os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt},
    path::PathBuf,
};

use crate::model::{Document, Fault, FaultKind, Origin, Source};

use super::{Desk, Parcel};

/// How many files travel together: a hand-over costs about 8 µs alone and under 1 µs a file in company.
pub(super) const PARCEL_FILES: usize = 64;

/// Files to read.
pub(super) struct Files(pub Vec<FileToRead>);

/// One file to read.
pub(super) struct FileToRead {
    /// The path to open.
    pub path: PathBuf,
    /// The path for people, relative to the root.
    pub shown: String,
}

impl Parcel for Files {
    fn open(self: Box<Self>, desk: &mut dyn Desk) {
        for file in self.0 {
            let mut buffer = desk.buffer();
            let flow = file.read(&mut buffer, desk);
            desk.give_back(buffer);
            if flow.is_break() {
                return;
            }
        }
    }
}

/// What reading a file came to.
enum Reading {
    Whole,
    TooLarge,
    Special,
}

impl FileToRead {
    fn read(self, buffer: &mut Vec<u8>, desk: &mut dyn Desk) -> ControlFlow<()> {
        let limit = desk.limit();
        match self.fill(buffer, limit) {
            Ok(Reading::Whole) => {
                let origin = Origin::new(Source::File { path: self.shown, at: self.path });
                desk.document(&Document { origin: &origin, bytes: buffer, kin: None, layer: 0 })
            }
            Ok(Reading::TooLarge) => {
                desk.fault(Fault::new(
                    FaultKind::TooLarge,
                    self.shown,
                    format!("larger than {limit} bytes (--max-file-size); not scanned"),
                ));
                ControlFlow::Continue(())
            }
            Ok(Reading::Special) => {
                desk.fault(Fault::new(
                    FaultKind::SpecialFile,
                    self.shown,
                    "became a pipe, socket or device while it was scanned; not read",
                ));
                ControlFlow::Continue(())
            }
            Err(error) => {
                desk.fault(Fault::io(self.shown, "read", &error));
                ControlFlow::Continue(())
            }
        }
    }

    /// One open, two reads (the second finds the end), one close. A look at the size or the type happens only when the
    /// bytes give cause: nothing read, or a full buffer.
    fn fill(&self, buffer: &mut Vec<u8>, limit: u64) -> io::Result<Reading> {
        let file = open(&self.path)?;
        buffer.clear();
        let room = buffer.capacity() as u64;
        if (&file).take(room.min(limit + 1)).read_to_end(buffer)? as u64 == room && room <= limit {
            let meta = file.metadata()?;
            if !meta.is_file() {
                return Ok(Reading::Special);
            }
            if meta.len() > limit {
                return Ok(Reading::TooLarge);
            }
            (&file).take(limit + 1 - room).read_to_end(buffer)?;
        }
        if buffer.is_empty() && !file.metadata()?.is_file() {
            return Ok(Reading::Special);
        }
        Ok(if buffer.len() as u64 > limit { Reading::TooLarge } else { Reading::Whole })
    }
}

/// Opens without following a link, and without waiting for a pipe that took the file's place.
fn open(path: &std::path::Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY).open(path)
}

/// What a special file is, for a message.
pub(super) fn special(kind: std::fs::FileType) -> Option<&'static str> {
    if kind.is_fifo() {
        Some("a named pipe")
    } else if kind.is_socket() {
        Some("a socket")
    } else if kind.is_char_device() || kind.is_block_device() {
        Some("a device")
    } else {
        None
    }
}

/// Permission bits of a file's metadata.
pub(super) fn mode(meta: &std::fs::Metadata) -> u32 {
    meta.mode() & 0o7777
}

/// Permission bits of a file, asked only when the file yielded a fact.
pub fn mode_of(path: &std::path::Path) -> Option<u32> {
    std::fs::symlink_metadata(path).ok().map(|m| mode(&m))
}
