//! A pattern of another tool as one of ours: with a group `secret`, each repetition bounded, lines instead of documents.

use regex_syntax::ast::{self, AssertionKind, Ast, CaptureName, Flag, Flags, FlagsItemKind, Group, GroupKind, Span};

use super::{bounds::bounded, dialect, unicode};

/// How long a pattern may be as it is written, in bytes.
const LONGEST_TEXT: usize = 1 << 16;
/// How deep groups may stand in each other.
const DEEPEST: u32 = 100;
/// How many patterns may come of one.
const MOST_BRANCHES: usize = 8;

/// A pattern of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ours {
    /// The pattern.
    pub text: String,
    /// What boundless repetitions became at most, where there were some.
    pub bound: Option<u32>,
    /// What repetitions that had a larger bound became at most.
    pub shortened: Option<u32>,
}

/// Which part of a pattern is the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secret {
    /// The group named so, else the first one, else all.
    First,
    /// The group of the given number.
    Group,
    /// All of it, whatever groups it has.
    Whole,
}

/// Makes our pattern of another. Several come of one whose secret stands in another group in each of several branches.
pub fn ours(pattern: &str, secret: Secret, group: Option<u32>) -> Result<Vec<Ours>, String> {
    if pattern.len() > LONGEST_TEXT {
        return Err(format!("the pattern is longer than {LONGEST_TEXT} bytes"));
    }
    let mut tree = parse(pattern).or_else(|error| parse(&dialect::normalize(pattern)).map_err(|_| error))?;
    plain(&mut tree)?;
    let groups = groups(&mut tree);
    let spoken = |name: &Option<String>| name.as_ref().is_some_and(|name| matches!(name.to_ascii_lowercase().as_str(), "secret" | "token"));
    let number = group.filter(|_| secret == Secret::Group).map(|number| (number as usize).saturating_sub(1));
    match number.or_else(|| groups.iter().position(spoken)) {
        _ if secret == Secret::Whole => Ok(vec![bounded(&named(tree, usize::MAX))?]),
        Some(wanted) if wanted >= groups.len() => Err(format!("it has no group {}", wanted + 1)),
        Some(wanted) => Ok(vec![bounded(&named(tree, wanted))?]),
        None => branches(tree, MOST_BRANCHES).into_iter().map(|branch| bounded(&named(branch, 0))).collect(),
    }
}

fn parse(pattern: &str) -> Result<Ast, String> {
    let parsed = ast::parse::ParserBuilder::new().nest_limit(DEEPEST).build().parse(pattern);
    parsed.map_err(|error| format!("{} (at byte {} of the pattern)", error.kind(), error.span().start.offset))
}

/// The parts of a pattern.
pub(super) fn parts(tree: &mut Ast) -> Vec<&mut Ast> {
    match tree {
        Ast::Repetition(repetition) => vec![&mut *repetition.ast],
        Ast::Group(group) => vec![&mut *group.ast],
        Ast::Alternation(alternation) => alternation.asts.iter_mut().collect(),
        Ast::Concat(concat) => concat.asts.iter_mut().collect(),
        _ => Vec::new(),
    }
}

/// Takes off what is no part of our language or means something else in it: verbose and Unicode mode, ends of the document.
fn plain(tree: &mut Ast) -> Result<(), String> {
    parts(tree).into_iter().try_for_each(plain)?;
    match tree {
        Ast::Flags(set) => {
            keep(&mut set.flags);
            if set.flags.items.is_empty() {
                *tree = Ast::empty(set.span);
            }
        }
        Ast::Group(group) => {
            if let GroupKind::NonCapturing(flags) = &mut group.kind {
                keep(flags);
            }
        }
        Ast::ClassUnicode(class) => *tree = unicode::class(class)?,
        Ast::ClassBracketed(class) => unicode::set(&mut class.kind)?,
        Ast::Literal(literal) if !literal.c.is_ascii() => *tree = parse(&format!("(?u-i:{})", literal.c))?,
        Ast::Assertion(assertion) => match assertion.kind {
            AssertionKind::StartLine | AssertionKind::StartText => *tree = parse("(?mR:^)")?,
            AssertionKind::EndLine | AssertionKind::EndText => *tree = parse("(?mR:$)")?,
            _ => {}
        },
        _ => {}
    }
    Ok(())
}

/// Keeps the flags that mean the same here. A verbose pattern was read already; the engine reads bytes.
fn keep(flags: &mut Flags) {
    let kept = |kind: &FlagsItemKind| !matches!(kind, FlagsItemKind::Flag(Flag::IgnoreWhitespace | Flag::Unicode));
    flags.items.retain(|item| kept(&item.kind));
    while flags.items.last().is_some_and(|item| item.kind == FlagsItemKind::Negation) {
        flags.items.pop();
    }
}

/// The names of the capturing groups, in order.
pub(super) fn groups(tree: &mut Ast) -> Vec<Option<String>> {
    let mut names = Vec::new();
    if let Ast::Group(group) = tree {
        match &group.kind {
            GroupKind::CaptureIndex(_) => names.push(None),
            GroupKind::CaptureName { name, .. } => names.push(Some(name.name.clone())),
            GroupKind::NonCapturing(_) => {}
        }
    }
    names.extend(parts(tree).into_iter().flat_map(groups));
    names
}

/// Names the group of that number `secret` and takes the others' names and numbers; all is the secret where there is none.
fn named(mut tree: Ast, wanted: usize) -> Ast {
    let mut seen = 0;
    name(&mut tree, &mut seen, wanted);
    if seen > wanted {
        return tree;
    }
    let span = *tree.span();
    Ast::group(Group { span, kind: secret(span), ast: Box::new(tree) })
}

fn name(tree: &mut Ast, seen: &mut usize, wanted: usize) {
    if let Ast::Group(group) = tree
        && group.is_capturing()
    {
        let span = group.span;
        group.kind = if *seen == wanted { secret(span) } else { GroupKind::NonCapturing(Flags { span, items: Vec::new() }) };
        *seen += 1;
    }
    parts(tree).into_iter().for_each(|part| name(part, seen, wanted));
}

fn secret(span: Span) -> GroupKind {
    GroupKind::CaptureName { starts_with_p: false, name: CaptureName { span, name: "secret".into(), index: 1 } }
}

/// One pattern for each branch that has a group of its own, where no group stands in all branches.
fn branches(tree: Ast, most: usize) -> Vec<Ast> {
    let Some(count) = fork(&mut tree.clone(), None).filter(|count| *count <= most) else { return vec![tree] };
    let chosen = (0..count).map(|branch| {
        let mut one = tree.clone();
        fork(&mut one, Some(branch));
        one
    });
    chosen.flat_map(|one| branches(one, most / count)).collect()
}

/// How many branches the first fork has of which several hold groups; puts one of them in its place.
fn fork(tree: &mut Ast, choose: Option<usize>) -> Option<usize> {
    if let Ast::Alternation(alternation) = tree {
        let holding = alternation.asts.iter_mut().filter_map(|branch| (!groups(branch).is_empty()).then_some(())).count();
        if holding > 1 {
            let (span, count) = (alternation.span, alternation.asts.len());
            if let Some(branch) = choose {
                // Flags that a branch sets hold in those behind it.
                let flags = alternation.asts[..branch].iter().flat_map(set_flags).collect::<Vec<_>>();
                let asts = flags.into_iter().chain([alternation.asts[branch].clone()]).collect();
                let kind = GroupKind::NonCapturing(Flags { span, items: Vec::new() });
                *tree = Ast::group(Group { span, kind, ast: Box::new(Ast::concat(ast::Concat { span, asts })) });
            }
            return Some(count);
        }
    }
    if matches!(tree, Ast::Group(group) if group.is_capturing()) {
        return None;
    }
    parts(tree).into_iter().find_map(|part| (!groups(part).is_empty()).then(|| fork(part, choose))).flatten()
}

fn set_flags(branch: &Ast) -> Vec<Ast> {
    match branch {
        Ast::Flags(_) => vec![branch.clone()],
        Ast::Concat(concat) => concat.asts.iter().filter(|part| matches!(part, Ast::Flags(_))).cloned().collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Secret, ours};

    fn one(pattern: &str) -> String {
        let mut all = ours(pattern, Secret::First, None).expect(pattern);
        assert_eq!(all.len(), 1, "{pattern}");
        all.remove(0).text
    }

    #[test]
    fn the_secret_is_the_group_that_was_named_or_the_first_or_all() {
        assert_eq!(one("tok_[a-z]{9}"), "(?<secret>tok_[a-z]{9})");
        assert_eq!(one("(?:x)(tok_[a-z]{9})(;|y)"), "(?:x)(?<secret>tok_[a-z]{9})(?:;|y)");
        let second = ours("(a)=(tok_[a-z]{9})", Secret::Group, Some(2)).expect("good");
        assert_eq!(second[0].text, "(?:a)=(?<secret>tok_[a-z]{9})");
        assert_eq!(one("(?P<name>a)=(?P<TOKEN>tok_[a-z]{9})"), "(?:a)=(?<secret>tok_[a-z]{9})");
        assert!(ours("(a)", Secret::Group, Some(2)).is_err());
    }

    #[test]
    fn repetitions_without_a_bound_get_one_of_their_sort() {
        let [blanks] = ours(r"tok\s*=([a-z]+)", Secret::First, None).expect("good").try_into().expect("one");
        assert_eq!((blanks.text.as_str(), blanks.bound), (r"tok\s{0,64}=(?<secret>[a-z]{1,1024})", Some(1024)));
        let block = one(r"-----BEGIN KEY-----[\s\S-]{64,}?-----END KEY-----");
        assert!(block.contains("{64,3900}?"), "{block}");
        let [nested] = ours(r"tok(?:[a-z]+\.)+x", Secret::First, None).expect("good").try_into().expect("one");
        assert!(nested.bound.is_some_and(|bound| bound < 128), "{nested:?}");
        let [wide] = ours(r"tok.{0,3000}x.{0,3000}y", Secret::First, None).expect("good").try_into().expect("one");
        assert_eq!(wide.shortened, Some(1024));
    }

    #[test]
    fn verbose_patterns_lose_their_blanks_and_ends_of_the_document_become_ends_of_lines() {
        assert_eq!(one("(?xi)\n  tok_ # a comment\n  [a-z]{9}\\ x"), r"(?<secret>(?i)tok_[a-z]{9}\ x)");
        assert_eq!(one(r"^tok_[0-9]{3}(?:;|$)"), r"(?<secret>(?mR:^)tok_[0-9]{3}(?:;|(?mR:$)))");
        assert_eq!(one(r"(?i)[\w.-]{0,50}?\s*(?:tok)=([0-9]{3})"), r"(?i)(?:tok)=(?<secret>[0-9]{3})");
        assert_eq!(one(r"tok_\p{L}{3}[\pN_]"), r"(?<secret>tok_[A-Za-z]{3}[[0-9]_])");
    }

    #[test]
    fn branches_with_a_group_each_become_patterns_of_their_own() {
        let both = ours("(?xi) x(?: key=(a[0-9]{3}) | pass=(b[0-9]{3}) )", Secret::First, None).expect("good");
        let texts: Vec<&str> = both.iter().map(|ours| ours.text.as_str()).collect();
        assert_eq!(texts, ["(?i)x(?:(?:key=(?<secret>a[0-9]{3})))", "(?i)x(?:(?:pass=(?<secret>b[0-9]{3})))"]);
        let flags = ours("(?i)key=(a[0-9]{3})|pass=(b[0-9]{3})", Secret::First, None).expect("good");
        assert_eq!(flags[1].text, "(?:(?i)pass=(?<secret>b[0-9]{3}))");
    }

    #[test]
    fn what_cannot_become_ours_is_told() {
        for (pattern, told) in [
            ("tok(?=x)", "look-around"),
            (r"(a)\1", "backreferences"),
            ("tok[", "unclosed"),
            ("a*", "empty"),
            ("((a{900}){900}){900}", "longer than 4096"),
            (r"tok\p{Greek}", "Greek"),
        ] {
            let error = ours(pattern, Secret::First, None).expect_err(pattern);
            assert!(error.contains(told), "{pattern}: {error}");
        }
        assert!(ours(&"(".repeat(50_000), Secret::First, None).is_err());
        assert!(ours(&"a".repeat(70_000), Secret::First, None).is_err());
    }
}
