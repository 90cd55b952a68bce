use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::{
    collect::{AccountSettings, Settings, schemes},
    inspect::Limits,
    model::{Target, Time},
    rules::RuleBook,
    scan::{Plan, Saver, Tally, run as survey},
    store::RunState,
};

use super::{
    Exit, allows, args, baseline,
    config::{Config, size},
    error::{self, CommandError},
    output,
    progress::Progress,
    record, rules,
    save::Bundle,
    signals,
    ui::Ui,
};

/// Documents above this are a fault: two workers with such a document each still fit a small machine.
const MAX_FILE_SIZE: u64 = 64 << 20;

/// Scans targets, writes the record, and reports.
pub fn run(args: &args::Scan, ui: &Ui) -> Result<Exit, CommandError> {
    let (config, from) = Config::load(args.config.as_deref())?;
    if let Some(path) = &from {
        ui.detail(&format!("settings: {}", path.display()));
    }
    let targets = targets(args)?;
    histories(args, &targets, ui)?;
    accounts(args, &targets)?;
    let book = book(args, &config, ui)?;
    let settings = settings(args, &config)?;
    let allows = allows::gather(args, &config, from.as_deref(), &targets, &book)?;
    let bundle = args.save.as_deref().map(|folder| Bundle::create(folder, ui)).transpose()?;
    let mut record = record::open(args.place.record.as_deref(), ui)?;
    record::pepper(&mut record, args.pepper_file.as_deref())?;
    let tally: &'static Tally = Box::leak(Box::default());
    signals::watch(tally);
    let clock = Clock::start(args.now.as_deref())?;
    let plan = Plan {
        targets: &targets,
        rules: &book,
        settings: &settings,
        limits: limits(args, &config),
        checks: &config.check,
        allows: &allows,
        saver: bundle.as_ref().map(|b| b as &dyn Saver),
        now: clock.now,
        version: env!("CARGO_PKG_VERSION"),
        process: std::process::id(),
    };
    let progress = Progress::show(ui.progress(), tally);
    let ended = survey(&mut record, &plan, tally, &|| clock.elapsed());
    drop(progress);
    let ended = ended?;
    if let Some(bundle) = bundle {
        bundle.finish(&record, ended.run.0, ui)?;
    }
    if let (Some(path), Some(text)) = (&args.write_baseline, &ended.baseline)
        && ended.state != RunState::CutShort
    {
        baseline::write(path, text, ended.whole, ui)?;
    }
    let exit = output::tell(&record, ended.run.0, &args.form, ui)?;
    if ended.state == RunState::CutShort {
        ui.error("interrupted: the report is incomplete", &[], &[]);
        return Ok(Exit::Interrupted);
    }
    Ok(exit)
}

/// The targets with the names under which the record knows them. All must be there before anything is scanned.
fn targets(args: &args::Scan) -> Result<Vec<(Target, String)>, CommandError> {
    let schemes = schemes();
    let mut all: Vec<(Target, String)> = Vec::new();
    for text in &args.targets {
        let mut target = Target::parse(text, &schemes, Path::exists).map_err(|e| error::target(&e, &schemes))?;
        if target.scheme.is_empty() && args.no_history {
            target.scheme = "dir".into();
        }
        let name = absolute(&target)?;
        if !all.iter().any(|(_, known)| *known == name) {
            all.push((target, name));
        }
    }
    Ok(all)
}

/// A part of a history was asked for: then some target must have one, and of files beside it it is said that they are scanned whole.
fn histories(args: &args::Scan, targets: &[(Target, String)], ui: &Ui) -> Result<(), CommandError> {
    if let Some((_, name)) = targets.iter().find(|(target, _)| args.no_history && target.scheme == "git") {
        let why = CommandError::new(format!("--no-history leaves nothing of {name}"));
        return Err(why.hint("scan dir:PATH for its files, or leave the option out"));
    }
    let wishes = [("--since-commit", &args.since_commit), ("--branch", &args.branch)];
    let Some((flag, _)) = wishes.into_iter().find(|(_, wish)| wish.is_some()) else { return Ok(()) };
    if targets.iter().all(|(target, _)| matches!(target.scheme.as_str(), "dir" | "-" | "aws")) {
        let why = CommandError::new(format!("{flag} takes a part of a history, and no target here has one read"));
        return Err(why.hint("scan git:PATH, or leave the option out"));
    }
    for (_, name) in targets.iter().filter(|(target, _)| target.scheme == "dir") {
        ui.note(&format!("{flag} takes a part of a history; all files of {name} are scanned"));
    }
    Ok(())
}

/// A wish on how accounts are read: then there must be one, or the wish would be dropped without a word.
fn accounts(args: &args::Scan, targets: &[(Target, String)]) -> Result<(), CommandError> {
    let account = &args.account;
    let wishes = [
        ("--endpoint-url", account.endpoint_url.is_some()),
        ("--role-arn", !account.role_arn.is_empty()),
        ("--external-id", account.external_id.is_some()),
        ("--last-accessed", account.last_accessed),
        ("--read-secret-values", account.read_secret_values),
    ];
    match wishes.into_iter().find(|(_, wish)| *wish) {
        Some((flag, _)) if targets.iter().all(|(target, _)| target.scheme != "aws") => {
            let why = CommandError::new(format!("{flag} says how an AWS account is read, and no target here is one"));
            Err(why.hint("scan aws: or aws:PROFILE, or leave the option out"))
        }
        _ => Ok(()),
    }
}

/// Scheme and absolute location: the same place has one name, wherever the user stands.
fn absolute(target: &Target) -> Result<String, CommandError> {
    if !target.is_path() {
        return Ok(target.name());
    }
    let path = &target.location;
    match std::fs::canonicalize(path) {
        Ok(real) => Ok(Target { scheme: target.scheme.clone(), location: real }.name()),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Err(error::missing(path)),
        Err(e) => Err(CommandError::file("open", path, &e)),
    }
}

fn book(args: &args::Scan, config: &Config, ui: &Ui) -> Result<RuleBook, CommandError> {
    let paths: Vec<PathBuf> = config.rules.paths.iter().chain(&args.rules).cloned().collect();
    let book = rules::load(&paths)?.restricted(&config.rules.disable, &config.rules.only)?;
    ui.detail(&format!("rules: {}", book.len()));
    Ok(book)
}

fn settings(args: &args::Scan, config: &Config) -> Result<Settings, CommandError> {
    let limit = config.scan.max_file_size.as_deref().and_then(|s| size(s).ok());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Ok(Settings {
        max_file_size: args.max_file_size.or(limit).unwrap_or(MAX_FILE_SIZE),
        exclude: globs(config.scan.exclude.iter().chain(&args.exclude))?,
        history: !args.no_history,
        since_commit: args.since_commit.clone(),
        branch: args.branch.clone(),
        workers: args.workers.or(config.scan.workers).map_or(cores, usize::from).max(1),
        stdin_name: args.stdin_name.clone(),
        account: AccountSettings {
            endpoint_url: args.account.endpoint_url.clone(),
            roles: args.account.role_arn.clone(),
            external_id: args.account.external_id.clone(),
            last_accessed: args.account.last_accessed,
            secret_values: args.account.read_secret_values,
        },
    })
}

fn limits(args: &args::Scan, config: &Config) -> Limits {
    let usual = Limits::default();
    let bytes = config.scan.max_unwrapped.as_deref().and_then(|s| size(s).ok());
    Limits {
        archives: !args.no_archives && config.scan.archives.unwrap_or(usual.archives),
        depth: config.scan.max_depth.unwrap_or(usual.depth),
        bytes: bytes.unwrap_or(usual.bytes),
        ..usual
    }
}

fn globs<'g>(patterns: impl Iterator<Item = &'g String>) -> Result<GlobSet, CommandError> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).map_err(|e| CommandError::new(format!("--exclude {pattern}: {}", e.kind())))?);
    }
    set.build().map_err(|e| CommandError::new(format!("--exclude: {e}")))
}

/// The one place where the program asks what time it is.
struct Clock {
    now: Time,
    started: Instant,
    fixed: bool,
}

impl Clock {
    fn start(fixed: Option<&str>) -> Result<Self, CommandError> {
        let now = match fixed {
            Some(text) => {
                Time::parse(text).ok_or_else(|| CommandError::new(format!("--now {text}: write it like 2026-11-24T00:00:00Z")))?
            }
            None => Time(jiff::Timestamp::now().as_second()),
        };
        Ok(Self { now, started: Instant::now(), fixed: fixed.is_some() })
    }

    /// Milliseconds since the start; none pass for a clock that was set by hand.
    fn elapsed(&self) -> u64 {
        if self.fixed { 0 } else { u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX) }
    }
}
