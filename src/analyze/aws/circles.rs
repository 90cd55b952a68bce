//! Roles that can become each other.

use crate::model::Certainty;

use super::{
    assume::assumes,
    doors::Doors,
    estate::{Estate, Principal},
};

/// The circles in which roles can become each other, the roles of each in order. Only those that `count` are looked at.
pub fn circles(estate: &Estate, count: impl Fn(&Principal) -> bool) -> Vec<Vec<&Principal>> {
    let doors = Doors::new(estate);
    let counts: Vec<bool> = estate.principals.iter().map(|p| p.role.is_some() && count(p)).collect();
    let sure = |from: &Principal, to: usize| {
        assumes(estate, from, &estate.principals[to]).is_some_and(|(certainty, _)| certainty >= Certainty::Conditional)
    };
    let next = |number: usize| -> Vec<usize> {
        let from = &estate.principals[number];
        let open = doors.of(from).into_iter().filter(|to| *to != number && counts[*to]);
        open.filter(|to| sure(from, *to)).collect()
    };
    let graph: Vec<Vec<usize>> = (0..counts.len()).map(|number| if counts[number] { next(number) } else { Vec::new() }).collect();
    let several = components(&graph).into_iter().filter(|component| component.len() > 1);
    several.map(|component| component.into_iter().map(|number| &estate.principals[number]).collect()).collect()
}

/// What can reach each other in a graph, each part in order, the parts by their first member (Kosaraju's way, without recursion).
fn components(next: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut back: Vec<Vec<usize>> = vec![Vec::new(); next.len()];
    for (from, targets) in next.iter().enumerate() {
        targets.iter().for_each(|to| back[*to].push(from));
    }
    let mut seen = vec![false; next.len()];
    let mut left: Vec<usize> = Vec::new();
    for start in 0..next.len() {
        left.extend(walk(next, start, &mut seen));
    }
    let mut seen = vec![false; next.len()];
    let mut all: Vec<Vec<usize>> = Vec::new();
    for start in left.into_iter().rev() {
        let mut part = walk(&back, start, &mut seen);
        part.sort_unstable();
        all.extend((!part.is_empty()).then_some(part));
    }
    all.sort_unstable();
    all
}

/// What is reached from a node and was not seen before, in the order in which it is left.
fn walk(next: &[Vec<usize>], start: usize, seen: &mut [bool]) -> Vec<usize> {
    let mut left = Vec::new();
    let mut stack = Vec::new();
    if !std::mem::replace(&mut seen[start], true) {
        stack.push((start, 0));
    }
    while let Some((node, at)) = stack.last_mut() {
        if let Some(to) = next[*node].get(*at) {
            *at += 1;
            if !std::mem::replace(&mut seen[*to], true) {
                stack.push((*to, 0));
            }
        } else {
            left.push(*node);
            stack.pop();
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::components;

    #[test]
    fn what_reaches_each_other_is_one_part() {
        let graph = [vec![1], vec![2, 3], vec![0], vec![4], vec![3], vec![]];
        assert_eq!(components(&graph), [vec![0, 1, 2], vec![3, 4], vec![5]]);
        // Deep enough to break a recursion.
        let long: Vec<Vec<usize>> = (0..200_000).map(|n| vec![(n + 1) % 200_000]).collect();
        assert_eq!(components(&long).len(), 1);
    }
}
