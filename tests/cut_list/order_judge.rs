//! The order against a judge that tries every permutation and every way round.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail loudly"
)]

use std::collections::BTreeSet;

use prioriter::decide::cut_list::order::{Cause, Contradiction, Placement, Problem, Rule, Step, arrange};
use prioriter::decide::cut_list::sets::Sets;
use proptest::prelude::*;

/// `.0` stands after `.1` by rule `.2`.
type Pair = (usize, usize, usize);

fn placement_pairs(rule: usize, p: &Placement, n: usize, class: Option<u32>) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for x in 0..n {
        for y in 0..n {
            let bound = p.after[x] && !p.before[x] && p.before[y] && !p.after[y];
            let same = p.class[x].is_some() && p.class[x] == p.class[y];
            if bound && same && class.is_none_or(|class| p.class[x] == Some(class)) {
                pairs.push((x, y, rule));
            }
        }
    }
    pairs
}

fn tier_of(tiers: &[Vec<bool>], item: usize) -> usize {
    tiers.iter().position(|tier| tier[item]).unwrap_or(tiers.len())
}

fn binding_pairs(problem: &Problem) -> Vec<Pair> {
    let n = problem.candidates;
    let mut pairs = Vec::new();
    for (number, rule) in problem.rules.iter().enumerate() {
        for x in 0..n {
            for y in 0..n {
                let after = match rule {
                    Rule::CutFirst(tiers) => tier_of(tiers, x) < tier_of(tiers, y),
                    Rule::KeepFirst(tiers) => tier_of(tiers, x) > tier_of(tiers, y),
                    Rule::Needs(needs) => needs.contains(&(x, y)),
                    Rule::Place(_) | Rule::Prefer(_) => false,
                };
                if after {
                    pairs.push((x, y, number));
                }
            }
        }
        if let Rule::Place(placement) = rule {
            pairs.extend(placement_pairs(number, placement, n, None));
        }
    }
    pairs
}

/// The first permutation of the units, by their best members, in which none stands before what it is after.
fn first_order(units: &[Vec<usize>], pairs: &[Pair]) -> Option<Vec<usize>> {
    fn go(units: &[Vec<usize>], pairs: &[Pair], placed: &mut Vec<usize>) -> bool {
        if placed.len() == units.len() {
            let place = |x: usize| placed.iter().position(|unit| units[*unit].contains(&x));
            return pairs.iter().all(|(x, y, _)| match (place(*x), place(*y)) {
                (Some(x), Some(y)) => x > y,
                _ => true,
            });
        }
        for unit in 0..units.len() {
            if !placed.contains(&unit) {
                placed.push(unit);
                if go(units, pairs, placed) {
                    return true;
                }
                placed.pop();
            }
        }
        false
    }
    let mut placed = Vec::new();
    go(units, pairs, &mut placed).then_some(placed)
}

fn judge(n: usize, sets: &Sets, pairs: &[Pair]) -> Option<Vec<usize>> {
    let mut units: Vec<Vec<usize>> = sets.all().to_vec();
    units.extend((0..n).filter(|x| sets.set_of(*x).is_none()).map(|x| vec![x]));
    units.sort();
    let unit_of = |x: usize| units.iter().position(|unit| unit.contains(&x)).unwrap();
    let (inside, outside): (Vec<Pair>, Vec<Pair>) =
        pairs.iter().partition(|(x, y, _)| unit_of(*x) == unit_of(*y));
    let mut order = Vec::new();
    for unit in first_order(&units, &outside)? {
        let members: Vec<Vec<usize>> = units[unit].iter().map(|x| vec![*x]).collect();
        order.extend(
            first_order(&members, &inside)?
                .into_iter()
                .map(|at| members[at][0]),
        );
    }
    Some(order)
}

fn together(sets: &Sets, x: usize, y: usize) -> bool {
    x != y && sets.set_of(x).is_some() && sets.set_of(x) == sets.set_of(y)
}

/// The fewest steps of any way round over single pairs.
fn fewest_steps(n: usize, sets: &Sets, pairs: &[Pair]) -> Option<usize> {
    let after: BTreeSet<(usize, usize)> = pairs.iter().map(|(x, y, _)| (*x, *y)).collect();
    struct Walk<'a> {
        n: usize,
        sets: &'a Sets,
        after: &'a BTreeSet<(usize, usize)>,
        best: Option<usize>,
    }
    impl Walk<'_> {
        fn go(&mut self, way: &mut Vec<usize>, tied: bool, left: bool) {
            if self.best.is_some_and(|best| way.len() >= best) {
                return;
            }
            let at = *way.last().unwrap();
            for next in way[0]..self.n {
                let leaves = self.after.contains(&(at, next)) && !together(self.sets, at, next) && at != next;
                for by_rule in [true, false] {
                    let holds = if by_rule {
                        self.after.contains(&(at, next))
                    } else {
                        together(self.sets, at, next)
                    };
                    let (tied, left) = (tied || !by_rule, left || (by_rule && leaves));
                    if holds && next == way[0] && (left || !tied) {
                        self.best = Some(way.len());
                    } else if holds && !way.contains(&next) {
                        way.push(next);
                        self.go(way, tied, left);
                        way.pop();
                    }
                }
            }
        }
    }
    let mut walk = Walk {
        n,
        sets,
        after: &after,
        best: None,
    };
    for first in 0..n {
        walk.go(&mut vec![first], false, false);
    }
    walk.best
}

fn check_way_round(
    n: usize,
    sets: &Sets,
    pairs: &[Pair],
    found: &Contradiction,
) -> Result<(), TestCaseError> {
    let steps = &found.steps;
    prop_assert_eq!(
        Some(steps.len()),
        fewest_steps(n, sets, pairs),
        "the shortest of {:?}",
        pairs
    );
    let (mut tied, mut left) = (false, false);
    for (at, Step { item, by, after }) in steps.iter().enumerate() {
        prop_assert_eq!(*after, steps[(at + 1) % steps.len()].item);
        prop_assert!(steps[0].item <= *item);
        match by {
            Cause::Together => {
                prop_assert!(together(sets, *item, *after));
                tied = true;
            }
            Cause::Rule(rule) => {
                prop_assert!(pairs.contains(&(*item, *after, *rule)));
                left |= !together(sets, *item, *after);
            }
        }
    }
    prop_assert!(left || !tied);
    Ok(())
}

fn check(problem: &Problem) -> Result<(), TestCaseError> {
    let (n, sets) = (problem.candidates, &problem.sets);
    let mut pairs = binding_pairs(problem);
    let Some(mut order) = judge(n, sets, &pairs) else {
        let found = arrange(problem);
        prop_assert!(found.is_err());
        return check_way_round(n, sets, &pairs, &found.unwrap_err());
    };
    prop_assert_eq!(fewest_steps(n, sets, &pairs), None);
    let found = arrange(problem);
    prop_assert!(found.is_ok(), "{:?}", found);
    let found = found.unwrap();
    let mut outcomes = found.preferences.iter();
    for (number, rule) in problem.rules.iter().enumerate() {
        let Rule::Prefer(placement) = rule else { continue };
        let mut classes: Vec<u32> = Vec::new();
        for class in problem.data_order.iter().filter_map(|x| placement.class[*x]) {
            if !classes.contains(&class) {
                classes.push(class);
            }
        }
        for class in classes {
            let more = placement_pairs(number, placement, n, Some(class));
            if more.is_empty() {
                continue;
            }
            let outcome = outcomes.next().unwrap();
            prop_assert_eq!((outcome.rule, outcome.class), (number, class));
            let mut wider = pairs.clone();
            wider.extend(more);
            match (judge(n, sets, &wider), &outcome.set_aside) {
                (Some(better), None) => (order, pairs) = (better, wider),
                (None, Some(reason)) => {
                    check_way_round(n, sets, &wider, reason)?;
                    let this = reason.steps.iter().any(|step| step.by == Cause::Rule(number));
                    prop_assert!(this, "the reason passes the preference itself");
                }
                other => return Err(TestCaseError::fail(format!("{other:?}"))),
            }
        }
    }
    prop_assert_eq!(outcomes.next(), None);
    prop_assert_eq!(&found.order, &order);
    let finds: Vec<bool> = (0..problem.rules.len())
        .map(|number| match &problem.rules[number] {
            Rule::Prefer(placement) => !placement_pairs(number, placement, n, None).is_empty(),
            _ => binding_pairs(problem).iter().any(|pair| pair.2 == number),
        })
        .collect();
    prop_assert_eq!(found.finds, finds);
    Ok(())
}

fn members(n: usize, rarely: bool) -> impl Strategy<Value = Vec<bool>> {
    prop::collection::vec(prop::bool::weighted(if rarely { 0.25 } else { 0.4 }), n)
}

fn placement(n: usize) -> impl Strategy<Value = Placement> {
    let class = prop_oneof![6 => Just(Some(0)), 3 => Just(Some(1)), 2 => Just(Some(2)), 1 => Just(None)];
    let classes = prop_oneof![Just(vec![Some(0); n]), prop::collection::vec(class, n)];
    (members(n, false), members(n, false), classes).prop_map(|(after, before, class)| Placement {
        after: after.into(),
        before: before.into(),
        class: class.into(),
    })
}

fn rule(n: usize) -> impl Strategy<Value = Rule> {
    let tiers = || prop::collection::vec(members(n, true), 1..4);
    prop_oneof![
        3 => placement(n).prop_map(Rule::Place),
        4 => placement(n).prop_map(Rule::Prefer),
        1 => tiers().prop_map(Rule::CutFirst),
        1 => tiers().prop_map(Rule::KeepFirst),
        2 => prop::collection::vec((0..n, 0..n), 0..4).prop_map(|mut pairs| {
            // One that needs itself is its own example test; here it would hide the rest.
            pairs.retain(|(x, y)| x != y);
            Rule::Needs(pairs)
        }),
    ]
}

fn problem(sizes: std::ops::Range<usize>, rules: usize) -> impl Strategy<Value = Problem> {
    sizes.prop_flat_map(move |n| {
        let groups = prop::collection::vec(prop::collection::vec(0..n, 1..4), 0..3);
        let data_order = Just((0..n).collect::<Vec<usize>>()).prop_shuffle();
        (prop::collection::vec(rule(n), 0..rules), groups, data_order).prop_map(
            move |(rules, groups, data_order)| Problem {
                candidates: n,
                rules,
                sets: Sets::merge(n, &groups),
                data_order,
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn few_candidates_and_many_rules(problem in problem(1..6, 7)) {
        check(&problem)?;
    }

    #[test]
    fn more_candidates_and_few_rules(problem in problem(5..8, 4)) {
        check(&problem)?;
    }
}
