//! What a path says of the text in it.

use std::fmt;

/// The sorts of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Settings: a bare word is a value there.
    Settings,
    /// Source code: a bare word is a variable there.
    Code,
    /// Text for people.
    Prose,
    /// Written by machines: lock files, recorded output, translations, bundles, archives.
    Machine,
    /// Not known.
    Unknown,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Settings => "settings",
            Self::Code => "source code",
            Self::Prose => "text for people",
            Self::Machine => "machine-written text",
            Self::Unknown => "an unknown place",
        })
    }
}

const CODE: &[&str] = &[
    "py", "pyi", "js", "ts", "tsx", "jsx", "mjs", "cjs", "java", "kt", "kts", "scala", "go", "rs", "rb", "php", "cs", "vb", "c", "h",
    "cpp", "hpp", "cc", "cxx", "m", "mm", "swift", "dart", "lua", "pl", "pm", "r", "ex", "exs", "erl", "clj", "hs", "fs", "groovy", "sol",
    "vue", "svelte", "jsp", "asp", "aspx", "erb", "graphql", "gql", "proto", "sql", "coffee", "jl", "nim", "zig", "haml", "slim", "cshtml",
    "phtml", "inc", "rake", "gemspec", "bzl", "nix", "sass", "scss", "less", "css", "d", "ps1", "psm1", "psd1", "ipp",
];
/// Endings of files of which others are made.
const TEMPLATE: &[&str] = &[
    ".in",
    ".tt",
    ".tmpl",
    ".template",
    ".tpl",
    ".example",
    ".sample",
    ".dist",
    ".orig",
    ".bak",
    ".old",
    ".j2",
    ".jinja",
    ".erb",
    ".mustache",
];
const PROSE: &[&str] = &["md", "rst", "adoc", "html", "htm", "tex", "org", "ipynb", "markdown", "mdx", "xhtml", "wiki", "textile", "txt"];
const MACHINE: &[&str] =
    &["lock", "sum", "map", "svg", "po", "pot", "xlf", "resx", "strings", "snap", "golden", "log", "patch", "diff", "csv", "tsv"];
/// Archives: what their members are given is judged by the names of the members.
const ARCHIVE: &[&str] = &[
    "zip", "jar", "war", "ear", "aar", "apk", "ipa", "whl", "egg", "nupkg", "vsix", "xpi", "docx", "xlsx", "pptx", "odt", "ods", "tar",
    "tgz", "gz", "bz2", "xz", "lzma", "zst", "7z", "rpm", "deb", "a", "cpio", "pdf",
];

/// The sort of text at a path.
pub fn of(path: &str) -> Place {
    let name = path.rsplit(['/', '!']).next().unwrap_or(path).to_ascii_lowercase();
    // `main.c.in`, `database.yml.example`: what is in it is told by the extension before.
    let name =
        TEMPLATE.iter().find_map(|ending| name.strip_suffix(ending)).filter(|name| name.contains('.')).map_or(name.clone(), str::to_owned);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let among = |list: &[&str]| list.contains(&extension);
    if among(MACHINE)
        || among(ARCHIVE)
        || name.contains(".min.")
        || name.contains("-lock.")
        || name.contains("locale")
        || in_folder(path, &["locales", "i18n", "translations", "lang"])
    {
        Place::Machine
    } else if among(CODE) {
        Place::Code
    } else if among(PROSE) {
        Place::Prose
    } else {
        Place::Settings
    }
}

fn in_folder(path: &str, names: &[&str]) -> bool {
    path.split('/').any(|part| names.contains(&part.to_ascii_lowercase().as_str()))
}
