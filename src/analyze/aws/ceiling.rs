//! What an organization limits on the resources of an account, whoever asks.

use super::{
    Answer, account_of,
    effective::{At, Request, permits, spared},
    estate::{Estate, Principal},
    policy::{Condition, Context, Value},
    resource::guard,
};

/// Services whose resources can be limited by the organization.
const LIMITED: &[&str] =
    &["s3", "sts", "kms", "sqs", "secretsmanager", "cognito-identity", "cognito-idp", "logs", "dynamodb", "ecr", "aoss"];

/// What limits on resources leave of an answer; `None` where they take it away.
pub(super) fn left(estate: &Estate, caller: &Principal, request: &Request<'_>, mut answer: Answer) -> Option<Answer> {
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
