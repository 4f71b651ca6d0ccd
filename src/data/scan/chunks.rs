//! Files in pieces of whole lines.
//!
//! Comes in: a file's name and which part of it is wanted. Goes out: one piece of whole lines after the other. It never
//! looks into a line, and never holds more than a piece.
//!
//! Invariant: the parts of a file hold each of its lines once, in order; every line that comes out has its line end.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;

use super::super::packed;

/// How much is read at once.
const PIECE: usize = 256 * 1024;
/// A line longer than this is none that can be read in pieces.
const LONGEST: usize = 16 * 1024 * 1024;
/// Parts smaller than this are not worth a thread of their own.
const SMALLEST: u64 = 1024 * 1024;

/// Where bytes are.
#[derive(Debug, Clone)]
pub enum Origin {
    /// In a file.
    File(PathBuf),
    /// At hand.
    Bytes(Arc<[u8]>),
    /// Packed in other bytes, which are unpacked as they are read.
    Packed(Box<Origin>),
}

impl Origin {
    /// Opens it at a byte.
    fn open(&self, at: u64) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Origin::File(path) => {
                let mut file = File::open(path)?;
                file.seek(SeekFrom::Start(at))?;
                Box::new(file)
            }
            Origin::Bytes(bytes) => {
                let mut bytes = Cursor::new(Arc::clone(bytes));
                bytes.set_position(at);
                Box::new(bytes)
            }
            Origin::Packed(packed) => {
                if at > 0 {
                    return Err(io::Error::other("a packed file is read from its beginning"));
                }
                packed::stream(packed.open(0)?, packed.length()?)?
            }
        })
    }

    /// The path, as problems name it.
    pub fn path(&self) -> String {
        match self {
            Origin::File(path) => path.display().to_string(),
            Origin::Bytes(_) => "data".to_owned(),
            Origin::Packed(origin) => origin.path(),
        }
    }

    /// How many bytes it is, packed as it may be.
    ///
    /// # Errors
    /// A file that is not there.
    pub fn length(&self) -> io::Result<u64> {
        match self {
            Origin::File(path) => Ok(std::fs::metadata(path)?.len()),
            Origin::Bytes(bytes) => Ok(bytes.len() as u64),
            Origin::Packed(packed) => packed.length(),
        }
    }
}

/// A part of a file: the lines that begin in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    from: u64,
    to: u64,
}

impl Part {
    /// The whole of a file.
    pub const WHOLE: Part = Part {
        from: 0,
        to: u64::MAX,
    };

    /// All of an origin in at most so many parts. What is packed has no parts.
    ///
    /// # Errors
    /// A file that is not there.
    pub fn of_all(origin: &Origin, most: usize) -> io::Result<Vec<Part>> {
        if let Origin::Packed(_) = origin {
            return Ok(vec![Part::WHOLE]);
        }
        Ok(Part::of(origin.length()?, most))
    }

    /// So many bytes in at most so many parts.
    pub fn of(length: u64, most: usize) -> Vec<Part> {
        let most = u64::try_from(most).unwrap_or(1);
        let count = (length / SMALLEST).clamp(1, most.max(1));
        let start = |index: u64| length / count * index;
        (0..count)
            .map(|index| Part {
                from: start(index),
                to: if index + 1 == count {
                    u64::MAX
                } else {
                    start(index + 1)
                },
            })
            .collect()
    }
}

/// The pieces of a part.
pub struct Chunks {
    file: Box<dyn Read + Send>,
    part: Part,
    /// The place in the file of the first byte of the buffer.
    at: u64,
    buffer: Vec<u8>,
    /// How much of the buffer holds bytes of the file.
    filled: usize,
    /// How much of it has been given out.
    given: usize,
    ended: bool,
}

impl Chunks {
    /// Opens a part of an origin.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn open(origin: &Origin, part: Part) -> io::Result<Chunks> {
        // From one byte before, so that a line that begins the part is not taken for the end of one before.
        let at = part.from.saturating_sub(1);
        let mut chunks = Chunks {
            file: origin.open(at)?,
            part,
            at,
            buffer: vec![0; PIECE],
            filled: 0,
            given: 0,
            ended: false,
        };
        if part.from > 0 {
            chunks.skip_line()?;
        } else {
            chunks.fill()?;
            // The mark that some programs put before UTF-8.
            if chunks.buffer.starts_with(&[0xef, 0xbb, 0xbf]) && chunks.filled >= 3 {
                chunks.given = 3;
            }
        }
        Ok(chunks)
    }

    /// Reads on; whether there was anything.
    fn fill(&mut self) -> io::Result<bool> {
        self.buffer.copy_within(self.given..self.filled, 0);
        self.at += self.given as u64;
        self.filled -= self.given;
        self.given = 0;
        if self.filled == self.buffer.len() {
            if self.filled >= LONGEST {
                return Err(io::Error::other("a line is too long"));
            }
            self.buffer.resize(self.filled * 2, 0);
        }
        let Some(room) = self.buffer.get_mut(self.filled..) else {
            return Ok(false);
        };
        let count = loop {
            match self.file.read(room) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.filled += count;
        Ok(count > 0)
    }

    fn held(&self) -> &[u8] {
        self.buffer.get(self.given..self.filled).unwrap_or(&[])
    }

    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            if let Some(end) = memchr::memchr(b'\n', self.held()) {
                self.given += end + 1;
                return Ok(());
            }
            self.given = self.filled;
            if !self.fill()? {
                self.ended = true;
                return Ok(());
            }
        }
    }

    /// The first line, with its line end if it has one.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn line(&mut self) -> io::Result<Vec<u8>> {
        loop {
            if let Some(end) = memchr::memchr(b'\n', self.held()) {
                let line = self.held().get(..=end).unwrap_or(&[]).to_vec();
                self.given += end + 1;
                return Ok(line);
            }
            if !self.fill()? {
                let line = self.held().to_vec();
                self.given = self.filled;
                return Ok(line);
            }
        }
    }

    /// The next piece; `None` at the end of the part.
    ///
    /// # Errors
    /// A file that cannot be read, and a line of more than 16 MiB.
    pub fn piece(&mut self) -> io::Result<Option<&[u8]>> {
        if self.ended || self.at + self.given as u64 >= self.part.to {
            return Ok(None);
        }
        if memchr::memrchr(b'\n', self.held()).is_none() || self.given > 0 {
            loop {
                let more = self.fill()?;
                if !more {
                    self.ended = true;
                    if self.filled == 0 {
                        return Ok(None);
                    }
                    if self.held().last() != Some(&b'\n') {
                        if self.filled == self.buffer.len() {
                            self.buffer.push(0);
                        }
                        if let Some(end) = self.buffer.get_mut(self.filled) {
                            *end = b'\n';
                        }
                        self.filled += 1;
                    }
                    break;
                }
                if memchr::memrchr(b'\n', self.held()).is_some() {
                    break;
                }
            }
        }
        let held = self.held();
        let Some(mut end) = memchr::memrchr(b'\n', held).map(|end| end + 1) else {
            return Ok(None);
        };
        // The last line of the part is the one that holds its last byte.
        let start = self.at + self.given as u64;
        if let Some(last) = self
            .part
            .to
            .checked_sub(start + 1)
            .and_then(|last| usize::try_from(last).ok())
            && last < end
            && let Some(behind) = held.get(last..).and_then(|rest| memchr::memchr(b'\n', rest))
        {
            end = last + behind + 1;
        }
        let from = self.given;
        self.given += end;
        Ok(self.buffer.get(from..from + end))
    }
}
