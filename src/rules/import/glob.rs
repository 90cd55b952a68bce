//! Globs of a path pattern: other tools know files by regular expressions.

use regex_syntax::{
    ParserBuilder,
    hir::{Class, Hir, HirKind, Look},
};

use super::dialect;

/// How many globs one pattern may become.
const MOST: usize = 64;

/// A piece of a glob, or an end of the path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Any,
    Start,
    End,
}

/// The globs that match what a pattern matches somewhere in a path, and whether they match more.
pub fn globs(pattern: &str) -> Result<(Vec<String>, bool), String> {
    let text = dialect::normalize(pattern);
    let hir = ParserBuilder::new().unicode(false).utf8(false).build().parse(&text).map_err(|_| "it cannot be read".to_owned())?;
    let mut wider = false;
    let mut all: Vec<String> = expand(&hir, &mut wider)?.iter().map(|pieces| glob(pieces)).collect::<Result<_, String>>()?;
    all.sort();
    all.dedup();
    let deep: Vec<String> = all.iter().filter_map(|glob| glob.strip_prefix("**/")).map(str::to_owned).collect();
    all.retain(|glob| !deep.contains(glob));
    if all.iter().any(|glob| glob.chars().all(|c| c == '*' || c == '/')) {
        return Err("it matches every path".into());
    }
    Ok((all, wider))
}

fn glob(pieces: &[Piece]) -> Result<String, String> {
    let inner = pieces.iter().skip(1).any(|piece| *piece == Piece::Start) || pieces.iter().rev().skip(1).any(|piece| *piece == Piece::End);
    if inner {
        return Err("an end of the path stands inside of it".into());
    }
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Any if !out.ends_with('*') => out.push('*'),
            _ => {}
        }
    }
    if pieces.first() != Some(&Piece::Start) {
        out = if out.starts_with('/') { format!("**{out}") } else { format!("*{}", out.trim_start_matches('*')) };
    }
    if pieces.last() != Some(&Piece::End) && !out.ends_with('*') {
        out.push('*');
    }
    Ok(out)
}

fn expand(hir: &Hir, wider: &mut bool) -> Result<Vec<Vec<Piece>>, String> {
    let one = |piece| Ok(vec![vec![piece]]);
    match hir.kind() {
        HirKind::Empty => Ok(vec![Vec::new()]),
        HirKind::Literal(literal) => one(Piece::Text(escaped(&literal.0)?)),
        HirKind::Look(Look::Start | Look::StartLF) => one(Piece::Start),
        HirKind::Look(Look::End | Look::EndLF) => one(Piece::End),
        HirKind::Look(_) => Err("it asks for the edge of a word".into()),
        HirKind::Class(class) => one(Piece::Text(character(class, wider)?)),
        HirKind::Capture(capture) => expand(&capture.sub, wider),
        HirKind::Alternation(parts) => {
            let all: Result<Vec<_>, String> = parts.iter().map(|part| expand(part, wider)).collect();
            few(all?.into_iter().flatten().collect())
        }
        HirKind::Concat(parts) => parts.iter().try_fold(vec![Vec::new()], |heads, part| {
            let tails = expand(part, wider)?;
            few(heads.iter().flat_map(|head: &Vec<Piece>| tails.iter().map(|tail| [&head[..], tail].concat())).collect())
        }),
        HirKind::Repetition(repetition) if repetition.min == 0 && repetition.max == Some(1) => {
            let mut all = expand(&repetition.sub, wider)?;
            all.push(Vec::new());
            few(all)
        }
        HirKind::Repetition(repetition) => {
            *wider |= !matches!(repetition.sub.kind(), HirKind::Class(class) if size(class) > 200);
            one(Piece::Any)
        }
    }
}

fn few(all: Vec<Vec<Piece>>) -> Result<Vec<Vec<Piece>>, String> {
    if all.len() <= MOST { Ok(all) } else { Err(format!("it would become more than {MOST} globs")) }
}

fn size(class: &Class) -> usize {
    let Class::Bytes(class) = class else { return 0 };
    class.iter().map(|range| usize::from(range.end() - range.start()) + 1).sum()
}

/// One character of a class.
fn character(class: &Class, wider: &mut bool) -> Result<String, String> {
    let Class::Bytes(bytes) = class else { return Err("it has a class of Unicode".into()) };
    if size(class) > 16 {
        *wider |= size(class) < 200;
        return Ok("?".into());
    }
    let all: Vec<u8> = bytes.iter().flat_map(|range| range.start()..=range.end()).collect();
    if !all.iter().all(|byte| byte.is_ascii_graphic() && !b"[]!^-/\\".contains(byte)) {
        *wider = true;
        return Ok("?".into());
    }
    Ok(format!("[{}]", all.into_iter().map(char::from).collect::<String>()))
}

/// A text in which nothing is special.
pub fn literal(text: &str) -> String {
    text.chars().map(|c| if "*?[]{}\\!".contains(c) { format!("[{c}]") } else { c.to_string() }).collect()
}

fn escaped(bytes: &[u8]) -> Result<String, String> {
    std::str::from_utf8(bytes).map(literal).map_err(|_| "it is no text".to_owned())
}

#[cfg(test)]
mod tests {
    use super::globs;

    #[test]
    fn path_patterns_become_globs() {
        for (pattern, expected, wider) in [
            (r"(?:^|/)node_modules(?:/.*)?$", &["**/node_modules", "**/node_modules/*"][..], false),
            (r"go\.(?:mod|sum)$", &["*go.mod", "*go.sum"], false),
            (r"^docs/", &["docs/*"], false),
            (r"(?i)\.md$", &["*.[Mm][Dd]"], false),
            (r"v\d+/x", &["*v*/x*"], true),
            (r"(?:^|/)a\[b$", &["**/a[[]b"], false),
        ] {
            let mut expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
            expected.sort();
            assert_eq!(globs(pattern), Ok((expected, wider)), "{pattern}");
        }
    }

    #[test]
    fn what_is_no_glob_is_told() {
        for pattern in [r"\bx", ".*", "", "a$b", "(", &"(?:a|b)".repeat(20)] {
            assert!(globs(pattern).is_err(), "{pattern}");
        }
    }
}
