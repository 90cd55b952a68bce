//! The constants of compiled Java, Kotlin and Scala classes.
//!
//! The reader is our own because a constant is told by its number, which libraries hide, and because a broken class gives what
//! it has.

mod names;
mod pool;

use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{About, Document, Origin},
};

use super::{constants::Constants, opening::Opening};
use pool::{Constant, Pool};

/// Reads the constants of class files.
pub struct Class;

const ABOUT: About = About {
    id: "class",
    title: "Java class files",
    explain: "Inspects the constant pool of a class file as text. The line is the number of the constant, as javap -v shows it; one of several \
              lines is a member of its own. A string that a field is given stands behind the name of the field. What the bytes around the constants seem to say is no name and no value.",
    controls: &[],
    see: &["https://docs.oracle.com/javase/specs/jvms/se21/html/jvms-4.html"],
};

/// The versions of class files; what else begins so (programs of macOS for several machines) has a smaller number there.
const VERSIONS: std::ops::Range<u16> = 45..200;

impl Inspector for Class {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        matches!(bytes, [0xca, 0xfe, 0xba, 0xbe, _, _, high, low, ..] if VERSIONS.contains(&u16::from_be_bytes([*high, *low])))
    }

    /// A broken class is no fault: its bytes were searched as they are, and every constant before the break is told.
    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut opening = Opening { bench, outcome, wrapping: ABOUT.id };
        let pool = Pool::read(&document.bytes[8..]);
        let names = names::of(&pool);
        let mut constants = Constants::default();
        for (number, constant) in (0_u16..).zip(&pool.constants).skip(1) {
            match constant {
                Constant::Text(bytes) => constants.line(names.get(&number).map(String::as_str), pool::text(bytes)),
                _ => constants.blank(),
            }
        }
        let _ = constants.tell(pool.whole, &mut opening);
    }
}
