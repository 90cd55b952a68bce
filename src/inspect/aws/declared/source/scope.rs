//! Where an expression stands: in which module, called with what, and which names mean something there.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use hcl_edit::structure::{Block, Body};
use serde_json::{Map, Value};

use crate::inspect::aws::declared::unknown::unknown;

use super::{
    instances::Instance,
    module::{Module, below, source, value},
};

/// How much may be worked out for one module and those that it calls, in values and stretches of bytes: half a second.
const MOST: u64 = 2_000_000;
/// How much for all modules of a target.
const MOST_OF_ALL: u64 = 40_000_000;
/// How deep expressions and what they refer to may stand in each other.
const DEEPEST: usize = 128;
/// How deep modules may call each other.
const CALLS: usize = 8;

/// All modules of a target, and what is left to work out in them.
pub(super) struct World<'a> {
    /// By folder.
    pub modules: BTreeMap<String, Module<'a>>,
    left: Cell<u64>,
    left_of_all: Cell<u64>,
    /// Local names that are being worked out.
    open: RefCell<Vec<String>>,
    depth: Cell<usize>,
    /// What is referred to and has no name yet: address and attribute.
    marks: RefCell<Vec<(String, &'static str)>>,
}

impl<'a> World<'a> {
    pub fn new(modules: BTreeMap<String, Module<'a>>) -> Self {
        let (left, left_of_all) = (Cell::new(MOST), Cell::new(MOST_OF_ALL));
        Self { modules, left, left_of_all, open: RefCell::default(), depth: Cell::new(0), marks: RefCell::default() }
    }

    /// Begins with another module, for which as much may be worked out as for the one before.
    pub fn begin(&self) {
        self.left_of_all.set(self.left_of_all.get().saturating_sub(MOST - self.left.get()));
        self.left.set(MOST.min(self.left_of_all.get()));
    }

    /// Takes from what is left; whether there was so much.
    pub fn spend(&self, cost: usize) -> bool {
        let left = self.left.get().saturating_sub(cost as u64);
        self.left.set(left);
        left > 0
    }

    /// Whether more was asked than is worked out.
    pub fn is_spent(&self) -> bool {
        self.left.get() == 0
    }

    /// Works something out one step deeper.
    pub fn deeper(&self, work: impl FnOnce() -> Value) -> Value {
        if self.depth.get() >= DEEPEST || !self.spend(1) {
            return unknown("what is too much to work out");
        }
        self.depth.set(self.depth.get() + 1);
        let value = work();
        self.depth.set(self.depth.get() - 1);
        value
    }

    /// What stands for an attribute of something until all have their names.
    pub fn mark(&self, address: String, attribute: &'static str) -> Value {
        let mut marks = self.marks.borrow_mut();
        marks.push((address, attribute));
        Value::String(format!("{OPEN}{}{CLOSE}", marks.len() - 1))
    }

    /// What a mark stands for.
    pub fn marked(&self, number: &str) -> Option<(String, &'static str)> {
        self.marks.borrow().get(number.parse::<usize>().ok()?).cloned()
    }
}

/// Around a mark: characters that nobody uses.
pub(super) const OPEN: char = '\u{e010}';
pub(super) const CLOSE: char = '\u{e011}';

/// Where an expression stands.
#[derive(Clone)]
pub(super) struct Scope<'w, 'a> {
    pub world: &'w World<'a>,
    pub module: &'w Module<'a>,
    /// The folder of the module.
    pub folder: String,
    /// The folder of the outermost one.
    pub root: Rc<str>,
    /// How it is called from the outermost one: `module.ci`.
    pub path: String,
    /// What it was given.
    given: Rc<BTreeMap<String, Value>>,
    /// Names that mean something here, the innermost last.
    names: Vec<(String, Value)>,
    calls: usize,
}

/// Attributes of a call that are not given to the module.
const OF_CALLS: &[&str] = &["source", "version", "count", "for_each", "providers", "depends_on"];

impl<'w, 'a> Scope<'w, 'a> {
    /// The module of a folder, called by nobody.
    pub fn root(world: &'w World<'a>, folder: &str) -> Option<Self> {
        let module = world.modules.get(folder)?;
        let (folder, root, given) = (folder.to_owned(), folder.into(), Rc::default());
        Some(Self { world, module, folder, root, path: String::new(), given, names: Vec::new(), calls: 0 })
    }

    /// The same with one more name.
    pub fn with(&self, name: &str, value: Value) -> Self {
        let mut inner = self.clone();
        inner.names.push((name.to_owned(), value));
        inner
    }

    /// As one of several.
    pub fn of(&self, instance: &Instance) -> Self {
        let mut inner = self.clone();
        inner.names.extend(instance.names.iter().cloned());
        inner
    }

    /// What a name of the place means.
    pub fn named(&self, name: &str) -> Option<Value> {
        let value = &self.names.iter().rev().find(|(known, _)| known == name)?.1;
        self.world.spend(weight(value));
        Some(value.clone())
    }

    /// The same module without the names of the place: its locals and variables know none.
    fn bare(&self) -> Self {
        Self { names: Vec::new(), ..self.clone() }
    }

    /// What a variable is: given, or as its default says.
    pub fn variable(&self, name: &str) -> Value {
        if let Some(given) = self.given.get(name) {
            self.world.spend(weight(given));
            return given.clone();
        }
        match self.module.variables.get(name) {
            Some(Some(default)) => self.bare().value(default),
            _ => unknown(&format!("var.{name}")),
        }
    }

    /// What a local name means.
    pub fn local(&self, name: &str) -> Value {
        let full = format!("{}local.{name}", self.prefix());
        let Some(local) = self.module.locals.get(name).filter(|_| !self.world.open.borrow().contains(&full)) else { return unknown(&full) };
        self.world.open.borrow_mut().push(full);
        let value = self.bare().value(local);
        self.world.open.borrow_mut().pop();
        value
    }

    /// What the module gives away under a name.
    pub fn output(&self, name: &str) -> Option<Value> {
        self.module.outputs.get(name).map(|output| self.value(output))
    }

    /// The module that a call means, as one of several; none where its files are not here.
    pub fn called(&self, name: &str, call: &Block, instance: &Instance) -> Option<Self> {
        let folder = below(&self.folder, source(call)?)?;
        let module = self.world.modules.get(&folder)?;
        if self.calls >= CALLS {
            return None;
        }
        let scope = self.of(instance);
        let given = call.body.attributes().filter(|given| !OF_CALLS.contains(&given.key.as_str()));
        let given = given.map(|given| (given.key.as_str().to_owned(), scope.value(&given.value))).collect();
        let path = instance.address(&format!("{}module.{name}", self.prefix()));
        let root = Rc::clone(&self.root);
        Some(Self { world: self.world, module, folder, root, path, given: Rc::new(given), names: Vec::new(), calls: self.calls + 1 })
    }

    /// What stands before an address within the module.
    pub fn prefix(&self) -> String {
        if self.path.is_empty() { String::new() } else { format!("{}.", self.path) }
    }

    /// What an attribute of a block comes to.
    pub fn attribute(&self, body: &Body, key: &str) -> Option<Value> {
        value(body, key).map(|expression| self.value(expression)).filter(|value| !value.is_null())
    }

    /// The blocks of that name in another one, those that are made for each of something too, each with where it stands.
    pub fn blocks<'b>(&self, body: &'b Body, name: &str) -> Vec<(Self, &'b Body)> {
        let mut all = Vec::new();
        for block in body.blocks() {
            if block.ident.as_str() == name {
                all.push((self.clone(), &block.body));
            } else if block.ident.as_str() == "dynamic" && block.labels.first().is_some_and(|label| label.as_str() == name) {
                let iterator = value(&block.body, "iterator").and_then(|iterator| iterator.as_variable());
                let iterator = iterator.map_or(name, |iterator| iterator.as_str());
                let Some(content) = block.body.blocks().find(|inner| inner.ident.as_str() == "content") else { continue };
                for (key, value) in self.elements(value(&block.body, "for_each")) {
                    let element = Map::from_iter([("key".to_owned(), key), ("value".to_owned(), value)]);
                    all.push((self.with(iterator, Value::Object(element)), &content.body));
                }
            }
        }
        all
    }
}

/// How much a value holds.
pub(super) fn weight(value: &Value) -> usize {
    match value {
        Value::String(text) => 1 + text.len() / 16,
        Value::Array(items) => 1 + items.iter().map(weight).sum::<usize>(),
        Value::Object(fields) => 1 + fields.values().map(weight).sum::<usize>(),
        _ => 1,
    }
}
