/// A service of AWS: how it is addressed and in which language it is asked.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Service {
    /// Its name in permissions and signatures.
    pub id: &'static str,
    /// Its name in hosts.
    pub host: &'static str,
    /// Its language.
    pub protocol: Protocol,
    /// Where it lives.
    pub seat: Seat,
}

/// How a service is asked, and how it answers.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    /// A form with this version; the answer is XML.
    Form {
        /// The version of the interface.
        version: &'static str,
    },
    /// JSON, with the operation in a header.
    Json {
        /// What stands before the operation there.
        target: &'static str,
        /// The version of the language.
        version: &'static str,
    },
    /// A path, with the parameters behind it; the answer is JSON.
    Path,
    /// The same, as S3 has it: the answer is XML with a root of its own, or a document as somebody stored it.
    Object,
}

/// Where a service lives.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Seat {
    /// In every region.
    Region,
    /// In some regions.
    SomeRegions,
    /// Once in a partition.
    Partition,
    /// In every region, at a host for each account.
    Account,
}

impl Service {
    const fn form(id: &'static str, version: &'static str, seat: Seat) -> Self {
        Self { id, host: id, protocol: Protocol::Form { version }, seat }
    }

    const fn json(id: &'static str, target: &'static str) -> Self {
        Self { id, host: id, protocol: Protocol::Json { target, version: "1.1" }, seat: Seat::Region }
    }

    const fn json_1_0(id: &'static str, target: &'static str) -> Self {
        Self { protocol: Protocol::Json { target, version: "1.0" }, ..Self::json(id, target) }
    }

    /// One that not every region has.
    const fn in_some_regions(self) -> Self {
        Self { seat: Seat::SomeRegions, ..self }
    }

    const fn path(id: &'static str) -> Self {
        Self { id, host: id, protocol: Protocol::Path, seat: Seat::Region }
    }
}

/// Identities and what they may do.
pub(super) const IAM: Service = Service::form("iam", "2010-05-08", Seat::Partition);
/// Who we are.
pub(super) const STS: Service = Service::form("sts", "2011-06-15", Seat::Region);
/// Accounts, and the policies above them.
pub(super) const ORGANIZATIONS: Service = Service { seat: Seat::Partition, ..Service::json("organizations", "AWSOrganizationsV20161128") };
/// Secrets and their rotation.
pub(super) const SECRETS_MANAGER: Service = Service::json("secretsmanager", "secretsmanager");
/// Parameters.
pub(super) const SSM: Service = Service::json("ssm", "AmazonSSM");
/// Functions and their environments.
pub(super) const LAMBDA: Service = Service::path("lambda");
/// Machines, what they are started with, and key pairs.
pub(super) const EC2: Service = Service::form("ec2", "2016-11-15", Seat::Region);
/// Certificates.
pub(super) const ACM: Service = Service::json("acm", "CertificateManager");
/// Buckets. What is asked of them is named by its permission, for it has no other name in the question.
pub(super) const S3: Service = Service { id: "s3", host: "s3", protocol: Protocol::Object, seat: Seat::Region };
/// What an account says of all of its buckets.
pub(super) const S3_ACCOUNT: Service = Service { host: "s3-control", seat: Seat::Account, ..S3 };
/// Keys that encrypt.
pub(super) const KMS: Service = Service::json("kms", "TrentService");
/// Queues.
pub(super) const SQS: Service = Service::json_1_0("sqs", "AmazonSQS");
/// Topics.
pub(super) const SNS: Service = Service::form("sns", "2010-03-31", Seat::Region);
/// Images of containers.
pub(super) const ECR: Service = Service { host: "api.ecr", ..Service::json("ecr", "AmazonEC2ContainerRegistry_V20150921") };
/// File systems.
pub(super) const EFS: Service = Service::path("elasticfilesystem");
/// Vaults of backups.
pub(super) const BACKUP: Service = Service::path("backup");

/// Roles for machines outside of AWS, by certificates.
pub(super) const ROLES_ANYWHERE: Service = Service::path("rolesanywhere").in_some_regions();

/// Permission sets: by which of them people come into accounts.
pub(super) const SSO_ADMIN: Service = Service::json("sso", "SWBExternalService").in_some_regions();
/// The names of people and groups.
pub(super) const IDENTITY_STORE: Service = Service::json("identitystore", "AWSIdentityStore").in_some_regions();

/// Containers: what they run, with which environment and role.
pub(super) const ECS: Service = Service::json("ecs", "AmazonEC2ContainerServiceV20141113");
/// Jobs in containers.
pub(super) const BATCH: Service = Service::path("batch").in_some_regions();
/// Builds.
pub(super) const CODEBUILD: Service = Service::json("codebuild", "CodeBuild_20161006").in_some_regions();
/// Stacks of resources.
pub(super) const CLOUDFORMATION: Service = Service::form("cloudformation", "2010-05-15", Seat::Region);
/// Jobs on data, and how they connect.
pub(super) const GLUE: Service = Service::json("glue", "AWSGlue").in_some_regions();
/// Notebooks.
pub(super) const SAGEMAKER: Service = Service { host: "api.sagemaker", ..Service::json("sagemaker", "SageMaker").in_some_regions() };
/// State machines.
pub(super) const STATES: Service = Service::json_1_0("states", "AWSStepFunctions").in_some_regions();

/// Identities for whoever comes from an app.
pub(super) const IDENTITY_POOLS: Service = Service::json("cognito-identity", "AWSCognitoIdentityService").in_some_regions();
/// Interfaces for others, with keys. Its permissions are named by methods.
pub(super) const API_GATEWAY: Service = Service::path("apigateway");
/// The same in GraphQL.
pub(super) const APPSYNC: Service = Service::path("appsync").in_some_regions();
/// Things with certificates.
pub(super) const IOT: Service = Service::path("iot").in_some_regions();
/// Buses of events.
pub(super) const EVENTS: Service = Service::json("events", "AWSEvents");
/// Domains for searches.
pub(super) const OPENSEARCH: Service = Service::path("es").in_some_regions();

/// The host of a service, and the region for which its requests are signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Endpoint {
    /// The address, without a path.
    pub url: String,
    /// The region of the signature.
    pub region: String,
}

impl Service {
    /// Where the service is asked for what lies in a region, with FIPS cryptography where that is wished.
    pub fn endpoint(&self, region: &str, fips: bool) -> Endpoint {
        let Partition { name, suffix, home, organizations, .. } = *Partition::of(region);
        let fips = if fips { "-fips" } else { "" };
        let id = self.host;
        let (host, region) = match (&self.seat, name, id) {
            // The number of the account is put before it by whoever knows it.
            (Seat::Region | Seat::SomeRegions | Seat::Account, ..) => (format!("{id}{fips}.{region}"), region),
            // The hosts of IAM follow no rule.
            (Seat::Partition, "aws", "iam") => (format!("iam{fips}"), home),
            (Seat::Partition, "aws-us-gov", "iam") => ("iam.us-gov".to_owned(), home),
            (Seat::Partition, _, "organizations") => (format!("{id}{fips}.{organizations}"), organizations),
            (Seat::Partition, ..) => (format!("{id}{fips}.{home}"), home),
        };
        Endpoint { url: format!("https://{host}.{suffix}"), region: region.to_owned() }
    }
}

/// The name of the world of AWS in which a region lies, as ARNs have it.
pub(super) fn partition(region: &str) -> &'static str {
    Partition::of(region).name
}

/// A separate world of AWS, with hosts and identities of its own.
#[derive(Debug, PartialEq, Eq)]
struct Partition {
    name: &'static str,
    prefix: &'static str,
    suffix: &'static str,
    home: &'static str,
    organizations: &'static str,
}

const COMMERCIAL: Partition = Partition { name: "aws", prefix: "", suffix: "amazonaws.com", home: "us-east-1", organizations: "us-east-1" };

const PARTITIONS: &[Partition] = &[
    Partition { name: "aws-cn", prefix: "cn-", suffix: "amazonaws.com.cn", home: "cn-north-1", organizations: "cn-northwest-1" },
    Partition { name: "aws-us-gov", prefix: "us-gov-", suffix: "amazonaws.com", home: "us-gov-west-1", organizations: "us-gov-west-1" },
    Partition { name: "aws-eusc", prefix: "eusc-", suffix: "amazonaws.eu", home: "eusc-de-east-1", organizations: "eusc-de-east-1" },
    Partition { name: "aws-iso", prefix: "us-iso-", suffix: "c2s.ic.gov", home: "us-iso-east-1", organizations: "us-iso-east-1" },
    Partition { name: "aws-iso-b", prefix: "us-isob-", suffix: "sc2s.sgov.gov", home: "us-isob-east-1", organizations: "us-isob-east-1" },
];

impl Partition {
    fn of(region: &str) -> &'static Self {
        PARTITIONS.iter().find(|partition| region.starts_with(partition.prefix)).unwrap_or(&COMMERCIAL)
    }
}

#[cfg(test)]
mod tests {
    use super::{EC2, ECR, IAM, ORGANIZATIONS, S3_ACCOUNT, SSM, STS};

    #[test]
    fn every_partition_has_hosts_of_its_own() {
        let url = |endpoint: super::Endpoint| format!("{} {}", endpoint.url, endpoint.region);
        assert_eq!(url(IAM.endpoint("eu-west-1", false)), "https://iam.amazonaws.com us-east-1");
        assert_eq!(url(IAM.endpoint("eu-west-1", true)), "https://iam-fips.amazonaws.com us-east-1");
        assert_eq!(url(IAM.endpoint("cn-northwest-1", false)), "https://iam.cn-north-1.amazonaws.com.cn cn-north-1");
        assert_eq!(url(IAM.endpoint("us-gov-east-1", false)), "https://iam.us-gov.amazonaws.com us-gov-west-1");
        assert_eq!(url(STS.endpoint("eu-west-1", false)), "https://sts.eu-west-1.amazonaws.com eu-west-1");
        assert_eq!(url(SSM.endpoint("cn-north-1", false)), "https://ssm.cn-north-1.amazonaws.com.cn cn-north-1");
        assert_eq!(url(EC2.endpoint("us-east-2", true)), "https://ec2-fips.us-east-2.amazonaws.com us-east-2");
        assert_eq!(url(ECR.endpoint("eu-west-1", false)), "https://api.ecr.eu-west-1.amazonaws.com eu-west-1");
        assert_eq!(url(S3_ACCOUNT.endpoint("eu-west-1", false)), "https://s3-control.eu-west-1.amazonaws.com eu-west-1");
        assert_eq!(url(ORGANIZATIONS.endpoint("eu-west-1", false)), "https://organizations.us-east-1.amazonaws.com us-east-1");
    }
}
