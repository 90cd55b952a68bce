//! Examples for a rule that came without, or with ones that must not be written down: templates made of its pattern, and
//! texts whose secret is masked.

use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

use crate::engine::{byteset::ByteSet, shape};

/// How a text is made of a pattern, where the pattern leaves it open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manner {
    /// What may be left out stands there, once.
    pub optional: bool,
    /// Which characters are taken first outside of the secret.
    pub filler: &'static [u8],
    /// How long a run inside of the secret is, if the pattern permits.
    pub run: u32,
    /// Which branch is taken.
    pub branch: usize,
    /// Whether the secret counts through its characters rather than drawing them: short ones are random enough by luck only.
    pub steady: bool,
}

/// All manners, the plainest first.
pub fn manners() -> impl Iterator<Item = Manner> {
    const FILLERS: &[&[u8]] = &[b"=:\"' ;,-_./", b" =:\"',;._-/", b"\"'= :", b"_-. =:"];
    [0, 1, 2, 3].into_iter().flat_map(|branch| {
        FILLERS.iter().flat_map(move |filler| {
            let runs = [(24, false), (40, false), (24, true), (64, false), (64, true), (12, false)];
            runs.into_iter().flat_map(move |(run, steady)| [false, true].map(|optional| Manner { optional, filler, run, branch, steady }))
        })
    })
}

/// A class of templates, and what is in it.
type Named = (&'static str, fn(u8) -> bool);

/// Classes of templates, the ones to be preferred first.
const CLASSES: &[Named] = &[
    ("alnum", |b| b.is_ascii_alphanumeric()),
    ("base58", |b| b.is_ascii_alphanumeric() && !b"0OIl".contains(&b)),
    ("letter", |b| b.is_ascii_alphabetic()),
    ("base36", |b| b.is_ascii_digit() || b.is_ascii_lowercase()),
    ("BASE36", |b| b.is_ascii_digit() || b.is_ascii_uppercase()),
    ("base32", |b| b.is_ascii_uppercase() || (b'2'..=b'7').contains(&b)),
    ("lower", |b| b.is_ascii_lowercase()),
    ("upper", |b| b.is_ascii_uppercase()),
    ("hex", |b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)),
    ("HEX", |b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b)),
    ("digit", |b| b.is_ascii_digit()),
];

/// A template for texts that a pattern matches, with its group `secret` marked.
pub fn template(hir: &Hir, manner: Manner) -> Option<String> {
    let mut out = String::new();
    write(hir, manner, false, &mut out)?;
    Some(out)
}

fn write(hir: &Hir, manner: Manner, secret: bool, out: &mut String) -> Option<()> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => literal.0.iter().try_for_each(|byte| plain(*byte, out))?,
        HirKind::Class(class) => run(class, 1, manner, secret, out)?,
        HirKind::Repetition(repetition) => repeat(repetition, manner, secret, out)?,
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| write(part, manner, secret, out))?,
        HirKind::Alternation(parts) => write(&parts[manner.branch % parts.len()], manner, secret, out)?,
        HirKind::Capture(capture) if capture.name.as_deref() == Some("secret") => {
            out.push_str("{<}");
            write(&capture.sub, manner, true, out)?;
            out.push_str("{>}");
        }
        HirKind::Capture(capture) => write(&capture.sub, manner, secret, out)?,
    }
    Some(())
}

fn repeat(repetition: &Repetition, manner: Manner, secret: bool, out: &mut String) -> Option<()> {
    let most = repetition.max.unwrap_or(u32::MAX);
    let least = if manner.optional { repetition.min.max(1).min(most) } else { repetition.min };
    if let HirKind::Class(class) = repetition.sub.kind() {
        let count = if secret && most > 8 { manner.run.clamp(repetition.min, most) } else { least };
        return if count == 0 { Some(()) } else { run(class, count, manner, secret, out) };
    }
    (0..least.min(64)).try_for_each(|_| write(&repetition.sub, manner, secret, out))
}

/// So many characters of a class.
fn run(class: &Class, count: u32, manner: Manner, secret: bool, out: &mut String) -> Option<()> {
    let bytes = shape::alphabet(&Hir::class(class.clone()));
    let named = CLASSES.iter().find(|(_, within)| (0..=u8::MAX).all(|byte| !within(byte) || bytes.has(byte)));
    let filler = manner.filler.iter().copied().find(|byte| bytes.has(*byte)).filter(|_| !secret);
    match (filler, named) {
        (None, Some((_, within))) if secret && manner.steady => {
            let all: Vec<u8> = (0..=u8::MAX).filter(|byte| within(*byte)).collect();
            let done = out.rfind("{<}").map_or(0, |at| out.len() - at);
            (0..count as usize).try_for_each(|at| plain(all[(done + at) % all.len()], out))
        }
        (Some(byte), _) => (0..count).try_for_each(|_| plain(byte, out)),
        (None, Some((name, _))) => {
            out.push_str(&format!("{{{name}:{count}}}"));
            Some(())
        }
        (None, None) => {
            let byte = any(&bytes)?;
            (0..count).try_for_each(|_| plain(byte, out))
        }
    }
}

/// Some character of a class: rather one that is seen.
fn any(bytes: &ByteSet) -> Option<u8> {
    let seen = |byte: &u8| byte.is_ascii_graphic() && bytes.has(*byte);
    (b'0'..=b'z').find(seen).or_else(|| (b'!'..=b'~').find(seen)).or_else(|| [b' ', b'\n', b'\t'].into_iter().find(|b| bytes.has(*b)))
}

/// One character as it stands in a template.
fn plain(byte: u8, out: &mut String) -> Option<()> {
    match byte {
        b'{' => out.push_str("{{"),
        b'}' => out.push_str("}}"),
        b'\n' => out.push_str("{n}"),
        b'\t' | b' '..=b'~' => out.push(char::from(byte)),
        _ => return None,
    }
    Some(())
}

/// A text as a template that makes it.
pub fn literal(text: &[u8]) -> Option<String> {
    let mut out = String::new();
    for character in std::str::from_utf8(text).ok()?.chars() {
        match u8::try_from(character).ok().filter(u8::is_ascii) {
            Some(byte) => plain(byte, &mut out)?,
            None => out.push(character),
        }
    }
    Some(out)
}

/// A secret as a template of its kind: the first bytes as they are, then each run of letters and digits at random.
pub fn masked(secret: &[u8], public: usize) -> Option<String> {
    let (head, tail) = secret.split_at(public.min(secret.len()));
    let mut out = literal(head)?;
    for part in tail.chunk_by(|a, b| a.is_ascii_alphanumeric() == b.is_ascii_alphanumeric()) {
        if part[0].is_ascii_alphanumeric() {
            let smallest = CLASSES.iter().rev().filter(|(name, _)| !matches!(*name, "base58" | "base32"));
            let (name, _) = smallest.into_iter().find(|(_, within)| part.iter().all(|byte| within(*byte)))?;
            out.push_str(&format!("{{{name}:{}}}", part.len()));
        } else {
            out.push_str(&literal(part)?);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::{manners, masked, template};
    use crate::engine::shape::parse;

    fn first(pattern: &str) -> String {
        template(&parse(pattern).expect(pattern), manners().next().expect("a manner")).expect(pattern)
    }

    #[test]
    fn a_pattern_becomes_a_template() {
        assert_eq!(first(r"\b(?<secret>tok_[a-z0-9]{20})\b"), "{<}tok_{base36:20}{>}");
        assert_eq!(first(r"[\w.-]{0,50}?acme[ \t]{0,20}[=:](?<secret>[a-f0-9]{10,64})(?:[;\s]|$)"), "acme={<}{hex:24}{>} ");
        assert_eq!(first(r"x\{(?<secret>[a-z]{3})\n"), "x{{{<}{lower:3}{>}{n}");
    }

    #[test]
    fn a_secret_is_masked_behind_its_prefix() {
        assert_eq!(masked(b"tok_12ab-XY", 4).as_deref(), Some("tok_{hex:4}-{upper:2}"));
        assert_eq!(masked(b"a{1}", 9).as_deref(), Some("a{{1}}"));
    }
}
