//! Classes of Unicode in patterns, as far as they have a part in ASCII: the engine reads bytes.

use regex_syntax::ast::{self, Ast, ClassSet, ClassSetItem, ClassUnicode, ClassUnicodeKind};

/// Classes by their short and long names, with their ASCII part.
const CLASSES: &[(&[&str], &str)] = &[
    (&["L", "Letter", "Alphabetic", "Latin"], "A-Za-z"),
    (&["Lu", "Uppercase_Letter", "Uppercase"], "A-Z"),
    (&["Ll", "Lowercase_Letter", "Lowercase"], "a-z"),
    (&["N", "Nd", "Number", "Digit", "Decimal_Number"], "0-9"),
    (&["P", "Punctuation"], r"!-#%-*,-/:;?@\[-\]_{}"),
    (&["S", "Symbol"], r"$+<->\^`|~"),
    (&["Z", "Zs", "Separator", "Space_Separator"], r"\x20"),
    (&["C", "Cc", "Control"], r"\x00-\x1f\x7f"),
];

/// The ASCII part of a class.
pub fn class(class: &ClassUnicode) -> Result<Ast, String> {
    let name = match &class.kind {
        ClassUnicodeKind::OneLetter(letter) => letter.to_string(),
        ClassUnicodeKind::Named(name) | ClassUnicodeKind::NamedValue { value: name, .. } => name.clone(),
    };
    let known = CLASSES.iter().find(|(names, _)| names.iter().any(|known| known.eq_ignore_ascii_case(&name)));
    let (_, ascii) = known.ok_or_else(|| format!("the class `{name}` of Unicode has no part that is known in ASCII"))?;
    let text = format!("[{}{ascii}]", if class.is_negated() { "^" } else { "" });
    Ok(ast::parse::Parser::new().parse(&text).expect("the table holds good classes"))
}

/// Puts ASCII parts in place of the Unicode classes of a bracketed class.
pub fn set(set: &mut ClassSet) -> Result<(), String> {
    match set {
        ClassSet::Item(one) => item(one),
        ClassSet::BinaryOp(both) => {
            self::set(&mut both.lhs)?;
            self::set(&mut both.rhs)
        }
    }
}

fn item(one: &mut ClassSetItem) -> Result<(), String> {
    match one {
        ClassSetItem::Unicode(unicode) => {
            if let Ast::ClassBracketed(bracketed) = &class(unicode)? {
                *one = ClassSetItem::Bracketed(bracketed.clone());
            }
            Ok(())
        }
        ClassSetItem::Bracketed(bracketed) => set(&mut bracketed.kind),
        ClassSetItem::Union(union) => union.items.iter_mut().try_for_each(item),
        _ => Ok(()),
    }
}
