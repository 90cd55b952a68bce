//! The shortest ways to administrator: sure ones first, then those that hang on a condition, then the rest.
//!
//! The search goes backwards, from those who are there already. Whoever is found is asked no more: in a large account that is what
//! keeps it from asking everybody about everybody.

use super::{Leg, Steps, enter::Asked};
use crate::model::Certainty;

/// How a principal becomes administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::analyze::aws) struct Won {
    /// Its first steps.
    pub legs: Vec<Leg>,
    /// Whom it is then, who goes on from there; `None` where it is administrator.
    pub then: Option<usize>,
    /// How sure the whole way is.
    pub certainty: Certainty,
    /// How many steps it has.
    pub length: usize,
}

/// The way of each principal; `None` where there is none, or where none is needed.
pub(in crate::analyze::aws) fn shortest(steps: &Steps<'_>, admins: &[bool]) -> Vec<Option<Won>> {
    let mut search = Search {
        steps,
        admins,
        won: vec![None; admins.len()],
        left: steps.alike.members.iter().map(|members| members.iter().filter(|n| !admins[**n]).count()).collect(),
        own: (0..admins.len()).map(|n| if admins[n] { Vec::new() } else { steps.own(n) }).collect(),
        least: Certainty::Certain,
        doubt: false,
        levels: Vec::new(),
    };
    for least in [Certainty::Certain, Certainty::Conditional, Certainty::Possible] {
        (search.least, search.doubt) = (least, false);
        search.walk();
        if !search.doubt {
            break;
        }
    }
    search.won
}

/// A search under way.
pub(super) struct Search<'s, 'e> {
    pub steps: &'s Steps<'e>,
    admins: &'s [bool],
    won: Vec<Option<Won>>,
    /// How many of each class have no way yet.
    left: Vec<usize>,
    /// The steps by which each becomes administrator as itself.
    own: Vec<Vec<Leg>>,
    /// How sure a way must be now.
    least: Certainty,
    /// Whether anything was seen that is less sure.
    doubt: bool,
    /// Those who have a way, by its length.
    levels: Vec<Vec<usize>>,
}

impl Search<'_, '_> {
    /// Finds all ways that are sure enough.
    fn walk(&mut self) {
        self.levels = vec![(0..self.admins.len()).filter(|n| self.admins[*n]).collect()];
        for number in 0..self.won.len() {
            if let Some(length) = self.won[number].as_ref().map(|won| won.length) {
                self.level(length, number);
            }
        }
        for number in 0..self.own.len() {
            let legs = std::mem::take(&mut self.own[number]);
            for leg in &legs {
                self.win(number, vec![leg.clone()], None);
            }
            self.own[number] = legs;
        }
        self.spread(0, 2);
        self.compound();
        self.spread(2, usize::MAX);
        if let Some(length) = self.detours() {
            self.spread(length, usize::MAX);
        }
    }

    /// Goes back from those whose ways have lengths of a range, and from whoever is found.
    fn spread(&mut self, from: usize, to: usize) {
        let mut length = from;
        while length < to.min(self.levels.len()) {
            for number in self.levels[length].clone() {
                self.enter(number);
            }
            length += 1;
        }
    }

    /// Whether a principal has no way yet.
    pub fn is_open(&self, number: usize) -> bool {
        !self.admins[number] && self.won[number].is_none()
    }

    /// Whether anybody of a class has no way yet.
    pub fn any_open(&self, class: usize) -> bool {
        self.left[class] > 0
    }

    /// Everybody who can become somebody that has a way.
    fn enter(&mut self, to: usize) {
        let legs = self.steps.into(to, &Asked { class: &|class| self.any_open(class), one: &|number| self.is_open(number) });
        for leg in legs {
            self.win(leg.from, vec![leg], Some(to));
        }
    }

    /// Whether a step is sure enough now.
    pub fn suffices(&mut self, leg: &Leg) -> bool {
        self.doubt |= leg.certainty < self.least;
        leg.certainty >= self.least
    }

    /// Notes the way of a principal, where it is sure enough and the first.
    pub fn win(&mut self, number: usize, legs: Vec<Leg>, then: Option<usize>) -> bool {
        if !self.is_open(number) || !legs.iter().all(|leg| self.suffices(leg)) {
            return false;
        }
        let rest = then.and_then(|then| self.won[then].as_ref()).map_or(0, |won| won.length);
        let length = legs.len() + rest;
        self.won[number] = Some(Won { legs, then, certainty: self.least, length });
        self.left[self.steps.alike.of[number]] -= 1;
        self.level(length, number);
        true
    }

    fn level(&mut self, length: usize, number: usize) {
        if self.levels.len() <= length {
            self.levels.resize(length + 1, Vec::new());
        }
        self.levels[length].push(number);
    }
}
