//! A checked policy as a few lines of text: what was understood of it.
//!
//! Comes in: a policy. Goes out: one line for each thing in it, expressions with all their brackets, names with what they
//! stand for where that could be mistaken (`'north'` a member or level, `?name` a group, `@name` a define, table or
//! criterion). It never evaluates anything.
//!
//! Invariant: two policies that are understood differently have different dumps.

use std::fmt::Write as _;

use prioriter::model::expression::SetMember;
use prioriter::model::*;

/// A policy in lines.
pub(crate) fn policy(policy: &Policy) -> String {
    let mut dump = Dump {
        policy,
        out: String::new(),
    };
    dump.all();
    dump.out
}

struct Dump<'p> {
    policy: &'p Policy,
    out: String,
}

impl Dump<'_> {
    fn line(&mut self, depth: usize, text: impl AsRef<str>) {
        let _ = writeln!(self.out, "{}{}", "  ".repeat(depth), text.as_ref().trim_end());
    }

    fn all(&mut self) {
        let policy = self.policy;
        let mut first = format!(
            "policy {} {:?} for {}",
            policy.name,
            policy.title,
            policy.record_type(policy.record).name
        );
        if let Some(version) = &policy.version {
            let _ = write!(first, " version {version:?}");
        }
        if let Some(source) = &policy.source {
            let _ = write!(first, " source {source:?}");
        }
        if policy.language != Language::English {
            let _ = write!(first, " {:?}", policy.language);
        }
        for (path, _) in &policy.data {
            let _ = write!(first, " data {path:?}");
        }
        self.line(0, first);
        for allow in &policy.allows {
            let item = allow.item.map_or("everywhere".to_owned(), |item| {
                format!("in {}..{}", item.start, item.end)
            });
            self.line(
                1,
                format!("allow {} {item} because {:?}", allow.code, allow.because),
            );
        }
        for scale in &policy.scales {
            self.line(0, format!("scale {}{}", scale.name, titled(&scale.title)));
            for level in &scale.levels {
                let number = level
                    .number
                    .as_ref()
                    .map_or_else(String::new, |number| format!(" = {}", number.exact()));
                let text = format!(
                    "{}{}{number}{}",
                    level.name,
                    titled(&level.title),
                    self.ground(policy.record, &level.ground)
                );
                self.line(1, text);
            }
        }
        for id in policy.record_ids() {
            self.record(id);
        }
        for define in &policy.defines {
            let head = format!(
                "define {}{}{} : {}",
                define.name,
                titled(&define.title),
                self.of(define.record),
                self.type_name(&define.of_type)
            );
            let ground = self.ground(define.record, &define.ground);
            match &define.body {
                DefineBody::Value(value) => {
                    let value = self.expression(define.record, value);
                    self.line(0, format!("{head} = {value}{ground}"));
                }
                DefineBody::Cases(cases) => {
                    self.line(0, format!("{head}{ground}"));
                    for case in cases {
                        let value = self.expression(define.record, &case.value);
                        let when = case.when.as_ref().map_or_else(
                            || "otherwise".to_owned(),
                            |when| format!("when {}", self.expression(define.record, when)),
                        );
                        let ground = self.ground(define.record, &case.ground);
                        self.line(1, format!("{value} {when}{ground}"));
                    }
                }
            }
        }
        for table in &policy.tables {
            self.table(table);
        }
        for group in &policy.groups {
            let text = format!(
                "group {}{}{} where {}{}",
                group.name,
                titled(&group.title),
                self.of(group.record),
                self.expression(group.record, &group.condition),
                self.ground(group.record, &group.ground)
            );
            self.line(0, text);
        }
        let own = policy.record;
        for gate in &policy.gates {
            let text = format!(
                "entry {}{}{}",
                gate.name,
                titled(&gate.title),
                self.ground(own, &gate.ground)
            );
            self.line(0, text);
            if let Some(when) = &gate.when {
                let text = format!("when {}", self.expression(own, when));
                self.line(1, text);
            }
            let text = format!("require {}", self.expression(own, &gate.require));
            self.line(1, text);
            if let Some(otherwise) = &gate.otherwise {
                let text = format!("otherwise {}", self.template(own, otherwise));
                self.line(1, text);
            }
            self.insteads(own, &gate.instead);
        }
        for criterion in &policy.criteria {
            self.criterion(criterion);
        }
        if let Some(score) = &policy.score {
            let text = format!(
                "score total{} = {}{}",
                titled(&score.title),
                self.expression(own, &score.value),
                self.ground(own, &score.ground)
            );
            self.line(0, text);
        }
        if policy.score_reads_others.is_some() {
            self.line(0, "the score looks at other records");
        }
        if let Some(rank) = &policy.rank {
            let text = format!(
                "rank {}{}",
                self.keys(own, &rank.keys),
                self.ground(own, &rank.ground)
            );
            self.line(0, text);
        }
        if let Some(joint) = &policy.joint {
            let text = format!(
                "joint {}{}",
                policy.field(own, joint.field).name,
                self.ground(own, &joint.ground)
            );
            self.line(0, text);
        }
        for rule in &policy.exclusions {
            let text = format!(
                "exclude {}{}{}{}",
                rule.name,
                titled(&rule.title),
                self.of(rule.record),
                self.ground(rule.record, &rule.ground)
            );
            self.line(0, text);
            let text = format!("when {}", self.expression(rule.record, &rule.when));
            self.line(1, text);
            if let Some(then) = &rule.then {
                let text = format!("then {}", self.template(rule.record, then));
                self.line(1, text);
            }
            self.insteads(rule.record, &rule.instead);
        }
        for premise in &policy.premises {
            let condition = premise.condition.as_ref().map_or_else(String::new, |condition| {
                format!(" where {}", self.expression(premise.record, condition))
            });
            let text = format!(
                "premise {}{}{}{condition}{}",
                premise.name,
                titled(&premise.title),
                self.of(premise.record),
                self.ground(premise.record, &premise.ground)
            );
            self.line(0, text);
        }
        if let Some(list) = &policy.cut_list {
            self.cut_list(list);
        }
    }

    fn record(&mut self, id: RecordId) {
        let record = self.policy.record_type(id);
        let one = if record.one { "one " } else { "" };
        let parent = record.parent.map_or_else(String::new, |parent| {
            format!(" in {}", self.policy.record_type(parent).name)
        });
        let text = format!(
            "{one}record {}{}{parent} as {}",
            record.name,
            titled(&record.title),
            record.plural
        );
        self.line(0, text);
        for (index, field) in record.fields.iter().enumerate() {
            let mut text = format!(
                "{} : {}{}",
                field.name,
                self.type_name(&field.of_type),
                bounds(&field.bounds)
            );
            if record.key.is_some_and(|key| key.index() == index) {
                text.push_str(" key");
            }
            if record.title_field.is_some_and(|title| title.index() == index) {
                text.push_str(" (names the record)");
            }
            if field.optional {
                text.push_str(" optional");
            }
            if let Some(default) = &field.default {
                let _ = write!(text, " = {}", self.value(&field.of_type, default));
            }
            if field.reversed {
                text.push_str(" reversed");
            }
            if let Some(from) = &field.from {
                let _ = write!(text, " from {from:?}");
            }
            text.push_str(&titled(&field.title));
            text.push_str(&self.ground(id, &field.ground));
            self.line(1, text);
        }
    }

    fn table(&mut self, table: &Table) {
        let applied = if table.applied { " (applied)" } else { "" };
        let text = format!(
            "table {}{}{} : {}{applied}{}",
            table.name,
            titled(&table.title),
            self.of(table.record),
            self.type_name(&table.of_type),
            self.ground(table.record, &table.ground)
        );
        self.line(0, text);
        let columns: Vec<String> = table
            .columns
            .iter()
            .map(|column| {
                format!(
                    "{} : {}{}",
                    column.name,
                    self.type_name(&column.of_type),
                    bounds(&column.bounds)
                )
            })
            .collect();
        self.line(1, format!("by {}", columns.join(", ")));
        for row in table.rows.iter().chain(&table.otherwise) {
            let cells: Vec<String> = row
                .cells
                .iter()
                .zip(&table.columns)
                .map(|(cell, column)| match cell {
                    Cell::Any => "any".to_owned(),
                    Cell::Among(ranges) => {
                        let ranges: Vec<String> = ranges
                            .iter()
                            .map(|range| self.interval(range, |value| self.value(&column.of_type, value)))
                            .collect();
                        ranges.join(" | ")
                    }
                })
                .collect();
            let cells = if cells.is_empty() {
                "otherwise".to_owned()
            } else {
                cells.join(", ")
            };
            let text = format!(
                "{cells} -> {}{}",
                self.expression(table.record, &row.value),
                self.ground(table.record, &row.ground)
            );
            self.line(1, text);
        }
    }

    fn criterion(&mut self, criterion: &Criterion) {
        let own = self.policy.record;
        let percentage = if criterion.percentage {
            " (a percentage)"
        } else {
            ""
        };
        let text = format!(
            "criterion {}{} weight {}{percentage}{}{}",
            criterion.name,
            titled(&criterion.title),
            criterion.weight.exact(),
            self.ground(own, &criterion.weight_ground),
            self.ground(own, &criterion.ground)
        );
        self.line(0, text);
        match &criterion.body {
            CriterionBody::Value(value) => {
                let text = format!("value {}", self.expression(own, value));
                self.line(1, text);
            }
            CriterionBody::Questions(aggregation, questions) => {
                let questions: Vec<String> = questions
                    .iter()
                    .map(|(field, weight)| {
                        format!("{} × {}", weight.exact(), self.policy.field(own, *field).name)
                    })
                    .collect();
                self.line(1, format!("{aggregation:?} of {}", questions.join(", ")));
            }
        }
    }

    fn cut_list(&mut self, list: &CutList) {
        let record = list.record;
        let condition = list.condition.as_ref().map_or_else(String::new, |condition| {
            format!(" where {}", self.expression(record, condition))
        });
        self.line(
            0,
            format!(
                "cut-list {}{}{}{condition}",
                list.name,
                titled(&list.title),
                self.of(record)
            ),
        );
        for members in &list.membership {
            let names: Vec<String> = members
                .members
                .iter()
                .map(|(name, condition)| {
                    name.as_ref()
                        .map_or_else(|| self.expression(record, condition), |name| name.to_string())
                })
                .collect();
            let word = if members.protects { "protect" } else { "may cut" };
            let text = format!(
                "{word} {} [{}]{}",
                names.join(", "),
                members.text,
                self.ground(record, &members.ground)
            );
            self.line(1, text);
        }
        for rule in &list.rules {
            let names = |groups: &[GroupRef]| {
                groups
                    .iter()
                    .map(|group| group.name.to_string())
                    .collect::<Vec<_>>()
                    .join(" then ")
            };
            let within = |within: &Option<Expression>| {
                within.as_ref().map_or_else(String::new, |within| {
                    format!(" within {}", self.expression(record, within))
                })
            };
            let said = match &rule.kind {
                OrderRuleKind::Place(after, before, by) => {
                    format!("place {} after {}{}", after.name, before.name, within(by))
                }
                OrderRuleKind::Prefer(after, before, by) => {
                    format!("prefer {} after {}{}", after.name, before.name, within(by))
                }
                OrderRuleKind::CutFirst(groups) => format!("cut first {}", names(groups)),
                OrderRuleKind::KeepFirst(groups) => format!("keep first {}", names(groups)),
                OrderRuleKind::AllOrNothing(group, by) => format!(
                    "all or nothing {}{}",
                    group.as_ref().map_or("", |group| &group.name),
                    within(by)
                ),
                OrderRuleKind::Needs(field) => format!("needs {}", self.policy.field(record, *field).name),
            };
            let text = format!("{said} [{}]{}", rule.text, self.ground(record, &rule.ground));
            self.line(1, text);
        }
        if let Some(by) = &list.otherwise_by {
            let text = format!(
                "otherwise {}{}",
                self.keys(record, &by.keys),
                self.ground(record, &by.ground)
            );
            self.line(1, text);
        }
        for limit in &list.limits {
            let part = |word: &str, part: &Option<Expression>| {
                part.as_ref().map_or_else(String::new, |part| {
                    format!(" {word} {}", self.expression(record, part))
                })
            };
            let word = if limit.at_least { "at least" } else { "at most" };
            let text = format!(
                "{word} {}{}{}{} [{}]{}",
                self.expression(record, &limit.amount),
                part("of", &limit.of),
                part("per", &limit.per),
                part("where", &limit.condition),
                limit.text,
                self.ground(record, &limit.ground)
            );
            self.line(1, text);
        }
        if let Some(fits) = &list.take_what_fits {
            let text = format!("take what fits{}", self.ground(record, &fits.ground));
            self.line(1, text);
        }
        if !list.show.is_empty() {
            let shown: Vec<&str> = list.show.iter().map(|(name, _)| &**name).collect();
            self.line(1, format!("show {}", shown.join(", ")));
        }
    }

    fn insteads(&mut self, record: RecordId, insteads: &[Instead]) {
        for instead in insteads {
            let mut text = format!("instead {}", self.template(record, &instead.text));
            if let Some(to) = &instead.to {
                let _ = write!(text, " to {}", self.expression(record, to));
            }
            if let Some(when) = &instead.when {
                let _ = write!(text, " when {}", self.expression(record, when));
            }
            text.push_str(&self.ground(record, &instead.ground));
            self.line(1, text);
        }
    }

    fn keys(&self, record: RecordId, keys: &[RankKey]) -> String {
        let keys: Vec<String> = keys
            .iter()
            .map(|key| {
                let direction = if key.descending { "descending" } else { "ascending" };
                format!(
                    "{} {direction} [{}]",
                    self.expression(record, &key.value),
                    key.text
                )
            })
            .collect();
        format!("by {}", keys.join(" then "))
    }

    fn of(&self, record: RecordId) -> String {
        if record == self.policy.record {
            String::new()
        } else {
            format!(" of {}", self.policy.record_type(record).name)
        }
    }

    fn ground(&self, record: RecordId, ground: &Ground) -> String {
        let mut text = String::new();
        if let Some(because) = &ground.because {
            let _ = write!(text, " because {}", self.template(record, because));
        }
        if let Some(cite) = &ground.cite {
            let _ = write!(text, " cite {}", self.template(record, cite));
        }
        text
    }

    fn template(&self, record: RecordId, template: &Template) -> String {
        let parts: Vec<String> = template
            .parts
            .iter()
            .map(|part| match part {
                TemplatePart::Literal(text) => format!("{text:?}"),
                TemplatePart::Value(value) => format!("{{{}}}", self.expression(record, value)),
            })
            .collect();
        parts.join("+")
    }

    fn type_name(&self, of_type: &Type) -> String {
        match of_type {
            Type::YesNo => "yes/no".to_owned(),
            Type::Text => "text".to_owned(),
            Type::Date => "date".to_owned(),
            Type::Moment => "moment".to_owned(),
            Type::Number(unit) if unit.is_none() => "number".to_owned(),
            Type::Number(unit) => format!("number in {unit}"),
            Type::Enumeration(id) => {
                let members: Vec<String> = self
                    .policy
                    .enumeration(*id)
                    .members
                    .iter()
                    .map(|(name, title)| format!("'{name}'{}", titled(title)))
                    .collect();
                format!("one of {}", members.join(", "))
            }
            Type::Scale(id) => format!("scale {}", self.policy.scale(*id).name),
            Type::Reference(id) => format!("ref {}", self.policy.record_type(*id).name),
            Type::List(inner) => format!("list of {}", self.type_name(inner)),
        }
    }

    fn value(&self, of_type: &Type, value: &Value) -> String {
        match (value, of_type) {
            (Value::YesNo(yes), _) => if *yes { "yes" } else { "no" }.to_owned(),
            (Value::Number(number), Type::Number(unit)) if !unit.is_none() => {
                format!("{} {unit}", number.exact())
            }
            (Value::Number(number), Type::Scale(id)) => {
                let level = self
                    .policy
                    .scale(*id)
                    .level_of(number)
                    .map_or_else(String::new, |level| format!("'{}' ", level.name));
                format!("{level}{}", number.exact())
            }
            (Value::Number(number), _) => number.exact(),
            (Value::Text(text), _) => format!("{text:?}"),
            (Value::Date(date), _) => date.to_string(),
            (Value::Moment(moment), _) => moment.to_string(),
            (Value::Member(index), Type::Enumeration(id)) => format!(
                "'{}'",
                self.policy.enumeration(*id).members[usize::from(*index)].0
            ),
            (Value::Level(index), Type::Scale(id)) => {
                format!("'{}'", self.policy.scale(*id).levels[usize::from(*index)].name)
            }
            (Value::List(members), Type::List(inner)) => {
                let members: Vec<String> = members.iter().map(|member| self.value(inner, member)).collect();
                format!("[{}]", members.join(", "))
            }
            (value, _) => format!("{value:?}"),
        }
    }

    fn interval<T>(&self, interval: &Interval<T>, show: impl Fn(&T) -> String) -> String {
        if let (Some((low, true)), Some((high, true))) = (&interval.low, &interval.high)
            && show(low) == show(high)
        {
            return show(low);
        }
        let low = interval.low.as_ref().map_or_else(String::new, |(low, included)| {
            format!("{}{}", show(low), if *included { "" } else { "<" })
        });
        let high = interval
            .high
            .as_ref()
            .map_or_else(String::new, |(high, included)| {
                format!("{}{}", if *included { "" } else { "<" }, show(high))
            });
        format!("{low}..{high}")
    }

    fn expression(&self, record: RecordId, expression: &Expression) -> String {
        let of = |inner: &Expression| self.expression(record, inner);
        let all =
            |members: &[Expression], between: &str| members.iter().map(of).collect::<Vec<_>>().join(between);
        let not = |negated: bool| if negated { "not " } else { "" };
        match &expression.kind {
            ExpressionKind::Constant(value) => self.value(&expression.of_type, value),
            ExpressionKind::Field(id) => self.policy.field(record, *id).name.to_string(),
            ExpressionKind::Define(id) => format!("@{}", self.policy.define(*id).name),
            ExpressionKind::Table(id) => format!("@{}", self.policy.table(*id).name),
            ExpressionKind::Group(id) => format!("?{}", self.policy.group(*id).name),
            ExpressionKind::Criterion(id) => format!("@{}", self.policy.criterion(*id).name),
            ExpressionKind::Total => "@total".to_owned(),
            ExpressionKind::Rank => "@rank".to_owned(),
            ExpressionKind::Selected => "@selected".to_owned(),
            ExpressionKind::This => "this".to_owned(),
            ExpressionKind::Parent => "parent".to_owned(),
            ExpressionKind::One(id) => format!("the-one-{}", self.policy.record_type(*id).name),
            ExpressionKind::It => "it".to_owned(),
            ExpressionKind::Parameter(index) => format!("input-{}", index + 1),
            ExpressionKind::Follow(reference, value) => {
                let record = match reference.of_type {
                    Type::Reference(record) => record,
                    _ => record,
                };
                format!("{}.{}", of(reference), self.expression(record, value))
            }
            ExpressionKind::Key(inner) => format!("key-of({})", of(inner)),
            ExpressionKind::Not(inner) => format!("(not {})", of(inner)),
            ExpressionKind::And(parts) => format!("({})", all(parts, " and ")),
            ExpressionKind::Or(parts) => format!("({})", all(parts, " or ")),
            ExpressionKind::Is(left, right, negated) => {
                format!("({} is {}{})", of(left), not(*negated), of(right))
            }
            ExpressionKind::Compare(comparison, left, right) => {
                let operator = match comparison {
                    Comparison::Less => "<",
                    Comparison::LessOrEqual => "<=",
                    Comparison::Greater => ">",
                    Comparison::GreaterOrEqual => ">=",
                };
                format!("({} {operator} {})", of(left), of(right))
            }
            ExpressionKind::In(item, set, negated) => {
                let set = match set {
                    Set::Range(range) => self.interval(range, of),
                    Set::List(list) => of(list),
                    Set::Members(members) => {
                        let members: Vec<String> = members
                            .iter()
                            .map(|member| match member {
                                SetMember::Value(value) => of(value),
                                SetMember::Range(range) => self.interval(range, of),
                            })
                            .collect();
                        format!("[{}]", members.join(", "))
                    }
                };
                format!("({} {}in {set})", of(item), not(*negated))
            }
            ExpressionKind::Known(inner, missing) => format!(
                "({} is {})",
                of(inner),
                if *missing { "missing" } else { "known" }
            ),
            ExpressionKind::Arithmetic(first, rest) => {
                let mut text = of(first);
                for (operator, operand) in rest {
                    let operator = match operator {
                        Arithmetic::Add => "+",
                        Arithmetic::Subtract => "-",
                        Arithmetic::Multiply => "*",
                        Arithmetic::Divide => "/",
                    };
                    let _ = write!(text, " {operator} {}", of(operand));
                }
                format!("({text})")
            }
            ExpressionKind::Negate(inner) => format!("(-{})", of(inner)),
            ExpressionKind::If(condition, then, otherwise) => {
                format!("(if {} then {} else {})", of(condition), of(then), of(otherwise))
            }
            ExpressionKind::List(members) => format!("[{}]", all(members, ", ")),
            ExpressionKind::Call(function, arguments) => {
                format!("{}({})", function.name(), all(arguments, ", "))
            }
            ExpressionKind::Apply(table, arguments) => {
                format!("@{}({})", self.policy.table(*table).name, all(arguments, ", "))
            }
            ExpressionKind::Aggregate(aggregate) => {
                let (source, inner) = match &aggregate.source {
                    Source::Children(of_record, child) => (
                        format!(
                            "the {} of {}",
                            self.policy.record_type(*child).plural,
                            of(of_record)
                        ),
                        *child,
                    ),
                    Source::References(list) => {
                        let target = match &list.of_type {
                            Type::List(inner) => match **inner {
                                Type::Reference(target) => target,
                                _ => record,
                            },
                            _ => record,
                        };
                        (of(list), target)
                    }
                    Source::All(all) => (format!("all {}", self.policy.record_type(*all).plural), *all),
                    Source::Questions(criterion) => (
                        format!("the questions of {}", self.policy.criterion(*criterion).name),
                        record,
                    ),
                };
                let item = aggregate.item.as_ref().map_or_else(String::new, |item| {
                    format!("{} for ", self.expression(inner, item))
                });
                let condition = aggregate
                    .condition
                    .as_ref()
                    .map_or_else(String::new, |condition| {
                        format!(" where {}", self.expression(inner, condition))
                    });
                {
                    let function = format!("{:?}", aggregate.function).to_lowercase();
                    format!("{function}({item}{source}{condition})")
                }
            }
        }
    }
}

fn titled(title: &Option<std::sync::Arc<str>>) -> String {
    title
        .as_ref()
        .map_or_else(String::new, |title| format!(" {title:?}"))
}

fn bounds(bounds: &Bounds) -> String {
    let mut text = String::new();
    if bounds.integer {
        text.push_str(" whole");
    }
    if let Some(range) = &bounds.range {
        let low = range.low.as_ref().map_or_else(String::new, |(low, included)| {
            format!("{}{}", low.exact(), if *included { "" } else { "<" })
        });
        let high = range.high.as_ref().map_or_else(String::new, |(high, included)| {
            format!("{}{}", if *included { "" } else { "<" }, high.exact())
        });
        let _ = write!(text, " {low}..{high}");
    }
    if let Some(step) = &bounds.step {
        let _ = write!(text, " step {}", step.exact());
    }
    text
}
