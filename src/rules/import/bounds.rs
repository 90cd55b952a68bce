//! Repetitions of another tool's pattern with bounds, so that the engine can say how far it reaches.

use regex_syntax::ast::{Ast, RepetitionKind, RepetitionOp, RepetitionRange};

use super::pattern::{Ours, groups, parts};
use crate::engine::{
    pattern::Pattern,
    shape::{self, LONGEST},
};

/// What boundless repetitions are tried with, the most first.
const BOUNDS: &[u32] = &[3900, 3700, 3500, 3300, 2048, 1024, 512, 256, 128, 64, 32, 16, 8, 4];
/// Rather than boundless ones below this, bounded repetitions are shortened, too.
const SHORT: u32 = 128;
/// The most that a boundless repetition of one sort of character becomes.
const RUN: u32 = 1024;
/// The most that a boundless repetition of blanks becomes.
const BLANKS: u32 = 64;

/// Bounds each repetition, as high as the engine permits.
pub(super) fn bounded(tree: &Ast) -> Result<Ours, String> {
    let mut last = String::new();
    let gentle = BOUNDS.iter().filter(|most| **most >= SHORT).map(|most| (*most, None));
    let harsh = BOUNDS.iter().map(|most| (*most, Some(*most)));
    for (most, shorten) in gentle.chain(harsh) {
        let mut tried = tree.clone();
        trim(&mut tried);
        let (mut boundless, mut cut) = (None, None);
        cap(&mut tried, most, shorten, &mut boundless, &mut cut);
        let text = print(&tried)?;
        match fits(&text) {
            Ok(()) => return Ok(Ours { text, bound: boundless, shortened: cut }),
            Err(Misfit::Never(cause)) => return Err(cause),
            Err(Misfit::Large(cause)) => last = cause,
        }
    }
    Err(last)
}

/// Why a pattern does not do: for ever, or with these bounds.
enum Misfit {
    Never(String),
    Large(String),
}

fn fits(text: &str) -> Result<(), Misfit> {
    let hir = shape::parse(text).map_err(|error| Misfit::Never(error.to_string()))?;
    if hir.properties().minimum_len().is_none_or(|least| least == 0) {
        return Err(Misfit::Never("it matches the empty string".into()));
    }
    match hir.properties().maximum_len() {
        Some(reach) if reach <= LONGEST => Pattern::new(text.to_owned().into(), reach, 0).check().map_err(Misfit::Large),
        _ => Err(Misfit::Large(format!("a match may be longer than {LONGEST} bytes"))),
    }
}

/// Takes off what may be left out in front of the secret: what comes before it decides nothing, and only costs.
fn trim(tree: &mut Ast) {
    let Ast::Concat(concat) = tree else { return };
    if !concat.asts.iter().any(|part| !groups(&mut part.clone()).is_empty()) {
        return;
    }
    let idle = |part: &Ast| matches!(part, Ast::Flags(_) | Ast::Empty(_)) || omissible(part);
    let lead = concat.asts.iter().take_while(|part| idle(part)).count();
    let mut index = 0;
    concat.asts.retain(|part| {
        index += 1;
        index > lead || !omissible(part)
    });
}

/// A repetition of no times, without a group in it.
fn omissible(part: &Ast) -> bool {
    let Ast::Repetition(repetition) = part else { return false };
    let none = match repetition.op.kind {
        RepetitionKind::ZeroOrOne | RepetitionKind::ZeroOrMore => true,
        RepetitionKind::OneOrMore => false,
        RepetitionKind::Range(RepetitionRange::Exactly(least) | RepetitionRange::AtLeast(least) | RepetitionRange::Bounded(least, _)) => {
            least == 0
        }
    };
    none && groups(&mut repetition.ast.clone()).is_empty()
}

/// Gives repetitions a bound of their sort; tells the highest that was set.
fn cap(tree: &mut Ast, most: u32, shorten: Option<u32>, boundless: &mut Option<u32>, cut: &mut Option<u32>) {
    if let Ast::Repetition(repetition) = tree {
        let own = most.min(sort(&repetition.ast));
        let RepetitionOp { kind, .. } = &mut repetition.op;
        let least = match kind {
            RepetitionKind::ZeroOrMore | RepetitionKind::Range(RepetitionRange::AtLeast(0)) => Some(0),
            RepetitionKind::OneOrMore => Some(1),
            RepetitionKind::Range(RepetitionRange::AtLeast(least)) => Some(*least),
            _ => None,
        };
        if let Some(least) = least {
            *boundless = (*boundless).max(Some(own.max(least)));
            *kind = RepetitionKind::Range(RepetitionRange::Bounded(least, own.max(least)));
        } else if let (RepetitionKind::Range(RepetitionRange::Bounded(least, top)), Some(limit)) = (&mut *kind, shorten)
            && *top > limit.max(*least)
        {
            *top = limit.max(*least);
            *cut = (*cut).max(Some(*top));
        }
    }
    parts(tree).into_iter().for_each(|part| cap(part, most, shorten, boundless, cut));
}

/// The most that a boundless repetition of this may become.
fn sort(tree: &Ast) -> u32 {
    let hir = print(tree).ok().and_then(|text| shape::parse(&text).ok());
    let Some(bytes) = hir.as_ref().map(shape::alphabet) else { return RUN };
    if (0..=u8::MAX).all(|byte| !bytes.has(byte) || byte.is_ascii_whitespace() || byte == 0x0b) {
        BLANKS
    } else if bytes.has(b'\n') && bytes.has(b'-') && bytes.has(b'/') {
        // Blocks of keys.
        u32::MAX
    } else {
        RUN
    }
}

fn print(tree: &Ast) -> Result<String, String> {
    let mut text = String::new();
    regex_syntax::ast::print::Printer::new().print(tree, &mut text).map_err(|_| "it cannot be written down".to_owned())?;
    Ok(text)
}
