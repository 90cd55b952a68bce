use crate::model::{About, Finding, Known, Severity, Time, control};

use super::{
    Check,
    check::NoSettings,
    exposure::{Exposure, confidence, counted},
};

/// Finds credentials that lie in clear in the configuration of a cloud account.
pub struct PlaintextInConfiguration;

/// Where collectors put what services are configured with, below the folder of a region, and what that is.
const CONFIGURED: &[(&str, &str)] = &[
    ("lambda/functions", "the environment of a Lambda function"),
    ("ec2/user-data", "the user data of a machine"),
    ("ec2/launch-templates", "the user data of a launch template"),
    ("ssm/parameters", "a parameter that is stored in clear"),
    ("ecs/task-definitions", "the definition of a task in containers"),
    ("batch/job-definitions", "the definition of a job in containers"),
    ("codebuild/projects", "the environment of a build"),
    ("cloudformation/stacks", "the parameters or outputs of a stack"),
    ("glue/jobs", "the arguments of a Glue job"),
    ("glue/connections", "a Glue connection"),
    ("sagemaker/lifecycle", "a script that notebooks start with"),
    ("states", "the definition of a state machine"),
];

impl Check for PlaintextInConfiguration {
    const ABOUT: About = About {
        id: "plaintext-in-configuration",
        title: "A credential lies in clear in the configuration of a cloud account",
        explain: "A credential lies in the environment of a function, a task or a build, in what a machine, a notebook or a template of machines is started with, in \
                  the arguments of a job, the definition of a state machine, the parameters or outputs of a stack, or in a parameter of type String. \
                  Whoever may read the configuration reads it: `lambda:ListFunctions`, `ecs:DescribeTaskDefinition`, `ec2:DescribeInstanceAttribute` and \
                  `ssm:GetParameters` are in every policy for read-only access, any process on a machine can ask for its user data, and old versions keep \
                  it.\n\nPut the value into a secrets manager (or a SecureString), let the configuration name it (`secrets` of a task, `SECRETS_MANAGER` of a \
                  build, `NoEcho` and dynamic references of a template) and give what runs a role that may read that one secret; rotate the credential.",
        controls: &[&control::NHI2, &control::NHI6, &control::CSF_PR_DS_01, &control::PCI_8_6_2, &control::ATTACK_T1552_005],
        see: &["https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html"],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, _: Time) -> Option<Finding> {
        let exposure = Exposure::of(known)?;
        let mut places: Vec<Spot<'_>> = exposure.places.iter().filter_map(|place| spot(&place.appearance.path)).collect();
        places.sort_unstable();
        places.dedup();
        let first = places.first()?;
        let more = if places.len() > 1 { format!(", and in {} more", counted(places.len() - 1, "place")) } else { String::new() };
        let because = format!("lies in clear in {} of account {} in {}{more}", first.what, first.account, first.region);
        let finding = Finding::new(&Self::ABOUT, known.credential.key.clone(), exposure.temper(Severity::High), confidence(known), because);
        Some(finding.and("account", first.account).and("region", first.region).and("places", places.len()))
    }
}

/// A document of a service.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Spot<'p> {
    account: &'p str,
    region: &'p str,
    what: &'static str,
    document: &'p str,
}

/// What a document is by its path, `…/ACCOUNT/REGION/SERVICE/…`.
fn spot(path: &str) -> Option<Spot<'_>> {
    let number = |part: &str| part.len() == 12 && part.bytes().all(|b| b.is_ascii_digit());
    let mut rest = path;
    while let Some((folder, inner)) = rest.split_once('/') {
        if let Some((region, document)) = inner.split_once('/').filter(|(region, _)| number(folder) && region.contains('-')) {
            let (_, what) = CONFIGURED.iter().find(|(service, _)| document.starts_with(service))?;
            return Some(Spot { account: folder, region, what, document });
        }
        rest = inner;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{NoSettings, PlaintextInConfiguration, spot};
    use crate::{
        analyze::{Check, sample},
        model::{Severity, Time},
    };

    #[test]
    fn only_what_services_are_configured_with_counts() {
        let what = |path: &str| spot(path).map(|spot| spot.what);
        assert_eq!(what("111111111111/eu-west-1/lambda/functions-1.json"), Some("the environment of a Lambda function"));
        assert_eq!(what("saved/111111111111/eu-west-1/ec2/user-data/i-1.txt"), Some("the user data of a machine"));
        for path in
            ["111111111111/iam/account-summary.json", "src/lambda/functions.json", "111111111111/eu-west-1/acm/certificates.json", "x"]
        {
            assert_eq!(what(path), None, "{path}");
        }
    }

    #[test]
    fn it_is_told_where_it_lies() {
        let known = sample::known(1).at("111111111111/eu-west-1/lambda/functions-1.json", 1).at("a.env", 1).build();
        let found = PlaintextInConfiguration::judge(&known, &NoSettings {}, Time(0)).expect("a finding");
        assert_eq!(
            (found.severity, found.because.as_str()),
            (Severity::High, "lies in clear in the environment of a Lambda function of account 111111111111 in eu-west-1")
        );
        assert!(PlaintextInConfiguration::judge(&sample::known(1).at("a.env", 1).build(), &NoSettings {}, Time(0)).is_none());
    }
}
