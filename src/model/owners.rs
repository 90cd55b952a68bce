/// One line of a CODEOWNERS file: who answers for the paths of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwnerLine {
    /// Which paths, as the file says it: `/infra/`, `*.tf`.
    pub pattern: String,
    /// Who: `@acme/platform ann@acme.dev`; empty where a line says that nobody does.
    pub owners: String,
}
