mod lists;

use std::{ffi::OsString, path::PathBuf};

use clap::{Parser, Subcommand, ValueEnum};

use crate::model::{Confidence, Severity};

use super::Exit;

pub use lists::{Certificates, Checks, Explain, Identities, IdentityOrder, Show};

/// Finds credentials in files and whole git histories, and says how long they have lain there and where they lie again.
#[derive(Debug, Parser)]
#[command(name = "unhidden", version, max_term_width = 100, arg_required_else_help = true, subcommand_required = true)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,

    /// When to use colour.
    #[arg(long, value_enum, default_value = "auto", global = true, value_name = "WHEN")]
    pub color: Color,

    /// Say nothing on stderr but errors.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Say more on stderr: which configuration and record are used, how many rules.
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Scan targets and report what was found.
    ///
    /// A target is PATH (files; where it is the root of a git work tree or a bare repository, its history too), dir:PATH (files
    /// only), git:PATH (history only), aws:PROFILE@REGION (an account, with either part left out as you like), or - (standard input).
    Scan(Box<Scan>),
    /// Show the report of a run that is in the record.
    Report(Report),
    /// List identities: what each may do, how old its keys are, how far it is to be trusted.
    Identities(Identities),
    /// Show one identity: its credentials, where they lie, its way to administrator, what would lower its risk.
    Show(Show),
    /// List the certificates that a run saw, the next to expire first.
    Certificates(Certificates),
    /// List the checks, with the risks and controls of public frameworks that they speak to.
    Checks(Checks),
    /// Explain a rule, a check, or what was made of a line.
    Explain(Explain),
    /// List the rules, or check a rule file.
    Rules(Rules),
    /// Carry over rules, allowlists and baselines of other tools.
    ///
    /// Reads .gitleaks.toml, .gitleaksignore, a report of gitleaks in JSON, .secrets.baseline, and rules of kingfisher and
    /// noseyparker in YAML. Says line by line what could not be carried over, and why.
    Import(Import),
    /// Print a completion script.
    Completions {
        /// For which shell.
        shell: clap_complete::Shell,
    },
    /// Write the manual pages into a directory.
    Man {
        /// The directory; it must exist.
        directory: PathBuf,
    },
}

/// Scan targets and report what was found.
///
/// A target is PATH (files; where it is a git work tree or a bare repository, its history too), dir:PATH (files only),
/// git:PATH (history only), aws:PROFILE@REGION (an account, with either part left out as you like), or - (standard input).
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub struct Scan {
    /// What to look at.
    #[arg(default_value = ".", value_name = "TARGET")]
    pub targets: Vec<OsString>,

    #[command(flatten)]
    pub place: Place,

    #[command(flatten)]
    pub form: Form,

    /// Settings file; else the variable of the same name, else unhidden/config.toml in the user's configuration directory. Never one that lies in a target.
    #[arg(short, long, value_name = "FILE", env = "UNHIDDEN_CONFIG")]
    pub config: Option<PathBuf>,

    /// More rules: a TOML file or a directory of them; may be repeated.
    #[arg(long, value_name = "PATH")]
    pub rules: Vec<PathBuf>,

    /// How many threads work [default: one a core].
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub workers: Option<u16>,

    /// Larger files and blobs are a fault, not a read: bytes, or with K, M, G [default: 64M].
    #[arg(long, value_name = "SIZE", value_parser = super::config::size)]
    pub max_file_size: Option<u64>,

    /// Leave out paths that match (relative to the target); may be repeated, and is counted.
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,

    /// Scan the files of a repository, not its history.
    #[arg(long)]
    pub no_history: bool,

    /// Leave archives and compressed files closed; each one is counted.
    #[arg(long)]
    pub no_archives: bool,

    /// Only what is not reachable from this commit.
    #[arg(long, value_name = "COMMIT")]
    pub since_commit: Option<String>,

    /// Only what is reachable from this branch.
    #[arg(long, value_name = "NAME")]
    pub branch: Option<String>,

    /// Report what is not in this baseline; what is, is counted.
    #[arg(short, long, value_name = "FILE", alias = "baseline-path")]
    pub baseline: Option<PathBuf>,

    /// Write a baseline of all that is found; one that is there keeps its salt, so that it can be compared and merged.
    #[arg(long, value_name = "FILE")]
    pub write_baseline: Option<PathBuf>,

    /// Let no mark in a document allow anything (`unhidden:allow`, `gitleaks:allow`, `nosec` and the like).
    #[arg(long)]
    pub no_inline_allows: bool,

    /// Do not read the allows in the `unhidden.toml` of a target.
    #[arg(long)]
    pub no_repository_allows: bool,

    /// The name of what comes on standard input.
    #[arg(long, value_name = "NAME", default_value = "stdin")]
    pub stdin_name: String,

    #[command(flatten)]
    pub account: Account,

    /// Copy the documents in which something was found, secrets included, and all answers of an API into a new directory (mode 0700).
    #[arg(long, value_name = "DIR")]
    pub save: Option<PathBuf>,

    /// Key of the fingerprints for a fleet of records: a file with 32 bytes or 64 hexadecimal digits.
    #[arg(long, value_name = "FILE", env = "UNHIDDEN_PEPPER_FILE")]
    pub pepper_file: Option<PathBuf>,

    /// Take this moment (RFC 3339) for the present one: for tests and for reports on the past.
    #[arg(long, value_name = "TIME", hide = true)]
    pub now: Option<String>,
}

/// How an AWS account is read.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "AWS accounts")]
pub struct Account {
    /// Ask this address instead of AWS: for tests, and for what stands in for AWS.
    #[arg(long, value_name = "URL")]
    pub endpoint_url: Option<String>,

    /// Read the account of this role, too, which the credentials may assume; may be repeated.
    #[arg(long, value_name = "ARN")]
    pub role_arn: Vec<String>,

    /// What the trust policies of these roles ask for (`sts:ExternalId`).
    #[arg(long, value_name = "ID", requires = "role_arn")]
    pub external_id: Option<String>,

    /// Ask for every user and role which services it last used: two calls and some seconds for each.
    #[arg(long)]
    pub last_accessed: bool,

    /// Read the values of secrets and encrypted parameters, too, to know them again where they lie elsewhere. No more than a keyed fingerprint
    /// of them is kept.
    #[arg(long)]
    pub read_secret_values: bool,
}

/// Which record.
#[derive(Debug, clap::Args)]
pub struct Place {
    /// The record, a `SQLite` file [default: unhidden/record.db in the user's state directory].
    #[arg(short, long, value_name = "FILE", env = "UNHIDDEN_RECORD")]
    pub record: Option<PathBuf>,
}

/// How to say it.
#[derive(Debug, clap::Args)]
pub struct Form {
    /// Form of the report.
    #[arg(short, long, value_name = "FORMAT", default_value = "table", value_parser = ["table", "json", "jsonl"])]
    pub format: String,

    /// Write the report to a file (mode 0600) instead of stdout.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Exit with 1 when there are findings of this severity or above (info, low, medium, high, critical).
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<Severity>,

    /// Findings below this confidence never fail (low, medium, high).
    #[arg(long, value_name = "CONFIDENCE", default_value = "medium")]
    pub confidence: Confidence,
}

/// Show the report of a run that is in the record.
#[derive(Debug, clap::Args)]
pub struct Report {
    /// Which run [default: the newest].
    #[arg(long, value_name = "ID")]
    pub run: Option<i64>,

    #[command(flatten)]
    pub place: Place,

    #[command(flatten)]
    pub form: Form,
}

/// Carry over rules, allowlists and baselines of other tools.
#[derive(Debug, clap::Args)]
pub struct Import {
    /// What to read: files, or directories of *.toml, *.yml and *.yaml.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Write the rules to a file instead of stdout (-); what holds no rules, only acceptances, as well.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Write acceptances to a file of their own, as a part of a settings file.
    #[arg(long, value_name = "FILE")]
    pub allows: Option<PathBuf>,

    /// What the files are [default: told by their names and texts].
    #[arg(long, value_name = "KIND", value_parser = ["gitleaks", "gitleaksignore", "gitleaks-report", "detect-secrets", "kingfisher", "noseyparker"])]
    pub from: Option<String>,
}

/// List the rules, or check a rule file.
#[derive(Debug, clap::Args)]
pub struct Rules {
    /// What to do with them.
    #[command(subcommand)]
    pub verb: RulesVerb,
}

/// What can be done with rules.
#[derive(Debug, Subcommand)]
pub enum RulesVerb {
    /// List all rules, one a line: id, severity, title.
    List {
        /// More rules: a TOML file or a directory of them.
        #[arg(long, value_name = "PATH")]
        rules: Vec<PathBuf>,
    },
    /// Check rule files: do they load, do their examples hit, do their counter-examples not?
    Check {
        /// A TOML file or a directory of them.
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
}

/// Words that people type from memory of other scanners, with what they are here.
const ELSEWHERE: &[(&str, &str)] =
    &[("detect", "scan"), ("dir", "scan dir:PATH"), ("git", "scan git:PATH"), ("filesystem", "scan dir:PATH"), ("stdin", "scan -")];

/// Prints what clap has to say: help and version are no errors, all else exits with 2.
pub fn refuse(error: &clap::Error) -> Exit {
    let _ = error.print();
    if error.use_stderr()
        && let Some(word) = std::env::args().nth(1)
        && let Some((_, ours)) = ELSEWHERE.iter().find(|(theirs, _)| *theirs == word)
    {
        let ui = super::ui::Ui::new(Color::Never, false, false);
        ui.note(&format!("hint: here that is `unhidden {ours}`"));
    }
    if error.use_stderr() { Exit::NotDone } else { Exit::Done }
}
