/// What one document declares of something that several declare together: a file of a Terraform module, which is a folder.
///
/// What it means is known when the others are, at the end. It holds text of the document, without the secrets in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// How it is written.
    pub syntax: Syntax,
    /// The blocks that count.
    pub text: String,
}

/// How a part is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// HCL, as `.tf` has it.
    Hcl,
    /// JSON, as `.tf.json` has it.
    Json,
}
