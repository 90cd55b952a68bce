//! The shortest ways to administrator through a graph of steps: sure ones first, then those that hang on a condition, then the rest.

use std::collections::VecDeque;

use crate::model::Certainty;

use super::edges::Edge;

/// The first step of each principal on its way, and how sure the way is; `None` where there is none.
pub(super) fn shortest(admins: &[bool], edges: &[Vec<Edge>]) -> Vec<Option<(usize, Certainty)>> {
    let mut found: Vec<Option<(usize, Certainty)>> = vec![None; edges.len()];
    for least in [Certainty::Certain, Certainty::Conditional, Certainty::Possible] {
        grow(admins, edges, least, &mut found);
    }
    found
}

/// Walks backwards from the administrators along steps that are sure enough.
fn grow(admins: &[bool], edges: &[Vec<Edge>], least: Certainty, found: &mut [Option<(usize, Certainty)>]) {
    // Who can take a step to whom; the last entry stands for being administrator as oneself.
    let own = edges.len();
    let mut back: Vec<Vec<(usize, usize)>> = vec![Vec::new(); edges.len() + 1];
    for (from, steps) in edges.iter().enumerate() {
        for (at, step) in steps.iter().enumerate().filter(|(_, step)| step.certainty >= least) {
            back[step.to.unwrap_or(own)].push((from, at));
        }
    }
    let mut reached: Vec<bool> = admins.to_vec();
    reached.push(true);
    let mut queue: VecDeque<usize> = std::iter::once(own).chain((0..admins.len()).filter(|n| admins[*n])).collect();
    while let Some(node) = queue.pop_front() {
        for (from, at) in &back[node] {
            if !reached[*from] {
                reached[*from] = true;
                // A surer way that was found before stays.
                found[*from].get_or_insert((*at, least));
                queue.push_back(*from);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Edge, shortest};
    use crate::model::Certainty;

    fn edge(to: Option<usize>, certainty: Certainty) -> Edge {
        Edge { to, by: String::new(), certainty, witnesses: Vec::new() }
    }

    #[test]
    fn a_longer_sure_way_is_better_than_a_short_doubtful_one() {
        use Certainty::{Certain, Possible};
        let edges = [
            vec![edge(Some(2), Possible), edge(Some(1), Certain)],
            vec![edge(Some(2), Certain)],
            vec![],
            vec![edge(None, Possible)],
            vec![],
        ];
        let found = shortest(&[false, false, true, false, false], &edges);
        assert_eq!(found, [Some((1, Certain)), Some((0, Certain)), None, Some((0, Possible)), None]);
    }
}
