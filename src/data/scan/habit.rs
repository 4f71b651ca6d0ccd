//! How values are mostly written, learned as they come.
//!
//! Comes in: the bytes of values of one column. Goes out: what they are, where they are written like others before. Where a
//! value is, nothing has to be looked for: its layout is compared as a whole, with what stands behind it, and a processor goes
//! on with the next while this one is still being made. It never reads a value that is not written so, or is not as its column
//! wants it: that is for whoever reads all.
//!
//! Invariant: what is read is what `decimal` reads, to the byte.

use super::spec::Column;
use super::{decimal, several};

/// How the numbers of a column are written.
#[derive(Debug)]
pub(super) struct Numbers<'s> {
    column: &'s Column,
    /// What stands behind each.
    behind: Box<[u8]>,
    ways: [Way; 2],
    /// Whether the last number was written in neither way.
    missed: bool,
}

/// A value that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) number: i64,
    /// How many bytes it is, with what stands behind it if that is among them.
    pub(super) length: usize,
    /// Whether it is.
    pub(super) with_behind: bool,
}

/// A way to write numbers without a sign: so many digits before a point, and behind it.
#[derive(Debug, Default)]
struct Way {
    /// Which of the first sixteen bytes are always the same, and these; none before a way is known.
    same_at: u128,
    same: u128,
    /// Where there are digits.
    digits_at: u64,
    /// Where they are before the point.
    whole_at: u64,
    /// What the first must not be.
    not_first: u8,
    has_point: bool,
    /// By how many bits digits go up to be the last of eight.
    up: u32,
    /// How many of the column's smallest steps the last stands for.
    factor: i64,
    length: usize,
    with_behind: bool,
}

impl<'s> Numbers<'s> {
    pub(super) fn new(column: &'s Column, behind: &[u8]) -> Numbers<'s> {
        Numbers {
            column,
            behind: behind.into(),
            ways: [Way::default(), Way::default()],
            missed: true,
        }
    }

    /// Reads a number that is written like others before.
    #[inline]
    pub(super) fn read(&mut self, bytes: &[u8]) -> Option<Read> {
        let first = several::sixteen(bytes)?;
        let [most, other] = &self.ways;
        let read = most.read(first).or_else(|| other.read(first));
        let Some(read) = read else {
            self.learn(bytes, first);
            return None;
        };
        self.missed = false;
        decimal::fits(self.column, read.number).then_some(read)
    }

    /// Takes up another way once two numbers in turn were written in none that is known.
    #[cold]
    fn learn(&mut self, bytes: &[u8], first: u128) {
        if !std::mem::replace(&mut self.missed, true) {
            return;
        }
        let way =
            decimal::read(bytes, b'.').and_then(|written| Way::of(self.column, written, first, &self.behind));
        let [most, other] = &mut self.ways;
        if let Some(way) = way {
            *if most.is_known() { other } else { most } = way;
            self.missed = false;
        }
    }
}

impl Way {
    /// The way in which a number is written; `None` where it is none that can be told by so few bytes.
    fn of(column: &Column, written: decimal::Written, first: u128, behind: &[u8]) -> Option<Way> {
        /// More digits have no room.
        const DIGITS: usize = 8;
        /// Nor have as many with more zeros behind them.
        const ZEROS: u8 = 10;
        let decimals = usize::from(written.decimals);
        let has_point = decimals > 0;
        let digits = written.length - usize::from(has_point);
        let whole = digits - decimals;
        let zeros = column.decimals.checked_sub(written.decimals)?;
        if written.length > DIGITS || zeros > ZEROS || first & 0xff == u128::from(b'-') {
            return None;
        }
        let end = (written.length + behind.len()).min(16);
        let with_behind = end == written.length + behind.len();
        let is_same = |at: usize| (has_point && at == whole) || (written.length..end).contains(&at);
        let mut same = behind.iter();
        let same = std::array::from_fn(|at| match is_same(at) {
            true if at < written.length => b'.',
            true => same.next().copied().unwrap_or_default(),
            false => 0,
        });
        let marked = |marks: &dyn Fn(usize) -> bool| -> [u8; 16] {
            std::array::from_fn(|at| if marks(at) { u8::MAX } else { 0 })
        };
        let low = |bytes: [u8; 16]| u128::from_le_bytes(bytes) as u64;
        Some(Way {
            same_at: u128::from_le_bytes(marked(&is_same)),
            same: u128::from_le_bytes(same),
            digits_at: low(marked(&|at| at < written.length && !is_same(at))),
            whole_at: low(marked(&|at| at < whole)),
            not_first: if whole > 1 { b'0' } else { 0 },
            has_point,
            up: u32::try_from(8 * (DIGITS - digits)).ok()?,
            factor: decimal::power(zeros)?,
            length: if with_behind { end } else { written.length },
            with_behind,
        })
    }

    fn is_known(&self) -> bool {
        self.same_at != 0
    }

    #[inline]
    fn read(&self, first: u128) -> Option<Read> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "only the first eight may be digits"
        )]
        let eight = first as u64;
        let alike = first & self.same_at == self.same
            && self.is_known()
            && several::no_digits(eight) & self.digits_at == 0
            && eight & 0xff != u64::from(self.not_first);
        if !alike {
            return None;
        }
        let digits = match self.has_point {
            true => (eight & self.whole_at) | (eight >> 8 & !self.whole_at),
            false => eight,
        };
        Some(Read {
            number: several::worth(digits << self.up).cast_signed() * self.factor,
            length: self.length,
            with_behind: self.with_behind,
        })
    }
}

/// How texts of a column are written: how long they are.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// How long the last one was, if that is at most 15.
    length: usize,
}

impl Texts {
    /// Reads the inner of a text in quotes that is as long as the one before, of plain letters of ASCII.
    #[inline]
    pub(super) fn read<'t>(&mut self, bytes: &'t [u8]) -> Option<&'t [u8]> {
        let inner = bytes.strip_prefix(b"\"")?;
        let first = several::sixteen(inner)?;
        let told = several::no_inner(first) | several::beyond_ascii(first);
        let end = 0x80 << (8 * self.length);
        if self.length == 0 || told & (end | (end - 1)) != end || inner.get(self.length) != Some(&b'"') {
            self.length = (told.trailing_zeros() / 8) as usize & 15;
            return None;
        }
        inner.get(..self.length)
    }
}
