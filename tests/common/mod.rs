//! Cases written as one file: a policy, then a line `=== data`, then its data as JSON.
//!
//! Comes in: such a file. Goes out: what was decided, in short lines that a reader compares with the policy. It never
//! tells a decision as the report does: rewording that must not change these lines.
//!
//! Invariant: the same case gives the same lines.

#![expect(clippy::indexing_slicing, reason = "outcomes hold indices into their policy")]

use std::fmt::Write as _;

use prioriter::data::{self, Format, Input, Records};
use prioriter::decide::{Decided, Decision, FactRead, GroundRead, Reason, decide};
use prioriter::diagnostic::{Diagnostic, Severity};
use prioriter::model::{Language, Policy, Reference, Value, show};
use prioriter::source::Sources;
use prioriter::{check, decide};

/// A case as read: a policy and its records, or the problems with them.
pub(crate) struct Case {
    pub(crate) sources: Sources,
    pub(crate) policy: Policy,
    pub(crate) records: Records,
}

/// Reads a case.
///
/// # Errors
/// The problems with its policy or its data, as short lines.
pub(crate) fn read(case: &str) -> Result<Case, String> {
    let (policy, data) = case.split_once("\n=== data\n").unwrap_or((case, "{}"));
    let mut sources = Sources::new();
    let loaded = check::load("case.rule", &mut sources, &mut |_| Ok(policy.as_bytes().to_vec()));
    let (policy, problems) = check::check(&loaded, &sources);
    let Some(policy) = policy else {
        return Err(told(&problems, &sources));
    };
    let input = Input {
        file: sources.add_text("data.json", data),
        record: None,
        format: Format::Json,
    };
    let reading = data::read(&policy, &sources, &[input]);
    if reading.diagnostics.iter().any(Diagnostic::is_error) {
        return Err(told(&reading.diagnostics, &sources));
    }
    Ok(Case {
        sources,
        policy,
        records: reading.records,
    })
}

/// What is decided on a case, in short lines.
pub(crate) fn decided(case: &str) -> String {
    match read(case) {
        Err(problems) => problems,
        Ok(case) => match decide(&case.policy, &case.records, Language::English) {
            Ok(decided) => Teller { case: &case }.decided(&decided),
            Err(errors) => told(&errors, &case.sources),
        },
    }
}

/// Problems in short lines: code, sentence, and what stands at the places that matter.
pub(crate) fn told(problems: &[Diagnostic], sources: &Sources) -> String {
    let mut out = String::new();
    for problem in problems {
        let severity = match problem.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let _ = writeln!(out, "{severity} {}: {}", problem.code, problem.message);
        for label in &problem.labels {
            let place = sources.slice(label.place).lines().next().unwrap_or("").trim();
            let shown: String = place.chars().take(60).collect();
            let _ = writeln!(out, "  {} | {shown} | {}", sources.at(label.place), label.text);
        }
        if let Some(help) = &problem.help {
            let _ = writeln!(out, "  help: {help}");
        }
    }
    out
}

struct Teller<'a> {
    case: &'a Case,
}

impl Teller<'_> {
    fn key(&self, record: Reference) -> &str {
        self.case.records.key(record)
    }

    fn keys(&self, records: &[Reference]) -> String {
        let keys: Vec<&str> = records.iter().map(|record| self.key(*record)).collect();
        keys.join(", ")
    }

    fn value(&self, of_type: &prioriter::model::Type, value: Option<&Value>) -> String {
        let (policy, records) = (&self.case.policy, &self.case.records);
        show::show(policy, records, Language::English, of_type, value)
    }

    fn decided(&self, decided: &Decided) -> String {
        let mut out = String::new();
        let decisions = &decided.decisions;
        if !decisions.ranking.is_empty() {
            let _ = writeln!(out, "ranking: {}", self.keys(&decisions.ranking));
        }
        for decision in &decisions.decisions {
            self.decision(&mut out, decision);
        }
        if let Some(list) = &decisions.cut_list {
            self.cut_list(&mut out, list);
        }
        for premise in &decisions.premises {
            let name = &self.case.policy.premises[premise.premise].name;
            let _ = writeln!(out, "premise {name}: {}", self.keys(&premise.decisions));
        }
        for assumption in &decisions.assumptions {
            let record = assumption.record;
            let field = &self.case.policy.field(record.record, assumption.field).name;
            let _ = writeln!(out, "assumed: {}.{field}", self.key(record));
        }
        for fault in &decisions.faults {
            let place = self.case.sources.slice(fault.place);
            let _ = writeln!(
                out,
                "fault: {} in {} ({place})",
                fault.kind.name(),
                self.key(fault.record)
            );
        }
        out.push_str(&told(&decided.warnings, &self.case.sources));
        out
    }

    fn decision(&self, out: &mut String, decision: &Decision) {
        let name = &self.case.policy.record_type(decision.record.record).name;
        let _ = write!(
            out,
            "{name} {}: {}",
            self.key(decision.record),
            decision.status.name()
        );
        if let Some(rank) = decision.rank {
            let _ = write!(out, " {rank}");
        }
        if !decision.tied_with.is_empty() {
            let _ = write!(out, ", tied with {}", self.keys(&decision.tied_with));
        }
        if let Some(lead) = decision.joint_with {
            let _ = write!(out, ", follows {}", self.key(lead));
        }
        if let Some(selection) = decision.selection {
            let _ = write!(out, ", {}", selection.name());
        }
        if let Some(place) = decision.place {
            let _ = write!(out, ", place {place}");
        }
        if !decision.missing.is_empty() {
            let _ = write!(out, ", missing {}", decision.missing.join(", "));
        }
        out.push('\n');
        if let Some(score) = &decision.score {
            let number = |number: &Option<prioriter::model::Number>| {
                number
                    .as_ref()
                    .map_or_else(|| "unknown".to_owned(), |number| number.exact())
            };
            let _ = write!(out, "  total {}", number(&score.value));
            for part in &score.criteria {
                let name = &self.case.policy.criterion(part.criterion).name;
                let _ = write!(
                    out,
                    "; {name} {} adds {}",
                    number(&part.value),
                    number(&part.contribution)
                );
            }
            self.facts(out, " | read ", &score.facts);
            self.grounds(out, &score.grounds);
            out.push('\n');
        }
        if let Some(broke) = &decision.tie_break {
            let value = self.value(&broke.of_type, Some(&broke.value));
            let _ = writeln!(out, "  by {} {value} over {}", broke.key, self.keys(&broke.over));
        }
        for value in &decision.values {
            let shown = self.value(&value.of_type, value.value.as_ref());
            let _ = write!(out, "  {} = {shown}", value.name);
            self.facts(out, " | by default ", &value.defaults);
            self.grounds(out, &value.grounds);
            out.push('\n');
        }
        for reason in &decision.reasons {
            self.reason(out, reason);
        }
    }

    fn grounds(&self, out: &mut String, grounds: &[GroundRead]) {
        for ground in grounds {
            let _ = write!(out, " | {} {}:", ground.kind.name(), ground.name);
            let said = [("because", &ground.because), ("cite", &ground.cite)];
            for (word, text) in said
                .iter()
                .filter_map(|(word, text)| Some((word, text.as_ref()?)))
            {
                let _ = write!(out, " {word} {text}");
            }
        }
    }

    /// Facts by name, those that are defaults marked.
    fn facts(&self, out: &mut String, word: &str, facts: &[FactRead]) {
        let records = &self.case.records;
        let name = |fact: &FactRead| {
            let mark = if records.fact(fact.record, fact.field).default {
                " (default)"
            } else {
                ""
            };
            format!("{}{mark}", fact.name)
        };
        let names: Vec<String> = facts.iter().map(name).collect();
        if !names.is_empty() {
            let _ = write!(out, "{word}{}", names.join(", "));
        }
    }

    fn reason(&self, out: &mut String, reason: &Reason) {
        let _ = write!(out, "  {} {}", reason.kind.name(), reason.rule);
        if let Some(outcome) = reason.outcome {
            let _ = write!(out, " {}", outcome.name());
        }
        if let Some(text) = &reason.text {
            let _ = write!(out, " | {text}");
        }
        if !reason.after.is_empty() {
            let _ = write!(out, " | with {}", self.keys(&reason.after));
        }
        if let Some(because) = &reason.because {
            let _ = write!(out, " | because {because}");
        }
        if let Some(cite) = &reason.cite {
            let _ = write!(out, " | cite {cite}");
        }
        self.facts(out, " | read ", &reason.facts);
        self.grounds(out, &reason.grounds);
        if let Some(instead) = &reason.instead {
            let _ = write!(out, " | instead {}", instead.text);
            let said = [("because", &instead.because), ("cite", &instead.cite)];
            for (word, text) in said
                .iter()
                .filter_map(|(word, text)| Some((word, text.as_ref()?)))
            {
                let _ = write!(out, " {word} {text}");
            }
            if let Some(to) = instead.to {
                let is_in = instead
                    .to_is_in
                    .map_or("undetermined", |is| if is { "in" } else { "not in" });
                let _ = write!(out, " to {} ({is_in})", self.key(to));
            }
        }
        out.push('\n');
    }

    fn cut_list(&self, out: &mut String, outcome: &decide::CutListOutcome) {
        let Some(list) = &self.case.policy.cut_list else {
            return;
        };
        let _ = writeln!(out, "cut list: {}", self.keys(&outcome.order));
        if let Some(line) = &outcome.line {
            let key = |record: Option<Reference>| record.map_or("nobody", |record| self.key(record));
            let tied = if line.tied { ", tied" } else { "" };
            let _ = writeln!(
                out,
                "  line: {} | {}{tied}",
                key(line.last_kept),
                key(line.first_cut)
            );
        }
        for limit in &outcome.limits {
            let _ = write!(out, "  limit {}", list.limits[limit.limit].text);
            if let Some((value, of_type)) = &limit.class {
                let _ = write!(out, " [{}]", self.value(of_type, Some(value)));
            }
            let amount = limit
                .amount
                .as_ref()
                .map_or("unknown".to_owned(), ToString::to_string);
            let met = if limit.met { "met" } else { "not met" };
            let _ = write!(
                out,
                ": {} asked, {} kept of {amount}, {met}",
                limit.asked, limit.kept
            );
            if limit.not_counted > 0 {
                let _ = write!(out, ", {} not counted", limit.not_counted);
                if let Some(amount) = &limit.not_counted_amount {
                    let _ = write!(out, " ({amount})");
                }
            }
            out.push('\n');
        }
        for rule in &outcome.rules {
            let _ = writeln!(
                out,
                "  rule {}: {}",
                list.rules[rule.rule].text,
                rule.effect.name()
            );
        }
        for aside in &outcome.set_aside {
            let _ = write!(out, "  set aside {}", list.rules[aside.rule].text);
            if let Some((value, of_type)) = &aside.within {
                let _ = write!(out, " [{}]", self.value(of_type, Some(value)));
            }
            for step in &aside.against {
                let (record, after) = (self.key(step.record), self.key(step.after));
                let _ = write!(out, " | {record} after {after} ({})", list.rules[step.rule].text);
            }
            out.push('\n');
        }
    }
}
