use aws_config::SdkConfig;

use crate::{
    collect::{Outlet, Settings},
    model::Fault,
};

use super::{
    call::Call,
    iam, login, organizations,
    place::Place,
    refusal::{Refusal, Why},
    regional, resources,
    service::STS,
    session::Session,
    trouble::Trouble,
};

/// Reads the account of the profile, those of the roles, and at last the organizations above them.
pub(super) async fn read(place: &Place, settings: &Settings, outlet: &dyn Outlet) -> Result<(), Trouble> {
    let (config, region) = login::login(place, &settings.account).await;
    let own = open(config.clone(), &region, settings, outlet).await.map_err(|refusal| trouble(&refusal))?;
    one(&own, place).await;
    let mut sessions = vec![own];
    for role in &settings.account.roles {
        let config = login::assume(&config, role, &settings.account).await;
        match open(config, &region, settings, outlet).await {
            Ok(session) if sessions.iter().any(|known| known.account == session.account) => {
                outlet.skipped("roles into an account that was read already", 1);
            }
            Ok(session) => {
                one(&session, place).await;
                sessions.push(session);
            }
            Err(refusal) => {
                let (kind, word) = refusal.why.fault();
                outlet.fault(Fault::new(kind, role, format!("sts:AssumeRole {word} for {role}, its account was not read: {refusal}")));
            }
        }
    }
    organizations::read(&sessions).await;
    sessions.into_iter().for_each(Session::finish);
    Ok(())
}

/// Finds out which account the credentials belong to.
async fn open<'s>(config: SdkConfig, region: &str, settings: &'s Settings, outlet: &'s dyn Outlet) -> Result<Session<'s>, Refusal> {
    let mut session = Session::new(config, region.to_owned(), settings, outlet);
    let answer = session.try_ask(&Call::new(&STS, "GetCallerIdentity"), region).await?;
    let number = answer.text("Account").filter(|number| number.len() == 12 && number.bytes().all(|b| b.is_ascii_digit()));
    let Some(number) = number else { return Err(Refusal::new(Why::Malformed, "the answer names no account")) };
    number.clone_into(&mut session.account);
    session.offer("sts/caller-identity.json", &answer);
    Ok(session)
}

/// Reads one account: what has no region, all buckets, and what lies in the regions that were named, else in that of the profile.
async fn one(session: &Session<'_>, place: &Place) {
    iam::read(session).await;
    resources::buckets(session).await;
    let usual = [session.region.clone()];
    for region in if place.regions.is_empty() { &usual[..] } else { &place.regions } {
        regional::read(session, region).await;
    }
}

/// Why nothing at all could be read.
fn trouble(refusal: &Refusal) -> Trouble {
    let (_, word) = refusal.why.fault();
    let told = Trouble::new(format!("sts:GetCallerIdentity {word}: {refusal}"));
    match refusal.why {
        Why::Login | Why::Denied | Why::Nobody => {
            told.hint("log in (aws sso login), or name a profile (aws:PROFILE); `aws sts get-caller-identity` must work")
        }
        Why::Unreachable | Why::TimedOut | Why::Malformed => {
            told.hint("is the network there, and --endpoint-url or AWS_ENDPOINT_URL right?")
        }
        _ => told,
    }
}
