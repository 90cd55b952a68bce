//! Terraform's source: what a module would make, worked out of all the files of its folder and of the modules that it calls.
//!
//! A file by itself says little: its variables, its locals and what it refers to stand in the files beside it. So the inspector
//! takes off a file what counts ([`Part`](crate::model::Part)), and [`judge`] works out what the parts of a target tell together, once it is known where each
//! lies. Nobody can know all: what hangs on a variable without a default, on an answer of a provider or on a module from elsewhere
//! stands in its place as `<unknown var.name>`, and grants with that in them are never told as if they were whole.

mod evaluate;
mod functions;
mod instances;
mod json;
mod judge;
mod literal;
mod module;
mod reading;
mod reference;
mod scope;
mod settle;
mod statement;
mod template;

use crate::{
    inspect::{Inspector, Outcome, Workbench, aws::told::Told},
    model::{About, Document, Origin, Part},
};

pub use judge::{Judged, Lying, judge};

use reading::BLOCKS;

/// Reads the source of Terraform and OpenTofu.
pub struct TerraformSource;

const ABOUT: About = About {
    id: "aws-terraform-source",
    title: "Users, roles, policies and what runs as them in Terraform's source",
    explain: "Reads `.tf`, `.tofu` and `.tf.json` files, whatever their name: users, groups, roles, policies and what attaches them, policy documents, identity providers, \
              functions and machines. The files of a folder are put together, modules in folders of the same target are followed with what they are given, \
              variables count with their defaults. What hangs on anything else is unknown, and said so: what an identity may do is then `possible`, at least \
              what is told. Terraform itself is not run, and no provider is asked.",
    controls: &[],
    see: &["https://developer.hashicorp.com/terraform/language/syntax/configuration"],
};

/// How far into a document its first block is looked for, bytes: a licence may stand before it.
const HEAD: usize = 4096;

/// The first line of a document that says something.
fn first_line(bytes: &[u8]) -> Option<&[u8]> {
    let mut rest = bytes[..bytes.len().min(HEAD)].trim_ascii_start();
    rest = rest.strip_prefix("\u{feff}".as_bytes()).unwrap_or(rest);
    loop {
        let end = match rest {
            [b'#', ..] | [b'/', b'/', ..] => memchr::memchr(b'\n', rest)?,
            [b'/', b'*', ..] => memchr::memmem::find(rest, b"*/")? + 2,
            _ => return Some(&rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())]),
        };
        rest = rest[end..].trim_ascii_start();
    }
}

/// Whether a document begins as a file of Terraform does: with one of its blocks.
fn begins(bytes: &[u8]) -> bool {
    let Some(line) = first_line(bytes) else { return false };
    let word = line.iter().take_while(|b| b.is_ascii_lowercase()).count();
    let (word, rest) = line.split_at(word);
    BLOCKS.iter().any(|(known, labels)| known.as_bytes() == word && labelled(rest, *labels))
}

/// Whether so many labels and a brace come.
fn labelled(rest: &[u8], labels: usize) -> bool {
    let rest = rest.trim_ascii();
    if labels == 0 { rest.starts_with(b"{") } else { rest.starts_with(b"\"") && rest.contains(&b'{') }
}

impl Inspector for TerraformSource {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        begins(bytes) || json::begins(bytes)
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut told = Told::new(bench, outcome);
        // What does not speak of AWS may still hold what the files beside it need, and is never a fault.
        let ours = memchr::memmem::find(document.bytes, b"\"aws_").is_some();
        let in_json = json::begins(document.bytes);
        let parts = if in_json { json::parts(document.bytes) } else { reading::parts(document.bytes) };
        match parts {
            Ok(blocks) if blocks.is_empty() => {}
            Ok(blocks) => {
                let mut all = Vec::new();
                for block in blocks {
                    // What names the block is no password.
                    let head = block.text.find('{').unwrap_or_default();
                    let mut free = if block.free { literal::literals(&block.text) } else { Vec::new() };
                    free.retain(|place| place.start > head);
                    let clean = told.clean(&block.text, &free);
                    if clean == block.text || reading::is_whole(&clean) {
                        all.push(clean);
                    } else {
                        let head = block.text.lines().next().unwrap_or_default();
                        told.malformed("", &format!("`{head}` holds what looks like a secret, and was left out"));
                    }
                }
                told.outcome.part(Part { text: all.join("\n") });
            }
            Err(why) if ours => told.malformed("", &format!("looks like Terraform's source, but cannot be read: {why}")),
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::begins;

    #[test]
    fn a_file_of_terraform_is_known_by_its_first_block() {
        for text in [
            "resource \"aws_iam_user\" \"ci\" {\n",
            "# remark\n\n/* a\n licence */\n// more\nlocals {\n  a = 1\n}\n",
            "\u{feff}variable \"x\" {}\n",
            "terraform {\n",
        ] {
            assert!(begins(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "# only\n",
            "/* open",
            "resource = 1\n",
            "locals\n",
            "resources \"a\" {\n",
            "data: \"x\" {\n",
            "job \"x\" {\n",
            "variable x",
        ] {
            assert!(!begins(text.as_bytes()), "{text}");
        }
    }
}
