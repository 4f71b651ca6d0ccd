//! The tree of what is written to a checked policy: names, types, units, tables, cycles.
//!
//! Comes in: the trees of a policy's files. Goes out: a [`Policy`] that cannot hold an error, and every problem met. It
//! never reads files, data or the clock.
//!
//! Invariant: a policy comes out exactly if no diagnostic is an error. What could not be typed is left out and told once;
//! what rests on it is left out silently.

mod aggregates;
mod allows;
mod calls;
mod comparisons;
mod criteria;
mod cut_list;
mod definitions;
mod expressions;
mod fields;
mod kinds;
mod load;
mod names;
mod records;
mod rules;
mod scope;
mod tables;
mod templates;
mod unknown;

use std::collections::HashSet;
use std::sync::Arc;

use indexmap::IndexMap;

pub use load::{Loaded, load, mend, reason};

use crate::diagnostic::{self, Code, Diagnostic, nearest};
use crate::model::{
    Criterion, CriterionId, Define, DefineId, Enumeration, FieldId, Group, GroupId, Language, Policy, Record,
    RecordId, Scale, ScaleId, Table, TableId, Type,
};
use crate::source::{FileId, Place, Sources};
use crate::syntax::ast;

/// The most definitions that something may rest on, one behind the other.
const DEPTH: usize = 256;

/// Stack that checking the deepest nesting fits into, without optimisation too.
const STACK: usize = 16 * 1024 * 1024;

/// Checks a definition, with more stack where there is too little left for the deepest that it may hold.
fn deep<T>(step: impl FnOnce() -> T) -> T {
    const LEAST: usize = 4 * 1024 * 1024;
    stacker::maybe_grow(LEAST, STACK, step)
}

/// Checks the files of a policy.
pub fn check(loaded: &Loaded, sources: &Sources) -> (Option<Policy>, Vec<Diagnostic>) {
    let mut checker = Checker::new(loaded, sources);
    // Expressions nest as deep as the parser allows, and definitions rest on each other as deep as `DEPTH`.
    let policy = stacker::maybe_grow(STACK, STACK, || checker.run());
    let mut problems = checker.problems;
    problems.extend(loaded.problems.iter().cloned());
    diagnostic::sort(&mut problems);
    let sound = !problems.iter().any(Diagnostic::is_error);
    (policy.filter(|_| sound), problems)
}

/// What a name of a record type stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entity {
    Field(FieldId),
    Define(DefineId),
    Table(TableId),
    Group(GroupId),
    Criterion(CriterionId),
}

/// What an expression reads of what is being decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Reads {
    criteria: bool,
    total: bool,
    rank: bool,
    selected: bool,
    /// Records of the policy's own type other than the one at hand.
    others: bool,
}

impl Reads {
    fn and(self, other: Reads) -> Reads {
        Reads {
            criteria: self.criteria || other.criteria,
            total: self.total || other.total,
            rank: self.rank || other.rank,
            selected: self.selected || other.selected,
            others: self.others || other.others,
        }
    }
}

/// How far checking a definition has come.
#[derive(Debug, Clone)]
enum Progress<T> {
    Waiting,
    /// Being checked: meeting it again is a circle.
    Open,
    /// Checked, with what it reads and how deep it rests on others.
    Done(T, Reads, usize),
    /// Not sound, and told.
    Broken,
}

/// A definition on the way from the tree to the model.
struct Draft<'a, A, M> {
    ast: &'a A,
    record: RecordId,
    progress: Progress<M>,
}

struct Checker<'a> {
    loaded: &'a Loaded,
    sources: &'a Sources,
    problems: Vec<Diagnostic>,
    enumerations: Vec<Enumeration>,
    scales: Vec<Scale>,
    records: Vec<Record>,
    /// The names of each record type, with the places where they were declared.
    names: Vec<IndexMap<Arc<str>, (Entity, Place)>>,
    record: RecordId,
    defines: Vec<Draft<'a, ast::Define, Define>>,
    tables: Vec<Draft<'a, ast::Table, Table>>,
    groups: Vec<Draft<'a, ast::Group, Group>>,
    criteria: Vec<Draft<'a, ast::Criterion, Criterion>>,
    /// The questions of each criterion, made fields of the policy's record.
    questions: Vec<Vec<FieldId>>,
    score: Option<&'a ast::Score>,
    total: Progress<Type>,
    constant_aggregates: usize,
    /// The units that fields declare, each once.
    units: Vec<Arc<str>>,
    /// The definitions being checked, outermost first, for the way round a circle.
    open: Vec<(Arc<str>, Place)>,
    /// Names that something declares which could not be understood: they are not unknown, and nothing is told of them.
    lost: HashSet<Arc<str>>,
    /// Whether a file is missing, so that any name may be declared there.
    incomplete: bool,
    /// Where the problems of reading stand, in order.
    read_problems: Vec<(FileId, u32)>,
    /// How many names were looked up for a suggestion.
    suggestions: usize,
}

impl<'a> Checker<'a> {
    fn new(loaded: &'a Loaded, sources: &'a Sources) -> Checker<'a> {
        let lost = loaded.files.iter().flat_map(|(_, file)| &file.lost);
        let incomplete =
            |problem: &Diagnostic| matches!(problem.code, Code::CannotRead | Code::NotText | Code::TooDeep);
        let labels = loaded
            .problems
            .iter()
            .filter_map(|problem| problem.labels.first());
        let mut read_problems: Vec<_> = labels
            .map(|label| (label.place.file, label.place.start))
            .collect();
        read_problems.sort_unstable();
        Checker {
            lost: lost.map(|name| Arc::clone(&name.text)).collect(),
            incomplete: loaded.problems.iter().any(incomplete),
            read_problems,
            suggestions: 0,
            loaded,
            sources,
            problems: Vec::new(),
            enumerations: Vec::new(),
            scales: Vec::new(),
            records: Vec::new(),
            names: Vec::new(),
            record: RecordId(0),
            defines: Vec::new(),
            tables: Vec::new(),
            groups: Vec::new(),
            criteria: Vec::new(),
            questions: Vec::new(),
            score: None,
            total: Progress::Waiting,
            constant_aggregates: 0,
            units: Vec::new(),
            open: Vec::new(),
        }
    }

    fn tell(&mut self, problem: Diagnostic) {
        self.problems.push(problem);
    }

    fn items(&self) -> impl Iterator<Item = &'a ast::Item> + use<'a> {
        self.loaded.files.iter().flat_map(|(_, file)| file.items.iter())
    }

    fn run(&mut self) -> Option<Policy> {
        let header = self.header();
        self.declare_units();
        let mut seen = IndexMap::new();
        self.declare_scales(&mut seen);
        self.declare_records(&mut seen);
        if let Some(header) = header {
            match self.record_named(&header.record.text) {
                Some(record) => self.record = record,
                // The rest is checked against the record type that is probably meant.
                None => self.record = self.unknown_own_record(header)?,
            }
        }
        if self.records.is_empty() {
            return None;
        }
        self.own_record_is_many(header);
        self.declare_definitions();
        self.check_data_names();
        self.check_rule_names();
        for index in 0..self.criteria.len() {
            self.criterion(CriterionId(index as u32));
        }
        for index in 0..self.defines.len() {
            self.define(DefineId(index as u32));
        }
        for index in 0..self.tables.len() {
            self.table(TableId(index as u32));
        }
        for index in 0..self.groups.len() {
            self.group(GroupId(index as u32));
        }
        if self.score.is_some() || !self.criteria.is_empty() {
            self.total_type(None);
        }
        self.check_weights();
        let score_reads_others = match &self.total {
            Progress::Done(_, reads, _) if reads.others => self.total_place(),
            _ => None,
        };
        let gates = self.gates();
        let score = self.score_item();
        let rank = self.rank_item();
        let joint = self.joint_item();
        let exclusions = self.exclusions();
        let premises = self.premises();
        let cut_list = self.cut_list_item();
        let allows = self.allows();
        let header = header?;
        let done = |progress: Progress<_>| {
            if let Progress::Done(made, ..) = progress {
                Some(made)
            } else {
                None
            }
        };
        Some(Policy {
            name: Arc::clone(&header.head.name.text),
            title: self
                .title(&header.head.title)
                .unwrap_or_else(|| Arc::clone(&header.head.name.text)),
            version: self
                .once("version", &header.version)
                .and_then(|text| self.plain(text)),
            source: self
                .once("source", &header.source)
                .and_then(|text| self.plain(text)),
            language: self.language(header),
            data: self.data_paths(header),
            files: self.loaded.order.clone(),
            items_of: self.loaded.files.iter().map(|(file, _)| *file).collect(),
            record: self.record,
            defines: std::mem::take(&mut self.defines)
                .into_iter()
                .map(|draft| done(draft.progress))
                .collect::<Option<_>>()?,
            tables: std::mem::take(&mut self.tables)
                .into_iter()
                .map(|draft| {
                    if let Progress::Done(made, ..) = draft.progress {
                        Some(made)
                    } else {
                        None
                    }
                })
                .collect::<Option<_>>()?,
            groups: std::mem::take(&mut self.groups)
                .into_iter()
                .map(|draft| {
                    if let Progress::Done(made, ..) = draft.progress {
                        Some(made)
                    } else {
                        None
                    }
                })
                .collect::<Option<_>>()?,
            criteria: std::mem::take(&mut self.criteria)
                .into_iter()
                .map(|draft| {
                    if let Progress::Done(made, ..) = draft.progress {
                        Some(made)
                    } else {
                        None
                    }
                })
                .collect::<Option<_>>()?,
            gates,
            score,
            rank,
            joint,
            exclusions,
            premises,
            cut_list,
            allows,
            constant_aggregates: self.constant_aggregates,
            score_reads_others,
            enumerations: std::mem::take(&mut self.enumerations),
            scales: std::mem::take(&mut self.scales),
            records: std::mem::take(&mut self.records),
        })
    }

    /// A policy decides on records that have keys, of which there can be many.
    fn own_record_is_many(&mut self, header: Option<&ast::Policy>) {
        let Some(record) = self
            .records
            .get(usize::from(self.record.0))
            .filter(|record| record.one)
        else {
            return;
        };
        let (name, declared) = (Arc::clone(&record.name), record.place);
        if let Some(header) = header {
            self.tell(
                Diagnostic::new(
                    Code::NotHere,
                    format!("there is only one `{name}`: nothing to decide between"),
                )
                .at(header.record.place, "a policy decides on records with keys")
                .at(declared, "declared as `one record`")
                .help("name another record type here, or declare this one as `record`, with a key"),
            );
        }
    }

    /// Tells that the policy's record type is unknown; the one it is most likely to be.
    fn unknown_own_record(&mut self, header: &ast::Policy) -> Option<RecordId> {
        let name = &header.record;
        let known: Vec<Arc<str>> = self
            .records
            .iter()
            .map(|record| Arc::clone(&record.name))
            .collect();
        if known.is_empty() && !self.is_lost(&name.text) {
            self.tell(
                Diagnostic::new(
                    Code::UnknownName,
                    format!("there is no record type `{}`", name.text),
                )
                .at(name.place, "not declared")
                .help(format!(
                    "declare what is known of one: `record {} {{ id : text key … }}`",
                    name.text
                )),
            );
            return None;
        }
        self.unknown("record type", name, known.iter().map(|name| &**name));
        let near = nearest::nearest(&name.text, known.iter().map(|name| &**name)).map(str::to_owned);
        if let Some(near) = near {
            return self.record_named(&near);
        }
        // Only one record type that stands by itself: it must be that.
        let mut own = self
            .records
            .iter()
            .enumerate()
            .filter(|(_, record)| !record.one && record.parent.is_none());
        let (index, _) = own.next()?;
        own.next().is_none().then_some(RecordId(index as u16))
    }

    /// Whether a name is declared by something that could not be understood: that has been told.
    fn is_lost(&self, name: &str) -> bool {
        self.incomplete || self.lost.contains(name)
    }

    /// A name whose declaration could not be understood.
    fn lose(&mut self, name: &Arc<str>) {
        self.lost.insert(Arc::clone(name));
    }

    /// Whether a problem of reading stands in an item: what seems to be missing there may have been meant by it.
    fn told_within(&self, head: &ast::Head) -> bool {
        let (file, start, end) = (head.whole.file, head.whole.start, head.whole.end);
        let first = self
            .read_problems
            .partition_point(|problem| *problem < (file, start));
        self.read_problems
            .get(first)
            .is_some_and(|(in_file, at)| *in_file == file && *at <= end)
    }

    /// Whether what follows a place could not be read: it may have been meant to belong to it.
    fn breaks_off(&self, place: Place) -> bool {
        let end = (place.file, place.end);
        let first = self.read_problems.partition_point(|problem| *problem < end);
        self.read_problems.get(first).is_some_and(|(file, at)| {
            let between = Place {
                end: *at,
                start: place.end,
                file: place.file,
            };
            *file == place.file && self.sources.slice(between).trim().is_empty()
        })
    }

    /// The `policy` item of the named file.
    fn header(&mut self) -> Option<&'a ast::Policy> {
        let (file, root) = self.loaded.files.last()?;
        let mut headers = root.items.iter().filter_map(|item| match item {
            ast::Item::Policy(policy) => Some(policy),
            _ => None,
        });
        let first = headers.next();
        for second in headers {
            let mut problem = Diagnostic::new(Code::SecondPolicy, "a file has one `policy` item")
                .at(second.head.place, "the second one")
                .help("keep one of them, or put the other into a file of its own");
            if let Some(first) = first {
                problem = problem.at(first.head.place, "the first one");
            }
            self.tell(problem);
        }
        if first.is_none() && !self.loaded.problems.iter().any(Diagnostic::is_error) {
            let start = Place::new(*file, 0..0);
            self.tell(
                Diagnostic::new(Code::NoPolicy, "this file has no `policy` item")
                    .at(start, "nothing here says what is decided on")
                    .help("begin the file with `policy NAME \"Title\" for RECORD { … }`; a file that others use is named by them"),
            );
        }
        first
    }

    fn language(&mut self, header: &ast::Policy) -> Language {
        let Some(name) = self.once("language", &header.language) else {
            return Language::English;
        };
        match &*name.text {
            "en" => Language::English,
            "nb" => Language::Norwegian,
            _ => {
                self.tell(
                    Diagnostic::new(Code::UnknownName, format!("there is no language `{}`", name.text))
                        .at(name.place, "not a language that decisions can be told in")
                        .help("write `en` or `nb`"),
                );
                Language::English
            }
        }
    }

    fn data_paths(&mut self, header: &ast::Policy) -> Vec<(Arc<str>, Place)> {
        let mut paths = Vec::new();
        for text in &header.data {
            if let Some(path) = self.plain(text) {
                paths.push((
                    load::beside(self.sources.path(text.place.file), &path).into(),
                    text.place,
                ));
            }
        }
        paths
    }

    /// The only one of what may stand once; a second is told.
    fn once<'v, T: Placed>(&mut self, word: &str, all: &'v [T]) -> Option<&'v T> {
        let (first, more) = all.split_first()?;
        for second in more {
            self.tell(
                Diagnostic::new(Code::DuplicateClause, format!("`{word}` stands twice"))
                    .at(second.placed(), "the second one")
                    .at(first.placed(), "the first one")
                    .help("keep one of them"),
            );
        }
        Some(first)
    }
}

/// A name with its article.
fn a(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().unwrap_or(' ');
    let vowel = if letters.next().is_none_or(|second| !second.is_alphabetic()) {
        // A letter by itself is spoken by its name: an m, a u.
        "aefhilmnorsxæøåäöAEFHILMNORSXÆØÅÄÖ".contains(first)
    } else {
        "aeiouæøåäöAEIOUÆØÅÄÖ".contains(first)
            && !["uni", "use", "usu", "eu", "one"]
                .iter()
                .any(|sound| name.starts_with(sound))
    };
    format!("{} {name}", if vowel { "an" } else { "a" })
}

/// What knows its place.
trait Placed {
    fn placed(&self) -> Place;
}

impl Placed for ast::Text {
    fn placed(&self) -> Place {
        self.place
    }
}

impl Placed for ast::Name {
    fn placed(&self) -> Place {
        self.place
    }
}

impl<T> Placed for ast::Clause<T> {
    fn placed(&self) -> Place {
        self.place
    }
}

impl Checker<'_> {
    fn scale_id(&self, name: &str) -> Option<ScaleId> {
        self.scales
            .iter()
            .position(|scale| &*scale.name == name)
            .map(|index| ScaleId(index as u16))
    }

    fn record_named(&self, name: &str) -> Option<RecordId> {
        self.records
            .iter()
            .position(|record| &*record.name == name)
            .map(|index| RecordId(index as u16))
    }

    fn record_of_plural(&self, plural: &str) -> Option<RecordId> {
        let found = self
            .records
            .iter()
            .position(|record| &*record.plural == plural && !record.one);
        found.map(|index| RecordId(index as u16))
    }
}
