use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{About, Document, Entity, Origin, entity::Workload},
};

use super::{
    document::{account, account_of, begins, first_key, holds, parse, region},
    one::One,
    told::Told,
};

/// Reads what runs in containers, builds, jobs, notebooks, state machines and stacks, and as which role.
pub(super) struct Workloads;

const ABOUT: About = About {
    id: "aws-workloads",
    title: "What runs in an AWS account, and as which role",
    explain: "Reads what `aws ecs describe-task-definition`, `describe-services`, `aws batch describe-job-definitions`, `aws codebuild batch-get-projects`, \
              `aws stepfunctions describe-state-machine`, `aws glue get-jobs`, `aws sagemaker describe-notebook-instance` and `aws cloudformation describe-stacks` \
              print: as which role each runs. What they are configured with is inspected like any document.",
    controls: &[],
    see: &["https://docs.aws.amazon.com/cli/latest/reference/"],
};

type Reader = fn(&One<'_>) -> Option<Workload>;

/// The first keys of documents that hold a list or one of its elements, with a word that no other such document has.
const LISTS: &[(&str, &str, Reader)] = &[
    ("taskDefinition", ":task-definition/", task_definition),
    ("services", ":ecs:", service),
    ("jobDefinitions", ":job-definition/", job_definition),
    ("projects", ":codebuild:", project),
    ("Jobs", "\"Role\"", job),
    ("Stacks", ":cloudformation:", stack),
];

/// The first keys of documents that are the element itself.
const ALONE: &[(&str, &str, Reader)] =
    &[("stateMachineArn", "\"roleArn\"", machine), ("NotebookInstanceArn", ":notebook-instance/", notebook)];

impl Inspector for Workloads {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        first_key(bytes).is_some() && LISTS.iter().chain(ALONE).any(|(key, word, _)| begins(bytes, &[key]) && holds(bytes, word))
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut told = Told::new(bench, outcome);
        let Some(whole) = parse::<Map<String, Value>>(document, "what runs in an AWS account", &mut told) else { return };
        let (account, region) = (account(document.origin, None).unwrap_or_default(), region(document.origin));
        let one = |fields| One { fields, account: &account, region: region.as_deref() };
        let listed = LISTS.iter().filter_map(|(key, _, read)| Some((whole.get(*key)?, read)));
        for (value, read) in listed {
            let elements = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            let all = elements.iter().filter_map(Value::as_object).filter_map(|fields| read(&one(fields)));
            all.for_each(|workload| told.tell(Entity::Workload(workload)));
        }
        let alone = ALONE.iter().filter(|(key, ..)| whole.contains_key(*key)).filter_map(|(.., read)| read(&one(&whole)));
        alone.for_each(|workload| told.tell(Entity::Workload(workload)));
    }
}

fn workload(uri: &str, kind: &str, runs_as: Option<&str>) -> Workload {
    Workload {
        uri: uri.to_owned(),
        kind: kind.to_owned(),
        scope: account_of(uri).unwrap_or_default().to_owned(),
        runs_as: runs_as.filter(|role| !role.is_empty()).map(str::to_owned),
        attributes: BTreeMap::new(),
    }
}

/// What containers run with. What starts them has a role of its own, which they do not.
fn task_definition(one: &One<'_>) -> Option<Workload> {
    Some(workload(one.text("taskDefinitionArn")?, "ecs-task-definition", one.text("taskRoleArn")))
}

/// A service runs as its task definition says.
fn service(one: &One<'_>) -> Option<Workload> {
    let mut service = workload(one.text("serviceArn")?, "ecs-service", one.text("taskDefinition"));
    let open = one.fields.get("enableExecuteCommand").and_then(Value::as_bool);
    service.attributes.extend(open.map(|open| (Workload::COMMANDS.to_owned(), if open { "yes" } else { "no" }.to_owned())));
    Some(service)
}

fn job_definition(one: &One<'_>) -> Option<Workload> {
    let within = |part: &str| one.fields.get(part)?.get("jobRoleArn")?.as_str();
    let tasks = || one.fields.get("ecsProperties")?.get("taskProperties")?.get(0)?.get("taskRoleArn")?.as_str();
    Some(workload(one.text("jobDefinitionArn")?, "batch-job-definition", within("containerProperties").or_else(tasks)))
}

fn project(one: &One<'_>) -> Option<Workload> {
    Some(workload(one.text("arn")?, "codebuild-project", Some(&role(one, one.text("serviceRole")?))))
}

fn job(one: &One<'_>) -> Option<Workload> {
    let (name, region) = (one.text("Name")?, one.region.unwrap_or("*"));
    let as_role = one.text("Role").map(|text| role(one, text));
    let owner = as_role.as_deref().and_then(account_of).unwrap_or(one.account);
    let uri = format!("arn:aws:glue:{region}:{owner}:job/{name}");
    (!owner.is_empty()).then(|| workload(&uri, "glue-job", as_role.as_deref()))
}

fn stack(one: &One<'_>) -> Option<Workload> {
    Some(workload(one.text("StackId")?, "cloudformation-stack", one.text("RoleARN")))
}

fn machine(one: &One<'_>) -> Option<Workload> {
    Some(workload(one.text("stateMachineArn")?, "state-machine", one.text("roleArn")))
}

fn notebook(one: &One<'_>) -> Option<Workload> {
    Some(workload(one.text("NotebookInstanceArn")?, "notebook-instance", one.text("RoleArn")))
}

/// A role that may be called by its name alone.
fn role(one: &One<'_>, text: &str) -> String {
    if text.starts_with("arn:") || one.account.is_empty() {
        return text.to_owned();
    }
    format!("arn:aws:iam::{}:role/{text}", one.account)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{One, Reader, Workload, Workloads, job, job_definition, service, task_definition};
    use crate::{
        inspect::Inspector as _,
        model::{Origin, Source},
    };

    fn read(reader: Reader, value: Value) -> Option<Workload> {
        let Value::Object(fields) = value else { panic!("{value} is no object") };
        reader(&One { fields: &fields, account: "111111111111", region: Some("eu-west-1") })
    }

    #[test]
    fn only_documents_of_aws_are_wanted() {
        let origin = Origin::new(Source::Stream { name: "a.json".into() });
        let wants = |text: &str| Workloads.wants(&origin, text.as_bytes());
        assert!(wants(r#"{"taskDefinition": {"taskDefinitionArn": "arn:aws:ecs:eu-west-1:111111111111:task-definition/web:7"}}"#));
        for text in [r#"{"services": {"web": {"image": "x"}}}"#, r#"{"projects": [{"arn": 1}]}"#, r#"{"Jobs": []}"#, r#"{"Stacks": "x"}"#] {
            assert!(!wants(text), "{text}");
        }
    }

    #[test]
    fn a_task_runs_as_its_task_role_and_not_as_what_starts_it() {
        let definition = json!({ "taskDefinitionArn": "arn:aws:ecs:eu-west-1:111111111111:task-definition/web:7",
            "executionRoleArn": "arn:aws:iam::111111111111:role/starts" });
        assert_eq!(read(task_definition, definition).expect("one").runs_as, None);
        let open = json!({ "serviceArn": "arn:aws:ecs:eu-west-1:111111111111:service/c/web", "taskDefinition": "arn:x", "enableExecuteCommand": true });
        assert_eq!(read(service, open).expect("one").attributes[Workload::COMMANDS], "yes");
    }

    #[test]
    fn a_job_may_call_its_role_by_name_and_a_job_without_one_has_none() {
        let told = read(job, json!({ "Name": "etl", "Role": "glue" })).expect("one");
        assert_eq!(
            (told.uri.as_str(), told.runs_as.as_deref()),
            ("arn:aws:glue:eu-west-1:111111111111:job/etl", Some("arn:aws:iam::111111111111:role/glue"))
        );
        let arn = "arn:aws:batch:eu-west-1:111111111111:job-definition/j:1";
        let with = |properties: Value| {
            read(job_definition, json!({ "jobDefinitionArn": arn, "containerProperties": properties })).expect("one").runs_as
        };
        assert_eq!([with(json!({ "jobRoleArn": "r" })), with(json!({}))], [Some("r".to_owned()), None]);
    }
}
