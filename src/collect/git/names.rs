//! The names of a few objects: trees are read once more for them, since the graph keeps none.

use std::collections::HashMap;

use super::{
    commit::{Header, TagHeader},
    inflate::Inflate,
    pass::MOST,
    reach::First,
    store::Store,
    tree::entries,
};
use crate::{collect::show_path, model::Introduction};

/// Reads names and authors, each once.
pub struct NameBook<'a> {
    store: &'a Store,
    inflate: Inflate,
    names: HashMap<(u32, u32), String>,
    commits: HashMap<u32, Introduction>,
}

impl<'a> NameBook<'a> {
    /// An empty book.
    pub fn new(store: &'a Store) -> Self {
        Self { store, inflate: Inflate::default(), names: HashMap::new(), commits: HashMap::new() }
    }

    /// The path of a blob that `tree` holds, from the root through which `first` reached it.
    pub fn path(&mut self, first: &First, tree: u32, blob: u32) -> String {
        let (mut parts, mut child) = (Vec::new(), blob);
        for parent in first.chain(tree) {
            parts.push(self.name(parent, child));
            child = parent;
        }
        parts.reverse();
        parts.join("/")
    }

    /// The first name that a tree gives to an object.
    fn name(&mut self, tree: u32, child: u32) -> String {
        if let Some(name) = self.names.get(&(tree, child)) {
            return name.clone();
        }
        let id = self.store.id(child);
        let bytes = self.load(tree);
        let name =
            entries(&bytes, self.store.hash.len()).find(|entry| entry.id == id).map(|entry| show_path(entry.name)).unwrap_or_default();
        self.names.insert((tree, child), name.clone());
        name
    }

    fn load(&mut self, row: u32) -> Vec<u8> {
        self.store.load(self.store.id(row), &mut self.inflate, MOST).map(|(_, bytes)| bytes).unwrap_or_default()
    }

    /// Who made a commit, and when.
    pub fn introduction(&mut self, row: u32) -> Introduction {
        if let Some(known) = self.commits.get(&row) {
            return known.clone();
        }
        let bytes = self.load(row);
        let header = Header::read(&bytes);
        let author = header.as_ref().map(|h| String::from_utf8_lossy(h.author).into_owned()).unwrap_or_default();
        let date = header.map_or(crate::model::Time(0), |h| h.date);
        let introduction = Introduction { commit: self.store.content(row).to_string(), author, date };
        self.commits.insert(row, introduction.clone());
        introduction
    }

    /// A tag's name, and who made it when on what.
    pub fn tag(&mut self, row: u32) -> Option<(String, Introduction)> {
        let bytes = self.load(row);
        let header = TagHeader::read(&bytes)?;
        let author = String::from_utf8_lossy(header.tagger).into_owned();
        Some((show_path(header.name), Introduction { commit: header.target.to_string(), author, date: header.date }))
    }
}
