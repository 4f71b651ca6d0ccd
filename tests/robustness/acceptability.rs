//! Rank acceptability against exact shares: lengths on the line of two weights, areas in the triangle of three; and the
//! figures that another tool's own tests hold.

use prioriter::explain::robustness::acceptability::{Acceptability, Entry, sample};
use prioriter::explain::robustness::{Settings, assess};
use prioriter::model::Number;
use proptest::prelude::*;
use rand_pcg::Pcg64;

use crate::{Run, fraction, number};

const DRAWS: u32 = 20_000;

fn entries(rows: &[Vec<i64>]) -> Vec<Entry> {
    let entry = |row: &Vec<i64>| Entry {
        values: row.iter().map(|value| Number::from_integer(*value)).collect(),
        ..Entry::default()
    };
    rows.iter().map(entry).collect()
}

/// A corner of a piece of the triangle: the first two of three weights.
type Point = [Number; 2];

fn dot(difference: &[i64], point: &Point) -> Number {
    let third = Number::one()
        .subtract(&point[0])
        .unwrap()
        .subtract(&point[1])
        .unwrap();
    let terms = difference.iter().zip([&point[0], &point[1], &third]);
    terms.fold(Number::zero(), |sum, (difference, weight)| {
        sum.add(&weight.multiply(&Number::from_integer(*difference)).unwrap())
            .unwrap()
    })
}

/// The part of a piece where the first total is at least the second (or at most).
fn cut(piece: &[Point], difference: &[i64], least: bool) -> Vec<Point> {
    let height = |point: &Point| {
        let height = dot(difference, point);
        if least { height } else { height.negate() }
    };
    let mut part = Vec::new();
    for (index, point) in piece.iter().enumerate() {
        let next = &piece[(index + 1) % piece.len()];
        let (here, there) = (height(point), height(next));
        if !here.is_negative() {
            part.push(point.clone());
        }
        if here.is_negative() != there.is_negative() && !here.is_zero() && !there.is_zero() {
            let along = here.divide(&here.subtract(&there).unwrap()).unwrap();
            let between = |from: &Number, to: &Number| {
                from.add(&to.subtract(from).unwrap().multiply(&along).unwrap())
                    .unwrap()
            };
            part.push([between(&point[0], &next[0]), between(&point[1], &next[1])]);
        }
    }
    part
}

/// Twice the area of a piece, which is its share of the triangle (whose area is a half).
fn area(piece: &[Point]) -> Number {
    let mut sum = Number::zero();
    for (index, one) in piece.iter().enumerate() {
        let next = &piece[(index + 1) % piece.len()];
        let cross = one[0]
            .multiply(&next[1])
            .unwrap()
            .subtract(&next[0].multiply(&one[1]).unwrap())
            .unwrap();
        sum = sum.add(&cross).unwrap();
    }
    sum.abs()
}

/// For each row and rank the exact share of all weights, for three criteria. Ties take no area.
fn exact(rows: &[Vec<i64>]) -> Vec<Vec<Number>> {
    let corner = |x: i64, y: i64| [Number::from_integer(x), Number::from_integer(y)];
    let mut pieces = vec![vec![corner(0, 0), corner(1, 0), corner(0, 1)]];
    for one in 0..rows.len() {
        for other in 0..one {
            let difference: Vec<i64> = rows[one].iter().zip(&rows[other]).map(|(a, b)| a - b).collect();
            let parts = |piece: &Vec<Point>| [cut(piece, &difference, true), cut(piece, &difference, false)];
            pieces = pieces
                .iter()
                .flat_map(parts)
                .filter(|piece| !area(piece).is_zero())
                .collect();
        }
    }
    let mut shares = vec![vec![Number::zero(); rows.len()]; rows.len()];
    for piece in pieces {
        let count = Number::from_integer(piece.len() as i64);
        let mean = |axis: usize| {
            let sum = piece
                .iter()
                .fold(Number::zero(), |sum, point| sum.add(&point[axis]).unwrap());
            sum.divide(&count).unwrap()
        };
        let centre = [mean(0), mean(1)];
        let totals: Vec<Number> = rows.iter().map(|row| dot(row, &centre)).collect();
        for (row, total) in totals.iter().enumerate() {
            let rank = totals.iter().filter(|other| *other > total).count();
            shares[row][rank] = shares[row][rank].add(&area(&piece)).unwrap();
        }
    }
    shares
}

/// Half the width of the 95 % interval, as it is printed.
fn half_width(count: u32) -> Number {
    let none = Acceptability {
        draws: DRAWS,
        seed: 1,
        records: Vec::new(),
    };
    none.half_width(count)
}

/// Whether all shares lie within so many half widths of the exact ones.
fn within(rows: &[Vec<i64>], exact: &[Vec<Number>], widths: i64) -> Result<(), String> {
    let found = sample(&entries(rows), true, DRAWS, 1, 2).unwrap();
    for (row, ((counts, _), exact)) in found.iter().zip(exact).enumerate() {
        for (rank, (count, exact)) in counts.iter().zip(exact).enumerate() {
            let share = fraction(i64::from(*count), i64::from(DRAWS));
            let off = share.subtract(exact).unwrap().abs();
            let allowed = half_width(*count)
                .multiply(&Number::from_integer(widths))
                .unwrap();
            if off > allowed {
                return Err(format!("row {row}, rank {}: {share} and {exact}", rank + 1));
            }
        }
    }
    Ok(())
}

#[test]
fn shares_for_three_criteria_are_areas() {
    let rows = [vec![8, 1, 3], vec![2, 7, 4], vec![5, 5, 2], vec![1, 3, 9]];
    let exact = exact(&rows);
    let all = exact
        .iter()
        .flatten()
        .fold(Number::zero(), |sum, share| sum.add(share).unwrap());
    assert_eq!(all, Number::from_integer(4));
    within(&rows, &exact, 1).unwrap();
}

#[test]
fn shares_for_two_criteria_are_lengths() {
    // 3 w, 2 w + (1 − w) and 2 (1 − w): they meet at 1/2, 2/5 and 1/3.
    let rows = [vec![3, 0], vec![2, 1], vec![0, 2]];
    let exact = [
        [(1, 2), (1, 10), (2, 5)],
        [(1, 6), (5, 6), (0, 1)],
        [(1, 3), (1, 15), (3, 5)],
    ];
    let exact = exact.map(|row| row.map(|(above, below)| fraction(above, below)).to_vec());
    within(&rows, &exact, 1).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 25, max_shrink_iters: 50, ..ProptestConfig::default() })]

    /// One share in twenty may lie off its own half width; none lies off three.
    #[test]
    fn shares_of_random_rows_are_areas(rows in proptest::collection::vec(proptest::collection::vec(0..30_i64, 3), 2..5)) {
        let apart = (0..rows.len()).all(|one| (0..one).all(|other| rows[one] != rows[other]));
        prop_assume!(apart);
        prop_assert_eq!(within(&rows, &exact(&rows), 3), Ok(()));
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let rows: Vec<Vec<i64>> = (0..20)
        .map(|row| vec![row * 7 % 13, row * 5 % 11, row * 3 % 17])
        .collect();
    let one = sample(&entries(&rows), true, 7_500, 9, 1).unwrap();
    for threads in [2, 3, 8, 64] {
        assert_eq!(sample(&entries(&rows), true, 7_500, 9, threads).unwrap(), one);
    }
}

/// The numbers drawn are part of what is promised: an upgrade that changes them shows here.
#[test]
fn the_draws_are_these() {
    let rows = [vec![8, 1, 3], vec![2, 7, 4], vec![5, 5, 2], vec![1, 3, 9]];
    let counts: Vec<Vec<u32>> = sample(&entries(&rows), true, 10_000, 1, 2)
        .unwrap()
        .into_iter()
        .map(|(counts, _)| counts)
        .collect();
    insta::assert_snapshot!(format!("{counts:?}"));
}

#[test]
fn long_numbers_are_counted_as_short_ones() {
    let rows = [vec![8, 1, 3], vec![2, 7, 4], vec![5, 5, 2]];
    let short = sample(&entries(&rows), true, 1_000, 1, 1).unwrap();
    // In 64, in 128 bits, and in numbers of any length.
    for factor in ["1e9", "1e20", "1e40", "1e-30"] {
        let mut long = entries(&rows);
        for value in long.iter_mut().flat_map(|entry| &mut entry.values) {
            *value = value.multiply(&number(factor)).unwrap();
        }
        let mut off = long.clone();
        off[0].values[0] = off[0].values[0].add(&number("1e-50")).unwrap();
        assert_eq!(sample(&long, true, 1_000, 1, 1).unwrap(), short, "{factor}");
        assert_eq!(
            sample(&off, true, 1_000, 1, 1).unwrap(),
            short,
            "{factor} and a little"
        );
    }
}

#[test]
fn the_lowest_total_first_turns_all_round() {
    let rows = [vec![8, 1, 3], vec![2, 7, 4], vec![5, 5, 2]];
    let up = sample(&entries(&rows), true, 1_000, 1, 1).unwrap();
    let down = sample(&entries(&rows), false, 1_000, 1, 1).unwrap();
    for ((up, _), (down, _)) in up.iter().zip(&down) {
        assert!(up.iter().eq(down.iter().rev()));
    }
}

#[test]
fn ties_are_settled_as_the_ranking_settles_them() {
    let text = |key: &str| {
        format!(
            "policy p \"P\" for item {{ }}\nrecord item {{\n id : text key\n cost : integer 0.. optional\n}}\n\
             criterion c {{ sum of {{ a : 0..10 }} }}\ncriterion d {{ sum of {{ b : 0..10 }} }}\n\
             rank by highest total{key}\n=== data\n{{ \"items\": [\
             {{ \"id\": \"A\", \"cost\": 2, \"c\": {{ \"a\": 5 }}, \"d\": {{ \"b\": 5 }} }},\
             {{ \"id\": \"B\", \"cost\": 1, \"c\": {{ \"a\": 5 }}, \"d\": {{ \"b\": 5 }} }},\
             {{ \"id\": \"C\", \"c\": {{ \"a\": 0 }}, \"d\": {{ \"b\": 0 }} }}] }}"
        )
    };
    let shares = |key: &str| -> Vec<(String, Vec<u32>)> {
        let run = Run::of(&text(key));
        let settings = Settings {
            draws: 10,
            ..Settings::default()
        };
        let found = assess(&run.case(), settings).acceptability.unwrap();
        found
            .records
            .iter()
            .map(|of| (run.key(of.record).to_owned(), of.ranks.clone()))
            .collect()
    };
    let told = |shares: &[(&str, [u32; 3])]| -> Vec<(String, Vec<u32>)> {
        shares
            .iter()
            .map(|(key, ranks)| ((*key).to_owned(), ranks.to_vec()))
            .collect()
    };
    assert_eq!(
        shares(""),
        told(&[("A", [10, 0, 0]), ("B", [10, 0, 0]), ("C", [0, 0, 10])])
    );
    let lowest = shares(" then lowest cost");
    assert_eq!(
        lowest,
        told(&[("B", [10, 0, 0]), ("A", [0, 10, 0]), ("C", [0, 0, 10])])
    );
}

/// `SMAA2SimulationTest` of JSMAA, https://github.com/tommite/jsmaa (commit d00ae1412d45c1804a4edf254f10f6e2532389fa,
/// lib/src/test/java/fi/smaa/jsmaa/simulator/SMAA2SimulationTest.java): four medicines, six criteria, nothing known of
/// the weights, and measurements that are drawn too. Its own bound for 10,000 draws is 0.02.
mod jsmaa {
    use super::*;

    /// Mean and deviation of a measurement, by criterion and medicine: fluoxetine, paroxetine, sertraline, venlafaxine.
    /// Of the first criterion the logarithm is normal, and more is better; of the others less is.
    const MEASURED: [[(f64, f64); 4]; 6] = [
        [(0.0, 0.0), (0.086, 0.056), (0.095, 0.044), (0.113, 0.048)],
        [(11.7, 2.5), (9.2, 1.86), (15.4, 2.65), (5.5, 2.32)],
        [(7.2, 1.45), (10.6, 1.58), (7.5, 1.48), (15.7, 4.44)],
        [(16.6, 3.27), (21.2, 5.15), (20.2, 3.78), (12.8, 2.45)],
        [(13.7, 1.89), (14.3, 2.93), (15.0, 3.21), (11.2, 3.98)],
        [(18.6, 1.79), (18.3, 3.7), (19.5, 2.6), (31.0, 1.68)],
    ];
    const ACCEPTABILITIES: [[f64; 4]; 4] = [
        [0.20, 0.28, 0.30, 0.22],
        [0.25, 0.29, 0.27, 0.19],
        [0.17, 0.25, 0.29, 0.30],
        [0.39, 0.18, 0.15, 0.29],
    ];
    const CENTRAL: [[f64; 6]; 4] = [
        [0.08, 0.14, 0.23, 0.18, 0.16, 0.22],
        [0.18, 0.17, 0.15, 0.13, 0.15, 0.22],
        [0.21, 0.10, 0.22, 0.13, 0.15, 0.20],
        [0.18, 0.21, 0.12, 0.21, 0.19, 0.09],
    ];
    const TIMES: u32 = 20_000;

    fn uniform(random: &mut Pcg64) -> f64 {
        ((random.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn normal(random: &mut Pcg64) -> f64 {
        (-2.0 * uniform(random).ln()).sqrt() * (std::f64::consts::TAU * uniform(random)).cos()
    }

    #[test]
    fn the_medicines_have_the_acceptabilities_and_central_weights_of_its_tests() {
        let value = |criterion: usize, drawn: f64| if criterion == 0 { drawn.exp() } else { drawn };
        // A scale goes over all that lies within 1.96 deviations of a mean.
        let scales: Vec<(f64, f64)> = (0..6)
            .map(|criterion| {
                let ends = |sign: f64| {
                    let of = MEASURED[criterion].iter();
                    of.map(move |(mean, deviation)| value(criterion, mean + sign * 1.96 * deviation))
                };
                (
                    ends(-1.0).fold(f64::MAX, f64::min),
                    ends(1.0).fold(f64::MIN, f64::max),
                )
            })
            .collect();
        let mut random = Pcg64::new(1, 1);
        let (mut ranks, mut central) = ([[0_u32; 4]; 4], [[0.0; 6]; 4]);
        for draw in 0..TIMES {
            let mut rows = vec![Entry::default(); 4];
            for criterion in 0..6 {
                let (low, high) = scales[criterion];
                for (row, (mean, deviation)) in rows.iter_mut().zip(MEASURED[criterion]) {
                    let drawn = value(criterion, mean + deviation * normal(&mut random));
                    let share = (drawn - low) / (high - low);
                    let better = if criterion == 0 { share } else { 1.0 - share };
                    row.values
                        .push(Number::from_integer((better * 1e8).round() as i64));
                }
            }
            let counts = sample(&rows, true, 1, u64::from(draw), 1).unwrap();
            for (medicine, (counts, weights)) in counts.iter().enumerate() {
                for (rank, count) in counts.iter().enumerate() {
                    ranks[medicine][rank] += count;
                }
                for (sum, weight) in central[medicine].iter_mut().zip(weights.iter().flatten()) {
                    *sum += weight.decimal(9).parse::<f64>().unwrap();
                }
            }
        }
        for medicine in 0..4 {
            for (rank, expected) in ACCEPTABILITIES[medicine].iter().enumerate() {
                let share = f64::from(ranks[medicine][rank]) / f64::from(TIMES);
                assert!(
                    (share - expected).abs() <= 0.02,
                    "{medicine}, {rank}: {share} and {expected}"
                );
            }
            for (criterion, expected) in CENTRAL[medicine].iter().enumerate() {
                let weight = central[medicine][criterion] / f64::from(ranks[medicine][0]);
                assert!(
                    (weight - expected).abs() <= 0.02,
                    "{medicine}, {criterion}: {weight} and {expected}"
                );
            }
        }
    }

    /// `testEqualRanks`: of two that are equal each has a third for each of three criteria.
    #[test]
    fn equal_ones_have_even_central_weights() {
        let counts = sample(&entries(&[vec![0, 0, 0], vec![0, 0, 0]]), true, 10_000, 1, 2).unwrap();
        for (counts, central) in counts {
            assert_eq!(counts, [10_000, 0]);
            for weight in central.unwrap() {
                let off = weight.subtract(&fraction(333, 1_000)).unwrap().abs();
                assert!(off <= fraction(1, 100), "{weight}");
            }
        }
    }
}

/// `nacw.R` of the R package smaa, https://github.com/gertvv/rsmaa (commit 2ce6bbd1d940064da143030b1a97b3e679819781): who is
/// worse in all has no central weights.
#[test]
fn who_never_comes_first_has_no_central_weights() {
    let counts = sample(&entries(&[vec![1, 1, 1], vec![0, 0, 0]]), true, 10_000, 1, 2).unwrap();
    assert_eq!(
        (&counts[0].0[..], &counts[1].0[..]),
        (&[10_000, 0][..], &[0, 10_000][..])
    );
    assert!(counts[0].1.is_some() && counts[1].1.is_none());
}
