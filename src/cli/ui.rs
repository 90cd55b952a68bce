use std::io::{self, IsTerminal, Write};

use crate::report::{Look, escape_text};

use super::args::Color;

/// What the face knows of its terminal. Everything for people goes to stderr through here, escaped.
pub struct Ui {
    color: Color,
    quiet: bool,
    verbose: bool,
}

impl Ui {
    /// Takes the wishes of the command line.
    pub fn new(color: Color, quiet: bool, verbose: bool) -> Self {
        Self { color, quiet, verbose }
    }

    /// How a report should look on a stream.
    pub fn look(&self, terminal: bool) -> Look {
        let width = terminal.then(|| std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).or_else(terminal_width)).flatten();
        Look { width, colour: self.colour(terminal) }
    }

    /// `--color` decides; else `CLICOLOR_FORCE`, `NO_COLOR` and whether it is a terminal.
    fn colour(&self, terminal: bool) -> bool {
        let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty() && v != "0");
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => set("CLICOLOR_FORCE") || (terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())),
        }
    }

    /// Whether progress should be drawn.
    pub fn progress(&self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    /// A line that only `--verbose` shows.
    pub fn detail(&self, text: &str) {
        if self.verbose {
            Self::line(text);
        }
    }

    /// A line that `--quiet` hides.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            Self::line(text);
        }
    }

    /// An error with its causes and what to do about it.
    pub fn error(&self, what: &str, causes: &[String], hints: &[String]) {
        let red = if self.colour(io::stderr().is_terminal()) { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
        let mut text = format!("{}error:{} {}", red.0, red.1, escape_text(what));
        for cause in causes {
            text.push_str(&format!("\n  caused by: {}", escape_text(cause)));
        }
        for hint in hints {
            text.push_str(&format!("\n  hint: {}", escape_text(hint)));
        }
        // A closed stderr must not turn an error into a crash.
        let _ = writeln!(io::stderr(), "{text}");
    }

    fn line(text: &str) {
        let _ = writeln!(io::stderr(), "{}", escape_text(text));
    }
}

/// The columns of the terminal on stdout.
fn terminal_width() -> Option<u16> {
    super::signals::terminal_width()
}
