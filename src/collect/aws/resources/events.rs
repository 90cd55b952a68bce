use crate::collect::aws::{call::Call, pages::NEXT_TOKEN, service::EVENTS, session::Session, tree::Tree};

/// Reads who may use buses of events, as the list of them says itself.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let path = format!("{region}/events/buses.json");
    let call = Call::new(&EVENTS, "ListEventBuses").with("Limit", 100);
    let buses = session.list_in(region, NEXT_TOKEN, call, "EventBuses", &path).await;
    session.offer(&path, &Tree::of("EventBuses", Tree::List(buses)));
}
