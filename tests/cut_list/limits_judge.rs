//! The limits against a judge that follows the contract sentence by sentence and adds everything up anew.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

use std::collections::BTreeSet;

use prioriter::decide::cut_list::limits::{
    Count, Doubt, Kind, Limit, Missing, NotCounted, Problem, Refusal, Selection, Verdict, Widened,
    close_protection, select,
};
use prioriter::decide::cut_list::sets::Sets;
use proptest::prelude::*;

type Members = BTreeSet<usize>;

/// The judge's own verdicts, said as plainly as they can be.
#[derive(Clone, Debug, PartialEq)]
enum Plain {
    Open,
    Protected,
    Undetermined,
    Kept(Option<(usize, usize)>),
    Needs(Vec<(usize, usize)>),
    Limits(Vec<(usize, u32, Option<usize>)>),
}

struct Judge<'a> {
    problem: &'a Problem<i32>,
    verdicts: Vec<Plain>,
    /// Limit, class, and by whom it was closed.
    closed: Vec<(usize, u32, usize)>,
}

impl Judge<'_> {
    fn staying(&self) -> Members {
        let stays = |x: &usize| matches!(self.verdicts[*x], Plain::Protected | Plain::Kept(_));
        (0..self.problem.participants).filter(stays).collect()
    }

    fn amount(&self, limit: usize, class: u32, record: usize) -> i32 {
        match &self.problem.limits[limit].counts[record] {
            Count::In { classes, amount } if classes.contains(&class) => *amount,
            _ => 0,
        }
    }

    fn sum(&self, limit: usize, class: u32, records: &Members) -> i32 {
        records.iter().map(|x| self.amount(limit, class, *x)).sum()
    }

    /// Limits of a kind in each of their classes.
    fn all_of(&self, kind: Kind) -> Vec<(usize, u32)> {
        let limits = self
            .problem
            .limits
            .iter()
            .enumerate()
            .filter(|(_, limit)| limit.kind == kind);
        limits
            .flat_map(|(at, limit)| (0..limit.bounds.len() as u32).map(move |class| (at, class)))
            .collect()
    }

    /// "A limit is asked only about records that it counts with an amount above 0."
    fn is_asked(&self, limit: usize, class: u32, records: &Members) -> bool {
        records.iter().any(|x| self.amount(limit, class, *x) > 0)
    }

    fn holds_with(&self, limit: usize, class: u32, records: &Members) -> bool {
        let all = &self.staying() | records;
        !self.is_asked(limit, class, records)
            || self.sum(limit, class, &all) <= self.problem.limits[limit].bounds[class as usize]
    }

    fn set_with(&self, record: usize) -> Members {
        self.problem
            .sets
            .with(record)
            .iter()
            .copied()
            .chain([record])
            .collect()
    }

    fn undetermined(&mut self) {
        loop {
            let before = self.verdicts.clone();
            for &x in &self.problem.order {
                let unknown = self
                    .problem
                    .limits
                    .iter()
                    .any(|l| matches!(l.counts[x], Count::Unknown { .. }));
                let is = |y: &usize| self.verdicts[*y] == Plain::Undetermined;
                let by_others = self.problem.needs[x].iter().any(is) || self.set_with(x).iter().any(is);
                if unknown || self.problem.blocked[x] || by_others {
                    self.verdicts[x] = Plain::Undetermined;
                }
            }
            if before == self.verdicts {
                return;
            }
        }
    }

    fn all_it_needs_and_sets(&self, record: usize) -> Members {
        let mut all = Members::from([record]);
        loop {
            let mut more = all.clone();
            for &x in &all {
                // What stays already brings nobody along.
                if !self.staying().contains(&x) {
                    more.extend(&self.problem.needs[x]);
                    more.extend(self.set_with(x));
                }
            }
            if more == all {
                return &all - &self.staying();
            }
            all = more;
        }
    }

    fn at_least(&mut self) {
        for limit in 0..self.problem.limits.len() {
            if self.problem.limits[limit].kind == Kind::AtMost {
                continue;
            }
            for &x in &self.problem.order {
                let short = |class: u32| {
                    self.sum(limit, class, &self.staying())
                        < self.problem.limits[limit].bounds[class as usize]
                };
                let classes = 0..self.problem.limits[limit].bounds.len() as u32;
                let helps = classes
                    .clone()
                    .any(|class| self.amount(limit, class, x) > 0 && short(class));
                if self.verdicts[x] != Plain::Open || !helps {
                    continue;
                }
                let all = self.all_it_needs_and_sets(x);
                if self
                    .all_of(Kind::AtMost)
                    .iter()
                    .all(|(limit, class)| self.holds_with(*limit, *class, &all))
                {
                    for taken in all {
                        self.verdicts[taken] = Plain::Kept(Some((limit, x)));
                    }
                }
            }
        }
    }

    fn down_the_order(&mut self) {
        for &x in &self.problem.order {
            if self.verdicts[x] != Plain::Open {
                continue;
            }
            let set = self.set_with(x);
            let mut missing = Vec::new();
            for &member in &set {
                for &needed in &self.problem.needs[member] {
                    if !set.contains(&needed) && !self.staying().contains(&needed) {
                        missing.push((member, needed));
                    }
                }
            }
            let mut refusals = Vec::new();
            for (limit, class) in self.all_of(Kind::AtMost) {
                let closed = self
                    .closed
                    .iter()
                    .find(|closed| (closed.0, closed.1) == (limit, class));
                let is_closed = closed.is_some() && self.is_asked(limit, class, &set);
                if is_closed || !self.holds_with(limit, class, &set) {
                    refusals.push((limit, class, closed.map(|closed| closed.2)));
                }
            }
            let verdict = if !missing.is_empty() {
                Plain::Needs(missing)
            } else if refusals.is_empty() {
                Plain::Kept(None)
            } else {
                if !self.problem.take_what_fits {
                    self.closed
                        .extend(refusals.iter().map(|(limit, class, _)| (*limit, *class, x)));
                }
                Plain::Limits(refusals)
            };
            for member in set {
                self.verdicts[member] = verdict.clone();
            }
        }
    }
}

fn judge(problem: &Problem<i32>) -> Judge<'_> {
    let verdicts = (0..problem.participants).map(|x| {
        if problem.order.contains(&x) {
            Plain::Open
        } else {
            Plain::Protected
        }
    });
    let mut judge = Judge {
        problem,
        verdicts: verdicts.collect(),
        closed: Vec::new(),
    };
    judge.undetermined();
    judge.at_least();
    judge.down_the_order();
    judge
}

fn plain(verdict: &Verdict) -> Plain {
    match verdict {
        Verdict::Protected => Plain::Protected,
        Verdict::Kept(taken) => Plain::Kept(taken.map(|taken| (taken.limit, taken.along_with))),
        Verdict::CutByNeed(missing) => Plain::Needs(
            missing
                .iter()
                .map(|Missing { item, needs }| (*item, *needs))
                .collect(),
        ),
        Verdict::CutByLimit(refusals) => {
            let plain = |Refusal {
                             limit,
                             class,
                             closed_by,
                         }: &Refusal| (*limit, *class, *closed_by);
            Plain::Limits(refusals.iter().map(plain).collect())
        }
        Verdict::Undetermined(_) => Plain::Undetermined,
    }
}

fn check(problem: &Problem<i32>) -> Result<(), TestCaseError> {
    let Selection { verdicts, limits } = select(problem);
    let judge = judge(problem);
    prop_assert_eq!(
        verdicts.iter().map(plain).collect::<Vec<_>>(),
        judge.verdicts.clone()
    );
    for (at, outcome) in limits.iter().enumerate() {
        let limit = &problem.limits[at];
        let takes_no_room = |x: &usize| {
            let unknown = matches!(limit.counts[*x], Count::Unknown { .. });
            let counted = !matches!(limit.counts[*x], Count::Not | Count::In { amount: 0, .. });
            unknown || (counted && judge.verdicts[*x] == Plain::Undetermined)
        };
        let not_counted = |records: &[usize]| {
            let amounts = records.iter().filter_map(|x| match &limit.counts[*x] {
                Count::In { amount, .. } => Some(*amount),
                Count::Unknown { amount, .. } => *amount,
                Count::Not => None,
            });
            let amount = amounts.clone().next().map(|_| amounts.sum());
            NotCounted {
                records: records.len(),
                amount,
            }
        };
        let everybody: Vec<usize> = (0..problem.participants).filter(takes_no_room).collect();
        prop_assert_eq!(&outcome.not_counted, &not_counted(&everybody));
        for (tally, class) in outcome.classes.iter().zip(0u32..) {
            let of_class = |x: &usize| match &limit.counts[*x] {
                Count::In { classes, .. } | Count::Unknown { classes, .. } => classes.contains(&class),
                Count::Not => false,
            };
            let here: Vec<usize> = everybody.iter().copied().filter(of_class).collect();
            prop_assert_eq!(&tally.not_counted, &not_counted(&here));
            prop_assert_eq!(
                tally.asked,
                judge.sum(at, class, &(0..problem.participants).collect())
            );
            let kept = judge.sum(at, class, &judge.staying());
            let bound = limit.bounds[class as usize];
            prop_assert_eq!(tally.kept, kept);
            prop_assert_eq!(
                tally.met,
                if limit.kind == Kind::AtMost {
                    kept <= bound
                } else {
                    kept >= bound
                }
            );
        }
    }
    for (x, verdict) in verdicts.iter().enumerate() {
        let doubtful = |y: usize| matches!(verdicts[y], Verdict::Undetermined(_));
        let reason_holds = match verdict {
            Verdict::Undetermined(Doubt::Unknown { limit }) => {
                matches!(problem.limits[*limit].counts[x], Count::Unknown { .. })
            }
            Verdict::Undetermined(Doubt::Blocked) => problem.blocked[x],
            Verdict::Undetermined(Doubt::Needs(y)) => problem.needs[x].contains(y) && doubtful(*y),
            Verdict::Undetermined(Doubt::Together(y)) => {
                problem.sets.with(x).contains(y) && *y != x && doubtful(*y)
            }
            _ => true,
        };
        prop_assert!(reason_holds, "{} {:?}", x, verdict);
    }
    Ok(())
}

fn count(falling: bool) -> impl Strategy<Value = Count<i32>> {
    let classes = || prop::collection::vec(0u32..2, 0..3);
    let least = if falling { -6 } else { 0 };
    prop_oneof![
        2 => Just(Count::Not),
        12 => (classes(), least..10).prop_map(|(classes, amount)| Count::In { classes: classes.into(), amount }),
        1 => (classes(), prop::option::of(1..10)).prop_map(|(classes, amount)| Count::Unknown { classes: classes.into(), amount }),
    ]
}

fn limit(records: usize, falling: bool) -> impl Strategy<Value = Limit<i32>> {
    let kind = prop_oneof![3 => Just(Kind::AtMost), 2 => Just(Kind::AtLeast)];
    let sure = count(falling).prop_map(|count| match count {
        Count::Unknown { .. } => Count::Not,
        other => other,
    });
    let counts = prop_oneof![
        3 => prop::collection::vec(sure, records),
        1 => prop::collection::vec(count(falling), records),
    ];
    (kind, prop::collection::vec(0..30, 2), counts).prop_map(|(kind, bounds, counts)| Limit {
        kind,
        bounds,
        counts,
    })
}

/// An order that respects needs and sets, as the order of a cut list does.
fn problem() -> impl Strategy<Value = Problem<i32>> {
    let shape = (
        0usize..9,
        0usize..4,
        any::<bool>(),
        prop::bool::weighted(0.3),
        prop::bool::weighted(0.2),
    );
    shape.prop_flat_map(|(candidates, protected, take_what_fits, falling, blocks)| {
        let participants = candidates + protected;
        let numbering = Just((0..participants).collect::<Vec<usize>>()).prop_shuffle();
        let joined = prop::collection::vec(prop::bool::weighted(0.25), participants);
        let needs = prop::collection::vec((0..participants.max(1), 0..participants.max(1)), 0..5);
        let blocked =
            prop::collection::vec(prop::bool::weighted(if blocks { 0.2 } else { 0.0 }), participants);
        let limits = prop::collection::vec(limit(participants, falling), 0..5);
        (numbering, joined, needs, blocked, limits).prop_map(
            move |(numbering, joined, pairs, blocked, limits)| {
                // Places below `candidates` are those of the order; neighbours are joined into sets.
                let mut groups: Vec<Vec<usize>> = Vec::new();
                for place in 0..candidates {
                    match groups.last_mut() {
                        Some(group) if joined[place] => group.push(numbering[place]),
                        _ => groups.push(vec![numbering[place]]),
                    }
                }
                let sets = Sets::merge(participants, &groups);
                let mut needs = vec![Vec::new(); participants];
                for (x, y) in pairs.into_iter().filter(|_| participants > 0) {
                    let (item, needed) = (numbering[x], numbering[y]);
                    let together = sets.set_of(item).is_some() && sets.set_of(item) == sets.set_of(needed);
                    if x >= candidates || y >= candidates || y < x || together {
                        needs[item].push(needed);
                    }
                }
                let order = numbering[..candidates].to_vec();
                Problem {
                    participants,
                    order,
                    needs,
                    sets,
                    blocked,
                    limits,
                    take_what_fits,
                }
            },
        )
    })
}

/// Chains of needs that branch and meet, tight limits, and now and then an amount that makes room: most candidates of an
/// `at least` do not fit with all that they need, and some fit only with one that comes later.
fn chained_problem() -> impl Strategy<Value = Problem<i32>> {
    let amount = |least: i32| {
        prop_oneof![
            3 => (least..8).prop_map(|amount| Count::In { classes: [0].into_iter().collect(), amount }),
            2 => (least..8).prop_map(|amount| Count::In { classes: [1].into_iter().collect(), amount }),
            2 => Just(Count::Not),
        ]
    };
    (3usize..16, any::<bool>()).prop_flat_map(move |(records, take_what_fits)| {
        let limit = move |kind: Kind, least: i32, bounds: std::ops::Range<i32>| {
            let counts = prop::collection::vec(amount(least), records);
            (prop::collection::vec(bounds, 2), counts).prop_map(move |(bounds, counts)| Limit {
                kind,
                bounds,
                counts,
            })
        };
        let limits = (
            prop::collection::vec(limit(Kind::AtLeast, 0, 0..40), 1..3),
            prop::collection::vec(limit(Kind::AtMost, -6, 0..25), 1..3),
            limit(Kind::AtMost, 0, 0..30),
        );
        let needs = prop::collection::vec(
            (1usize..4, prop::bool::weighted(0.7), prop::bool::weighted(0.2)),
            records,
        );
        let joined = prop::collection::vec(prop::bool::weighted(0.1), records);
        (needs, joined, limits).prop_map(move |(back, joined, (mut at_least, at_most, last))| {
            let mut groups: Vec<Vec<usize>> = Vec::new();
            for (place, joined) in joined.iter().enumerate() {
                match groups.last_mut() {
                    Some(group) if *joined => group.push(place),
                    _ => groups.push(vec![place]),
                }
            }
            let mut needs = vec![Vec::new(); records];
            for (place, (steps, chained, branches)) in back.into_iter().enumerate() {
                if let Some(before) = place.checked_sub(1).filter(|_| chained) {
                    needs[place].push(before);
                }
                if let Some(before) = place.checked_sub(steps).filter(|_| branches) {
                    needs[place].push(before);
                }
            }
            at_least.extend(at_most);
            at_least.push(last);
            Problem {
                participants: records,
                order: (0..records).collect(),
                needs,
                sets: Sets::merge(records, &groups),
                blocked: vec![false; records],
                limits: at_least,
                take_what_fits,
            }
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn selection_is_as_the_contract_says(problem in problem()) {
        check(&problem)?;
    }

    #[test]
    fn selection_among_chains_is_as_the_contract_says(problem in chained_problem()) {
        check(&problem)?;
    }

    #[test]
    fn protection_is_closed(
        protected in prop::collection::vec(any::<bool>(), 8),
        pairs in prop::collection::vec((0usize..8, 0usize..8), 0..8),
        groups in prop::collection::vec(prop::collection::vec(0usize..8, 1..4), 0..3),
    ) {
        let sets = Sets::merge(8, &groups);
        let mut needs = vec![Vec::new(); 8];
        for (x, y) in pairs {
            needs[x].push(y);
        }
        let mut all: Members = (0..8).filter(|x| protected[*x]).collect();
        for new in close_protection(&protected, &needs, &sets) {
            let (item, holds) = match new {
                Widened::NeededBy { item, by } => (item, all.contains(&by) && needs[by].contains(&item)),
                Widened::TogetherWith { item, with } => (item, all.contains(&with) && sets.with(with).contains(&item)),
            };
            prop_assert!(holds, "{:?}", new);
            prop_assert!(all.insert(item), "told once");
        }
        for &x in &all {
            prop_assert!(needs[x].iter().chain(sets.with(x)).all(|y| all.contains(y)));
        }
    }

    #[test]
    fn sets_are_what_the_groups_connect(groups in prop::collection::vec(prop::collection::vec(0usize..8, 0..4), 0..5)) {
        let sets = Sets::merge(8, &groups);
        for x in 0..8 {
            let mut connected = Members::from([x]);
            for _ in 0..8 {
                for group in &groups {
                    if group.iter().any(|y| connected.contains(y)) {
                        connected.extend(group);
                    }
                }
            }
            let alone = connected.len() == 1;
            let expected: Vec<usize> = if alone { Vec::new() } else { connected.into_iter().collect() };
            prop_assert_eq!(sets.with(x), &expected[..]);
        }
    }
}
