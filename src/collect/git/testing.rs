//! Real repositories for tests, and a desk that checks what it is given.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    ops::ControlFlow,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Mutex,
};

use tempfile::TempDir;

use super::{Repository, Restriction};
use crate::{
    collect::{Alone, Crew, Desk, Outlet, Parcel},
    model::{Appearance, ContentId, Document, Fault, Source},
};

/// A repository in a temporary directory, with a clock of its own.
pub struct Lab {
    dir: TempDir,
    clock: u32,
}

impl Lab {
    /// An empty repository of this object format.
    pub fn new(format: &str) -> Self {
        let mut lab = Self { dir: tempfile::tempdir().expect("a directory"), clock: 1_700_000_000 };
        lab.git(&["init", "-q", "-b", "main", &format!("--object-format={format}"), "."]);
        lab
    }

    /// The root of the work tree.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// A file of the work tree, or of `.git`.
    pub fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Runs git with nothing of this machine's settings; what it printed.
    pub fn git(&mut self, arguments: &[&str]) -> String {
        String::from_utf8(self.feed(arguments, b"")).expect("text").trim_end().to_owned()
    }

    /// Runs git with this on standard input; the bytes that it printed.
    pub fn feed(&mut self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        self.clock += 60;
        let date = format!("{} +0000", self.clock);
        let mut command = Command::new("git");
        command.env_clear().env("PATH", env!("PATH")).env("HOME", self.path()).current_dir(self.path());
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date);
        command
            .args(["-c", "user.name=A", "-c", "user.email=a@example.test", "-c", "gc.auto=0", "-c", "commit.gpgsign=false"])
            .args(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("git is installed");
        let mut stdin = child.stdin.take().expect("piped");
        let output = std::thread::scope(|scope| {
            scope.spawn(move || stdin.write_all(input));
            child.wait_with_output().expect("git ends")
        });
        assert!(output.status.success(), "git {arguments:?}");
        output.stdout
    }

    /// Writes files and commits all; the commit.
    pub fn commit(&mut self, files: &[(&str, &str)]) -> String {
        for (name, text) in files {
            let path = self.file(name);
            fs::create_dir_all(path.parent().expect("below the root")).expect("a directory");
            fs::write(path, text).expect("a file");
        }
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "message"]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// The files of the pack directory with this extension.
    pub fn packs(&self, extension: &str) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.file(".git/objects/pack")).expect("packs");
        let mut found: Vec<_> =
            entries.map(|e| e.expect("an entry").path()).filter(|p| p.extension().is_some_and(|e| e == extension)).collect();
        found.sort();
        found
    }

    /// A history with deltas, branches, a merge, a rename, tags and a message worth reading.
    pub fn history(format: &str) -> Self {
        let mut lab = Self::new(format);
        let text = |n: usize| {
            let line = |line: usize| format!("line {line} of {}\n", if line % 40 == n % 40 { n } else { 0 });
            (0..200).map(line).collect::<Vec<_>>().concat()
        };
        lab.commit(&[("a.txt", "one\n"), ("deep/er/b.txt", &text(0)), ("empty", "")]);
        for n in 1..12 {
            lab.commit(&[("deep/er/b.txt", &text(n)), ("n.txt", &n.to_string())]);
        }
        lab.git(&["checkout", "-q", "-b", "side", "HEAD~3"]);
        lab.commit(&[("side.txt", "side\n"), ("deep/er/b.txt", &text(40))]);
        lab.git(&["mv", "a.txt", "renamed.txt"]);
        lab.commit(&[]);
        lab.git(&["checkout", "-q", "main"]);
        lab.git(&["merge", "-q", "-X", "ours", "side", "-m", "merge"]);
        lab.commit(&[("deep/c.txt", "late\n"), ("n.txt", "12")]);
        lab.git(&["tag", "-a", "v1", "-m", "tagged", "HEAD~2"]);
        lab
    }

    /// Every object but trees, as git itself prints it.
    pub fn truth(&mut self) -> BTreeMap<String, Vec<u8>> {
        let out = self.feed(&["cat-file", "--batch-all-objects", "--batch"], b"");
        let (mut rest, mut all) = (&out[..], BTreeMap::new());
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let head = std::str::from_utf8(&rest[..end]).expect("a header").to_owned();
            let fields: Vec<&str> = head.split(' ').collect();
            let size: usize = fields[2].parse().expect("a size");
            if fields[1] != "tree" {
                all.insert(fields[0].to_owned(), rest[end + 1..=end + size].to_vec());
            }
            rest = &rest[end + size + 2..];
        }
        all
    }

    /// Collects it with our own reader.
    pub fn collect(&self, restriction: &Restriction) -> (Repository, Pile) {
        let mut faults = Vec::new();
        let repository = Repository::discover(self.path(), &mut |fault| faults.push(fault)).expect("a repository");
        let tray = Tray(Mutex::new(Pile { faults, ..Pile::default() }));
        let _ = repository.collect(restriction, &tray).expect("the revisions are there");
        (repository, tray.0.into_inner().expect("no panic"))
    }

    /// Collects and places everything that was read; the same, whoever does it.
    pub fn place(&self) -> (Vec<Appearance>, Vec<Fault>) {
        let alone = self.place_with(&Alone);
        assert_eq!(self.place_with(&Crowd), alone);
        alone
    }

    fn place_with(&self, crew: &dyn Crew) -> (Vec<Appearance>, Vec<Fault>) {
        let (repository, pile) = self.collect(&Restriction::default());
        let wanted: Vec<ContentId> = pile.documents.keys().filter_map(|id| ContentId::from_hex(id.as_bytes())).collect();
        let (mut places, mut faults) = (Vec::new(), pile.faults);
        repository.place(&wanted, crew, &mut |place| places.push(place), &mut |fault| faults.push(fault));
        faults.sort();
        (places, faults)
    }
}

/// More workers than any machine of ours has.
pub struct Crowd;

impl Crew for Crowd {
    fn all(&self, work: &(dyn Fn() + Sync)) {
        std::thread::scope(|scope| (0..16).for_each(|_| drop(scope.spawn(work))));
    }
}

/// What a desk was given. Checks that each copy is one.
#[derive(Default)]
pub struct Pile {
    /// Documents by id.
    pub documents: BTreeMap<String, Vec<u8>>,
    /// Faults of collecting.
    pub faults: Vec<Fault>,
    /// Documents that leaned on another.
    pub kin: usize,
    depths: Vec<Vec<u8>>,
}

struct Tray(Mutex<Pile>);

impl Outlet for Tray {
    fn offer(&self, parcel: Box<dyn Parcel>) -> ControlFlow<()> {
        parcel.open(&mut *self.0.lock().expect("no panic"));
        ControlFlow::Continue(())
    }
    fn fault(&self, fault: Fault) {
        self.0.lock().expect("no panic").faults.push(fault);
    }
    fn skipped(&self, _: &'static str, _: u64) {}
}

impl Desk for Pile {
    fn buffer(&mut self) -> Vec<u8> {
        Vec::new()
    }
    fn give_back(&mut self, _: Vec<u8>) {}
    fn limit(&self) -> u64 {
        1 << 20
    }
    fn document(&mut self, document: &Document<'_>) -> ControlFlow<()> {
        let Source::Object { id } = &document.origin.source else { panic!("not an object") };
        let depth = document.kin.map_or(0, |kin| kin.depth);
        for (from, to, length) in document.kin.into_iter().flat_map(|kin| kin.copies) {
            let (from, to, length) = (*from as usize, *to as usize, *length as usize);
            assert_eq!(self.depths[depth - 1][from..from + length], document.bytes[to..to + length], "a copy of the base");
        }
        self.kin += usize::from(depth > 0);
        self.depths.resize(self.depths.len().max(depth + 1), Vec::new());
        self.depths[depth] = document.bytes.to_vec();
        assert!(self.documents.insert(id.to_string(), document.bytes.to_vec()).is_none(), "{id} is given once");
        ControlFlow::Continue(())
    }
    fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }
    fn skipped(&mut self, _: &'static str, _: u64) {}
}
