use std::{
    io::{self, Write},
    path::Path,
};

use clap::CommandFactory;

use super::{Exit, args::Args, error::CommandError};

/// Prints text on stdout.
pub fn print(text: &[u8]) -> Result<Exit, CommandError> {
    let mut out = io::stdout().lock();
    out.write_all(text).and_then(|()| out.flush()).map_err(|e| CommandError::output(&e))?;
    Ok(Exit::Done)
}

/// Prints a completion script.
pub fn completions(shell: clap_complete::Shell) -> Result<Exit, CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "unhidden", &mut script);
    print(&script)
}

/// Writes a manual page for the program and for each verb.
pub fn man(directory: &Path) -> Result<Exit, CommandError> {
    clap_mangen::generate_to(Args::command(), directory).map_err(|e| CommandError::file("write manual pages into", directory, &e))?;
    Ok(Exit::Done)
}
