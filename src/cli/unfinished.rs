//! The file that is being written beside the one to be replaced: whole in the end, or gone.
//!
//! Comes in: the path to be replaced. Goes out: a file to write, which takes the path's place when it is finished. It never
//! knows what is in it.
//!
//! Invariant: who interrupts the program (Ctrl-C, a request to end) leaves no file of it behind.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use tempfile::NamedTempFile;

/// How its name begins.
const NAME: &str = ".evaluate-";

/// The exit code of a program that was interrupted, as shells have it.
const INTERRUPTED: i32 = 130;

/// Where the file stands, while there is one. Who holds this lock decides whether it is finished or removed.
static NOW: Mutex<Option<PathBuf>> = Mutex::new(None);

fn now() -> MutexGuard<'static, Option<PathBuf>> {
    NOW.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A new file in a folder; removed if it is dropped, or if the program is interrupted.
pub(super) fn begin(folder: &Path) -> io::Result<NamedTempFile> {
    static WATCH: Once = Once::new();
    // Without it an interrupted program leaves a file behind, but does all else.
    WATCH.call_once(|| {
        let _ = ctrlc::set_handler(|| {
            let now = now();
            if let Some(path) = &*now {
                let _ = std::fs::remove_file(path);
            }
            // The lock is held to the end, so that nothing more is finished.
            std::process::exit(INTERRUPTED);
        });
    });
    let mut now = now();
    let file = tempfile::Builder::new().prefix(NAME).tempfile_in(folder)?;
    *now = Some(file.path().to_owned());
    Ok(file)
}

/// Puts the file in the place of another.
pub(super) fn finish(file: NamedTempFile, path: &Path) -> io::Result<()> {
    let mut now = now();
    file.persist(path).map_err(|error| error.error)?;
    *now = None;
    Ok(())
}
