//! What all targets share: everything that inspectors see in some bytes, with members and encodings taken off.

use std::{
    ops::{ControlFlow, Range},
    sync::LazyLock,
};

use data_encoding::BASE64;
use unhidden::{
    engine::Scratch,
    inspect::{self, Explained, Inner, Outcome, Remembered, Workbench},
    model::{Credential, Document, Entity, FaultKind, IdleMark, Notes, Observed, Origin, OwnerLine, Part, Pepper, Source, entity::Basis},
    rules::RuleBook,
};

/// How deep wrappings are taken off.
const DEEPEST: u8 = 8;
/// Members that are looked at.
const MOST: usize = 1 << 12;

/// Has members inspected, and forgets what is told.
struct Deaf<'d> {
    document: &'d Document<'d>,
    left: usize,
}

impl Outcome for Deaf<'_> {
    fn seen(&mut self, _: Credential, _: Range<usize>, _: Notes) {}

    fn perhaps(&mut self, _: Credential, _: Range<usize>, _: Observed, _: Notes) {}

    fn entity(&mut self, _: Basis, _: Entity) {}

    fn part(&mut self, _: Part) {}

    fn owners(&mut self, _: Vec<OwnerLine>) {}

    fn idle(&mut self, _: IdleMark) {}

    fn fault(&mut self, _: FaultKind, _: &str, _: &str) {}

    fn flaw(&mut self, _: Option<Range<usize>>, _: &str) {}

    fn inner(&mut self, bench: &mut Workbench<'_>, inner: Inner<'_>) -> ControlFlow<()> {
        if self.document.layer == DEEPEST || self.left == 0 {
            return ControlFlow::Break(());
        }
        self.left -= 1;
        let origin = inner.name.map_or_else(|| self.document.origin.clone(), |name| self.document.origin.member(name));
        let document = Document { origin: &origin, bytes: inner.bytes, kin: None, layer: self.document.layer + 1 };
        self.left = inspected(&document, bench, self.left);
        ControlFlow::Continue(())
    }

    fn spelled(&mut self) {}

    fn room(&self) -> u64 {
        1 << 22
    }
}

fn inspected(document: &Document<'_>, bench: &mut Workbench<'_>, left: usize) -> usize {
    let mut deaf = Deaf { document, left };
    for inspector in inspect::all().filter(|inspector| inspector.wants(document.origin, document.bytes)) {
        inspector.inspect(document, bench, &mut deaf);
    }
    deaf.left
}

/// Shows some bytes to every inspector that wants them.
pub fn look(bytes: &[u8]) {
    static BOOK: LazyLock<RuleBook> = LazyLock::new(RuleBook::builtin);
    let pepper = Pepper::new([7; 32]);
    let mut bench = Workbench {
        rules: &BOOK,
        pepper: &pepper,
        salt: None,
        scratch: Scratch::default(),
        remembered: Remembered::default(),
        explained: Explained::default(),
    };
    let origin = Origin::new(Source::Stream { name: "-".into() });
    inspected(&Document { origin: &origin, bytes, kin: None, layer: 0 }, &mut bench, MOST);
}

/// The same of bytes in armour under a label.
pub fn armoured(label: &str, bytes: &[u8]) {
    let body = BASE64.encode(bytes);
    let lines: Vec<&str> = body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap_or_default()).collect();
    look(format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n")).as_bytes());
}

/// The same of a blob on a line of SSH.
pub fn ssh_line(kind: &str, blob: &[u8]) {
    look(format!("{kind} {} deploy@acme.dev\n", BASE64.encode(blob)).as_bytes());
}
