//! A commit by the name that a person types: a reference, digits of an id, and steps back from there (`HEAD~2`, `v1^2`).

use super::{
    forest::NONE,
    graph::Graph,
    refs::{Head, Refs},
    select::SelectError,
    store::Store,
};

/// The commit that `text` names.
pub fn revision(store: &Store, graph: &Graph, refs: &Refs, text: &str) -> Result<u32, SelectError> {
    // No reference has either sign in its name.
    let at = text.find(['~', '^']).unwrap_or(text.len());
    let (name, mut steps) = text.split_at(at);
    if name.is_empty() {
        return Err(SelectError::Unknown(text.into()));
    }
    let mut commit = named(store, graph, refs, name)?;
    while !steps.is_empty() {
        let (next, rest) = step(graph, commit, steps).ok_or_else(|| SelectError::Unknown(text.into()))?;
        (commit, steps) = (next, rest);
    }
    Ok(commit)
}

/// Takes the first of `steps`: `~N`, N first parents back, or `^N`, to the N-th parent; without a number, one.
fn step<'t>(graph: &Graph, commit: u32, steps: &'t str) -> Option<(u32, &'t str)> {
    let back = steps.strip_prefix(['~', '^'])?;
    let end = back.find(|c: char| !c.is_ascii_digit()).unwrap_or(back.len());
    let (digits, rest) = back.split_at(end);
    let number: u32 = if digits.is_empty() { 1 } else { digits.parse().ok()? };
    let to = match number {
        0 => commit,
        count if steps.starts_with('~') => (0..count).try_fold(commit, |commit, _| graph.parent(commit, 1))?,
        nth => graph.parent(commit, nth)?,
    };
    Some((to, rest))
}

/// The commit of a name: a reference, long or short, or digits of an id.
fn named(store: &Store, graph: &Graph, refs: &Refs, name: &str) -> Result<u32, SelectError> {
    let tip = |full: &str| refs.tips.iter().find(|tip| tip.name == full).and_then(|tip| peel(store, graph, tip.id.as_bytes()));
    let name = if name == "@" { "HEAD" } else { name };
    if let ("HEAD", Head::At(id)) = (name, &refs.head) {
        return peel(store, graph, id.as_bytes()).ok_or_else(|| SelectError::Unknown(name.into()));
    }
    let prefixes = ["", "refs/", "refs/heads/", "refs/tags/", "refs/remotes/"];
    if let Some(commit) = prefixes.iter().find_map(|prefix| tip(&format!("{prefix}{name}"))) {
        return Ok(commit);
    }
    let digits = name.len() >= 4 && name.bytes().all(|b| b.is_ascii_hexdigit());
    let begins = |commit: &u32| store.content(graph.commits[*commit as usize].row).to_string().starts_with(&name.to_ascii_lowercase());
    let numbers = 0..u32::try_from(graph.commits.len()).expect("rows count in 32 bits");
    let mut found = numbers.filter(|commit| digits && begins(commit));
    match (found.next(), found.next()) {
        (Some(commit), None) => Ok(commit),
        (Some(_), Some(_)) => Err(SelectError::Ambiguous(name.into())),
        (None, _) => Err(SelectError::Unknown(name.into())),
    }
}

/// The commit that an object is, or that its tags lead to.
fn peel(store: &Store, graph: &Graph, id: &[u8]) -> Option<u32> {
    let mut row = store.find(id)?;
    for _ in 0..64 {
        match graph.tag(row) {
            Some(tag) if tag.target != NONE => row = tag.target,
            _ => break,
        }
    }
    graph.number(row)
}
