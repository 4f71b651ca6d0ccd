//! One column of a table: its domain, cut into pieces at the constants of its cells.
//!
//! Comes in: the domain and the cells of all rows. Goes out: the pieces that each cell covers, and a point in any run of
//! pieces. It never looks at two columns together.
//!
//! Invariant: all values of one piece are matched by exactly the same cells.

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::{Cell, Domain, Grid, Interval, Point};

/// A column's domain, cut into pieces. They stand in the order of the values, numbered from 0:
/// - a finite domain: each member is a piece;
/// - an ordered one: the gap below the first constant, that constant, the gap above it, and so on, so that constants have
///   odd numbers and the gaps before and after them even ones;
/// - texts: each constant, then all other texts together.
pub(super) struct Axis<'d, G: Grid> {
    domain: &'d Domain<G>,
    cuts: Cuts<G::Value>,
    /// The pieces that lie in the domain; the pieces of an ordered domain go on beyond its ends.
    inside: RangeInclusive<usize>,
}

/// The constants at which a column is cut: what is left of an axis when only points are to be found.
#[derive(Debug)]
pub(super) enum Cuts<V> {
    Members,
    Ordered(Vec<V>),
    Texts(Vec<Arc<str>>),
}

impl<V: Ord> Cuts<V> {
    /// The piece in which a point lies; `None` for a point of another kind.
    pub(super) fn piece(&self, point: &Point<V>) -> Option<usize> {
        match (self, point) {
            (Cuts::Members, Point::Member(member)) => Some(*member),
            (Cuts::Ordered(cuts), Point::Value(value)) => Some(match cuts.binary_search(value) {
                Ok(cut) => 2 * cut + 1,
                Err(cut) => 2 * cut,
            }),
            (Cuts::Texts(texts), Point::Text(text)) => Some(texts.binary_search(text).unwrap_or(texts.len())),
            (Cuts::Texts(texts), Point::OtherText) => Some(texts.len()),
            _ => None,
        }
    }

    /// The pieces from one end of an interval to the other.
    fn between(&self, interval: &Interval<V>) -> RangeInclusive<usize> {
        let Cuts::Ordered(cuts) = self else { return NOTHING };
        // An end that is left out begins, or ends, at the gap beside it.
        let piece = |value: &V| {
            cuts.binary_search(value)
                .map_or_else(|cut| 2 * cut, |cut| 2 * cut + 1)
        };
        let low = interval
            .low
            .as_ref()
            .map_or(0, |(value, included)| piece(value) + usize::from(!included));
        let high = interval
            .high
            .as_ref()
            .map_or(Some(2 * cuts.len()), |(value, included)| {
                piece(value).checked_sub(usize::from(!included))
            });
        high.map_or(NOTHING, |high| low..=high)
    }
}

/// A run of no pieces.
#[expect(clippy::reversed_empty_ranges, reason = "an empty run is meant")]
const NOTHING: RangeInclusive<usize> = 1..=0;

impl<'d, G: Grid> Axis<'d, G> {
    /// Cuts a domain at the constants of the cells, and at its own ends.
    pub(super) fn new<'c>(
        domain: &'d Domain<G>,
        cells: impl Iterator<Item = &'c Cell<G::Value>>,
    ) -> Axis<'d, G>
    where
        G::Value: 'c,
    {
        match domain {
            Domain::Finite(size) => {
                let inside = size.checked_sub(1).map_or(NOTHING, |last| 0..=last);
                Axis {
                    domain,
                    cuts: Cuts::Members,
                    inside,
                }
            }
            Domain::Ordered { within, .. } => {
                let ends = |interval: &Interval<G::Value>| {
                    let ends = [&interval.low, &interval.high].into_iter().flatten();
                    ends.map(|(value, _)| value.clone()).collect::<Vec<_>>()
                };
                let mut cuts = ends(within);
                cuts.extend(cells.flat_map(Cell::intervals).flat_map(ends));
                cuts.sort();
                cuts.dedup();
                let cuts = Cuts::Ordered(cuts);
                Axis {
                    domain,
                    inside: cuts.between(within),
                    cuts,
                }
            }
            Domain::Texts => {
                let mut texts: Vec<Arc<str>> = cells.flat_map(Cell::texts).cloned().collect();
                texts.sort();
                texts.dedup();
                Axis {
                    domain,
                    inside: 0..=texts.len(),
                    cuts: Cuts::Texts(texts),
                }
            }
        }
    }

    /// The pieces that lie in the domain.
    pub(super) fn inside(&self) -> RangeInclusive<usize> {
        self.inside.clone()
    }

    /// The pieces inside the domain that a cell covers. A cell of another kind than the domain covers none.
    pub(super) fn covered(&self, cell: &Cell<G::Value>) -> Vec<RangeInclusive<usize>> {
        let runs: Vec<_> = match (cell, self.domain) {
            (Cell::Any, _) => vec![self.inside()],
            (Cell::Members(members), Domain::Finite(_)) => {
                members.iter().map(|member| *member..=*member).collect()
            }
            (Cell::Intervals(intervals), Domain::Ordered { .. }) => intervals
                .iter()
                .map(|interval| self.cuts.between(interval))
                .collect(),
            (Cell::Texts(texts), Domain::Texts) => {
                let pieces = texts
                    .iter()
                    .filter_map(|text| self.cuts.piece(&Point::Text(Arc::clone(text))));
                pieces.map(|piece| piece..=piece).collect()
            }
            _ => Vec::new(),
        };
        let (low, high) = (*self.inside.start(), *self.inside.end());
        runs.into_iter()
            .map(|run| low.max(*run.start())..=high.min(*run.end()))
            .collect()
    }

    /// The most natural point in a run of pieces; `None` where the grid has none there.
    pub(super) fn point(&self, first: usize, last: usize) -> Option<Point<G::Value>> {
        match (&self.cuts, self.domain) {
            (Cuts::Ordered(cuts), Domain::Ordered { grid, .. }) => {
                let constant =
                    |index: usize, included| cuts.get(index).cloned().map(|value| (value, included));
                // The gap with number 2n lies between the constants n - 1 and n.
                let low = (first + 1)
                    .checked_sub(2)
                    .and_then(|piece| constant(piece / 2, first % 2 == 1));
                let high = constant(last / 2, last % 2 == 1);
                grid.pick(&Interval { low, high }).map(Point::Value)
            }
            (Cuts::Texts(texts), _) => Some(
                texts
                    .get(first)
                    .map_or(Point::OtherText, |text| Point::Text(text.clone())),
            ),
            _ => Some(Point::Member(first)),
        }
    }

    /// What is needed to find points later.
    pub(super) fn into_cuts(self) -> Cuts<G::Value> {
        self.cuts
    }
}
