//! The catalogue as it is kept: one line a noun, with the verbs that go with it.

use std::{collections::HashMap, sync::LazyLock};

use super::{Action, Level};

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("actions.txt")));

/// All services, in order.
pub(super) struct Table {
    pub services: Vec<Service>,
}

/// A service with its actions in the order of their names in small letters.
pub(super) struct Service {
    pub prefix: &'static str,
    actions: Vec<Action>,
}

/// What stands around a noun: verb, ending, level, and whether it is a write without a resource.
type Form = (&'static str, &'static str, (Level, bool));

impl Table {
    pub fn get() -> &'static Self {
        &TABLE
    }

    pub fn service(&self, prefix: &str) -> Option<&Service> {
        self.services.binary_search_by(|known| known.prefix.cmp(prefix)).ok().map(|at| &self.services[at])
    }

    fn read(text: &'static str) -> Self {
        let (mut forms, mut services) = (HashMap::new(), Vec::<Service>::new());
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some((code, form)) = line.strip_prefix('=').and_then(|rest| rest.split_once(' ')) {
                forms.extend(form_of(form).map(|form| (code, form)));
            } else if let Some(prefix) = line.strip_prefix('@') {
                services.push(Service { prefix, actions: Vec::new() });
            } else if let Some(service) = services.last_mut() {
                service.actions.extend(actions(line, &forms));
            }
        }
        for service in &mut services {
            service.actions.sort_by(|a, b| a.key.cmp(&b.key));
        }
        services.sort_by_key(|service| service.prefix);
        Self { services }
    }
}

impl Service {
    pub fn action(&self, key: &str) -> Option<&Action> {
        self.actions.binary_search_by(|action| action.key.as_str().cmp(key)).ok().map(|at| &self.actions[at])
    }

    pub fn starting_with(&self, fixed: &str) -> &[Action] {
        let from = self.actions.partition_point(|action| action.key.as_str() < fixed);
        let rest = &self.actions[from..];
        &rest[..rest.partition_point(|action| action.key.starts_with(fixed))]
    }
}

/// `Get.s.r`: what stands before the noun, what behind it, the level.
fn form_of(text: &'static str) -> Option<Form> {
    let (verb, rest) = text.split_once('.')?;
    let (ending, level) = rest.split_once('.')?;
    Some((verb, ending, level_of(level)?))
}

fn level_of(letter: &str) -> Option<(Level, bool)> {
    let level = match letter {
        "l" => Level::List,
        "r" => Level::Read,
        "t" => Level::Tagging,
        "w" | "W" => Level::Write,
        "p" => Level::Permissions,
        _ => return None,
    };
    Some((level, letter == "W"))
}

/// The actions of a line: `AccessKey 3204`, or `+ResyncMFADevice.w SimulateCustomPolicy.r` with the names in full.
fn actions(line: &'static str, forms: &HashMap<&str, Form>) -> Vec<Action> {
    if let Some(full) = line.strip_prefix('+') {
        let named = full.split(' ').filter_map(|one| one.rsplit_once('.'));
        return named.filter_map(|(name, level)| Some(action(name.to_owned(), level_of(level)?))).collect();
    }
    let Some((noun, codes)) = line.split_once(' ') else { return Vec::new() };
    let forms = split(codes).filter_map(|code| forms.get(code));
    forms.map(|(verb, ending, level)| action(format!("{verb}{noun}{ending}"), *level)).collect()
}

/// Codes have two characters where the first is a capital, and one elsewhere.
fn split(codes: &str) -> impl Iterator<Item = &str> {
    let mut rest = codes;
    std::iter::from_fn(move || {
        let length = if rest.starts_with(|c: char| c.is_ascii_uppercase()) { 2 } else { 1 };
        let (code, behind) = rest.split_at_checked(length)?;
        rest = behind;
        Some(code)
    })
}

fn action(name: String, (level, unbounded): (Level, bool)) -> Action {
    // The list of AWS says of some that they change who may do what (`glue:ListEntities`): they do not.
    let looks = name.starts_with("List") || name.starts_with("Describe");
    let level = if looks { level.min(Level::Read) } else { level };
    Action { key: name.to_ascii_lowercase(), name, level, unbounded }
}
