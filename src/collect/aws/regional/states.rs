use crate::collect::aws::{
    call::{Call, escaped},
    pages::NEXT_TOKEN_SMALL,
    service::STATES,
    session::Session,
    tree::Tree,
};

/// Reads state machines, with what they do and as which role.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let folder = format!("{region}/states");
    let call = Call::new(&STATES, "ListStateMachines").with("maxResults", 1000);
    let machines = session.list_in(region, NEXT_TOKEN_SMALL, call, "stateMachines", &folder).await;
    session.each(&machines, |machine| one(session, region, &folder, machine)).await;
}

async fn one(session: &Session<'_>, region: &str, folder: &str, machine: &Tree) {
    let (Some(arn), Some(name)) = (machine.text("stateMachineArn"), machine.text("name")) else { return };
    let call = Call::new(&STATES, "DescribeStateMachine").with("stateMachineArn", arn);
    if let Ok(Some(answer)) = session.find_in(region, &call, name, folder).await {
        session.offer(&format!("{folder}/{}.json", escaped(name)), &answer);
    }
}
