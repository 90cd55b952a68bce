//! A document of another tool as a tree whose every part knows its line: TOML and YAML alike.

use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput};
use toml::de::{DeTable, DeValue};

use super::ImportError;

/// How many values may stand in each other.
const DEEPEST: usize = 32;
/// How many values a document may have: the largest rule sets known have some ten thousand.
const MOST: usize = 2_000_000;

/// A value and the line on which it begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// From 1.
    pub line: usize,
    /// The value.
    pub value: Value,
}

/// A value. Numbers and the like stay as they are written.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text, number, truth value or date.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Keys with their values, in the order of the document.
    Map(Vec<(String, Node)>),
}

impl Node {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    /// All keys with their values; none where it is no map.
    pub fn entries(&self) -> &[(String, Self)] {
        if let Value::Map(entries) = &self.value { entries } else { &[] }
    }

    /// The items of a list; a single value is a list of one.
    pub fn items(&self) -> &[Self] {
        if let Value::List(items) = &self.value { items } else { std::slice::from_ref(self) }
    }

    /// The text.
    pub fn text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    /// The text of a key.
    pub fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    /// The texts of a key that holds a list of them.
    pub fn texts_of(&self, key: &str) -> Vec<&str> {
        self.get(key).map_or(&[][..], Self::items).iter().filter_map(Self::text).collect()
    }
}

/// Reads TOML.
pub fn toml(file: &str, text: &str) -> Result<Node, ImportError> {
    let lines = Lines::new(text);
    let error = |error: &toml::de::Error| {
        let line = lines.of(error.span().map_or(0, |span| span.start));
        ImportError::Format { file: file.to_owned(), line, cause: error.message().to_owned() }
    };
    let table = DeTable::parse(text).map_err(|e| error(&e))?;
    Ok(Node { line: 1, value: table_of(table.get_ref(), &lines) })
}

fn table_of(table: &DeTable<'_>, lines: &Lines) -> Value {
    let mut entries: Vec<(usize, String, Node)> = table
        .iter()
        .map(|(key, value)| {
            let node = Node { line: lines.of(value.span().start.max(key.span().start)), value: value_of(value.get_ref(), lines) };
            (key.span().start, key.get_ref().to_string(), node)
        })
        .collect();
    entries.sort_by_key(|(at, ..)| *at);
    Value::Map(entries.into_iter().map(|(_, key, node)| (key, node)).collect())
}

fn value_of(value: &DeValue<'_>, lines: &Lines) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => Value::Text(number.as_str().to_owned()),
        DeValue::Float(number) => Value::Text(number.as_str().to_owned()),
        DeValue::Boolean(truth) => Value::Text(truth.to_string()),
        DeValue::Datetime(moment) => Value::Text(moment.to_string()),
        DeValue::Array(items) => {
            let node =
                |item: &toml::Spanned<DeValue<'_>>| Node { line: lines.of(item.span().start), value: value_of(item.get_ref(), lines) };
            Value::List(items.iter().map(node).collect())
        }
        DeValue::Table(table) => table_of(table, lines),
    }
}

/// Where the lines of a text begin.
struct Lines(Vec<usize>);

impl Lines {
    fn new(text: &str) -> Self {
        Self(memchr::memchr_iter(b'\n', text.as_bytes()).collect())
    }

    fn of(&self, at: usize) -> usize {
        self.0.partition_point(|newline| *newline < at) + 1
    }
}

/// Reads YAML. Aliases are refused, so that a small file cannot become a large one; several documents become one list.
pub fn yaml(file: &str, text: &str) -> Result<Node, ImportError> {
    let mut reader = Yaml { file, parser: Parser::new_from_str(text), count: 0 };
    let mut documents = Vec::new();
    loop {
        match reader.next()? {
            (Event::StreamEnd, _) => break,
            (Event::DocumentStart(_), _) => {
                let (event, span) = reader.next()?;
                documents.push(reader.node(event, span, 0)?);
            }
            _ => {}
        }
    }
    match <[Node; 1]>::try_from(documents) {
        Ok([only]) => Ok(only),
        Err(several) => Ok(Node { line: 1, value: Value::List(several) }),
    }
}

struct Yaml<'t> {
    file: &'t str,
    parser: Parser<'t, StrInput<'t>>,
    count: usize,
}

impl<'t> Yaml<'t> {
    fn error(&self, line: usize, cause: impl Into<String>) -> ImportError {
        ImportError::Format { file: self.file.to_owned(), line, cause: cause.into() }
    }

    fn next(&mut self) -> Result<(Event<'t>, Span), ImportError> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(self.error(error.marker().line(), error.info())),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    /// The value that an event begins.
    fn node(&mut self, event: Event<'t>, span: Span, depth: usize) -> Result<Node, ImportError> {
        let line = span.start.line();
        self.count += 1;
        if self.count > MOST {
            return Err(self.error(line, format!("more than {MOST} values")));
        }
        if depth > DEEPEST {
            return Err(self.error(line, format!("values stand in each other more than {DEEPEST} deep")));
        }
        let value = match event {
            Event::Scalar(text, style, ..) => Value::Text(plain(&text, style)),
            Event::SequenceStart(..) => Value::List(self.list(depth)?),
            Event::MappingStart(..) => Value::Map(self.map(depth)?),
            Event::Alias(..) => return Err(self.error(line, "an alias (`*name`): write the value itself")),
            _ => return Err(self.error(line, "a value was expected")),
        };
        Ok(Node { line, value })
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Node>, ImportError> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(items),
                (event, span) => items.push(self.node(event, span, depth + 1)?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Vec<(String, Node)>, ImportError> {
        let mut entries: Vec<(String, Node)> = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                return Ok(entries);
            }
            let key = self.node(event, span, depth + 1)?;
            let Value::Text(name) = key.value else { return Err(self.error(key.line, "a key is a text")) };
            let (event, span) = self.next()?;
            let value = self.node(event, span, depth + 1)?;
            entries.push((name, value));
        }
    }
}

/// A scalar's text; nothing where it is an unquoted null.
fn plain(text: &str, style: ScalarStyle) -> String {
    if style == ScalarStyle::Plain && matches!(text, "~" | "null") { String::new() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{Node, toml, yaml};

    fn told(result: Result<Node, super::ImportError>) -> String {
        result.expect_err("hostile").to_string()
    }

    #[test]
    fn both_languages_make_the_same_tree_with_lines() {
        let ours = toml("a", "title = 'x'\n[[rules]]\nid = 'a'\nentropy = 3.5\nkeywords = ['b',\n 'c']\n").expect("good TOML");
        let theirs = yaml("a", "title: x\nrules:\n- id: a\n  entropy: 3.5\n  keywords:\n  - b\n  - c\n").expect("good YAML");
        for tree in [ours, theirs] {
            let rule = &tree.get("rules").expect("rules").items()[0];
            assert_eq!((rule.text_of("id"), rule.text_of("entropy"), rule.texts_of("keywords")), (Some("a"), Some("3.5"), vec!["b", "c"]));
            assert_eq!(rule.get("id").map(|id| id.line), Some(3));
        }
    }

    #[test]
    fn hostile_documents_are_told_with_their_line() {
        let bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n";
        assert_eq!(told(yaml("bomb.yml", bomb)), "bomb.yml:2: an alias (`*name`): write the value itself");
        let deep = "[".repeat(4_000);
        assert_eq!(told(yaml("deep.yml", &deep)), "deep.yml:1: recursion limit exceeded");
        let deep = (0..40).map(|depth| " ".repeat(depth) + "a:\n").collect::<String>();
        assert!(told(yaml("deep.yml", &deep)).starts_with("deep.yml:33: values stand in each other"), "{}", told(yaml("deep.yml", &deep)));
        assert!(told(yaml("x.yml", "a: 'b\n")).starts_with("x.yml:"));
        assert!(told(yaml("x.yml", "? [a]\n: b\n")).contains("a key is a text"));
        assert_eq!(told(toml("x.toml", "a = 1\nb = \n")).split(": ").next(), Some("x.toml:2"));
        assert!(toml("x.toml", &format!("a = {}", "[".repeat(100_000))).is_err());
    }
}
