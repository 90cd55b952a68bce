use crate::{
    analyze::{Check, check::NoSettings},
    model::{About, Finding, Known, Severity, Time, control},
};

use super::facts::Facts;

/// The group that every Kubernetes cluster lets do everything.
const MASTERS: &str = "system:masters";

/// Finds client certificates that are administrator of a cluster.
pub struct CertificateOfClusterAdmin;

impl Check for CertificateOfClusterAdmin {
    const ABOUT: About = About {
        id: "certificate-of-cluster-admin",
        title: "A client certificate is administrator of a Kubernetes cluster",
        explain: "Its organisation is `system:masters`: the API server lets whoever holds its key do everything, past every role and admission check, and a certificate \
                  of a client cannot be revoked there. Only its expiry, or a new issuer for the whole cluster, ends it.\n\nUse short-lived tokens or OIDC for \
                  people and workloads; keep one such certificate for emergencies, and lock it away.",
        controls: &[&control::NHI5, &control::NHI7, &control::CIS_KUBERNETES_5_1_7],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, now: Time) -> Option<Finding> {
        let facts = Facts::of(known).filter(|facts| !facts.authority())?;
        let subject = facts.says("subject").filter(|subject| subject.split(", ").any(|part| part == format!("O={MASTERS}")))?;
        if known.credential.expires.is_some_and(|at| at < now) {
            return None;
        }
        let key = if facts.private_key().is_some() { "; its private key lies here, too" } else { "" };
        let until = known.credential.expires.map_or_else(String::new, |at| format!(" until {}", at.date()));
        let because = format!("is administrator of its cluster{until} and cannot be revoked{key}");
        Some(facts.finding(&Self::ABOUT, Severity::High, because).and_beyond("subject", subject, format!("no O={MASTERS}")))
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::{
            Check,
            certificate::facts::tests::{DAY, certificate},
            check::NoSettings,
        },
        model::Time,
    };

    use super::CertificateOfClusterAdmin;

    #[test]
    fn the_group_of_masters_is_told_and_one_that_sounds_like_it_is_not() {
        let told = |subject| {
            let known = certificate("admin.conf", 0, 10, &[("subject", subject), ("eku", "client-auth")]);
            CertificateOfClusterAdmin::judge(&known, &NoSettings {}, Time(DAY)).is_some()
        };
        assert!(told("O=system:masters, CN=kubernetes-admin"));
        assert!(!told("O=system:masters-of-nothing, CN=a") && !told("CN=O=system:masters"));
    }
}
