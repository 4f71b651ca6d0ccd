//! What the rows of a table cover: overlaps, gaps, rows that match nothing, and what unknown inputs leave open.
//!
//! Comes in: a domain for each column, and rows of cells. Goes out: indexes of rows, and points that show a case. It never
//! knows names, places or results of rows, and never guesses: what would take too long is [`TooLarge`].
//!
//! Each column's domain is first cut into *atoms*, sets of values that the same rows match; from there on a table is a
//! finite matrix. Rows that do not overlap cover everything exactly if their sizes, counted in atoms, add up to the size
//! of the whole. That makes the check of a sound table linear in its rows; only overlapping rows need a search.
//!
//! Invariant: whatever is said of a table holds for every possible input, and every point shown is a possible input.

mod axis;
mod bits;
#[cfg(test)]
mod tests;
pub mod values;

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::Interval;
use axis::{Axis, Cuts};
use bits::Bits;

/// How many cells the search for a gap may look at before it gives up: a fraction of a second.
pub const WORK: usize = 20_000_000;

/// Which of the values in a range there are: all of a kind, or those on a step.
pub trait Grid {
    /// What lies on the grid.
    type Value: Ord + Clone;

    /// Whether a value is on the grid.
    fn holds(&self, value: &Self::Value) -> bool;

    /// A value of the grid strictly between two others, or beyond one where the other end is open: if possible a round
    /// one near the low end. `None` only where there is none.
    fn between(&self, low: Option<&Self::Value>, high: Option<&Self::Value>) -> Option<Self::Value>;

    /// The most natural value of the grid in an interval: an end, if one belongs to it, else one in between.
    fn pick(&self, within: &Interval<Self::Value>) -> Option<Self::Value> {
        let ends = [&within.low, &within.high].map(|end| end.as_ref().map(|(value, _)| value));
        let [low, high] = ends;
        let end = ends
            .into_iter()
            .flatten()
            .find(|value| within.contains(value) && self.holds(value));
        end.cloned().or_else(|| self.between(low, high))
    }
}

/// What a column's input may be.
#[derive(Debug, Clone)]
pub enum Domain<G: Grid> {
    /// One of so many members, known by their index: yes/no, enumerations, scales without numbers.
    Finite(usize),
    /// The values of a grid in a range: numbers, dates, moments.
    Ordered {
        /// The range.
        within: Interval<G::Value>,
        /// The values in it that there are.
        grid: G,
    },
    /// Any text.
    Texts,
}

/// What a cell matches. A cell of another kind than its column's domain matches nothing.
#[derive(Debug, Clone)]
pub enum Cell<V> {
    /// Everything.
    Any,
    /// Members of a finite domain.
    Members(BTreeSet<usize>),
    /// Values in any of the intervals; a single value is an interval from itself to itself.
    Intervals(Vec<Interval<V>>),
    /// Any of the texts.
    Texts(BTreeSet<Arc<str>>),
}

impl<V> Cell<V> {
    fn intervals(&self) -> &[Interval<V>] {
        if let Cell::Intervals(intervals) = self {
            intervals
        } else {
            &[]
        }
    }

    fn texts(&self) -> impl Iterator<Item = &Arc<str>> {
        let texts = if let Cell::Texts(texts) = self {
            Some(texts)
        } else {
            None
        };
        texts.into_iter().flatten()
    }
}

/// One possible input of a column.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Point<V> {
    /// A member of a finite domain.
    Member(usize),
    /// A value of an ordered domain.
    Value(V),
    /// A text.
    Text(Arc<str>),
    /// Any text that no cell of the column names.
    OtherText,
}

/// Two rows that match the same input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlap<V> {
    /// The rows, the upper one first.
    pub rows: (usize, usize),
    /// An input that both match: a point for each column.
    pub witness: Vec<Point<V>>,
}

/// What is still possible when some inputs are unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// The rows that match for some value of the unknown inputs, in order.
    pub rows: Vec<usize>,
    /// Whether no row matches for some value of the unknown inputs.
    pub none: bool,
}

/// The rows overlap in so many ways that the search for a gap was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge;

/// A table, ready to be asked.
#[derive(Debug)]
pub struct Regions<V> {
    rows: usize,
    columns: Vec<Column<V>>,
    /// No two rows match the same input.
    disjoint: bool,
}

/// One column's atoms. They are in the order of the least piece of each.
#[derive(Debug)]
struct Column<V> {
    cuts: Cuts<V>,
    /// The atom of each piece; `None` where the domain has no value.
    pieces: Vec<Option<usize>>,
    atoms: Vec<Atom<V>>,
    /// For each row the atoms that its cell matches.
    cells: Vec<Bits>,
    /// For each row how many these are.
    sizes: Vec<usize>,
    /// The rows whose cell matches every atom.
    whole: Bits,
}

/// The values of a column that the same rows match.
#[derive(Debug)]
struct Atom<V> {
    witness: Point<V>,
    rows: Bits,
}

/// What a search for a gap has found so far.
#[derive(Default)]
struct Search {
    work: usize,
    /// Rows that cover everything in the last so many columns.
    covering: HashSet<(usize, Bits)>,
}

impl<V: Ord + Clone> Regions<V> {
    /// Cuts a table's columns into atoms. A row that has fewer cells than there are domains matches everything in the rest.
    pub fn new<G: Grid<Value = V>>(domains: &[Domain<G>], rows: &[Vec<Cell<V>>]) -> Regions<V> {
        let cells = |column: usize| rows.iter().map(move |row| row.get(column).unwrap_or(&Cell::Any));
        let columns = domains
            .iter()
            .enumerate()
            .map(|(index, domain)| Column::new(domain, cells(index)))
            .collect();
        let mut regions = Regions {
            rows: rows.len(),
            columns,
            disjoint: false,
        };
        regions.disjoint = regions.overlaps(1).is_empty();
        regions
    }

    /// Pairs of rows that overlap, from the top, at most `limit` of them.
    pub fn overlaps(&self, limit: usize) -> Vec<Overlap<V>> {
        let mut below = Bits::all(self.rows);
        let pairs = (0..self.rows).flat_map(move |upper| {
            below.remove(upper);
            let mut lower = below.clone();
            for column in &self.columns {
                if lower.is_empty() {
                    break;
                }
                lower = lower.and(&column.meeting(upper));
            }
            let lower: Vec<usize> = lower.iter().take(limit).collect();
            lower.into_iter().map(move |lower| (upper, lower))
        });
        let overlaps = pairs.map(|rows| {
            let common = self
                .columns
                .iter()
                .filter_map(|column| column.common(rows.0, rows.1));
            Overlap {
                rows,
                witness: common.cloned().collect(),
            }
        });
        overlaps.take(limit).collect()
    }

    /// Rows that match no possible input, each with the first column whose domain its cell lies outside of.
    pub fn dead_rows(&self) -> Vec<(usize, usize)> {
        let dead = |row: &usize| {
            let outside = |column: &Column<V>| column.cells.get(*row).is_some_and(Bits::is_empty);
            self.columns.iter().position(outside).map(|column| (*row, column))
        };
        (0..self.rows).filter_map(|row| dead(&row)).collect()
    }

    /// The first input, column by column, that no row matches; `None` if there is no such input.
    ///
    /// # Errors
    /// [`TooLarge`], which only overlapping rows lead to, or columns with more than 10^38 combinations of atoms.
    pub fn uncovered(&self) -> Result<Option<Vec<Point<V>>>, TooLarge> {
        let columns: Vec<&Column<V>> = self.columns.iter().collect();
        let mut rows = Bits::all(self.rows);
        let mut search = Search::default();
        if self.covers(&rows, &columns, &mut search)? {
            return Ok(None);
        }
        let mut witness = Vec::new();
        let mut rest = columns.as_slice();
        while let Some((column, after)) = rest.split_first() {
            for atom in &column.atoms {
                let matching = rows.and(&atom.rows);
                if !self.covers(&matching, after, &mut search)? {
                    witness.push(atom.witness.clone());
                    rows = matching;
                    break;
                }
            }
            rest = after;
        }
        Ok(Some(witness))
    }

    /// What remains possible when of some inputs nothing is known (`None`). A known point that its domain does not hold is
    /// matched by no row.
    ///
    /// # Errors
    /// [`TooLarge`], as for [`Regions::uncovered`].
    pub fn leaves_open(&self, known: &[Option<Point<V>>]) -> Result<Open, TooLarge> {
        let mut rows = Bits::all(self.rows);
        let mut unknown = Vec::new();
        for (index, column) in self.columns.iter().enumerate() {
            match known.get(index).and_then(Option::as_ref) {
                Some(point) => match column.atom(point) {
                    Some(atom) => rows = rows.and(&atom.rows),
                    None => rows = Bits::none(self.rows),
                },
                None => unknown.push(column),
            }
        }
        let none = !self.covers(&rows, &unknown, &mut Search::default())?;
        let possible = |row: &usize| {
            let outside = |column: &&Column<V>| column.cells.get(*row).is_none_or(Bits::is_empty);
            !unknown.iter().any(outside)
        };
        Ok(Open {
            rows: rows.iter().filter(possible).collect(),
            none,
        })
    }

    /// Whether every combination of atoms of the columns is matched by one of the rows.
    fn covers(&self, rows: &Bits, columns: &[&Column<V>], search: &mut Search) -> Result<bool, TooLarge> {
        match compare_sizes(rows, columns) {
            // Even if no two rows shared a single case, there would not be enough of them.
            Some(Ordering::Less) => return Ok(false),
            Some(_) if self.disjoint => return Ok(true),
            _ => {}
        }
        search.work += (rows.count() + 1) * (columns.len() + 1);
        if search.work > WORK {
            return Err(TooLarge);
        }
        let mut whole = rows.clone();
        for column in columns {
            whole = whole.and(&column.whole);
        }
        let key = (columns.len(), rows.clone());
        if !whole.is_empty() || search.covering.contains(&key) {
            return Ok(true);
        }
        let Some((column, after)) = columns.split_first() else {
            return Ok(false);
        };
        for atom in &column.atoms {
            if !self.covers(&rows.and(&atom.rows), after, search)? {
                return Ok(false);
            }
        }
        search.covering.insert(key);
        Ok(true)
    }
}

/// The sizes of the rows, added up, beside the size of all columns together, counted in atoms; `None` where the numbers
/// are too large.
fn compare_sizes<V>(rows: &Bits, columns: &[&Column<V>]) -> Option<Ordering> {
    let times = |product: u128, size: usize| product.checked_mul(size as u128);
    let all = columns
        .iter()
        .map(|column| column.atoms.len())
        .try_fold(1, times)?;
    let mut sum = 0_u128;
    for row in rows.iter() {
        let sizes = columns
            .iter()
            .map(|column| column.sizes.get(row).copied().unwrap_or(0));
        sum = sum.checked_add({ sizes }.try_fold(1, times)?)?;
    }
    Some(sum.cmp(&all))
}

impl<V: Ord + Clone> Column<V> {
    fn new<'c, G: Grid<Value = V>>(
        domain: &Domain<G>,
        cells: impl Iterator<Item = &'c Cell<V>> + Clone,
    ) -> Column<V>
    where
        V: 'c,
    {
        let axis = Axis::new(domain, cells.clone());
        let count = cells.clone().count();
        let mut matching = vec![
            Bits::none(count);
            if axis.inside().is_empty() {
                0
            } else {
                axis.inside().end() + 1
            }
        ];
        for (row, cell) in cells.enumerate() {
            for piece in axis.covered(cell).into_iter().flatten() {
                if let Some(rows) = matching.get_mut(piece) {
                    rows.insert(row..=row);
                }
            }
        }
        let mut pieces = vec![None; matching.len()];
        let mut atoms: Vec<Atom<V>> = Vec::new();
        let mut known: HashMap<Bits, usize> = HashMap::new();
        let inside = matching
            .iter()
            .enumerate()
            .skip(*axis.inside().start())
            .collect::<Vec<_>>();
        // Neighbouring pieces that the same rows match are looked at as one, so that the point shown is the most natural
        // of all their values.
        for run in inside.chunk_by(|(_, one), (_, other)| one == other) {
            let (Some((first, rows)), Some((last, _))) = (run.first(), run.last()) else {
                continue;
            };
            let Some(witness) = axis.point(*first, *last) else {
                continue;
            };
            let atom = *known.entry((*rows).clone()).or_insert_with(|| {
                atoms.push(Atom {
                    witness,
                    rows: (*rows).clone(),
                });
                atoms.len() - 1
            });
            pieces
                .iter_mut()
                .take(last + 1)
                .skip(*first)
                .for_each(|piece| *piece = Some(atom));
        }
        let mut cells = vec![Bits::none(atoms.len()); count];
        let mut whole = Bits::all(count);
        for (index, atom) in atoms.iter().enumerate() {
            whole = whole.and(&atom.rows);
            for row in atom.rows.iter() {
                if let Some(cell) = cells.get_mut(row) {
                    cell.insert(index..=index);
                }
            }
        }
        let sizes = cells.iter().map(Bits::count).collect();
        Column {
            cuts: axis.into_cuts(),
            pieces,
            atoms,
            cells,
            sizes,
            whole,
        }
    }

    /// The atom in which a point lies.
    fn atom(&self, point: &Point<V>) -> Option<&Atom<V>> {
        let piece = self.cuts.piece(point)?;
        self.pieces
            .get(piece)
            .copied()
            .flatten()
            .and_then(|atom| self.atoms.get(atom))
    }

    /// The rows whose cells match a point that the cell of this row matches.
    fn meeting(&self, row: usize) -> Bits {
        let mut rows = Bits::none(self.cells.len());
        let atoms = self.cells.get(row).into_iter().flat_map(Bits::iter);
        for atom in atoms.filter_map(|atom| self.atoms.get(atom)) {
            rows.add(&atom.rows);
        }
        rows
    }

    /// The first point that the cells of both rows match.
    fn common(&self, upper: usize, lower: usize) -> Option<&Point<V>> {
        let atom = self.cells.get(upper)?.first_common(self.cells.get(lower)?)?;
        self.atoms.get(atom).map(|atom| &atom.witness)
    }
}
