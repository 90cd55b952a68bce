use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::model::{Appearance, ContentId, Introduction, RefClasses};

/// Where contents lie, each place once.
#[derive(Debug, Default)]
pub(super) struct Lies {
    /// By number of the content, then path.
    places: BTreeMap<(u32, Box<str>), Lie>,
    /// One commit brings many files.
    introductions: BTreeSet<Arc<Introduction>>,
}

#[derive(Debug)]
struct Lie {
    mode: Option<u32>,
    introduced: Option<Arc<Introduction>>,
    in_head: Option<bool>,
    in_tree: bool,
    refs: RefClasses,
}

impl Lies {
    /// Takes in a place of the content of that number; what was known of it is joined, whichever came first.
    pub fn add(&mut self, content: u32, new: Appearance) {
        let introduced = new.introduced.map(|i| self.share(i));
        let lie = Lie { mode: new.mode, introduced, in_head: new.in_head, in_tree: new.in_tree, refs: new.refs };
        match self.places.entry((content, new.path.into())) {
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(lie);
            }
            std::collections::btree_map::Entry::Occupied(mut place) => place.get_mut().join(lie),
        }
    }

    fn share(&mut self, introduction: Introduction) -> Arc<Introduction> {
        if let Some(known) = self.introductions.get(&introduction) {
            return Arc::clone(known);
        }
        let new = Arc::new(introduction);
        self.introductions.insert(Arc::clone(&new));
        new
    }

    /// Where the content of that number and id lies, by path.
    pub fn of(&self, number: u32, content: ContentId) -> impl Iterator<Item = Appearance> {
        let from = (number, Box::default());
        self.places.range(from..).take_while(move |((of, _), _)| *of == number).map(move |((_, path), lie)| Appearance {
            content,
            path: path.to_string(),
            mode: lie.mode,
            introduced: lie.introduced.as_deref().cloned(),
            in_head: lie.in_head,
            in_tree: lie.in_tree,
            refs: lie.refs,
        })
    }
}

impl Lie {
    fn join(&mut self, new: Self) {
        self.mode = self.mode.max(new.mode);
        self.introduced = match (self.introduced.take(), new.introduced) {
            (Some(a), Some(b)) => Some(if (b.date, &b.commit) < (a.date, &a.commit) { b } else { a }),
            (a, b) => a.or(b),
        };
        self.in_head = self.in_head.max(new.in_head);
        self.in_tree |= new.in_tree;
        self.refs = self.refs.with(new.refs);
    }
}
