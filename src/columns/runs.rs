//! Sorting more than there is memory for: sorted runs in files beside, merged as they are read.
//!
//! Comes in: items, one after the other, and where files may be made. Goes out: the same items in order. It never knows what an
//! item is, and never holds more than it was allowed to, but for one item of each run.
//!
//! Invariant: every item comes out once; equal ones as they came in.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

/// A file that nobody else sees, and that is gone once it is dropped.
pub trait Storage: Read + Write + Seek + Send {}

impl<S: Read + Write + Seek + Send> Storage for S {}

/// How much may be held in memory, and where the rest goes.
#[derive(Debug, Clone, Copy)]
pub struct Memory {
    /// So many bytes; more than that is written to files.
    pub bytes: usize,
    /// Makes a new file.
    pub file: fn() -> io::Result<Box<dyn Storage>>,
}

/// What can be sorted.
pub(super) trait Item: Ord + Sized {
    /// How many bytes of memory it takes, about.
    fn bytes(&self) -> usize;

    fn write(&self, to: &mut dyn Write) -> io::Result<()>;

    /// Reads the next; `None` at the end.
    fn read(from: &mut dyn Read) -> io::Result<Option<Self>>;
}

/// Sorts items.
pub(super) struct Runs<T> {
    memory: Memory,
    held: Vec<T>,
    bytes: usize,
    runs: Vec<Box<dyn Storage>>,
}

impl<T: Item> Runs<T> {
    pub(super) fn new(memory: Memory) -> Runs<T> {
        Runs {
            memory,
            held: Vec::new(),
            bytes: 0,
            runs: Vec::new(),
        }
    }

    /// Takes up an item.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub(super) fn push(&mut self, item: T) -> io::Result<()> {
        self.bytes += item.bytes();
        self.held.push(item);
        if self.bytes <= self.memory.bytes {
            return Ok(());
        }
        self.held.sort();
        let mut file = BufWriter::new((self.memory.file)()?);
        for item in self.held.drain(..) {
            item.write(&mut file)?;
        }
        self.bytes = 0;
        self.runs
            .push(file.into_inner().map_err(io::IntoInnerError::into_error)?);
        Ok(())
    }

    /// All items, in order.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub(super) fn merged(mut self) -> io::Result<Merged<T>> {
        self.held.sort();
        let mut merged = Merged {
            held: self.held.into_iter(),
            runs: Vec::with_capacity(self.runs.len()),
            next: BinaryHeap::new(),
        };
        for mut run in self.runs {
            run.seek(SeekFrom::Start(0))?;
            merged.runs.push(BufReader::new(run));
        }
        // What is held came last.
        for source in 0..=merged.runs.len() {
            merged.fill(source)?;
        }
        Ok(merged)
    }
}

/// Items in order.
pub(super) struct Merged<T> {
    held: std::vec::IntoIter<T>,
    runs: Vec<BufReader<Box<dyn Storage>>>,
    /// The next of each run, with the run's index; that of what is held comes after all others.
    next: BinaryHeap<Reverse<(T, usize)>>,
}

impl<T: Item> Merged<T> {
    fn fill(&mut self, source: usize) -> io::Result<()> {
        let next = match self.runs.get_mut(source) {
            Some(run) => T::read(run)?,
            None => self.held.next(),
        };
        self.next.extend(next.map(|item| Reverse((item, source))));
        Ok(())
    }

    /// The next item.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub(super) fn next(&mut self) -> io::Result<Option<T>> {
        let Some(Reverse((item, source))) = self.next.pop() else {
            return Ok(None);
        };
        self.fill(source)?;
        Ok(Some(item))
    }
}

/// A record in the ranking.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ranked {
    /// What the ranking's keys make; the least stands first.
    pub(super) order: u64,
    pub(super) key: Box<[u8]>,
    /// Whether the last key stands first among equals.
    pub(super) from_last: bool,
    pub(super) row: u64,
    pub(super) is_candidate: bool,
    /// What each limit counts of it.
    pub(super) amounts: Box<[i64]>,
}

impl Ord for Ranked {
    fn cmp(&self, other: &Ranked) -> Ordering {
        let keys = self.key.cmp(&other.key);
        let keys = if self.from_last { keys.reverse() } else { keys };
        self.order.cmp(&other.order).then(keys)
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Ranked) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Item for Ranked {
    fn bytes(&self) -> usize {
        size_of::<Ranked>() + self.key.len() + 8 * self.amounts.len() + 32
    }

    fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        to.write_all(&self.order.to_le_bytes())?;
        to.write_all(&self.row.to_le_bytes())?;
        to.write_all(&[u8::from(self.from_last), u8::from(self.is_candidate)])?;
        to.write_all(&(self.amounts.len() as u64).to_le_bytes())?;
        for amount in &self.amounts {
            to.write_all(&amount.to_le_bytes())?;
        }
        write_key(&self.key, to)
    }

    fn read(from: &mut dyn Read) -> io::Result<Option<Ranked>> {
        let Some(order) = number(from)? else {
            return Ok(None);
        };
        let row = number(from)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let mut flags = [0; 2];
        from.read_exact(&mut flags)?;
        let count = number(from)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let amounts = (0..count).map(|_| {
            let mut bytes = [0; 8];
            from.read_exact(&mut bytes)?;
            Ok(i64::from_le_bytes(bytes))
        });
        let amounts = amounts.collect::<io::Result<Box<[i64]>>>()?;
        Ok(Some(Ranked {
            order,
            row,
            from_last: flags[0] == 1,
            is_candidate: flags[1] == 1,
            amounts,
            key: read_key(from)?.ok_or(io::ErrorKind::UnexpectedEof)?,
        }))
    }
}

/// What the ranking and the limits say of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Placed {
    pub(super) row: u64,
    pub(super) rank: u32,
    /// Whether it is kept; `None` where the limits do not say.
    pub(super) kept: Option<bool>,
}

impl Item for Placed {
    fn bytes(&self) -> usize {
        size_of::<Placed>()
    }

    fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        to.write_all(&self.row.to_le_bytes())?;
        to.write_all(&self.rank.to_le_bytes())?;
        to.write_all(&[self.kept.map_or(2, u8::from)])
    }

    fn read(from: &mut dyn Read) -> io::Result<Option<Placed>> {
        let Some(row) = number(from)? else {
            return Ok(None);
        };
        let (mut rank, mut kept) = ([0; 4], [0; 1]);
        from.read_exact(&mut rank)?;
        from.read_exact(&mut kept)?;
        Ok(Some(Placed {
            row,
            rank: u32::from_le_bytes(rank),
            kept: match kept {
                [0] => Some(false),
                [1] => Some(true),
                _ => None,
            },
        }))
    }
}

/// A record's key.
impl Item for Box<[u8]> {
    fn bytes(&self) -> usize {
        size_of::<Box<[u8]>>() + self.len() + 16
    }

    fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        write_key(self, to)
    }

    fn read(from: &mut dyn Read) -> io::Result<Option<Box<[u8]>>> {
        read_key(from)
    }
}

fn write_key(key: &[u8], to: &mut dyn Write) -> io::Result<()> {
    to.write_all(&(key.len() as u64).to_le_bytes())?;
    to.write_all(key)
}

fn read_key(from: &mut dyn Read) -> io::Result<Option<Box<[u8]>>> {
    let Some(length) = number(from)? else {
        return Ok(None);
    };
    let mut key = Vec::new();
    from.take(length).read_to_end(&mut key)?;
    Ok(Some(key.into()))
}

/// The next number; `None` at the end.
fn number(from: &mut dyn Read) -> io::Result<Option<u64>> {
    let mut bytes = [0; 8];
    let mut filled = 0;
    while let Some(room) = bytes.get_mut(filled..).filter(|room| !room.is_empty()) {
        match from.read(room) {
            Ok(0) if filled == 0 => return Ok(None),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Some(u64::from_le_bytes(bytes)))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    fn file() -> io::Result<Box<dyn Storage>> {
        Ok(Box::new(Cursor::new(Vec::new())))
    }

    proptest! {
        #[test]
        fn what_is_sorted_in_runs_is_sorted(
            items in proptest::collection::vec((0..9_u64, "[a-c]{0,3}", any::<bool>(), any::<i64>()), 0..60),
            bytes in 0..3_000_usize,
            from_last: bool,
        ) {
            let item = |(row, (order, key, is_candidate, amount)): (usize, &(u64, String, bool, i64))| Ranked {
                order: *order,
                key: key.as_bytes().into(),
                from_last,
                row: row as u64,
                is_candidate: *is_candidate,
                amounts: vec![*amount; row % 3].into(),
            };
            let mut runs = Runs::new(Memory { bytes, file });
            for item in items.iter().enumerate().map(item) {
                runs.push(item).unwrap();
            }
            let mut expected: Vec<Ranked> = items.iter().enumerate().map(item).collect();
            expected.sort();
            let mut merged = runs.merged().unwrap();
            for expected in expected {
                prop_assert_eq!(merged.next().unwrap(), Some(expected));
            }
            prop_assert_eq!(merged.next().unwrap(), None);
        }
    }
}
