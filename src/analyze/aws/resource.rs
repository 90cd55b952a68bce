//! What the policy of a resource, and the grants on it, say of a principal.

use crate::model::{Certainty, Witness};

use super::{
    Answer,
    assume::{Way, names},
    effective::{At, Request, certainty, permits, spared, within},
    estate::{Boundary, Estate, Guarded, Principal, PrincipalKind},
    policy::{Context, Policy, Truth, pattern},
};

/// The policy of the resource that is asked for; that of a bucket for what is in it.
pub(super) fn guard<'e>(estate: &'e Estate, request: &Request<'_>) -> Option<&'e Guarded> {
    let At::One(resource) = request.at else { return None };
    if estate.resources.is_empty() {
        return None;
    }
    let bucket = || resource.strip_prefix("arn:aws:s3:::").and_then(|rest| rest.split_once('/')).map(|(bucket, _)| bucket);
    estate.resources.get(resource).or_else(|| estate.resources.get(&format!("arn:aws:s3:::{}", bucket()?)))
}

/// Whether all that a pattern matches lies in a resource whose policy was refused, and which one.
pub(super) fn refused<'e>(estate: &'e Estate, pattern: &str) -> Option<&'e str> {
    if estate.refused.is_empty() || !pattern.starts_with("arn:") {
        return None;
    }
    // In a bucket or a vault: `arn:aws:s3:::data/*`.
    let outer = pattern.match_indices('/').map(|(at, _)| &pattern[..at]);
    std::iter::once(pattern).chain(outer).find_map(|arn| estate.refused.get(arn)).map(String::as_str)
}

/// What is left of an answer where the policy of the resource was refused: that may deny it, and a key is nobody's but by its policy.
pub(super) fn doubted(estate: &Estate, request: &Request<'_>, answer: Answer) -> Answer {
    let At::One(resource) = request.at else { return answer };
    if refused(estate, resource).is_none() {
        return answer;
    }
    let most = if request.action.starts_with("kms:") { Certainty::Possible } else { Certainty::Conditional };
    Answer { certainty: answer.certainty.min(most), ..answer }
}

/// What the policy of a resource adds to, or takes from, what the principal's own policies say (`own`).
pub(super) fn joined(estate: &Estate, caller: &Principal, request: &Request<'_>, guarded: &Guarded, own: Option<Answer>) -> Option<Answer> {
    let context = Context { principal: Some(&caller.keys), request: request.keys.clone(), resource_tags: request.tags };
    let nothing = || Said { left: Some(Certainty::Certain), lets: None };
    let said = guarded.policy.as_ref().map_or_else(nothing, |policy| said(policy, caller, request, &context));
    let left = said.left?;
    let granted =
        granted(estate, caller, request, guarded, &context).map(|answer| Answer { certainty: answer.certainty.min(left), ..answer });
    by_policy(estate, caller, request, guarded, own, (said, left), &context)
        .into_iter()
        .chain(granted)
        .max_by_key(|answer| answer.certainty)
}

/// What was granted on a key beside its policy. Of a guest nobody here tells what his own account lets him do.
fn granted(estate: &Estate, caller: &Principal, request: &Request<'_>, guarded: &Guarded, context: &Context<'_>) -> Option<Answer> {
    let at_home = guarded.account.as_ref().is_none_or(|account| *account == caller.account);
    let most = if at_home { Certainty::Certain } else { Certainty::Conditional };
    let answers = guarded.grants.iter().filter_map(|(id, policy)| {
        let (sure, way, statement) = said(policy, caller, request, context).lets?;
        let named = way == Way::Named && is_named(policy, statement, caller);
        let let_in = LetIn { sure: sure.min(most), statement, named, policy: format!("grant {id} on the resource") };
        direct(estate, caller, request, let_in, context)
    });
    answers.max_by_key(|answer| answer.certainty)
}

/// What the policy of the resource makes of it.
fn by_policy(
    estate: &Estate,
    caller: &Principal,
    request: &Request<'_>,
    guarded: &Guarded,
    own: Option<Answer>,
    (said, left): (Said, Certainty),
    context: &Context<'_>,
) -> Option<Answer> {
    let Some(policy) = &guarded.policy else { return own };
    let lets = said.lets.map(|(sure, way, statement)| (sure.min(left), way, statement));
    let service = request.action.split(':').next().unwrap_or_default();
    let at_home = guarded.account.as_ref().is_none_or(|account| *account == caller.account);
    // Where nobody tells whose the resource is, it may be somebody else's, who must allow it as well.
    let unsure = if guarded.account.is_none() { Certainty::Possible } else { Certainty::Certain };
    let own = own.map(|answer| Answer { certainty: answer.certainty.min(left).min(unsure), ..answer });
    match (lets, own) {
        // A key is nobody's but by its own policy.
        (None, _) if service == "kms" || !at_home => None,
        (Some((sure, Way::Delegated, _)), Some(own)) if service == "kms" => Some(Answer { certainty: own.certainty.min(sure), ..own }),
        (Some((sure, ..)), Some(own)) if !at_home => Some(Answer { certainty: own.certainty.min(sure), ..own }),
        (Some(_), None) if !at_home => None,
        (Some((sure, Way::Named, statement)), own) => {
            let named = is_named(policy, statement, caller);
            let let_in = LetIn { sure, statement, named, policy: "the policy of the resource".to_owned() };
            let invited = direct(estate, caller, request, let_in, context);
            own.into_iter().chain(invited).max_by_key(|answer| answer.certainty)
        }
        (_, own) => own,
    }
}

/// Whether a statement names a principal himself, and not by a pattern or with everybody.
fn is_named(policy: &Policy, statement: usize, caller: &Principal) -> bool {
    policy.statements.get(statement).and_then(|s| s.principals.as_ref()).is_some_and(|p| p.aws.contains(&caller.arn))
}

/// What the policy of a resource says of a principal.
struct Said {
    /// What its denials leave; `None` where one of them certainly takes it away.
    left: Option<Certainty>,
    /// How sure it lets him in, how, and by which statement.
    lets: Option<(Certainty, Way, usize)>,
}

fn said(policy: &Policy, caller: &Principal, request: &Request<'_>, context: &Context<'_>) -> Said {
    let resource = match request.at {
        At::One(resource) | At::All(resource) => pattern::literal(resource),
        At::Some => "*".into(),
    };
    let mut said = Said { left: Some(Certainty::Certain), lets: None };
    for statement in policy.statements.iter().filter(|s| s.actions.cover(request.action)) {
        if !statement.resources(context, policy.variables).cover(&resource) {
            continue;
        }
        let Some(way) = statement.principals.as_ref().and_then(|named| names(named, caller)) else { continue };
        let truth = statement.holds(context, policy.variables);
        match (statement.allows, truth) {
            (true, _) => {
                let best = certainty(truth).map(|sure| (sure, way, statement.number));
                said.lets = said.lets.into_iter().chain(best).max_by_key(|(sure, way, _)| (*sure, *way));
            }
            (false, Truth::True) => said.left = None,
            (false, Truth::Unknown) => said.left = said.left.map(|left| left.min(Certainty::Conditional)),
            (false, _) => {}
        }
    }
    said
}

/// How the policy of a resource, or a grant on it, lets a principal in.
struct LetIn {
    sure: Certainty,
    statement: usize,
    /// Whether he is named himself.
    named: bool,
    /// What it is called.
    policy: String,
}

/// Whether a principal whom the policy of a resource lets in may really come: his own denials, his boundary and what limits his
/// account still count. Only a user who is named himself passes the boundary where it is silent.
fn direct(estate: &Estate, caller: &Principal, request: &Request<'_>, let_in: LetIn, context: &Context<'_>) -> Option<Answer> {
    let LetIn { mut sure, statement, named, policy: by } = let_in;
    let At::One(resource) = request.at else { return None };
    for attached in &caller.policies {
        sure = sure.min(spared(&attached.policy, resource, request, context)?);
    }
    match &caller.boundary {
        Boundary::Policy { policy, .. } if caller.kind == PrincipalKind::User && named => {
            sure = sure.min(spared(policy, resource, request, context)?);
        }
        Boundary::Policy { policy, .. } => sure = sure.min(within(policy, resource, request, context)?),
        Boundary::Unknown => sure = Certainty::Possible,
        Boundary::None => {}
    }
    for level in estate.controls.get(&caller.account).into_iter().flatten() {
        sure = sure.min(level.iter().filter_map(|policy| permits(policy, resource, request, context)).max()?);
        for policy in level {
            sure = sure.min(spared(policy, resource, request, context)?);
        }
    }
    Some(Answer {
        certainty: sure,
        witness: Witness { action: request.action.to_owned(), resource: resource.to_owned(), policy: by, statement },
    })
}
