//! What is being done, shown to who waits at a terminal.
//!
//! Comes in: the steps of a run, and what one writes. Goes out: a line on standard error for a step that takes over a second. It
//! never shows in a pipe.
//!
//! Invariant: when a step has ended, nothing of it is left on the terminal.

use std::io::{self, IsTerminal as _, Write};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long a step is silent.
const SILENT: Duration = Duration::from_secs(1);
/// How often the line is drawn.
const BEAT: Duration = Duration::from_millis(100);

/// A step that is shown until it is dropped.
pub(super) struct Step {
    bar: ProgressBar,
    /// What waits until it shows; dropping the sender wakes it.
    waiting: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Step {
    /// A step that tells how long it takes.
    pub(super) fn begin(name: &'static str) -> Step {
        Step::shown_as(name, "{spinner} {msg} ({elapsed})")
    }

    /// A step that tells how much it has written.
    pub(super) fn writing() -> Step {
        Step::shown_as("writing", "{spinner} {msg}: {bytes} ({elapsed})")
    }

    /// One that is not shown.
    pub(super) fn hidden() -> Step {
        Step {
            bar: ProgressBar::hidden(),
            waiting: None,
        }
    }

    fn shown_as(name: &'static str, template: &str) -> Step {
        if !io::stderr().is_terminal() {
            return Step::hidden();
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()).with_message(name);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        let (ended, end) = channel::<()>();
        let shown = bar.clone();
        let waiter = std::thread::spawn(move || {
            if end.recv_timeout(SILENT) == Err(RecvTimeoutError::Timeout) {
                shown.set_draw_target(ProgressDrawTarget::stderr());
                shown.enable_steady_tick(BEAT);
            }
        });
        Step {
            bar,
            waiting: Some((ended, waiter)),
        }
    }

    /// Writes, and counts what is written.
    pub(super) fn counting<'w>(&self, to: &'w mut dyn Write) -> impl Write + use<'w> {
        self.bar.wrap_write(to)
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        if let Some((ended, waiter)) = self.waiting.take() {
            drop(ended);
            let _ = waiter.join();
        }
        self.bar.finish_and_clear();
    }
}
