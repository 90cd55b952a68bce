//! What the verbs take that list and explain.

use std::path::PathBuf;

use clap::ValueEnum;

use super::Place;

/// List identities: what each may do, how old its keys are, how far it is to be trusted.
#[derive(Debug, clap::Args)]
pub struct Identities {
    /// What comes first.
    #[arg(long, value_enum, default_value = "risk", value_name = "ORDER")]
    pub sort: IdentityOrder,

    /// Those, too, that only earlier runs saw.
    #[arg(long)]
    pub all: bool,

    /// Form of the list.
    #[arg(short, long, value_name = "FORMAT", default_value = "table", value_parser = ["table", "json"])]
    pub format: String,

    /// Which run [default: the newest].
    #[arg(long, value_name = "ID")]
    pub run: Option<i64>,

    #[command(flatten)]
    pub place: Place,
}

/// By what identities are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum IdentityOrder {
    /// The riskiest first.
    Risk,
    /// The oldest working key first.
    Age,
    /// What was longest not used first.
    Unused,
}

/// Show one identity: its credentials, where they lie, its way to administrator, what would lower its risk.
#[derive(Debug, clap::Args)]
pub struct Show {
    /// Its uri (for AWS its ARN), its unique id, its name where only one has it, or the id of one of its keys.
    #[arg(value_name = "IDENTITY")]
    pub identity: String,

    /// Form of the answer.
    #[arg(short, long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    pub format: String,

    /// Which run [default: the newest].
    #[arg(long, value_name = "ID")]
    pub run: Option<i64>,

    #[command(flatten)]
    pub place: Place,
}

/// List the checks, with the risks and controls of public frameworks that they speak to.
#[derive(Debug, clap::Args)]
pub struct Checks {
    /// Form of the list; markdown is docs/checks.md.
    #[arg(short, long, value_name = "FORMAT", default_value = "table", value_parser = ["table", "json", "markdown"])]
    pub format: String,
}

/// Explain a rule, a check, or what was made of a line.
#[derive(Debug, clap::Args)]
pub struct Explain {
    /// Its id: `github.fine-grained-token`, `exposed-credential`.
    #[arg(required_unless_present = "hit", conflicts_with = "hit")]
    pub id: Option<String>,

    /// Say what speaks for and against each value in a line of a file, and by how much.
    #[arg(long, value_name = "FILE:LINE")]
    pub hit: Option<String>,

    /// More rules: a TOML file or a directory of them.
    #[arg(long, value_name = "PATH")]
    pub rules: Vec<PathBuf>,
}

/// List the certificates that a run saw, the next to expire first.
#[derive(Debug, clap::Args)]
pub struct Certificates {
    /// Only those that have expired or will within so many days.
    #[arg(long, value_name = "DAYS")]
    pub expiring: Option<u32>,

    /// Which run [default: the newest].
    #[arg(long, value_name = "ID")]
    pub run: Option<i64>,

    #[command(flatten)]
    pub place: Place,

    /// Form of the list.
    #[arg(short, long, value_name = "FORMAT", default_value = "table", value_parser = ["table", "json"])]
    pub format: String,

    /// Write the list to a file (mode 0600) instead of stdout.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Take this moment (RFC 3339) for the present one: for tests and for reports on the past.
    #[arg(long, value_name = "TIME", hide = true)]
    pub now: Option<String>,
}
