//! What narrows a rule: where its secrets lie, what stands near them, and what looks like one and is none.

use std::sync::OnceLock;

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::{hits::Hit, pair::lines_around, pattern::Pattern};
use crate::model::{Document, Source};

/// Narrows a rule. What is known of no path is everywhere.
#[derive(Debug, Default)]
pub struct Scope {
    /// Globs of which one matches the path, relative to the target; empty: any path.
    pub paths: Vec<String>,
    /// All of them match near a hit.
    pub near: Vec<Near>,
    /// A hit of which one matches is none.
    pub except: Vec<(Part, Pattern)>,
    /// In small letters; a hit whose secret holds one is none.
    pub words: Vec<String>,
    globs: OnceLock<GlobSet>,
}

/// What stands near a hit.
#[derive(Debug)]
pub struct Near {
    /// What it looks like.
    pub pattern: Pattern,
    /// How many lines away it may be.
    pub lines: usize,
}

/// What of a hit a pattern is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The secret.
    Secret,
    /// All that matched.
    Match,
    /// The lines on which it stands.
    Line,
}

/// A glob of a path, as `--exclude` and allows have them: `*` matches slashes, too.
pub fn glob(pattern: &str) -> Result<Glob, String> {
    Glob::new(pattern).map_err(|error| error.kind().to_string())
}

impl Scope {
    /// Narrows a rule to those paths, to what stands near, and by what is none.
    pub fn new(paths: Vec<String>, near: Vec<Near>, except: Vec<(Part, Pattern)>, words: Vec<String>) -> Self {
        Self { paths, near, except, words, globs: OnceLock::new() }
    }

    /// Tries all globs and patterns, as nobody has before.
    pub fn check(&self) -> Result<(), String> {
        self.paths.iter().try_for_each(|path| glob(path).map(drop).map_err(|cause| format!("paths: `{path}`: {cause}")))?;
        let near = self.near.iter().map(|near| &near.pattern);
        let mut patterns = near.chain(self.except.iter().map(|(_, pattern)| pattern));
        patterns.try_for_each(|pattern| pattern.check().map_err(|cause| format!("`{}`: {cause}", pattern.text())))
    }

    /// Whether a hit in a document is one, as far as the path is known.
    pub fn admits(&self, document: &Document<'_>, hit: &Hit) -> bool {
        let known = !matches!(document.origin.source, Source::Object { .. });
        (!known || self.lies(&document.origin.name())) && self.is_near(document.bytes, hit) && !self.excepts(document.bytes, hit)
    }

    /// Whether its secrets may lie at a path: that of a document, or of an archive in which it lies.
    pub fn lies(&self, path: &str) -> bool {
        if self.paths.is_empty() {
            return true;
        }
        let globs = self.globs.get_or_init(|| {
            let mut set = GlobSetBuilder::new();
            for glob in self.paths.iter().filter_map(|path| glob(path).ok()) {
                set.add(glob);
            }
            set.build().unwrap_or_default()
        });
        path.match_indices("!/").map(|(end, _)| &path[..end]).chain([path]).any(|way| globs.is_match(way))
    }

    fn is_near(&self, bytes: &[u8], hit: &Hit) -> bool {
        let found = |near: &Near| near.pattern.first(bytes, lines_around(bytes, &hit.whole, near.lines), &mut Vec::new()).is_some();
        self.near.iter().all(found)
    }

    fn excepts(&self, bytes: &[u8], hit: &Hit) -> bool {
        let secret = String::from_utf8_lossy(&bytes[hit.secret.clone()]).to_ascii_lowercase();
        let matches = |(part, pattern): &(Part, Pattern)| {
            let within = match part {
                Part::Secret => hit.secret.clone(),
                Part::Match => hit.whole.clone(),
                Part::Line => lines_around(bytes, &hit.whole, 0),
            };
            // Apart from what stands around it: `^` is its start.
            pattern.first(&bytes[within.clone()], 0..within.len(), &mut Vec::new()).is_some()
        };
        self.words.iter().any(|word| secret.contains(word.as_str())) || self.except.iter().any(matches)
    }

    /// All that it says, for a digest.
    pub fn said(&self) -> impl Iterator<Item = String> {
        let paths = self.paths.iter().map(|path| format!("path {path}"));
        let words = self.words.iter().map(|word| format!("word {word}"));
        let near = self.near.iter().map(|near| format!("near {} {}", near.lines, near.pattern.text()));
        let except = self.except.iter().map(|(part, pattern)| format!("except {part:?} {}", pattern.text()));
        paths.chain(words).chain(near).chain(except)
    }
}

#[cfg(test)]
mod tests {
    use super::{Near, Part, Scope};
    use crate::{
        engine::{Hit, RuleIndex, pattern::Pattern},
        model::{ContentId, Document, Origin, Source},
    };

    fn pattern(text: &'static str) -> Pattern {
        Pattern::new(text.into(), usize::MAX, 0)
    }

    /// Whether a scope admits the secret `S3CRET` in a text.
    fn admits(scope: &Scope, text: &str, source: Source) -> bool {
        let origin = Origin::new(source);
        let at = text.find("S3CRET").expect("it is there");
        let whole = text[..at].rfind(' ').map_or(at, |blank| blank + 1)..at + 6;
        let hit =
            Hit { rule: RuleIndex(0), whole, secret: at..at + 6, handle: None, attributes: Vec::new(), truncated: false, observed: None };
        scope.admits(&Document { origin: &origin, bytes: text.as_bytes(), kin: None, layer: 0 }, &hit)
    }

    fn file(path: &str) -> Source {
        Source::Stream { name: path.into() }
    }

    #[test]
    fn a_path_and_a_word_are_not_the_same() {
        let (path, word) = (Scope { paths: vec!["x".into()], ..Scope::default() }, Scope { words: vec!["x".into()], ..Scope::default() });
        assert!(!path.said().eq(word.said()));
    }

    #[test]
    fn a_path_decides_where_it_is_known() {
        let scope = Scope { paths: vec!["*.env".into()], ..Scope::default() };
        let at = |path: &str| admits(&scope, "S3CRET", file(path));
        assert_eq!([at("a/b.env"), at("a/b.txt"), at("x.env!/inner.txt")], [true, false, true]);
        let id = ContentId::new(&[0; 20]).expect("an id");
        assert!(admits(&scope, "S3CRET", Source::Object { id }), "where it lies is known later");
    }

    #[test]
    fn what_must_be_near_is_looked_for_some_lines_around() {
        let near = |lines| Scope { near: vec![Near { pattern: pattern("client-id"), lines }], ..Scope::default() };
        let text = "client-id\n\nS3CRET\n";
        assert_eq!([admits(&near(1), text, file("a")), admits(&near(2), text, file("a"))], [false, true]);
    }

    #[test]
    fn an_exception_is_held_against_its_part() {
        let except = |part, text| Scope { except: vec![(part, pattern(text))], ..Scope::default() };
        let line = "sample key=S3CRET\nnext";
        let said = |part, text| admits(&except(part, text), line, file("a"));
        assert_eq!(
            [said(Part::Secret, "^S3"), said(Part::Secret, "key"), said(Part::Match, "^key="), said(Part::Match, "sample")],
            [false, true, false, true]
        );
        assert_eq!([said(Part::Line, "^sample.*T$"), said(Part::Line, "next")], [false, true]);
        let word = Scope { words: vec!["cret".into()], ..Scope::default() };
        assert!(!admits(&word, line, file("a")));
    }
}
