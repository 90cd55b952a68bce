//! What the policy of a resource says of a principal, and what limits the resources of an account.

use crate::model::{Certainty, Witness};

use super::{
    Answer, account_of,
    assume::{Way, names},
    effective::{At, Request, certainty, permits, spared, within},
    estate::{Boundary, Estate, Guarded, Principal, PrincipalKind},
    policy::{Condition, Context, Policy, Truth, Value, pattern},
};

/// Services whose resources can be limited by the organization.
const LIMITED: &[&str] =
    &["s3", "sts", "kms", "sqs", "secretsmanager", "cognito-identity", "cognito-idp", "logs", "dynamodb", "ecr", "aoss"];

/// The policy of the resource that is asked for; that of a bucket for what is in it.
pub(super) fn guard<'e>(estate: &'e Estate, request: &Request<'_>) -> Option<&'e Guarded> {
    let At::One(resource) = request.at else { return None };
    if estate.resources.is_empty() {
        return None;
    }
    let bucket = || resource.strip_prefix("arn:aws:s3:::").and_then(|rest| rest.split_once('/')).map(|(bucket, _)| bucket);
    estate.resources.get(resource).or_else(|| estate.resources.get(&format!("arn:aws:s3:::{}", bucket()?)))
}

/// What the policy of a resource adds to, or takes from, what the principal's own policies say (`own`).
pub(super) fn joined(estate: &Estate, caller: &Principal, request: &Request<'_>, guarded: &Guarded, own: Option<Answer>) -> Option<Answer> {
    let context = Context { principal: Some(&caller.keys), request: request.keys.clone(), resource_tags: request.tags };
    let said = said(&guarded.policy, caller, request, &context);
    let left = said.left?;
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
            let named = direct(estate, caller, request, guarded, (sure, statement), &context);
            own.into_iter().chain(named).max_by_key(|answer| answer.certainty)
        }
        (_, own) => own,
    }
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

/// Whether a principal whom the policy of a resource lets in may really come: his own denials, his boundary and what limits his
/// account still count. Only a user who is named himself passes the boundary where it is silent.
fn direct(
    estate: &Estate,
    caller: &Principal,
    request: &Request<'_>,
    guarded: &Guarded,
    (mut sure, statement): (Certainty, usize),
    context: &Context<'_>,
) -> Option<Answer> {
    let At::One(resource) = request.at else { return None };
    for attached in &caller.policies {
        sure = sure.min(spared(&attached.policy, resource, request, context)?);
    }
    let named = guarded.policy.statements.get(statement).and_then(|s| s.principals.as_ref()).is_some_and(|p| p.aws.contains(&caller.arn));
    match &caller.boundary {
        Boundary::Policy(policy) if caller.kind == PrincipalKind::User && named => {
            sure = sure.min(spared(policy, resource, request, context)?);
        }
        Boundary::Policy(policy) => sure = sure.min(within(policy, resource, request, context)?),
        Boundary::Unknown => sure = Certainty::Possible,
        Boundary::None => {}
    }
    for level in estate.controls.get(&caller.account).into_iter().flatten() {
        sure = sure.min(level.iter().filter_map(|policy| permits(policy, resource, request, context)).max()?);
        for policy in level {
            sure = sure.min(spared(policy, resource, request, context)?);
        }
    }
    let policy = format!("the policy of {resource}");
    Some(Answer {
        certainty: sure,
        witness: Witness { action: request.action.to_owned(), resource: resource.to_owned(), policy, statement },
    })
}

/// What limits on resources leave of an answer; `None` where they take it away.
pub(super) fn ceiling(estate: &Estate, caller: &Principal, request: &Request<'_>, mut answer: Answer) -> Option<Answer> {
    let service = request.action.split(':').next().unwrap_or_default();
    if estate.ceilings.is_empty() || !LIMITED.contains(&service) || caller.role.as_ref().is_some_and(|role| role.linked) {
        return Some(answer);
    }
    let owner = match request.at {
        At::One(resource) => guard(estate, request).and_then(|guarded| guarded.account.as_deref()).or_else(|| account_of(resource)),
        At::All(_) | At::Some => None,
    };
    let owner = owner.filter(|account| !account.is_empty()).unwrap_or(&caller.account);
    let Some(levels) = estate.ceilings.get(owner) else { return Some(answer) };
    let mut context = Context { principal: Some(&caller.keys), request: request.keys.clone(), resource_tags: request.tags };
    // Who belongs to the organization has its id, which the limits themselves name.
    let inside = estate.ceilings.contains_key(&caller.account) || estate.controls.contains_key(&caller.account);
    let ids = levels.iter().flatten().flat_map(|policy| &policy.statements).flat_map(|s| &s.conditions).filter(|c| organization(c));
    let ids: Vec<String> = ids.flat_map(|condition| condition.values.clone()).collect();
    if inside && !ids.is_empty() {
        context.request.insert("aws:principalorgid", Value::Known(ids));
    }
    let resource = answer.witness.resource.clone();
    for level in levels {
        answer.certainty = answer.certainty.min(level.iter().filter_map(|policy| permits(policy, &resource, request, &context)).max()?);
        for policy in level {
            answer.certainty = answer.certainty.min(spared(policy, &resource, request, &context)?);
        }
    }
    Some(answer)
}

fn organization(condition: &Condition) -> bool {
    condition.key == "aws:principalorgid"
}
