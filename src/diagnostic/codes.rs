//! The one list of problem codes: name, severity, title and page of each.
//!
//! It serves diagnostics, the manual and the help. It never holds a message: those are made where a problem is found.
//!
//! Invariant: a code's name is kebab-case, unique and never changes its meaning. A code without a page does not build.

use std::fmt;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing can be decided until it is mended.
    Error,
    /// Decisions are made, but the author should look.
    Warning,
}

macro_rules! codes {
    ($($variant:ident $name:literal $severity:ident $title:literal;)*) => {
        /// What kind of problem a diagnostic is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $title] $variant,)*
        }

        impl Code {
            /// All codes, in the order of the list.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            /// The stable kebab-case name.
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }

            /// How bad it is.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)* }
            }

            /// What it means, in one line.
            pub fn title(self) -> &'static str {
                match self { $(Code::$variant => $title,)* }
            }

            /// The page that tells about it, with an example and its mend: `docs/diagnostics/NAME.md` as it stands.
            pub fn page(self) -> &'static str {
                match self {
                    $(Code::$variant => include_str!(concat!("../../docs/diagnostics/", $name, ".md")),)*
                }
            }
        }
    };
}

codes! {
    CannotRead "cannot-read" Error "A file cannot be read";
    NotText "not-text" Error "A file is not UTF-8 text";
    EmptyPolicy "empty-policy" Error "A policy file says nothing";
    UnknownFormat "unknown-format" Error "A data file in a format that cannot be read";
    NoData "no-data" Error "No data is named";

    Syntax "syntax" Error "Something that cannot stand here";
    UnclosedText "unclosed-text" Error "A text without its closing quote";
    UnclosedBlock "unclosed-block" Error "A block without its closing brace";
    TooDeep "too-deep" Error "Nesting that is too deep";
    BadPlaceholder "bad-placeholder" Error "A placeholder in a text that cannot be shown";
    NumberTooLong "number-too-long" Error "A number with more than 1,000 digits";
    BadDate "bad-date" Error "A date or moment that does not exist";

    NoPolicy "no-policy" Error "No `policy` item";
    SecondPolicy "second-policy" Error "More than one `policy` item";
    UseCycle "use-cycle" Error "Files that use each other in a circle";
    DuplicateName "duplicate-name" Error "Two things of one name";
    DuplicateClause "duplicate-clause" Error "A clause that stands twice";
    MissingClause "missing-clause" Error "A clause that is needed";
    UnknownName "unknown-name" Error "A name that nothing declares";
    UnknownMember "unknown-member" Error "A name that is no member of the enumeration or scale";
    UnknownFunction "unknown-function" Error "A function that does not exist";
    WrongArguments "wrong-arguments" Error "Arguments that do not fit the function";
    TypeMismatch "type-mismatch" Error "A value of a kind that does not fit";
    UnitMismatch "unit-mismatch" Error "Amounts in different units";
    NotHere "not-here" Error "Something that cannot be used at this place";
    DefinitionCycle "definition-cycle" Error "Definitions that need each other in a circle";
    RecordCycle "record-cycle" Error "Records that stand in each other in a circle";
    BadRange "bad-range" Error "A range or step that fits nothing, or a value off it";
    BadScale "bad-scale" Error "A scale that is partly numbered, or not at all in order";
    BadWeight "bad-weight" Error "Weights that do not go together";
    BadKey "bad-key" Error "A record type without its key, with two, or with one that names no record";
    TableOverlap "table-overlap" Error "Rows of a table that overlap";
    TableGap "table-gap" Error "A table that leaves a case out";
    TableTooLarge "table-too-large" Error "A table too large to be checked";
    BadLimit "bad-limit" Error "A limit that is no amount";

    DataSyntax "data-syntax" Error "A data file that breaks off or is not well formed";
    DataShape "data-shape" Error "Data in a shape that holds no records";
    WrongValue "wrong-value" Error "A value that is not of its field's type";
    OutOfRange "out-of-range" Error "A value off its field's range or step";
    AssumedEncoding "assumed-encoding" Warning "A table in an encoding that had to be assumed";
    UnreadSheet "unread-sheet" Warning "A sheet that is nearly called as records are";
    HiddenCells "hidden-cells" Warning "Rows or columns of a sheet that are hidden";
    MergedCells "merged-cells" Warning "Cells of a sheet that are merged";
    MissingValue "missing-value" Error "A required field without a value";
    UnknownField "unknown-field" Warning "A key in the data that no field names";
    DuplicateKey "duplicate-key" Error "Two records, or two values, with one key";
    DanglingRef "dangling-ref" Error "A reference to a record that is not in the data";
    WrongCount "wrong-count" Error "A record that must be there exactly once";
    JointCycle "joint-cycle" Error "Records that are joint with each other in a circle";

    CutListCycle "cut-list-cycle" Error "Rules of the cut list that contradict each other";
    ProtectedAndCandidate "protected-and-candidate" Error "A record both protected and in `may cut`";
    LimitNotOneAmount "limit-not-one-amount" Error "A limit with different amounts within one class";
    ProtectionWidened "protection-widened" Warning "A record that may be cut, but must be kept";
    MemberOfBoth "member-of-both" Warning "A record on both sides of a rule of the cut list";
    InsteadNotIn "instead-not-in" Warning "A record handed on to one that is not in itself";

    UnusedItem "unused-item" Warning "Something that is declared and never used";
    UnusedField "unused-field" Warning "A field that nothing reads";
    UnusedAllow "unused-allow" Warning "An `allow` that silences nothing";
    GateAlwaysPasses "gate-always-passes" Warning "An entry criterion that every record passes";
    GateNeverPasses "gate-never-passes" Warning "An entry criterion that no record can pass";
    GateImplied "gate-implied" Warning "An entry criterion that another one implies";
    GatesEqual "gates-equal" Warning "Two entry criteria that mean the same";
    ExclusionNever "exclusion-never" Warning "An exclusion that no eligible record can meet";
    RowNeverMatches "row-never-matches" Warning "A row of a table that never matches";
    ColumnNeverMatters "column-never-matters" Warning "A column of a table that never matters";
    CriterionNeverDecides "criterion-never-decides" Warning "A criterion that cannot change any rank";
    LevelSameValue "level-same-value" Warning "Two levels of a scale with one value";
    LevelOutOfOrder "level-out-of-order" Warning "A level of a scale that is out of order";
    TiesPossible "ties-possible" Warning "A ranking that leaves ties possible";
    KeyNeverReached "key-never-reached" Warning "A key of a ranking that never decides";
    EmptyGroup "empty-group" Warning "A rule of the cut list about a group without members";
    RulesMayContradict "rules-may-contradict" Warning "Rules of the cut list that contradict each other for some records";
    RuleImplied "rule-implied" Warning "A rule of the cut list that another one implies";
    ProtectedBehindCandidate "protected-behind-candidate" Warning "A rule that places what is protected";
    UnsaidMissing "unsaid-missing" Warning "An optional fact that a rule reads without saying what if it is missing";
    PlaceholderNeverKnown "placeholder-never-known" Warning "A placeholder that is never known when its text is shown";
    MissingCite "missing-cite" Warning "A rule that does not say where it is from";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
