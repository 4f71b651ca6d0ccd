//! Any bytes as a policy: it is checked or its problems are drawn, and nothing stops the program.
#![no_main]

use std::io;

use libfuzzer_sys::fuzz_target;
use prioriter::check;
use prioriter::diagnostic::render::{Style, render};
use prioriter::source::Sources;

fuzz_target!(|bytes: &[u8]| {
    let mut sources = Sources::new();
    let mut read = |path: &str| match path {
        "fuzz.rule" => Ok(bytes.to_vec()),
        _ => Err(io::Error::from(io::ErrorKind::NotFound)),
    };
    let loaded = check::load("fuzz.rule", &mut sources, &mut read);
    let (policy, problems) = check::check(&loaded, &sources);
    let errors = problems.iter().any(|problem| problem.is_error());
    assert_eq!(policy.is_none(), errors, "a policy comes out where there is no error, and nowhere else");
    for colour in [false, true] {
        let text = render(&problems, &sources, Style { width: 80, colour });
        assert_eq!(text.is_empty(), problems.is_empty());
    }
});
