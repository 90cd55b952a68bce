use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use super::held::{Held, held};
use crate::{
    analyze::{
        aws::{
            self, Answer, Principal,
            actions::{self, Level},
            narrows,
            policy::{Names, Policy},
        },
        identity::{Roster, Ruling, administrator::confidence, of_people},
    },
    model::{About, Certainty, Finding, Severity, Subject},
};

/// So many actions are proven and told of one identity; more of them say nothing more.
const ENOUGH: usize = 64;

/// An action that a policy allows on everything.
#[derive(Debug, Clone)]
pub struct Wide {
    /// As AWS writes it.
    pub action: String,
    /// What it does.
    pub level: Level,
    /// Whether the policy says it outright; else by a pattern.
    pub outright: bool,
    /// Whether it could be allowed on some things only.
    pub boundable: bool,
}

/// What policies allow on everything, by policy and account.
pub type Wides = HashMap<(usize, String), Vec<Wide>>;

/// The actions of a kind that an identity really may do on everything: what takes them away is counted. Statements that another
/// check tells, of all actions of a service or all but some, are left out, and so are conditions that narrow.
fn of(roster: &Roster, principal: &Principal, wanted: &impl Fn(&Wide) -> bool) -> Vec<Answer> {
    let read = roster.wides.get_or_init(|| all(roster));
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for attached in &principal.policies {
        for one in read.get(&key(&attached.policy, &principal.account)).into_iter().flatten().filter(|one| wanted(one)) {
            if all.len() < ENOUGH && seen.insert(one.action.as_str()) {
                all.extend(aws::everywhere(&roster.estate, principal, &one.action));
            }
        }
    }
    all
}

fn key(policy: &Arc<Policy>, account: &str) -> (usize, String) {
    (Arc::as_ptr(policy).addr(), account.to_owned())
}

/// Reads every policy that anybody has, once.
fn all(roster: &Roster) -> Wides {
    let mut wides = Wides::new();
    for principal in &roster.estate.principals {
        for attached in &principal.policies {
            let entry = wides.entry(key(&attached.policy, &principal.account));
            entry.or_insert_with(|| wide(&attached.policy, &principal.account));
        }
    }
    wides
}

fn wide(policy: &Policy, account: &str) -> Vec<Wide> {
    let mut all = Vec::new();
    for statement in policy.statements.iter().filter(|s| s.allows && !s.conditions.iter().any(narrows)) {
        let Names::Only(patterns) = &statement.actions else { continue };
        for pattern in patterns.iter().filter(|pattern| !pattern.ends_with(":*")) {
            let outright = !pattern.contains(['*', '?']);
            for (service, action) in actions::expand(pattern) {
                let name = format!("{service}:{}", action.name);
                if aws::universal(&statement.resources, &name, account) {
                    all.push(Wide { action: name, level: action.level, outright, boundable: !action.unbounded });
                }
            }
        }
    }
    all
}

/// Judges everybody who may do some actions on everything. `say` tells how bad that is, and what it is in words.
pub(super) fn judge(
    about: &About,
    roster: &Roster,
    rule: &mut dyn FnMut(Ruling),
    wanted: impl Fn(&Wide) -> bool,
    say: impl Fn(&Held<'_>, &[Answer]) -> Option<(Severity, &'static str)>,
) {
    for held in held(roster, rule).into_iter().filter(|held| !held.rules()) {
        let answers = of(roster, held.principal, &wanted);
        if let Some((severity, what)) = say(&held, &answers).filter(|_| !answers.is_empty()) {
            rule(Ruling::Finding(finding(about, &held, &answers, severity, what)));
        }
    }
}

/// What one identity may do on everything, as a finding.
fn finding(about: &About, held: &Held<'_>, answers: &[Answer], severity: Severity, what: &str) -> Finding {
    let identity = &held.member.identity;
    let certainty = answers.iter().map(|answer| answer.certainty).max().unwrap_or(Certainty::Possible);
    let names: Vec<&str> = answers.iter().map(|answer| answer.witness.action.as_str()).collect();
    let first = names.iter().take(3).copied().collect::<Vec<_>>().join(", ");
    let more = match names.len().saturating_sub(3) {
        0 => String::new(),
        more => format!(" and {}{more} more", if names.len() == ENOUGH { "at least " } else { "" }),
    };
    let statements: BTreeSet<String> =
        answers.iter().map(|answer| format!("{} statement {}", answer.witness.policy, answer.witness.statement)).collect();
    let severity = if of_people(identity) { Severity::Low.min(severity) } else { severity };
    let because = format!("{} {what}: {first}{more}", identity.name);
    Finding::new(about, Subject::identity(&identity.uri, ""), severity, confidence(certainty), because)
        .and("actions", names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
        .and("statements", statements.into_iter().collect::<Vec<_>>())
        .and("certainty", certainty.name())
}
