//! Whether a principal may do something: all of its policies, its boundary and what limits its account, together.

use std::collections::BTreeMap;

use crate::model::{Certainty, Witness};

use super::{
    ceiling,
    estate::{Attached, Boundary, Estate, Principal, PrincipalKind},
    policy::{Context, Policy, Statement, Truth, Value, pattern},
    resource,
};

/// What is asked.
#[derive(Debug, Clone)]
pub struct Request<'r> {
    /// The action, in small letters.
    pub action: &'r str,
    /// On what.
    pub at: At<'r>,
    /// Keys of the request that are known.
    pub keys: BTreeMap<&'static str, Value>,
    /// Tags of the resource, where they are known.
    pub tags: Option<&'r BTreeMap<String, String>>,
}

/// On what an action is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At<'r> {
    /// On this one.
    One(&'r str),
    /// On all that this pattern matches, but for exceptions.
    All(&'r str),
    /// On anything at all.
    Some,
}

/// Whether it is allowed, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// How sure.
    pub certainty: Certainty,
    /// The statement that allows it.
    pub witness: Witness,
}

impl Answer {
    /// With the action spelled as AWS does.
    #[must_use]
    pub fn spelled(mut self, action: &str) -> Self {
        action.clone_into(&mut self.witness.action);
        self
    }
}

impl<'r> Request<'r> {
    /// An action on something, of which nothing else is known.
    pub fn new(action: &'r str, at: At<'r>) -> Self {
        Self { action, at, keys: BTreeMap::new(), tags: None }
    }

    /// With a key that is known.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: Value) -> Self {
        self.keys.insert(key, value);
        self
    }
}

/// Whether a principal may do something; `None` where it may not.
pub fn allows(estate: &Estate, principal: &Principal, request: &Request<'_>) -> Option<Answer> {
    let own = by_identity(estate, principal, request);
    let answer = match resource::guard(estate, request) {
        Some(guarded) => resource::joined(estate, principal, request, guarded, own),
        None => own,
    };
    let answer = resource::doubted(estate, request, answer?);
    ceiling::left(estate, principal, request, answer)
}

/// What a principal's own policies say, with all that limits them.
fn by_identity(estate: &Estate, principal: &Principal, request: &Request<'_>) -> Option<Answer> {
    let context = Context { principal: Some(&principal.keys), request: request.keys.clone(), resource_tags: request.tags };
    let mut answer = if principal.kind == PrincipalKind::Root {
        Answer { certainty: Certainty::Certain, witness: witness(request, "the root user", 0, wish(request)) }
    } else {
        granted(&principal.policies, request, &context)?
    };
    for attached in &principal.policies {
        answer.certainty = answer.certainty.min(spared(&attached.policy, &answer.witness.resource, request, &context)?);
    }
    match &principal.boundary {
        Boundary::None => {}
        Boundary::Unknown => answer.certainty = Certainty::Possible,
        Boundary::Policy { policy, .. } => {
            answer.certainty = answer.certainty.min(within(policy, &answer.witness.resource, request, &context)?);
        }
    }
    let linked = principal.role.as_ref().is_some_and(|role| role.linked);
    for level in estate.controls.get(&principal.account).filter(|_| !linked).into_iter().flatten() {
        let best = level.iter().filter_map(|policy| permits(policy, &answer.witness.resource, request, &context)).max();
        answer.certainty = answer.certainty.min(best?);
        for policy in level {
            answer.certainty = answer.certainty.min(spared(policy, &answer.witness.resource, request, &context)?);
        }
    }
    Some(answer)
}

/// What some policies allow, denials aside: the surest statement.
fn granted(policies: &[Attached], request: &Request<'_>, context: &Context<'_>) -> Option<Answer> {
    let mut best: Option<Answer> = None;
    for attached in policies {
        for statement in attached.policy.statements.iter().filter(|s| s.allows && s.actions.cover(request.action)) {
            let Some((resource, most)) = reached(statement, &attached.policy, request, context) else { continue };
            let Some(certainty) = certainty(statement.holds(context, attached.policy.variables)) else { continue };
            let certainty = certainty.min(most);
            // A denial may take away what one statement allows and leave what another does.
            let left =
                policies.iter().try_fold(certainty, |sure, other| Some(sure.min(spared(&other.policy, &resource, request, context)?)));
            let Some(certainty) = left else { continue };
            if best.as_ref().is_none_or(|known| known.certainty < certainty) {
                best = Some(Answer { certainty, witness: witness(request, &name(attached), statement.number, &resource) });
            }
        }
    }
    best
}

fn name(attached: &Attached) -> String {
    match &attached.group {
        Some(group) => format!("{} of group {}", attached.name, group.rsplit('/').next().unwrap_or(group)),
        None => attached.name.clone(),
    }
}

fn witness(request: &Request<'_>, policy: &str, statement: usize, resource: &str) -> Witness {
    Witness { action: request.action.to_owned(), resource: resource.to_owned(), policy: policy.to_owned(), statement }
}

/// What is asked for, as a pattern.
fn wish<'r>(request: &Request<'r>) -> &'r str {
    match request.at {
        At::One(resource) | At::All(resource) => resource,
        At::Some => "*",
    }
}

/// The resource on which a statement speaks of the action, and how sure at most; `None` where it does not.
fn reached(statement: &Statement, policy: &Policy, request: &Request<'_>, context: &Context<'_>) -> Option<(String, Certainty)> {
    let resources = statement.resources(context, policy.variables);
    let found = match request.at {
        At::One(resource) => {
            let goal = pattern::literal(resource);
            let known = resources.cover(&goal);
            let possible = || resources.named().is_some_and(|names| names.iter().any(|name| may_name(name, &goal)));
            return (known || possible()).then(|| (resource.to_owned(), if known { Certainty::Certain } else { Certainty::Possible }));
        }
        At::All(goal) => resources.cover(goal).then(|| goal.to_owned()),
        At::Some => {
            let service = request.action.split(':').next().unwrap_or_default();
            match resources.named() {
                Some(patterns) => {
                    let homes = HOMES.iter().find(|(of, _)| *of == service).map_or(&[][..], |(_, homes)| homes);
                    let mut all = std::iter::once(&service).chain(homes);
                    all.find_map(|home| patterns.iter().find(|p| belongs(p, home)).cloned())
                }
                None => Some("*".to_owned()),
            }
        }
    };
    Some((found?, Certainty::Certain))
}

/// Services whose actions are done on what belongs to others.
const HOMES: &[(&str, &[&str])] = &[("ec2-instance-connect", &["ec2"]), ("ssm", &["ec2", "ecs"]), ("sts", &["iam"])];

/// Whether a pattern can be that of something of a service. The parts of an ARN stand where they stand.
fn belongs(pattern: &str, service: &str) -> bool {
    let mut parts = pattern.splitn(6, ':');
    match (parts.nth(2), parts.nth(2)) {
        (Some(named), Some(_)) => pattern::meets(named, service),
        _ => pattern::meets(pattern, &format!("arn:*:{service}:*")),
    }
}

/// Whether a name of which some is unknown may be that of a resource: its account or region, not what it is called.
fn may_name(name: &str, goal: &str) -> bool {
    let Some(open) = pattern::opened(name) else { return false };
    let called = |text: &str| text.splitn(6, ':').nth(5).map(str::to_owned);
    called(name).is_some() && called(name) == called(&open) && pattern::covers(&open, goal)
}

/// How sure an allowing statement is of a truth.
pub(super) fn certainty(truth: Truth) -> Option<Certainty> {
    match truth {
        Truth::True | Truth::Chosen => Some(Certainty::Certain),
        Truth::Unknown => Some(Certainty::Conditional),
        Truth::False => None,
    }
}

/// What the denials of a policy leave: `None` where one of them certainly takes it away, less than certain where one of them may.
pub(super) fn spared(policy: &Policy, resource: &str, request: &Request<'_>, context: &Context<'_>) -> Option<Certainty> {
    let goal = match request.at {
        At::One(_) => pattern::literal(resource),
        _ => resource.to_owned(),
    };
    let mut left = Certainty::Certain;
    for statement in policy.statements.iter().filter(|s| !s.allows && s.actions.cover(request.action)) {
        if !statement.resources(context, policy.variables).cover(&goal) {
            continue;
        }
        match statement.holds(context, policy.variables) {
            Truth::True => return None,
            Truth::Unknown => left = Certainty::Conditional,
            // Whoever can choose chooses what is not denied.
            Truth::Chosen | Truth::False => {}
        }
    }
    Some(left)
}

/// Whether a boundary lets it through.
pub(super) fn within(policy: &Policy, resource: &str, request: &Request<'_>, context: &Context<'_>) -> Option<Certainty> {
    Some(permits(policy, resource, request, context)?.min(spared(policy, resource, request, context)?))
}

/// Whether a policy that only limits names it.
pub(super) fn permits(policy: &Policy, resource: &str, request: &Request<'_>, context: &Context<'_>) -> Option<Certainty> {
    let statements = policy.statements.iter().filter(|s| s.allows && s.actions.cover(request.action));
    let reaches = |s: &&Statement| {
        let resources = s.resources(context, policy.variables);
        match request.at {
            At::One(_) => resources.cover(&pattern::literal(resource)),
            At::All(_) => resources.cover(resource),
            At::Some => resources.meet(resource),
        }
    };
    statements.filter(reaches).filter_map(|s| certainty(s.holds(context, policy.variables))).max()
}
