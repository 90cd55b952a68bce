/// What one document declares of something that several declare together: a file of a Terraform module, which is a folder.
///
/// What it means is known when the others are, at the end. It holds text of the document, without the secrets in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The blocks that count.
    pub text: String,
}
