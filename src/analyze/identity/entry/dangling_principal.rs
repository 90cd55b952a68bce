use crate::{
    analyze::{
        aws::account_of,
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Severity, Time, control},
};

use super::door::doors;

/// Finds trusts in principals that are gone.
pub struct DanglingPrincipal;

/// What the unique ids of users and roles begin with: AWS writes them where a principal was deleted.
const UNIQUE: &[&str] = &["AIDA", "AROA"];

impl IdentityCheck for DanglingPrincipal {
    const ABOUT: About = About {
        id: "aws-dangling-principal",
        title: "A role lets in somebody who is gone",
        explain: "The trust of the role names a principal that does not exist. Where AWS shows a unique id (`AROA…`), the principal was deleted: it lets nobody \
                  in and hides who was meant. An ARN of a user or role that the account does not have is worse: whoever may make one of that name comes in. \
                  An ARN is told only where the account was asked for all of its identities.\n\nTake it out of the trust.",
        controls: &[&control::NHI1, &control::CSF_PR_AA_01],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for door in doors(roster, rule) {
            for (statement, principals) in door.open() {
                for name in &principals.aws {
                    let (severity, because) = match state(roster, name) {
                        State::There => continue,
                        State::Deleted => (Severity::Low, format!("it names {name}, which was deleted")),
                        State::Missing => (Severity::Medium, format!("it names {name}, which does not exist: whoever makes it comes in")),
                        State::Uncounted => {
                            let why = "the account of a principal that it names was not asked for all of its identities".into();
                            rule(Ruling::Undecided { identity: door.member.identity.uri.clone(), why });
                            continue;
                        }
                    };
                    rule(Ruling::Finding(door.finding(&Self::ABOUT, statement, name, severity, &because).and("principal", name.as_str())));
                }
            }
        }
    }
}

/// What is known of a principal that a trust names.
enum State {
    /// It is there, or it is in an account of which nothing is known.
    There,
    /// It was deleted.
    Deleted,
    /// Its account does not have it.
    Missing,
    /// Nobody asked its account for everything.
    Uncounted,
}

fn state(roster: &Roster, name: &str) -> State {
    if UNIQUE.iter().any(|prefix| name.starts_with(prefix)) && !name.contains(':') {
        let living = roster.members.values().any(|member| member.identity.native.as_deref() == Some(name));
        return if living { State::There } else { State::Deleted };
    }
    let named = account_of(name).zip(name.split_once(":user/").or_else(|| name.split_once(":role/")));
    let Some((account, _)) = named.filter(|(account, _)| roster.estate.accounts.contains(*account) && !name.contains('*')) else {
        return State::There;
    };
    match roster.members.contains_key(name) {
        true => State::There,
        false if roster.counted.contains_key(account) => State::Missing,
        false => State::Uncounted,
    }
}

#[cfg(test)]
mod tests {
    use super::DanglingPrincipal;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{
            Entity, Severity, Time,
            entity::{Account, Identity},
        },
    };

    /// What is told, and how many are undecided, of an account that was asked for everything or was not.
    fn told(principal: &str, live: bool) -> (Option<Severity>, usize) {
        let trust = sample::trust(&format!(r#"{{"AWS":"{principal}"}}"#), "sts:AssumeRole", "{}");
        let user = Identity { native: Some("AIDAEXAMPLE".into()), ..sample::user("ci", 0) };
        let attributes = if live { [(Account::LIVE.to_owned(), "yes".to_owned())].into() } else { std::collections::BTreeMap::new() };
        let account = Account { provider: "aws".into(), id: sample::ACCOUNT.into(), attributes, ..Account::default() };
        let entities = sample::role("deploy", &trust, "s3:List*").into_iter().chain([Entity::Identity(user), Entity::Account(account)]);
        let (found, undecided) = sample::found::<DanglingPrincipal>(&sample::roster(entities), &NoSettings {}, Time(0));
        (found.first().map(|(severity, _)| *severity), undecided)
    }

    #[test]
    fn who_is_gone_is_told_where_that_is_known() {
        let gone = "arn:aws:iam::111111111111:user/gone";
        assert_eq!(told(gone, true), (Some(Severity::Medium), 0));
        assert_eq!(told(gone, false), (None, 1));
        assert_eq!(told("AROAEXAMPLE", false), (Some(Severity::Low), 0));
    }

    #[test]
    fn who_is_there_and_who_lives_elsewhere_is_not() {
        for principal in
            ["arn:aws:iam::111111111111:user/ci", "AIDAEXAMPLE", "arn:aws:iam::222222222222:user/x", "arn:aws:iam::111111111111:root"]
        {
            assert_eq!(told(principal, true), (None, 0), "{principal}");
        }
    }
}
