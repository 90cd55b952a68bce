//! The steps by which principals come to more than they were given, and the shortest ways to administrator.
//!
//! There are two sorts: whoever *enters* a principal may do what that one may ([`enter`]), whoever *changes* one makes more of it
//! ([`change`]). To change oneself is enough; to change another is worth something to whoever can enter that one, too ([`compound`]).

mod alike;
mod change;
mod compound;
mod enter;
mod named;
mod search;
mod ways;

use std::{cell::RefCell, collections::HashMap, rc::Rc, sync::Arc};

use super::{
    Answer,
    effective::{At, Request, allows},
    estate::{Estate, Principal, PrincipalKind},
    policy::Policy,
};
use crate::model::{Certainty, Privilege, Witness};
use alike::{Alike, Traits};
use named::Named;
use ways::Way;

pub(super) use search::{Won, shortest};

const EVERYTHING: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leg {
    /// Who takes it, by number.
    pub from: usize,
    /// Whom he becomes or changes, by number; `None`: administrator, as himself.
    pub to: Option<usize>,
    /// Whether he changes that one, and does not become it.
    pub changes: bool,
    /// The actions.
    pub by: String,
    /// How sure.
    pub certainty: Certainty,
    /// What allows them.
    pub witnesses: Vec<Witness>,
}

/// Finds the steps of principals.
pub(super) struct Steps<'e> {
    estate: &'e Estate,
    ways: Vec<Way>,
    alike: Alike,
    /// The ways of which each class may do all that they take, somewhere.
    open: Vec<Vec<usize>>,
    /// The best of what each class may do anywhere, by action in small letters.
    anywhere: Vec<HashMap<String, Answer>>,
    numbers: HashMap<&'e str, usize>,
    /// Roles by account and name (`111111111111/reader`), whatever their path.
    sessions: HashMap<String, Vec<usize>>,
    /// Whom policies name, by action: sorted when it is first asked.
    named: RefCell<HashMap<String, Rc<Named>>>,
    /// How much those may do who are alike: asked of many who do not exist yet.
    reaches: RefCell<HashMap<Traits, (Privilege, Certainty)>>,
    /// A policy that allows everything.
    all: Arc<Policy>,
}

impl<'e> Steps<'e> {
    /// Of the principals of an estate.
    pub fn new(estate: &'e Estate) -> Self {
        let mut steps = Self {
            estate,
            ways: Way::all().into_iter().filter(|way| !way.retired).collect(),
            alike: Alike::new(estate),
            open: Vec::new(),
            anywhere: Vec::new(),
            numbers: estate.principals.iter().enumerate().map(|(number, principal)| (principal.arn.as_str(), number)).collect(),
            sessions: HashMap::new(),
            named: RefCell::default(),
            reaches: RefCell::default(),
            all: Arc::new(Policy::parse(EVERYTHING).expect("our own policy is one")),
        };
        for (number, role) in estate.principals.iter().enumerate().filter(|(_, principal)| principal.kind == PrincipalKind::Role) {
            steps.sessions.entry(format!("{}/{}", role.account, role.name())).or_default().push(number);
        }
        for members in &steps.alike.members {
            let (anywhere, open) = steps.openings(&estate.principals[members[0]]);
            steps.anywhere.push(anywhere);
            steps.open.push(open);
        }
        steps
    }

    /// What a principal may do anywhere of what ways take, and the ways that are open to it.
    fn openings(&self, principal: &Principal) -> (HashMap<String, Answer>, Vec<usize>) {
        let mut asked: HashMap<String, Option<Answer>> = HashMap::new();
        let mut may = |action: &String| {
            let ask = |action: &str| allows(self.estate, principal, &Request::new(action, At::Some));
            let small = action.to_lowercase();
            asked.entry(small).or_insert_with_key(|small| Some(ask(small)?.spelled(action))).is_some()
        };
        let open = (0..self.ways.len()).filter(|way| self.ways[*way].actions.iter().all(&mut may)).collect();
        for action in PROFILE {
            may(&(*action).to_owned());
        }
        (asked.into_iter().filter_map(|(action, answer)| Some((action, answer?))).collect(), open)
    }

    /// The best of what a principal may do anywhere.
    fn somewhere(&self, number: usize, action: &str) -> Option<&Answer> {
        self.anywhere[self.alike.of[number]].get(&action.to_lowercase())
    }

    fn is_open(&self, way: usize, class: usize) -> bool {
        self.open[class].binary_search(&way).is_ok()
    }

    fn principal(&self, number: usize) -> &'e Principal {
        &self.estate.principals[number]
    }

    /// Who is named for an action.
    fn named(&self, action: &str) -> Rc<Named> {
        let mut known = self.named.borrow_mut();
        let named = known.entry(action.to_owned()).or_insert_with(|| Rc::new(Named::new(self.estate, &self.alike, action)));
        Rc::clone(named)
    }
}

/// A machine is given a role by an instance profile; where the role has none, one must be made.
const PROFILE: &[&str] = &["iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile"];
