//! The face: the only room that prints, reads environment and clock, or exits.

mod allows;
mod args;
mod baseline;
mod certificates;
mod checks;
mod config;
mod error;
mod exit;
mod explain;
mod identities;
mod import;
mod line;
mod manual;
mod output;
mod progress;
mod record;
mod report;
mod rules;
mod save;
mod scan;
mod show;
mod signals;
mod ui;

use std::process::ExitCode;

use clap::Parser;

pub use exit::Exit;

use args::{Args, Verb};
use error::CommandError;

/// Runs the program with the arguments, environment and clock of this process.
pub fn main() -> ExitCode {
    signals::prepare();
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return args::refuse(&error).into(),
    };
    let ui = ui::Ui::new(args.color, args.quiet, args.verbose);
    match run(args, &ui) {
        Ok(exit) => exit.into(),
        Err(error) => error.tell(&ui).into(),
    }
}

fn run(args: Args, ui: &ui::Ui) -> Result<Exit, CommandError> {
    match args.verb {
        Verb::Scan(scan) => scan::run(&scan, ui),
        Verb::Report(report) => report::run(&report, ui),
        Verb::Identities(identities) => identities::run(&identities, ui),
        Verb::Show(show) => show::run(&show, ui),
        Verb::Certificates(certificates) => certificates::run(&certificates, ui),
        Verb::Checks(checks) => checks::run(&checks, ui),
        Verb::Explain(explain) => explain::run(&explain, ui),
        Verb::Rules(rules) => rules::run(&rules, ui),
        Verb::Import(import) => import::run(&import, ui),
        Verb::Completions { shell } => manual::completions(shell),
        Verb::Man { directory } => manual::man(&directory),
    }
}
