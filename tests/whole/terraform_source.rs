//! Terraform's source as an inventory: what a module would make, judged before anybody runs Terraform.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::support::{Lab, Repo, findings};

/// What runs, with everything that it refers to in other files.
const ROLES: &str = r#"
# What runs.
resource "aws_iam_role" "runner" {
  name               = "${local.prefix}-runner"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy_attachment" "runner" {
  role       = aws_iam_role.runner.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/AdministratorAccess"
}
"#;

/// Who may pass it on.
const USERS: &str = r#"
resource "aws_iam_user" "deploy" {
  name = "${var.stage}-deploy"
  tags = { owner = "platform" }
}

resource "aws_iam_user_policy" "pass" {
  user   = aws_iam_user.deploy.name
  name   = "pass"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "iam:PassRole", Resource = aws_iam_role.runner.arn },
      { Effect = "Allow", Action = ["lambda:CreateFunction", "lambda:InvokeFunction"], Resource = "*" },
    ]
  })
}
"#;

/// What both hang on.
const NAMES: &str = r#"
variable "stage" {
  default = "prod"
}

locals {
  prefix = "${var.stage}-app"
}

data "aws_partition" "current" {}
"#;

fn told(report: &Value, check: &str) -> Vec<String> {
    findings(report, check).iter().map(|f| format!("{}: {}", f["identity"], f["because"]).replace('"', "")).collect()
}

/// Every identity with what it may do: `user/ci write possible`.
fn powers(lab: &Lab) -> Vec<String> {
    let list = lab.run(&["identities", "--all", "--format", "json"]).exits(0).json();
    let word = |value: &Value| value.as_str().unwrap_or("–").to_owned();
    let line = |one: &Value| {
        let name = word(&one["uri"]).rsplit(':').next().expect("a name").to_owned();
        format!("{name} {} {}", word(&one["privilege"]), word(&one["certainty"]))
    };
    let mut all: Vec<String> = list.as_array().expect("a list").iter().map(line).collect();
    all.sort();
    all
}

/// A user with one policy of his own, by the expression that is the policy, and whatever else stands there.
fn user_with(policy: &str, more: &str) -> String {
    format!(
        "resource \"aws_iam_user\" \"ci\" {{\n  name = \"ci\"\n}}\nresource \"aws_iam_user_policy\" \"own\" {{\n  name = \"own\"\n  user = aws_iam_user.ci.name\n  policy = {policy}\n}}\n{more}\n"
    )
}

/// What the user of such a source may do, and why.
fn power_of(policy: &str, more: &str) -> (Vec<String>, String) {
    let lab = Lab::new();
    lab.write("infra/main.tf", user_with(policy, more));
    lab.report(&["infra"], 0);
    let list = lab.run(&["identities", "--all", "--format", "json"]).exits(0).json();
    (powers(&lab), list[0]["because"].to_string())
}

#[test]
fn the_files_of_a_folder_are_one_module() {
    let lab = Lab::new();
    lab.write("infra/roles.tf", ROLES);
    lab.write("infra/users.tf", USERS);
    lab.write("infra/names.tf", NAMES);
    let report = lab.report(&["infra", "--fail-on", "high"], 1);
    let way = "iam:PassRole + lambda:CreateFunction + lambda:InvokeFunction to prod-app-runner";
    assert_eq!(
        told(&report, "aws-privilege-escalation"),
        [format!("arn:aws:iam::000000000000:user/prod-deploy: prod-deploy can become administrator in one step: {way}")]
    );
    assert_eq!(findings(&report, "aws-administrator")[0]["declared_in"], "roles.tf");
    let shown = lab.run(&["show", "prod-deploy"]).exits(0).out;
    assert!(shown.contains("terraform: aws_iam_user.deploy in users.tf, planned\n  owner: platform (tag owner)"), "{shown}");
}

#[test]
fn in_a_history_what_head_holds_counts() {
    let lab = Lab::new();
    let mut repo = Repo::new(&lab, "repo");
    repo.commit(&[("infra/roles.tf", ROLES), ("infra/users.tf", USERS), ("infra/names.tf", NAMES)]);
    repo.commit(&[("infra/roles.tf", &ROLES.replace("AdministratorAccess", "ReadOnlyAccess"))]);
    let report = lab.report(&["git:repo"], 0);
    assert_eq!(told(&report, "aws-privilege-escalation"), [""; 0]);
    assert_eq!(powers(&lab), ["role/prod-app-runner sensitive certain", "user/prod-deploy write certain"]);
}

#[test]
fn a_policy_is_the_same_in_whatever_way_it_is_written() {
    let json = r#"{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "*", "Resource": "*" }] }"#;
    let block = "statement {\n    actions = [\"*\"]\n    resources = [\"*\"]\n  }";
    let document = format!("data \"aws_iam_policy_document\" \"all\" {{\n  {block}\n}}");
    let dynamic = "data \"aws_iam_policy_document\" \"all\" {\n  dynamic \"statement\" {\n    for_each = { a = [\"*\"] }\n    content {\n      actions = statement.value\n      resources = [\"*\"]\n    }\n  }\n}";
    let merged = format!(
        "{document}\ndata \"aws_iam_policy_document\" \"more\" {{\n  source_policy_documents = [data.aws_iam_policy_document.all.json]\n}}"
    );
    for (policy, more) in [
        (format!("<<EOF\n{json}\nEOF"), String::new()),
        (format!("<<-EOF\n    {json}\n  EOF"), String::new()),
        (format!("\"{}\"", json.replace('"', "\\\"")), String::new()),
        (format!("jsonencode({})", json.replace("\":", "\" =")), String::new()),
        ("data.aws_iam_policy_document.all.json".into(), document.clone()),
        ("data.aws_iam_policy_document.all.json".into(), dynamic.into()),
        ("data.aws_iam_policy_document.more.json".into(), merged),
        ("local.policy".into(), format!("locals {{\n  policy = <<EOF\n{json}\nEOF\n}}")),
        (
            "var.open ? local.all : local.all".into(),
            format!("variable \"open\" {{}}\nlocals {{\n  all = jsonencode({})\n}}", json.replace("\":", "\" =")),
        ),
    ] {
        assert_eq!(power_of(&policy, &more).0, ["user/ci admin certain"], "{policy}\n{more}");
    }
}

#[test]
fn what_nobody_can_know_is_possible_and_says_on_what_it_hangs() {
    let reads = |resource: &str| {
        format!("jsonencode({{ Statement = [{{ Effect = \"Allow\", Action = \"s3:ListBucket\", Resource = {resource} }}] }})")
    };
    for (policy, more, on, privilege) in [
        (reads("\"arn:aws:s3:::${var.bucket}\""), "variable \"bucket\" {}", "var.bucket", "read"),
        (reads("module.data.arn"), "module \"data\" {\n  source = \"example/data/aws\"\n}", "module.data.arn", "read"),
        ("var.policy".into(), "variable \"policy\" {}", "var.policy", "none"),
        ("file(\"policy.json\")".into(), "", "file()", "none"),
        ("data.aws_iam_policy_document.gone.json".into(), "", "data.aws_iam_policy_document.gone", "none"),
    ] {
        let (powers, because) = power_of(&policy, more);
        assert_eq!(powers, [format!("user/ci {privilege} possible")], "{policy}");
        assert!(because.contains(&format!("own (hangs on {on})")), "{policy}: {because}");
    }
}

#[test]
fn a_bucket_without_a_name_is_none_that_nobody_knows() {
    let policy = "jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"s3:ListBucket\", Resource = aws_s3_bucket.data.arn }] })";
    assert_eq!(power_of(policy, "resource \"aws_s3_bucket\" \"data\" {}").0, ["user/ci read certain"]);
}

#[test]
fn a_denial_that_hangs_on_something_unknown_may_hold() {
    let deny = "{ Effect = \"Deny\", Action = \"*\", Resource = var.what }";
    let policy = format!("jsonencode({{ Statement = [{{ Effect = \"Allow\", Action = \"*\", Resource = \"*\" }}, {deny}] }})");
    assert_eq!(power_of(&policy, "variable \"what\" {}").0, ["user/ci admin conditional"]);
}

#[test]
fn several_of_one_are_told_one_by_one_and_as_many_as_nobody_knows_as_one() {
    let source =
        |each: &str| format!("variable \"names\" {{}}\nresource \"aws_iam_user\" \"ci\" {{\n  {each}\n  tags = {{ owner = \"x\" }}\n}}\n");
    let names = |each: &str| {
        let lab = Lab::new();
        lab.write("infra/main.tf", source(each));
        lab.report(&["infra"], 0);
        let list = lab.run(&["identities", "--format", "json"]).exits(0).json();
        let mut all: Vec<String> =
            list.as_array().expect("a list").iter().map(|one| one["name"].as_str().expect("a name").to_owned()).collect();
        all.sort();
        all.join(" ")
    };
    assert_eq!(names("count = 2\n  name = \"ci-${count.index}\""), "ci-0 ci-1");
    assert_eq!(names("for_each = toset([\"a\", \"b\"])\n  name = \"ci-${each.key}\""), "ci-a ci-b");
    assert_eq!(names("for_each = { a = { n = \"x\" } }\n  name = each.value.n"), "x");
    assert_eq!(names("count = 0\n  name = \"ci\""), "");
    assert_eq!(names("for_each = var.names\n  name = each.key"), "ci[*]");
}

#[test]
fn a_module_of_the_same_target_is_followed_with_what_it_is_given() {
    let lab = Lab::new();
    let module = "variable \"name\" {}\nvariable \"actions\" {}\nresource \"aws_iam_user\" \"it\" {\n  name = var.name\n}\n\
                  resource \"aws_iam_user_policy\" \"own\" {\n  name = \"own\"\n  user = aws_iam_user.it.name\n  policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = var.actions, Resource = \"*\" }] })\n}\n\
                  output \"name\" {\n  value = aws_iam_user.it.name\n}\n";
    lab.write("modules/user/main.tf", module);
    let call = |name: &str, actions: &str| {
        format!("module \"{name}\" {{\n  source  = \"../modules/user\"\n  name    = \"{name}\"\n  actions = {actions}\n}}\n")
    };
    let attach = "resource \"aws_iam_user_policy_attachment\" \"more\" {\n  user = module.reader.name\n  policy_arn = \"arn:aws:iam::aws:policy/AdministratorAccess\"\n}\n";
    lab.write("prod/main.tf", format!("{}{}{attach}", call("boss", "[\"*\"]"), call("reader", "[\"s3:ListBucket\"]")));
    lab.report(&["."], 0);
    assert_eq!(powers(&lab), ["user/boss admin certain", "user/reader admin certain"]);
    let shown = lab.run(&["show", "boss"]).exits(0).out;
    assert!(shown.contains("terraform: module.boss.aws_iam_user.it in modules/user/main.tf, planned"), "{shown}");
}

#[test]
fn a_module_among_examples_counts_where_another_one_calls_it() {
    let lab = Lab::new();
    let all = "jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"*\", Resource = \"*\" }] })";
    lab.write("tests/main.tf", user_with(all, ""));
    lab.write("infra/main.tf", "module \"it\" {\n  source = \"../tests\"\n}\n");
    lab.report(&["."], 0);
    assert_eq!(powers(&lab), ["user/ci admin certain"]);
}

#[test]
fn two_modules_that_call_their_roles_alike_are_told_apart() {
    let lab = Lab::new();
    let all = |action: &str| {
        user_with(&format!("jsonencode({{ Statement = [{{ Effect = \"Allow\", Action = \"{action}\", Resource = \"*\" }}] }})"), "")
    };
    lab.write("dev/main.tf", all("*"));
    lab.write("prod/main.tf", all("s3:ListBucket"));
    lab.report(&["."], 0);
    assert_eq!(powers(&lab), ["user/dev/ci admin certain", "user/prod/ci read certain"]);
}

#[test]
fn what_is_left_out_is_counted() {
    let lab = Lab::new();
    let source = "module \"vpc\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n}\nvariable \"role\" {}\n\
                  resource \"aws_iam_role_policy_attachment\" \"x\" {\n  role = var.role\n  policy_arn = \"arn:aws:iam::aws:policy/AdministratorAccess\"\n}\n";
    lab.write("infra/main.tf", source);
    lab.write("examples/main.tf", source);
    let skipped = lab.report(&["."], 0)["skipped"].clone();
    assert_eq!(skipped["modules of Terraform whose source lies elsewhere"], 1);
    assert_eq!(skipped["grants in Terraform's source to somebody whom it does not name"], 1);
    assert_eq!(skipped["Terraform's source among tests, examples and documentation"], 1);
}

#[test]
fn what_cannot_be_read_is_a_fault_that_says_where_and_other_languages_are_none() {
    let lab = Lab::new();
    lab.write("infra/main.tf", user_with("[", ""));
    let report = lab.report(&["infra"], 3);
    assert!(report["faults"].to_string().contains("looks like Terraform's source, but cannot be read: line "), "{}", report["faults"]);
    lab.write("other/main.tf", "resource \"google_project\" \"x\" {\n  name = [\n}\n");
    lab.report(&["other"], 0);
}

#[test]
fn what_hangs_on_itself_or_is_without_end_ends() {
    let mut locals = String::from("locals {\n  a = \"${local.b}\"\n  b = \"${local.a}\"\n  l0 = \"x\"\n");
    for level in 1..200 {
        writeln!(locals, "  l{level} = \"${{local.l{0}}}${{local.l{0}}}\"", level - 1).expect("a text takes all");
    }
    let lab = Lab::new();
    let source = user_with("local.a", &format!("{locals}}}\nresource \"aws_iam_user\" \"many\" {{\n  name = local.l199\n}}"));
    lab.write("infra/main.tf", source);
    let report = lab.report(&["infra"], 3);
    assert!(report["faults"].to_string().contains("more in it than is worked out"), "{}", report["faults"]);
    let lab = Lab::new();
    lab.write("infra/main.tf", user_with("local.a", "locals {\n  a = local.b\n  b = local.a\n}\nmodule \"self\" {\n  source = \"./\"\n}"));
    lab.report(&["infra"], 0);
    assert_eq!(powers(&lab)[0], "user/ci none possible");
}

#[test]
fn names_and_policies_longer_than_aws_takes_are_unknown_and_quickly() {
    let (powers, because) = power_of("<<EOF\n${local.long}\nEOF", &format!("locals {{\n  long = \"{}\"\n}}", "a \\n".repeat(100_000)));
    assert_eq!(powers, ["user/ci none possible"]);
    assert!(because.contains("hangs on what is too long for AWS"), "{because}");
    let lab = Lab::new();
    lab.write("infra/main.tf", format!("resource \"aws_iam_user\" \"ci\" {{\n  name = \"{}\"\n}}\n", "a".repeat(400_000)));
    lab.report(&["infra"], 0);
    assert_eq!(powers_of_names(&lab), ["ci"]);
}

fn powers_of_names(lab: &Lab) -> Vec<String> {
    let list = lab.run(&["identities", "--all", "--format", "json"]).exits(0).json();
    list.as_array().expect("a list").iter().map(|one| one["name"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn modules_that_call_themselves_without_end_are_cut_off_and_that_is_said() {
    let lab = Lab::new();
    let mut source = String::from("resource \"aws_iam_user\" \"ci\" {\n  name = \"ci\"\n}\n");
    for call in 0..50 {
        writeln!(source, "module \"m{call}\" {{\n  source = \"./\"\n  count = 200\n}}").expect("a text takes all");
    }
    lab.write("infra/main.tf", source);
    let report = lab.report(&["infra"], 3);
    assert!(report["faults"].to_string().contains("more in it than is worked out"), "{}", report["faults"]);
}

#[test]
fn a_key_that_is_to_be_made_is_one_of_its_user() {
    let lab = Lab::new();
    let key = "resource \"aws_iam_access_key\" \"ci\" {\n  user = aws_iam_user.ci.name\n}\n";
    lab.write(
        "infra/main.tf",
        user_with("jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"s3:ListBucket\", Resource = \"*\" }] })", key),
    );
    lab.report(&["infra"], 0);
    let list = lab.run(&["identities", "--format", "json"]).exits(0).json();
    let told = &list[0]["credentials"][0];
    assert_eq!((&told["kind"], &told["handle"]), (&"access-key-slot".into(), &"aws_iam_access_key.ci".into()), "{told}");
}

#[test]
fn a_password_in_a_default_does_not_leave_the_worker() {
    let word = ["correct", "horse", "7Zt", "battery"].join("-");
    for more in
        [format!("variable \"db_password\" {{\n  default = \"{word}\"\n}}"), format!("variable \"db_password\" {{ default = \"{word}\" }}")]
    {
        let lab = Lab::new();
        lab.write("infra/main.tf", user_with("jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"s3:ListBucket\", Resource = \"arn:aws:s3:::${var.db_password}\" }] })", &more));
        lab.report(&["infra"], 0);
        let shown = lab.run(&["identities", "--all", "--format", "json"]).exits(0).out + &lab.run(&["show", "ci"]).exits(0).out;
        assert!(shown.contains("*****") && !shown.contains(&word), "{shown}");
    }
}

#[test]
fn what_is_called_a_secret_may_be_a_reference() {
    let database = "resource \"aws_db_instance\" \"main\" {\n  password = random_password.main.result\n  secret_token = upper(var.stage)\n  secret_string = jsonencode({\n    user = \"a\"\n  })\n}\n";
    let output = "output \"password\" {\n  value = try(aws_db_instance.main[0].password, \"\")\n}\n";
    let more = format!(
        "{database}{output}locals {{\n  secret_arn = aws_sqs_queue.pay.arn\n}}\nresource \"aws_sqs_queue\" \"pay\" {{\n  name = \"pay\"\n}}"
    );
    let (powers, shown) =
        power_of("jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"sqs:SendMessage\", Resource = local.secret_arn }] })", &more);
    assert_eq!(powers, ["user/ci write certain"], "{shown}");
    assert!(shown.contains("sqs:SendMessage on arn:aws:sqs:us-east-1:000000000000:pay"), "{shown}");
}

#[test]
fn what_is_written_in_json_counts_beside_the_other_syntax() {
    let lab = Lab::new();
    lab.write("infra/roles.tf", ROLES);
    lab.write("infra/names.tf", NAMES);
    // As CDK for Terraform writes it.
    let users = json!({
        "//": { "metadata": { "backend": "local" } },
        "resource": {
            "aws_iam_user": { "deploy": { "//": { "metadata": { "path": "app/deploy" } }, "name": "${var.stage}-deploy" } },
            "aws_iam_user_policy": { "pass": { "user": "${aws_iam_user.deploy.name}", "policy": "${data.aws_iam_policy_document.pass.json}" } },
        },
        "data": { "aws_iam_policy_document": { "pass": { "statement": [
            { "actions": ["iam:PassRole"], "resources": ["${aws_iam_role.runner.arn}"] },
            { "actions": ["lambda:CreateFunction", "lambda:InvokeFunction"], "resources": ["*"] },
        ] } } },
    });
    lab.write("infra/users.tf.json", users.to_string());
    let report = lab.report(&["infra"], 0);
    let way = "iam:PassRole + lambda:CreateFunction + lambda:InvokeFunction to prod-app-runner";
    let told = told(&report, "aws-privilege-escalation");
    assert!(told.len() == 1 && told[0].ends_with(way), "{told:?}");
}

#[test]
fn who_owns_what_is_declared_without_tags_is_not_told() {
    let lab = Lab::new();
    lab.write("infra/main.tf", user_with("jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"*\", Resource = \"*\" }] })", ""));
    lab.report(&["infra"], 0);
    let one = lab.run(&["identities", "--all", "--format", "json"]).exits(0).json()[0].clone();
    assert!(one["risk"]["low"].as_u64() < one["risk"]["high"].as_u64() && !one["shares"].to_string().contains("ownership"), "{one:#}");
    let shown = lab.run(&["show", "ci"]).exits(0).out;
    assert!(shown.contains("owner: not told\n"), "{shown}");
}
