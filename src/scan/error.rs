use crate::collect::CollectError;

/// Why a target could not be scanned.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// Its collector gave up.
    #[error(transparent)]
    Collect(#[from] CollectError),
    /// No collector serves it; the face should have refused it.
    #[error("no collector serves `{0}`")]
    Unserved(String),
}
