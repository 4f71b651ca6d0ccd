//! Going down the order: protected records, `at least`, then everybody else, as far as the limits hold.
//!
//! In comes a problem, out comes its selection. A step looks only at a candidate, at what it needs and its
//! set, and at running sums; nothing is tried out and taken back.
//!
//! Invariant: the running sums are those of the records that stay so far, no more and no less.

#![expect(
    clippy::indexing_slicing,
    reason = "records are below `participants`; limits and classes are counted here"
)]

mod reach;

use std::collections::VecDeque;

use reach::Reach;

use super::{
    Amount, Count, Doubt, Kind, Limit, Missing, NotCounted, Outcome, Problem, Refusal, Selection, Taken,
    Tally, Verdict,
};

/// Decides who is kept. Numbers of records outside `0..participants` are passed over, and so are classes
/// for which a limit has no bound.
#[must_use]
pub fn select<A: Amount>(problem: &Problem<A>) -> Selection<A> {
    let mut state = State::new(problem);
    state.settle_doubts();
    state.take_protected();
    state.serve_at_least();
    state.go_down();
    let limits = (0..problem.limits.len())
        .map(|limit| state.outcome(limit))
        .collect();
    let decided = state.verdicts.into_iter();
    // Candidates all have a verdict by now, and who is none is protected.
    Selection {
        verdicts: decided
            .map(|verdict| verdict.unwrap_or(Verdict::Protected))
            .collect(),
        limits,
    }
}

/// What a unit of records adds to one class of a limit.
struct Load<A> {
    limit: usize,
    class: u32,
    amount: A,
    /// Whether the limit counts one of them with an amount above zero.
    asked: bool,
}

struct State<'a, A> {
    problem: &'a Problem<A>,
    /// `None` is a candidate that is not decided yet.
    verdicts: Vec<Option<Verdict>>,
    /// The running sum of each limit and class.
    sums: Vec<Vec<A>>,
    /// The candidate that closed each limit in each class.
    closed_by: Vec<Vec<Option<usize>>>,
}

impl<'a, A: Amount> State<'a, A> {
    fn new(problem: &'a Problem<A>) -> Self {
        let mut verdicts = vec![Some(Verdict::Protected); problem.participants];
        for &item in &problem.order {
            if let Some(verdict) = verdicts.get_mut(item) {
                *verdict = None;
            }
        }
        let limits = problem.limits.iter();
        let sums = limits
            .clone()
            .map(|limit| vec![A::default(); limit.bounds.len()])
            .collect();
        let closed_by = limits.map(|limit| vec![None; limit.bounds.len()]).collect();
        Self {
            problem,
            verdicts,
            sums,
            closed_by,
        }
    }

    /// Whether this is a candidate that is not decided yet.
    fn is_open(&self, item: usize) -> bool {
        self.verdicts.get(item).is_some_and(Option::is_none)
    }

    fn stays(&self, item: usize) -> bool {
        self.verdicts
            .get(item)
            .and_then(Option::as_ref)
            .is_some_and(Verdict::stays)
    }

    fn needs(&self, item: usize) -> impl Iterator<Item = usize> + use<'a, A> {
        let known = self.problem.participants;
        self.problem
            .needs
            .get(item)
            .into_iter()
            .flatten()
            .copied()
            .filter(move |needed| *needed < known)
    }

    /// Candidates of which something is unknown, those that need them, and those in a set with them.
    fn settle_doubts(&mut self) {
        let problem = self.problem;
        let is_unknown = |count: &Count<A>| matches!(count, Count::Unknown { .. });
        if !problem.blocked.contains(&true)
            && !problem
                .limits
                .iter()
                .any(|limit| limit.counts.iter().any(is_unknown))
        {
            return;
        }
        let mut doubtful = VecDeque::new();
        for &item in &problem.order {
            let unknown = |limit: &Limit<A>| matches!(limit.counts.get(item), Some(Count::Unknown { .. }));
            let doubt = match problem.limits.iter().position(unknown) {
                Some(limit) => Some(Doubt::Unknown { limit }),
                None => problem
                    .blocked
                    .get(item)
                    .filter(|blocked| **blocked)
                    .map(|_| Doubt::Blocked),
            };
            if let Some(doubt) = doubt {
                self.doubt(item, doubt, &mut doubtful);
            }
        }
        let mut dependents: Vec<Vec<usize>> = vec![Vec::new(); problem.participants];
        for item in 0..problem.participants {
            for needed in self.needs(item) {
                dependents[needed].push(item);
            }
        }
        while let Some(item) = doubtful.pop_front() {
            for &dependent in &dependents[item] {
                self.doubt(dependent, Doubt::Needs(item), &mut doubtful);
            }
            for &mate in problem.sets.with(item) {
                self.doubt(mate, Doubt::Together(item), &mut doubtful);
            }
        }
    }

    fn doubt(&mut self, item: usize, doubt: Doubt, doubtful: &mut VecDeque<usize>) {
        // Protected records stay, whatever is unknown about them.
        if self.is_open(item) {
            self.verdicts[item] = Some(Verdict::Undetermined(doubt));
            doubtful.push_back(item);
        }
    }

    fn take_protected(&mut self) {
        let mut loads = Vec::new();
        for item in 0..self.problem.participants {
            if self.stays(item) {
                self.load(&[item], &mut loads);
                self.add(&loads);
            }
        }
    }

    /// Each `at least` as written: what is passed over here is passed over only for now, and closes nothing.
    fn serve_at_least(&mut self) {
        let problem = self.problem;
        if !problem.limits.iter().any(|limit| limit.kind == Kind::AtLeast) {
            return;
        }
        let mut reach = Reach::new(self);
        for limit in 0..problem.limits.len() {
            if problem.limits[limit].kind != Kind::AtLeast {
                continue;
            }
            for &item in &problem.order {
                if !self.is_open(item) || !self.helps(limit, item) || !reach.fits(self, item) {
                    continue;
                }
                let Some(all) = reach.all(self, item) else {
                    continue;
                };
                self.add(&self.loads(&all));
                reach.taken(&all);
                for taken in all {
                    self.verdicts[taken] = Some(Verdict::Kept(Some(Taken {
                        limit,
                        along_with: item,
                    })));
                }
            }
        }
    }

    /// Whether a candidate counts towards a class of this limit that is still short.
    fn helps(&self, limit: usize, item: usize) -> bool {
        let (bounds, sums) = (&self.problem.limits[limit].bounds, &self.sums[limit]);
        match self.problem.limits[limit].counts.get(item) {
            Some(Count::In { classes, amount }) if *amount > A::default() => classes
                .iter()
                .map(|class| *class as usize)
                .any(|class| sums.get(class) < bounds.get(class)),
            _ => false,
        }
    }

    /// Everybody else: a candidate with its set is kept or cut, and one that is cut closes what does not hold.
    fn go_down(&mut self) {
        let problem = self.problem;
        let mut loads = Vec::new();
        for &item in &problem.order {
            if !self.is_open(item) {
                continue;
            }
            if problem.sets.set_of(item).is_none() {
                self.verdicts[item] = Some(self.judge(item, &[item], &mut loads));
                continue;
            }
            let unit = self.unit(item);
            let verdict = self.judge(item, &unit, &mut loads);
            for mate in unit {
                self.verdicts[mate] = Some(verdict.clone());
            }
        }
    }

    /// A candidate and those of its set that are not decided yet.
    fn unit(&self, item: usize) -> Vec<usize> {
        match self.problem.sets.with(item) {
            [] => vec![item],
            set => set.iter().copied().filter(|mate| self.is_open(*mate)).collect(),
        }
    }

    /// The running sum in a class of a limit.
    fn sum(&self, (limit, class): (usize, u32)) -> A {
        self.sums[limit][class as usize].clone()
    }

    /// The bound of a class of a limit.
    fn bound(&self, (limit, class): (usize, u32)) -> &A {
        &self.problem.limits[limit].bounds[class as usize]
    }

    /// What becomes of a candidate with its set; `loads` is room to write in.
    fn judge(&mut self, first: usize, unit: &[usize], loads: &mut Vec<Load<A>>) -> Verdict {
        let needs = unit
            .iter()
            .flat_map(|&item| self.needs(item).map(move |needs| Missing { item, needs }));
        // Within the unit, what is needed is kept if the unit is.
        let missing: Vec<Missing> = needs
            .filter(|missing| !self.stays(missing.needs) && unit.binary_search(&missing.needs).is_err())
            .collect();
        if !missing.is_empty() {
            return Verdict::CutByNeed(missing);
        }
        self.load(unit, loads);
        let mut refusals = Vec::new();
        for load in loads.iter() {
            let closed_by = self.closed_by[load.limit][load.class as usize];
            if (load.asked && closed_by.is_some()) || !self.fits(load) {
                if refusals.is_empty() {
                    refusals.reserve_exact(loads.len());
                }
                refusals.push(Refusal {
                    limit: load.limit,
                    class: load.class,
                    closed_by,
                });
            }
        }
        if refusals.is_empty() {
            self.add(loads);
            return Verdict::Kept(None);
        }
        if !self.problem.take_what_fits {
            for refusal in &refusals {
                self.closed_by[refusal.limit][refusal.class as usize].get_or_insert(first);
            }
        }
        Verdict::CutByLimit(refusals)
    }

    /// Whether an `at most` that is asked holds with this on top; others are not in the way.
    fn fits(&self, load: &Load<A>) -> bool {
        let (limit, class) = (&self.problem.limits[load.limit], load.class as usize);
        let sum = || self.sums[load.limit][class].clone() + &load.amount;
        limit.kind == Kind::AtLeast || !load.asked || sum() <= limit.bounds[class]
    }

    /// What these records add to each limit and class that counts any of them, in the order of those.
    fn loads(&self, unit: &[usize]) -> Vec<Load<A>> {
        let mut loads = Vec::new();
        self.load(unit, &mut loads);
        loads
    }

    /// The same, into a list that was used before.
    fn load(&self, unit: &[usize], loads: &mut Vec<Load<A>>) {
        loads.clear();
        for (number, limit) in self.problem.limits.iter().enumerate() {
            for &item in unit {
                if let Some(Count::In { classes, amount }) = limit.counts.get(item) {
                    let asked = *amount > A::default();
                    let load = |class| Load {
                        limit: number,
                        class,
                        amount: amount.clone(),
                        asked,
                    };
                    loads.extend(distinct(classes, limit.bounds.len()).map(load));
                }
            }
        }
        loads.sort_by_key(|load| (load.limit, load.class));
        loads.dedup_by(|next, first| {
            let same = (next.limit, next.class) == (first.limit, first.class);
            if same {
                first.amount = std::mem::take(&mut first.amount) + &next.amount;
                first.asked |= next.asked;
            }
            same
        });
    }

    fn add(&mut self, loads: &[Load<A>]) {
        for load in loads {
            let sum = &mut self.sums[load.limit][load.class as usize];
            *sum = std::mem::take(sum) + &load.amount;
        }
    }

    fn outcome(&self, number: usize) -> Outcome<A> {
        let limit = &self.problem.limits[number];
        let mut classes: Vec<Tally<A>> = vec![Tally::default(); limit.bounds.len()];
        let mut in_all = NotCounted::default();
        for (count, verdict) in limit.counts.iter().zip(&self.verdicts) {
            let undetermined = matches!(verdict, Some(Verdict::Undetermined(_)));
            let (of, amount, known) = match count {
                Count::In { classes, amount } if *amount != A::default() => (classes, Some(amount), true),
                Count::Unknown { classes, amount } => (classes, amount.as_ref(), false),
                Count::In { .. } | Count::Not => continue,
            };
            let not_counted = undetermined || !known;
            if not_counted {
                in_all.add(amount);
            }
            for class in distinct(of, classes.len()) {
                let tally = &mut classes[class as usize];
                if let Some(amount) = amount.filter(|_| known) {
                    tally.asked = std::mem::take(&mut tally.asked) + amount;
                }
                if not_counted {
                    tally.not_counted.add(amount);
                }
            }
        }
        for ((tally, sum), bound) in classes.iter_mut().zip(&self.sums[number]).zip(&limit.bounds) {
            tally.kept = sum.clone();
            tally.met = match limit.kind {
                Kind::AtMost => sum <= bound,
                Kind::AtLeast => sum >= bound,
            };
        }
        Outcome {
            classes,
            not_counted: in_all,
        }
    }
}

impl<A: Amount> NotCounted<A> {
    fn add(&mut self, amount: Option<&A>) {
        self.records += 1;
        if let Some(amount) = amount {
            self.amount = Some(self.amount.take().unwrap_or_default() + amount);
        }
    }
}

/// The classes that have a bound, each once.
fn distinct(classes: &[u32], bounds: usize) -> impl Iterator<Item = u32> + '_ {
    let first =
        move |(at, class): &(usize, &u32)| (**class as usize) < bounds && !classes[..*at].contains(class);
    classes.iter().enumerate().filter(first).map(|(_, class)| *class)
}
