//! Ways of two hands: somebody makes more of a principal, and whoever sent him enters it.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap, VecDeque},
};

use super::{Leg, Steps, change::Change, enter::Asked, search::Search};

/// So many who change others are remembered of each who can become one of them.
const HANDS: usize = 64;

/// Those who can become somebody who changes others: the first step of each.
struct Hand {
    next: HashMap<usize, Leg>,
}

/// What those of a class make of one principal, asked once.
struct Raised<'s, 'e> {
    steps: &'s Steps<'e>,
    target: usize,
    known: RefCell<BTreeMap<usize, Option<Change>>>,
}

impl<'s, 'e> Raised<'s, 'e> {
    fn of(steps: &'s Steps<'e>, target: usize) -> Self {
        Self { steps, target, known: RefCell::default() }
    }

    /// Whether those of a class make an administrator of it.
    fn any(&self, class: usize) -> bool {
        self.steps.changes(class) && self.change(class).is_some()
    }

    fn change(&self, class: usize) -> Option<Change> {
        let someone = || self.steps.alike.members[class].iter().find(|number| **number != self.target);
        let raised = || self.steps.raised(*someone()?, self.target);
        self.known.borrow_mut().entry(class).or_insert_with(raised).clone()
    }

    /// The step by which an actor makes an administrator of it.
    fn by(&self, actor: usize) -> Option<Leg> {
        let Change { by, certainty, witnesses } = self.change(self.steps.alike.of[actor])?;
        Some(Leg { from: actor, to: Some(self.target), changes: true, by, certainty, witnesses })
    }
}

impl Search<'_, '_> {
    /// Whoever may make an administrator of a principal, and become that one himself.
    pub fn compound(&mut self) {
        let steps = self.steps;
        let changes = self.changing();
        if !changes.contains(&true) {
            return;
        }
        for target in 0..steps.estate.principals.len() {
            if !self.is_open(target) {
                continue;
            }
            let raised = Raised::of(steps, target);
            let class = |class: usize| changes[class] && self.any_open(class) && raised.any(class);
            let one = |number: usize| self.is_open(number) && raised.any(steps.alike.of[number]);
            for enters in steps.into(target, &Asked { class: &class, one: &one }) {
                if let Some(changes) = raised.by(enters.from) {
                    self.win(enters.from, vec![changes, enters], None);
                }
            }
        }
    }

    /// Classes of which somebody is left who may change others.
    fn changing(&self) -> Vec<bool> {
        (0..self.steps.alike.members.len()).map(|class| self.any_open(class) && self.steps.changes(class)).collect()
    }

    /// Whoever can become somebody who makes an administrator of a principal, and can become that one, too. The length of the shortest
    /// way that is new.
    pub fn detours(&mut self) -> Option<usize> {
        let steps = self.steps;
        let hands: Vec<Hand> =
            self.changing().iter().enumerate().filter(|(_, changes)| **changes).map(|(class, _)| self.hand(class)).collect();
        let mut held: BTreeMap<usize, Vec<&Hand>> = BTreeMap::new();
        for hand in &hands {
            for number in hand.next.keys() {
                let all = held.entry(*number).or_default();
                if all.len() < HANDS {
                    all.push(hand);
                }
            }
        }
        if held.is_empty() {
            return None;
        }
        let mut first = None;
        for target in 0..steps.estate.principals.len() {
            if !self.is_open(target) {
                continue;
            }
            let class = |class: usize| self.any_open(class);
            let one = |number: usize| held.contains_key(&number) && self.is_open(number);
            let raised = Raised::of(steps, target);
            for enters in steps.into(target, &Asked { class: &class, one: &one }) {
                for hand in &held[&enters.from] {
                    let mut legs = hand.way(enters.from);
                    let Some(changes) = legs.last().and_then(|leg| leg.to).and_then(|actor| raised.by(actor)) else { continue };
                    legs.extend([changes, enters.clone()]);
                    let length = legs.len();
                    if self.win(enters.from, legs, None) {
                        first = first.into_iter().chain([length]).min();
                    }
                }
            }
        }
        first
    }

    /// Those who can become one of a class, in however many steps.
    fn hand(&mut self, class: usize) -> Hand {
        let mut next: HashMap<usize, Leg> = HashMap::new();
        let members = &self.steps.alike.members[class];
        let mut queue: VecDeque<usize> = members.iter().copied().filter(|number| self.is_open(*number)).collect();
        while let Some(to) = queue.pop_front() {
            let one = |number: usize| self.is_open(number) && self.steps.alike.of[number] != class && !next.contains_key(&number);
            for leg in self.steps.into(to, &Asked { class: &|class| self.any_open(class), one: &one }) {
                if self.suffices(&leg) && !next.contains_key(&leg.from) {
                    queue.push_back(leg.from);
                    next.insert(leg.from, leg);
                }
            }
        }
        Hand { next }
    }
}

impl Hand {
    /// The steps to one of the class.
    fn way(&self, from: usize) -> Vec<Leg> {
        let mut legs: Vec<Leg> = Vec::new();
        let mut at = Some(from);
        while let Some(leg) = at.and_then(|at| self.next.get(&at)) {
            at = leg.to;
            legs.push(leg.clone());
        }
        legs
    }
}
