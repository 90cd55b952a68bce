//! What a text with expressions in it comes to.

use hcl_edit::template::{Directive, Element, Template};
use serde_json::Value;

use crate::inspect::aws::declared::unknown::{is_unknown, unknown};

use super::{
    evaluate::pairs,
    functions::text,
    scope::{Scope, weight},
};

impl Scope<'_, '_> {
    /// What a template comes to: one that is a single expression is its value, whatever that is.
    pub fn template(&self, template: &Template) -> Value {
        if let (1, Some(Element::Interpolation(only))) = (template.len(), template.get(0)) {
            return self.value(&only.expr);
        }
        let mut filled = String::new();
        match self.fill(template, &mut filled) {
            Ok(()) => Value::String(filled),
            Err(unknown) => unknown,
        }
    }

    fn fill(&self, template: &Template, filled: &mut String) -> Result<(), Value> {
        for element in template {
            if !self.world.spend(1) {
                return Err(unknown("what is too much to work out"));
            }
            match element {
                Element::Literal(literal) => filled.push_str(literal),
                Element::Interpolation(inner) => match self.value(&inner.expr) {
                    Value::Null => {}
                    value @ (Value::Array(_) | Value::Object(_)) => return Err(first(&value)),
                    value => filled.push_str(&text(&value)),
                },
                Element::Directive(directive) => self.directed(directive, filled)?,
            }
        }
        Ok(())
    }

    fn directed(&self, directive: &Directive, filled: &mut String) -> Result<(), Value> {
        match directive {
            Directive::If(choice) => match self.value(&choice.if_expr.cond_expr) {
                Value::Bool(true) => self.fill(&choice.if_expr.template, filled),
                Value::Bool(false) => choice.else_expr.as_ref().map_or(Ok(()), |other| self.fill(&other.template, filled)),
                condition => Err(first(&condition)),
            },
            Directive::For(each) => {
                let each = &each.for_expr;
                let collection = self.value(&each.collection_expr);
                if is_unknown(&collection) {
                    return Err(collection);
                }
                for (key, value) in pairs(collection) {
                    if !self.world.spend(weight(&value)) {
                        return Err(unknown("what is too much to work out"));
                    }
                    let mut scope = self.with(each.value_var.as_str(), value);
                    if let Some(name) = &each.key_var {
                        scope = scope.with(name.as_str(), key);
                    }
                    scope.fill(&each.template, filled)?;
                }
                Ok(())
            }
        }
    }
}

/// The unknown that a value is, else that it is no text.
fn first(value: &Value) -> Value {
    if is_unknown(value) { value.clone() } else { unknown("what is no text") }
}
