use crate::collect::aws::{
    call::{Call, escaped},
    pages::{NEXT_TOKEN_SMALL, POSITION},
    service::{API_GATEWAY, APPSYNC},
    session::Session,
    tree::Tree,
};

/// Reads which keys to interfaces there are, and how old they are. Never the keys themselves.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let path = format!("{region}/apigateway/api-keys.json");
    let call = Call::new(&API_GATEWAY, "GET").at(&["/apikeys"]).with("includeValues", false).with("limit", 500);
    // Without this word it speaks a language of its own.
    let call = call.header("accept", "application/json");
    let keys = session.list_in(region, POSITION, call, "item", &path).await;
    let keys = keys.into_iter().map(|key| without(key, "value")).collect();
    session.offer(&path, &Tree::of("items", Tree::List(keys)));
    let folder = format!("{region}/appsync/api-keys");
    let call = Call::new(&APPSYNC, "ListGraphqlApis").at(&["/v1/apis"]).with("maxResults", 25);
    let apis = session.list_in(region, NEXT_TOKEN_SMALL, call, "graphqlApis", &folder).await;
    let apis: Vec<&Tree> = apis.iter().filter(|api| takes_keys(api)).collect();
    session.each(&apis, |api| of_graph(session, region, &folder, api)).await;
}

/// Whether an interface lets in who has a key.
fn takes_keys(api: &Tree) -> bool {
    let mut more = api.items("additionalAuthenticationProviders").iter().map(|one| one.text("authenticationType"));
    api.text("authenticationType") == Some("API_KEY") || more.any(|kind| kind == Some("API_KEY"))
}

async fn of_graph(session: &Session<'_>, region: &str, folder: &str, api: &Tree) {
    let Some(id) = api.text("apiId") else { return };
    let path = format!("{folder}/{}.json", escaped(id));
    let call = Call::new(&APPSYNC, "ListApiKeys").at(&["/v1/apis/", id, "/apikeys"]).with("maxResults", 25);
    let keys = session.list_in(region, NEXT_TOKEN_SMALL, call, "apiKeys", &path).await;
    // There the name of a key is the key.
    let keys = keys.into_iter().map(|key| without(key, "id")).collect();
    let mut whole = Tree::of("apiKeys", Tree::List(keys));
    for (name, key) in [("apiArn", "arn"), ("apiName", "name"), ("authenticationType", "authenticationType")] {
        if let Some(value) = api.get(key) {
            whole.put(name, value.clone());
        }
    }
    session.offer(&path, &whole);
}

fn without(mut key: Tree, name: &str) -> Tree {
    key.take(name);
    key
}
