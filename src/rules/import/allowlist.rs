//! Allowlists of `.gitleaks.toml`: paths and commits become allows, patterns and words exceptions of the rules.

use super::{
    Allow, Foreign, Scoping, convert,
    gitleaks::{Reader, ours},
    glob,
    tree::Node,
};

impl Reader<'_> {
    /// Reads a list; without rules, it concerns all.
    pub fn allowlist(&mut self, list: &Node, rules: &[String]) {
        let targets: Vec<String> = list.texts_of("targetRules").iter().map(|id| convert::id("gitleaks", id)).collect();
        let rules = if targets.is_empty() { rules } else { &targets };
        let named = rules.first().map_or_else(|| "the global allowlist".to_owned(), |rule| format!("the allowlist of `{rule}`"));
        let kinds = ["paths", "commits", "regexes", "stopwords"]
            .into_iter()
            .filter(|key| list.get(key).is_some_and(|node| !node.items().is_empty()));
        let and = list.text_of("condition").is_some_and(|word| matches!(word.to_ascii_uppercase().as_str(), "AND" | "&&"));
        if and && kinds.count() > 1 {
            return self.note(list.line, format!("{named}: its conditions count only all together, which has no place here"), true);
        }
        let mut scope = Scoping::default();
        for (key, value) in list.entries() {
            match key.as_str() {
                "paths" => value.items().iter().for_each(|path| self.path(path, list, rules, &named)),
                "commits" => value.items().iter().for_each(|commit| self.commit(commit, list, rules, &named)),
                "regexes" => value.items().iter().for_each(|regex| self.regex(regex, list, &named, &mut scope)),
                "stopwords" => scope.words.extend(value.items().iter().filter_map(Node::text).map(str::to_ascii_lowercase)),
                "description" | "condition" | "regexTarget" | "targetRules" => {}
                unknown => self.note(value.line, format!("{named}: `{unknown}` is not known and left out"), true),
            }
        }
        if scope != Scoping::default() {
            self.excepted.push((rules.to_vec(), scope));
        }
    }

    /// A pattern of what is no secret, held against the secret, all that matched or the line.
    fn regex(&mut self, regex: &Node, list: &Node, named: &str, scope: &mut Scoping) {
        let text = regex.text().unwrap_or_default();
        match ours(text) {
            Ok(pattern) => match list.text_of("regexTarget") {
                Some("match") => scope.matched.push(pattern),
                Some("line") => scope.line.push(pattern),
                _ => scope.secret.push(pattern),
            },
            Err(cause) => self.note(regex.line, format!("{named}: the pattern `{text}` cannot be used: {cause}"), true),
        }
    }

    fn commit(&mut self, commit: &Node, list: &Node, rules: &[String], named: &str) {
        let id = commit.text().unwrap_or_default().to_ascii_lowercase();
        if !(7..=64).contains(&id.len()) || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return self.note(commit.line, format!("{named}: `{id}` is no id of a commit, or too short"), true);
        }
        self.accept(commit.line, list, rules, &|allow| allow.commit = Some(id.clone()));
    }

    /// Gives every rule what the allowlists except; where a rule is not in this file, that is said.
    pub fn except(&mut self) {
        for (rules, scope) in std::mem::take(&mut self.excepted) {
            let concerned = |rule: &&mut Foreign| rules.is_empty() || rules.contains(&convert::id("gitleaks", &rule.id));
            let own: Vec<&mut Foreign> = self.reading.rules.iter_mut().filter(concerned).collect();
            let found = !own.is_empty();
            own.into_iter().for_each(|rule| rule.scope.except(&scope));
            if !found {
                let whom = rules.first().map_or_else(|| "all rules".to_owned(), |rule| format!("`{rule}`"));
                let text = format!(
                    "an allowlist of {whom} names patterns or words, and no such rule is in this file: built-in rules are not changed"
                );
                self.note(1, text, true);
            }
        }
    }

    fn path(&mut self, path: &Node, list: &Node, rules: &[String], named: &str) {
        let pattern = path.text().unwrap_or_default();
        let (globs, wider) = match glob::globs(pattern) {
            Ok(globs) => globs,
            Err(cause) => return self.note(path.line, format!("{named}: the path pattern `{pattern}` becomes no glob: {cause}"), true),
        };
        if wider {
            self.note(
                path.line,
                format!("{named}: the globs of the path pattern `{pattern}` match more than it: {}", globs.join(" ")),
                false,
            );
        }
        for glob in globs {
            self.accept(path.line, list, rules, &|allow| allow.path = Some(glob.clone()));
        }
    }

    /// An allow for each of some rules, or for all.
    fn accept(&mut self, line: usize, list: &Node, rules: &[String], what: &dyn Fn(&mut Allow)) {
        let why = list.text_of("description").unwrap_or("no reason is given there").trim();
        let reason = format!("allowlist of gitleaks: {why}");
        let all: Vec<Option<String>> = if rules.is_empty() { vec![None] } else { rules.iter().cloned().map(Some).collect() };
        for rule in all {
            let mut allow = Allow { at: self.at(line), rule, path: None, commit: None, reason: reason.clone() };
            what(&mut allow);
            self.reading.allows.push(allow);
        }
    }
}
