//! What narrows the rules of users: paths, what stands near, what is none; and what an import makes of a foreign configuration.

use crate::support::{Lab, Repo, findings, random};

fn key(seed: u64) -> String {
    format!("zqacme_{}", random(seed, b"abcdefghjkmnpqrstuvwxyz23456789", 24))
}

/// A rule that finds such keys, with what narrows it.
fn rule(scope: &str) -> String {
    format!(
        "[[rule]]\nid = \"zq.key\"\ntitle = \"Acme key\"\nkind = \"token\"\nanchors = [\"zqacme_\"]\npattern = '\\b(?<secret>zqacme_[a-z0-9]{{24}})\\b'\n\
         severity = \"high\"\nconfidence = \"high\"\nexplain = \"Opens Acme.\"\nexamples = [\"zqacme_{{hex:24}}\"]\n{scope}\n"
    )
}

/// Where the rule finds something: paths, sorted.
fn found(lab: &Lab, target: &str, scope: &str) -> Vec<String> {
    lab.write("rules.toml", rule(scope));
    lab.run(&["rules", "check", "rules.toml"]).exits(0);
    let report = lab.report(&[target, "--rules", "rules.toml"], 0);
    let ours = findings(&report, "exposed-credential").into_iter().filter(|finding| finding["credential"]["rule"] == "zq.key");
    let places = ours.flat_map(|finding| finding["sightings"].as_array().cloned().unwrap_or_default());
    let mut paths: Vec<String> = places.map(|place| place["path"].as_str().unwrap_or_default().to_owned()).collect();
    paths.sort();
    paths
}

#[test]
fn a_rule_counts_at_its_paths_in_files_archives_and_histories() {
    let lab = Lab::new();
    let mut repo = Repo::new(&lab, "repo");
    repo.commit(&[("a/prod.env", &format!("K={}\n", key(1))), ("a/readme.txt", &format!("K={}\n", key(2)))]);
    repo.remove("a/prod.env");
    repo.remove("a/readme.txt");
    lab.write("tree/b.env", format!("K={}\n", key(3)));
    lab.write("tree/b.txt", format!("K={}\n", key(4)));
    for (archive, member, seed) in [("c.tar", "inner.env", 5), ("d.tar", "inner.txt", 6)] {
        lab.write(member, format!("K={}\n", key(seed)));
        lab.shell(&format!("tar cf tree/{archive} {member}")).exits(0);
    }
    assert_eq!(found(&lab, "git:repo", ""), ["a/prod.env", "a/readme.txt"]);
    let only = "paths = [\"*.env\"]";
    assert_eq!(found(&lab, "git:repo", only), ["a/prod.env"]);
    assert_eq!(found(&lab, "tree", only), ["b.env", "c.tar!/inner.env"]);
}

#[test]
fn what_stands_near_and_what_is_none_decide() {
    let lab = Lab::new();
    lab.write("tree/alone", format!("K={}\n", key(1)));
    lab.write("tree/near", format!("account 4711\nK={}\n", key(2)));
    lab.write("tree/sample", format!("account 1234\nK={} # a sample\n", key(3)));
    assert_eq!(found(&lab, "tree", "[[rule.near]]\npattern = 'account \\d{4}'\nlines = 1"), ["near", "sample"]);
    assert_eq!(found(&lab, "tree", "[rule.except]\nline = ['sample$']"), ["alone", "near"]);
    lab.write("tree/alone", format!("K={}\n", key(1).replace(&key(1)[9..14], "dummy")));
    assert_eq!(found(&lab, "tree", "[rule.except]\nwords = [\"Dummy\"]"), ["near", "sample"]);
}

#[test]
fn a_mistake_in_what_narrows_a_rule_is_told_with_its_rule() {
    let lab = Lab::new();
    for (scope, told) in [
        ("paths = [\"a[\"]", "paths: `a[`"),
        ("[rule.except]\nsecret = [\"(\"]", "`(`: "),
        ("[rule.except]\nsecrets = []", "unknown field"),
    ] {
        lab.write("rules.toml", rule(scope));
        let said = lab.run(&["rules", "check", "rules.toml"]).exits(2);
        assert!(said.err.contains("rules.toml:") && said.err.contains(told), "{}", said.err);
    }
}

#[test]
fn a_configuration_of_gitleaks_finds_here_what_it_finds_there() {
    let lab = Lab::new();
    let mut repo = Repo::new(&lab, "repo");
    let accepted = repo.commit(&[("src/old.env", &format!("K={}\n", key(1)))]);
    repo.commit(&[("src/new.env", &format!("K={}\n", key(2))), ("src/new.md", &format!("K={}\n", key(3)))]);
    repo.commit(&[("docs/x.env", &format!("K={}\n", key(4))), ("src/dummy.env", &format!("K={} # dummy\n", key(5)))]);
    let config = format!(
        "[[rules]]\nid = \"acme\"\ndescription = \"Acme key\"\nregex = '''zqacme_[a-z0-9]{{24}}'''\nkeywords = [\"zqacme\"]\npath = '''\\.env$'''\n\
         [[rules.allowlists]]\nregexTarget = \"line\"\nregexes = ['''dummy''']\n\
         [allowlist]\ndescription = \"old\"\npaths = ['''^docs/''']\ncommits = [\"{accepted}\"]\n"
    );
    lab.write(".gitleaks.toml", config);
    let said = lab.run(&["import", ".gitleaks.toml", "--output", "acme.toml", "--allows", "allows.toml"]).exits(0);
    assert!(!said.err.contains("not carried over"), "{}", said.err);
    let report = lab.report(&["git:repo", "--rules", "acme.toml", "--config", "allows.toml"], 0);
    let ours = findings(&report, "exposed-credential").into_iter().filter(|finding| finding["credential"]["rule"] == "gitleaks.acme");
    let paths: Vec<&str> =
        ours.flat_map(|finding| finding["sightings"].as_array().into_iter().flatten()).filter_map(|s| s["path"].as_str()).collect();
    assert_eq!(paths, ["src/new.env"]);
}

#[test]
fn an_import_that_holds_no_rules_says_what_it_carried_over() {
    let lab = Lab::new();
    let results = "{\"a.yml\": [{\"type\": \"Secret Keyword\", \"filename\": \"a.yml\", \"hashed_secret\": \"00\", \"line_number\": 2}]}";
    lab.write(".secrets.baseline", format!("{{\"version\": \"1.5.0\", \"plugins_used\": [], \"results\": {results}}}"));
    let said = lab.run(&["import", ".secrets.baseline"]).exits(0);
    assert!(said.err.contains("acceptances were carried over, as allows; there are no rules in it"), "{}", said.err);
}
