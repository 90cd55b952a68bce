use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use etcetera::BaseStrategy;
use serde::Deserialize;
use serde_json::Value;

use crate::analyze::{self, identity};

use super::{
    allows::AllowEntry,
    error::{CommandError, nearest},
};

/// Largest settings file, bytes.
const LARGEST: u64 = 1 << 20;

/// Settings as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Config {
    /// How to scan.
    pub scan: ScanSettings,
    /// More rules.
    pub rules: RuleSettings,
    /// Settings of checks, by id.
    pub check: BTreeMap<String, Value>,
    /// What is accepted.
    pub allow: Vec<AllowEntry>,
}

/// How to scan; a flag of the same name wins.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct ScanSettings {
    /// Paths to leave out.
    pub exclude: Vec<String>,
    /// Size limit, `64M`.
    pub max_file_size: Option<String>,
    /// Threads.
    pub workers: Option<u16>,
    /// Whether archives are opened.
    pub archives: Option<bool>,
    /// How many wrappings may lie one in the other.
    pub max_depth: Option<u8>,
    /// How much may come out of one document, `256M`.
    pub max_unwrapped: Option<String>,
}

/// More rules.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct RuleSettings {
    /// TOML files or directories of them, relative to the settings file.
    pub paths: Vec<PathBuf>,
    /// Rules that are switched off: ids, or `provider.*`.
    pub disable: Vec<String>,
    /// If there are some: all others are switched off.
    pub only: Vec<String>,
}

impl Config {
    /// Reads the settings: from `--config` or its variable, else from the user's configuration directory. A file in a scanned
    /// tree is never read: whoever can write there could switch the scanner off.
    pub fn load(named: Option<&Path>) -> Result<(Self, Option<PathBuf>), CommandError> {
        let path = match named {
            Some(path) => path.to_owned(),
            None => match default_path().filter(|p| p.is_file()) {
                Some(path) => path,
                None => return Ok((Self::default(), None)),
            },
        };
        let mut config = parse(&path)?;
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        config.rules.paths.iter_mut().for_each(|p| *p = folder.join(&*p));
        Ok((config, Some(path)))
    }
}

fn default_path() -> Option<PathBuf> {
    Some(etcetera::choose_base_strategy().ok()?.config_dir().join("unhidden/config.toml"))
}

fn parse(path: &Path) -> Result<Config, CommandError> {
    let bytes = read_small(path)?;
    let wrong = |why: String| CommandError::new(format!("settings file {}: {why}", path.display()));
    let text = String::from_utf8(bytes).map_err(|_| wrong("it is not UTF-8".into()))?;
    let config: Config = toml::from_str(&text).map_err(|e| wrong(misprint(&text, &e)))?;
    let known: Vec<&str> = analyze::all().map(|c| c.about().id).chain(identity::all().map(|c| c.about().id)).collect();
    for (id, settings) in &config.check {
        let accepted = (analyze::all().find(|c| c.about().id == id).map(|c| c.accepts(settings)))
            .or_else(|| identity::all().find(|c| c.about().id == id).map(|c| c.accepts(settings)));
        let Some(accepted) = accepted else {
            let told = wrong(format!("there is no check `{id}`"));
            return Err(nearest(id, &known).into_iter().fold(told, |t, k| t.hint(format!("did you mean `{k}`?"))));
        };
        accepted.map_err(|e| wrong(e.to_string()))?;
    }
    let sizes = [("max-file-size", &config.scan.max_file_size), ("max-unwrapped", &config.scan.max_unwrapped)];
    for (name, limit) in sizes.into_iter().filter_map(|(name, limit)| Some((name, limit.as_ref()?))) {
        size(limit).map_err(|e| wrong(format!("{name}: {e}")))?;
    }
    Ok(config)
}

/// What is wrong and where, without the line itself: a file named by mistake may hold secrets.
pub fn misprint(text: &str, error: &toml::de::Error) -> String {
    let Some(span) = error.span() else { return error.message().to_owned() };
    let before = text.get(..span.start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    format!("line {line}, column {column}: {}", error.message())
}

/// Reads a small regular file that the user named; a pipe or device is refused before it is opened.
pub fn read_small(path: &Path) -> Result<Vec<u8>, CommandError> {
    read_at_most(path, LARGEST)
}

/// The same with another limit.
pub fn read_at_most(path: &Path, limit: u64) -> Result<Vec<u8>, CommandError> {
    let meta = std::fs::metadata(path).map_err(|e| CommandError::file("read", path, &e))?;
    if !meta.is_file() {
        return Err(CommandError::new(format!("cannot read {}: it is not a regular file", path.display())));
    }
    if meta.len() > limit {
        return Err(CommandError::new(format!("cannot read {}: it is larger than {limit} bytes", path.display())));
    }
    std::fs::read(path).map_err(|e| CommandError::file("read", path, &e))
}

/// Reads a size: bytes, or with K, M, G (powers of 1024).
pub fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match text[digits.len()..].to_ascii_uppercase().as_str() {
        "" | "B" => 1,
        "K" | "KB" | "KIB" => 1 << 10,
        "M" | "MB" | "MIB" => 1 << 20,
        "G" | "GB" | "GIB" => 1u64 << 30,
        other => return Err(format!("`{other}` is no unit; use K, M or G")),
    };
    let number: u64 = digits.parse().map_err(|_| format!("`{text}` is no size; write 500K, 64M or 2G"))?;
    match number.checked_mul(unit) {
        Some(0) => Err("a size of nothing would scan nothing".into()),
        Some(size) if size <= 2 << 30 => Ok(size),
        _ => Err("at most 2G".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_have_units() {
        assert_eq!(size("64M"), Ok(64 << 20));
        assert_eq!(size("1000"), Ok(1000));
        assert_eq!(size("1kb"), Ok(1024));
        assert!(size("0").is_err() && size("3G").is_err() && size("x").is_err() && size("5T").is_err() && size("").is_err());
    }
}
