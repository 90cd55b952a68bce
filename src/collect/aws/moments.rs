use jiff::Timestamp;

use super::tree::Tree;

/// How the names of moments end.
const ENDS: &[&str] = &["After", "At", "Before", "Date", "Time", "Timestamp"];

/// The tree with moments as AWS's own tool prints them: on the wire they are seconds since 1970.
pub(super) fn written(tree: Tree) -> Tree {
    match tree {
        Tree::List(items) => Tree::List(items.into_iter().map(written).collect()),
        Tree::Map(entries) => Tree::Map(entries.into_iter().map(entry).collect()),
        other => other,
    }
}

fn entry((key, value): (String, Tree)) -> (String, Tree) {
    let value = match &value {
        Tree::Number(number) if ENDS.iter().any(|end| key.ends_with(end)) => number.as_f64().and_then(moment).map_or(value, Tree::Text),
        _ => written(value),
    };
    (key, value)
}

fn moment(seconds: f64) -> Option<String> {
    #[expect(clippy::cast_possible_truncation, reason = "what is beyond the range is beyond that of a moment, too")]
    Timestamp::from_millisecond((seconds * 1000.0).round() as i64).ok().map(|moment| moment.to_string())
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn only_moments_are_rewritten() {
        let tree =
            serde_json::from_str(r#"{"a":[{"CreatedDate":1577836800.5,"MaxResults":3}],"NotAfter":1E9,"LastDate":1e300,"Date":"x"}"#);
        let told = serde_json::to_string(&written(tree.expect("JSON"))).expect("JSON");
        assert_eq!(
            told,
            r#"{"a":[{"CreatedDate":"2020-01-01T00:00:00.5Z","MaxResults":3}],"NotAfter":"2001-09-09T01:46:40Z","LastDate":1e+300,"Date":"x"}"#
        );
    }
}
