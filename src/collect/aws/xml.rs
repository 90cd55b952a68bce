use percent_encoding::percent_decode_str;
use xmlparser::{ElementEnd, Token, Tokenizer};

use super::{
    shapes::{self, Shape},
    tree::Tree,
};

/// No answer of AWS is nested deeper than a dozen elements.
const DEEPEST: usize = 64;

/// An element with what it holds.
#[derive(Debug)]
pub(super) struct Element {
    name: String,
    text: String,
    children: Vec<Element>,
}

impl Element {
    /// Reads a document. What declares types or entities of its own is refused: no answer of AWS does.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut open: Vec<Self> = Vec::new();
        let mut whole = None;
        for token in Tokenizer::from(text) {
            match token.map_err(|e| format!("it is not XML: {e}"))? {
                _ if whole.is_some() => break, // what follows the root
                Token::DtdStart { .. } | Token::EmptyDtd { .. } | Token::EntityDeclaration { .. } => {
                    return Err("the XML declares types or entities of its own".into());
                }
                Token::ElementStart { .. } if open.len() == DEEPEST => return Err(format!("the XML is nested deeper than {DEEPEST}")),
                Token::ElementStart { local, .. } => {
                    open.push(Self { name: local.to_string(), text: String::new(), children: Vec::new() });
                }
                Token::ElementEnd { end: ElementEnd::Open, .. } => {}
                Token::ElementEnd { end, .. } => {
                    let closed = open.pop().ok_or("the XML closes what was not opened")?;
                    if let ElementEnd::Close(_, name) = end
                        && name.as_str() != closed.name
                    {
                        return Err(format!("the XML closes `{name}` where `{}` is open", closed.name));
                    }
                    match open.last_mut() {
                        Some(outer) => outer.children.push(closed),
                        None => whole = Some(closed),
                    }
                }
                Token::Text { text } => {
                    if let Some(inner) = open.last_mut() {
                        inner.text.push_str(&plain(text.as_str())?);
                    }
                }
                Token::Cdata { text, .. } => {
                    if let Some(inner) = open.last_mut() {
                        inner.text.push_str(text.as_str());
                    }
                }
                _ => {}
            }
        }
        whole.ok_or_else(|| "the XML ends before its root element does".to_owned())
    }

    /// The result of a call: what stands in `<ActionResponse>`, and there in `<ActionResult>` where it is wrapped once more.
    pub fn result(mut self, operation: &str) -> Result<Tree, String> {
        if self.name.strip_suffix("Response") != Some(operation) {
            return Err(format!("it is not the XML of an answer: `{}` where `{operation}Response` should be", clipped(&self.name)));
        }
        let result = format!("{operation}Result");
        if let Some(at) = self.children.iter().position(|child| child.name == result) {
            self = self.children.swap_remove(at);
        } else {
            self.children.retain(|child| child.name != "requestId" && child.name != "ResponseMetadata");
        }
        Ok(self.map())
    }

    /// What stands in an answer whose root has that name.
    pub fn rooted(self, root: &str) -> Result<Tree, String> {
        if self.name != root {
            return Err(format!("it is not the XML of an answer: `{}` where `{root}` should be", clipped(&self.name)));
        }
        Ok(if self.children.is_empty() { Tree::of(root, leaf(root, self.text)) } else { self.map() })
    }

    /// A map, which is empty where nothing but a text, or a list, stands in it.
    fn map(self) -> Tree {
        match self.tree() {
            tree @ Tree::Map(_) => tree,
            _ => Tree::Map(Vec::new()),
        }
    }

    /// The text of the first element of that name, however deep.
    pub fn find(&self, name: &str) -> Option<&str> {
        if self.name == name {
            return Some(self.text.trim());
        }
        self.children.iter().find_map(|child| child.find(name))
    }

    /// As AWS's own tool prints it.
    fn tree(self) -> Tree {
        if self.children.is_empty() {
            return leaf(&shapes::printed(&self.name), self.text);
        }
        if self.children.iter().all(|child| matches!(child.name.as_str(), "member" | "item" | "Bucket")) {
            return Tree::List(self.children.into_iter().map(Self::tree).collect());
        }
        if self.children.iter().all(|child| child.name == "entry") {
            return Tree::Map(self.children.into_iter().filter_map(Self::entry).collect());
        }
        Tree::Map(self.children.into_iter().map(|child| (shapes::printed(&child.name), child.tree())).collect())
    }

    /// An entry of a map, whose values are numbers wherever they look so: there is one such map, of counts.
    fn entry(self) -> Option<(String, Tree)> {
        let key = self.find("key")?.to_owned();
        let value = self.find("value")?;
        Some((key, value.parse::<i64>().map_or_else(|_| value.into(), |number| Tree::Number(number.into()))))
    }
}

/// An element that holds nothing but text.
fn leaf(name: &str, text: String) -> Tree {
    match shapes::of(name) {
        Shape::List if text.trim().is_empty() => Tree::List(Vec::new()),
        Shape::Map if text.trim().is_empty() => Tree::Map(Vec::new()),
        Shape::Truth => match text.trim() {
            "true" => Tree::Bool(true),
            "false" => Tree::Bool(false),
            _ => Tree::Text(text),
        },
        Shape::Number => text.trim().parse::<i64>().map_or(Tree::Text(text), |number| Tree::Number(number.into())),
        Shape::Document => document(text),
        _ => Tree::Text(text),
    }
}

/// A policy: decoded where it parses, else as it came, for the inspector to judge.
fn document(text: String) -> Tree {
    let decoded = percent_decode_str(text.trim()).decode_utf8();
    let parsed = decoded.ok().and_then(|json| serde_json::from_str(&json).ok());
    match parsed {
        Some(tree @ Tree::Map(_)) => tree,
        _ => Tree::Text(text),
    }
}

/// Text with its references resolved: the five of XML, and characters by number.
fn plain(text: &str) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split('&');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (name, rest) = part.split_once(';').ok_or("the XML has a reference without an end")?;
        out.push(character(name).ok_or_else(|| format!("the XML refers to an entity `{}` that it does not have", clipped(name)))?);
        out.push_str(rest);
    }
    Ok(out)
}

/// The character that a reference stands for.
fn character(name: &str) -> Option<char> {
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => match name.strip_prefix('#')? {
            hex if hex.starts_with('x') => number(&hex[1..], 16),
            digits => number(digits, 10),
        },
    }
}

/// Not more of a foreign name than a message needs.
fn clipped(name: &str) -> String {
    name.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::{Element, Tree};

    fn result(operation: &str, xml: &str) -> Result<String, String> {
        let tree: Tree = Element::read(xml)?.result(operation)?;
        serde_json::to_string(&tree).map_err(|e| e.to_string())
    }

    #[test]
    fn an_answer_reads_like_what_aws_own_tool_prints() {
        let xml = "<ListThingsResponse xmlns=\"https://x/\"><ListThingsResult><IsTruncated>false</IsTruncated><Users><member><UserName>a&amp;b</UserName>\
                   <Tags/><RoleLastUsed/></member></Users><Policies/></ListThingsResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>\
                   </ListThingsResponse>";
        assert_eq!(
            result("ListThings", xml).as_deref(),
            Ok(r#"{"IsTruncated":false,"Users":[{"UserName":"a&b","Tags":[],"RoleLastUsed":{}}],"Policies":[]}"#)
        );
    }

    #[test]
    fn policies_are_objects_where_they_parse_and_else_as_they_came() {
        let of =
            |text: &str| result("X", &format!("<XResponse><XResult><PolicyDocument>{text}</PolicyDocument><A>1</A></XResult></XResponse>"));
        assert_eq!(of("%7B%22a%22%3A1%2C%22a%22%3A2%7D").as_deref(), Ok(r#"{"PolicyDocument":{"a":1,"a":2},"A":"1"}"#));
        assert_eq!(of("{not json %ZZ ").as_deref(), Ok(r#"{"PolicyDocument":"{not json %ZZ ","A":"1"}"#));
        assert_eq!(of("%22text%22").as_deref(), Ok(r#"{"PolicyDocument":"%22text%22","A":"1"}"#));
    }

    #[test]
    fn answers_of_ec2_take_the_names_of_the_tool() {
        let xml = "<DescribeKeyPairsResponse><requestId>r</requestId><keySet><item><keyPairId>k</keyPairId><tagSet/></item></keySet></DescribeKeyPairsResponse>";
        assert_eq!(result("DescribeKeyPairs", xml).as_deref(), Ok(r#"{"KeyPairs":[{"KeyPairId":"k","Tags":[]}]}"#));
    }

    #[test]
    fn counts_are_numbers() {
        let xml = "<SResponse><SResult><SummaryMap><entry><key>Users</key><value>3</value></entry></SummaryMap></SResult></SResponse>";
        assert_eq!(result("S", xml).as_deref(), Ok(r#"{"SummaryMap":{"Users":3}}"#));
    }

    #[test]
    fn what_is_no_answer_is_said_to_be_none() {
        for (xml, why) in [
            ("<html><body><h1>Please log in</h1></body></html>", "not the XML of an answer"),
            ("<!DOCTYPE z [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]><XResponse/>", "entities of its own"),
            ("<XResponse><XResult>", "ends before"),
            ("<XResponse><XRes", "ends before"),
            ("<XResponse><1>", "not XML"),
            ("<XResponse><A></B></XResponse>", "closes `B`"),
            ("<XResponse><XResult>&b9;</XResult></XResponse>", "entity `b9`"),
            ("", "ends before"),
            (&"<a>".repeat(100), "nested deeper"),
        ] {
            let told = result("X", xml).expect_err(xml);
            assert!(told.contains(why), "{xml}: {told}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_makes_it_crash(xml in "(<a>|</a>|<b/>|&amp;|&#x41;|<![CDATA[x]]>|[<>&;a-z \"'!\\[\\]%]{0,8}){0,20}") {
            let _ = result("X", &xml);
        }
    }
}
