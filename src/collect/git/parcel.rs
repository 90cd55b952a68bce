//! Parcels of a repository: some delta trees of a pack, or some loose objects.

use std::{
    ops::{ControlFlow, Range},
    sync::Arc,
};

use super::{
    forest::NONE,
    hash::Kind,
    inflate::Inflate,
    kinship::Kinship,
    loose::Head,
    losses::Why,
    select::Chosen,
    store::Store,
    walk::{Seen, Visitor, Walker},
};
use crate::{
    collect::{Desk, Outlet, Parcel},
    model::{Document, Kin, Origin, Source},
};

/// Roots or loose objects in a parcel: a hand-over costs more than a small object.
const TOGETHER: usize = 64;
/// Objects over the limit are decoded up to this many times it, if others stand on them.
const BASES: u64 = 4;
/// The least bound on such bases, in bytes.
const LEAST: u64 = 64 << 20;
/// Buffers that a parcel borrows and hands back; a tree with many branches uses more, of its own.
const BORROWED: usize = 2;

/// Offers all commits, tags and blobs of `store`, or the chosen ones: packs in the order of the file, then loose objects.
pub fn offer(store: &Arc<Store>, chosen: Option<&Arc<Chosen>>, outlet: &dyn Outlet) -> ControlFlow<()> {
    for (number, pack) in store.packs.iter().enumerate() {
        for kind in [Kind::Commit, Kind::Tag, Kind::Blob] {
            for part in chunks(pack.forest.roots(kind).len()) {
                outlet.offer(Box::new(Roots { store: Arc::clone(store), chosen: chosen.cloned(), pack: number, kind, part }))?;
            }
        }
        if !pack.forest.broken.is_empty() {
            outlet.offer(Box::new(Rescue { store: Arc::clone(store), chosen: chosen.cloned(), pack: number }))?;
        }
    }
    for part in chunks(store.loose.count()) {
        outlet.offer(Box::new(Ranks { store: Arc::clone(store), chosen: chosen.cloned(), part }))?;
    }
    ControlFlow::Continue(())
}

/// The numbers below `count`, in stretches that are worth a hand-over.
pub fn chunks(count: usize) -> impl Iterator<Item = Range<usize>> {
    (0..count).step_by(TOGETHER).map(move |start| start..(start + TOGETHER).min(count))
}

/// A worker at its desk with one store: the part that all parcels share.
struct Clerk<'a> {
    store: &'a Store,
    chosen: Option<&'a Chosen>,
    desk: &'a mut dyn Desk,
    inflate: Inflate,
    kinship: Kinship,
}

impl Clerk<'_> {
    fn wants(&self, row: u32) -> bool {
        self.chosen.is_none_or(|chosen| chosen.rows.has(row)) && self.store.is_first(row)
    }

    fn give(&mut self, row: u32, bytes: &[u8], kin: Option<Kin<'_>>) -> ControlFlow<()> {
        self.store.read.put(row);
        let origin = Origin::new(Source::Object { id: self.store.content(row) });
        self.desk.document(&Document { origin: &origin, bytes, kin, layer: 0 })
    }

    /// Takes an object from another place than the broken one, or notes that it is lost.
    fn rescue(&mut self, row: u32, why: Why) -> ControlFlow<()> {
        if !self.wants(row) {
            return ControlFlow::Continue(());
        }
        let most = usize::try_from(self.desk.limit()).unwrap_or(usize::MAX);
        let found = if matches!(why, Why::Large(_)) {
            None
        } else {
            self.store.load_elsewhere(self.store.id(row), self.store.pack_of(row), &mut self.inflate, most)
        };
        match found {
            Some((Kind::Tree, _)) => ControlFlow::Continue(()),
            Some((_, bytes)) => {
                self.kinship.enter(NONE, None);
                self.give(row, &bytes, None)
            }
            None => {
                self.store.losses.add(row, why);
                ControlFlow::Continue(())
            }
        }
    }
}

/// Some delta trees of a pack.
struct Roots {
    store: Arc<Store>,
    chosen: Option<Arc<Chosen>>,
    pack: usize,
    kind: Kind,
    part: Range<usize>,
}

impl Parcel for Roots {
    fn open(self: Box<Self>, desk: &mut dyn Desk) {
        let most = usize::try_from(desk.limit().saturating_mul(BASES).max(LEAST)).unwrap_or(usize::MAX);
        let mut walker = Walker::new((0..BORROWED).map(|_| desk.buffer()).collect(), most);
        let clerk =
            Clerk { store: &self.store, chosen: self.chosen.as_deref(), desk, inflate: Inflate::default(), kinship: Kinship::default() };
        let mut visitor = Packed { clerk, pack: self.pack };
        let pack = &self.store.packs[self.pack];
        for root in &pack.forest.roots(self.kind)[self.part.clone()] {
            if walker.walk(pack, *root, &mut visitor).is_break() {
                break;
            }
        }
        walker.into_pool().into_iter().take(BORROWED).for_each(|buffer| visitor.clerk.desk.give_back(buffer));
    }
}

/// Gives decoded objects of a pack to the desk.
struct Packed<'a> {
    clerk: Clerk<'a>,
    pack: usize,
}

impl Visitor for Packed<'_> {
    fn copies(&self) -> bool {
        true
    }

    fn needs(&self, position: u32) -> bool {
        self.clerk.chosen.is_none_or(|chosen| chosen.needed[self.pack].has(position))
    }

    fn limit(&self) -> u64 {
        self.clerk.desk.limit()
    }

    fn see(&mut self, seen: &Seen<'_>) -> ControlFlow<()> {
        let row = self.clerk.store.row(self.pack, seen.position);
        if !self.clerk.wants(row) {
            return ControlFlow::Continue(());
        }
        let (depth, known) = self.clerk.kinship.enter(seen.position, seen.base);
        let kin = match (known, seen.parent) {
            (true, _) => Some(Kin { depth, copies: seen.copies }),
            (false, true) => Some(Kin { depth, copies: &[] }),
            (false, false) => None,
        };
        self.clerk.give(row, seen.bytes, kin)
    }

    fn lose(&mut self, position: u32, why: Why) -> ControlFlow<()> {
        self.clerk.rescue(self.clerk.store.row(self.pack, position), why)
    }
}

/// The entries of a pack that nobody can decode there: some may lie in another place, too.
struct Rescue {
    store: Arc<Store>,
    chosen: Option<Arc<Chosen>>,
    pack: usize,
}

impl Parcel for Rescue {
    fn open(self: Box<Self>, desk: &mut dyn Desk) {
        let mut clerk =
            Clerk { store: &self.store, chosen: self.chosen.as_deref(), desk, inflate: Inflate::default(), kinship: Kinship::default() };
        let pack = &self.store.packs[self.pack];
        let mut outcome = ControlFlow::Continue(());
        for (top, why) in &pack.forest.broken {
            pack.forest.below(*top, |position| {
                if outcome.is_continue() {
                    outcome = clerk.rescue(self.store.row(self.pack, position), Why::Broken(why));
                }
            });
        }
    }
}

/// Some loose objects.
struct Ranks {
    store: Arc<Store>,
    chosen: Option<Arc<Chosen>>,
    part: Range<usize>,
}

impl Parcel for Ranks {
    fn open(self: Box<Self>, desk: &mut dyn Desk) {
        let mut buffer = desk.buffer();
        let mut clerk =
            Clerk { store: &self.store, chosen: self.chosen.as_deref(), desk, inflate: Inflate::default(), kinship: Kinship::default() };
        for rank in self.part.clone() {
            let rank = u32::try_from(rank).expect("rows count in 32 bits");
            if clerk.loose(rank, &mut buffer).is_break() {
                break;
            }
        }
        clerk.desk.give_back(buffer);
    }
}

impl Clerk<'_> {
    fn loose(&mut self, rank: u32, buffer: &mut Vec<u8>) -> ControlFlow<()> {
        let row = self.store.loose_row(rank);
        if !self.wants(row) {
            return ControlFlow::Continue(());
        }
        let path = self.store.loose.path(rank);
        let limit = self.desk.limit();
        let read = match Head::open(&path, &self.store.names, &mut self.inflate) {
            Ok(Ok(head)) if head.kind == Kind::Tree => return ControlFlow::Continue(()),
            Ok(head) => head.and_then(|head| head.read(&mut self.inflate, buffer, limit)),
            Err(fault) => {
                self.desk.fault(fault);
                return ControlFlow::Continue(());
            }
        };
        match read {
            Ok(range) => self.give(row, &buffer[range], None),
            Err(why) => {
                self.store.losses.add(row, why);
                ControlFlow::Continue(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt as _};

    use crate::{
        collect::{
            Alone,
            git::{Restriction, testing::Lab},
        },
        model::FaultKind,
    };

    fn same_as_git(lab: &mut Lab, how: &str) -> usize {
        let (_, pile) = lab.collect(&Restriction::default());
        assert_eq!(pile.documents, lab.truth(), "{how}");
        assert_eq!(pile.faults, [], "{how}");
        pile.kin
    }

    #[test]
    fn every_object_is_read_as_git_reads_it_however_it_is_kept() {
        for format in ["sha1", "sha256"] {
            let mut lab = Lab::history(format);
            same_as_git(&mut lab, "loose");
            lab.git(&["repack", "-adq", "--depth=50"]);
            assert!(same_as_git(&mut lab, "packed") > 5);
            lab.commit(&[("new.txt", "loose again\n"), ("a.txt", "one\n")]);
            same_as_git(&mut lab, "packed and loose");
            lab.git(&["repack", "-q"]);
            same_as_git(&mut lab, "two packs");
            lab.git(&["-c", "pack.indexVersion=1", "-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq"]);
            assert!(same_as_git(&mut lab, "index version 1, deltas by id") > 5);
        }
    }

    #[test]
    fn a_pack_without_an_index_is_read_from_its_start() {
        for delta_base_offset in ["true", "false"] {
            let mut lab = Lab::history("sha1");
            lab.git(&["-c", &format!("repack.useDeltaBaseOffset={delta_base_offset}"), "repack", "-adfq"]);
            let truth = lab.truth();
            for index in lab.packs("idx") {
                fs::remove_file(index).expect("a file");
            }
            let (_, pile) = lab.collect(&Restriction::default());
            assert_eq!((pile.documents, pile.faults), (truth, vec![]));
        }
    }

    #[test]
    fn what_a_broken_pack_still_holds_is_read_and_the_rest_is_told() {
        let mut lab = Lab::history("sha1");
        lab.git(&["repack", "-adfq"]);
        let (truth, pack) = (lab.truth(), lab.packs("pack").remove(0));
        let mut bytes = fs::read(&pack).expect("a pack");
        // The first entry is a commit.
        bytes[20..28].iter_mut().for_each(|byte| *byte ^= 0x5a);
        fs::set_permissions(&pack, fs::Permissions::from_mode(0o644)).expect("ours");
        for cut in [bytes.len(), bytes.len() / 2] {
            fs::write(&pack, &bytes[..cut]).expect("a file");
            let (repository, pile) = lab.collect(&Restriction::default());
            assert!(!pile.documents.is_empty() && pile.documents.len() < truth.len());
            assert!(pile.documents.iter().all(|(id, bytes)| truth[id] == *bytes));
            let mut faults = pile.faults;
            repository.place(&[], &Alone, &mut |_| {}, &mut |fault| faults.push(fault));
            assert!(faults.iter().any(|fault| fault.kind == FaultKind::Malformed && fault.path.contains("/pack-")), "{faults:?}");
        }
    }

    #[test]
    fn an_object_that_is_broken_in_one_place_is_taken_from_another() {
        let mut lab = Lab::history("sha1");
        let truth = lab.truth();
        lab.git(&["repack", "-aq"]);
        let pack = lab.packs("pack").remove(0);
        let mut bytes = fs::read(&pack).expect("a pack");
        let middle = bytes.len() / 2;
        bytes[middle..middle + 8].iter_mut().for_each(|byte| *byte ^= 0x5a);
        fs::set_permissions(&pack, fs::Permissions::from_mode(0o644)).expect("ours");
        fs::write(&pack, &bytes).expect("a file");
        let (repository, pile) = lab.collect(&Restriction::default());
        assert_eq!(pile.documents, truth);
        let mut faults = Vec::new();
        repository.place(&[], &Alone, &mut |_| {}, &mut |fault| faults.push(fault));
        assert_eq!(faults, []);
    }

    #[test]
    fn objects_over_the_limit_are_told_and_those_made_from_them_stand_alone() {
        let mut lab = Lab::new("sha1");
        let large = (0..40_000).fold(String::new(), |text, n| text + "a line with number " + &n.to_string() + " of many\n");
        lab.commit(&[("a", &large)]);
        lab.commit(&[("a", &large[..900_000])]);
        lab.commit(&[("a", &large[..800_000])]);
        lab.git(&["repack", "-adfq"]);
        let (repository, pile) = lab.collect(&Restriction::default());
        assert_eq!(pile.documents.len(), lab.truth().len() - 1);
        let mut faults = Vec::new();
        repository.place(&[], &Alone, &mut |_| {}, &mut |fault| faults.push(fault.kind));
        assert_eq!(faults, [FaultKind::TooLarge]);
    }
}
