//! What deciding and ranking cost alone over columns, with a million records in memory.
//!
//! Comes in: generated records of the job that `benches/peers` holds against other programs. `cargo bench --bench columns` prints
//! a table; nothing here fails because a machine is slow. `benches/peers/growth` draws how the time grows.

// A bench that cannot read its case has failed, and a panic says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fmt::Write as _;

use divan::Bencher;
use divan::counter::ItemsCount;
use prioriter::check;
use prioriter::columns::{Columns, Input};
use prioriter::data::scan::{Origin, Rows};
use prioriter::model::Policy;
use prioriter::report::rows;
use prioriter::source::Sources;

fn main() {
    divan::main();
}

const RECORDS: usize = 1_000_000;

/// Gates, criteria, total, ranks and the limit: all but reading and writing, on one thread and on two.
#[divan::bench(args = [1, 2], sample_count = 10)]
fn decide_and_rank(bencher: Bencher<'_, '_>, threads: usize) {
    run(
        bencher,
        std::fs::read_to_string("benches/peers/job.rule").unwrap(),
        threads,
    );
}

/// The same without ranks and limit.
#[divan::bench(args = [1, 2], sample_count = 10)]
fn decide(bencher: Bencher<'_, '_>, threads: usize) {
    let text = std::fs::read_to_string("benches/peers/job.rule").unwrap();
    let (before, _) = text.split_once("rank by").unwrap();
    run(bencher, before.to_owned(), threads);
}

fn run(bencher: Bencher<'_, '_>, text: String, threads: usize) {
    let policy = policy(&text);
    let names = ["id", "status", "failed", "goal", "cost", "benefit", "total"].map(str::to_owned);
    let names = rows::Columns::named(&policy, &names).unwrap();
    let columns = Columns::new(&policy, names.over_columns(&policy).unwrap()).unwrap();
    let input = Input {
        origin: Origin::Bytes(records(RECORDS).into_bytes().into()),
        rows: Rows::Ndjson,
    };
    let held = columns.hold(&[input], 1).unwrap();
    bencher
        .counter(ItemsCount::new(RECORDS))
        .bench_local(|| columns.decide_held(&held, threads).unwrap());
}

fn policy(text: &str) -> Policy {
    let mut sources = Sources::new();
    let loaded = check::load("job.rule", &mut sources, &mut |_| Ok(text.as_bytes().to_vec()));
    let (policy, problems) = check::check(&loaded, &sources);
    policy.unwrap_or_else(|| panic!("{:?}", problems.first().map(|first| &first.message)))
}

/// Records as `benches/peers/data` makes them, from a seed of its own.
fn records(count: usize) -> String {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut below = |most: u64| {
        // Marsaglia, Xorshift RNGs (2003).
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) % most
    };
    let mut text = String::with_capacity(count * 160);
    for row in 0..count {
        let area = [
            "journal",
            "medication",
            "imaging",
            "infrastructure",
            "citizen",
            "analytics",
        ];
        let area = area[below(6) as usize];
        let (phase, in_roadmap, needs) = (below(5) + 1, below(4) > 0, below(13));
        write!(
            text,
            "{{\"id\":\"M{row:07}\",\"area\":\"{area}\",\"phase\":{phase},\"in_roadmap\":{in_roadmap},\"needs\":{needs}"
        )
        .unwrap();
        for question in 1..=8 {
            let tenths = below(101);
            write!(text, ",\"q{question}\":{}.{}", tenths / 10, tenths % 10).unwrap();
        }
        writeln!(text, ",\"p50\":{}}}", below(500) + 1).unwrap();
    }
    text
}
