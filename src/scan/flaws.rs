use std::collections::{BTreeMap, BTreeSet};

use crate::{
    analyze::harmless,
    model::{Fault, Flaw, within},
};

/// How many flaws of one content are kept one by one.
const KEPT: usize = 1_000;

/// What is public and cannot be read as far as it should, until its places are known.
#[derive(Debug, Default)]
pub(super) struct Flaws {
    waiting: BTreeMap<u32, Few>,
}

/// The first flaws of a content by what they say, and how many more there are.
#[derive(Debug, Default)]
struct Few {
    kept: BTreeSet<Flaw>,
    more: u64,
}

/// What became of flaws.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Settled {
    /// Those that a run could not see, but for some beyond the first thousand of a content.
    pub faults: Vec<Fault>,
    /// How many more there are.
    pub unkept: u64,
    /// Those that lie only among tests, examples and documentation: made so on purpose.
    pub meant: u64,
}

impl Flaws {
    /// Keeps one until its place is known.
    pub fn add(&mut self, content: u32, flaw: Flaw) {
        let few = self.waiting.entry(content).or_default();
        few.kept.insert(flaw);
        if few.kept.len() > KEPT {
            few.kept.pop_last();
            few.more += 1;
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Tells flaws from what was made so, by the paths of their contents; content without a path has the name that `name` gives it.
    pub fn settle(self, paths: &mut dyn FnMut(u32) -> Vec<String>, name: &dyn Fn(u32) -> String) -> Settled {
        let mut settled = Settled::default();
        for (content, few) in self.waiting {
            let mut paths = paths(content);
            if paths.is_empty() {
                paths.push(name(content));
            }
            // The same bytes at another path have the same flaw.
            let serious = |inside: &str| paths.iter().find(|path| !harmless(&within(path, inside)));
            match serious("") {
                Some(_) => settled.unkept += few.more,
                None => settled.meant += few.more,
            }
            for flaw in few.kept {
                match serious(&flaw.inside) {
                    Some(path) => settled.faults.push(flaw.fault(path)),
                    None => settled.meant += 1,
                }
            }
        }
        settled
    }
}

#[cfg(test)]
mod tests {
    use super::Flaws;
    use crate::model::Flaw;

    fn flaws(of: &[(u32, &str, usize)]) -> Flaws {
        let mut flaws = Flaws::default();
        for (content, inside, count) in of {
            (0..*count).for_each(|n| flaws.add(*content, Flaw { inside: (*inside).to_owned(), what: format!("{n:05}") }));
        }
        flaws
    }

    #[test]
    fn a_flaw_is_a_fault_at_its_first_place_that_is_no_test_and_counted_where_all_are() {
        let paths = |content| match content {
            0 => vec!["tests/a.pem".to_owned(), "etc/a.pem".to_owned(), "z/a.pem".to_owned()],
            1 => vec!["tests/a.pem".to_owned(), "docs/a.pem".to_owned()],
            2 => vec!["a.zip".to_owned()],
            _ => Vec::new(),
        };
        let flaws = flaws(&[(0, "", 1), (1, "", 2), (2, "tests/x.pem", 1), (2, "etc/x.pem", 1), (3, "", 1)]);
        let settled = flaws.settle(&mut { paths }, &|content| format!("object {content}"));
        let places: Vec<&str> = settled.faults.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!((places, settled.meant), (vec!["etc/a.pem", "a.zip!/etc/x.pem", "object 3"], 3));
    }

    #[test]
    fn a_flood_of_flaws_is_counted_on_either_side() {
        let flaws = flaws(&[(0, "", 3_000), (1, "", 3_000)]);
        let settled =
            flaws.settle(&mut |content| vec![if content == 0 { "tests/a.pem" } else { "etc/a.pem" }.to_owned()], &|_| String::new());
        assert_eq!((settled.faults.len(), settled.unkept, settled.meant), (1_000, 2_000, 3_000));
    }
}
