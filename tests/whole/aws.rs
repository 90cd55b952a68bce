//! Accounts of AWS: what is asked, what is kept of the answers, and what is said where there is none.

use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    aws_server::{Asked, Server, Told, healthy, refused, result},
    emulator::Emulator,
    support::{Lab, NOW, Said, aws_id, faults},
};

const ACCOUNT: &str = "111122223333";

/// Scans the account behind an address, with credentials of no worth.
pub fn scan(lab: &Lab, url: &str, arguments: &[&str]) -> Said {
    scan_at(lab, url, NOW, arguments)
}

/// The same at another moment.
pub fn scan_at(lab: &Lab, url: &str, now: &str, arguments: &[&str]) -> Said {
    let asked = [&["scan", "aws:", "--now", now, "--endpoint-url", url, "--format", "json"], arguments].concat();
    let mut command = lab.command(&asked);
    command.env("AWS_ACCESS_KEY_ID", "nobody").env("AWS_SECRET_ACCESS_KEY", "nothing").env("AWS_EC2_METADATA_DISABLED", "true");
    let output = command.env("AWS_REGION", "us-east-1").output().expect("the program starts");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("the program speaks UTF-8");
    Said { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) }
}

/// A healthy account but for what `odd` answers.
fn account(odd: impl Fn(&str, &Asked, usize) -> Option<Told> + Send + Sync + 'static) -> Server {
    let key = aws_id(1);
    Server::start(move |operation, asked, before| odd(operation, asked, before).or_else(|| healthy(operation, asked, &key)))
}

/// The faults of a scan that could not see everything.
fn missed(server: &Server, arguments: &[&str]) -> Vec<String> {
    faults(&scan(&Lab::new(), &server.url, arguments).exits(3).json())
}

fn saved(folder: &Path, name: &str) -> Value {
    let text = fs::read_to_string(folder.join(ACCOUNT).join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn answers_are_saved_as_the_tool_prints_them_and_read_again_from_there() {
    let (lab, server) = (Lab::new(), account(|_, _, _| None));
    let folder = lab.path("saved");
    let live = scan(&lab, &server.url, &["--save", "saved"]).exits(0).json();
    assert_eq!(live["faults"], json!([]));
    assert_eq!(saved(&folder, "iam/account-authorization-details-2.json")["UserDetailList"][0]["UserName"], "cy");
    assert_eq!(
        saved(&folder, "iam/access-keys-1.json")["AccessKeyMetadata"][0],
        json!({"UserName": "bob", "AccessKeyId": aws_id(1), "Status": "Active", "CreateDate": "2020-01-01T00:00:00Z",
               "AccessKeyLastUsed": {"LastUsedDate": "2025-12-24T00:00:00Z", "ServiceName": "s3", "Region": "eu-west-1"}})
    );
    assert_eq!(saved(&folder, "iam/account-summary.json"), json!({"SummaryMap": {"Users": 3}}));
    let csv = fs::read_to_string(folder.join(ACCOUNT).join("iam/credential-report.csv")).expect("a table");
    assert!(csv.contains("<root_account>"), "{csv}");

    let again = lab.report(&["dir:saved"], 0);
    let keys = |report: &Value| report["identities"].to_string().matches(&aws_id(1)).count();
    assert_eq!(keys(&again), keys(&live));
}

#[test]
fn nobody_without_a_second_factor_by_the_report_is_asked_for_one() {
    let (lab, server) = (Lab::new(), account(|_, _, _| None));
    scan(&lab, &server.url, &[]).exits(0);
    let times = |name: &str| server.calls().iter().filter(|call| *call == name).count();
    // Ann has none by the report; Bob and Cy are too young for it.
    assert_eq!(times("ListMFADevices"), 2);
    assert_eq!(times("ListAccessKeys"), 3);
}

#[test]
fn a_denied_call_is_a_fault_with_the_permission_and_the_rest_is_read() {
    let denied = |operation: &str, asked: &Asked, _| {
        let one = operation == "ListAccessKeys" && asked["UserName"] == "ann";
        one.then(|| refused(403, "AccessDenied", "not authorized to perform: iam:ListAccessKeys"))
    };
    let server = account(denied);
    let (lab, what) = (Lab::new(), "iam:ListAccessKeys denied for ann: AccessDenied: not authorized to perform: iam:ListAccessKeys");
    let report = scan(&lab, &server.url, &["--save", "saved"]).exits(3).json();
    assert_eq!(faults(&report), [format!("permission-denied {ACCOUNT}/iam/access-keys.json: {what}")]);
    assert_eq!(saved(&lab.path("saved"), "iam/access-keys-1.json")["AccessKeyMetadata"][0]["UserName"], "bob");
}

#[test]
fn where_the_last_use_is_denied_nothing_is_said_of_it() {
    let server = account(|operation, _, _| (operation == "GetAccessKeyLastUsed").then(|| refused(403, "AccessDenied", "no")));
    let lab = Lab::new();
    let report = scan(&lab, &server.url, &["--save", "saved"]).exits(3).json();
    assert!(faults(&report)[0].contains("iam:GetAccessKeyLastUsed denied"), "{:?}", faults(&report));
    assert_eq!(saved(&lab.path("saved"), "iam/access-keys-1.json")["AccessKeyMetadata"][0].get("AccessKeyLastUsed"), None);
}

#[test]
fn where_details_are_denied_users_are_listed_and_their_keys_asked_for() {
    let server = account(|operation, _, _| match operation {
        "GetAccountAuthorizationDetails" => Some(refused(403, "AccessDenied", "no")),
        "ListUsers" => {
            Some(result("ListUsers", "<Users><member><UserName>bob</UserName></member></Users><IsTruncated>false</IsTruncated>"))
        }
        _ => None,
    });
    let lab = Lab::new();
    scan(&lab, &server.url, &["--save", "saved"]).exits(3);
    assert_eq!(saved(&lab.path("saved"), "iam/access-keys-1.json")["AccessKeyMetadata"][0]["AccessKeyId"], aws_id(1));
}

#[test]
fn throttled_calls_are_repeated_until_they_are_answered() {
    let server =
        account(|operation, _, before| (operation == "ListAccessKeys" && before < 4).then(|| refused(400, "Throttling", "Rate exceeded")));
    let report = scan(&Lab::new(), &server.url, &[]).exits(0).json();
    assert_eq!(faults(&report), Vec::<String>::new());
}

#[test]
fn expired_credentials_are_an_error_at_the_start_and_one_fault_midway() {
    let expired = || refused(403, "ExpiredToken", "The security token included in the request is expired");
    let said = scan(&Lab::new(), &account(move |_, _, _| Some(expired())).url, &[]).exits(2);
    assert!(said.err.contains("expired") && said.err.contains("aws sso login"), "{}", said.err);
    let server = account(move |operation, _, _| (operation == "ListAccessKeys").then(expired));
    let told = missed(&server, &[]);
    let [fault] = &told[..] else { panic!("{told:?}") };
    assert!(fault.contains("the rest of it was not; iam:ListAccessKeys: ExpiredToken"), "{fault}");
}

#[test]
fn answers_that_are_none_are_named() {
    let cut = account(|operation, _, _| (operation == "GetAccountSummary").then(|| (200, "<GetAccountSummaryResponse><Get".into())));
    assert!(missed(&cut, &[])[0].contains("iam:GetAccountSummary got an answer that cannot be parsed"));
    let stuck = account(|operation, _, _| {
        let body = "<IsTruncated>true</IsTruncated><Marker>same</Marker>";
        (operation == "ListSAMLProviders").then(|| result("ListSAMLProviders", body))
    });
    assert!(missed(&stuck, &[])[0].contains("repeats a marker"));
    let huge = account(|operation, _, _| (operation == "GetAccountSummary").then(|| result(operation, &" ".repeat(300_000))));
    assert!(missed(&huge, &["--max-file-size", "100K"])[0].contains("larger than --max-file-size"));
}

#[test]
fn no_more_than_eight_calls_are_in_flight() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (count, peak) = (Arc::clone(&now), Arc::clone(&most));
    let crowd = (0..40).map(|number| format!("<member><UserName>u{number}</UserName></member>")).collect::<Vec<_>>().concat();
    let server = account(move |operation, _, _| {
        peak.fetch_max(count.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(10));
        count.fetch_sub(1, Ordering::SeqCst);
        let details = format!("<IsTruncated>false</IsTruncated><UserDetailList>{crowd}</UserDetailList>");
        (operation == "GetAccountAuthorizationDetails").then(|| result(operation, &details))
    });
    scan(&Lab::new(), &server.url, &[]).exits(0);
    assert_eq!(most.load(Ordering::SeqCst), 8);
}

#[test]
fn last_accessed_services_are_asked_for_where_that_is_wished() {
    let jobs = |operation: &str, asked: &Asked, before: usize| match operation {
        "GenerateServiceLastAccessedDetails" if asked["Granularity"] == "ACTION_LEVEL" => Some(result(operation, "<JobId>j</JobId>")),
        "GetServiceLastAccessedDetails" if before == 0 => Some(result(operation, "<JobStatus>IN_PROGRESS</JobStatus>")),
        "GetServiceLastAccessedDetails" => {
            let action = "<member><ActionName>DeleteBucket</ActionName></member>";
            let service =
                format!("<ServiceNamespace>s3</ServiceNamespace><TrackedActionsLastAccessed>{action}</TrackedActionsLastAccessed>");
            let services = format!("<ServicesLastAccessed><member>{service}</member></ServicesLastAccessed>");
            Some(result(operation, &format!("<JobStatus>COMPLETED</JobStatus><IsTruncated>false</IsTruncated>{services}")))
        }
        _ => None,
    };
    let (lab, server) = (Lab::new(), account(jobs));
    scan(&lab, &server.url, &["--save", "saved", "--last-accessed"]).exits(0);
    let told = saved(&lab.path("saved"), "iam/service-last-accessed-1.json");
    assert_eq!(
        (told["Arn"].as_str(), told["ServicesLastAccessed"][0]["ServiceNamespace"].as_str()),
        (Some("arn:aws:iam::111122223333:user/ann"), Some("s3"))
    );
    assert_eq!(told["ServicesLastAccessed"][0]["TrackedActionsLastAccessed"][0]["ActionName"], "DeleteBucket");
    let quiet = account(jobs);
    scan(&Lab::new(), &quiet.url, &[]).exits(0);
    assert!(!quiet.calls().iter().any(|call| call.contains("LastAccessed")));
}

#[test]
fn wishes_on_accounts_need_an_account() {
    let lab = Lab::new();
    lab.write("a.txt", "x");
    let said = lab.scan(&["dir:.", "--last-accessed"]).exits(2);
    assert!(said.err.contains("--last-accessed says how an AWS account is read"), "{}", said.err);
}

/// Builds an account through the API: a user with a key, a function, a machine, parameters, an organization.
const BUILD: &str = include_str!("account.py");

#[test]
fn an_emulated_account_is_read_whole() {
    let lab = Lab::new();
    let Some(emulator) = Emulator::start(&lab) else { return };
    let told = emulator.python(BUILD);
    let said = scan(&lab, &emulator.url, &["--save", "saved"]);

    // What the emulator cannot do is a fault, and sinks nothing.
    let missed = faults(&said.exits(3).json());
    let beyond = [
        "iam:ListServiceSpecificCredentials",
        "iam:ListOrganizationsFeatures",
        "codebuild:ListSourceCredentials",
        "rolesanywhere:ListCrls",
        "rolesanywhere:ListProfiles",
        "rolesanywhere:ListTrustAnchors",
        "sagemaker:ListNotebookInstanceLifecycleConfigs",
    ];
    assert_eq!(missed.len(), beyond.len(), "{missed:?}");
    assert!(beyond.iter().all(|call| missed.iter().any(|fault| fault.contains(call))), "{missed:?}");
    let at = lab.path("saved/123456789012");
    let read = |name: &str| fs::read_to_string(at.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    let json = |name: &str| -> Value { serde_json::from_str(&read(name)).expect("JSON") };
    assert_eq!(json("iam/account-authorization-details-1.json"), told["details"]);
    assert_eq!(json("us-east-1/lambda/functions-1.json")["Functions"][0]["Environment"], json!({"Variables": {"MODE": "fast"}}));
    assert_eq!(read(&format!("us-east-1/ec2/user-data/{}.txt", told["instance"].as_str().expect("an id"))), "#!/bin/sh\necho hello\n");
    let parameters = [json("us-east-1/ssm/parameters-1.json"), json("us-east-1/ssm/parameters-2.json")];
    let parameters: Vec<&Value> = parameters.iter().flat_map(|page| page["Parameters"].as_array().expect("a list")).collect();
    assert_eq!(parameters.iter().filter(|one| one["Value"].as_str().is_some_and(|value| value.starts_with("value-"))).count(), 12);
    assert!(parameters.iter().any(|one| one["Type"] == "SecureString" && one.get("Value").is_none()), "nothing is decrypted");
    let policies = json("organizations/policies.json");
    let own =
        policies["OrganizationPolicies"].as_array().expect("a list").iter().find(|policy| policy["Name"] == "no-s3").expect("it is there");
    assert_eq!((&own["Content"]["Statement"][0]["Effect"], &own["Targets"][0]["TargetId"]), (&json!("Deny"), &told["unit"]));
}
