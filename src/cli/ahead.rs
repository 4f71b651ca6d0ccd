//! A file that is on its way to the disk while it is still being made.
//!
//! Comes in: bytes to write. Goes out: the same, and now and then a word to the machine that it may begin to put what is written
//! on the disk. A file system that keeps a replaced file whole does that at the latest when the file takes the other's place, and
//! all that is left by then has to be waited for. It never waits itself, and never tells that the word was not heard.
//!
//! Invariant: what is in the file is what was written.

use std::fs::File;
use std::io::{self, Write};

/// The machine is told whenever there is so much more.
const MUCH: u64 = 8 << 20;

/// A file that is being made.
pub(super) struct Ahead<'f> {
    file: &'f File,
    written: u64,
    told: u64,
}

impl Ahead<'_> {
    pub(super) fn new(file: &File) -> Ahead<'_> {
        Ahead {
            file,
            written: 0,
            told: 0,
        }
    }
}

impl Write for Ahead<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.written += count as u64;
        if self.written - self.told >= MUCH {
            tell(self.file, self.told, self.written - self.told);
            self.told = self.written;
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Linux takes it that what will not be needed soon may be put on the disk; what is not there yet stays in memory all the same.
#[cfg(target_os = "linux")]
fn tell(file: &File, from: u64, length: u64) {
    use rustix::fs::{Advice, fadvise};
    let _ = fadvise(file, from, std::num::NonZeroU64::new(length), Advice::DontNeed);
}

#[cfg(not(target_os = "linux"))]
fn tell(_: &File, _: u64, _: u64) {}
