use std::path::{Path, PathBuf};

/// Schemes behind which no path stands, and nothing need stand.
const PLACELESS: &[&str] = &["aws"];

/// What the user asked to look at: `PATH`, `dir:PATH`, `git:PATH`, `aws:PROFILE` or `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// The scheme (`dir`, `git`, `aws`), empty for a bare path, `-` for standard input.
    pub scheme: String,
    /// What stands behind the scheme.
    pub location: PathBuf,
}

/// Why a target cannot be understood.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TargetError {
    /// No collector serves the scheme.
    #[error("unknown target scheme `{scheme}:` in `{text}`")]
    UnknownScheme {
        /// What was written before the colon.
        scheme: String,
        /// The whole argument.
        text: String,
    },
    /// Nothing stands behind the scheme.
    #[error("target `{0}` names no path")]
    Empty(String),
}

impl Target {
    /// Reads a target. A word before a colon is a scheme when one of `schemes` or when no such path exists (`exists` says so):
    /// a file may have a colon in its name.
    pub fn parse(text: &std::ffi::OsStr, schemes: &[&str], exists: impl Fn(&Path) -> bool) -> Result<Self, TargetError> {
        let shown = text.to_string_lossy();
        if shown == "-" {
            return Ok(Self { scheme: "-".into(), location: PathBuf::new() });
        }
        if shown.is_empty() {
            return Err(TargetError::Empty(shown.into_owned()));
        }
        let Some((scheme, rest)) = split_scheme(text) else { return Ok(Self::path(text)) };
        if !schemes.contains(&scheme.as_str()) {
            if exists(Path::new(text)) {
                return Ok(Self::path(text));
            }
            return Err(TargetError::UnknownScheme { scheme, text: shown.into_owned() });
        }
        if rest.as_os_str().is_empty() && !PLACELESS.contains(&scheme.as_str()) {
            return Err(TargetError::Empty(shown.into_owned()));
        }
        Ok(Self { scheme, location: rest })
    }

    /// A bare path.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Self { scheme: String::new(), location: path.into() }
    }

    /// Whether what stands behind the scheme is a path.
    pub fn is_path(&self) -> bool {
        self.scheme != "-" && !PLACELESS.contains(&self.scheme.as_str())
    }

    /// The target as the user would write it.
    pub fn name(&self) -> String {
        match self.scheme.as_str() {
            "-" => "-".into(),
            "" => self.location.to_string_lossy().into_owned(),
            scheme => format!("{scheme}:{}", self.location.to_string_lossy()),
        }
    }
}

/// Splits `scheme:rest`. One letter is a drive, and a slash before the colon makes it a path.
fn split_scheme(text: &std::ffi::OsStr) -> Option<(String, PathBuf)> {
    use std::os::unix::ffi::OsStrExt;
    let bytes = text.as_bytes();
    let colon = bytes.iter().position(|b| *b == b':')?;
    let scheme = std::str::from_utf8(&bytes[..colon]).ok()?;
    let word = scheme.len() > 1 && scheme.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'+');
    word.then(|| (scheme.to_owned(), PathBuf::from(std::ffi::OsStr::from_bytes(&bytes[colon + 1..]))))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::{Target, TargetError};

    fn parse(text: &str) -> Result<String, TargetError> {
        Target::parse(OsStr::new(text), &["dir", "git", "aws"], |p| p.starts_with("odd:name"))
            .map(|t| format!("{}|{}", t.scheme, t.location.display()))
    }

    #[test]
    fn schemes_paths_and_streams() {
        assert_eq!(parse("dir:a/b").as_deref(), Ok("dir|a/b"));
        assert_eq!(parse("./dir:a").as_deref(), Ok("|./dir:a"));
        assert_eq!(parse("src").as_deref(), Ok("|src"));
        assert_eq!(parse("-").as_deref(), Ok("-|"));
        assert_eq!(parse("aws:").as_deref(), Ok("aws|"));
        assert_eq!(parse("aws:prod@eu-west-1").as_deref(), Ok("aws|prod@eu-west-1"));
        assert_eq!(parse("odd:name").as_deref(), Ok("|odd:name"));
        assert!(matches!(parse("gti:x"), Err(TargetError::UnknownScheme { .. })));
        assert!(matches!(parse("git:"), Err(TargetError::Empty(_))));
    }
}
