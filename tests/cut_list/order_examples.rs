//! The order by example: one rule a test, as a policy's author would tell it.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

use prioriter::decide::cut_list::order::{
    Arrangement, Cause, Contradiction, Placement, Problem, Rule, Step, arrange,
};
use prioriter::decide::cut_list::sets::Sets;

/// Members by number.
fn group(n: usize, members: &[usize]) -> Vec<bool> {
    (0..n).map(|x| members.contains(&x)).collect()
}

fn after(n: usize, after: &[usize], before: &[usize]) -> Placement {
    Placement {
        after: group(n, after).into(),
        before: group(n, before).into(),
        class: vec![Some(0); n].into(),
    }
}

fn problem(n: usize, rules: Vec<Rule>, sets: &[Vec<usize>]) -> Problem {
    Problem {
        candidates: n,
        rules,
        sets: Sets::merge(n, sets),
        data_order: (0..n).collect(),
    }
}

fn order(n: usize, rules: Vec<Rule>, sets: &[Vec<usize>]) -> Vec<usize> {
    arrange(&problem(n, rules, sets)).unwrap().order
}

fn way_round(n: usize, rules: Vec<Rule>, sets: &[Vec<usize>]) -> Vec<Step> {
    arrange(&problem(n, rules, sets)).unwrap_err().steps
}

fn step(item: usize, by: Cause, after: usize) -> Step {
    Step { item, by, after }
}

#[test]
fn nothing_to_order_is_no_contradiction() {
    let nothing = Arrangement {
        order: Vec::new(),
        finds: vec![false],
        preferences: Vec::new(),
    };
    assert_eq!(
        arrange(&problem(0, vec![Rule::Place(Placement::default())], &[])),
        Ok(nothing)
    );
}

#[test]
fn without_rules_priority_decides() {
    assert_eq!(order(4, vec![], &[]), [0, 1, 2, 3]);
}

#[test]
fn place_moves_no_more_than_it_must() {
    assert_eq!(
        order(5, vec![Rule::Place(after(5, &[0, 1], &[3]))], &[]),
        [2, 3, 0, 1, 4]
    );
}

#[test]
fn place_within_pairs_only_the_same_known_class() {
    let class = vec![Some(0), Some(1), None, Some(0), Some(1), None];
    let readers = Placement {
        class: class.into(),
        ..after(6, &[0, 1, 2], &[3, 4, 5])
    };
    assert_eq!(order(6, vec![Rule::Place(readers)], &[]), [2, 3, 0, 4, 1, 5]);
}

#[test]
fn members_of_both_are_not_bound_and_are_named() {
    let placement = after(4, &[0, 1], &[1, 3]);
    assert_eq!(placement.in_both(), [1]);
    assert_eq!(order(4, vec![Rule::Place(placement)], &[]), [1, 2, 3, 0]);
}

#[test]
fn the_first_tier_cut_stands_last() {
    let tiers = vec![group(6, &[1]), group(6, &[0, 1])];
    assert_eq!(order(6, vec![Rule::CutFirst(tiers)], &[]), [2, 3, 4, 5, 0, 1]);
}

#[test]
fn the_first_tier_kept_stands_first_and_empty_tiers_break_no_chain() {
    let tiers = vec![group(5, &[4]), group(5, &[]), group(5, &[2])];
    assert_eq!(order(5, vec![Rule::KeepFirst(tiers)], &[]), [4, 2, 0, 1, 3]);
}

#[test]
fn a_set_is_placed_by_its_best_member_and_ordered_inside() {
    let readers_last = Rule::Place(after(5, &[1], &[4]));
    assert_eq!(order(5, vec![readers_last], &[vec![1, 4]]), [0, 4, 1, 2, 3]);
}

#[test]
fn a_set_with_members_of_both_sides_stands_between_the_others() {
    let rule = Rule::Place(after(5, &[0, 1], &[2, 4]));
    assert_eq!(order(5, vec![rule], &[vec![1, 2]]), [3, 4, 2, 1, 0]);
}

#[test]
fn two_such_sets_contradict_each_other() {
    let steps = way_round(
        4,
        vec![Rule::Place(after(4, &[0, 2], &[1, 3]))],
        &[vec![0, 1], vec![2, 3]],
    );
    let (rule, together) = (Cause::Rule(0), Cause::Together);
    assert_eq!(
        steps,
        [
            step(0, rule, 3),
            step(3, together, 2),
            step(2, rule, 1),
            step(1, together, 0)
        ]
    );
}

#[test]
fn who_must_stand_between_members_of_a_set_contradicts() {
    let steps = way_round(3, vec![Rule::Needs(vec![(0, 1), (1, 2)])], &[vec![0, 2]]);
    let rule = Cause::Rule(0);
    assert_eq!(
        steps,
        [step(0, rule, 1), step(1, rule, 2), step(2, Cause::Together, 0)]
    );
}

#[test]
fn the_shortest_contradiction_is_told() {
    let needs = Rule::Needs(vec![(0, 1), (1, 2), (2, 0), (3, 4)]);
    let steps = way_round(5, vec![needs, Rule::CutFirst(vec![group(5, &[4])])], &[]);
    assert_eq!(steps, [step(3, Cause::Rule(0), 4), step(4, Cause::Rule(1), 3)]);
}

#[test]
fn one_that_needs_itself_is_a_contradiction_of_one_step() {
    assert_eq!(
        way_round(2, vec![Rule::Needs(vec![(0, 1), (1, 1)])], &[]),
        [step(1, Cause::Rule(0), 1)]
    );
}

#[test]
fn a_preference_yields_in_the_class_where_it_contradicts_and_holds_in_the_others() {
    let class = vec![Some(1), Some(0), Some(1), Some(0)];
    let small_last = Placement {
        class: class.into(),
        ..after(4, &[0, 1], &[2, 3])
    };
    let rules = vec![Rule::Prefer(small_last), Rule::Needs(vec![(3, 1)])];
    let found = arrange(&problem(4, rules, &[])).unwrap();
    assert_eq!(found.order, [1, 2, 0, 3]);
    let outcomes: Vec<(u32, bool)> = found
        .preferences
        .iter()
        .map(|p| (p.class, p.set_aside.is_some()))
        .collect();
    assert_eq!(outcomes, [(1, false), (0, true)]);
    let reason = Contradiction {
        steps: vec![step(1, Cause::Rule(0), 3), step(3, Cause::Rule(1), 1)],
    };
    assert_eq!(found.preferences[1].set_aside, Some(reason));
}

#[test]
fn of_two_preferences_that_contradict_the_first_written_is_kept() {
    let rules = vec![
        Rule::Prefer(after(2, &[0], &[1])),
        Rule::Prefer(after(2, &[1], &[0])),
    ];
    let found = arrange(&problem(2, rules, &[])).unwrap();
    assert_eq!(found.order, [1, 0]);
    assert_eq!(
        found.preferences[1]
            .set_aside
            .as_ref()
            .map(|reason| reason.steps.len()),
        Some(2)
    );
}

#[test]
fn of_two_classes_that_contradict_the_one_first_in_the_data_is_kept() {
    let class = vec![Some(0), Some(1), Some(1), Some(0)];
    // Class 0: 0 after 3; class 1: 2 after 1. With needs, either leads round to the other.
    let rules = vec![
        Rule::Prefer(Placement {
            class: class.into(),
            ..after(4, &[0, 2], &[1, 3])
        }),
        Rule::Needs(vec![(3, 2), (1, 0)]),
    ];
    let mut problem = problem(4, rules, &[]);
    for (data_order, kept, expected) in [
        (vec![0, 1, 2, 3], 0, [2, 3, 0, 1]),
        (vec![2, 0, 1, 3], 1, [0, 1, 2, 3]),
    ] {
        problem.data_order = data_order;
        let found = arrange(&problem).unwrap();
        assert_eq!(
            (
                found.preferences[0].class,
                found.preferences[0].set_aside.is_none()
            ),
            (kept, true)
        );
        assert!(found.preferences[1].set_aside.is_some());
        assert_eq!(found.order, expected);
    }
}
