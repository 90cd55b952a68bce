//! What all modules need: made-up credentials, a place to work in, repositories, and the program itself.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use rusqlite::{Connection, OpenFlags, types::Value as Cell};
use serde_json::Value;
use tempfile::TempDir;

/// The moment of every run, unless a test wants another one.
pub const NOW: &str = "2026-01-01T00:00:00Z";

const DIGITS: &[u8] = b"0123456789";
const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz";

/// `count` characters out of `alphabet`, the same ones for the same seed.
pub fn random(seed: u64, alphabet: &[u8], count: usize) -> String {
    // SplitMix64: short, and neighbouring seeds have nothing in common.
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 33).expect("31 bits") % alphabet.len()
    };
    (0..count).map(|_| char::from(alphabet[next()])).collect()
}

fn base62() -> Vec<u8> {
    [DIGITS, UPPER, LOWER].concat()
}

/// A token of GitHub's classic form with a check value that fits.
pub fn github(seed: u64) -> String {
    let body = random(seed, &base62(), 30);
    let mut sum = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC).checksum(body.as_bytes());
    let mut check = [b'0'; 6];
    for digit in check.iter_mut().rev() {
        *digit = base62()[usize::try_from(sum % 62).expect("below 62")];
        sum /= 62;
    }
    format!("{}p_{body}{}", "gh", String::from_utf8_lossy(&check))
}

/// The public half of an AWS access key.
pub fn aws_id(seed: u64) -> String {
    format!("{}IA{}", "AK", random(seed, &[UPPER, b"234567"].concat(), 16))
}

/// The secret half of one.
pub fn aws_secret(seed: u64) -> String {
    random(seed, &[UPPER, LOWER, DIGITS, b"/+"].concat(), 40)
}

/// A password that nobody would take for a placeholder.
pub fn password(seed: u64) -> String {
    random(seed, &base62(), 24)
}

/// An address of a database with that password.
pub fn database(password: &str) -> String {
    format!("postgres://app:{password}@db.acme.dev:5432/app")
}

/// How the program ended and what it said.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    pub fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("the program speaks UTF-8");
        Self { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// Asserts the exit code; shows what was said where it is another one.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    /// The report on stdout.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("no JSON ({e}): {}\n{}", self.out, self.err))
    }
}

/// A directory with a home in it, where the program runs with nothing of this machine's settings.
pub struct Lab {
    dir: TempDir,
}

impl Lab {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        for folder in ["home", "tmp"] {
            fs::create_dir(dir.path().join(folder)).expect("a folder");
        }
        fs::write(dir.path().join("pepper"), [7; 32]).expect("a pepper");
        Self { dir }
    }

    /// A path in the lab.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file, with the folders above it.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("below the lab")).expect("folders");
        fs::write(&path, text).expect("a file");
        path
    }

    /// The program with these arguments, not yet started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_unhidden"));
        self.scrub(&mut command).args(arguments);
        command
    }

    /// A shell line in which `$UNHIDDEN` is the program.
    pub fn shell(&self, line: &str) -> Said {
        let mut command = Command::new("sh");
        let command = self.scrub(&mut command).env("UNHIDDEN", env!("CARGO_BIN_EXE_unhidden")).args(["-c", line]);
        Said::of(&command.output().expect("a shell"))
    }

    fn scrub<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command.env_clear().env("PATH", env!("PATH")).env("HOME", self.path("home")).env("TMPDIR", self.path("tmp"));
        command.current_dir(self.dir.path()).stdin(Stdio::null())
    }

    /// Runs the program.
    pub fn run(&self, arguments: &[&str]) -> Said {
        Said::of(&self.command(arguments).output().expect("the program starts"))
    }

    /// Runs the program with something on its standard input.
    pub fn feed(&self, arguments: &[&str], input: &str) -> Said {
        let mut child = self.hold(arguments);
        child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("it reads");
        Said::of(&child.wait_with_output().expect("it ends"))
    }

    /// Starts the program and holds the other end of its standard input.
    pub fn hold(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts")
    }

    /// Scans at the fixed moment, into the lab's record.
    pub fn scan(&self, arguments: &[&str]) -> Said {
        self.run(&scanning(arguments))
    }

    /// Scans at the fixed moment and reads the report.
    #[track_caller]
    pub fn report(&self, arguments: &[&str], code: i32) -> Value {
        self.scan(&[&["--format", "json"], arguments].concat()).exits(code).json()
    }

    /// Where the record lies that the program takes by itself.
    pub fn record(&self) -> PathBuf {
        self.path("home/.local/state/unhidden/record.db")
    }
}

/// The arguments of a scan at the fixed moment.
pub fn scanning<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    [&["scan", "--now", NOW], arguments].concat()
}

/// What a child said, at its end.
pub fn ended(child: Child) -> Said {
    Said::of(&child.wait_with_output().expect("it ends"))
}

/// A repository with a clock of its own: each commit is a day later than the one before.
pub struct Repo {
    path: PathBuf,
    home: PathBuf,
    day: u32,
}

impl Repo {
    /// An empty repository in the lab.
    pub fn new(lab: &Lab, name: &str) -> Self {
        Self::with(lab, name, &[])
    }

    /// The same with more wishes for `git init`.
    pub fn with(lab: &Lab, name: &str, wishes: &[&str]) -> Self {
        let path = lab.path(name);
        fs::create_dir_all(&path).expect("a folder");
        let repo = Self { path, home: lab.path("home"), day: 0 };
        repo.git(&[&["init", "-q", "-b", "main"], wishes].concat());
        repo
    }

    /// A copy made by `git clone`.
    pub fn clone_to(&self, lab: &Lab, name: &str, wishes: &[&str]) -> Self {
        let path = lab.path(name);
        let to = path.to_string_lossy().into_owned();
        let from = format!("file://{}", self.path.display());
        self.git(&[&["clone", "-q"], wishes, &[&from, &to]].concat());
        Self { path, home: self.home.clone(), day: self.day }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs git with nothing of this machine's settings; what it printed.
    #[track_caller]
    pub fn git(&self, arguments: &[&str]) -> String {
        // 2025-06-01 is day 0.
        let date = format!("{} +0000", 1_748_736_000 + u64::from(self.day) * 86_400);
        let mut command = Command::new("git");
        command.env_clear().env("PATH", env!("PATH")).env("HOME", &self.home).current_dir(&self.path);
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date);
        command.args(["-c", "user.name=Ada", "-c", "user.email=ada@example.test", "-c", "gc.auto=0", "-c", "commit.gpgsign=false"]);
        let output = command.args(arguments).output().expect("git is installed");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// Writes files.
    pub fn write(&self, files: &[(&str, &str)]) {
        for (name, text) in files {
            let path = self.path.join(name);
            fs::create_dir_all(path.parent().expect("below the root")).expect("folders");
            fs::write(path, text).expect("a file");
        }
    }

    /// Writes files and commits all; the commit.
    #[track_caller]
    pub fn commit(&mut self, files: &[(&str, &str)]) -> String {
        self.write(files);
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "message"]);
        self.day += 1;
        self.git(&["rev-parse", "HEAD"])
    }

    /// Removes a file and commits that; the commit.
    pub fn remove(&mut self, name: &str) -> String {
        self.git(&["rm", "-q", name]);
        self.commit(&[])
    }
}

/// The findings of one check.
pub fn findings<'r>(report: &'r Value, check: &str) -> Vec<&'r Value> {
    let all = report["findings"].as_array().expect("a list");
    all.iter().filter(|f| f["check"] == check).collect()
}

/// The sightings of the one exposed credential of a report.
#[track_caller]
pub fn sightings(report: &Value) -> &Vec<Value> {
    let found = findings(report, "exposed-credential");
    assert_eq!(found.len(), 1, "{report:#}");
    found[0]["sightings"].as_array().expect("a list")
}

/// The faults of a report, as `kind path: what`.
pub fn faults(report: &Value) -> Vec<String> {
    let text = |fault: &Value, key: &str| fault[key].as_str().expect("a text").to_owned();
    report["faults"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|f| format!("{} {}: {}", text(f, "kind"), text(f, "path"), text(f, "what")))
        .collect()
}

/// A record, opened to look at it.
pub fn look(record: &Path) -> Connection {
    Connection::open_with_flags(record, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("a record")
}

/// The one value of a query.
pub fn ask<T: rusqlite::types::FromSql>(record: &Path, sql: &str) -> T {
    look(record).query_row(sql, [], |row| row.get(0)).expect("an answer")
}

/// Every row of every table and view.
pub fn dump(record: &Path) -> String {
    let connection = look(record);
    let mut statement = connection.prepare("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name").expect("SQL");
    let names: Vec<String> = statement.query_map([], |row| row.get(0)).expect("names").map(|n| n.expect("a name")).collect();
    names.iter().flat_map(|name| [format!("{name}\n"), rows(&connection, name)]).collect()
}

fn rows(connection: &Connection, table: &str) -> String {
    let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).expect("SQL");
    let columns = statement.column_count();
    let row = |row: &rusqlite::Row<'_>| (0..columns).map(|n| row.get::<_, Cell>(n)).collect::<Result<Vec<_>, _>>();
    let mut all: Vec<String> = statement.query_map([], row).expect("rows").map(|r| format!("  {:?}\n", r.expect("a row"))).collect();
    all.sort();
    all.concat()
}

/// Permission bits.
pub fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

/// Waits until `done`, and fails where that does not come.
#[track_caller]
pub fn until(what: &str, done: impl Fn() -> bool) {
    for _ in 0..1000 {
        if done() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("in ten seconds not: {what}");
}

/// Says on stderr that a test could not do its work here.
pub fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
}
