//! How long a command takes as a whole process, and how much memory it holds at most.
//!
//! Usage: `peer-timer RUNS COMMAND…` runs the command once to warm up and then RUNS times. It prints the median time, the
//! shortest and the longest in seconds, and the median of the peak memory in megabytes, with tabs between. It is small on
//! purpose: Linux counts the memory of whoever starts a process as the process's first.

use std::process::{Command, Stdio};
use std::time::Instant;

use wait4::Wait4;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [runs, program, rest @ ..] = arguments.as_slice() else {
        panic!("usage: peer-timer RUNS COMMAND…")
    };
    let runs: usize = runs.parse().expect("a number of runs");
    let mut times = Vec::new();
    let mut peaks = Vec::new();
    for run in 0..=runs {
        let start = Instant::now();
        let child = Command::new(program)
            .args(rest)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{program} does not start: {error}"));
        let used = child.wait4().expect("an end");
        let time = start.elapsed().as_secs_f64();
        if !used.status.success() {
            eprintln!("{program} failed: {}", used.status);
            std::process::exit(1);
        }
        if run > 0 {
            times.push(time);
            peaks.push(used.rusage.maxrss);
        }
    }
    times.sort_by(f64::total_cmp);
    peaks.sort_unstable();
    let (time, peak) = (times[runs / 2], peaks[runs / 2] as f64 / 1e6);
    println!("{time:.5}\t{:.5}\t{:.5}\t{peak:.1}", times[0], times[runs - 1]);
}
