use std::ops::ControlFlow;

use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{About, Document, FaultKind, Origin},
};

use super::opening::Opening;

/// Opens `ar` archives: Debian packages, and libraries.
pub struct Ar;

const ABOUT: About = About {
    id: "ar",
    title: "Debian packages and ar archives",
    explain: "Inspects the members of an ar archive. Those of a Debian package are compressed tars, which are opened in turn.",
    controls: &[],
    see: &[],
};

const MAGIC: &[u8] = b"!<arch>\n";
const HEADER: usize = 60;

impl Inspector for Ar {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC)
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let _ = members(document.bytes, &mut Opening { bench, outcome, wrapping: ABOUT.id });
    }
}

fn members(bytes: &[u8], opening: &mut Opening<'_, '_>) -> ControlFlow<()> {
    let mut names: &[u8] = &[];
    let mut at = MAGIC.len();
    while at < bytes.len() {
        let Some(Member { name, start, size }) = Member::at(bytes, at) else {
            opening.fault(FaultKind::Malformed, "", "an ar header is corrupt; what follows was not scanned");
            break;
        };
        let data = &bytes[start..start.saturating_add(size).min(bytes.len())];
        match name {
            b"//" => names = data,
            b"/" | b"/SYM64/" | b"__.SYMDEF" => {}
            _ => opening.member(&full(name, names), data)?,
        }
        if data.len() < size {
            opening.fault(
                FaultKind::Truncated,
                &full(name, names),
                "the archive ends in the middle of this member; what is there was scanned",
            );
            break;
        }
        at = start + size + size % 2;
    }
    ControlFlow::Continue(())
}

struct Member<'b> {
    name: &'b [u8],
    start: usize,
    size: usize,
}

impl<'b> Member<'b> {
    fn at(bytes: &'b [u8], at: usize) -> Option<Self> {
        let header = bytes.get(at..at + HEADER).filter(|h| h.ends_with(b"`\n"))?;
        let size = std::str::from_utf8(&header[48..58]).ok()?.trim_end().parse().ok()?;
        Some(Self { name: header[..16].trim_ascii_end(), start: at + HEADER, size })
    }
}

/// The name, looked up where it did not fit.
fn full(name: &[u8], names: &[u8]) -> String {
    let long = name.strip_prefix(b"/").and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<usize>().ok());
    let name = match long.and_then(|start| names.get(start..)) {
        Some(rest) => &rest[..memchr::memchr2(b'\n', 0, rest).unwrap_or(rest.len())],
        None => name,
    };
    String::from_utf8_lossy(name.strip_suffix(b"/").unwrap_or(name)).into_owned()
}
