//! References: the names by which a repository keeps its commits, and the logs of what they named before.

use std::{
    collections::{BTreeMap, BTreeSet},
    os::unix::ffi::OsStrExt as _,
    path::{Path, PathBuf},
};

use super::{few::Few, file::Names, hash::Hash, reflog};
use crate::{
    collect::show_path,
    model::{ContentId, Fault, FaultKind, RefClass},
};

/// Something that keeps an object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tip {
    /// The object.
    pub id: ContentId,
    /// What sort of name it is.
    pub class: RefClass,
    /// The name (`refs/heads/main`), for people; empty for a line of a log.
    pub name: String,
}

/// What `HEAD` says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Head {
    /// It leads to this commit.
    At(ContentId),
    /// It names a branch that has no commit yet.
    Unborn,
    /// It is not there, broken, or leads where this version cannot look.
    #[default]
    Unknown,
}

/// All references of a repository.
#[derive(Default)]
pub struct Refs {
    /// What keeps objects, each once.
    pub tips: BTreeSet<Tip>,
    /// Where `HEAD` of this work tree stands.
    pub head: Head,
    /// Commits whose parents are agreed to be absent.
    pub shallow: BTreeSet<ContentId>,
}

/// Files of a few lines are not larger than this.
const SMALL: u64 = 1 << 20;
/// Packed references and shallow lists are not larger than this.
const LARGE: u64 = 1 << 30;
/// References that name references are followed this far.
const STEPS: usize = 8;
/// Directories of references are entered this deep.
const DEPTH: usize = 64;

/// The class of a reference by its name.
fn class(name: &[u8]) -> RefClass {
    const CLASSES: &[(&str, RefClass)] = &[
        ("refs/heads/", RefClass::Branch),
        ("refs/remotes/", RefClass::Remote),
        ("refs/tags/", RefClass::Tag),
        ("refs/pull/", RefClass::Review),
        ("refs/merge-requests/", RefClass::Review),
        ("refs/changes/", RefClass::Review),
        ("refs/stash", RefClass::Stash),
        ("refs/notes/", RefClass::Note),
    ];
    CLASSES.iter().find(|(prefix, _)| name.starts_with(prefix.as_bytes())).map_or(RefClass::Other, |(_, class)| *class)
}

/// What the file of a reference says.
enum Value {
    Id(ContentId),
    Symbolic(Vec<u8>),
}

fn value(text: &[u8]) -> Option<Value> {
    let line = text.split(|b| *b == b'\n').next().unwrap_or_default().trim_ascii();
    if let Some(name) = line.strip_prefix(b"ref:") {
        return Some(Value::Symbolic(name.trim_ascii().to_owned()));
    }
    let id = ContentId::from_hex(line.split(u8::is_ascii_whitespace).next().unwrap_or_default())?;
    id.as_bytes().iter().any(|b| *b != 0).then_some(Value::Id(id))
}

/// Reads everything that keeps objects: of this work tree (`private`), of all of them (`common`).
pub fn read(private: &Path, common: &Path, hash: Hash, names: &Names, faults: &mut Vec<Fault>) -> Refs {
    let mut reader = Reader {
        hash,
        names,
        values: BTreeMap::new(),
        refs: Refs::default(),
        bad: Few::new(FaultKind::Malformed, "broken references"),
        faults,
    };
    reader.packed(&common.join("packed-refs"));
    let mut faults = Vec::new();
    let trees: Vec<PathBuf> =
        names.list(&common.join("worktrees"), &mut faults).into_iter().map(|(name, _)| common.join("worktrees").join(name)).collect();
    let mut homes: Vec<&Path> = vec![common, private];
    homes.extend(trees.iter().map(PathBuf::as_path));
    homes.dedup();
    let reftable = common.join("reftable").is_dir();
    if !reftable {
        for home in &homes {
            reader.loose(&home.join("refs"));
        }
    }
    reader.head(private);
    for home in &homes {
        reader.pseudo(home, *home == private);
        reflog::read(&home.join("logs"), hash, names, &mut reader.refs.tips, reader.faults);
    }
    if reftable {
        reader.refs.head = Head::Unknown;
        reader.faults.push(names.fault(
            FaultKind::Unsupported,
            &common.join("reftable"),
            "references are kept as reftable, which this version does not read: objects are read, but not who keeps them",
        ));
    }
    reader.shallow(&common.join("shallow"));
    reader.faults.append(&mut faults);
    reader.finish()
}

struct Reader<'a> {
    hash: Hash,
    names: &'a Names,
    values: BTreeMap<Vec<u8>, Value>,
    refs: Refs,
    bad: Few,
    faults: &'a mut Vec<Fault>,
}

impl Reader<'_> {
    fn text(&mut self, path: &Path, most: u64) -> Option<Vec<u8>> {
        match self.names.read(path, most) {
            Ok(text) => text,
            Err(fault) => {
                self.faults.push(fault);
                None
            }
        }
    }

    fn packed(&mut self, path: &Path) {
        let Some(text) = self.text(path, LARGE) else { return };
        let digits = self.hash.len() * 2;
        for (number, line) in text.split(|b| *b == b'\n').enumerate() {
            if line.is_empty() || line[0] == b'#' || line[0] == b'^' {
                continue;
            }
            let split = line.split_at_checked(digits).and_then(|(id, rest)| Some((ContentId::from_hex(id)?, rest.strip_prefix(b" ")?)));
            match split {
                Some((id, name)) if !name.is_empty() => {
                    self.values.insert(name.trim_ascii_end().to_owned(), Value::Id(id));
                }
                _ => self.bad.add(self.names.show(path), || format!("line {} is no reference", number + 1)),
            }
        }
    }

    fn loose(&mut self, top: &Path) {
        let mut todo = vec![(top.to_owned(), b"refs".to_vec(), 0)];
        while let Some((dir, prefix, depth)) = todo.pop() {
            for (name, kind) in self.names.list(&dir, self.faults) {
                let (path, full) = (dir.join(&name), [&prefix[..], b"/", name.as_bytes()].concat());
                if kind.is_dir() && depth < DEPTH {
                    todo.push((path, full, depth + 1));
                } else if !full.ends_with(b".lock") {
                    self.file(&path, full);
                }
            }
        }
    }

    fn file(&mut self, path: &Path, name: Vec<u8>) {
        let Some(text) = self.text(path, SMALL) else { return };
        match value(&text) {
            Some(value) => {
                self.values.insert(name, value);
            }
            None => self.bad.add(self.names.show(path), || "holds no object id: not a reference".into()),
        }
    }

    fn head(&mut self, private: &Path) {
        let path = private.join("HEAD");
        let text = self.text(&path, SMALL);
        let Some(text) = text else {
            if std::fs::symlink_metadata(&path).is_err() {
                self.bad.add(self.names.show(&path), || "HEAD is not there: what it holds now is not known".into());
            }
            return;
        };
        self.refs.head = match value(&text) {
            None => {
                self.bad.add(self.names.show(&path), || "HEAD names neither a branch nor a commit".into());
                Head::Unknown
            }
            Some(Value::Id(id)) => Head::At(id),
            Some(Value::Symbolic(name)) => self.follow(name, &path),
        };
    }

    fn follow(&mut self, mut name: Vec<u8>, path: &Path) -> Head {
        for _ in 0..STEPS {
            match self.values.get(&name) {
                Some(Value::Id(id)) => return Head::At(*id),
                Some(Value::Symbolic(next)) => name.clone_from(next),
                None => return Head::Unborn,
            }
        }
        self.bad.add(self.names.show(path), || "HEAD leads through symbolic references that go in a circle".into());
        Head::Unknown
    }

    /// `HEAD`, `ORIG_HEAD`, `FETCH_HEAD` and their like: each line may name an object.
    fn pseudo(&mut self, home: &Path, own: bool) {
        for (name, kind) in self.names.list(home, self.faults) {
            let upper = name.as_bytes().iter().all(|b| b.is_ascii_uppercase() || *b == b'_');
            if kind.is_dir() || !upper || !(name.as_bytes().ends_with(b"HEAD") || name == "AUTO_MERGE") {
                continue;
            }
            let Some(text) = (if own && name == "HEAD" { None } else { self.text(&home.join(&name), SMALL) }) else { continue };
            let shown = self.names.show(&home.join(&name));
            for line in text.split(|b| *b == b'\n') {
                if let Some(Value::Id(id)) = value(line) {
                    self.refs.tips.insert(Tip { id, class: RefClass::Other, name: shown.clone() });
                }
            }
        }
        if let (true, Head::At(id)) = (own, &self.refs.head) {
            self.refs.tips.insert(Tip { id: *id, class: RefClass::Head, name: "HEAD".into() });
        }
    }

    fn shallow(&mut self, path: &Path) {
        let text = self.text(path, LARGE).unwrap_or_default();
        self.refs.shallow = text.split(|b| *b == b'\n').filter_map(ContentId::from_hex).collect();
    }

    fn finish(mut self) -> Refs {
        for (name, value) in std::mem::take(&mut self.values) {
            if let Value::Id(id) = value {
                self.refs.tips.insert(Tip { id, class: class(&name), name: show_path(&name) });
            }
        }
        self.bad.tell("refs", self.faults);
        self.refs
    }
}
