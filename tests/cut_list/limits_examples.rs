//! The limits by example.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

use prioriter::decide::cut_list::limits::{
    Classes, Count, Doubt, Kind, Limit, Missing, NotCounted, Problem, Refusal, Taken, Verdict, Widened,
    close_protection, select,
};
use prioriter::decide::cut_list::sets::Sets;

fn amounts(kind: Kind, bound: u32, amounts: &[u32]) -> Limit<u32> {
    let counts = amounts
        .iter()
        .map(|amount| Count::In {
            classes: [0].into_iter().collect(),
            amount: *amount,
        })
        .collect();
    Limit {
        kind,
        bounds: vec![bound],
        counts,
    }
}

/// All records candidates, in the order of their numbers.
fn problem(n: usize, limits: Vec<Limit<u32>>) -> Problem<u32> {
    Problem {
        participants: n,
        order: (0..n).collect(),
        needs: vec![Vec::new(); n],
        sets: Sets::none(n),
        blocked: vec![false; n],
        limits,
        take_what_fits: false,
    }
}

fn kept(problem: &Problem<u32>) -> Vec<usize> {
    let verdicts = select(problem).verdicts;
    (0..verdicts.len()).filter(|x| verdicts[*x].stays()).collect()
}

fn refused(closed_by: Option<usize>) -> Verdict {
    Verdict::CutByLimit(vec![Refusal {
        limit: 0,
        class: 0,
        closed_by,
    }])
}

#[test]
fn what_does_not_fit_closes_the_limit_to_those_after_it() {
    let list = problem(4, vec![amounts(Kind::AtMost, 45, &[30, 20, 5, 10])]);
    let selection = select(&list);
    let expected = [
        Verdict::Kept(None),
        refused(None),
        refused(Some(1)),
        refused(Some(1)),
    ];
    assert_eq!(selection.verdicts, expected);
    let tally = &selection.limits[0].classes[0];
    assert_eq!((tally.asked, tally.kept, tally.met), (65, 30, true));
}

#[test]
fn take_what_fits_goes_on_to_the_smaller_ones() {
    let list = Problem {
        take_what_fits: true,
        ..problem(4, vec![amounts(Kind::AtMost, 45, &[30, 20, 5, 10])])
    };
    assert_eq!(kept(&list), [0, 2, 3]);
}

#[test]
fn a_limit_is_not_asked_about_what_it_does_not_count() {
    assert_eq!(
        kept(&problem(3, vec![amounts(Kind::AtMost, 10, &[20, 0, 5])])),
        [1]
    );
}

#[test]
fn a_limit_closes_class_by_class() {
    let counts = [0, 0, 1, 0]
        .map(|class| Count::In {
            classes: [class].into_iter().collect(),
            amount: 1,
        })
        .to_vec();
    let limit = Limit {
        kind: Kind::AtMost,
        bounds: vec![1, 1],
        counts,
    };
    assert_eq!(kept(&problem(4, vec![limit])), [0, 2]);
}

#[test]
fn a_cut_candidate_closes_every_limit_that_does_not_hold_with_it() {
    let limits = vec![
        amounts(Kind::AtMost, 5, &[9, 0, 3]),
        amounts(Kind::AtMost, 5, &[9, 4, 0]),
    ];
    assert_eq!(kept(&problem(3, limits)), [0; 0]);
}

#[test]
fn one_cut_for_what_it_needs_closes_nothing() {
    let mut list = problem(
        4,
        vec![
            amounts(Kind::AtMost, 10, &[0, 4, 40, 4]),
            amounts(Kind::AtMost, 0, &[1, 0, 0, 0]),
        ],
    );
    list.needs[2] = vec![0];
    assert_eq!(kept(&list), [1, 3]);
    assert_eq!(
        select(&list).verdicts[2],
        Verdict::CutByNeed(vec![Missing { item: 2, needs: 0 }])
    );
}

#[test]
fn a_set_is_kept_or_cut_whole() {
    let mut list = problem(4, vec![amounts(Kind::AtMost, 10, &[4, 4, 4, 2])]);
    list.sets = Sets::merge(4, &[vec![1, 2]]);
    list.take_what_fits = true;
    assert_eq!(kept(&list), [0, 3]);
}

#[test]
fn protected_records_stay_even_beyond_the_limit() {
    let mut list = problem(2, vec![amounts(Kind::AtMost, 10, &[12, 1])]);
    list.order = vec![1];
    let selection = select(&list);
    assert_eq!(selection.verdicts, [Verdict::Protected, refused(None)]);
    assert!(!selection.limits[0].classes[0].met);
}

#[test]
fn at_least_takes_what_counts_with_all_it_needs() {
    let limits = vec![
        amounts(Kind::AtMost, 10, &[6, 3, 3, 4]),
        amounts(Kind::AtLeast, 1, &[0, 0, 0, 1]),
    ];
    let mut list = problem(4, limits);
    list.needs[3] = vec![2];
    let selection = select(&list);
    let taken = Verdict::Kept(Some(Taken {
        limit: 1,
        along_with: 3,
    }));
    assert_eq!(
        selection.verdicts,
        [refused(None), refused(Some(0)), taken.clone(), taken]
    );
    assert!(selection.limits[1].classes[0].met);
}

#[test]
fn at_least_passes_over_what_does_not_fit_and_closes_nothing() {
    let limits = vec![
        amounts(Kind::AtLeast, 5, &[0, 20, 2, 0]),
        amounts(Kind::AtMost, 10, &[5, 20, 2, 3]),
    ];
    let selection = select(&problem(4, limits));
    let stays: Vec<bool> = selection.verdicts.iter().map(Verdict::stays).collect();
    assert_eq!(stays, [true, false, true, false]);
    assert!(!selection.limits[0].classes[0].met, "2 of 5: a shortfall");
}

#[test]
fn what_did_not_fit_alone_may_fit_with_one_that_makes_room() {
    let limit = |kind, bound, amounts: [i32; 2]| Limit {
        kind,
        bounds: vec![bound],
        counts: amounts
            .map(|amount| Count::In {
                classes: [0].into_iter().collect(),
                amount,
            })
            .to_vec(),
    };
    let list = Problem {
        participants: 2,
        order: vec![0, 1],
        needs: vec![Vec::new(), vec![0]],
        sets: Sets::none(2),
        blocked: Vec::new(),
        limits: vec![limit(Kind::AtMost, 5, [10, -6]), limit(Kind::AtLeast, 2, [1, 1])],
        take_what_fits: false,
    };
    assert!(select(&list).verdicts.iter().all(Verdict::stays));
}

#[test]
fn the_unknown_keeps_its_place_and_takes_no_room() {
    let mut limit = amounts(Kind::AtMost, 10, &[9, 0, 3, 1]);
    limit.counts[0] = Count::Unknown {
        classes: [0].into_iter().collect(),
        amount: None,
    };
    let mut list = problem(4, vec![limit]);
    list.needs[2] = vec![0];
    let selection = select(&list);
    assert_eq!(
        selection.verdicts[0],
        Verdict::Undetermined(Doubt::Unknown { limit: 0 })
    );
    assert_eq!(selection.verdicts[2], Verdict::Undetermined(Doubt::Needs(0)));
    assert_eq!(
        selection.limits[0].not_counted,
        NotCounted {
            records: 2,
            amount: Some(3)
        }
    );
    assert_eq!(selection.limits[0].classes[0].kept, 1);
}

#[test]
fn a_protected_record_of_unknown_amount_stays_uncounted() {
    let mut limit = amounts(Kind::AtMost, 10, &[0, 10]);
    limit.counts[0] = Count::Unknown {
        classes: Classes::new(),
        amount: Some(7),
    };
    let list = Problem {
        order: vec![1],
        ..problem(2, vec![limit])
    };
    let selection = select(&list);
    assert_eq!(selection.verdicts, [Verdict::Protected, Verdict::Kept(None)]);
    assert_eq!(
        selection.limits[0].not_counted,
        NotCounted {
            records: 1,
            amount: Some(7)
        }
    );
}

#[test]
fn protection_reaches_what_is_needed_and_whole_sets() {
    let needs = vec![vec![1], vec![], vec![], vec![]];
    let widened = close_protection(
        &[true, false, false, false],
        &needs,
        &Sets::merge(4, &[vec![1, 2]]),
    );
    let expected = [
        Widened::NeededBy { item: 1, by: 0 },
        Widened::TogetherWith { item: 2, with: 1 },
    ];
    assert_eq!(widened, expected);
}
