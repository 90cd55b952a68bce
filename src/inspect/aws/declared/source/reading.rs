//! What of a file counts: the blocks that tell of identities, and those that others may refer to.

use hcl_edit::{
    Span as _,
    parser::parse_body,
    structure::{Block, BlockLabel},
};

/// How large a file may be, bytes. Files that people write have some thousands.
pub(super) const MOST: usize = 4 << 20;

/// The blocks with which a file begins, and whether they have labels.
pub(super) const BLOCKS: &[(&str, usize)] = &[
    ("check", 1),
    ("data", 2),
    ("import", 0),
    ("locals", 0),
    ("module", 1),
    ("moved", 0),
    ("output", 1),
    ("provider", 1),
    ("removed", 0),
    ("resource", 2),
    ("terraform", 0),
    ("variable", 1),
];

/// The text of a block that counts.
pub(super) struct Taken {
    /// As it stands in the file.
    pub text: String,
    /// Whether anybody may write anything there: then it is searched for passwords as well.
    pub free: bool,
}

/// The blocks of a file that count; why it cannot be read, in words.
pub(super) fn parts(bytes: &[u8]) -> Result<Vec<Taken>, String> {
    if bytes.len() > MOST {
        return Err(format!("it has more than {} MiB", MOST >> 20));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let body = parse_body(text).map_err(|error| {
        let what: String = error.message().chars().take(200).collect();
        format!("line {}: {}", error.location().line(), what.replace('\n', ", "))
    })?;
    let kept = body.blocks().filter(|block| counts(block));
    let taken = kept.filter_map(|block| {
        let free = free(block.labels.first().map(BlockLabel::as_str));
        Some(Taken { text: text.get(block.span()?)?.to_owned(), free })
    });
    Ok(taken.collect())
}

/// Whether a text is whole, and can be read.
pub(super) fn is_whole(text: &str) -> bool {
    parse_body(text).is_ok()
}

/// Whether anybody may write anything into a block, by its first label.
pub(super) fn free(label: Option<&str>) -> bool {
    !label.is_some_and(|kind| kind.starts_with("aws_iam_"))
}

/// Whether a block tells of an identity, or others may refer to it.
fn counts(block: &Block) -> bool {
    match block.ident.as_str() {
        "locals" | "module" | "output" | "variable" => true,
        "resource" | "data" => block.labels.first().is_some_and(|kind| kind.as_str().starts_with("aws_")),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn of_a_file_only_what_counts_is_taken() {
        let text = "terraform {\n}\n# é\nlocals {\n  a = 1\n}\nresource \"google_project\" \"x\" {\n}\nresource \"aws_iam_user\" \"ci\" {\n  name = \"ci\"\n}\n";
        let taken: Vec<String> = parts(text.as_bytes()).expect("HCL").into_iter().map(|block| block.text).collect();
        assert_eq!(taken, ["locals {\n  a = 1\n}", "resource \"aws_iam_user\" \"ci\" {\n  name = \"ci\"\n}"]);
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        let why = parts(b"resource \"aws_iam_user\" \"ci\" {\n  name = [\n}\n").err().expect("no HCL");
        assert!(why.starts_with("line "), "{why}");
    }
}
