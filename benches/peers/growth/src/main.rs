//! How the time of deciding grows with the size of a policy and of its data.
//!
//! Usage: `peer-growth SVG RUNS` prints tables in Markdown and draws a picture of them. docs/performance.md says what is measured.

mod chart;
mod measure;
mod policies;

use std::path::Path;

use measure::Point;
use policies::Case;

const RECORDS: usize = 200_000;
const ITEMS: usize = 100_000;

/// A chart, and a table.
struct Panel {
    title: &'static str,
    /// What the sizes count.
    across: &'static str,
    /// What the times are of.
    up: &'static str,
    series: Vec<Series>,
}

struct Series {
    name: &'static str,
    points: Vec<Point>,
}

impl Series {
    /// Where the straight line with the least squares begins, and how steep it is.
    fn line(&self) -> (f64, f64) {
        let points = || {
            self.points
                .iter()
                .map(|point| (point.size as f64, point.nanoseconds))
        };
        let mean = |of: fn((f64, f64)) -> f64| points().map(of).sum::<f64>() / self.points.len() as f64;
        let (x, y) = (mean(|(x, _)| x), mean(|(_, y)| y));
        let slope = (mean(|(x, y)| x * y) - x * y) / (mean(|(x, _)| x * x) - x * x);
        (y - slope * x, slope)
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [picture, runs] = arguments.as_slice() else {
        panic!("usage: peer-growth SVG RUNS")
    };
    let runs: usize = runs.parse().expect("a number of runs");
    let panels = panels(runs);
    for panel in &panels {
        print(panel);
    }
    chart::draw(&panels, Path::new(picture)).expect("a picture");
}

fn panels(runs: usize) -> Vec<Panel> {
    let deciding = |name, sizes: &[usize], case: fn(usize) -> Case| {
        eprintln!("measuring {name}");
        let point = |size: &usize| measure::deciding(&case(*size), *size, RECORDS, runs);
        Series {
            name,
            points: sizes.iter().map(point).collect(),
        }
    };
    let ordering = |name, sizes: &[usize], of: fn(usize) -> (usize, u64, usize)| {
        eprintln!("measuring {name}");
        let point = |size: &usize| measure::ordering(*size, of(*size), runs);
        Series {
            name,
            points: sizes.iter().map(point).collect(),
        }
    };
    let powers = [1, 2, 4, 8, 16, 32, 64];
    let (record, item) = ("nanoseconds a record", "nanoseconds an item");
    let panel = |title, across, up, series| Panel {
        title,
        across,
        up,
        series,
    };
    vec![
        panel(
            "Gates and exclusions",
            "gates, or exclusions",
            record,
            vec![
                deciding("gates", &powers, policies::gates),
                deciding("exclusions", &powers, policies::exclusions),
            ],
        ),
        panel(
            "Criteria of three questions",
            "criteria",
            record,
            // Columns are read for 64 fields at most.
            vec![deciding(
                "criteria",
                &[1, 2, 4, 8, 12, 16, 21],
                policies::criteria,
            )],
        ),
        panel(
            "Definitions, each on the one before",
            "definitions",
            record,
            vec![deciding("definitions", &powers, policies::definitions)],
        ),
        panel(
            "Rows of a decision table",
            "rows",
            record,
            vec![
                deciding("looked up", &[4, 16, 64, 256, 512, 1_024], policies::table),
                deciding("row by row", &[80, 128, 256, 512, 1_000], policies::sparse_table),
            ],
        ),
        panel(
            "Rules for a cut list's order",
            "rules, for 100,000 items",
            item,
            vec![ordering("rules", &[1, 2, 5, 10, 20, 40], |rules| {
                (ITEMS, 41, rules)
            })],
        ),
        panel(
            "Items of a cut list",
            "items, under 20 rules",
            item,
            vec![ordering(
                "items",
                &[10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000],
                |items| (items, 21, 20),
            )],
        ),
    ]
}

/// The table of a chart, with a line for each series, and where a policy is checked and compiled, what these cost.
fn print(panel: &Panel) {
    println!("{}, in {}:\n", panel.title, panel.up);
    let mut sizes: Vec<usize> = panel
        .series
        .iter()
        .flat_map(|series| &series.points)
        .map(|point| point.size)
        .collect();
    sizes.sort_unstable();
    sizes.dedup();
    let row = |name: &str, last: &str, cell: &dyn Fn(usize) -> String| {
        let cells: Vec<String> = sizes.iter().map(|size| cell(*size)).collect();
        println!("| {name} | {} | {last} |", cells.join(" | "));
    };
    row(panel.across, "straight line", &grouped);
    println!("| --- |{}", " ---: |".repeat(sizes.len() + 1));
    for series in &panel.series {
        let cell = |size: usize, show: &dyn Fn(&Point) -> String| {
            let point = series.points.iter().find(|point| point.size == size);
            point.map_or_else(String::new, show)
        };
        let (start, slope) = series.line();
        let line = match slope < 0.01 {
            true => String::new(),
            false => format!("{start:.0} + {slope:.2} each"),
        };
        row(series.name, &line, &|size| {
            cell(size, &|point| format!("{:.1}", point.nanoseconds))
        });
        for (name, index) in [("checking, once, in ms", 0), ("compiling, once, in ms", 1)] {
            if series.points.iter().any(|point| point.once[index] >= 0.000_5) {
                row(&format!("{}: {name}", series.name), "", &|size| {
                    cell(size, &|point| format!("{:.2}", point.once[index] * 1e3))
                });
            }
        }
    }
    println!();
}

/// A number with commas between thousands.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
