use std::{
    fs::{File, OpenOptions},
    io::Read,
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use serde::Deserialize;

use crate::{
    model::{Allow, AllowedBy, Fault, FaultKind, Fingerprint, Target, Time, presentable},
    rules::RuleBook,
    scan::allows::{Allows, glob},
};

use super::{
    args, baseline,
    config::{Config, misprint},
    error::{CommandError, nearest},
};

/// The settings file in the root of a target, of which the allows are read and nothing else.
const FILE: &str = "unhidden.toml";
/// Largest such file, bytes.
const LARGEST: u64 = 64 << 10;
/// Most allows of one file.
const MOST: usize = 1_000;
/// Longest id of a rule, bytes.
const LONGEST_RULE: usize = 100;

/// An allow as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowEntry {
    rule: Option<String>,
    path: Option<String>,
    fingerprint: Option<String>,
    commit: Option<String>,
    reason: Option<String>,
    owner: Option<String>,
    until: Option<toml::Value>,
}

/// The part of a settings file that may come with a target.
#[derive(Deserialize)]
struct Lent {
    #[serde(default)]
    allow: Vec<AllowEntry>,
}

/// Reads all that a run is told to accept: by the settings, by the targets themselves, by a baseline.
pub fn gather(
    args: &args::Scan,
    config: &Config,
    from: Option<&Path>,
    targets: &[(Target, String)],
    book: &RuleBook,
) -> Result<Allows, CommandError> {
    let mut allows = Allows { inline: !args.no_inline_allows, settings_are_for_this: args.config.is_some(), ..Allows::default() };
    for (number, entry) in (1..).zip(&config.allow) {
        let file = from.map(|f| f.display().to_string()).unwrap_or_default();
        allows.list.push(settled(entry, &file, number, book)?);
    }
    if !args.no_repository_allows {
        for (target, name) in targets {
            lent(target, name, from, &mut allows);
        }
    }
    allows.baseline = args.baseline.as_deref().map(baseline::read).transpose()?;
    allows.rewrite = args.write_baseline.as_deref().map(|path| baseline::to_write(path, allows.baseline.as_ref())).transpose()?;
    Ok(allows)
}

/// An allow from the user's own settings: without a reason, or of an unknown rule, it is a mistake.
fn settled(entry: &AllowEntry, file: &str, number: usize, book: &RuleBook) -> Result<Allow, CommandError> {
    let wrong = |why: &str| CommandError::new(format!("settings file {file}: allow {number}: {why}"));
    let allow = allow(entry, AllowedBy::Settings, file, None).map_err(|why| wrong(&why))?;
    if allow.reason.is_none() {
        return Err(wrong("it has no `reason`"));
    }
    if let Some(rule) = allow.rule.as_deref().filter(|rule| book.find(rule).is_none()) {
        let known: Vec<&str> = book.iter().map(|r| r.id.as_ref()).collect();
        let told = wrong(&format!("there is no rule `{rule}`"));
        return Err(nearest(rule, &known).into_iter().fold(told, |t, k| t.hint(format!("did you mean `{k}`?"))));
    }
    Ok(allow)
}

/// Reads the allows that lie in the root of a target. Trouble with them is a fault: whoever can write there must not stop the scan.
fn lent(target: &Target, name: &str, own: Option<&Path>, allows: &mut Allows) {
    let path = target.location.join(FILE);
    let same = |own: &Path| std::fs::canonicalize(own).is_ok_and(|own| std::fs::canonicalize(&path).is_ok_and(|path| own == path));
    // Given by name, it was read already.
    if target.scheme == "-" || !target.location.is_dir() || own.is_some_and(same) {
        return;
    }
    // Of a work tree, `dir:` leaves out the history and `git:` what was never committed: what fits nothing there may fit the rest.
    if !target.scheme.is_empty() && target.location.join(".git").exists() {
        allows.halves.insert(name.to_owned());
    }
    match read(&path).and_then(|text| text.map(|text| parse(&text, name)).transpose()) {
        Ok(read) => allows.list.extend(read.into_iter().flatten()),
        Err(fault) => allows.faults.push((target.clone(), fault)),
    }
}

/// Reads a small regular file that somebody else wrote; `None` where there is none. Links are not followed, nothing is waited for.
fn read(path: &Path) -> Result<Option<String>, Fault> {
    let fault = |kind, what: &str| Fault::new(kind, FILE, format!("{what}; its allows do not count"));
    match std::fs::symlink_metadata(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(Fault::io(FILE, "read the allows", &e)),
        Ok(meta) if meta.is_symlink() => return Err(fault(FaultKind::Unsupported, "a symbolic link, which is not followed")),
        Ok(meta) if !meta.is_file() => return Err(fault(FaultKind::SpecialFile, "not a regular file")),
        Ok(_) => {}
    }
    let opened = OpenOptions::new().read(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK).open(path);
    let opened = opened.and_then(|file| file.metadata().map(|meta| (file, meta)));
    let (file, meta): (File, _) = opened.map_err(|e| Fault::io(FILE, "read the allows", &e))?;
    if !meta.is_file() {
        return Err(fault(FaultKind::SpecialFile, "not a regular file"));
    }
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|e| Fault::io(FILE, "read the allows", &e))?;
    if bytes.len() as u64 > LARGEST {
        return Err(fault(FaultKind::TooLarge, &format!("larger than {LARGEST} bytes")));
    }
    String::from_utf8(bytes).map(Some).map_err(|_| fault(FaultKind::Malformed, "not UTF-8"))
}

/// Reads the allows of a target, all of them or none.
fn parse(text: &str, target: &str) -> Result<Vec<Allow>, Fault> {
    let fault = |what: String| Fault::new(FaultKind::Malformed, FILE, format!("{what}; none of its allows counts"));
    let lent: Lent = toml::from_str(text).map_err(|e| fault(misprint(text, &e)))?;
    if lent.allow.len() > MOST {
        return Err(fault(format!("more than {MOST} allows")));
    }
    let read = |(number, entry): (usize, &AllowEntry)| {
        allow(entry, AllowedBy::Repository, FILE, Some(target)).map_err(|why| fault(format!("allow {number}: {why}")))
    };
    (1..).zip(&lent.allow).map(read).collect()
}

fn allow(entry: &AllowEntry, by: AllowedBy, at: &str, target: Option<&str>) -> Result<Allow, String> {
    if [&entry.rule, &entry.path, &entry.fingerprint, &entry.commit].iter().all(|part| part.is_none()) {
        return Err("it names no `rule`, `path`, `fingerprint` or `commit`".into());
    }
    let commit = entry.commit.as_deref().map(|text| commit(text).ok_or("`commit` is not 7 to 64 hexadecimal digits"));
    let id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
    if entry.rule.as_deref().is_some_and(|rule| rule.is_empty() || rule.len() > LONGEST_RULE || !rule.chars().all(id)) {
        return Err("`rule` is no id of a rule".into());
    }
    if let Some(path) = &entry.path {
        glob(path).map_err(|e| format!("path `{}`: {e}", path.chars().take(100).collect::<String>()))?;
    }
    let fingerprint = entry.fingerprint.as_deref().map(|text| fingerprint(text).ok_or("`fingerprint` is not 32 hexadecimal digits"));
    let until = entry.until.as_ref().map(|value| day(value).ok_or("`until` is no date; write it like 2027-01-31"));
    Ok(Allow {
        by,
        at: at.to_owned(),
        target: target.map(Into::into),
        rule: entry.rule.clone(),
        path: entry.path.clone(),
        fingerprint: fingerprint.transpose()?,
        commit: commit.transpose()?,
        reason: entry.reason.as_deref().and_then(presentable),
        owner: entry.owner.as_deref().and_then(presentable),
        until: until.transpose()?,
    })
}

fn fingerprint(text: &str) -> Option<Fingerprint> {
    data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?.try_into().ok().map(Fingerprint::from_bytes)
}

/// The beginning of the id of a commit; shorter than git writes it could mean any.
fn commit(text: &str) -> Option<String> {
    let good = (7..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    good.then(|| text.to_ascii_lowercase())
}

/// A date, bare or as a text.
fn day(value: &toml::Value) -> Option<Time> {
    match value {
        toml::Value::String(text) => Time::parse_day(text),
        toml::Value::Datetime(date) => Time::parse_day(&date.to_string()),
        _ => None,
    }
}
