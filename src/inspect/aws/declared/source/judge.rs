//! What the parts of all modules of a target tell together.

use std::collections::{BTreeMap, BTreeSet};

use hcl_edit::{parser::parse_body, structure::Body};
use serde_json::{Map, Value};

use crate::{
    inspect::aws::{
        declared::{estate::Estate, resource::Resource, sharing, told, unknown::has_unknown},
        told::Listener,
    },
    model::{Entity, Fault, FaultKind, Part},
};

use super::{
    module::{Module, Placed},
    scope::{Scope, World},
    settle,
};

/// How many resources of one target are told.
const MOST: usize = 100_000;

/// What a call of a module costs, in steps of working out.
const CALL: usize = 16;

/// What the parts of a target tell.
#[derive(Debug, Default)]
pub struct Judged {
    /// What each file declares.
    pub entities: Vec<(String, Entity)>,
    /// What could not be read.
    pub faults: Vec<Fault>,
    /// How many files lie among tests, examples and documentation, and are called by nobody else.
    pub examples: u64,
    /// How many calls there are of modules whose source is not here.
    pub elsewhere: u64,
    /// How many grants there are to somebody whom the source does not name.
    pub nameless: u64,
}

/// A part where it lies.
#[derive(Debug, Clone, Copy)]
pub struct Lying<'p> {
    /// The part.
    pub part: &'p Part,
    /// Whether it lies among tests, examples and documentation.
    pub example: bool,
}

/// One resource, and the file in which it stands.
struct Declared {
    resource: Resource,
    file: String,
}

/// What the parts of a target tell together, by path; those that lie among tests and examples tell it only of what others call.
pub fn judge(parts: &BTreeMap<String, Lying<'_>>) -> Judged {
    let mut judged = Judged::default();
    let bodies: Vec<(&str, Body)> = parts
        .iter()
        .filter_map(|(path, Lying { part, .. })| match parse_body(&part.text) {
            Ok(body) => Some((path.as_str(), body)),
            Err(error) => {
                let what = format!("cannot be read as Terraform's source: {}", error.message());
                judged.faults.push(Fault::new(FaultKind::Malformed, path, what));
                None
            }
        })
        .collect();
    let mut modules: BTreeMap<String, Module<'_>> = BTreeMap::new();
    for (path, body) in &bodies {
        modules.entry(folder(path)).or_default().take(body, path);
    }
    let world = World::new(modules);
    let mut files: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut told = Vec::new();
    let meant: BTreeSet<String> = parts.iter().filter(|(_, lying)| !lying.example).map(|(path, _)| folder(path)).collect();
    let (roots, reached) = roots(&world, &meant);
    judged.examples = parts.iter().filter(|(path, lying)| lying.example && !reached.contains(&folder(path))).count() as u64;
    for root in roots {
        let mut all = Vec::new();
        world.begin();
        if let Some(scope) = Scope::root(&world, &root) {
            gather(&scope, &mut all, &mut judged);
        }
        if world.is_spent() {
            let what = "Terraform's source with more in it than is worked out: what it declares is told in part";
            judged.faults.push(Fault::new(FaultKind::TooLarge, if root.is_empty() { "." } else { &root }, what));
        }
        files.extend(all.iter().map(|one| ((root.clone(), key(&one.resource)), one.file.clone())));
        let mut resources: Vec<Resource> = all.into_iter().map(|one| one.resource).collect();
        settle::name_all(&mut resources, &root);
        told.push((root, resources));
    }
    settle::tell_apart(&mut told);
    for (root, resources) in &mut told {
        judged.nameless += settle::resolve(resources, &world);
        let estate = Estate::of(resources);
        let file = |resource: &Resource| files.get(&(root.clone(), key(resource))).cloned().unwrap_or_default();
        for resource in &*resources {
            told::tell(resource, &estate, &mut Heard { file: file(resource), judged: &mut judged });
        }
        for (at, said) in sharing::of(resources, &estate) {
            said.tell(&mut Heard { file: file(&resources[at]), judged: &mut judged });
        }
    }
    judged
}

/// The folder of a path.
fn folder(path: &str) -> String {
    path.rsplit_once('/').map_or_else(String::new, |(folder, _)| folder.to_owned())
}

/// What tells a resource from the others of its module.
fn key(resource: &Resource) -> String {
    format!("{}{}", if resource.data { "data." } else { "" }, resource.address())
}

/// The modules that are meant and that no other one calls; of those that call each other in a circle, all. And whatever is reached.
fn roots(world: &World<'_>, meant: &BTreeSet<String>) -> (Vec<String>, BTreeSet<String>) {
    let calls: BTreeMap<&String, BTreeSet<String>> = world.modules.iter().map(|(folder, module)| (folder, module.called(folder))).collect();
    let own = calls.iter().filter(|(from, _)| meant.contains(**from));
    let called: BTreeSet<&String> = own.flat_map(|(from, to)| to.iter().filter(move |to| to != from)).collect();
    let mut roots: Vec<String> = meant.iter().filter(|folder| !called.contains(folder)).cloned().collect();
    let mut reached: BTreeSet<String> = roots.iter().cloned().collect();
    let mut next: Vec<String> = roots.clone();
    while let Some(folder) = next.pop() {
        next.extend(calls.get(&folder).into_iter().flatten().filter(|to| reached.insert((*to).clone())).cloned());
    }
    roots.extend(meant.iter().filter(|folder| !reached.contains(*folder)).cloned());
    reached.extend(roots.iter().cloned());
    (roots, reached)
}

/// All that a module declares, with what the modules declare that it calls.
fn gather(scope: &Scope<'_, '_>, all: &mut Vec<Declared>, judged: &mut Judged) {
    for ((kind, name), placed) in &scope.module.resources {
        if told::tells(kind) {
            several(scope, (kind, name, false), placed, all);
        }
    }
    for (name, call) in &scope.module.calls {
        for instance in scope.instances(&call.block.body) {
            if all.len() >= MOST || !scope.world.spend(CALL) {
                return;
            }
            match scope.called(name, call.block, &instance) {
                Some(called) => gather(&called, all, judged),
                None => judged.elsewhere += 1,
            }
        }
    }
}

fn several(scope: &Scope<'_, '_>, (kind, name, data): (&str, &str, bool), placed: &Placed<'_>, all: &mut Vec<Declared>) {
    let body = &placed.block.body;
    for instance in scope.instances(body) {
        if all.len() >= MOST || !scope.world.spend(1) {
            return;
        }
        let scope = scope.of(&instance);
        let mut values = Map::new();
        for attribute in body.attributes().filter(|attribute| told::reads(attribute.key.as_str())) {
            let value = scope.value(&attribute.value);
            values.extend((!value.is_null()).then(|| (attribute.key.as_str().to_owned(), value)));
        }
        let own: Vec<Value> =
            scope.blocks(body, "inline_policy").into_iter().enumerate().map(|(at, (scope, body))| own(&scope, body, at)).collect();
        if !own.is_empty() {
            values.insert("inline_policy".into(), Value::Array(own));
        }
        let resource = Resource {
            module: scope.path.clone(),
            by: "terraform",
            kind: kind.to_owned(),
            name: name.to_owned(),
            index: instance.index.clone(),
            data,
            values,
        };
        all.push(Declared { resource, file: placed.file.to_owned() });
    }
}

/// A policy that stands in a role.
fn own(scope: &Scope<'_, '_>, body: &Body, at: usize) -> Value {
    let get = |key: &str| scope.attribute(body, key);
    let name = get("name").filter(|name| name.as_str().is_some_and(|name| !has_unknown(name)));
    let name = name.unwrap_or_else(|| Value::String(format!("inline_policy[{at}]")));
    serde_json::json!({ "name": name, "policy": get("policy") })
}

/// Takes what is told of one file.
struct Heard<'j> {
    file: String,
    judged: &'j mut Judged,
}

impl Listener for Heard<'_> {
    fn tell(&mut self, entity: Entity) {
        self.judged.entities.push((self.file.clone(), entity));
    }

    fn malformed(&mut self, what: &str) {
        self.judged.faults.push(Fault::new(FaultKind::Malformed, &self.file, what));
    }
}
