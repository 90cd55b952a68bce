use crate::collect::aws::{
    call::Call,
    pages::CONTINUATION,
    place::is_region,
    service::{S3, S3_ACCOUNT, partition},
    session::{Lost, Session},
    tree::Tree,
};

use super::whole::Whole;

const FOLDER: &str = "s3";
const BUCKETS: &str = "s3/buckets.json";
const BLOCK: &str = "PublicAccessBlockConfiguration";

/// Reads the policies of all buckets, wherever they lie, and what keeps them from being public.
pub(in crate::collect::aws) async fn read(session: &Session<'_>) {
    account(session).await;
    let call = Call::new(&S3, "ListAllMyBuckets").with("max-buckets", 1000).answered_by("ListAllMyBucketsResult");
    let buckets = session.list_in(&session.region, CONTINUATION, call, "Buckets", BUCKETS).await;
    session.each(&buckets, |bucket| one(session, bucket)).await;
}

/// What the account says of all of its buckets: nothing, where nobody ever said anything.
async fn account(session: &Session<'_>) {
    let path = "s3/account.json";
    let call = Call::new(&S3_ACCOUNT, "GetAccountPublicAccessBlock").at(&["/v20180820/configuration/publicAccessBlock"]);
    let call = call.answered_by(BLOCK).header("x-amz-account-id", &session.account);
    if let Ok(found) = session.find_in(&session.region, &call, "", path).await {
        let told = vec![("AccountId".to_owned(), session.account.as_str().into()), (BLOCK.to_owned(), found.unwrap_or_else(open))];
        session.offer(path, &Tree::Map(told));
    }
}

/// What stands for a block that nobody set.
fn open() -> Tree {
    let parts = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];
    Tree::Map(parts.into_iter().map(|part| (part.to_owned(), Tree::Bool(false))).collect())
}

async fn one(session: &Session<'_>, bucket: &Tree) {
    let Some(name) = bucket.text("Name").filter(|name| is_name(name)) else { return };
    let region = match bucket.text("BucketRegion") {
        Some(region) => region.to_owned(),
        None => location(session, name).await.unwrap_or_else(|Lost| session.region.clone()),
    };
    // What a service says of a region becomes a part of the name of a host, too.
    let region = if is_region(&region) { region } else { session.region.clone() };
    let mut whole = Whole::new(&format!("arn:{}:s3:::{name}", partition(&region)));
    let asked = |permission, what| Call::new(&S3, permission).at(&["/", name]).with(what, "");
    let policy = session.find_in(&region, &asked("GetBucketPolicy", "policy"), name, FOLDER).await;
    whole.take("Policy", policy.map(|found| found.map(|policy| Tree::Text(policy.line()))));
    let call = asked("GetBucketPublicAccessBlock", "publicAccessBlock").answered_by(BLOCK);
    let block = session.find_in(&region, &call, name, FOLDER).await;
    whole.take(BLOCK, block.map(|found| Some(found.unwrap_or_else(open))));
    whole.offer(session, FOLDER);
}

/// Whether it can be the name of a bucket: it becomes part of an address.
fn is_name(name: &str) -> bool {
    (3..=255).contains(&name.len())
        && !name.starts_with('.')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
}

/// The region of a bucket, which only new lists tell.
async fn location(session: &Session<'_>, name: &str) -> Result<String, Lost> {
    let call = Call::new(&S3, "GetBucketLocation").at(&["/", name]).with("location", "").answered_by("LocationConstraint");
    let told = session.ask_in(&session.region, &call, name, FOLDER).await?;
    Ok(match told.text("LocationConstraint").map(str::trim) {
        None | Some("") => "us-east-1".to_owned(),
        Some("EU") => "eu-west-1".to_owned(),
        Some(region) => region.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn a_bucket_can_not_lead_to_another_place() {
        assert!(is_name("my-data.example") && is_name("Old_Name"));
        assert!(["..", "a/b", "a?policy", "ab", ""].iter().all(|odd| !is_name(odd)));
    }
}
