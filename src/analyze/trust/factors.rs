//! What speaks against an identity, taken from the roster.

use crate::{
    analyze::{
        exposure::counted,
        identity::{Member, signs},
    },
    model::{
        Certainty, Privilege, Standing, Time,
        entity::{Holding, HoldingKind, IdentityKind, Status},
    },
};

use super::Weights;

/// One observation.
#[derive(Debug, Clone, PartialEq)]
pub struct Factor {
    /// Its group.
    pub group: &'static str,
    /// What was observed, for people.
    pub words: String,
    /// How likely it alone makes a misuse.
    pub likelihood: f64,
}

/// All that a risk is judged by.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each opens or closes a gate of its own")]
pub struct Case {
    /// What was observed.
    pub factors: Vec<Factor>,
    /// Groups of which nothing could be observed, with how likely they would have something all the same.
    pub unknown: Vec<(&'static str, f64)>,
    /// What it may do, times where: as far as known, and at most.
    pub impact: (f64, f64),
    /// A credential of it works, and all of it lies somewhere.
    pub live_leak: bool,
    /// It may write.
    pub writes: bool,
    /// It may read secrets, or more.
    pub sensitive: bool,
    /// Anybody may become it.
    pub open_to_anybody: bool,
    /// None of its credentials works.
    pub nothing_works: bool,
}

/// Observes an identity. `trust` says how wide its trust is, by the name of the weight, where it is too wide.
pub fn observe(member: &Member, trust: Option<(&'static str, String)>, owner: Option<&str>, weights: &Weights, now: Time) -> Case {
    let mut case = Case::default();
    let factor = |group, name: &str, words: String| Factor { group, words, likelihood: weights.of(group, name) };
    let keys: Vec<&Holding> = member.holdings.iter().filter(|h| signs(h.kind) && h.status != Status::Inactive).collect();
    case.factors.extend(member.leaks.iter().filter(|leak| works(member, &leak.handle)).map(|leak| {
        let (name, words) = match (leak.whole, leak.current) {
            (false, _) => ("half", "the public half of a key lies"),
            (true, Some(true) | None) => ("current", "a key lies"),
            (true, Some(false)) => ("history", "a key lies in the history,"),
        };
        factor("exposure", name, format!("{words} in {}", counted(leak.places, "place")))
    }));
    case.factors.extend(member.leaks.iter().filter(|leak| leak.places > 1 && works(member, &leak.handle)).map(|leak| {
        factor("reuse", if leak.places >= 5 { "many" } else { "some" }, format!("the same key lies in {}", counted(leak.places, "place")))
    }));
    lifetime(&keys, weights, now, &mut case);
    dormancy(member, &keys, weights, now, &mut case);
    if !keys.is_empty() {
        case.factors.push(factor("strength", "static", "it has a key where a role would do".into()));
    }
    human(member, weights, &mut case);
    // Whose a permission set is, the directory knows; it has no tags. Nor has what belongs to others.
    match owner {
        None if matches!(member.identity.kind, IdentityKind::PermissionSet | IdentityKind::External) => {}
        None if member.identity.tells_tags() => {
            case.factors.push(factor("ownership", "none", "nobody is named as its owner".into()));
        }
        None => case.unknown.push(("ownership", weights.of("ownership", "none") * weights.of("prior", "ownership"))),
        Some(_) => {}
    }
    case.open_to_anybody = trust.as_ref().is_some_and(|(name, _)| *name == "anybody");
    case.factors.extend(trust.map(|(name, words)| factor("trust", name, words)));
    case.unknown.push(("exposure", weights.of("prior", "exposure")));
    case.live_leak = member.leaks.iter().any(|leak| leak.whole && works(member, &leak.handle));
    case.nothing_works = member.identity.kind == IdentityKind::User
        && !member.holdings.is_empty()
        && member.holdings.iter().all(|h| h.status == Status::Inactive);
    impact(member, weights, &mut case);
    case
}

/// Whether the credential of that name is not switched off.
fn works(member: &Member, handle: &str) -> bool {
    member.holdings.iter().any(|h| h.handle == handle && h.status != Status::Inactive)
}

fn lifetime(keys: &[&Holding], weights: &Weights, now: Time, case: &mut Case) {
    let Some(oldest) = keys.iter().filter_map(|h| h.created).min() else {
        if !keys.is_empty() {
            case.unknown.push(("lifetime", weights.of("lifetime", "years-1") * weights.of("prior", "lifetime")));
        }
        return;
    };
    let days = oldest.days_until(now);
    let name = match days {
        1096.. => "years-3",
        366.. => "years-1",
        181.. => "days-180",
        91.. => "days-90",
        _ => return,
    };
    case.factors.push(Factor {
        group: "lifetime",
        words: format!("its oldest key is {days} days old"),
        likelihood: weights.of("lifetime", name),
    });
}

fn dormancy(member: &Member, keys: &[&Holding], weights: &Weights, now: Time, case: &mut Case) {
    let known = keys.iter().any(|h| h.use_known) || member.identity.attributes.contains_key("use-known");
    if !known {
        case.unknown.push(("dormancy", weights.of("dormancy", "days-90") * weights.of("prior", "dormancy")));
        return;
    }
    let last = keys.iter().filter_map(|h| h.last_used).chain(member.identity.last_used).max();
    // What was never used has been idle since it was made.
    let Some(since) = last.or(member.identity.created) else { return };
    let days = since.days_until(now);
    let name = match days {
        400.. => "days-400",
        90.. => "days-90",
        45.. => "days-45",
        _ => return,
    };
    let words = if last.is_some() { format!("it was last used {days} days ago") } else { format!("it was never used in {days} days") };
    case.factors.push(Factor { group: "dormancy", words, likelihood: weights.of("dormancy", name) });
}

fn human(member: &Member, weights: &Weights, case: &mut Case) {
    let password = member.holdings.iter().any(|h| h.kind == HoldingKind::Password && h.status == Status::Active);
    if password && member.holdings.iter().any(|h| signs(h.kind)) {
        let mfa =
            member.identity.attributes.get("mfa").is_some_and(|v| v == "yes") || member.holdings.iter().any(|h| h.kind == HoldingKind::Mfa);
        let (name, words) = if mfa {
            ("console", "it has a password for the console")
        } else {
            ("no-mfa", "it has a password for the console, without a second factor")
        };
        case.factors.push(Factor { group: "human", words: words.into(), likelihood: weights.of("human", name) });
    }
}

fn impact(member: &Member, weights: &Weights, case: &mut Case) {
    let environment = weights.of("environment", environment(member));
    let Some(standing) = &member.standing else {
        case.impact = (weights.of("impact", "none") * environment, weights.of("impact", "unknown") * environment);
        return;
    };
    let weight = weights.of("impact", impact_of(standing)) * environment;
    (case.impact, case.writes, case.sensitive) =
        ((weight, weight), standing.privilege >= Privilege::Write, standing.privilege >= Privilege::Sensitive);
}

fn impact_of(standing: &Standing) -> &'static str {
    match standing.privilege {
        Privilege::Admin | Privilege::Escalates if standing.certainty != Certainty::Certain => "possible",
        privilege => privilege.name(),
    }
}

/// Words that tell production from the rest, in tags and names.
const PRODUCTION: &[&str] = &["prod", "production", "prd", "live"];
const OTHER: &[&str] = &["dev", "development", "test", "testing", "staging", "stage", "sandbox", "qa", "demo", "lab"];

fn environment(member: &Member) -> &'static str {
    let tagged =
        member.identity.tags.iter().filter(|(key, _)| matches!(key.to_ascii_lowercase().as_str(), "env" | "environment" | "stage"));
    let words: Vec<String> = tagged
        .map(|(_, value)| value)
        .chain([&member.identity.name])
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()).map(str::to_ascii_lowercase).collect::<Vec<_>>())
        .collect();
    let any = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    match () {
        () if any(PRODUCTION) => "production",
        () if any(OTHER) => "other",
        () => "unknown",
    }
}
