//! Who answers for what is declared in the repositories of a run: their CODEOWNERS, and who declared it first.

use std::collections::HashMap;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::model::{Appearance, OwnerLine};

/// Where a file of owners lies in a repository, and the sooner it is looked for there, the earlier here.
const PLACES: &[&str] = &[".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS", ".bitbucket/CODEOWNERS"];

/// How many lines of all versions of all such files are kept: sixteen megabytes.
const MOST: usize = 4 << 20;

/// All that looked like a file of owners, until it is known where it lies. Versions of one file share nearly all of their lines.
#[derive(Debug, Default)]
pub(super) struct OwnerFiles {
    numbers: HashMap<OwnerLine, u32>,
    versions: Vec<(u32, Vec<u32>)>,
    kept: usize,
    /// How many there were beyond those that are kept.
    pub unkept: u64,
}

impl OwnerFiles {
    /// Keeps a file.
    pub fn add(&mut self, content: u32, lines: Vec<OwnerLine>) {
        if self.kept + lines.len() > MOST {
            self.unkept += 1;
            return;
        }
        self.kept += lines.len();
        let numbers = &mut self.numbers;
        let number = |line| {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            *numbers.entry(line).or_insert(next)
        };
        self.versions.push((content, lines.into_iter().map(number).collect()));
    }

    /// Those that lie where they count, by where their contents lie now.
    pub fn placed(self, paths: impl Fn(u32) -> Vec<String>) -> Owners {
        let mut lines: Vec<(OwnerLine, u32)> = self.numbers.into_iter().collect();
        lines.sort_unstable_by_key(|(_, number)| *number);
        let mut tables: Vec<Table> = Vec::new();
        for (content, numbers) in self.versions {
            for (root, rank) in paths(content).iter().filter_map(|path| root(path)) {
                let of_file = numbers.iter().map(|number| &lines[*number as usize].0);
                match tables.iter_mut().find(|table| table.root == root) {
                    Some(table) if table.rank <= rank => {}
                    Some(table) => *table = Table::new(root, rank, of_file),
                    None => tables.push(Table::new(root, rank, of_file)),
                }
            }
        }
        // The nearest repository counts.
        tables.sort_unstable_by_key(|table| std::cmp::Reverse(table.root.len()));
        Owners(tables)
    }
}

/// The folder of the repository for which a file at that path speaks, and how late it is looked for.
fn root(path: &str) -> Option<(String, usize)> {
    let of = |(rank, place): (usize, &&str)| {
        let root = path.strip_suffix(place)?;
        (root.is_empty() || root.ends_with('/')).then(|| (root.to_owned(), rank))
    };
    // The longest place first: `docs/CODEOWNERS` is no file of the folder `docs`.
    let mut all: Vec<_> = PLACES.iter().enumerate().filter_map(of).collect();
    all.sort_unstable_by_key(|(root, _)| root.len());
    all.into_iter().next()
}

/// Who answers for the paths of all repositories that say it.
#[derive(Debug, Default)]
pub(super) struct Owners(Vec<Table>);

impl Owners {
    /// Who answers for a path; `None` where nobody is named.
    pub fn of(&self, path: &str) -> Option<&str> {
        let (table, inside) = self.0.iter().find_map(|table| Some((table, path.strip_prefix(&table.root)?)))?;
        let last = table.globs.matches(inside).into_iter().max()?;
        Some(table.owners[last].as_str()).filter(|owners| !owners.is_empty())
    }
}

/// One file of owners.
#[derive(Debug)]
struct Table {
    root: String,
    rank: usize,
    globs: GlobSet,
    /// By the number of the glob.
    owners: Vec<String>,
}

impl Table {
    fn new<'l>(root: String, rank: usize, lines: impl Iterator<Item = &'l OwnerLine>) -> Self {
        let (mut set, mut owners) = (GlobSetBuilder::new(), Vec::new());
        for line in lines {
            for glob in globs(&line.pattern) {
                // A line that is no pattern is passed over, as those services do.
                let Ok(glob) = GlobBuilder::new(&glob).literal_separator(true).build() else { continue };
                set.add(glob);
                owners.push(line.owners.clone());
            }
        }
        let globs = set.build().unwrap_or_else(|_| GlobSet::empty());
        Self { root, rank, globs, owners }
    }
}

/// A pattern as globs: what has no slash but at its end fits at any depth, and a folder's name fits all that lies in it.
fn globs(pattern: &str) -> Vec<String> {
    let name = pattern.trim_end_matches('/');
    let anchored = match name.strip_prefix('/') {
        Some(name) => name.to_owned(),
        None if name.contains('/') => name.to_owned(),
        None => format!("**/{name}"),
    };
    let below = format!("{anchored}/**");
    match pattern {
        _ if pattern.ends_with('/') => vec![below],
        _ if anchored.ends_with("/*") && name.contains('/') => vec![anchored],
        _ => vec![anchored, below],
    }
}

/// Who first declared something, of all commits that hold a version of it: `Ann <ann@acme.dev> in 1a2b3c4d5e6f on 2024-05-01`.
pub(super) fn first_author<'a>(places: impl Iterator<Item = &'a Appearance>) -> Option<String> {
    let commits = places.filter_map(|place| place.introduced.as_ref()).filter(|commit| !is_machine(&commit.author));
    let first = commits.min_by(|a, b| (a.date, &a.commit).cmp(&(b.date, &b.commit)))?;
    let commit = first.commit.get(..12).unwrap_or(&first.commit);
    Some(format!("{} in {commit} on {}", first.author, first.date.date()))
}

/// Whether no person made a commit.
fn is_machine(author: &str) -> bool {
    author.contains("[bot]") || author.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::{OwnerFiles, first_author};
    use crate::model::{Appearance, ContentId, Introduction, OwnerLine, RefClasses, Time};

    fn owned(files: &[(&str, &[(&str, &str)])], path: &str) -> Option<String> {
        let mut all = OwnerFiles::default();
        let line = |(pattern, owners): &(&str, &str)| OwnerLine { pattern: (*pattern).into(), owners: (*owners).into() };
        for (number, (_, lines)) in (0..).zip(files) {
            all.add(number, lines.iter().map(line).collect());
        }
        all.placed(|content| vec![files[content as usize].0.to_owned()]).of(path).map(str::to_owned)
    }

    #[test]
    fn the_last_line_that_fits_a_path_counts() {
        let lines: &[(&str, &str)] = &[
            ("*", "@all"),
            ("*.tf", "@tf"),
            ("/infra/", "@infra"),
            ("docs/*", "@docs"),
            ("apps/", "@apps"),
            ("/free/x.tf", ""),
            ("/a/**/z", "@z"),
        ];
        let of = |path: &str| owned(&[("CODEOWNERS", lines)], path).unwrap_or_default();
        let paths = [
            "x.py",
            "deep/x.tf",
            "infra/x.tf",
            "lib/infra/x.tf",
            "docs/a.md",
            "docs/b/a.md",
            "lib/apps/b/c.tf",
            "free/x.tf",
            "a/b/c/z",
            "a/z/q",
        ];
        let said: Vec<String> = paths.iter().map(|path| format!("{path}: {}", of(path))).collect();
        insta::assert_snapshot!(said.join("\n"), @r"
        x.py: @all
        deep/x.tf: @tf
        infra/x.tf: @infra
        lib/infra/x.tf: @tf
        docs/a.md: @docs
        docs/b/a.md: @all
        lib/apps/b/c.tf: @apps
        free/x.tf: 
        a/b/c/z: @z
        a/z/q: @z
        ");
    }

    #[test]
    fn a_file_speaks_for_its_repository_and_the_first_place_counts() {
        let [all, hub, sub]: [&[(&str, &str)]; 3] = [&[("*", "@root")], &[("*", "@hub")], &[("/x.tf", "@sub")]];
        let files = [("CODEOWNERS", all), (".github/CODEOWNERS", hub), ("sub/docs/CODEOWNERS", sub)];
        let of = |path: &str| owned(&files, path).unwrap_or_default();
        assert_eq!([of("x.tf"), of("sub/x.tf"), of("sub/y.tf"), of("subs/x.tf")], ["@hub", "@sub", "", "@hub"]);
        assert_eq!(owned(&[("src/OLD_CODEOWNERS", all)], "x.tf"), None);
    }

    #[test]
    fn the_first_person_who_committed_it_is_its_author() {
        let at = |author: &str, date| Appearance {
            content: ContentId::new(&[7; 20]).expect("an id"),
            path: "x.tf".into(),
            mode: None,
            introduced: Some(Introduction { commit: "0123456789abcdef".into(), author: author.into(), date: Time(date) }),
            in_head: None,
            in_tree: false,
            refs: RefClasses::NONE,
        };
        let places = [at("Bob <b@acme.dev>", 200_000), at("renovate[bot] <r@acme.dev>", 0), at("Ann <a@acme.dev>", 90_000)];
        assert_eq!(first_author(places.iter()).as_deref(), Some("Ann <a@acme.dev> in 0123456789ab on 1970-01-02"));
    }
}
