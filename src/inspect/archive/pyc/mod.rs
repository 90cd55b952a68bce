//! The strings of compiled Python modules.

mod marshal;

use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{About, Document, Origin},
};

use super::{constants::Constants, opening::Opening};
use marshal::Marshal;

/// Reads the strings of `.pyc` files.
pub struct Pyc;

const ABOUT: About = About {
    id: "pyc",
    title: "Compiled Python modules",
    explain: "Inspects the strings of a .pyc file (Python 2.3 to 3.14) as text, one a line in the order in which they lie there: constants, names and \
              documentation; one of several lines is a member of its own. Which name a constant is given to is not read. What the bytes around the strings seem to say is no name and no value.",
    controls: &[],
    see: &["https://docs.python.org/3/library/marshal.html"],
};

/// How the module is laid out, as far as its version decides that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    /// How many bytes stand before the code.
    header: usize,
    /// How many numbers a code object begins with.
    numbers: usize,
    /// Whether it has what came with 3.11: kinds of variables, a qualified name and a table of exceptions.
    modern: bool,
}

/// The layout, by the number that the first two bytes are.
fn layout(bytes: &[u8]) -> Option<Layout> {
    let [low, high, b'\r', b'\n', ..] = bytes else { return None };
    let (header, numbers, modern) = match u16::from_le_bytes([*low, *high]) {
        3000..3190 => (8, 5, false),
        3190..3390 => (12, 5, false),
        3390..3410 => (16, 5, false),
        3410..3450 => (16, 6, false),
        3450..3800 => (16, 5, true),
        // Python 2.
        62000..63000 => (8, 4, false),
        _ => return None,
    };
    (bytes.get(header)? & !marshal::SHARED == b'c').then_some(Layout { header, numbers, modern })
}

impl Inspector for Pyc {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        layout(bytes).is_some()
    }

    /// A broken module is no fault: its bytes were searched as they are, and every string before the break is told.
    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let Some(layout) = layout(document.bytes) else { return };
        let mut opening = Opening { bench, outcome, wrapping: ABOUT.id };
        let mut constants = Constants::default();
        let mut each = |string: &[u8]| constants.line(None, String::from_utf8_lossy(string).into_owned());
        let whole = Marshal::of(&document.bytes[layout.header..], layout).strings(&mut each).is_some();
        let _ = constants.tell(whole, &mut opening);
    }
}
