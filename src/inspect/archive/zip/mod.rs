//! Zip archives, and all that is one: jar, apk, whl, docx, xlsx, pptx, epub.
//!
//! The reader is our own because it must show what others hide: both of two members with one name, members of an archive that
//! is cut before its directory, archives behind a program that unpacks them.

mod directory;
mod entry;
mod method;

use std::ops::ControlFlow;

use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{About, Document, FaultKind, Origin},
};

use super::opening::Opening;
use directory::Directory;
use entry::Entry;

/// Opens zip archives.
pub struct Zip;

const ABOUT: About = About {
    id: "zip",
    title: "Zip archives, and all that is one",
    explain: "Inspects every member of a zip archive (jar, apk, wheel, office document): stored, Deflate, Deflate64, bzip2, LZMA, xz and zstd. An archive \
              behind other bytes is found by its end. Encrypted members, other methods and members that overlap are faults; where the directory is \
              missing, members are found by their own headers.",
    controls: &[],
    see: &[],
};

impl Inspector for Zip {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        directory::ends_with_one(bytes) || entry::begins_with_one(bytes) || (program(bytes) && Directory::find(bytes).is_some())
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut opening = Opening { bench, outcome, wrapping: ABOUT.id };
        let _ = match Directory::find(document.bytes) {
            Some(directory) => listed(document.bytes, &directory, &mut opening),
            None => unlisted(document.bytes, &mut opening),
        };
    }
}

/// Whether the first bytes are those of a program or script that may unpack itself.
fn program(bytes: &[u8]) -> bool {
    bytes.starts_with(b"MZ") || bytes.starts_with(b"\x7fELF") || bytes.starts_with(b"#!")
}

/// Members in the order of their bytes: only so can overlaps be told.
fn listed(bytes: &[u8], directory: &Directory, opening: &mut Opening<'_, '_>) -> ControlFlow<()> {
    let mut entries: Vec<(Entry<'_>, Option<usize>)> = directory.entries(bytes).map(|e| (e.0, Entry::data_start(bytes, e.1))).collect();
    entries.sort_by_key(|(_, start)| *start);
    let mut done = 0;
    let mut overlapping = 0_u32;
    for (entry, start) in &entries {
        let Some(start) = *start else {
            opening.fault(FaultKind::Malformed, &entry.name(), "the zip directory points where no member is; not scanned");
            continue;
        };
        if start < done {
            overlapping += 1;
            continue;
        }
        let used = entry.open(bytes, start, opening)?;
        done = if entry.is_empty() { done } else { start + used };
    }
    if overlapping > 0 {
        opening.fault(FaultKind::Malformed, "", &format!("{overlapping} members overlap others, as in a bomb; they were not scanned"));
    }
    if entries.len() as u64 != directory.count && entries.len() as u64 & 0xffff != directory.count {
        opening.fault(FaultKind::Malformed, "", "the zip directory is corrupt or cut; members that it does not list were not scanned");
    }
    ControlFlow::Continue(())
}

/// Members by their own headers, where there is no directory.
fn unlisted(bytes: &[u8], opening: &mut Opening<'_, '_>) -> ControlFlow<()> {
    let headers = memchr::memmem::Finder::new(entry::LOCAL);
    let (mut at, mut any) = (0, false);
    while let Some(found) = headers.find(&bytes[at..]) {
        at += found;
        let Some((entry, start)) = Entry::local(bytes, at) else {
            at += 1;
            continue;
        };
        any = true;
        at = start + entry.open(bytes, start, opening)?;
    }
    if any {
        opening.fault(
            FaultKind::Truncated,
            "",
            "the zip archive has no directory at its end; the members found by their headers were scanned",
        );
    }
    ControlFlow::Continue(())
}
