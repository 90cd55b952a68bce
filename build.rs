//! Turns `rules/*.toml` into static tables: rules, anchors and the prefilter. Every mistake in a rule fails the build.

#[path = "src/engine"]
mod engine {
    pub mod assignment {
        #[expect(dead_code, reason = "rules only ask which stems there are and how they go on")]
        pub mod stem;
    }
    pub mod automaton;
    pub mod byteset;
    pub mod plan;
    pub mod shape;
    pub mod tables;
}
#[path = "src/rules"]
mod rules {
    pub mod context;
    pub mod definition;
    pub mod draft;
    pub mod emit;
}

use std::{env, fs, path::Path};

use engine::plan::sample::Sample;
use rules::{definition::File, draft::draft, emit};

fn main() {
    println!("cargo::rerun-if-changed=rules");
    for source in ["assignment/stem.rs", "automaton.rs", "byteset.rs", "plan", "shape.rs", "tables.rs"] {
        println!("cargo::rerun-if-changed=src/engine/{source}");
    }
    for source in ["context", "definition", "draft", "emit"] {
        println!("cargo::rerun-if-changed=src/rules/{source}.rs");
    }
    let mut rules = read_rules();
    rules.sort_by(|a, b| a.definition.id.get_ref().cmp(b.definition.id.get_ref()));
    for pair in rules.windows(2) {
        assert!(
            pair[0].definition.id != pair[1].definition.id,
            "rule `{}` is defined twice: {} and {}",
            pair[0].definition.id.get_ref(),
            pair[0].file,
            pair[1].file
        );
    }
    let table = |path: &str| fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let sample = Sample::read(&table("src/engine/plan/grams.tsv"), &table("src/engine/plan/fives.tsv"));
    write("rules.rs", &emit::rules(&rules));
    write("tables.rs", &emit::tables(&rules, &sample));
}

fn read_rules() -> Vec<emit::Input> {
    let folder = fs::read_dir("rules").unwrap_or_else(|error| panic!("rules/: {error}"));
    let mut files: Vec<_> = folder.map(|entry| entry.unwrap_or_else(|error| panic!("rules/: {error}")).path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    files.iter().flat_map(|path| read_file(path)).collect()
}

fn read_file(path: &Path) -> Vec<emit::Input> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}"));
    let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(!file.rule.is_empty(), "{name}: there is no rule in it");
    let input = |mut definition: rules::definition::Definition| {
        let line = |at: usize| text[..at].matches('\n').count() + 1;
        assert!(!definition.replaces, "{name}: rule `{}` replaces another one: change that one", definition.id.get_ref());
        assert!(!definition.is_scoped(), "{name}: rule `{}` is narrowed to some places: only rules of users are", definition.id.get_ref());
        let draft = draft(&mut definition)
            .unwrap_or_else(|flaw| panic!("{name}:{}: rule `{}`: {}", line(flaw.span.start), definition.id.get_ref(), flaw.cause));
        emit::Input { file: name.clone(), provider: file.provider.clone().unwrap_or_default(), definition, draft }
    };
    file.rule.into_iter().map(input).collect()
}

fn write(name: &str, text: &str) {
    let folder = env::var("OUT_DIR").expect("cargo says where");
    fs::write(Path::new(&folder).join(name), text).unwrap_or_else(|error| panic!("{name}: {error}"));
}
