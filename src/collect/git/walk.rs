//! Decoding the delta trees of a pack: depth-first, each object from the one that it stands on.
//!
//! The stack is explicit, a base is let go before its last child is entered, and when the bases that are still needed take too
//! much memory the oldest is dropped and decoded again later.

use std::ops::ControlFlow;

use super::{
    delta::{self, Copied},
    forest::NONE,
    inflate::Inflate,
    losses::Why,
    pack::{Pack, inflated},
};

/// An object that was decoded.
pub struct Seen<'a> {
    /// Where it lies in the pack.
    pub position: u32,
    /// All of it.
    pub bytes: &'a [u8],
    /// What it was made from.
    pub base: Option<u32>,
    /// Which of its bytes are copies of the base's, when asked for.
    pub copies: &'a [Copied],
    /// Whether others stand on it.
    pub parent: bool,
}

/// Whoever looks at decoded objects.
pub trait Visitor {
    /// Whether [`Seen::copies`] is of use.
    fn copies(&self) -> bool {
        false
    }
    /// Whether the entry, or one that stands on it, is of interest.
    fn needs(&self, _position: u32) -> bool {
        true
    }
    /// The largest object to be shown.
    fn limit(&self) -> u64;
    /// Looks at an object; `Break` ends the walk.
    fn see(&mut self, seen: &Seen<'_>) -> ControlFlow<()>;
    /// Hears that an entry could not be decoded.
    fn lose(&mut self, position: u32, why: Why) -> ControlFlow<()>;
}

struct Frame {
    position: u32,
    next: u32,
    bytes: Option<Vec<u8>>,
    length: usize,
}

/// Bases that are still needed may take this much memory before the oldest is dropped.
const ROOM: usize = 192 << 20;

/// Decodes delta trees; keeps its buffers from one to the next.
pub struct Walker {
    inflate: Inflate,
    delta: Vec<u8>,
    copies: Vec<Copied>,
    pool: Vec<Vec<u8>>,
    stack: Vec<Frame>,
    held: usize,
    /// Larger objects are not decoded, even if others stand on them.
    most: usize,
}

/// What broken bytes are called.
const BAD: &str = "its bytes do not inflate, or are no delta of the object it stands on";
const BASE: &str = "an object that it is a delta of cannot be read";

impl Walker {
    /// A walker that works in `pool` and decodes objects of up to `most` bytes.
    pub fn new(pool: Vec<Vec<u8>>, most: usize) -> Self {
        Self { inflate: Inflate::default(), delta: Vec::new(), copies: Vec::new(), pool, stack: Vec::new(), held: 0, most }
    }

    /// The buffers, for others to use.
    pub fn into_pool(self) -> Vec<Vec<u8>> {
        self.pool
    }

    /// Visits `root` and all that stands on it.
    pub fn walk(&mut self, pack: &Pack, root: u32, visitor: &mut dyn Visitor) -> ControlFlow<()> {
        let mut outcome = self.root(pack, root, visitor);
        if outcome.is_continue() {
            outcome = self.descend(pack, visitor);
        }
        while let Some(frame) = self.stack.pop() {
            self.pool.extend(frame.bytes);
        }
        self.held = 0;
        outcome
    }

    fn root(&mut self, pack: &Pack, root: u32, visitor: &mut dyn Visitor) -> ControlFlow<()> {
        if !visitor.needs(root) {
            return ControlFlow::Continue(());
        }
        let Some(entry) = pack.entry(root) else { return abandon(pack, root, Why::Broken(BAD), visitor) };
        let leaf = pack.forest.child(root) == NONE;
        if too_large(entry.size, leaf, self.most, visitor) {
            return abandon(pack, root, Why::Large(entry.size), visitor);
        }
        let mut bytes = self.pool.pop().unwrap_or_default();
        let Some(length) = inflated(&entry, &mut self.inflate, &mut bytes, self.most) else {
            self.pool.push(bytes);
            return abandon(pack, root, broken(pack), visitor);
        };
        self.copies.clear();
        self.show(pack, root, None, bytes, length, visitor)
    }

    /// Shows a decoded object, and keeps it if others stand on it.
    fn show(
        &mut self,
        pack: &Pack,
        position: u32,
        base: Option<u32>,
        bytes: Vec<u8>,
        length: usize,
        visitor: &mut dyn Visitor,
    ) -> ControlFlow<()> {
        let child = pack.forest.child(position);
        let outcome = if length as u64 > visitor.limit() {
            visitor.lose(position, Why::Large(length as u64))
        } else {
            visitor.see(&Seen { position, bytes: &bytes[..length], base, copies: &self.copies, parent: child != NONE })
        };
        if child == NONE {
            self.pool.push(bytes);
        } else {
            self.held += bytes.len();
            self.stack.push(Frame { position, next: child, bytes: Some(bytes), length });
            self.spill();
        }
        outcome
    }

    /// Drops the oldest bases while they take too much room; never the newest, which is needed next.
    fn spill(&mut self) {
        let newest = self.stack.len().saturating_sub(1);
        for frame in &mut self.stack[..newest] {
            if self.held <= ROOM {
                return;
            }
            if let Some(bytes) = frame.bytes.take() {
                self.held -= bytes.len();
            }
        }
    }

    fn descend(&mut self, pack: &Pack, visitor: &mut dyn Visitor) -> ControlFlow<()> {
        while let Some(frame) = self.stack.last_mut() {
            let child = frame.next;
            if child == NONE {
                self.pop();
                continue;
            }
            frame.next = pack.forest.next(child);
            if visitor.needs(child) {
                self.child(pack, child, visitor)?;
            }
        }
        ControlFlow::Continue(())
    }

    fn pop(&mut self) {
        if let Some(bytes) = self.stack.pop().and_then(|frame| frame.bytes) {
            self.held -= bytes.len();
            self.pool.push(bytes);
        }
    }

    fn child(&mut self, pack: &Pack, child: u32, visitor: &mut dyn Visitor) -> ControlFlow<()> {
        let (Some(entry), true) = (pack.entry(child), self.restore(pack)) else { return abandon(pack, child, broken(pack), visitor) };
        let Some(stated) = inflated(&entry, &mut self.inflate, &mut self.delta, self.most) else {
            return abandon(pack, child, broken(pack), visitor);
        };
        let delta = &self.delta[..stated];
        let size = delta::sizes(delta).map_or(0, |(_, size, _)| size);
        if too_large(size, pack.forest.child(child) == NONE, self.most, visitor) {
            return abandon(pack, child, Why::Large(size), visitor);
        }
        let mut out = self.pool.pop().unwrap_or_default();
        let frame = self.stack.last().expect("`descend` found it");
        let base = &frame.bytes.as_ref().expect("just restored")[..frame.length];
        let copies = visitor.copies().then_some(&mut self.copies);
        let length = delta::apply(base, delta, &mut out, copies, self.most);
        let Some(length) = length else {
            self.pool.push(out);
            return abandon(pack, child, broken(pack), visitor);
        };
        let position = frame.position;
        if frame.next == NONE {
            self.pop();
        }
        self.show(pack, child, Some(position), out, length, visitor)
    }

    /// Decodes the newest base again if it was dropped.
    fn restore(&mut self, pack: &Pack) -> bool {
        let Some(frame) = self.stack.last_mut() else { return false };
        if frame.bytes.is_none() {
            frame.bytes =
                pack.read(frame.position, &mut self.inflate, self.most).map(|(_, bytes)| bytes).filter(|b| b.len() == frame.length);
            self.held += frame.bytes.as_ref().map_or(0, Vec::len);
        }
        frame.bytes.is_some()
    }
}

fn broken(pack: &Pack) -> Why {
    if pack.was_cut() { Why::Cut("the pack was cut while it was read") } else { Why::Broken(BAD) }
}

/// Whether an object is not worth decoding: nobody may see it, and nobody needs it or it is out of all bounds.
fn too_large(size: u64, leaf: bool, most: usize, visitor: &dyn Visitor) -> bool {
    size > most as u64 || (leaf && size > visitor.limit())
}

/// Gives up an entry and with it all that stands on it.
pub fn abandon(pack: &Pack, top: u32, why: Why, visitor: &mut dyn Visitor) -> ControlFlow<()> {
    let mut outcome = ControlFlow::Continue(());
    pack.forest.below(top, |position| {
        if outcome.is_continue() {
            outcome = visitor.lose(position, if position == top { why } else { Why::Broken(BASE) });
        }
    });
    outcome
}
