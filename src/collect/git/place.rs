//! Where contents lie in a history: first commit and path, in HEAD or not, kept by what.
//!
//! One pass over commits and trees answers for all of them, however many: a history is read here faster than a few blobs could
//! be asked for one by one.

use std::collections::{BTreeMap, HashMap};

use super::{
    bits::Bits,
    forest::NONE,
    graph::Graph,
    keep::{Kept, keep},
    names::NameBook,
    order,
    reach::{First, spread},
    refs::{Head, Refs},
    store::Store,
};
use crate::{
    collect::show_path,
    model::{Appearance, ContentId, Fault, FaultKind, RefClass, RefClasses},
};

/// What is known of a repository besides its objects.
pub struct Surroundings<'a> {
    /// References, logs, HEAD.
    pub refs: &'a Refs,
    /// Paths of staged blobs.
    pub staged: &'a BTreeMap<ContentId, Vec<u8>>,
    /// How faults name the store.
    pub place: &'a str,
}

/// Places `wanted`, tells what history names and is not here, and returns the smallest root commit.
pub fn place(
    store: &Store,
    around: &Surroundings<'_>,
    wanted: &[ContentId],
    each: &mut dyn FnMut(Appearance),
    fault: &mut dyn FnMut(Fault),
) -> Option<ContentId> {
    let mut ids = wanted.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let mut rows = Bits::new(store.rows());
    ids.iter().filter_map(|id| store.find(id.as_bytes())).for_each(|row| {
        rows.put(row);
    });
    let graph = Graph::read(store, &rows, &around.refs.shallow, fault);
    tell(store, &graph, around, fault);
    let order = order::oldest_first(&graph, store);
    let kept = keep(&graph, store, around.refs, &order, fault);
    let mut atlas = Atlas::survey(store, &graph, &kept, &order, &around.refs.head);
    let mut book = NameBook::new(store);
    for id in &ids {
        if let Some(row) = store.find(id.as_bytes()) {
            atlas.appearances(*id, row, around, &mut book).into_iter().for_each(&mut *each);
        }
    }
    lineage(store, &graph, &kept)
}

/// Tells what of the history is not here.
fn tell(store: &Store, graph: &Graph, around: &Surroundings<'_>, fault: &mut dyn FnMut(Fault)) {
    graph.absent.tell(store.promisor(), around.place, fault);
    let (cut, whole) = graph.cut;
    if cut > 0 {
        fault(Fault::new(
            FaultKind::Missing,
            around.place,
            format!("history is cut (shallow clone): the parents of {cut} commits are not here"),
        ));
    }
    if whole > 0 {
        let what =
            format!("a shallow file says that history is cut at {whole} commits whose parents are here: they were read all the same");
        fault(Fault::new(FaultKind::Malformed, around.place, what));
    }
}

/// The smallest root commit of the first sort of history that has one: HEAD's, else that of branches, else any.
fn lineage(store: &Store, graph: &Graph, kept: &Kept) -> Option<ContentId> {
    let classes = [RefClasses::of(RefClass::Head).bits(), RefClasses::of(RefClass::Branch).bits(), u16::MAX];
    classes.iter().find_map(|mask| {
        let roots = graph.commits.iter().zip(&kept.commits).filter(|(commit, bits)| commit.root && *bits & mask != 0);
        roots.map(|(commit, _)| store.content(commit.row)).min()
    })
}

/// Where the wanted blobs are.
struct Atlas<'a> {
    graph: &'a Graph,
    kept: &'a Kept,
    first: First,
    /// The commit, if any, and the tree that first held a blob.
    found: HashMap<u32, (Option<u32>, u32)>,
    bits: HashMap<u32, u16>,
    head: Option<(First, HashMap<u32, u32>)>,
}

impl<'a> Atlas<'a> {
    fn survey(store: &Store, graph: &'a Graph, kept: &'a Kept, order: &[u32], head: &Head) -> Self {
        let mut atlas = Self { graph, kept, first: First::new(0), found: HashMap::new(), bits: HashMap::new(), head: None };
        atlas.head = atlas.head(store, head);
        if !graph.marks.is_empty() {
            atlas.classes(store);
            atlas.first = First::new(store.rows());
            atlas.commits(order);
            atlas.dangling(store);
        }
        atlas
    }

    /// Finds first commits: those that a reference keeps come before those that only a log remembers, or nothing.
    fn commits(&mut self, order: &[u32]) {
        let (firm, loose): (Vec<u32>, Vec<u32>) = order.iter().partition(|commit| self.kept.firmly(**commit));
        for commit in firm.into_iter().chain(loose) {
            self.descend(self.graph.commits[commit as usize].tree, Some(commit));
        }
    }

    fn descend(&mut self, root: u32, commit: Option<u32>) {
        let (graph, found) = (self.graph, &mut self.found);
        self.first.descend(graph, root, |tree| {
            for blob in graph.marked(tree) {
                found.entry(blob).or_insert((commit, tree));
            }
        });
    }

    /// Descends from trees that no commit reaches, the topmost first.
    fn dangling(&mut self, store: &Store) {
        if self.graph.marks.iter().all(|(_, blob)| self.found.contains_key(blob)) {
            return;
        }
        let mut below = Bits::new(store.rows());
        let rows = 0..u32::try_from(store.rows()).expect("rows count in 32 bits");
        let unreached: Vec<u32> = rows.filter(|row| self.graph.is_tree(*row) && !self.first.has(*row)).collect();
        for tree in &unreached {
            self.graph.trees(*tree).for_each(|child| {
                below.put(child);
            });
        }
        unreached.into_iter().filter(|tree| !below.has(*tree)).for_each(|tree| self.descend(tree, None));
    }

    fn classes(&mut self, store: &Store) {
        let mut bits = vec![0u16; store.rows()];
        let roots = self.graph.commits.iter().zip(&self.kept.commits).map(|(commit, bits)| (commit.tree, *bits));
        let direct = self.kept.direct.iter().filter(|(row, _)| self.graph.is_tree(**row)).map(|(row, bits)| (*row, *bits));
        spread(self.graph, &mut bits, roots.chain(direct));
        for (tree, blob) in &self.graph.marks {
            *self.bits.entry(*blob).or_default() |= bits[*tree as usize];
        }
    }

    /// The wanted blobs in the tree of HEAD; `None` when that cannot be known.
    fn head(&self, store: &Store, head: &Head) -> Option<(First, HashMap<u32, u32>)> {
        let mut blobs = HashMap::new();
        let id = match head {
            Head::Unknown => return None,
            Head::Unborn => return Some((First::new(0), blobs)),
            Head::At(id) => id,
        };
        let commit = self.graph.number(store.find(id.as_bytes())?)?;
        let root = self.graph.commits[commit as usize].tree;
        if root == NONE || !self.graph.is_tree(root) {
            return None;
        }
        let mut first = First::new(if self.graph.marks.is_empty() { 0 } else { store.rows() });
        if !self.graph.marks.is_empty() {
            first.descend(self.graph, root, |tree| {
                for blob in self.graph.marked(tree) {
                    blobs.entry(blob).or_insert(tree);
                }
            });
        }
        Some((first, blobs))
    }

    fn appearances(&mut self, id: ContentId, row: u32, around: &Surroundings<'_>, book: &mut NameBook<'_>) -> Vec<Appearance> {
        let plain = |path: String, bits: u16, in_head: Option<bool>| Appearance {
            content: id,
            path,
            mode: None,
            introduced: None,
            in_head,
            in_tree: false,
            refs: RefClasses::from_bits(bits),
        };
        if let Some(commit) = self.graph.number(row) {
            let bits = self.kept.commits[commit as usize];
            let in_head = self.head.as_ref().map(|_| RefClasses::from_bits(bits).has(RefClass::Head));
            return vec![Appearance { introduced: Some(book.introduction(row)), ..plain("(commit message)".into(), bits, in_head) }];
        }
        let direct = self.kept.direct.get(&row).copied().unwrap_or_default();
        if self.graph.tag(row).is_some() {
            let (name, introduced) = book.tag(row).map_or((String::new(), None), |(name, made)| (name, Some(made)));
            return vec![Appearance { introduced, ..plain(format!("(tag {name} message)"), direct, self.head.as_ref().map(|_| false)) }];
        }
        let staged = around.staged.get(&id);
        let index = staged.map_or(0, |_| RefClasses::of(RefClass::Index).bits());
        let bits = self.bits.get(&row).copied().unwrap_or_default() | direct | index;
        let in_head = self.head.as_ref().map(|(_, blobs)| blobs.contains_key(&row));
        let Some((commit, tree)) = self.found.get(&row).copied() else {
            let named = staged.map(|path| show_path(path)).or_else(|| self.kept.names.get(&row).map(|name| format!("({name})")));
            return vec![plain(named.unwrap_or_else(|| format!("(dangling blob {id})")), bits, in_head)];
        };
        let introduced = commit.map(|commit| book.introduction(self.graph.commits[commit as usize].row));
        let path = book.path(&self.first, tree, row);
        let now = self.head.as_ref().and_then(|(first, blobs)| Some(book.path(first, *blobs.get(&row)?, row))).filter(|now| *now != path);
        let mut all = vec![Appearance { introduced: introduced.clone(), ..plain(path, bits, in_head) }];
        all.extend(now.map(|now| Appearance { introduced, ..plain(now, bits, in_head) }));
        all
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fs};

    use crate::{
        collect::git::testing::Lab,
        model::{Appearance, FaultKind, RefClass},
    };

    fn by_id(places: Vec<Appearance>) -> BTreeMap<String, Vec<Appearance>> {
        let mut all: BTreeMap<String, Vec<Appearance>> = BTreeMap::new();
        for place in places {
            all.entry(place.content.to_string()).or_default().push(place);
        }
        all
    }

    /// What git says, blob by blob: the oldest commit that `git log` lists for it, and whether HEAD has it.
    fn agree_with_git(lab: &mut Lab) {
        let (places, faults) = lab.place();
        assert_eq!(faults, []);
        let (places, truth) = (by_id(places), lab.truth());
        assert_eq!(places.keys().collect::<Vec<_>>(), truth.keys().collect::<Vec<_>>());
        let head = lab.git(&["ls-tree", "-r", "HEAD"]);
        for (id, places) in places {
            if lab.git(&["cat-file", "-t", &id]) != "blob" {
                continue;
            }
            let log = lab.git(&["log", "--all", "-m", "--topo-order", "--format=%ct %H", &format!("--find-object={id}")]);
            let oldest = log
                .lines()
                .filter_map(|line| line.split_once(' '))
                .map(|(time, commit)| (time.parse::<i64>().expect("a time"), commit))
                .min()
                .expect("listed");
            for place in places {
                let introduced = place.introduced.expect("a commit holds it");
                assert_eq!((introduced.date.0, introduced.commit.as_str()), oldest, "{id}");
                assert_eq!(introduced.author, "A <a@example.test>");
                assert_eq!(place.in_head, Some(head.contains(&id)), "{id}");
                let there = [introduced.commit.as_str(), "HEAD"]
                    .map(|commit| lab.feed(&["cat-file", "--batch-check=%(objectname)"], format!("{commit}:{}\n", place.path).as_bytes()));
                assert!(there.iter().any(|found| found.starts_with(id.as_bytes())), "{id} at {}", place.path);
            }
        }
    }

    #[test]
    fn first_commits_and_paths_are_those_that_git_log_finds() {
        for format in ["sha1", "sha256"] {
            let mut lab = Lab::history(format);
            fs::remove_file(lab.file(".git/index")).expect("a file");
            agree_with_git(&mut lab);
            lab.git(&["repack", "-adfq"]);
            agree_with_git(&mut lab);
        }
    }

    #[test]
    fn classes_say_what_keeps_a_blob() {
        let mut lab = Lab::new("sha1");
        let base = lab.commit(&[("base", "base\n")]);
        for (reference, file) in [
            ("refs/notes/commits", "note"),
            ("refs/stash", "stash"),
            ("refs/pull/1/head", "review"),
            ("refs/original/x", "other"),
            ("refs/remotes/o/b", "remote"),
            ("refs/tags/t", "tag"),
        ] {
            lab.git(&["checkout", "-q", "--detach", &base]);
            let commit = lab.commit(&[(file, file)]);
            lab.git(&["update-ref", reference, &commit]);
        }
        lab.commit(&[("reflog", "reflog")]);
        lab.git(&["checkout", "-q", "main"]);
        fs::write(lab.file("index"), "index").expect("a file");
        lab.git(&["add", "index"]);
        let blob = String::from_utf8(lab.feed(&["hash-object", "-w", "--stdin"], b"loose tag")).expect("an id");
        lab.git(&["tag", "-a", "-m", "m", "direct", blob.trim()]);
        let dangling = String::from_utf8(lab.feed(&["hash-object", "-w", "--stdin"], b"dangling")).expect("an id");
        let places = by_id(lab.place().0);
        for class in [
            RefClass::Note,
            RefClass::Stash,
            RefClass::Review,
            RefClass::Other,
            RefClass::Remote,
            RefClass::Tag,
            RefClass::Reflog,
            RefClass::Index,
        ] {
            let id = String::from_utf8(lab.feed(&["hash-object", "--stdin"], class.name().as_bytes())).expect("an id");
            let place = &places[id.trim()][0];
            assert!(place.refs.has(class), "{class:?}: {:?}", place.refs);
            assert_eq!(
                (place.path.as_str(), place.in_head, place.introduced.is_some()),
                (class.name(), Some(false), class != RefClass::Index)
            );
        }
        assert_eq!(places[blob.trim()][0].refs.names(), ["tag"]);
        assert!(places[dangling.trim()][0].refs.is_empty());
        assert_eq!(places[&base][0].path, "(commit message)");
        assert!(places.values().any(|all| all[0].path == "(tag direct message)"));
    }

    #[test]
    fn what_history_names_and_is_not_there_is_told() {
        let mut lab = Lab::history("sha1");
        let tree = lab.git(&["rev-parse", "HEAD~3^{tree}"]);
        fs::remove_file(lab.file(&format!(".git/objects/{}/{}", &tree[..2], &tree[2..]))).expect("a loose object");
        let faults = lab.place().1;
        assert_eq!(faults.iter().map(|fault| fault.kind).collect::<Vec<_>>(), [FaultKind::Missing]);
        assert!(faults[0].what.contains(&tree));
    }

    #[test]
    fn a_part_of_a_history_is_what_git_rev_list_says() {
        let mut lab = Lab::history("sha1");
        lab.git(&["repack", "-adfq"]);
        for (branch, since) in [(Some("side"), None), (None, Some("HEAD~4")), (Some("main"), Some("side"))] {
            let restriction =
                crate::collect::git::Restriction { branch: branch.map(Into::into), since: since.map(|name| lab.git(&["rev-parse", name])) };
            let (_, pile) = lab.collect(&restriction);
            let not = restriction.since.as_ref().map_or_else(String::new, |since| format!("^{since}"));
            let mut arguments = vec!["rev-list", "--objects", "--no-object-names", branch.unwrap_or("--all")];
            arguments.extend((!not.is_empty()).then_some(not.as_str()));
            let listed = lab.git(&arguments);
            let old = restriction
                .since
                .as_ref()
                .map_or_else(String::new, |since| lab.git(&["rev-list", "--objects", "--no-object-names", since]));
            let truth = lab.truth();
            let mut expected: Vec<&str> = listed.lines().filter(|id| truth.contains_key(*id) && !old.contains(*id)).collect();
            expected.sort_unstable();
            assert_eq!(pile.documents.keys().map(String::as_str).collect::<Vec<_>>(), expected, "{branch:?} {since:?}");
        }
    }
}
