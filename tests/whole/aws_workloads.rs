//! What runs in an account beside functions and machines: as which role, with what in clear, and who can make it do something.

use serde_json::{Value, json};

use crate::{
    aws::scan,
    aws_server::{Told, before, unserved},
    emulator::Emulator,
    support::{Lab, faults, findings, github, password},
};

/// A role that may do everything, as which something of each kind runs, and two users who can make some of it run.
pub const BUILD: &str = r#"
iam = client("iam")
services = ["ecs-tasks", "codebuild", "states", "glue", "sagemaker", "cloudformation", "batch"]
trust = policy(Effect="Allow", Principal={"Service": [f"{name}.amazonaws.com" for name in services]}, Action="sts:AssumeRole")
role = iam.create_role(RoleName="worker", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
iam.put_role_policy(RoleName="worker", PolicyName="all", PolicyDocument=policy(Effect="Allow", Action="*", Resource="*"))
for name, action, on in [
    ("enters", "ecs:ExecuteCommand", "arn:aws:ecs:*:*:task/main/*"),
    ("elsewhere", "ecs:ExecuteCommand", "arn:aws:ecs:*:*:task/other/*"),
    ("builds", "codebuild:StartBuild", "arn:aws:codebuild:*:*:project/proj"),
]:
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=policy(Effect="Allow", Action=action, Resource=on))
ecs = client("ecs")
ecs.create_cluster(clusterName="main")
for image in ["a", "b"]:
    ecs.register_task_definition(family="web", taskRoleArn=role, containerDefinitions=[dict(
        name="web", image=image, memory=64, environment=[dict(name="GITHUB_TOKEN", value=TOKENS[image])],
        secrets=[dict(name="DB_PASSWORD", valueFrom="arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-P3MRJg")])])
ecs.create_service(cluster="main", serviceName="web", taskDefinition="web:1", desiredCount=1)
client("codebuild").create_project(
    name="proj", source=dict(type="S3", location="bucket/path"), artifacts=dict(type="NO_ARTIFACTS"), serviceRole=role,
    environment=dict(type="LINUX_CONTAINER", image="i", computeType="BUILD_GENERAL1_SMALL", environmentVariables=[
        dict(name="NPM_PASSWORD", value=TOKENS["build"], type="PLAINTEXT"),
        dict(name="OTHER_PASSWORD", value="/app/password", type="PARAMETER_STORE")]))
client("stepfunctions").create_state_machine(name="m", roleArn=role, definition=json.dumps(dict(
    StartAt="A", States=dict(A=dict(Type="Pass", End=True, Parameters=dict(password=TOKENS["machine"]))))))
client("glue").create_job(Name="etl", Role=role, Command=dict(Name="glueetl", ScriptLocation="s3://a/b"), GlueVersion="4.0",
    DefaultArguments={"--db_password": TOKENS["job"]})
sagemaker = client("sagemaker")
sagemaker.create_notebook_instance(NotebookInstanceName="n", InstanceType="ml.t2.medium", RoleArn=role)
import base64
script = base64.b64encode(f"export GITHUB_TOKEN={TOKENS['notebook']}\n".encode()).decode()
sagemaker.create_notebook_instance_lifecycle_config(NotebookInstanceLifecycleConfigName="setup", OnStart=[dict(Content=script)])
template = dict(Parameters=dict(DatabasePassword=dict(Type="String")),
    Resources=dict(Topic=dict(Type="AWS::SNS::Topic")), Outputs=dict(Plain=dict(Value="nothing")))
client("cloudformation").create_stack(StackName="app", TemplateBody=json.dumps(template), RoleARN=role, Parameters=[
    dict(ParameterKey="DatabasePassword", ParameterValue=TOKENS["stack"])])
client("batch").register_job_definition(jobDefinitionName="j", type="container", containerProperties=dict(
    image="i", vcpus=1, memory=64, jobRoleArn=role, environment=[dict(name="API_PASSWORD", value=TOKENS["batch"])]))
"#;

/// What the emulator lacks: the list of what notebooks start with, and whether commands can be run in a service.
pub fn lacking(operation: &str) -> Option<Told> {
    let one = json!({ "NotebookInstanceLifecycleConfigs": [{ "NotebookInstanceLifecycleConfigName": "setup" }] });
    let web = "arn:aws:ecs:us-east-1:123456789012:service/main/web";
    let service = json!({ "serviceArn": web, "taskDefinition": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:1", "enableExecuteCommand": true,
        "events": [{ "message": "has reached a steady state" }] });
    match operation {
        "SageMaker.ListNotebookInstanceLifecycleConfigs" => Some((200, one.to_string())),
        "AmazonEC2ContainerServiceV20141113.DescribeServices" => Some((200, json!({ "services": [service] }).to_string())),
        _ => None,
    }
}

/// What lies in clear in each of them.
pub fn tokens() -> Value {
    json!({ "a": github(1), "b": github(2), "build": password(3), "machine": password(4), "job": password(5), "notebook": github(6),
        "stack": password(7), "batch": password(9) })
}

/// An account in which all of that runs, behind a door that refuses these calls.
fn running(lab: &Lab, refused: &'static str, arguments: &[&str]) -> Option<Value> {
    let emulator = Emulator::start(lab)?;
    let tokens = tokens();
    emulator.python(&format!("TOKENS = {tokens}\n{BUILD}"));
    let door = before(&emulator.url, move |operation, _| {
        let hit = !refused.is_empty() && operation.ends_with(refused);
        let denied = || (400, json!({ "__type": "AccessDeniedException", "message": "not you" }).to_string());
        hit.then(denied).or_else(|| lacking(operation)).or_else(|| unserved(operation))
    });
    Some(scan(lab, &door, arguments).exits(if refused.is_empty() { 0 } else { 3 }).json())
}

fn because(report: &Value, check: &str) -> Vec<String> {
    let mut all: Vec<String> =
        findings(report, check).into_iter().map(|one| one["because"].as_str().unwrap_or_default().to_owned()).collect();
    all.sort();
    all
}

/// Who can become whom by what, of the users of the account.
fn steps(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = report["identities"].as_array().expect("a list").iter().filter(|one| one["kind"] == "user");
    let told = |one: &Value| {
        format!("{} {} {} {}", text(&one["name"]), text(&one["privilege"]), text(&one["certainty"]), text(&one["path"][0]["by"]))
    };
    let mut all: Vec<String> = all.map(told).collect();
    all.sort();
    all
}

const CLEAR: &[&str] = &[
    "lies in clear in a script that notebooks start with of account 123456789012 in us-east-1",
    "lies in clear in the arguments of a Glue job of account 123456789012 in us-east-1",
    "lies in clear in the definition of a job in containers of account 123456789012 in us-east-1",
    "lies in clear in the definition of a state machine of account 123456789012 in us-east-1",
    "lies in clear in the definition of a task in containers of account 123456789012 in us-east-1",
    "lies in clear in the definition of a task in containers of account 123456789012 in us-east-1",
    "lies in clear in the environment of a build of account 123456789012 in us-east-1",
    "lies in clear in the parameters or outputs of a stack of account 123456789012 in us-east-1",
];

#[test]
fn what_runs_is_read_with_its_role_and_what_lies_in_clear_and_who_can_make_it_do_something() {
    let lab = Lab::new();
    let Some(live) = running(&lab, "", &["--save", "saved"]) else { return };
    assert_eq!(faults(&live), Vec::<String>::new());
    // A secret that a task names and a parameter that a build names lie nowhere in clear.
    assert_eq!(because(&live, "plaintext-in-configuration"), CLEAR);
    let admin = because(&live, "aws-workload-administrator");
    assert_eq!(admin, ["j:1 and 7 more run as worker, which may do everything"], "the old task definition only runs in the service");
    let steps_live = [
        "builds escalates certain codebuild:StartBuild",
        "elsewhere escalates possible ecs:ExecuteCommand",
        "enters escalates certain ecs:ExecuteCommand",
    ];
    assert_eq!(steps(&live), steps_live);
    let again = lab.report(&["dir:saved", "--record", "again.db"], 0);
    assert_eq!(because(&again, "plaintext-in-configuration"), CLEAR);
    assert_eq!((because(&again, "aws-workload-administrator"), steps(&again)), (admin, steps_live.map(str::to_owned).to_vec()));
    for kept in [password(7), github(1)] {
        assert!(!live.to_string().contains(&kept), "no value is told");
    }
}

#[test]
fn what_is_refused_of_what_runs_is_a_fault_with_the_permission() {
    let lab = Lab::new();
    let Some(report) = running(&lab, ".DescribeTaskDefinition", &[]) else { return };
    let missed = faults(&report);
    assert!(missed.len() == 1 && missed[0].contains("ecs:DescribeTaskDefinition denied for web"), "{missed:?}");
}
