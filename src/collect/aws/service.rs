/// A service of AWS: how it is addressed and in which language it is asked.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Service {
    /// Its name in permissions, hosts and signatures.
    pub id: &'static str,
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
    },
    /// A path, with the parameters behind it; the answer is JSON.
    Path {
        /// The path.
        path: &'static str,
    },
}

/// Where a service lives.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Seat {
    /// In every region.
    Region,
    /// Once in a partition.
    Partition,
}

/// Identities and what they may do.
pub(super) const IAM: Service = Service { id: "iam", protocol: Protocol::Form { version: "2010-05-08" }, seat: Seat::Partition };
/// Who we are.
pub(super) const STS: Service = Service { id: "sts", protocol: Protocol::Form { version: "2011-06-15" }, seat: Seat::Region };
/// Accounts, and the policies above them.
pub(super) const ORGANIZATIONS: Service =
    Service { id: "organizations", protocol: Protocol::Json { target: "AWSOrganizationsV20161128" }, seat: Seat::Partition };
/// Secrets and their rotation.
pub(super) const SECRETS_MANAGER: Service =
    Service { id: "secretsmanager", protocol: Protocol::Json { target: "secretsmanager" }, seat: Seat::Region };
/// Parameters.
pub(super) const SSM: Service = Service { id: "ssm", protocol: Protocol::Json { target: "AmazonSSM" }, seat: Seat::Region };
/// Functions and their environments.
pub(super) const LAMBDA: Service =
    Service { id: "lambda", protocol: Protocol::Path { path: "/2015-03-31/functions/" }, seat: Seat::Region };
/// Machines, what they are started with, and key pairs.
pub(super) const EC2: Service = Service { id: "ec2", protocol: Protocol::Form { version: "2016-11-15" }, seat: Seat::Region };
/// Certificates.
pub(super) const ACM: Service = Service { id: "acm", protocol: Protocol::Json { target: "CertificateManager" }, seat: Seat::Region };

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
        let id = self.id;
        let (host, region) = match (&self.seat, name, id) {
            (Seat::Region, ..) => (format!("{id}{fips}.{region}"), region),
            // The hosts of IAM follow no rule.
            (Seat::Partition, "aws", "iam") => (format!("iam{fips}"), home),
            (Seat::Partition, "aws-us-gov", "iam") => ("iam.us-gov".to_owned(), home),
            (Seat::Partition, _, "organizations") => (format!("{id}{fips}.{organizations}"), organizations),
            (Seat::Partition, ..) => (format!("{id}{fips}.{home}"), home),
        };
        Endpoint { url: format!("https://{host}.{suffix}"), region: region.to_owned() }
    }
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
    use super::{EC2, IAM, ORGANIZATIONS, SSM, STS};

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
        assert_eq!(url(ORGANIZATIONS.endpoint("eu-west-1", false)), "https://organizations.us-east-1.amazonaws.com us-east-1");
    }
}
