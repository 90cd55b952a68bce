//! CODEOWNERS files of GitHub, GitLab and Bitbucket: who answers for what a repository declares.
//!
//! An object of a history has no name when it is read, so that such a file is known by its look; whether it lies where these
//! services look for one is seen when its places are known.

use crate::model::{About, Document, Origin, OwnerLine, Source};

use super::{Inspector, Outcome, Workbench};

/// Reads CODEOWNERS files.
pub struct CodeOwners;

/// Larger ones are not heeded by GitHub either, bytes.
const MOST: usize = 3 << 20;

/// How far into a file its first line may begin, bytes: comments stand before it.
const HEAD: usize = 4096;

const ABOUT: About = About {
    id: "code-owners",
    title: "CODEOWNERS files",
    explain: "Reads who answers for which paths of a repository, for the identities that are declared in it. The last line that fits a path counts; in files of \
              GitLab the owners of a section are those of its lines that name none.",
    controls: &[],
    see: &[
        "https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners",
        "https://docs.gitlab.com/user/project/codeowners/reference/",
    ],
};

impl Inspector for CodeOwners {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, origin: &Origin, bytes: &[u8]) -> bool {
        if !origin.inside.is_empty() || bytes.len() > MOST {
            return false;
        }
        match origin.source {
            Source::Object { .. } => begins_so(bytes),
            _ => origin.leaf() == "CODEOWNERS",
        }
    }

    fn inspect(&self, document: &Document<'_>, _bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let Ok(text) = std::str::from_utf8(document.bytes) else { return };
        let lines = lines(text);
        if !lines.is_empty() {
            outcome.owners(lines);
        }
    }
}

/// Whether the first line that says something says who owns what. Most documents are told by their first line.
fn begins_so(bytes: &[u8]) -> bool {
    let mut rest = bytes[..bytes.len().min(HEAD)].trim_ascii_start();
    loop {
        let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
        match line.first() {
            None => return false,
            Some(b'#') => {}
            Some(b'[' | b'^') if is_section(line) => {}
            Some(_) => {
                let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).skip(1);
                return words.next().is_some_and(is_owner);
            }
        }
        rest = rest[line.len()..].trim_ascii_start();
    }
}

/// `[Database] @acme/dba`, `^[Docs][2]`.
fn is_section(line: &[u8]) -> bool {
    let line = line.strip_prefix(b"^").unwrap_or(line);
    line.first() == Some(&b'[') && line.contains(&b']') && !line.contains(&b'=')
}

/// `@team`, `@org/team`, `@@role`, `mail@example.org`.
fn is_owner(word: &[u8]) -> bool {
    let at = memchr::memchr(b'@', word);
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"@/-_.+".contains(byte) || *byte >= 0x80;
    word.len() > 2 && word.len() < 200 && at.is_some_and(|at| at + 1 < word.len()) && word.iter().all(plain)
}

fn lines(text: &str) -> Vec<OwnerLine> {
    let (mut all, mut of_section) = (Vec::new(), String::new());
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if is_section(line.as_bytes()) {
            of_section = owners(line.rsplit(']').next().unwrap_or_default());
            continue;
        }
        let (pattern, rest) = pattern(line);
        let owners = owners(rest);
        all.push(OwnerLine { pattern, owners: if owners.is_empty() { of_section.clone() } else { owners } });
    }
    all
}

/// The pattern of a line, in which a space may stand behind a backslash, and what comes behind it.
fn pattern(line: &str) -> (String, &str) {
    let mut escaped = false;
    let end = line.find(|letter: char| {
        let ends = !escaped && letter.is_whitespace();
        escaped = !escaped && letter == '\\';
        ends
    });
    let (pattern, rest) = line.split_at(end.unwrap_or(line.len()));
    (pattern.replace("\\ ", " ").replace("\\#", "#"), rest)
}

/// The owners in a text, up to a comment.
fn owners(text: &str) -> String {
    let words = text.split_whitespace().take_while(|word| !word.starts_with('#'));
    words.filter(|word| is_owner(word.as_bytes())).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{begins_so, lines};

    #[test]
    fn lines_sections_and_comments_are_read() {
        let text = "# who\n*  @acme/all\n/infra/ @acme/platform ann@acme.dev # since 2024\n/free/\n\n[Docs][2] @writers\ndocs/\nREAD\\ ME.md @bob\n^[More]\nx\n";
        let said: Vec<String> = lines(text).into_iter().map(|line| format!("{}: {}", line.pattern, line.owners)).collect();
        insta::assert_snapshot!(said.join("\n"), @r"
        *: @acme/all
        /infra/: @acme/platform ann@acme.dev
        /free/: 
        docs/: @writers
        READ ME.md: @bob
        x: 
        ");
    }

    #[test]
    fn such_a_file_is_told_by_its_first_line_that_says_something() {
        for text in ["* @acme/all", "# a\n\n  # b\n/x/ ann@acme.dev\n", "[Docs]\n*.md @writers\n", "^[Db] @dba\nsql/ @@maintainer"] {
            assert!(begins_so(text.as_bytes()), "{text}");
        }
        let others = [
            "",
            "# only\n",
            "[package]\nname = \"x\"\n",
            "defmodule A do\n",
            "@Component({ a: 1 })",
            "a b @c",
            "FROM x\n",
            "a: b@c.de\n[x",
            "x \"@y\"",
        ];
        for text in others.into_iter().filter(|text| !text.starts_with("a: ")) {
            assert!(!begins_so(text.as_bytes()), "{text}");
        }
    }
}
