use crate::collect::aws::{call::Call, pages::NEXT_TOKEN_SMALL, service::ECR, session::Session, tree::Tree};

use super::whole::Whole;

/// Reads who may use repositories of images.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let folder = format!("{region}/ecr");
    let call = Call::new(&ECR, "DescribeRepositories").with("maxResults", 1000);
    let repositories = session.list_in(region, NEXT_TOKEN_SMALL, call, "repositories", &folder).await;
    session.each(&repositories, |repository| one(session, region, &folder, repository)).await;
}

async fn one(session: &Session<'_>, region: &str, folder: &str, repository: &Tree) {
    let (Some(arn), Some(name)) = (repository.text("repositoryArn"), repository.text("repositoryName")) else { return };
    let mut whole = Whole::new(arn);
    let call = Call::new(&ECR, "GetRepositoryPolicy").with("repositoryName", name);
    whole.policy(session, region, &call, "policyText", folder).await;
    whole.offer(session, folder);
}
