//! The arguments of `evaluate`.
//!
//! Comes in: what clap reads. Goes out: plain values. It never opens what they name.
//!
//! Invariant: every subcommand has an example in its help.

use bytesize::ByteSize;
use clap::{Args, Parser, Subcommand, ValueEnum};

use super::reading::Reading;
use crate::decide::Status;
use crate::diagnostic::nearest::did_you_mean;
use crate::diagnostic::{Code, Severity};

/// The examples at the end of the help, and what follows them.
macro_rules! examples {
    ($more:literal) => {
        concat!(
            "Examples:\n  \
             evaluate policies/steg2/steg2.rule                 decide, with the data that the policy names\n  \
             evaluate grants.rule proposals.json                decide other data\n  \
             evaluate grants.rule call.json proposal=new.json   a file that holds one kind of record\n  \
             evaluate grants.rule tables/                       all data files of a folder\n  \
             evaluate grants.rule --format json -o out.json     the decisions for other programs\n  \
             evaluate grants.rule --format csv --fields id,rank,status,amount --top 10\n  \
             evaluate grants.rule --on-error skip --rejects wrong.ndjson\n  \
             evaluate check grants.rule                         look for mistakes, decide nothing\n  \
             evaluate help check                                all about a subcommand\n\n\
             Exit codes: 0 done; 1 done, and the answer is no: a limit is not met; 2 could not be done.",
            $more
        )
    };
}

/// Decide what a policy says of its data, with reasons.
#[derive(Debug, Parser)]
#[command(
    name = "evaluate",
    version,
    about = "Decide what a policy says of its data, with reasons",
    long_about = "Decides what a policy says of its data: who is admitted, how they score and rank, what is taken out, and \
                  what is kept when it does not all fit. Every decision comes with its reason and its citation; \
                  `--format json` adds the facts that it rests on, each with its place.",
    after_help = examples!(""),
    after_long_help = examples!("\n\nA small policy, and the data that it decides on:\n\n  \
                  policy parking \"Bicycle parking\" for place { data \"places.json\" }\n  \
                  record place {\n    \
                      id     : text key\n    \
                      riders : integer 0..\n    \
                      paved  : yes/no\n  \
                  }\n  \
                  entry paved \"Paved\" { require paved }\n  \
                  rank by highest riders\n\n  \
                  { \"places\": [ { \"id\": \"station\", \"riders\": 90, \"paved\": true } ] }"),
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    disable_help_subcommand = true
)]
pub(super) struct Arguments {
    /// The job, where it is not to decide.
    #[command(subcommand)]
    pub job: Option<Job>,

    /// The policy: a `.rule` file
    #[arg(required = true, value_name = "POLICY")]
    pub policy: Option<String>,

    /// The data: a file (.json, .ndjson, .csv, .tsv, .xlsx, .ods, .parquet), a folder, a pattern in quotes, `-` for
    /// standard input, or RECORD=FILE where that holds one kind of record; left out: what the policy's `data` clauses name
    #[arg(value_name = "DATA")]
    pub data: Vec<String>,

    /// How decisions are told
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,

    /// What is told of each record, in this order: parts of the decision (`id`, `status`, `rank`, `failed`, `excluded-by`,
    /// `total` …), criteria, fields, defines, tables and groups by name, numbers also as fractions (`total.exact`); for
    /// ndjson, csv and parquet
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub fields: Vec<String>,

    /// Only records that came out so: `ranked`, `kept`, `not-eligible` …; for ndjson, csv and parquet
    #[arg(long, value_name = "STATUS,…", value_delimiter = ',', value_parser = status)]
    pub only: Vec<Status>,

    /// Only records with rank N or better, in the ranking's order; for ndjson, csv and parquet
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub top: Option<u32>,

    /// Read all of the data, also fields that nothing reads; without it those are passed over where only rows are asked for
    /// (`--fields`)
    #[arg(long)]
    pub strict: bool,

    /// How much memory may be used where only rows are asked for (`--fields`), such as 2GB; what is more goes to temporary
    /// files. Left out: half of the machine's
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub memory: Option<ByteSize>,

    /// What becomes of records whose data has mistakes
    #[arg(long, value_enum, default_value_t = OnError::Stop, value_name = "WHAT")]
    pub on_error: OnError,

    /// Write the records that are left out to FILE, a line of JSON each, with what is wrong and their text; for
    /// `--on-error skip`
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<String>,

    /// Write the result to FILE, once it is complete, and not to standard output (`-`)
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<String>,

    /// The language of the explanations, instead of the policy's own
    #[arg(long, value_enum)]
    pub lang: Option<Lang>,

    /// How the data is written
    #[command(flatten)]
    pub reading: Reading,

    /// When to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto, global = true, value_name = "WHEN")]
    pub color: Color,
}

/// What can be done besides deciding.
#[derive(Debug, Subcommand)]
pub(super) enum Job {
    /// Look for mistakes in policies, and decide nothing
    Check(Check),
    /// Tell whether two policies let in the same records, for any data
    Prove(Prove),
    /// Tell why a record was decided as it was
    Explain(Explain),
    /// Tell why one record stands before another
    Compare(Compare),
    /// Tell what changes if a fact, a weight, a limit or a rule were otherwise
    WhatIf(WhatIf),
    /// Tell how firm a ranking is: what weights and answers would change it, and what is open
    Robustness(Robustness),
    /// Tell about the command, a subcommand, or a problem's code
    #[command(after_help = "Examples:\n  evaluate help\n  evaluate help check\n  evaluate help unknown-name")]
    Help {
        /// A subcommand, or the code of a problem
        topic: Option<String>,
    },
}

/// `evaluate check`
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
                  evaluate check grants.rule                          one policy, and the files it uses\n  \
                  evaluate check policies                             every policy in a folder and below it\n  \
                  evaluate check grants.rule --data proposals.json    the data, too\n  \
                  evaluate check grants.rule --fix                    make the mends that are sure\n  \
                  evaluate check . --deny warnings --format github    in a workflow of GitHub\n  \
                  evaluate check . --format sarif -o found.sarif      for code hosts and editors\n\n\
                  Exit codes: 0 no mistakes (there may be warnings); 1 no mistakes, but a warning that is denied; \
                  2 mistakes.")]
pub(super) struct Check {
    /// The policies: `.rule` files, or folders with all that they hold; a file that is only there to be used is checked
    /// with those that use it
    #[arg(required = true, value_name = "POLICY")]
    pub policies: Vec<String>,

    /// Read this data too, and decide on it for what that shows: a file, a folder, `-` for standard input, or RECORD=FILE;
    /// can be given several times
    #[arg(long, value_name = "DATA")]
    pub data: Vec<String>,

    /// How the data is written
    #[command(flatten)]
    pub reading: Reading,

    /// How problems are told
    #[arg(long, value_enum, default_value_t = DiagnosticFormat::Text)]
    pub format: DiagnosticFormat,

    /// Write the result to FILE, once it is complete, and not to standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<String>,

    /// Make the mends that are sure in the policies' files, and show what they change
    #[arg(long)]
    pub fix: bool,

    /// Do not have warnings of this code, or any (`warnings`): where one is left, the exit code is 1; can be given several
    /// times
    #[arg(long, value_name = "CODE", value_parser = denied)]
    pub deny: Vec<Denied>,

    /// Leave out warnings of this code, also where all are denied; can be given several times
    #[arg(long, value_name = "CODE", value_parser = allowed)]
    pub allow: Vec<Code>,
}

/// What `--deny` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Denied {
    /// All warnings.
    Warnings,
    /// The warnings of a code.
    One(Code),
}

fn denied(name: &str) -> Result<Denied, String> {
    if name == "warnings" {
        return Ok(Denied::Warnings);
    }
    code(name, &["warnings"]).map(Denied::One)
}

fn allowed(name: &str) -> Result<Code, String> {
    let code = code(name, &[])?;
    match code.severity() {
        Severity::Warning => Ok(code),
        Severity::Error => Err("it is an error, and only warnings can be allowed".to_owned()),
    }
}

/// The code of a name.
fn code(name: &str, others: &[&str]) -> Result<Code, String> {
    let found = Code::ALL.iter().copied().find(|code| code.name() == name);
    found.ok_or_else(|| {
        let known = Code::ALL.iter().map(|code| code.name());
        let near = did_you_mean(name, known.chain(others.iter().copied()));
        near.map_or_else(
            || "there is no such code".to_owned(),
            |near| format!("there is no such code; {near}"),
        )
    })
}

/// A size of memory.
fn size(text: &str) -> Result<ByteSize, &'static str> {
    text.parse().map_err(|_| "write a size such as `500MB` or `2GB`")
}

/// The status of a name.
fn status(name: &str) -> Result<Status, String> {
    let found = Status::ALL.iter().copied().find(|status| status.name() == name);
    found.ok_or_else(|| {
        let known = Status::ALL.iter().map(|status| status.name());
        let near = did_you_mean(name, known).map_or_else(String::new, |near| format!("; {near}"));
        format!("there is no such status{near}")
    })
}

/// The form of problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DiagnosticFormat {
    /// With their places drawn, for people; on standard error
    Text,
    /// One JSON document
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Workflow commands of GitHub, which it shows beside the lines
    Github,
}

/// `evaluate prove`
#[derive(Debug, Args)]
#[command(
    long_about = "Holds the entry criteria of two policies against each other: gate by gate, and all together, whether they let \
                  in the same records, for any data. What differs is shown by a record.",
    after_help = "Example:\n  evaluate prove grants-2025.rule grants-2026.rule\n\n\
                  Exit codes: 0 every record comes out the same; 1 some do not, or it cannot be told; 2 could not be done."
)]
pub(super) struct Prove {
    /// The policy as it was
    #[arg(value_name = "OLD")]
    pub old: String,

    /// The policy as it is to be
    #[arg(value_name = "NEW")]
    pub new: String,

    /// How it is told
    #[arg(long, value_enum, default_value_t = ProofFormat::Text)]
    pub format: ProofFormat,
}

/// `evaluate explain`
#[derive(Debug, Args)]
#[command(
    override_usage = "evaluate explain [OPTIONS] <POLICY> [DATA]... <ID>",
    after_help = "Examples:\n  \
                  evaluate explain grants.rule P-7                         with the data that the policy names\n  \
                  evaluate explain grants.rule proposals.json P-7          with other data\n  \
                  evaluate explain grants.rule P-7 --level leaf            every step, down to the facts\n  \
                  evaluate explain grants.rule P-7 --format markdown -o P-7.md\n  \
                  evaluate explain grants.rule proposal:P-7                where several kinds have that key\n\n\
                  Exit codes: 0 done; 2 could not be done, as where there is no such record."
)]
pub(super) struct Explain {
    /// The policy: a `.rule` file
    #[arg(value_name = "POLICY")]
    pub policy: String,

    /// The key of the record; before it, the data, as for deciding
    #[arg(required = true, value_name = "ID")]
    pub data_and_id: Vec<String>,

    /// How closely it is explained
    #[arg(long, value_enum, default_value_t = Level::Rule)]
    pub level: Level,

    /// How it is told
    #[command(flatten)]
    pub telling: Telling,
}

/// `evaluate compare`
#[derive(Debug, Args)]
#[command(
    override_usage = "evaluate compare [OPTIONS] <POLICY> [DATA]... <A> <B>",
    after_help = "Examples:\n  \
                  evaluate compare grants.rule P-7 P-9                     two in the ranking\n  \
                  evaluate compare steg2.rule LM-C1 LM-C2                  two in the cut list\n\n\
                  Exit codes: 0 done; 2 could not be done, as where there is no such record."
)]
pub(super) struct Compare {
    /// The policy: a `.rule` file
    #[arg(value_name = "POLICY")]
    pub policy: String,

    /// The keys of two records; before them, the data, as for deciding
    #[arg(required = true, num_args = 2.., value_names = ["A", "B"])]
    pub data_and_ids: Vec<String>,

    /// How it is told
    #[command(flatten)]
    pub telling: Telling,
}

/// How an answer about decisions is told.
#[derive(Debug, Args)]
pub(super) struct Telling {
    /// How it is told
    #[arg(long, value_enum, default_value_t = AnswerFormat::Text)]
    pub format: AnswerFormat,

    /// Write the result to FILE, once it is complete, and not to standard output (`-`)
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<String>,

    /// The language of the explanations, instead of the policy's own
    #[arg(long, value_enum)]
    pub lang: Option<Lang>,

    /// How the data is written
    #[command(flatten)]
    pub reading: Reading,
}

/// The form of an answer about decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum AnswerFormat {
    /// A page for people
    Text,
    /// Markdown
    Markdown,
    /// One JSON document
    Json,
}

/// How closely a decision is explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Level {
    /// A sentence or two
    Summary,
    /// Every rule that decided
    Rule,
    /// Every step, down to the facts
    Leaf,
}

/// The form of a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ProofFormat {
    /// A page for people
    Text,
    /// One JSON document
    Json,
}

/// `evaluate what-if`
#[derive(Debug, Args)]
#[command(
    long_about = "Decides once more with something otherwise, and tells only what changes: who comes out otherwise, who moves, \
                  and through which rule. Or the other way round: what would have to be otherwise for a record to come out \
                  as wanted.",
    after_help = "Examples:\n  \
                  evaluate what-if grants.rule --set P-07.budget=900000       another fact\n  \
                  evaluate what-if grants.rule --set P-07.cost.legal=high     another answer to a question\n  \
                  evaluate what-if grants.rule --set weight:cost=2            another weight\n  \
                  evaluate what-if grants.rule --set limit:budget=2000000     another limit\n  \
                  evaluate what-if grants.rule --without in-roadmap           without a rule, by its name\n  \
                  evaluate what-if grants.rule --without grants.rule:41       without the rule that stands there\n  \
                  evaluate what-if grants.rule --want P-07=rank:3             what would make it third or better\n\n\
                  Exit codes: 0 done; 2 could not be done."
)]
pub(super) struct WhatIf {
    /// The policy: a `.rule` file
    #[arg(value_name = "POLICY")]
    pub policy: String,

    /// The data, as where decisions are made; left out: the files that the policy's `data` clauses name
    #[arg(value_name = "DATA")]
    pub data: Vec<String>,

    /// What is to be otherwise: ID.FIELD=VALUE (`unknown` takes the value away), weight:CRITERION=NUMBER or
    /// limit:NAME=AMOUNT, where the name is what the limit counts as written, or its number; can be given several times
    #[arg(long, value_name = "WHAT=VALUE")]
    pub set: Vec<String>,

    /// The rule to leave out: an entry criterion or exclusion by its name, a clause of the cut list by its text, limit:NAME,
    /// or any of them by FILE:LINE; can be given several times
    #[arg(long, value_name = "RULE")]
    pub without: Vec<String>,

    /// What a record should come to: ID=eligible, ID=ranked, ID=rank:3 (at least third) or ID=kept; tells the smallest
    /// change of its own facts that gets it there
    #[arg(long, value_name = "ID=GOAL", conflicts_with_all = ["set", "without"])]
    pub want: Option<String>,

    /// How it is told
    #[command(flatten)]
    pub telling: Telling,
}

/// `evaluate robustness`
#[derive(Debug, Args)]
#[command(
    long_about = "Tells how firm a ranking is: within which weights it stays, which single answer swaps neighbours, who moves \
                  without a criterion, who is at least as good as whom in everything, how often each one has each rank if the \
                  weights could be anything, and which ranks are possible where something is unknown.",
    after_help = "Examples:\n  \
                  evaluate robustness policies/steg2/steg2.rule --lang en\n  \
                  evaluate robustness grants.rule proposals.json --draws 10000 --format markdown -o firm.md\n\n\
                  Exit codes: 0 done; 2 could not be done."
)]
pub(super) struct Robustness {
    /// The policy: a `.rule` file
    #[arg(value_name = "POLICY")]
    pub policy: String,

    /// The data, as for deciding; left out: the files that the policy's `data` clauses name
    #[arg(value_name = "DATA")]
    pub data: Vec<String>,

    /// How many sets of weights are drawn
    #[arg(long, default_value_t = 100_000, value_parser = draws, allow_negative_numbers = true)]
    pub draws: u32,

    /// Where the random numbers start: the same seed gives the same result
    #[arg(long, default_value_t = 1, value_parser = seed, allow_negative_numbers = true)]
    pub seed: u64,

    /// How it is told
    #[command(flatten)]
    pub telling: Telling,
}

/// The form of the decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// A report for people
    Text,
    /// One JSON document
    Json,
    /// A line of JSON for each record
    Ndjson,
    /// A table with a row for each record
    Csv,
    /// The same with typed columns, for `-o` or a pipe
    Parquet,
}

/// What becomes of records whose data has mistakes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OnError {
    /// All mistakes are told, and nothing is decided
    Stop,
    /// They are left out, with what stands in them or refers to them; the others are decided on
    Skip,
}

/// The language of the explanations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Lang {
    /// English
    En,
    /// Norwegian Bokmål
    Nb,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The most sets of weights that are drawn.
const MOST_DRAWS: u32 = 100_000_000;

fn draws(text: &str) -> Result<u32, String> {
    let draws = text.parse().ok().filter(|draws| (1..=MOST_DRAWS).contains(draws));
    draws.ok_or_else(|| format!("must be a whole number from 1 to {MOST_DRAWS}"))
}

fn seed(text: &str) -> Result<u64, String> {
    text.parse()
        .map_err(|_| "must be a whole number, 0 or more".to_owned())
}
