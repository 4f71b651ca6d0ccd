//! Policies with so many of one thing, and records for them.
//!
//! Each thing reads a field of its own, so that none is computed once for several. A record has the fields that its policy reads,
//! and no more. Values come from a fixed seed.

use std::fmt::Write as _;

/// A policy, what is written of each record, and how many whole numbers a record has.
pub struct Case {
    pub policy: String,
    pub outputs: &'static [&'static str],
    pub fields: usize,
    /// The values are below this.
    pub below: u64,
    /// Whether they have a decimal.
    pub tenths: bool,
}

/// Gates that two of a hundred records fail, each.
pub fn gates(count: usize) -> Case {
    let mut case = case(&["id", "status", "failed"], count, 100);
    for gate in 0..count {
        let _ = writeln!(case.policy, "entry g{gate} {{ require f{gate} >= 2 }}");
    }
    case
}

/// Exclusions that take out two of a hundred records, each.
pub fn exclusions(count: usize) -> Case {
    let mut case = case(&["id", "status", "excluded-by"], count, 100);
    for rule in 0..count {
        let _ = writeln!(case.policy, "exclude e{rule} {{ when f{rule} < 2 }}");
    }
    case
}

/// Criteria of three questions each, whose mean is the total.
pub fn criteria(count: usize) -> Case {
    let mut case = case(&["id", "status", "total"], 0, 101);
    (case.fields, case.tenths) = (3 * count, true);
    let names: Vec<String> = (0..count).map(|criterion| format!("c{criterion}")).collect();
    for (criterion, name) in names.iter().enumerate() {
        let _ = writeln!(case.policy, "criterion {name} {{\n    mean of {{");
        for question in 0..3 {
            let _ = writeln!(
                case.policy,
                "        q{question} : 0..10 from \"f{}\"",
                3 * criterion + question
            );
        }
        case.policy += "    }\n}\n";
    }
    let _ = writeln!(case.policy, "score total = ({}) / {count}", names.join(" + "));
    case
}

/// Definitions of which each rests on the one before it.
pub fn definitions(count: usize) -> Case {
    let mut case = case(&["id", "status", "total"], count, 100);
    case.policy += "define d0 = f0\n";
    for define in 1..count {
        let before = define - 1;
        let _ = writeln!(
            case.policy,
            "define d{define} = if f{define} >= 50 then d{before} + f{define} else d{before} + 1"
        );
    }
    let _ = writeln!(case.policy, "score total = d{}", count - 1);
    case
}

/// A table over two inputs, with a row for each combination of their ranges.
pub fn table(rows: usize) -> Case {
    let mut case = case(&["id", "status", "total"], 2, WIDE);
    let second = 1 << (rows.ilog2() / 2);
    let first = rows / second;
    case.policy += "table points by f0, f1 {\n";
    for row in 0..rows {
        let (a, b) = (range(row / second, first), range(row % second, second));
        let _ = writeln!(case.policy, "    {a}, {b} -> {}", row * 7_919 % 101);
    }
    case.policy += "}\nscore total = points\n";
    case
}

/// A table over two inputs with a row for each range of both, so that most combinations are `otherwise`.
pub fn sparse_table(rows: usize) -> Case {
    let mut case = case(&["id", "status", "total"], 2, WIDE);
    case.policy += "table points by f0, f1 {\n";
    for row in 0..rows {
        let range = range(row, rows);
        let _ = writeln!(case.policy, "    {range}, {range} -> {}", row * 7_919 % 101);
    }
    case.policy += "    otherwise -> 0\n}\nscore total = points\n";
    case
}

/// How many values the inputs of tables have.
const WIDE: u64 = 4_096;

/// One of so many ranges that part the inputs of tables.
fn range(index: usize, of: usize) -> String {
    let width = WIDE as usize / of;
    format!("{}..{}", index * width, (index + 1) * width - 1)
}

fn case(outputs: &'static [&'static str], fields: usize, below: u64) -> Case {
    let mut policy = String::from(
        "policy growth \"Growth\" for item { version \"1\" }\nrecord item as items {\n    id : text key\n",
    );
    for field in 0..fields {
        let _ = writeln!(policy, "    f{field} : integer 0..{}", below - 1);
    }
    policy += "}\n";
    Case {
        policy,
        outputs,
        fields,
        below,
        tenths: false,
    }
}

/// So many records as CSV.
pub fn records(case: &Case, count: usize) -> String {
    let mut random = Random::new();
    let mut text = String::with_capacity(count * (9 + 4 * case.fields));
    text += "id";
    for field in 0..case.fields {
        let _ = write!(text, ",f{field}");
    }
    text.push('\n');
    for record in 0..count {
        let _ = write!(text, "I{record:07}");
        for _ in 0..case.fields {
            let value = random.below(case.below);
            let _ = match case.tenths {
                true => write!(text, ",{}.{}", value / 10, value % 10),
                false => write!(text, ",{value}"),
            };
        }
        text.push('\n');
    }
    text
}

/// Numbers from a fixed seed: Marsaglia, Xorshift RNGs (2003).
pub struct Random(u64);

impl Random {
    pub fn new() -> Random {
        Random(0x2545_F491_4F6C_DD1D)
    }

    pub fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % most
    }
}
