//! Policy variables: `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, `${*}`.

use super::{
    Context, Value,
    pattern::{MARK, STAR, literal},
};

/// Replaces the variables of a pattern by what the context knows. What it does not know may be anything. In old versions of the
/// language a variable is plain text.
pub(super) fn replace(pattern: &str, context: &Context<'_>, variables: bool) -> String {
    if !variables || !pattern.contains("${") {
        return pattern.to_owned();
    }
    let (mut out, mut rest) = (String::new(), pattern);
    while let Some((before, behind)) = rest.split_once("${") {
        out.push_str(before);
        let Some((name, after)) = behind.split_once('}') else {
            out.push_str("${");
            rest = behind;
            continue;
        };
        out.push_str(&value(name, context));
        rest = after;
    }
    out.push_str(rest);
    out
}

fn value(name: &str, context: &Context<'_>) -> String {
    match name {
        "*" => return STAR.to_string(),
        "?" => return MARK.to_string(),
        "$" => return "$".into(),
        _ => {}
    }
    let (name, default) = match name.split_once(',') {
        Some((name, default)) => (name.trim(), Some(default.trim().trim_matches('\''))),
        None => (name.trim(), None),
    };
    match (context.value(&name.to_ascii_lowercase()), default) {
        (Value::Known(values), _) if values.len() == 1 => literal(&values[0]),
        (Value::Absent, Some(default)) => literal(default),
        // A variable without a value makes the statement match nothing.
        (Value::Absent, None) => "\u{e002}".into(),
        _ => "*".into(),
    }
}
