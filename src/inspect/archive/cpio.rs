use std::{
    io::{self, Read},
    ops::ControlFlow,
};

use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{About, Document, FaultKind, Origin},
};

use super::opening::Opening;

/// Opens cpio archives: what RPM packages and initial file systems hold.
pub struct Cpio;

const ABOUT: About = About {
    id: "cpio",
    title: "Cpio archives",
    explain: "Inspects every regular file of a cpio archive in the new ASCII form (`070701`, `070702`).",
    controls: &[],
    see: &[],
};

const HEADER: usize = 110;
/// Longest name, bytes.
const LONGEST: u64 = 4096;

impl Inspector for Cpio {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        is_cpio(bytes)
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let _ = members(&mut &*document.bytes, &mut Opening { bench, outcome, wrapping: ABOUT.id });
    }
}

/// Whether it begins with a header.
pub(super) fn is_cpio(head: &[u8]) -> bool {
    head.len() > HEADER && matches!(&head[..6], b"070701" | b"070702") && head[6..HEADER].iter().all(u8::is_ascii_hexdigit)
}

/// Hands on the members of an archive.
pub(super) fn members(reader: &mut dyn Read, opening: &mut Opening<'_, '_>) -> ControlFlow<()> {
    loop {
        match member(reader, opening) {
            Ok(Some(flow)) => flow?,
            Ok(None) => return ControlFlow::Continue(()),
            Err(error) => {
                opening.broken("", &error);
                return ControlFlow::Continue(());
            }
        }
    }
}

/// One member; `None` behind the last one.
fn member(reader: &mut dyn Read, opening: &mut Opening<'_, '_>) -> io::Result<Option<ControlFlow<()>>> {
    let mut header = [0; HEADER];
    reader.read_exact(&mut header)?;
    if !matches!(&header[..6], b"070701" | b"070702") {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "no cpio header where one should be"));
    }
    let number = |field: usize| -> io::Result<u64> {
        let digits = std::str::from_utf8(&header[6 + 8 * field..14 + 8 * field]).map_err(|_| io::ErrorKind::InvalidData)?;
        u64::from_str_radix(digits, 16).map_err(|_| io::ErrorKind::InvalidData.into())
    };
    let (mode, size, named) = (number(1)?, number(6)?, number(11)?);
    if named > LONGEST {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a name is too long"));
    }
    let mut name = Vec::new();
    reader.take(named).read_to_end(&mut name)?;
    pad(reader, HEADER as u64 + named)?;
    let name = String::from_utf8_lossy(name.strip_suffix(b"\0").unwrap_or(&name)).into_owned();
    if name == "TRAILER!!!" {
        return Ok(None);
    }
    let mut limited = reader.take(size);
    let mut flow = ControlFlow::Continue(());
    // Only regular files have bytes that are their own.
    if mode & 0o170_000 == 0o100_000 {
        flow = opening.read(&name, &mut limited);
    }
    io::copy(&mut limited, &mut io::sink())?;
    if limited.limit() > 0 {
        opening.fault(FaultKind::Truncated, &name, "the archive ends in the middle of this member; what is there of it was scanned");
        return Ok(None);
    }
    pad(reader, size)?;
    Ok(Some(flow))
}

/// Skips to a multiple of four.
fn pad(reader: &mut dyn Read, count: u64) -> io::Result<()> {
    io::copy(&mut reader.take(count.wrapping_neg() % 4), &mut io::sink()).map(drop)
}
