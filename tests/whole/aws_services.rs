//! What services keep for others than people: guests of pools, keys to interfaces, certificates of things, credentials of builds, buses, domains.

use serde_json::{Value, json};

use crate::{
    aws::scan,
    aws_server::{Told, before, unserved},
    emulator::Emulator,
    support::{Lab, faults},
};

/// One of each that is open, and one that is not.
pub const BUILD: &str = r#"
iam = client("iam")
trust = policy(Effect="Allow", Principal={"Federated": "cognito-identity.amazonaws.com"}, Action="sts:AssumeRoleWithWebIdentity",
    Condition={"StringEquals": {"cognito-identity.amazonaws.com:aud": "x"}, "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "unauthenticated"}})
iam.create_role(RoleName="guest", AssumeRolePolicyDocument=trust)
iam.put_role_policy(RoleName="guest", PolicyName="own", PolicyDocument=policy(Effect="Allow", Action="s3:PutObject", Resource="*"))
pools = client("cognito-identity")
made = [pools.create_identity_pool(IdentityPoolName=name, AllowUnauthenticatedIdentities=name == "open")["IdentityPoolId"] for name in ["open", "shut"]]
graph, iot, events = client("appsync"), client("iot"), client("events")
api = graph.create_graphql_api(name="shop", authenticationType="API_KEY")["graphqlApi"]["apiId"]
key = graph.create_api_key(apiId=api)["apiKey"]["id"]
closed = graph.create_graphql_api(name="inner", authenticationType="AWS_IAM")["graphqlApi"]["apiId"]
for name in ["lamp", "oven"]:
    iot.create_thing(thingName=name)
shared, own = [iot.create_keys_and_certificate(setAsActive=True) for _ in range(2)]
iot.attach_thing_principal(thingName="lamp", principal=shared["certificateArn"])
iot.attach_thing_principal(thingName="oven", principal=shared["certificateArn"])
iot.attach_thing_principal(thingName="oven", principal=own["certificateArn"])
iot.create_policy(policyName="any", policyDocument=policy(Effect="Allow", Action="iot:*", Resource="*"))
iot.create_policy(policyName="one", policyDocument=policy(Effect="Allow", Action="iot:Connect", Resource="arn:aws:iot:us-east-1:123456789012:client/${iot:Connection.Thing.ThingName}"))
arn = events.create_event_bus(Name="shared")["EventBusArn"]
events.put_permission(EventBusName="shared", Policy=policy(Sid="a", Effect="Allow", Principal="*", Action="events:PutEvents", Resource=arn))
search = client("opensearch")
def domain(name, **more):
    said = policy(Effect="Allow", Principal={"AWS": "*"}, Action="es:*", Resource=f"arn:aws:es:us-east-1:123456789012:domain/{name}/*")
    search.create_domain(DomainName=name, AccessPolicies=said, **more)
domain("logs")
domain("inner", VPCOptions=dict(SubnetIds=["subnet-1"]))
org = client("organizations")
org.create_organization(FeatureSet="ALL")
print(json.dumps(dict(pools=made, key=key, shared=shared["certificateId"])))
"#;

/// What the emulator lacks: the roles of pools, the credentials of builds, how root users are kept, keys to gateways of the time of the test.
pub fn lacking(operation: &str) -> Option<Told> {
    let told = |body: Value| Some((200, body.to_string()));
    match operation {
        "AWSCognitoIdentityService.GetIdentityPoolRoles" => {
            told(json!({ "Roles": { "unauthenticated": "arn:aws:iam::123456789012:role/guest" } }))
        }
        "GET /apikeys?includeValues=false&limit=500" => told(json!({ "item": [
            { "id": "k1", "name": "old", "enabled": true, "createdDate": 1_704_067_200, "stageKeys": [], "value": "the-value-of-the-key" },
            { "id": "k2", "name": "off", "enabled": false, "createdDate": 1_704_067_200, "stageKeys": [] }] })),
        "CodeBuild_20161006.ListSourceCredentials" => told(json!({ "sourceCredentialsInfos": [
            { "arn": "arn:aws:codebuild:us-east-1:123456789012:token/github", "serverType": "GITHUB", "authType": "PERSONAL_ACCESS_TOKEN" },
            { "arn": "arn:aws:codebuild:us-east-1:123456789012:token/bitbucket", "serverType": "BITBUCKET", "authType": "CODECONNECTIONS" }] })),
        "ListOrganizationsFeatures" => Some((
            200,
            "<ListOrganizationsFeaturesResponse><ListOrganizationsFeaturesResult><OrganizationId>o-1</OrganizationId><EnabledFeatures/>\
             </ListOrganizationsFeaturesResult></ListOrganizationsFeaturesResponse>"
                .into(),
        )),
        _ => None,
    }
}

fn kept(lab: &Lab, refused: &'static [&'static str], arguments: &[&str]) -> Option<(Value, Value)> {
    let emulator = Emulator::start(lab)?;
    emulator.at("2024-01-01T00:00:00");
    let made = emulator.python(BUILD);
    let door = before(&emulator.url, move |operation, _| {
        let hit = refused.iter().any(|one| operation.contains(one));
        let denied = || (400, json!({ "__type": "AccessDeniedException", "message": "not you" }).to_string());
        hit.then(denied).or_else(|| lacking(operation)).or_else(|| unserved(operation))
    });
    Some((scan(lab, &door, arguments).exits(if refused.is_empty() { 0 } else { 3 }).json(), made))
}

/// What checks on what services keep say.
fn said(report: &Value) -> Vec<String> {
    const OURS: &[&str] = &[
        "aws-api-key",
        "aws-codebuild-source-credential",
        "aws-cognito-unauth",
        "aws-iot-cert-shared",
        "aws-iot-policy-open",
        "aws-resource-public",
        "aws-root-central",
    ];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = report["findings"].as_array().expect("a list").iter().filter(|one| OURS.contains(&text(&one["check"]).as_str()));
    let mut all: Vec<String> =
        all.map(|one| format!("{} {}: {}", text(&one["severity"]), text(&one["check"]), text(&one["because"]))).collect();
    all.sort();
    all
}

#[test]
fn what_services_keep_for_others_is_fetched_judged_and_read_again_from_saved_answers() {
    let lab = Lab::new();
    let Some((live, made)) = kept(&lab, &[], &["--save", "saved"]) else { return };
    assert_eq!(faults(&live), Vec::<String>::new());
    let known = [
        "critical aws-resource-public: any AWS principal may use or change it",
        "critical aws-resource-public: any AWS principal may use or change it",
        "high aws-codebuild-source-credential: all builds of the region fetch from GITHUB with a personal access token",
        "high aws-cognito-unauth: anybody gets the role guest from the pool open; it changes things",
        "high aws-iot-cert-shared: 2 things come in with it: lamp and others",
        "high aws-iot-policy-open: the policy any lets a thing do everything on everything",
        "low aws-api-key: the key old of API Gateway is 731 days old and never ends",
        "low aws-root-central: the organization does not keep the root users of its accounts in one place",
        "medium aws-api-key: whoever has a key comes in to the interface shop of AppSync",
        "medium aws-resource-public: any AWS principal may use or change it; a network stands before it",
    ];
    assert_eq!(said(&live), known);
    let again = lab.report(&["dir:saved", "--record", "again.db"], 0);
    assert_eq!(said(&again), known);
    // The names of keys to AppSync are the keys.
    let key = made["key"].as_str().expect("a key");
    let found = lab.shell(&format!("grep -rlF -e {key} -e the-value-of-the-key saved || true")).out;
    assert_eq!(found, "");
}

#[test]
fn what_is_refused_of_what_services_keep_is_a_fault_and_leaves_the_checks_undecided() {
    let lab = Lab::new();
    let refused = &["GetIdentityPoolRoles", "GET /principals/things", "GET /policies/any"];
    let Some((report, _)) = kept(&lab, refused, &[]) else { return };
    let missed = faults(&report);
    for permission in ["cognito-identity:GetIdentityPoolRoles", "iot:ListPrincipalThings", "iot:GetPolicy"] {
        assert!(missed.iter().any(|fault| fault.contains(&format!("{permission} denied for "))), "{permission}: {missed:?}");
    }
    let undecided =
        |check: &str| report["undecided"].as_array().expect("a list").iter().find(|one| one["check"] == check).map(|one| &one["count"]);
    let told = ["aws-cognito-unauth", "aws-iot-cert-shared", "aws-iot-policy-open"].map(undecided);
    assert_eq!(told, [Some(&json!(1)), Some(&json!(2)), Some(&json!(1))], "{}", report["undecided"]);
}
