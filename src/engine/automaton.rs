//! A pattern as a small automaton, only to ask which bytes may come next.
//!
//! Assertions are taken as if they always held, so an answer may name too many bytes but never too few.

use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

use super::byteset::ByteSet;

/// How many bytes into a match the answers are exact; copies of a repetition beyond it are left out.
const DEPTH: u32 = 96;

/// One state.
enum State {
    /// Reads a byte of the set and goes on.
    Byte(ByteSet, usize),
    /// Goes on in several ways without reading.
    Fork(Vec<usize>),
    /// The match may end here.
    End,
}

/// The automaton of a sequence of pattern items.
pub struct Automaton {
    states: Vec<State>,
    /// The state before each item.
    entries: Vec<usize>,
}

/// All states that some text leads to.
#[derive(Clone, PartialEq, Eq)]
pub struct Front(Vec<usize>);

impl Automaton {
    /// Builds the automaton of items that follow each other.
    pub fn new(items: &[Hir]) -> Self {
        let mut automaton = Self { states: vec![State::End], entries: vec![0] };
        let mut next = 0;
        for item in items.iter().rev() {
            next = automaton.compile(item, next);
            automaton.entries.push(next);
        }
        automaton.entries.reverse();
        automaton
    }

    /// The states before the item with that index.
    pub fn before(&self, item: usize) -> Front {
        self.front([self.entries[item]].into())
    }

    /// The bytes that may come next; `None` where the match may end.
    pub fn bytes(&self, front: &Front) -> Option<ByteSet> {
        let mut all = ByteSet::NONE;
        for state in &front.0 {
            match &self.states[*state] {
                State::Byte(set, _) => all.merge(set),
                State::Fork(_) => {}
                State::End => return None,
            }
        }
        Some(all)
    }

    /// The states after some byte of the set.
    pub fn step(&self, front: &Front, set: &ByteSet) -> Front {
        let next = front.0.iter().filter_map(|state| match &self.states[*state] {
            State::Byte(mine, next) if mine.meets(set) => Some(*next),
            _ => None,
        });
        self.front(next.collect())
    }

    /// Follows all forks.
    fn front(&self, mut open: Vec<usize>) -> Front {
        let (mut seen, mut front) = (std::collections::BTreeSet::new(), Vec::new());
        while let Some(state) = open.pop() {
            if !seen.insert(state) {
                continue;
            }
            match &self.states[state] {
                State::Fork(ways) => open.extend(ways),
                _ => front.push(state),
            }
        }
        front.sort_unstable();
        Front(front)
    }

    fn push(&mut self, state: State) -> usize {
        self.states.push(state);
        self.states.len() - 1
    }

    fn compile(&mut self, hir: &Hir, next: usize) -> usize {
        if hir.properties().maximum_len() == Some(0) {
            return next;
        }
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => next,
            HirKind::Literal(literal) => {
                literal.0.iter().rev().fold(next, |next, byte| self.push(State::Byte(ByteSet::of(|b| b == *byte), next)))
            }
            HirKind::Class(class) => self.push(State::Byte(class_bytes(class), next)),
            HirKind::Capture(capture) => self.compile(&capture.sub, next),
            HirKind::Concat(parts) => parts.iter().rev().fold(next, |next, part| self.compile(part, next)),
            HirKind::Alternation(parts) => {
                let ways = parts.iter().map(|part| self.compile(part, next)).collect();
                self.push(State::Fork(ways))
            }
            HirKind::Repetition(repetition) => self.repeat(repetition, next),
        }
    }

    fn repeat(&mut self, repetition: &Repetition, next: usize) -> usize {
        let least = repetition.min.min(DEPTH);
        let most = repetition.max.unwrap_or(DEPTH).min(DEPTH);
        let mut entry = next;
        for _ in least..most {
            let once = self.compile(&repetition.sub, entry);
            // Leaving goes straight to what follows, or a front would hold the whole chain.
            entry = self.push(State::Fork(vec![once, next]));
        }
        (0..least).fold(entry, |entry, _| self.compile(&repetition.sub, entry))
    }
}

/// The bytes of a class. A class of code points counts as every byte that may begin one of them.
pub fn class_bytes(class: &Class) -> ByteSet {
    match class {
        Class::Bytes(bytes) => ByteSet::of(|byte| bytes.ranges().iter().any(|range| (range.start()..=range.end()).contains(&byte))),
        Class::Unicode(points) => ByteSet::of(|byte| {
            points
                .ranges()
                .iter()
                .any(|range| (range.start()..=range.end()).contains(&char::from(byte)) || (byte >= 0x80 && range.end() > '\x7f'))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Automaton, ByteSet};

    fn sets(pattern: &str) -> Vec<String> {
        let hir = crate::engine::shape::parse(pattern).expect("a valid pattern");
        let automaton = Automaton::new(&[hir]);
        let (mut front, mut sets) = (automaton.before(0), Vec::new());
        while let Some(set) = automaton.bytes(&front) {
            sets.push(format!("{set:?}"));
            front = automaton.step(&front, &ByteSet::ALL);
        }
        sets
    }

    #[test]
    fn it_tells_the_bytes_at_each_place() {
        assert_eq!(sets(r"\ba[0-3]{2}(?:x|yz)"), ["[a]", "[0123]", "[0123]", "[xy]"]);
        assert_eq!(sets(r"(?:a[bc]?){2}d"), ["[a]", "[abc]", "[abcd]"]);
        assert_eq!(sets(r"a(?:b{0,3}){0,3}"), ["[a]"]);
    }
}
