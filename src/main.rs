//! The binary `evaluate`: arguments to [`prioriter::cli`], its answer to the exit code. Nothing else happens here.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(prioriter::cli::run(std::env::args_os()) as u8)
}
