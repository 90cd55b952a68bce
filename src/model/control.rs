//! The risks and controls of public frameworks that checks speak to, as data: which framework, which version, which id.
//!
//! Versions renumber, so the version is part of each row. A check names rows by these constants: an id that does not exist
//! does not compile. Titles of OWASP are exact; the others are shortened.

use std::fmt;

use serde::Serialize;

/// One risk or control of a public framework.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Control {
    /// The framework (`OWASP NHI Top 10`).
    pub framework: &'static str,
    /// Its version; the same id means something else in another one.
    pub version: &'static str,
    /// The id within it (`NHI2:2025`).
    pub id: &'static str,
    /// What it is about, in a few words.
    pub title: &'static str,
}

impl Control {
    /// The control that was written down as this text, if this program knows it.
    #[must_use]
    pub fn find(text: &str) -> Option<&'static Self> {
        ALL.iter().copied().find(|control| control.to_string() == text)
    }
}

impl fmt::Display for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {}", self.framework, self.version, self.id, self.title)
    }
}

/// Declares the rows of one framework, and the table of all.
macro_rules! controls {
    ($($framework:literal $version:literal { $($name:ident $id:literal $title:literal,)+ })+) => {
        $($(
            #[doc = concat!($framework, " ", $version, " ", $id, ": ", $title)]
            pub static $name: Control = Control { framework: $framework, version: $version, id: $id, title: $title };
        )+)+

        /// Every row, by framework.
        pub static ALL: &[&Control] = &[$($(&$name,)+)+];
    };
}

controls! {
    "OWASP NHI Top 10" "2025" {
        NHI1 "NHI1:2025" "Improper Offboarding",
        NHI2 "NHI2:2025" "Secret Leakage",
        NHI3 "NHI3:2025" "Vulnerable Third-Party NHI",
        NHI4 "NHI4:2025" "Insecure Authentication",
        NHI5 "NHI5:2025" "Overprivileged NHI",
        NHI6 "NHI6:2025" "Insecure Cloud Deployment Configurations",
        NHI7 "NHI7:2025" "Long-Lived Secrets",
        NHI8 "NHI8:2025" "Environment Isolation",
        NHI9 "NHI9:2025" "NHI Reuse",
        NHI10 "NHI10:2025" "Human Use of NHI",
    }
    "NIST CSF" "2.0" {
        CSF_ID_AM_08 "ID.AM-08" "Systems, hardware, software, services and data are managed throughout their life cycles",
        CSF_PR_AA_01 "PR.AA-01" "Identities and credentials for authorized users, services and hardware are managed",
        CSF_PR_AA_03 "PR.AA-03" "Users, services and hardware are authenticated",
        CSF_PR_AA_04 "PR.AA-04" "Identity assertions are protected, conveyed and verified",
        CSF_PR_AA_05 "PR.AA-05" "Permissions are defined in a policy, managed, enforced and reviewed by least privilege",
        CSF_PR_DS_01 "PR.DS-01" "Data at rest is protected",
        CSF_PR_DS_02 "PR.DS-02" "Data in transit is protected",
        CSF_PR_DS_10 "PR.DS-10" "Data in use is protected",
        CSF_PR_PS_01 "PR.PS-01" "Configuration management practices are established and applied",
        CSF_PR_IR_01 "PR.IR-01" "Networks and environments are protected from unauthorized logical access",
        CSF_DE_CM_03 "DE.CM-03" "Personnel activity and use of technology are monitored",
        CSF_DE_CM_09 "DE.CM-09" "Computing hardware and software and their environments are monitored",
        CSF_GV_SC_07 "GV.SC-07" "Risks of suppliers are understood, recorded, assessed and monitored",
    }
    "NIST SP 800-207" "2020" {
        TENET_3 "Tenet 3" "Access to a resource is granted for one session",
        TENET_4 "Tenet 4" "Access is determined by dynamic policy",
        TENET_6 "Tenet 6" "Authentication and authorization are dynamic and enforced before access",
    }
    "CIS AWS Foundations" "7.0.0" {
        CIS_AWS_2_4 "2.4" "No access key of the root user",
        CIS_AWS_2_5 "2.5" "Multi-factor authentication for the root user",
        CIS_AWS_2_6 "2.6" "Hardware multi-factor authentication for the root user",
        CIS_AWS_2_7 "2.7" "The root user is not used for daily work",
        CIS_AWS_2_10 "2.10" "Multi-factor authentication for users with a console password",
        CIS_AWS_2_11 "2.11" "Credentials unused for 45 days are disabled",
        CIS_AWS_2_12 "2.12" "Access keys are rotated every 90 days or sooner",
        CIS_AWS_2_13 "2.13" "Users receive permissions only through groups",
        CIS_AWS_2_14 "2.14" "No policies that allow everything on everything",
        CIS_AWS_2_16 "2.16" "Instances get access by roles",
        CIS_AWS_2_17 "2.17" "Expired server certificates are removed",
        CIS_AWS_2_20 "2.20" "Access to CloudShell is restricted",
        CIS_AWS_2_21 "2.21" "No resource policy is open to every principal",
    }
    "CIS Kubernetes" "2.0.1" {
        CIS_KUBERNETES_5_1_7 "5.1.7" "The group system:masters is not used",
    }
    "PCI DSS" "4.0.1" {
        PCI_7_2_5 "7.2.5" "Application and system accounts have least privilege",
        PCI_8_2_6 "8.2.6" "Accounts unused for 90 days are removed or disabled",
        PCI_8_6_1 "8.6.1" "Interactive use of system and application accounts is prevented",
        PCI_8_6_2 "8.6.2" "Passwords of such accounts are not hard coded in scripts, configuration or source",
        PCI_8_6_3 "8.6.3" "Passwords of such accounts are changed periodically and upon suspicion",
    }
    "MITRE ATT&CK" "17" {
        ATTACK_T1078_004 "T1078.004" "Valid Accounts: Cloud Accounts",
        ATTACK_T1098_001 "T1098.001" "Account Manipulation: Additional Cloud Credentials",
        ATTACK_T1134 "T1134" "Access Token Manipulation",
        ATTACK_T1552_001 "T1552.001" "Unsecured Credentials: Credentials In Files",
        ATTACK_T1552_004 "T1552.004" "Unsecured Credentials: Private Keys",
        ATTACK_T1552_005 "T1552.005" "Unsecured Credentials: Cloud Instance Metadata API",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_controls_share_an_id_and_each_is_found_by_its_text() {
        let ids: BTreeSet<(&str, &str)> = ALL.iter().map(|control| (control.framework, control.id)).collect();
        assert_eq!(ids.len(), ALL.len());
        for control in ALL {
            assert_eq!(Control::find(&control.to_string()), Some(*control));
        }
        assert_eq!(Control::find("OWASP NHI Top 10 2025 NHI11:2025 Too Many"), None);
    }

    #[test]
    fn a_framework_has_one_version() {
        let versions: BTreeSet<(&str, &str)> = ALL.iter().map(|control| (control.framework, control.version)).collect();
        let names: BTreeSet<&str> = versions.iter().map(|(framework, _)| *framework).collect();
        assert_eq!(versions.len(), names.len());
    }
}
