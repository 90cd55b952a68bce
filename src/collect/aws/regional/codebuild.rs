use serde_json::json;

use crate::collect::aws::{call::Call, pages::NEXT_TOKEN_SMALL, service::CODEBUILD, session::Session, tree::Tree};

/// So many projects are described at a time: AWS takes no more.
const CHUNK: usize = 100;

/// Reads the projects, with their environments and roles, and which credentials for sources are kept.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let path = format!("{region}/codebuild/projects");
    let listed = session.list_in(region, NEXT_TOKEN_SMALL, Call::new(&CODEBUILD, "ListProjects"), "projects", &path).await;
    let names: Vec<&str> = listed.iter().filter_map(Tree::as_text).collect();
    for (number, chunk) in names.chunks(CHUNK).enumerate() {
        let call = Call::new(&CODEBUILD, "BatchGetProjects").with("names", json!(chunk));
        if let Ok(answer) = session.ask_in(region, &call, "", &path).await {
            session.offer(&format!("{path}-{}.json", number + 1), &answer);
        }
    }
    let path = format!("{region}/codebuild/source-credentials.json");
    if let Ok(answer) = session.ask_in(region, &Call::new(&CODEBUILD, "ListSourceCredentials"), "", &path).await {
        session.offer(&path, &answer);
    }
}
