//! Loads rules of users at run time, with the place of each mistake.

use super::{
    Pair, Rule, RuleBook, Text, Texts,
    builtin::GAP,
    definition::{Definition, File, PairDefinition},
    draft::{Draft, Flaw, draft},
    narrow,
};
use crate::engine::{
    Anchor, Anchors, ByteSet, Form, RuleIndex, armour::Closing, context::Context, extra::Extra, pair::Other, pattern::Pattern,
    proofs::ProofCall, readers, shape::Lead, word::Value,
};

/// Why a file of rules cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// The file is not text.
    #[error("{file}: not UTF-8 (byte {at})")]
    NotText {
        /// The file's name.
        file: String,
        /// The first bad byte.
        at: usize,
    },
    /// The file is not TOML, or not of the format of rules.
    #[error("{file}:{line}:{column}: {cause}")]
    Format {
        /// The file's name.
        file: String,
        /// From 1.
        line: usize,
        /// From 1, in bytes.
        column: usize,
        /// What is wrong.
        cause: String,
    },
    /// There is no rule in the file.
    #[error("{file}: there is no rule in it (`[[rule]]`)")]
    Empty {
        /// The file's name.
        file: String,
    },
    /// A rule cannot be used.
    #[error("{file}:{line}:{column}: rule `{rule}`: {cause}")]
    Rule {
        /// The file's name.
        file: String,
        /// From 1.
        line: usize,
        /// From 1, in bytes.
        column: usize,
        /// The rule's id.
        rule: String,
        /// What is wrong.
        cause: String,
    },
    /// No rule has that id.
    #[error("there is no rule `{0}`")]
    Unknown(String),
    /// All together are more than the engine can number.
    #[error("too many rules")]
    TooMany,
}

/// A file that is being read.
struct Reading<'a> {
    name: &'a str,
    text: &'a str,
}

/// Adds the rules of some files to a book.
pub fn load(mut book: RuleBook, files: &[(&str, &[u8])]) -> Result<RuleBook, RuleError> {
    for (name, bytes) in files {
        let text = std::str::from_utf8(bytes).map_err(|error| RuleError::NotText { file: (*name).to_owned(), at: error.valid_up_to() })?;
        let reading = Reading { name, text };
        let file: File = toml::from_str(text).map_err(|error| reading.format(&error))?;
        if file.rule.is_empty() {
            return Err(RuleError::Empty { file: (*name).to_owned() });
        }
        let provider = file.provider.unwrap_or_default();
        for definition in file.rule {
            let id = definition.id.get_ref().clone();
            let old = definition.replaces.then(|| book.position(&id)).flatten();
            let (rule, leads) = checked(&book, definition, &provider).map_err(|flaw| reading.rule(&id, &flaw))?;
            book.off.extend(old);
            book.loaded.push(rule);
            book.leads.push(leads);
        }
    }
    let extra = extra(&book)?;
    book.finder = book.finder.with(extra);
    Ok(book)
}

/// Makes a rule of a definition, with what stands around its anchors, or says what is wrong with it.
fn checked(book: &RuleBook, mut definition: Definition, provider: &str) -> Result<(Rule, Vec<Lead>), Flaw> {
    let flaw = |cause: &str| Err(Flaw { cause: cause.into(), span: definition.id.span() });
    match (book.find(definition.id.get_ref()).is_some(), definition.replaces) {
        (true, false) => return flaw("there is another rule of that id; to take its place, say `replaces = true`"),
        (false, true) => return flaw("there is no rule of that id whose place it could take (`replaces`)"),
        _ => {}
    }
    let draft = draft(&mut definition)?;
    check_names(&definition)?;
    let span = definition.pattern.span();
    let rule = rule(definition, &draft, provider);
    check_patterns(&rule).map_err(|cause| Flaw { cause, span })?;
    Ok((rule, draft.shape.leads))
}

impl Reading<'_> {
    /// Line and column of a byte, from 1.
    fn place(&self, at: usize) -> (usize, usize) {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        (line, before.len() - memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1) + 1)
    }

    fn format(&self, error: &toml::de::Error) -> RuleError {
        let (line, column) = self.place(error.span().map_or(0, |span| span.start));
        let message = error.message();
        let cause = suggestion(message).map_or_else(|| message.to_owned(), |known| format!("{message}; did you mean `{known}`?"));
        RuleError::Format { file: self.name.to_owned(), line, column, cause }
    }

    fn rule(&self, id: &str, flaw: &Flaw) -> RuleError {
        let (line, column) = self.place(flaw.span.start);
        RuleError::Rule { file: self.name.to_owned(), line, column, rule: id.to_owned(), cause: flaw.cause.clone() }
    }
}

/// The known key that is nearest to an unknown one, out of serde's message: "unknown field `x`, expected one of `a`, `b`".
fn suggestion(message: &str) -> Option<&str> {
    let mut quoted = message.strip_prefix("unknown field ")?.split('`').skip(1).step_by(2);
    let unknown = quoted.next()?;
    let near = quoted.map(|known| (strsim::damerau_levenshtein(unknown, known), known)).min()?;
    (near.0 <= 3).then_some(near.1)
}

fn check_names(rule: &Definition) -> Result<(), Flaw> {
    let pair = rule.pair.iter().flat_map(|pair| &pair.proofs);
    check_all(rule.proofs.iter().chain(pair), rule.reads.as_deref()).map_err(|cause| Flaw { cause, span: rule.id.span() })
}

/// Whether proofs and reader exist.
pub(super) fn check_all<'a>(mut proofs: impl Iterator<Item = impl AsRef<str> + 'a>, reads: Option<&str>) -> Result<(), String> {
    proofs.try_for_each(|proof| ProofCall::parse(proof.as_ref()).map(|_| ()))?;
    match reads.filter(|name| readers::names().all(|known| known != *name)) {
        Some(unknown) => Err(format!("no reader `{unknown}`: there are {}", readers::names().collect::<Vec<_>>().join(", "))),
        None => Ok(()),
    }
}

/// Compiles a rule's patterns once, as nobody has tried them before.
fn check_patterns(rule: &Rule) -> Result<(), String> {
    let closing = rule.form.closing.iter().map(|closing| &closing.pattern);
    let pair = rule.pair.iter().map(|pair| &pair.other.pattern);
    let own = (!rule.form.assignment).then_some(&rule.form.pattern);
    rule.scope.iter().try_for_each(|scope| scope.check())?;
    own.into_iter().chain(closing).chain(pair).try_for_each(Pattern::check)
}

fn rule(definition: Definition, draft: &Draft, provider: &str) -> Rule {
    let known = "the draft checked the name";
    let scoped = definition.is_scoped();
    let context = draft.alone.as_ref().map(|alone| {
        let (alphabet, least) = alone.value;
        Context { value: Value { alphabet, least }, gap: &GAP, reach: draft.shape.reach }
    });
    let main = match &draft.alone {
        Some(alone) => pattern(alone.pattern.clone(), alone.reach, 0),
        None => pattern(definition.pattern.into_inner(), draft.shape.reach, draft.shape.before),
    };
    let closing = definition
        .closing
        .zip(draft.closing)
        .map(|(closing, (longest, reach))| Closing { pattern: pattern(closing.into_inner(), longest, 0), reach });
    let scope = scoped.then(|| Box::new(narrow::scope(definition.paths, definition.near, definition.except)));
    Rule {
        id: definition.id.into_inner().into(),
        provider: provider.to_owned().into(),
        title: definition.title.into(),
        kind: definition.kind.parse().expect(known),
        severity: definition.severity.parse().expect(known),
        confidence: definition.confidence.parse().expect(known),
        explain: definition.explain.into(),
        see: texts(definition.see),
        anchors: texts(definition.anchors.into_inner()),
        ignore_case: definition.ignore_case,
        form: Form { pattern: main, closing, public: draft.shape.public, context, assignment: definition.assignment },
        proofs: texts(definition.proofs),
        reads: definition.reads.map(Text::from),
        scope,
        pair: definition.pair.zip(draft.pair).map(|(pair, (reach, alphabet))| other_half(pair, reach, alphabet)),
        examples: texts(definition.examples),
        counter: texts(definition.counter),
        overlaps: texts(definition.overlaps),
        digest: None,
    }
}

fn other_half(pair: PairDefinition, reach: usize, alphabet: ByteSet) -> Pair {
    let other = Other { pattern: pattern(pair.pattern.into_inner(), reach, 0), alphabet, lines: pair.lines };
    Pair { title: pair.title.into(), other, proofs: texts(pair.proofs) }
}

fn pattern(text: String, reach: usize, before: usize) -> Pattern {
    Pattern::new(text.into(), reach, before)
}

fn texts(texts: Vec<String>) -> Texts {
    texts.into_iter().map(Text::from).collect()
}

/// The second pass of the engine for all loaded rules.
fn extra(book: &RuleBook) -> Result<Option<Extra>, RuleError> {
    if book.loaded.is_empty() {
        return Ok(None);
    }
    let (mut literals, mut anchors, mut sets) = (Vec::new(), Vec::new(), Vec::new());
    for (index, (rule, leads)) in book.loaded.iter().zip(&book.leads).enumerate() {
        let index = u16::try_from(book.builtin.len() + index).ok().map(RuleIndex).filter(|index| *index != RuleIndex::MARK);
        let index = index.ok_or(RuleError::TooMany)?;
        for (literal, lead) in rule.anchors.iter().zip(leads) {
            literals.push((literal.as_bytes().to_vec(), rule.ignore_case));
            anchors.push(anchor(index, literal.as_bytes(), lead, &mut sets).ok_or(RuleError::TooMany)?);
        }
    }
    if book.finder.builtin_anchors() + anchors.len() > usize::from(u16::MAX) {
        return Err(RuleError::TooMany);
    }
    Extra::new(literals, Anchors { list: anchors.into(), sets: sets.into() }).map(Some).ok_or(RuleError::TooMany)
}

fn anchor(rule: RuleIndex, literal: &[u8], lead: &Lead, sets: &mut Vec<ByteSet>) -> Option<Anchor> {
    let mut number = |set: &ByteSet| {
        let known = sets.iter().position(|other| other == set);
        u16::try_from(known.unwrap_or_else(|| {
            sets.push(*set);
            sets.len() - 1
        }))
        .ok()
    };
    let left = match &lead.left {
        Some(left) => Some(number(left)?),
        None => None,
    };
    let follow: Option<Vec<u16>> = lead.follow.iter().map(&mut number).collect();
    Some(Anchor { rule, len: u8::try_from(literal.len()).ok()?, left, follow: follow?.into() })
}

#[cfg(test)]
mod tests {
    use super::super::RuleBook;
    use crate::{
        engine::Scratch,
        model::{Document, Origin, Source},
    };

    const GOOD: &str = r#"[[rule]]
id = "acme.key"
title = "Acme key"
kind = "token"
anchors = ["acme_"]
pattern = '(?<secret>acme_[0-9]{9})'
severity = "high"
confidence = "high"
explain = "Opens Acme."
examples = ["acme_{digit:9}"]
"#;

    fn error(from: &str, to: &str) -> String {
        assert!(GOOD.contains(from), "{from}");
        let text = GOOD.replacen(from, to, 1);
        RuleBook::builtin().with_files(&[("my.toml", text.as_bytes())]).expect_err(to).to_string()
    }

    #[test]
    fn a_good_rule_loads_and_has_another_digest() {
        let book = RuleBook::builtin().with_files(&[("my.toml", GOOD.as_bytes())]).expect("a good rule");
        assert_eq!(book.len(), RuleBook::builtin().len() + 1);
        assert!(book.find("acme.key").is_some());
        assert_ne!(book.digest(), RuleBook::builtin().digest());
    }

    /// The quotes are no part of the secret: the value is looked for with them.
    #[test]
    fn a_context_rule_may_match_more_than_its_secret() {
        let rule = GOOD
            .replace("anchors = [\"acme_\"]", "context = [\"zqacme\"]")
            .replace("(?<secret>acme_[0-9]{9})", "\"(?<secret>[0-9]{9})\"")
            .replace("confidence = \"high\"", "confidence = \"medium\"")
            .replace("acme_{digit:9}", "zqacme_key = \\\"{digit:9}\\\"");
        let book = RuleBook::builtin().with_files(&[("my.toml", rule.as_bytes())]).expect("a good rule");
        let origin = Origin::new(Source::Stream { name: "-".into() });
        let text = format!("zqacme_key = \"{}\"", "1".repeat(9));
        let document = Document { origin: &origin, bytes: text.as_bytes(), kin: None, layer: 0 };
        let mut told = Vec::new();
        book.hits(&document, &mut Scratch::new(), &mut |rule, hit| told.push((rule.id.to_string(), hit.secret.clone())));
        assert!(told.contains(&("acme.key".to_owned(), 14..23)), "{told:?}");
    }

    #[test]
    fn mistakes_are_told_with_file_place_rule_and_cause() {
        for (from, to, told) in [
            ("[[rule]]", "[[rule", "my.toml:1:"),
            ("title =", "titel =", "my.toml:3:1: unknown field `titel`"),
            ("title =", "titel =", "did you mean `title`?"),
            (
                "(?<secret>acme_[0-9]{9})",
                "(?<secret>acme_[0-9]{9}",
                "my.toml:6:11: rule `acme.key`: pattern: unclosed group (at byte 0 of the pattern)",
            ),
            ("[0-9]{9}", "[0-9]+", "may be of any length"),
            ("[0-9]{9}", "(([0-9]{900}){900}){900}", "bytes long"),
            ("[0-9]{9}", "(?=a)", "look-around"),
            ("acme_[0-9]{9}", "a{0,9}", "matches the empty string"),
            ("?<secret>", "", "no group named `secret`"),
            (r#"["acme_"]"#, r#"["ac"]"#, "my.toml:5:11: rule `acme.key`: anchor `ac` is too short"),
            (r#"["acme_"]"#, "[]", "no anchor"),
            (r#""token""#, r#""tokn""#, "kind `tokn` is none of token, "),
            ("acme.key", "Acme", "is no rule id"),
            ("severity", "proofs = ['crc32-base26']\nseverity", "no proof `crc32-base26`"),
            ("severity", "reads = 'jwtt'\nseverity", "no reader `jwtt`"),
            ("[[rule]]", "provider = 1\n[[rule]]", "my.toml:1:12: "),
        ] {
            let error = error(from, to);
            assert!(error.contains(told), "{to}: {error}");
        }
    }

    #[test]
    fn mistakes_of_whole_files_are_told() {
        let twice = [("a.toml", GOOD.as_bytes()), ("b.toml", GOOD.as_bytes())];
        assert_eq!(
            RuleBook::builtin().with_files(&twice).expect_err("twice").to_string(),
            "b.toml:2:6: rule `acme.key`: there is another rule of that id; to take its place, say `replaces = true`"
        );
        let later = GOOD.replace("severity =", "replaces = true\nseverity =").replace("Opens Acme.", "Opens all.");
        let book = RuleBook::builtin().with_files(&[("a.toml", GOOD.as_bytes()), ("b.toml", later.as_bytes())]).expect("it replaces");
        assert_eq!(book.find("acme.key").map(|rule| rule.explain.as_ref()), Some("Opens all."));
        assert_eq!((book.len(), book.iter().count()), (RuleBook::builtin().len() + 1, RuleBook::builtin().len() + 1));
        let alone = RuleBook::builtin().with_files(&[("b.toml", later.as_bytes())]).expect_err("nothing to replace").to_string();
        assert!(alone.contains("whose place it could take"), "{alone}");
        for (bytes, told) in
            [(&b"a = \xff"[..], "x.toml: not UTF-8 (byte 4)"), (b"provider = 'x'", "x.toml: there is no rule in it (`[[rule]]`)")]
        {
            assert_eq!(RuleBook::builtin().with_files(&[("x.toml", bytes)]).expect_err(told).to_string(), told);
        }
    }
}
