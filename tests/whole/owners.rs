//! Who answers for an identity: by the repository that declares it.

use serde_json::Value;

use crate::support::{Lab, Repo, findings};

/// A state of Terraform with one user.
fn state(path: &str) -> String {
    let arn = "arn:aws:iam::111122223333:user/deploy";
    let user = serde_json::json!({ "arn": arn, "name": "deploy", "path": path, "unique_id": "AIDADEPLOY" });
    let resource =
        serde_json::json!({ "mode": "managed", "type": "aws_iam_user", "name": "deploy", "instances": [{ "attributes": user }] });
    format!("{{\"version\":4,\"terraform_version\":\"1.9.0\",\"resources\":[{resource}]}}")
}

fn owner(lab: &Lab) -> String {
    let said = lab.run(&["identities", "--format", "json"]).exits(0).json();
    said[0]["owner"].as_str().unwrap_or("nobody").to_owned()
}

fn said(report: &Value, check: &str) -> Vec<String> {
    let all = findings(report, check).into_iter();
    all.map(|one| format!("{} {}", one["severity"].as_str().unwrap_or("-"), one["because"].as_str().unwrap_or("-"))).collect()
}

#[test]
fn code_owners_of_the_repository_answer_for_what_it_declares_and_else_who_began_the_file_is_asked_first() {
    let lab = Lab::new();
    let mut repo = Repo::new(&lab, "repo");
    let first = repo.commit(&[("infra/terraform.tfstate", &state("/"))]);
    repo.commit(&[("infra/terraform.tfstate", &state("/ci/"))]);
    let ada = format!("Ada <ada@example.test> (began infra/terraform.tfstate in {} on 2025-06-01)", &first[..12]);
    let alone = lab.report(&["repo"], 0);
    assert_eq!(said(&alone, "owner-missing"), [format!("low no tag of the user names an owner or a team; whom to ask first: {ada}")]);
    assert_eq!(owner(&lab), ada);

    // Where nobody looks for it, it does not count.
    repo.commit(&[("lib/CODEOWNERS", "* @acme/nobody\n")]);
    lab.report(&["repo"], 0);
    assert_eq!(owner(&lab), ada);

    repo.commit(&[(".github/CODEOWNERS", "# who\n* @acme/all\n/infra/ @acme/platform ann@acme.dev\n")]);
    for target in ["repo", "git:repo", "dir:repo"] {
        let report = lab.report(&[target], 0);
        assert_eq!(said(&report, "owner-missing"), [] as [&str; 0], "{target}");
        assert_eq!(owner(&lab), "@acme/platform ann@acme.dev (CODEOWNERS of infra/terraform.tfstate)", "{target}");
    }
    lab.write("left.toml", "[check.owner-left]\nleft = [\"Ann@acme.dev\"]\n");
    let report = lab.report(&["repo", "--config", "left.toml"], 0);
    assert_eq!(said(&report, "owner-left"), ["high ann@acme.dev, who owns it, has left (CODEOWNERS of infra/terraform.tfstate)"]);
}
