use std::io::{self, Cursor, Read};

use sevenz_rust2::{ArchiveReader, Error, Password};

use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{About, Document, FaultKind, Origin},
};

use super::opening::Opening;

/// Opens 7z archives.
pub struct SevenZ;

const ABOUT: About = About {
    id: "7z",
    title: "7z archives",
    explain: "Inspects every file of a 7z archive (LZMA, LZMA2, PPMd, bzip2, Deflate, stored, with the usual filters). Encrypted archives are faults.",
    controls: &[],
    see: &[],
};

impl Inspector for SevenZ {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        bytes.starts_with(&[b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c])
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut opening = Opening { bench, outcome, wrapping: ABOUT.id };
        if let Err(error) = members(document.bytes, &mut opening) {
            tell(&error, &mut opening);
        }
    }
}

fn members(bytes: &[u8], opening: &mut Opening<'_, '_>) -> Result<(), Error> {
    let mut archive = ArchiveReader::new(Cursor::new(bytes), Password::empty())?;
    archive.set_thread_count(1);
    archive.for_each_entries(|entry, reader| {
        if entry.is_directory() || !entry.has_stream() {
            return Ok(true);
        }
        if opening.read(entry.name(), reader).is_break() {
            return Ok(false);
        }
        // Files of one block follow each other: what was not wanted of this one must be read over.
        io::copy(&mut reader.take(opening.outcome.room()), &mut io::sink())?;
        Ok(true)
    })
}

fn tell(error: &Error, opening: &mut Opening<'_, '_>) {
    let (kind, what) = match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => (FaultKind::Unsupported, "encrypted; not scanned".to_owned()),
        Error::UnsupportedCompressionMethod(name) if name.to_ascii_lowercase().contains("aes") => {
            (FaultKind::Unsupported, "encrypted; not scanned".to_owned())
        }
        Error::UnsupportedCompressionMethod(_) | Error::ExternalUnsupported | Error::Unsupported(_) | Error::UnsupportedVersion { .. } => {
            (FaultKind::Unsupported, format!("not scanned: {error}"))
        }
        Error::MaxMemLimited { .. } => (FaultKind::TooLarge, format!("not scanned: {error}")),
        Error::Io(error, _) => return opening.broken("", error),
        other => (FaultKind::Malformed, format!("corrupt 7z archive ({other}); the rest was not scanned")),
    };
    opening.fault(kind, "", &what);
}
