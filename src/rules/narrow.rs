//! What narrows a rule of a user, as it is written, made into a scope.

use super::definition::{ExceptDefinition, NearDefinition};
use crate::engine::{
    pattern::Pattern,
    scope::{Near, Part, Scope},
};

/// The scope of a rule.
pub fn scope(paths: Vec<String>, near: Vec<NearDefinition>, except: ExceptDefinition) -> Scope {
    // Held against the hit and what stands around it, however long.
    let whole = |text: String| Pattern::new(text.into(), usize::MAX, 0);
    let parts = [(Part::Secret, except.secret), (Part::Match, except.matched), (Part::Line, except.line)];
    let patterns = parts.into_iter().flat_map(|(part, patterns)| patterns.into_iter().map(move |text| (part, whole(text))));
    let near = near.into_iter().map(|near| Near { pattern: whole(near.pattern), lines: near.lines }).collect();
    Scope::new(paths, near, patterns.collect(), except.words.into_iter().map(|word| word.to_ascii_lowercase()).collect())
}
