//! What answers in XML do not say of themselves: which elements are lists when they are empty, numbers, truth values, documents.

/// Elements that hold `member`s or `item`s, when they hold none.
const LISTS: &[&str] = &[
    "AccessKeyMetadata",
    "AttachedManagedPolicies",
    "Buckets",
    "Capabilities",
    "Certificates",
    "ClientIDList",
    "EnabledFeatures",
    "GroupDetailList",
    "GroupList",
    "GroupPolicyList",
    "Groups",
    "InstanceProfileList",
    "InstanceProfiles",
    "KeyPairs",
    "LaunchTemplateVersions",
    "LaunchTemplates",
    "MFADevices",
    "NotificationARNs",
    "OpenIDConnectProviderList",
    "Outputs",
    "Parameters",
    "Policies",
    "PolicyGroups",
    "PolicyNames",
    "PolicyRoles",
    "PolicyUsers",
    "PolicyVersionList",
    "Reservations",
    "RoleDetailList",
    "RolePolicyList",
    "Roles",
    "SAMLProviderList",
    "SSHPublicKeys",
    "ServerCertificateMetadataList",
    "ServiceSpecificCredentials",
    "ServicesLastAccessed",
    "Stacks",
    "Tags",
    "ThumbprintList",
    "Topics",
    "TrackedActionsLastAccessed",
    "UserDetailList",
    "UserPolicyList",
    "Users",
    "Versions",
    "VirtualMFADevices",
];

/// Elements that hold named parts, when they hold none.
const MAPS: &[&str] = &["RoleLastUsed", "SummaryMap"];

/// Elements whose text is true or false.
const TRUTHS: &[&str] = &[
    "BlockPublicAcls",
    "BlockPublicPolicy",
    "DisableRollback",
    "EnableTerminationProtection",
    "IgnorePublicAcls",
    "IsAttachable",
    "IsDefaultVersion",
    "IsTruncated",
    "RestrictPublicBuckets",
];

/// Elements whose text is a whole number.
const NUMBERS: &[&str] = &[
    "AttachmentCount",
    "Code",
    "HttpPutResponseHopLimit",
    "MaxSessionDuration",
    "PermissionsBoundaryUsageCount",
    "TotalAuthenticatedEntities",
    "TotalAuthenticatedEntitiesCount",
];

/// Elements whose text is a policy: percent-encoded JSON.
const DOCUMENTS: &[&str] = &["AssumeRolePolicyDocument", "Document", "PolicyDocument"];

/// Names of EC2 that AWS's own tool prints otherwise than with a capital.
const RENAMED: &[(&str, &str)] = &[
    ("instancesSet", "Instances"),
    ("launchTemplateVersionSet", "LaunchTemplateVersions"),
    ("keySet", "KeyPairs"),
    ("regionInfo", "Regions"),
    ("regionEndpoint", "Endpoint"),
    ("reservationSet", "Reservations"),
    ("tagSet", "Tags"),
];

/// What an element without children is.
pub(super) enum Shape {
    List,
    Map,
    Truth,
    Number,
    Document,
    Text,
}

/// The shape of an element by its name.
pub(super) fn of(name: &str) -> Shape {
    let tables = [(LISTS, Shape::List), (MAPS, Shape::Map), (TRUTHS, Shape::Truth), (NUMBERS, Shape::Number), (DOCUMENTS, Shape::Document)];
    tables.into_iter().find(|(names, _)| names.contains(&name)).map_or(Shape::Text, |(_, shape)| shape)
}

/// The name under which AWS's own tool prints an element.
pub(super) fn printed(name: &str) -> String {
    if let Some((_, ours)) = RENAMED.iter().find(|(theirs, _)| *theirs == name) {
        return (*ours).to_owned();
    }
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
