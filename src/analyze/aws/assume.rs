//! Who may become a role: what its trust says, and what the caller's own policies say.

use crate::model::{Certainty, Witness};

use super::{
    effective::{At, Request, allows},
    estate::{Estate, Principal, PrincipalKind},
    policy::{
        Context, Principals, Statement, Truth,
        pattern::{matches, opened},
    },
};

/// How a trust lets somebody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    /// It leaves it to the policies of his account.
    Delegated,
    /// It names him: in the same account, nothing else is needed.
    Named,
}

/// Whether a principal may become a role, how sure that is, and by what.
pub fn assumes(estate: &Estate, caller: &Principal, role: &Principal) -> Option<(Certainty, Vec<Witness>)> {
    if caller.arn == role.arn || caller.kind == PrincipalKind::Root {
        return None;
    }
    let (mut certainty, way, statement) = trusted(caller, role)?;
    let mut witnesses = vec![Witness {
        action: "sts:AssumeRole".into(),
        resource: role.arn.clone(),
        policy: format!("trust of {}", role.name()),
        statement,
    }];
    if way == Way::Delegated || caller.account != role.account {
        let request = Request { tags: Some(&role.tags), ..Request::new("sts:assumerole", At::One(&role.arn)) };
        let answer = allows(estate, caller, &request)?;
        certainty = certainty.min(answer.certainty);
        witnesses.push(answer.spelled("sts:AssumeRole").witness);
    }
    Some((certainty, witnesses))
}

/// What the trust of a role says of a principal: how sure, in which way, and by which statement.
fn trusted(caller: &Principal, role: &Principal) -> Option<(Certainty, Way, usize)> {
    let trust = &role.role.as_ref()?.trust;
    let context = Context { principal: Some(&caller.keys), ..Context::default() };
    let mut best: Option<(Certainty, Way, usize)> = None;
    for statement in trust.statements.iter().filter(|s| s.actions.cover("sts:assumerole")) {
        let Some((way, most)) = statement.principals.as_ref().and_then(|named| meant(named, caller)) else { continue };
        let truth = statement.holds(&context, trust.variables);
        if !statement.allows {
            match truth {
                Truth::True if most == Certainty::Certain => return None,
                _ => continue,
            }
        }
        let certainty = match truth {
            Truth::True | Truth::Chosen => most,
            Truth::Unknown => most.min(Certainty::Conditional),
            Truth::False => continue,
        };
        if best.is_none_or(|(known, by, _)| (known, by) < (certainty, way)) {
            best = Some((certainty, way, statement.number));
        }
    }
    let denies = |s: &Statement| !s.allows && s.actions.cover("sts:assumerole");
    let doubtful = trust.statements.iter().filter(|s| denies(s)).any(|s| {
        let met = s.principals.as_ref().and_then(|named| meant(named, caller));
        met.is_some_and(|(_, most)| match s.holds(&context, trust.variables) {
            Truth::Unknown => true,
            truth => truth == Truth::True && most < Certainty::Certain,
        })
    });
    best.map(|(certainty, way, statement)| (if doubtful { certainty.min(Certainty::Conditional) } else { certainty }, way, statement))
}

/// The role that somebody took on who is named by his session, as account and name: `111111111111/reader`.
pub(super) fn role_of_session(name: &str) -> Option<String> {
    let (account, rest) = name.strip_prefix("arn:aws:sts::")?.split_once(":assumed-role/")?;
    Some(format!("{account}/{}", rest.split('/').next()?))
}

/// Whether a name is that of somebody who took on the caller, a role: whoever may be it may name his session so.
fn session(name: &str, caller: &Principal) -> bool {
    caller.kind == PrincipalKind::Role
        && role_of_session(name).is_some_and(|role| role.split_once('/') == Some((caller.account.as_str(), caller.name())))
}

/// How principals of a statement include a caller, and how sure. Whom nobody can know may be anybody who fits what is told, where the
/// policies of his account let him.
fn meant(named: &Principals, caller: &Principal) -> Option<(Way, Certainty)> {
    if let Some(way) = names(named, caller) {
        return Some((way, Certainty::Certain));
    }
    let root = format!("arn:aws:iam::{}:root", caller.account);
    let fits = |pattern: &String| [&caller.arn, &root, &caller.account].into_iter().any(|name| matches(pattern, name));
    let mut open = named.aws.iter().filter_map(|name| opened(name));
    (!named.except && open.any(|pattern| fits(&pattern))).then_some((Way::Delegated, Certainty::Possible))
}

/// Whether principals of a statement include a caller.
pub(super) fn names(named: &Principals, caller: &Principal) -> Option<Way> {
    let root = format!("arn:aws:iam::{}:root", caller.account);
    let own = |name: &String| *name == caller.arn || matches(name, &caller.arn) && name.contains('*') || session(name, caller);
    let whole = |name: &String| *name == root || *name == caller.account;
    let way = if named.anybody || named.aws.iter().any(own) {
        Some(Way::Named)
    } else if named.aws.iter().any(whole) {
        Some(Way::Delegated)
    } else {
        None
    };
    match (named.except, way) {
        (false, way) => way,
        (true, None) => Some(Way::Named),
        (true, Some(_)) => None,
    }
}
