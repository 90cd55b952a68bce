//! Reads `name = value` where a literal of a name was found, in any language and format: what a person reads as "this name has
//! that value".
//!
//! No regular expression and no parser of one format: from the literal out to the whole name (`name`), over what joins name and
//! value (`joint`), to the value's end (`value`). Every step looks at a bounded stretch, so that a literal that occurs in
//! every line costs little. What the value is worth is not asked here but in [`super::judge`].

mod default;
mod element;
mod joint;
mod name;
pub mod stem;
mod value;

use std::ops::Range;

pub use joint::Joint;
pub use name::words;
pub use stem::Sort;
use stem::Stem;

/// How many values of one list are read.
const LIST: usize = 16;

/// A name with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// What the name speaks of.
    pub sort: Sort,
    /// The whole name, dots and hyphens included.
    pub name: Range<usize>,
    /// The value, without quotes and without what wraps it.
    pub value: Range<usize>,
    /// What joins the two.
    pub joint: Joint,
    /// The quote around the value.
    pub quote: Option<u8>,
    /// The function or type that is called with the value: `base64Decode` in `key = base64Decode("…")`.
    pub call: Option<Range<usize>>,
    /// Whether the text goes on behind the value with something that belongs to it: `"abc" + x`.
    pub goes_on: bool,
    /// Whether the value stands in a list of values.
    pub listed: bool,
}

/// How far around a literal is looked where it is no name that is given anything, bytes.
pub const NEAR: usize = 192;
/// How far at most, for one value.
pub const FAR: usize = 3072;

/// Reads the assignment to whose name a literal belongs, and the other values if it is a list. Tells how far around the literal
/// was looked; `None`: no bound is known.
pub fn read(bytes: &[u8], literal: Range<usize>, each: &mut dyn FnMut(Assignment)) -> Option<usize> {
    // Most names are given nothing: that is seen before anything else is looked at.
    let Some(stem) = stem::of_literal(&bytes[literal.clone()]) else { return Some(NEAR) };
    if !joint::may_follow(bytes, name::right(bytes, literal.end), stem.sort.shortest()) {
        return Some(NEAR);
    }
    read_on(bytes, stem, literal, each)
}

/// The same for a literal behind which something stands that may join it to a value.
fn read_on(bytes: &[u8], stem: &Stem, literal: Range<usize>, each: &mut dyn FnMut(Assignment)) -> Option<usize> {
    let Some((sort, word)) = name::word(bytes, stem, &literal) else { return Some(NEAR) };
    let Some(end) = name::end(bytes, &word) else { return Some(NEAR) };
    let name = name::start(bytes, word.start)..end;
    let Some(found) = joint::read(bytes, &name) else { return Some(FAR) };
    let Some(first) = value::read(bytes, sort, name, &found) else { return Some(FAR) };
    let mut end = value::end_of(bytes, &first);
    let listed = first.listed && first.quote.is_some();
    let template = first.clone();
    each(first);
    if !listed {
        return Some(FAR);
    }
    for _ in 1..LIST {
        let value = value::next_of_list(bytes, end)?;
        end = value.end + 1;
        each(Assignment { value, ..template.clone() });
    }
    None
}

/// Whether a word of a name speaks of a credential.
pub fn speaks(word: &[u8]) -> bool {
    stem::speaks(word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Range, joint, name, read, read_on, stem};
    use crate::engine::judge;

    /// Where the literals of names stand in a text.
    fn literals(text: &str) -> Vec<(&'static stem::Stem, Range<usize>)> {
        let lower = text.to_ascii_lowercase();
        let of = |stem: &'static stem::Stem| {
            lower.match_indices(stem.text).map(move |(at, _)| (stem, at..at + stem.text.len())).collect::<Vec<_>>()
        };
        stem::STEMS.iter().flat_map(of).collect()
    }

    /// `name = value` of every name of a text that is given one.
    fn told(text: &str) -> Vec<String> {
        let mut told = Vec::new();
        for (_, literal) in literals(text) {
            read(text.as_bytes(), literal, &mut |found| {
                told.push(format!("{} = {}", &text[found.name.clone()], &text[found.value.clone()]));
            });
        }
        told
    }

    /// A document that began with a name and a quote was cut before its first byte.
    #[test]
    fn a_document_may_begin_in_the_middle_of_a_quote() {
        assert_eq!(told("password\" {\n default = \"v4lue\"\n}"), [""; 0]);
    }

    proptest! {
        #[test]
        fn whatever_stands_around_a_name_is_read_or_left(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "password", "DB_", "api_key", "value", "default", "name", "variable ", "v4lue", "key", "string", "\"", "'", "`", "\\\"", "\\", " ", "\n",
                    "\t", ":", "=", "=>", "{", "}", "[", "]", "(", ")", "<", ">", "</", ",", ";", "- ", "#", "$", "%", "&", "\0",
                ]),
                0..24,
            )
        ) {
            told(&pieces.concat());
        }

        #[test]
        fn what_is_not_read_on_would_have_come_to_nothing(
            name in prop::sample::select(vec![
                "password", "\"password\"", "api_key", "\"api_key\"", "config['token']", "<key>auth</key>", "(\"secret\"", "<entry key=\"token\"", "- name: pwd",
            ]),
            gaps in prop::collection::vec(prop::sample::select(vec!["", "", " ", "\t", "\n", "\n  ", "\r\n", "=", "'"]), 4),
            joint in prop::sample::select(vec![
                "", "", "=", ":", "(", ",", "=>", "->", ":=", "?=", "??=", "||=", "+=", "!=", "==", "::", "::=", "<-", ">", "</", "<string>", "[", "]", "{", "&", ".", ";",
                "string =", "str :", "[]byte{", "value=", "\"value\":", "the key of", "is", "a b c d =", ": String =", "? str =",
            ]),
            value in prop::sample::select(vec![
                "xK9q2LpW8vR4t", "\"xK9q2LpW8vR4t\"", "'hunter2'", "hunter2", "b\"xK9q2LpW8vR4t\"", "String(\"xK9q2LpW8vR4t\")", "{1, 2, 3, 94, 5, 66, 7, 8, 9}", "\\\"hunter2\\\"",
                "the", "is", "to \"xK9q2LpW8vR4t\"", "x", "",
            ]),
            tail in prop::sample::select(vec!["", "\n", ")", ";", ", x", "</key>", "}", " more words", "\\", "="]),
        ) {
            let text = format!("{name}{}{joint}{}{value}{}{tail}{}", gaps[0], gaps[1], gaps[2], gaps[3]);
            for (stem, literal) in literals(&text) {
                if !joint::may_follow(text.as_bytes(), name::right(text.as_bytes(), literal.end), stem.sort.shortest()) {
                    read_on(text.as_bytes(), stem, literal, &mut |found| {
                        assert_eq!(judge::observe(text.as_bytes(), &found), None, "{text:?}: {:?}", &text[found.value.clone()]);
                    });
                }
            }
        }
    }

    #[test]
    fn values_are_read_in_the_formats_in_which_credentials_lie() {
        let forms = [
            ("DB_PASSWORD=v4lue", "dotenv"),
            ("export DB_PASSWORD='v4lue'", "shell"),
            ("DB_PASSWORD = v4lue", "INI"),
            ("db.DB_PASSWORD=v4lue", "properties"),
            ("DB_PASSWORD: v4lue # of the test", "YAML"),
            ("DB_PASSWORD: \"v4lue\"", "YAML, quoted"),
            ("- name: DB_PASSWORD\n  value: v4lue\n", "YAML, a pair of keys"),
            ("DB_PASSWORD:\n  value: v4lue\n  other: x\n", "YAML, a key of its own"),
            ("  \"DB_PASSWORD\":\n    value: 'v4lue'\n", "YAML, a key of its own, quoted"),
            ("{\"DB_PASSWORD\": \"v4lue\"}", "JSON"),
            ("{\"name\": \"DB_PASSWORD\",\n \"value\": \"v4lue\"}", "JSON, a pair of keys"),
            ("{\"name\":\"DB_PASSWORD\",\"value\":\"v4lue\"}", "JSON, a pair of keys without blanks"),
            ("{\"ParameterKey\": \"DB_PASSWORD\",\n \"ParameterValue\": \"v4lue\"}", "a parameter of a stack"),
            ("{\"OutputKey\":\"DB_PASSWORD\",\"OutputValue\":\"v4lue\"}", "an output of a stack"),
            ("\"DB_PASSWORD\": {\n \"value\": \"v4lue\",\n \"type\": \"string\"}", "Terraform state, an output"),
            ("{\"DB_PASSWORD\":{\"value\":\"v4lue\",\"type\":\"string\"}}", "JSON, an object with the value"),
            ("\"{\\\"DB_PASSWORD\\\": \\\"v4lue\\\"}\"", "JSON in JSON"),
            ("<DB_PASSWORD>v4lue</DB_PASSWORD>", "XML"),
            ("<entry key=\"DB_PASSWORD\">v4lue</entry>", "XML, the name in an attribute"),
            ("<string name='DB_PASSWORD' translatable='false'>v4lue</string>", "XML, more attributes"),
            ("<key>DB_PASSWORD</key>\n\t<string>v4lue</string>", "property list"),
            ("variable \"DB_PASSWORD\" {\n  type    = string\n  default = \"v4lue\"\n}", "HCL, the default of a variable"),
            ("\"DB_PASSWORD\": {\n \"Type\": \"String\",\n \"Default\": \"v4lue\"}", "JSON, the default of a parameter"),
            ("  DB_PASSWORD:\n    Type: String\n    Default: v4lue\n", "YAML, the default of a parameter"),
            ("<add key=\"DB_PASSWORD\" value=\"v4lue\" />", "XML, a pair of attributes"),
            ("ENV DB_PASSWORD v4lue", "Dockerfile, old"),
            ("ARG DB_PASSWORD=v4lue", "Dockerfile"),
            ("variable DB_PASSWORD = \"v4lue\"", "HCL"),
            ("DB_PASSWORD := \"v4lue\"", "Go"),
            ("DB_PASSWORD string = \"v4lue\"", "Go, typed"),
            ("const DB_PASSWORD: &str = \"v4lue\";", "Rust"),
            ("val DB_PASSWORD: String = \"v4lue\"", "Kotlin"),
            ("final String DB_PASSWORD = \"v4lue\";", "Java"),
            ("System.setProperty(\"DB_PASSWORD\", \"v4lue\");", "Java, a call"),
            ("string DB_PASSWORD = @\"v4lue\";", "C#"),
            ("define('DB_PASSWORD', 'v4lue');", "PHP"),
            ("'DB_PASSWORD' => 'v4lue',", "PHP, Ruby"),
            ("config['DB_PASSWORD'] = b'v4lue'", "Python"),
            ("connect(DB_PASSWORD=\"v4lue\")", "Python, an argument"),
            ("DB_PASSWORD = \\\n  \"v4lue\"", "Python, two lines"),
            ("$env:DB_PASSWORD = \"v4lue\"", "PowerShell"),
            ("run --DB_PASSWORD v4lue --verbose", "a flag"),
            ("https://x.y/?a=b&DB_PASSWORD=v4lue&c=d", "an address"),
            ("`DB_PASSWORD` = 'v4lue'", "SQL"),
            ("DB_PASSWORD <- \"v4lue\"", "R"),
        ];
        for (text, format) in forms {
            let told = told(text);
            assert!(told.iter().any(|told| told.ends_with("DB_PASSWORD = v4lue")), "{format}: {text}: read as {told:?}");
        }
    }

    #[test]
    fn a_list_is_read_to_its_end() {
        let text = "tokens: [\"a1\", \"b2\", \"c3\"], names: [\"d4\"]";
        let mut values = Vec::new();
        read(text.as_bytes(), 0..5, &mut |found| values.push(&text[found.value]));
        assert_eq!(values, ["a1", "b2", "c3"]);
    }

    #[test]
    fn what_is_no_assignment_is_not_read() {
        for text in [
            "passwords::reset()",
            "password:\n  other: x\n  value: y\n",
            "  password:\n  value: x\n",
            "password:\n  value:\n    x: 1\n",
            "password",
            "if password:\n    return",
            "password.length",
            "func(password, user)",
        ] {
            assert!(told(text).is_empty(), "{text}: {:?}", told(text));
        }
    }
}
