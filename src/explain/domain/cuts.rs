//! What a field is compared with.
//!
//! Comes in: a case and one of its facts. Goes out: the values at which the fact's domain is cut. It never looks at texts or
//! at what is only shown.
//!
//! Invariant: where it is exact, two values between the same two cuts mean the same to every rule.

use crate::explain::Case;
use crate::explain::reads::deciding;
use crate::model::expression::SetMember;
use crate::model::{
    Cell, Expression, ExpressionKind, FieldId, RecordId, Reference, Set, TableId, Type, Value,
};

/// Where a field's values are cut.
#[derive(Debug, Clone, Default)]
pub(super) struct Cuts {
    /// The values, in order, each once.
    pub(super) values: Vec<Value>,
    /// Whether nothing reads the field but to compare it with values that are written down.
    pub(super) exact: bool,
}

struct Search<'a> {
    case: Case<'a>,
    record: Reference,
    field: FieldId,
    values: Vec<Value>,
    /// How often the field is read, and how often only to compare it.
    read: usize,
    compared: usize,
    constant: bool,
}

impl Cuts {
    /// The cuts of a fact.
    pub(super) fn of(case: Case<'_>, record: Reference, field: FieldId) -> Cuts {
        let mut search = Search {
            case,
            record,
            field,
            values: Vec::new(),
            read: 0,
            compared: 0,
            constant: true,
        };
        for (of_type, expression) in deciding(case.policy) {
            expression.visit(of_type, &mut |of_type, part| search.part(of_type, part));
        }
        for (index, table) in case.policy.tables.iter().enumerate() {
            for (column, value) in table.columns.iter().enumerate() {
                if value
                    .value
                    .as_ref()
                    .is_some_and(|value| search.is_it(table.record, value))
                {
                    search.column(TableId(u32::try_from(index).unwrap_or(u32::MAX)), column);
                }
            }
        }
        let counted = case.policy.field(record.record, field).question_of.is_some();
        search.values.sort();
        search.values.dedup();
        Cuts {
            exact: search.constant && search.read == search.compared && !counted,
            values: search.values,
        }
    }
}

impl Search<'_> {
    /// Whether an expression is the field itself, of the record at hand or at the end of a way of references.
    fn is_it(&self, of_type: RecordId, expression: &Expression) -> bool {
        match &expression.kind {
            ExpressionKind::Field(field) => of_type == self.record.record && *field == self.field,
            ExpressionKind::Follow(reference, value) => match &reference.of_type {
                Type::Reference(there) => self.is_it(*there, value),
                _ => false,
            },
            _ => false,
        }
    }

    fn part(&mut self, of_type: RecordId, part: &Expression) {
        match &part.kind {
            ExpressionKind::Field(field) if of_type == self.record.record && *field == self.field => {
                self.read += 1;
            }
            ExpressionKind::Known(operand, _) if self.is_it(of_type, operand) => self.compared += 1,
            ExpressionKind::Is(one, other, _) | ExpressionKind::Compare(_, one, other) => {
                for (one, other) in [(one, other), (other, one)] {
                    if self.is_it(of_type, one) {
                        self.compared += 1;
                        self.cut(of_type, other);
                    }
                }
            }
            ExpressionKind::In(operand, set, _) if self.is_it(of_type, operand) => {
                self.compared += 1;
                self.set(of_type, set);
            }
            ExpressionKind::Apply(table, arguments) => {
                for (column, argument) in arguments.iter().enumerate() {
                    if self.is_it(of_type, argument) {
                        self.column(*table, column);
                    }
                }
            }
            ExpressionKind::Call(_, arguments) if arguments.iter().any(|one| self.is_it(of_type, one)) => {
                arguments.iter().for_each(|argument| self.cut(of_type, argument));
            }
            _ => {}
        }
    }

    fn set(&mut self, of_type: RecordId, set: &Set) {
        match set {
            Set::Range(range) => {
                let ends = [&range.low, &range.high].into_iter().flatten();
                ends.for_each(|(end, _)| self.cut(of_type, end));
            }
            Set::Members(members) => {
                for member in members {
                    match member {
                        SetMember::Value(value) => self.cut(of_type, value),
                        SetMember::Range(range) => {
                            let ends = [&range.low, &range.high].into_iter().flatten();
                            ends.for_each(|(end, _)| self.cut(of_type, end));
                        }
                    }
                }
            }
            Set::List(list) => self.cut(of_type, list),
        }
    }

    /// Cuts at what an expression comes to.
    fn cut(&mut self, of_type: RecordId, other: &Expression) {
        if let ExpressionKind::Constant(value) = &other.kind {
            self.cut_at(value.clone());
            return;
        }
        self.constant = false;
        if of_type == self.record.record {
            let Case {
                policy,
                records,
                language,
                decisions,
            } = self.case;
            let evaluator = decisions.evaluator(policy, records, language);
            if let Some(value) = evaluator.value(other, self.record) {
                self.cut_at(value);
            }
        }
    }

    fn cut_at(&mut self, value: Value) {
        match value {
            Value::List(members) => self.values.extend(members.iter().cloned()),
            value => self.values.push(value),
        }
    }

    fn column(&mut self, table: TableId, column: usize) {
        self.compared += 1;
        for row in &self.case.policy.table(table).rows {
            if let Some(Cell::Among(ranges)) = row.cells.get(column) {
                let ends = ranges.iter().flat_map(|range| [&range.low, &range.high]);
                let ends: Vec<Value> = ends.flatten().map(|(end, _)| end.clone()).collect();
                self.values.extend(ends);
            }
        }
    }
}
