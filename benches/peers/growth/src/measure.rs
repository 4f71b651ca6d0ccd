//! How long deciding takes, in memory and on one thread, each the median of several runs after one that does not count.
//!
//! Counted is the thread's processor time, which is the time that passes where nothing else runs.

use std::hint::black_box;

use prioriter::check;
use prioriter::columns::{Columns, Input};
use prioriter::data::scan::{Origin, Rows};
use prioriter::decide::cut_list::order::{self, Placement, Rule};
use prioriter::decide::cut_list::sets::Sets;
use prioriter::report::rows;
use prioriter::source::Sources;
use rustix::time::{ClockId, clock_gettime};

use crate::policies::{self, Case, Random};

/// What was measured of one size.
pub struct Point {
    pub size: usize,
    /// Of deciding, for each record.
    pub nanoseconds: f64,
    /// Of checking the policy and of compiling it, each once.
    pub once: [f64; 2],
}

/// What each record of a policy costs.
pub fn deciding(case: &Case, size: usize, records: usize, runs: usize) -> Point {
    let mut sources = Sources::new();
    let loaded = check::load("growth.rule", &mut sources, &mut |_| {
        Ok(case.policy.clone().into_bytes())
    });
    let checking = median(runs, || check::check(&loaded, &sources));
    let (policy, problems) = check::check(&loaded, &sources);
    let policy = policy.unwrap_or_else(|| {
        panic!(
            "{:?}: {}",
            problems.first().map(|first| &first.message),
            case.policy
        )
    });
    let names: Vec<String> = case.outputs.iter().map(|name| (*name).to_owned()).collect();
    let names = rows::Columns::named(&policy, &names).expect("columns");
    let outputs = || names.over_columns(&policy).expect("columns for rows");
    let compile =
        || Columns::new(&policy, outputs()).unwrap_or_else(|unfit| panic!("{}: {}", unfit.0, case.policy));
    let compiling = median(runs, compile);
    let columns = compile();
    let input = Input {
        origin: Origin::Bytes(policies::records(case, records).into_bytes().into()),
        rows: Rows::Delimited(Some(b',')),
    };
    let held = columns.hold(&[input], 1).expect("records");
    // Deciding compiles first.
    let time = median(runs, || columns.decide_held(&held, 1).expect("decisions")) - compiling;
    Point {
        size,
        nanoseconds: time * 1e9 / records as f64,
        once: [checking, compiling],
    }
}

/// What each item of a cut list costs, where rules order its groups: each after the one before it, every other within a class.
pub fn ordering(size: usize, (items, groups, rules): (usize, u64, usize), runs: usize) -> Point {
    let mut random = Random::new();
    let group: Vec<u64> = (0..items).map(|_| random.below(groups)).collect();
    let class: Vec<u32> = (0..items).map(|_| random.below(5) as u32).collect();
    let of_group = |wanted: u64| group.iter().map(|group| *group == wanted).collect();
    let rules = (1..=rules as u64).map(|rule| {
        let within = rule % 2 == 0;
        Rule::Place(Placement {
            after: of_group(rule),
            before: of_group(rule - 1),
            class: class
                .iter()
                .map(|class| Some(if within { *class } else { 0 }))
                .collect(),
        })
    });
    let problem = order::Problem {
        candidates: items,
        rules: rules.collect(),
        sets: Sets::none(items),
        data_order: (0..items).collect(),
    };
    let time = median(runs, || order::arrange(&problem).expect("an order"));
    Point {
        size,
        nanoseconds: time * 1e9 / items as f64,
        once: [0.0; 2],
    }
}

/// In seconds.
fn median<T>(runs: usize, mut run: impl FnMut() -> T) -> f64 {
    black_box(run());
    let once = |_| {
        let start = now();
        let made = black_box(run());
        let time = now() - start;
        drop(made);
        time
    };
    let mut times: Vec<f64> = (0..runs).map(once).collect();
    times.sort_by(f64::total_cmp);
    times[runs / 2]
}

fn now() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}
