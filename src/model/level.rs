use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Makes an ordered level with kebab-case names, its `Display` and its `FromStr`.
macro_rules! level {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// All levels, lowest first.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name that people type.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }

        impl FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                Self::ALL.iter().copied().find(|l| l.name() == text).ok_or_else(|| {
                    format!("`{text}` is none of {}", [$($text),+].join(", "))
                })
            }
        }
    };
}

level! {
    /// How bad it is if the finding is true.
    Severity {
        /// Worth knowing; nothing to repair.
        Info = "info",
        /// Hygiene.
        Low = "low",
        /// Repair it in the normal course of work.
        Medium = "medium",
        /// Repair it this week.
        High = "high",
        /// Repair it now.
        Critical = "critical",
    }
}

level! {
    /// How sure we are that a hit is a credential.
    Confidence {
        /// Looks like one, but something speaks against it (a checksum that fails).
        Low = "low",
        /// The shape is right; nothing proves it.
        Medium = "medium",
        /// The shape cannot be chance, or a checksum proves it.
        High = "high",
    }
}

level! {
    /// How sure an answer about permissions is.
    Certainty {
        /// It hangs on something that no inventory tells.
        Possible = "possible",
        /// It hangs on a condition.
        Conditional = "conditional",
        /// Nothing stands in the way.
        Certain = "certain",
    }
}

level! {
    /// How much an identity may do.
    Privilege {
        /// Nothing.
        None = "none",
        /// Reads what is no secret.
        Read = "read",
        /// Changes things.
        Write = "write",
        /// Reads data or credentials in bulk, or changes who may.
        Sensitive = "sensitive",
        /// Becomes an administrator by some steps.
        Escalates = "escalates",
        /// May do everything.
        Admin = "admin",
    }
}
