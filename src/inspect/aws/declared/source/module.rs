//! A module: the files of one folder, by what they declare.

use std::collections::{BTreeMap, BTreeSet};

use hcl_edit::{
    expr::Expression,
    structure::{Block, BlockLabel, Body},
};

/// A block, and the file in which it stands.
#[derive(Clone, Copy)]
pub(super) struct Placed<'a> {
    pub block: &'a Block,
    pub file: &'a str,
}

/// The files of one folder.
#[derive(Default)]
pub(super) struct Module<'a> {
    /// Resources, by type and name.
    pub resources: BTreeMap<(&'a str, &'a str), Placed<'a>>,
    /// What is looked up, by type and name.
    pub data: BTreeMap<(&'a str, &'a str), Placed<'a>>,
    /// Calls of other modules.
    pub calls: BTreeMap<&'a str, Placed<'a>>,
    /// Names within the module.
    pub locals: BTreeMap<&'a str, &'a Expression>,
    /// What it may be given, with what it has otherwise.
    pub variables: BTreeMap<&'a str, Option<&'a Expression>>,
    /// What it gives away.
    pub outputs: BTreeMap<&'a str, &'a Expression>,
}

impl<'a> Module<'a> {
    /// Takes in a file. Of what is declared twice the first counts, by the names of files.
    pub fn take(&mut self, body: &'a Body, file: &'a str) {
        for block in body.blocks() {
            let placed = Placed { block, file };
            let labels: Vec<&str> = block.labels.iter().map(BlockLabel::as_str).collect();
            match (block.ident.as_str(), labels.as_slice()) {
                ("resource", [kind, name]) => first(&mut self.resources, [((*kind, *name), placed)]),
                ("data", [kind, name]) => first(&mut self.data, [((*kind, *name), placed)]),
                ("module", [name]) => first(&mut self.calls, [(*name, placed)]),
                ("variable", [name]) => first(&mut self.variables, [(*name, value(&block.body, "default"))]),
                ("output", [name]) => first(&mut self.outputs, value(&block.body, "value").map(|value| (*name, value))),
                ("locals", _) => first(&mut self.locals, block.body.attributes().map(|local| (local.key.as_str(), &local.value))),
                _ => {}
            }
        }
    }

    /// The folders of the modules that it calls, from its own; those from elsewhere have none.
    pub fn called(&self, folder: &str) -> BTreeSet<String> {
        self.calls.values().filter_map(|call| source(call.block)).filter_map(|source| below(folder, source)).collect()
    }
}

/// Adds what is not there yet.
fn first<K: Ord, V>(known: &mut BTreeMap<K, V>, more: impl IntoIterator<Item = (K, V)>) {
    for (key, value) in more {
        known.entry(key).or_insert(value);
    }
}

/// An attribute of a block.
pub(super) fn value<'b>(body: &'b Body, key: &str) -> Option<&'b Expression> {
    body.get_attribute(key).map(|attribute| &attribute.value)
}

/// From where a call has its module, where that is said in plain words.
pub(super) fn source(call: &Block) -> Option<&str> {
    value(&call.body, "source")?.as_str()
}

/// The folder that a path means, seen from another one; none where it leaves the target or is no path.
pub(super) fn below(folder: &str, source: &str) -> Option<String> {
    if !source.starts_with("./") && !source.starts_with("../") && source != "." && source != ".." {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in source.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::below;

    #[test]
    fn a_path_is_followed_within_the_target() {
        assert_eq!(below("infra/prod", "../modules/role/").as_deref(), Some("infra/modules/role"));
        assert_eq!(below("", "./a").as_deref(), Some("a"));
        for elsewhere in ["terraform-aws-modules/iam/aws", "git::https://x.example/a.git", "../../../a", "/a"] {
            assert_eq!(below("infra/prod", elsewhere), None, "{elsewhere}");
        }
    }
}
