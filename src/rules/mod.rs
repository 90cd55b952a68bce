//! The rule book: what secrets look like, as data.
//!
//! Built-in rules are `rules/*.toml`, checked, analysed and turned into tables by the build script: at start there is nothing to
//! do. Rules of users come from the same format at run time ([`RuleBook::with_files`]). The laws that each rule keeps are in [`laws`].

mod builtin;
mod context;
pub mod definition;
mod digest;
mod draft;
pub mod files;
mod forms;
pub mod import;
pub mod laws;
mod load;
mod narrow;
mod rule;
pub mod template;

use std::collections::{BTreeSet, HashMap};

pub use load::RuleError;
pub use rule::{Pair, Rule, Text, Texts, passes};

use crate::{
    engine::{
        Finder, Hit, RuleIndex, Scratch,
        assignment::{self, Assignment},
        hits::hits,
        judge,
        scope::Scope,
        shape::Lead,
    },
    model::{Document, Observed},
};

/// All rules of a run: the built-in ones and perhaps some of the user's.
#[derive(Debug)]
pub struct RuleBook {
    builtin: &'static [Rule],
    loaded: Vec<Rule>,
    /// What stands around the anchors of each loaded rule.
    leads: Vec<Vec<Lead>>,
    /// The places of rules that are switched off, or whose place another one took.
    off: BTreeSet<usize>,
    /// The same for rules of files.
    files_off: BTreeSet<usize>,
    finder: Finder,
}

impl RuleBook {
    /// The built-in rules. Costs nothing.
    pub fn builtin() -> Self {
        Self {
            builtin: &builtin::RULES,
            loaded: Vec::new(),
            leads: Vec::new(),
            off: BTreeSet::new(),
            files_off: BTreeSet::new(),
            finder: Finder::new(&builtin::PREFILTER, &builtin::ANCHORS),
        }
    }

    /// Adds the rules of some files, given as name and bytes.
    pub fn with_files(self, files: &[(&str, &[u8])]) -> Result<Self, RuleError> {
        load::load(self, files)
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.builtin.len() + self.loaded.len() - self.off.len()
    }

    /// Switches rules off: those that `disable` names and, where `only` names some, all others than those. Both hold ids, or
    /// `provider.*` for all of a provider.
    pub fn restricted(mut self, disable: &[String], only: &[String]) -> Result<Self, RuleError> {
        let fits = |pattern: &String, id: &str| match pattern.strip_suffix('*') {
            Some(provider) => provider.ends_with('.') && id.starts_with(provider),
            None => pattern == id,
        };
        let known = |pattern: &String| self.iter().any(|rule| fits(pattern, &rule.id)) || self.files().any(|rule| fits(pattern, &rule.id));
        if let Some(unknown) = disable.iter().chain(only).find(|pattern| !known(pattern)) {
            return Err(RuleError::Unknown(unknown.clone()));
        }
        let any = |patterns: &[String], id: &str| patterns.iter().any(|pattern| fits(pattern, id));
        let unwanted = |id: &str| any(disable, id) || (!only.is_empty() && !any(only, id));
        let off: Vec<usize> = self.numbered().filter(|(_, rule)| unwanted(&rule.id)).map(|(at, _)| at).collect();
        self.off.extend(off);
        self.files_off.extend(files::rules().iter().enumerate().filter(|(_, rule)| unwanted(&rule.id)).map(|(at, _)| at));
        Ok(self)
    }

    /// The rules of files that are credentials as a whole.
    pub fn files(&self) -> impl Iterator<Item = &'static files::FileRule> {
        files::rules().iter().enumerate().filter(|(at, _)| !self.files_off.contains(at)).map(|(_, rule)| rule)
    }

    /// Whether the rule of files with that id is on.
    pub fn has_file(&self, id: &str) -> bool {
        self.files().any(|rule| rule.id == id)
    }

    /// Whether there is no rule at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rule with that index, which must come from this book.
    pub fn rule(&self, index: RuleIndex) -> &Rule {
        let index = usize::from(index.0);
        self.builtin.get(index).unwrap_or_else(|| &self.loaded[index - self.builtin.len()])
    }

    /// The rule with that id.
    pub fn find(&self, id: &str) -> Option<&Rule> {
        self.iter().find(|rule| rule.id == id)
    }

    /// Whether a rule is built in.
    pub fn is_builtin(&self, rule: &Rule) -> bool {
        self.builtin.iter().any(|known| std::ptr::eq(known, rule))
    }

    /// All rules: the built-in ones by id, then the loaded ones as they came.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.numbered().map(|(_, rule)| rule)
    }

    /// The rules that are on, with their places.
    fn numbered(&self) -> impl Iterator<Item = (usize, &Rule)> {
        self.builtin.iter().chain(&self.loaded).enumerate().filter(|(at, _)| !self.off.contains(at))
    }

    /// The rules that count at some paths only, by id.
    pub fn of_paths(&self) -> HashMap<&str, &Scope> {
        let scoped = self.loaded.iter().filter_map(|rule| Some((rule.id.as_ref(), rule.scope.as_deref()?)));
        scoped.filter(|(_, scope)| !scope.paths.is_empty()).collect()
    }

    /// The place of the rule with that id.
    fn position(&self, id: &str) -> Option<usize> {
        self.numbered().find(|(_, rule)| rule.id == id).map(|(at, _)| at)
    }

    /// Names the set of rules: a digest of all that decides what is found and what is said of it.
    pub fn digest(&self) -> String {
        digest::digest(self.iter(), self.files())
    }

    /// The engine's first half, for those who want candidates only.
    pub fn finder(&self) -> &Finder {
        &self.finder
    }

    /// Reports the hits of a document that pass the filters of their rules, in order of position, one for each secret: where
    /// several rules claim the same bytes, the most specific one that admits it and whose proofs do not drop it. Tells whether our
    /// own mark stands somewhere.
    pub fn hits<'a>(&'a self, document: &Document<'_>, scratch: &mut Scratch, each: &mut dyn FnMut(&'a Rule, &Hit)) -> bool {
        let admits = |rule: &Rule, hit: &Hit| rule.scope.as_ref().is_none_or(|scope| scope.admits(document, hit));
        self.hits_if(document, scratch, &admits, each)
    }

    /// The same by pattern and proofs alone, whatever narrows the rules: an example need not lie at its path.
    pub fn hits_anywhere<'a>(&'a self, document: &Document<'_>, scratch: &mut Scratch, each: &mut dyn FnMut(&'a Rule, &Hit)) -> bool {
        self.hits_if(document, scratch, &|_, _| true, each)
    }

    fn hits_if<'a>(
        &'a self,
        document: &Document<'_>,
        scratch: &mut Scratch,
        admits: &dyn Fn(&Rule, &Hit) -> bool,
        each: &mut dyn FnMut(&'a Rule, &Hit),
    ) -> bool {
        let stands = &mut |hit: &Hit| {
            if self.off.contains(&usize::from(hit.rule.0)) {
                return false;
            }
            let rule = self.rule(hit.rule);
            let named = |name: &str| hit.attributes.iter().find(|(known, _)| known == name).map(|(_, at)| &document.bytes[at.clone()]);
            admits(rule, hit) && passes(&rule.proofs, &document.bytes[hit.secret.clone()], &named)
        };
        let form = |index| &self.rule(index).form;
        hits(&self.finder, form, document, scratch, stands, &mut |hit| each(self.rule(hit.rule), hit))
    }

    /// Reports each value that a name is given, and what speaks for and against it; nothing where it is certainly no credential.
    pub fn assignments(&self, document: &Document<'_>, scratch: &mut Scratch, each: &mut dyn FnMut(&Rule, Assignment, Option<Observed>)) {
        let candidates = self.finder.candidates(document.bytes, None, scratch).to_vec();
        for candidate in candidates {
            let anchor = self.finder.anchor(candidate);
            if anchor.rule == RuleIndex::MARK {
                continue;
            }
            let (rule, at) = (self.rule(anchor.rule), candidate.at as usize);
            if rule.form.assignment {
                assignment::read(document.bytes, at..at + usize::from(anchor.len), &mut |found| {
                    let observed = judge::observe(document.bytes, &found);
                    each(rule, found, observed);
                });
            }
        }
    }

    /// Reports each other half near a hit that passes the filters of its pair, in order.
    pub fn others(&self, bytes: &[u8], hit: &Hit, scratch: &mut Scratch, each: &mut dyn FnMut(std::ops::Range<usize>)) {
        let Some(pair) = &self.rule(hit.rule).pair else { return };
        pair.other.near(bytes, &hit.whole, scratch.slots(), &mut |other| {
            if passes(&pair.proofs, &bytes[other.clone()], &|_| None) {
                each(other);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{Rule, RuleBook};
    use crate::{
        engine::{Hit, Scratch},
        model::{Document, Origin, Source},
    };

    /// Three rules that claim the same bytes; `test.words` drops what has no digit.
    const RIVALS: &str = r#"[[rule]]
id = "test.prefix"
title = "t"
kind = "token"
anchors = ["zq_one_"]
pattern = '(?<secret>zq_one_[a-z0-9]{8})'
proofs = ["mixed"]
severity = "high"
confidence = "high"
explain = "e"
examples = ["zq_one_a1b2c3d4"]

[[rule]]
id = "test.word"
title = "t"
kind = "password"
anchors = ["zqacme"]
ignore-case = true
pattern = '(?i)[a-z_]{0,4}zqacme(?<env>_[a-z]{1,9})?=(?<secret>[a-z0-9_]{8,20})'
severity = "low"
confidence = "low"
explain = "e"
examples = ["zqacme=a1b2c3d4"]

[[rule]]
id = "test.chain"
title = "t"
kind = "token"
anchors = ["zqx"]
pattern = '(?<secret>zqx[a-z]{9})'
severity = "low"
confidence = "low"
explain = "e"
examples = ["zqxabcdefghi"]
"#;

    fn told(text: &str) -> Vec<String> {
        told_by(&RuleBook::builtin().with_files(&[("rivals.toml", RIVALS.as_bytes())]).expect("good rules"), text)
    }

    fn told_by(book: &RuleBook, text: &str) -> Vec<String> {
        let origin = Origin::new(Source::Stream { name: "-".into() });
        let mut told = Vec::new();
        let mut tell = |rule: &Rule, hit: &Hit| told.push(format!("{} {}", rule.id, &text[hit.secret.clone()]));
        book.hits(&Document { origin: &origin, bytes: text.as_bytes(), kin: None, layer: 0 }, &mut Scratch::new(), &mut tell);
        told
    }

    #[test]
    fn the_more_specific_rule_has_the_secret_unless_its_proofs_drop_it() {
        assert_eq!(told("my_ZQACME_PROD=zq_one_a1b2c3d4"), ["test.prefix zq_one_a1b2c3d4"]);
        assert_eq!(told("my_ZQACME_PROD=zq_one_abcdefgh"), ["test.word zq_one_abcdefgh"]);
    }

    #[test]
    fn what_came_to_nothing_there_is_looked_at_again_where_its_surroundings_changed() {
        let book = RuleBook::builtin();
        let filler = "let the quick = brown(fox); // over the lazy dog\n";
        // The name is given nothing there, and a value here: by a byte before, behind, or far behind it.
        let scenes = [
            ("password {", "password=v4luE9x", 0),
            ("password\n", "password: \"v4luE9x\"\n", 8),
            ("password = \"{user}", "password = \"v4luE9x\"", 12),
        ];
        for (there, here, shared) in scenes {
            for size in [0, 3, 40, 400] {
                let (before, behind) = (filler.repeat(size), format!("\n{}", filler.repeat(size)));
                let (base, child) = (format!("{before}{there}{behind}"), format!("{before}{here}{behind}"));
                let number = |n: usize| u32::try_from(n).expect("small");
                let copies = [
                    (0, 0, number(before.len() + shared)),
                    (number(before.len() + there.len()), number(before.len() + here.len()), number(behind.len())),
                ];
                let (origin, mut scratch) = (Origin::new(Source::Stream { name: "-".into() }), Scratch::new());
                let hits = |text: &str, depth: usize, copies: &[(u32, u32, u32)], scratch: &mut Scratch| {
                    let mut told = Vec::new();
                    let kin = Some(crate::model::Kin { depth, copies });
                    book.hits(&Document { origin: &origin, bytes: text.as_bytes(), kin, layer: 0 }, scratch, &mut |rule, hit| {
                        told.push((rule.id.to_string(), hit.secret.clone()));
                    });
                    told
                };
                hits(&base, 0, &[], &mut scratch);
                let inherited = hits(&child, 1, &copies, &mut scratch);
                assert_eq!(inherited, hits(&child, 0, &[], &mut Scratch::new()), "{there:?} {here:?} {size}");
                assert_eq!(inherited.len(), 1, "{there:?} {here:?} {size}: {inherited:?}");
            }
        }
    }

    #[test]
    fn several_anchors_of_one_match_make_one_hit() {
        assert_eq!(told("zqacme_zqacme=a1b2c3d4 zqacme=e5f6g7h8"), ["test.word a1b2c3d4", "test.word e5f6g7h8"]);
    }

    #[test]
    fn a_chain_of_overlapping_hits_is_told_without_overlap() {
        // 200,000 hits, each over the next three: quadratic work would take minutes.
        let hits = told(&"zqx".repeat(200_000));
        assert_eq!(hits.len(), 50_000);
    }

    #[test]
    fn rules_that_are_switched_off_find_nothing() {
        let book = || RuleBook::builtin().with_files(&[("rivals.toml", RIVALS.as_bytes())]).expect("good rules");
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let less = book().restricted(&names(&["test.prefix", "aws.*"]), &[]).expect("known ids");
        assert!(
            less.find("test.prefix").is_none() && less.find("test.word").is_some() && less.iter().all(|rule| !rule.id.starts_with("aws."))
        );
        assert_ne!(less.digest(), book().digest());
        assert_eq!(told_by(&less, "my_ZQACME_PROD=zq_one_a1b2c3d4"), ["test.word zq_one_a1b2c3d4"]);
        assert_eq!(book().restricted(&[], &names(&["test.*"])).expect("known ids").len(), 3);
        for unknown in ["nothing.here", "aw*", "nobody.*"] {
            assert!(book().restricted(&names(&[unknown]), &[]).is_err_and(|error| error.to_string().contains(unknown)));
        }
    }

    #[test]
    fn a_rule_is_found_by_its_id_and_the_digest_is_stable() {
        let book = RuleBook::builtin();
        assert!(book.iter().all(|rule| book.find(&rule.id).is_some_and(|found| found.id == rule.id)));
        assert_eq!(book.digest(), RuleBook::builtin().digest());
        assert_eq!(book.digest().len(), 64);
    }
}
