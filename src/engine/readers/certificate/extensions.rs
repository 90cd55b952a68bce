//! The extensions of a certificate: what it is for, by whom it was issued, and whether browsers are to trust it.

use x509_parser::extensions::{ExtendedKeyUsage, GeneralName, GeneralSubtree, KeyUsage, ParsedExtension, X509Extension};

use super::{
    Reading,
    gaps::Gaps,
    issued::yes,
    names::{further, joined},
};

/// Policies of publicly trusted TLS certificates (CA/Browser Forum): extended, domain, organisation and individual validation.
const PUBLIC_TLS: &[&str] = &["2.23.140.1.1", "2.23.140.1.2.1", "2.23.140.1.2.2", "2.23.140.1.2.3"];
/// A certificate that is issued to be logged, not to be used (RFC 6962).
const POISON: &str = "1.3.6.1.4.1.11129.2.4.3";
/// Names that are kept; hostile certificates have millions.
const MOST_NAMES: usize = 1 << 14;

/// What the extensions say.
#[derive(Debug, Default)]
pub(super) struct Extensions<'a> {
    /// Further names of the subject.
    pub names: Vec<String>,
    /// How many there are.
    named: usize,
    /// How many of them are names or addresses of hosts.
    hosts: usize,
    /// The id of the issuer's key.
    pub authority: Option<&'a [u8]>,
    /// The id of its own key.
    pub subject_key: Option<&'a [u8]>,
    /// Whether it may issue certificates, and how long the chain below it may be.
    constraints: Option<(bool, Option<u32>)>,
    purposes: Option<Vec<String>>,
    usages: Option<Vec<&'static str>>,
    /// Why browsers are meant to trust it.
    public: Option<&'static str>,
    precertificate: bool,
    /// The domains below which it may issue certificates.
    permitted: Vec<String>,
    /// Those below which it may not.
    excluded: Vec<String>,
    /// Those that could not be read, by their object ids.
    unread: Vec<String>,
}

/// Reads extensions; one that is broken does not hide the others.
pub(super) fn read<'a>(extensions: &'a [X509Extension<'a>], gaps: &mut Gaps<'_>) -> Extensions<'a> {
    let mut all = Extensions::default();
    for extension in extensions {
        match extension.parsed_extension() {
            ParsedExtension::ParseError { .. } => {
                gaps.inside(extension);
                all.unread.push(extension.oid.to_id_string());
            }
            ParsedExtension::UnsupportedExtension { oid } if oid.to_id_string() == POISON => all.precertificate = true,
            known => all.take(known),
        }
    }
    all
}

impl<'a> Extensions<'a> {
    /// Takes in what one extension says.
    pub fn take(&mut self, extension: &ParsedExtension<'a>) {
        match extension {
            ParsedExtension::SubjectAlternativeName(all) => {
                self.named += all.general_names.len();
                let host = |name: &&GeneralName<'_>| matches!(name, GeneralName::DNSName(_) | GeneralName::IPAddress(_));
                self.hosts += all.general_names.iter().filter(host).count();
                self.names.extend(all.general_names.iter().take(MOST_NAMES).filter_map(further));
            }
            ParsedExtension::AuthorityKeyIdentifier(id) => self.authority = id.key_identifier.as_ref().map(|id| id.0),
            ParsedExtension::SubjectKeyIdentifier(id) => self.subject_key = Some(id.0),
            ParsedExtension::BasicConstraints(constraints) => {
                self.constraints = Some((constraints.ca, constraints.path_len_constraint));
            }
            ParsedExtension::ExtendedKeyUsage(usage) => self.purposes = Some(purposes(usage)),
            ParsedExtension::KeyUsage(usage) => self.usages = Some(usages(*usage)),
            ParsedExtension::NameConstraints(limits) => {
                self.permitted = subtrees(limits.permitted_subtrees.as_deref());
                self.excluded = subtrees(limits.excluded_subtrees.as_deref());
            }
            ParsedExtension::CertificatePolicies(policies)
                if policies.iter().any(|policy| PUBLIC_TLS.contains(&policy.policy_id.to_id_string().as_str())) =>
            {
                self.public = Some("policy");
            }
            ParsedExtension::SCT(stamps) if !stamps.is_empty() => self.public = self.public.or(Some("logged")),
            _ => {}
        }
    }

    /// Notes all that was learned.
    pub fn note(&self, reading: &mut Reading) {
        if self.named > 0 {
            reading.note("sans", joined(&self.names));
            reading.note("san-count", self.named.to_string());
        }
        reading.note_some("hosts", (self.hosts > 0).then(|| self.hosts.to_string()));
        reading.note_some("wildcard", self.names.iter().find(|name| name.starts_with("*.")));
        reading.note_some("spiffe-id", self.names.iter().find(|name| name.starts_with("spiffe://")));
        let (authority, path) = self.constraints.unwrap_or_default();
        reading.note("ca", yes(authority));
        reading.note_some("path-length", path.map(|length| length.to_string()));
        reading.note_some("eku", self.purposes.as_ref().map(|all| all.join(", ")));
        reading.note_some("key-usage", self.usages.as_ref().map(|all| all.join(", ")));
        reading.note_some("public-tls", self.public.filter(|_| !authority));
        reading.note_some("precertificate", self.precertificate.then_some("yes"));
        reading.note("permitted-domains", joined(&self.permitted));
        reading.note("excluded-domains", joined(&self.excluded));
        reading.note("unread", self.unread[..self.unread.len().min(8)].join(", "));
    }
}

/// The domains among subtrees of names.
fn subtrees(all: Option<&[GeneralSubtree<'_>]>) -> Vec<String> {
    let domain = |tree: &GeneralSubtree<'_>| match &tree.base {
        GeneralName::DNSName(domain) => Some((*domain).to_owned()),
        _ => None,
    };
    all.into_iter().flatten().take(MOST_NAMES).filter_map(domain).collect()
}

/// What the key may be used for, in the words of RFC 5280.
fn purposes(usage: &ExtendedKeyUsage<'_>) -> Vec<String> {
    let known = [
        (usage.any, "any"),
        (usage.server_auth, "server-auth"),
        (usage.client_auth, "client-auth"),
        (usage.code_signing, "code-signing"),
        (usage.email_protection, "email-protection"),
        (usage.time_stamping, "time-stamping"),
        (usage.ocsp_signing, "ocsp-signing"),
    ];
    let known = known.into_iter().filter(|(said, _)| *said).map(|(_, name)| name.to_owned());
    known.chain(usage.other.iter().take(4).map(x509_parser::der_parser::Oid::to_id_string)).collect()
}

/// How the key may be used, in the words of RFC 5280.
fn usages(usage: KeyUsage) -> Vec<&'static str> {
    let known = [
        (usage.digital_signature(), "digital-signature"),
        (usage.non_repudiation(), "non-repudiation"),
        (usage.key_encipherment(), "key-encipherment"),
        (usage.data_encipherment(), "data-encipherment"),
        (usage.key_agreement(), "key-agreement"),
        (usage.key_cert_sign(), "cert-sign"),
        (usage.crl_sign(), "crl-sign"),
        (usage.encipher_only(), "encipher-only"),
        (usage.decipher_only(), "decipher-only"),
    ];
    known.into_iter().filter(|(said, _)| *said).map(|(_, name)| name).collect()
}
