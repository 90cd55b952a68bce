//! What an expression comes to, as far as the source tells.

use hcl_edit::expr::{BinaryOp, BinaryOperator, Conditional, Expression, ForExpr, ObjectKey, UnaryOperator};
use serde_json::{Map, Number, Value, json};

use crate::inspect::aws::declared::unknown::{first_unknown, is_unknown, unknown};

use super::{
    functions::text,
    scope::{Scope, weight},
};

impl Scope<'_, '_> {
    /// What an expression comes to. What nobody can know stands there by what it hangs on.
    pub fn value(&self, expression: &Expression) -> Value {
        let value = self.world.deeper(|| self.worked_out(expression));
        let cost = value.as_str().map_or_else(|| value.as_array().map_or(0, Vec::len), |text| text.len() / 16);
        self.world.spend(cost);
        value
    }

    fn worked_out(&self, expression: &Expression) -> Value {
        match expression {
            Expression::Null(_) => Value::Null,
            Expression::Bool(truth) => Value::Bool(*truth.value()),
            Expression::Number(number) => {
                let number = number.value();
                let whole = number.as_i64().map(Number::from);
                whole.or_else(|| Number::from_f64(number.as_f64()?)).map_or(Value::Null, Value::Number)
            }
            Expression::String(text) => Value::String(text.value().clone()),
            Expression::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Expression::Object(fields) => {
                fields.iter().map(|(key, field)| (self.key(key), self.value(field.expr()))).collect::<Map<_, _>>().into()
            }
            Expression::StringTemplate(template) => self.template(template),
            Expression::HeredocTemplate(heredoc) => self.template(&heredoc.template),
            Expression::Parenthesis(inner) => self.value(inner.inner()),
            Expression::Variable(_) | Expression::Traversal(_) => self.traversed(expression),
            Expression::Conditional(choice) => self.chosen(choice),
            Expression::FuncCall(call) => self.called_function(call),
            Expression::UnaryOp(op) => match (&*op.operator, self.value(&op.expr)) {
                (UnaryOperator::Not, Value::Bool(truth)) => Value::Bool(!truth),
                (UnaryOperator::Neg, Value::Number(number)) => number.as_f64().map_or(Value::Null, |number| json!(-number)),
                (_, other) => other,
            },
            Expression::BinaryOp(op) => self.compared(op),
            Expression::ForExpr(each) => self.for_each(each),
        }
    }

    fn key(&self, key: &ObjectKey) -> String {
        match key {
            ObjectKey::Ident(name) => name.as_str().to_owned(),
            ObjectKey::Expression(expression) => match expression.as_variable() {
                Some(name) => name.as_str().to_owned(),
                None => text(&self.value(expression)),
            },
        }
    }

    /// One of two; where nobody knows which, it hangs on what decides.
    fn chosen(&self, choice: &Conditional) -> Value {
        match self.value(&choice.cond_expr) {
            Value::Bool(true) => self.value(&choice.true_expr),
            Value::Bool(false) => self.value(&choice.false_expr),
            condition if is_unknown(&condition) => {
                let (yes, no) = (self.value(&choice.true_expr), self.value(&choice.false_expr));
                if yes == no { yes } else { condition }
            }
            _ => unknown("a condition"),
        }
    }

    fn compared(&self, op: &BinaryOp) -> Value {
        let (left, right) = (self.value(&op.lhs_expr), self.value(&op.rhs_expr));
        match (*op.operator.value(), &left, &right) {
            (BinaryOperator::And, Value::Bool(false), _) | (BinaryOperator::And, _, Value::Bool(false)) => return Value::Bool(false),
            (BinaryOperator::Or, Value::Bool(true), _) | (BinaryOperator::Or, _, Value::Bool(true)) => return Value::Bool(true),
            _ => {}
        }
        if let Some(unknown) = first_unknown([&left, &right]) {
            return unknown;
        }
        let numbers = left.as_f64().zip(right.as_f64());
        let number = |work: fn(f64, f64) -> f64| numbers.map_or_else(|| unknown("a sum"), |(a, b)| whole(work(a, b)));
        let order = |test: fn(&f64, &f64) -> bool| numbers.map_or_else(|| unknown("a comparison"), |(a, b)| Value::Bool(test(&a, &b)));
        match *op.operator.value() {
            BinaryOperator::Eq => Value::Bool(left == right),
            BinaryOperator::NotEq => Value::Bool(left != right),
            BinaryOperator::And => Value::Bool(left == Value::Bool(true) && right == Value::Bool(true)),
            BinaryOperator::Or => Value::Bool(left == Value::Bool(true) || right == Value::Bool(true)),
            BinaryOperator::Plus => number(|a, b| a + b),
            BinaryOperator::Minus => number(|a, b| a - b),
            BinaryOperator::Mul => number(|a, b| a * b),
            BinaryOperator::Div => number(|a, b| a / b),
            BinaryOperator::Mod => number(|a, b| a % b),
            BinaryOperator::Less => order(f64::lt),
            BinaryOperator::LessEq => order(f64::le),
            BinaryOperator::Greater => order(f64::gt),
            BinaryOperator::GreaterEq => order(f64::ge),
        }
    }

    /// `[for x in list : …]` and `{for k, v in map : … => …}`.
    fn for_each(&self, each: &ForExpr) -> Value {
        let collection = self.value(&each.intro.collection_expr);
        if is_unknown(&collection) {
            return collection;
        }
        let (mut list, mut map) = (Vec::new(), Map::new());
        for (key, value) in pairs(collection) {
            if !self.world.spend(weight(&value)) {
                return unknown("what is too much to work out");
            }
            let mut scope = self.with(each.intro.value_var.as_str(), value);
            if let Some(name) = &each.intro.key_var {
                scope = scope.with(name.as_str(), key);
            }
            match each.cond.as_ref().map_or(Value::Bool(true), |cond| scope.value(&cond.expr)) {
                Value::Bool(false) => continue,
                condition if is_unknown(&condition) => return condition,
                _ => {}
            }
            let value = scope.value(&each.value_expr);
            match &each.key_expr {
                None => list.push(value),
                Some(key) if each.grouping => {
                    if let Value::Array(group) = map.entry(text(&scope.value(key))).or_insert_with(|| json!([])) {
                        group.push(value);
                    }
                }
                Some(key) => drop(map.insert(text(&scope.value(key)), value)),
            }
        }
        if each.key_expr.is_some() { Value::Object(map) } else { Value::Array(list) }
    }
}

/// A number without a point where it needs none.
fn whole(number: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "whole and small, as the line before says")]
    if number.fract() == 0.0 && number.abs() < 9e15 { json!(number as i64) } else { json!(number) }
}

/// What one goes over, each with its key or number.
pub(super) fn pairs(collection: Value) -> Vec<(Value, Value)> {
    match collection {
        Value::Array(items) => items.into_iter().enumerate().map(|(at, item)| (json!(at), item)).collect(),
        Value::Object(fields) => fields.into_iter().map(|(key, field)| (Value::String(key), field)).collect(),
        _ => Vec::new(),
    }
}
