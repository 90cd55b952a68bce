//! YAML with the tags of CloudFormation, as the JSON that it stands for: `!Ref X` is `{"Ref": "X"}`.

use saphyr_parser::{Event, Parser, ScalarStyle, StrInput, Tag};
use serde_json::{Map, Value, json};

/// How many values a template may have.
const MOST: usize = 200_000;
/// How deep they may stand in each other.
const DEEPEST: usize = 96;

/// Reads the first document of a text. Anchors and aliases are refused, so that a small template cannot become a large one.
pub(super) fn read(text: &str) -> Result<Value, String> {
    let mut reader = Yaml { parser: Parser::new_from_str(text), count: 0 };
    loop {
        match reader.next()? {
            Event::StreamEnd => return Ok(Value::Null),
            Event::DocumentStart(_) => {
                let event = reader.next()?;
                return reader.value(event, 0);
            }
            _ => {}
        }
    }
}

struct Yaml<'t> {
    parser: Parser<'t, StrInput<'t>>,
    count: usize,
}

impl<'t> Yaml<'t> {
    fn next(&mut self) -> Result<Event<'t>, String> {
        match self.parser.next_event() {
            Some(Ok((event, _))) => Ok(event),
            Some(Err(error)) => Err(format!("line {}: {}", error.marker().line(), error.info())),
            None => Ok(Event::StreamEnd),
        }
    }

    fn value(&mut self, event: Event<'t>, depth: usize) -> Result<Value, String> {
        self.count += 1;
        if self.count > MOST || depth > DEEPEST {
            return Err("it is too large or too deep".into());
        }
        match event {
            Event::Scalar(text, style, _, tag) => Ok(tagged(tag.as_deref(), scalar(&text, style))),
            Event::SequenceStart(_, tag) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        Event::SequenceEnd => break,
                        event => items.push(self.value(event, depth + 1)?),
                    }
                }
                Ok(tagged(tag.as_deref(), Value::Array(items)))
            }
            Event::MappingStart(_, tag) => {
                let fields = self.fields(depth)?;
                Ok(tagged(tag.as_deref(), Value::Object(fields)))
            }
            Event::Alias(_) => Err("it has an alias (`*name`)".into()),
            _ => Err("it ends in the middle".into()),
        }
    }

    fn fields(&mut self, depth: usize) -> Result<Map<String, Value>, String> {
        let mut fields = Map::new();
        loop {
            let key = match self.next()? {
                Event::MappingEnd => return Ok(fields),
                Event::Scalar(text, ..) => text.into_owned(),
                _ => return Err("a key that is no text".into()),
            };
            let event = self.next()?;
            let value = self.value(event, depth + 1)?;
            fields.insert(key, value);
        }
    }
}

/// What a text without quotes means. Dates and numbers stay text: policies hold none.
fn scalar(text: &str, style: ScalarStyle) -> Value {
    match (style, text) {
        (ScalarStyle::Plain, "" | "~" | "null") => Value::Null,
        (ScalarStyle::Plain, "true" | "True") => Value::Bool(true),
        (ScalarStyle::Plain, "false" | "False") => Value::Bool(false),
        _ => Value::String(text.to_owned()),
    }
}

/// The function that a tag stands for.
fn tagged(tag: Option<&Tag>, value: Value) -> Value {
    let Some(tag) = tag.filter(|tag| tag.handle == "!") else { return value };
    let value = match (tag.suffix.as_str(), &value) {
        // `!GetAtt Role.Arn` is `{"Fn::GetAtt": ["Role", "Arn"]}`.
        ("GetAtt", Value::String(text)) => text.split_once('.').map_or(value.clone(), |(of, which)| json!([of, which])),
        _ => value,
    };
    let name = if matches!(tag.suffix.as_str(), "Ref" | "Condition") { tag.suffix.clone() } else { format!("Fn::{}", tag.suffix) };
    Value::Object(Map::from_iter([(name, value)]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::read;

    #[test]
    fn tags_are_the_functions_that_they_stand_for() {
        let text = "A: !Ref B\nC: !GetAtt D.Arn\nE: !Sub 'x${F}'\nG:\n  - !Join ['', [a, !Ref H]]\nI: '1'\nJ:\n";
        let read = read(text).expect("YAML");
        assert_eq!(
            read,
            json!({
                "A": { "Ref": "B" }, "C": { "Fn::GetAtt": ["D", "Arn"] }, "E": { "Fn::Sub": "x${F}" },
                "G": [{ "Fn::Join": ["", ["a", { "Ref": "H" }]] }], "I": "1", "J": null,
            })
        );
    }

    #[test]
    fn what_is_no_yaml_or_too_deep_or_has_an_alias_is_refused() {
        let deep = "[".repeat(200);
        for text in ["a: [", "a: &x 1\nb: *x\n", deep.as_str(), "? [1]\n: 2\n"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
