use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use crate::rules::import::{self, ImportError, Imported, LARGEST, Source};

use super::{Exit, args, error::CommandError, manual, output, ui::Ui};

/// Reads files of other tools and writes what they say in our formats.
pub fn run(args: &args::Import, ui: &Ui) -> Result<Exit, CommandError> {
    let source = args.from.as_deref().and_then(Source::named);
    let mut files = Vec::new();
    for path in paths(&args.files)? {
        files.push((path.display().to_string(), read(&path)?));
    }
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let imported = import::import(&files, source).map_err(|error| refused(&error))?;
    for note in &imported.notes {
        ui.note(&format!("{}:{}: {}", note.at.file, note.at.line, note.text));
    }
    write(args, &imported)?;
    ui.note(&summary(args, &imported));
    Ok(Exit::Done)
}

fn summary(args: &args::Import, imported: &Imported) -> String {
    let allows = match (imported.allows.len(), &args.allows) {
        (0, _) => String::new(),
        (count, None) if imported.read > 0 => format!("; {count} allows stand at the end as comments: --allows FILE writes them"),
        (count, _) if imported.read == 0 => return format!("{count} acceptances were carried over, as allows; there are no rules in it"),
        (count, _) => format!("; {count} allows"),
    };
    format!("{} of {} rules were carried over, as {}{allows}", imported.carried, imported.read, imported.rules.len())
}

/// The files that were named; of a directory all that are TOML or YAML, in order of name.
fn paths(named: &[PathBuf]) -> Result<Vec<PathBuf>, CommandError> {
    let mut all = Vec::new();
    for path in named {
        if !path.is_dir() {
            all.push(path.clone());
            continue;
        }
        let entries = fs::read_dir(path).map_err(|e| CommandError::file("read the rules in", path, &e))?;
        let known = |p: &PathBuf| p.extension().is_some_and(|end| ["toml", "yml", "yaml"].iter().any(|known| end == *known));
        let mut inside: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(known).collect();
        inside.sort();
        if inside.is_empty() {
            return Err(CommandError::new(format!("no rules in {}: it holds no *.toml, *.yml or *.yaml", path.display())));
        }
        all.extend(inside);
    }
    Ok(all)
}

/// A regular file of bearable size.
fn read(path: &Path) -> Result<Vec<u8>, CommandError> {
    let meta = fs::metadata(path).map_err(|e| CommandError::file("read", path, &e))?;
    if !meta.is_file() {
        return Err(CommandError::new(format!("cannot read {}: it is not a regular file", path.display())));
    }
    if meta.len() > LARGEST as u64 {
        return Err(refused(&ImportError::Large { file: path.display().to_string() }));
    }
    fs::read(path).map_err(|e| CommandError::file("read", path, &e))
}

fn refused(error: &ImportError) -> CommandError {
    let told = CommandError::from_error(error);
    let names = || Source::NAMES.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(", ");
    match error {
        ImportError::Unknown { .. } => told.hint(format!("say it with --from: {}", names())),
        _ => told,
    }
}

/// Rules to the output; allows to their own file, or where there are no rules to the output, else as comments behind the rules.
fn write(args: &args::Import, imported: &Imported) -> Result<(), CommandError> {
    let only_allows = imported.read == 0 && !imported.allows.is_empty();
    let mut text = if only_allows { String::new() } else { import::rules(imported) };
    if !imported.allows.is_empty() {
        let allows = import::allows(imported);
        match &args.allows {
            Some(path) => put(path, &allows)?,
            None if only_allows => text.push_str(&allows),
            None => text.extend(allows.lines().map(|line| format!("# {line}").trim_end().to_owned() + "\n")),
        }
    }
    match args.output.as_deref().filter(|path| *path != Path::new("-")) {
        Some(path) => put(path, &text),
        None => manual::print(text.as_bytes()).map(|_| ()),
    }
}

fn put(path: &Path, text: &str) -> Result<(), CommandError> {
    let mut file = output::create(path)?;
    file.write_all(text.as_bytes()).map_err(|e| CommandError::file("write", path, &e))
}
