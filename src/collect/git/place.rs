//! Where contents lie in a history: first commit and path, in HEAD or not, kept by what.
//!
//! One pass over commits and trees answers for all of them, however many: a history is read here faster than a few blobs could
//! be asked for one by one.

use std::collections::BTreeMap;

use super::{
    atlas::Atlas,
    bits::Bits,
    graph::Graph,
    keep::{Kept, keep},
    names::NameBook,
    order,
    refs::Refs,
    store::Store,
};
use crate::{
    collect::Crew,
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
    crew: &dyn Crew,
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
    let graph = Graph::read(store, &rows, &around.refs.shallow, crew, fault);
    tell(store, &graph, around, fault);
    let order = order::oldest_first(&graph, store);
    let kept = keep(&graph, store, around.refs, &order, fault);
    let atlas = Atlas::survey(store, &graph, &kept, &order, &around.refs.head, crew);
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
    fn a_crew_finds_what_one_finds_in_more_trees_than_one_takes_at_once() {
        let mut lab = Lab::new("sha1");
        let commit = |n: usize| {
            let head = format!("commit refs/heads/main\ncommitter A <a@example.test> {} +0000\ndata 0\n", 1_700_000_000 + n);
            let files = [format!("{n}/a"), format!("{}/b/{n}", n % 7), format!("{n}/deep/er")];
            files.iter().fold(head, |text, file| text + &format!("M 100644 inline {file}\ndata <<.\n{file}\n.\n"))
        };
        lab.feed(&["fast-import", "--quiet"], (0..200).map(commit).collect::<String>().as_bytes());
        for unpacked in [false, true] {
            if unpacked {
                let pack = fs::read(lab.packs("pack").remove(0)).expect("a pack");
                lab.packs("idx").into_iter().chain(lab.packs("pack")).for_each(|file| fs::remove_file(file).expect("ours"));
                lab.feed(&["unpack-objects", "-q"], &pack);
            }
            let (places, faults) = lab.place();
            assert_eq!((places.len(), faults), (800, vec![]));
            assert!(places.iter().all(|place| place.in_head == Some(true)));
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
