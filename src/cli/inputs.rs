//! The data files of a run: found, opened, and their texts put among the sources.
//!
//! Comes in: what a command line or a policy names: files, folders, patterns, standard input. Goes out: the inputs that the
//! data room reads, and what could not be opened. It never reads what a file says.
//!
//! Invariant: the same names and files give the same inputs, in the same order.

use std::io::Read as _;
use std::path::Path;

use super::reading::Reading;
use crate::check::{mend, reason};
use crate::data::{self, FileForm};
use crate::diagnostic::nearest::did_you_mean;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Policy, RecordId};
use crate::source::{Place, Sources};

/// The data files of a run: those named, else those of the policy's `data` clauses.
pub(super) fn inputs(
    policy: &Policy,
    named: &[String],
    reading: &Reading,
    sources: &mut Sources,
    problems: &mut Vec<Diagnostic>,
) -> Vec<data::Input> {
    // What another policy of the run has read is not read again, and standard input cannot be.
    let known = sources.count();
    let mut opener = Opener {
        policy,
        reading,
        known,
        sources,
        problems,
        inputs: Vec::new(),
    };
    if named.is_empty() {
        if policy.data.is_empty() {
            opener.problems.push(
                Diagnostic::new(Code::NoData, "no data is named")
                    .help("name a file after the policy, or write a `data \"FILE\"` clause in the policy"),
            );
        }
        for (path, place) in &policy.data {
            opener.named(&Named {
                path,
                record: None,
                clause: Some(*place),
            });
        }
        return opener.inputs;
    }
    for named in named {
        let (record, path) = match named.split_once('=') {
            Some((record, path)) => match record_of(policy, record, opener.problems) {
                Some(record) => (Some(record), path),
                None => continue,
            },
            None => (None, named.as_str()),
        };
        opener.named(&Named {
            path,
            record,
            clause: None,
        });
    }
    opener.inputs
}

/// The record type of `RECORD=FILE`.
fn record_of(policy: &Policy, name: &str, problems: &mut Vec<Diagnostic>) -> Option<RecordId> {
    let found = policy
        .record_ids()
        .find(|id| &*policy.record_type(*id).name == name);
    if found.is_none() {
        let known = policy.records.iter().map(|record| &*record.name);
        problems.push(
            Diagnostic::new(
                Code::UnknownName,
                format!("there is no record type `{name}` for `{name}=…`"),
            )
            .help_if(did_you_mean(name, known)),
        );
    }
    found
}

/// What a command line or a policy names.
#[derive(Clone, Copy)]
struct Named<'n> {
    path: &'n str,
    /// The record type, where that is said.
    record: Option<RecordId>,
    /// The policy's clause that names it.
    clause: Option<Place>,
}

struct Opener<'o> {
    policy: &'o Policy,
    reading: &'o Reading,
    /// How many sources there were before.
    known: usize,
    sources: &'o mut Sources,
    problems: &'o mut Vec<Diagnostic>,
    inputs: Vec<data::Input>,
}

impl Opener<'_> {
    /// Opens all that a name stands for.
    fn named(&mut self, named: &Named<'_>) {
        let path = Path::new(named.path);
        if path.is_dir() {
            self.folder(named);
        } else if named.path.contains(['*', '?', '[']) && named.path != "-" && !path.exists() {
            self.pattern(named);
        } else {
            self.file(named);
        }
    }

    /// Opens all data files that stand in a folder, in the order of their names.
    fn folder(&mut self, named: &Named<'_>) {
        let entries = match std::fs::read_dir(named.path) {
            Ok(entries) => entries,
            Err(error) => return self.cannot_read(named, &error),
        };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut names: Vec<String> = names
            .filter(|name| !name.starts_with('.') && FileForm::of(name).is_some())
            .collect();
        names.sort();
        let folder = named.path.trim_end_matches(['/', '\\']);
        let mut found = false;
        for name in names {
            let path = format!("{folder}/{name}");
            if Path::new(&path).is_file() {
                found = true;
                self.file(&Named {
                    path: &path,
                    ..*named
                });
            }
        }
        if !found {
            let message = format!("the folder `{}` holds no data", named.path);
            let help = format!("data is read from {} files", FileForm::ends());
            self.problem(named, Diagnostic::new(Code::NoData, message).help(help));
        }
    }

    /// Opens all files whose names a pattern fits, in the order of their names.
    fn pattern(&mut self, named: &Named<'_>) {
        let paths: Vec<String> = match glob::glob(named.path) {
            Ok(paths) => paths
                .filter_map(|path| path.ok()?.into_os_string().into_string().ok())
                .filter(|path| Path::new(path).is_file())
                .collect(),
            Err(error) => {
                let message = format!("`{}` is no pattern of names: {}", named.path, error.msg);
                return self.problem(named, Diagnostic::new(Code::CannotRead, message));
            }
        };
        if paths.is_empty() {
            let message = format!("no file has a name like `{}`", named.path);
            return self.problem(named, Diagnostic::new(Code::CannotRead, message));
        }
        for path in paths {
            self.file(&Named {
                path: &path,
                ..*named
            });
        }
    }

    fn file(&mut self, named: &Named<'_>) {
        let path = named.path;
        let said = self.reading.data_format.map(|format| format.form());
        let Some(form) = FileForm::of(path).or(said) else {
            return self.unknown_format(named);
        };
        let said = self.reading.said();
        if let Some(file) = self.sources.find(path, self.known) {
            return self.inputs.push(data::Input {
                file,
                record: named.record,
                format: data::format_of(form, said.dialect),
            });
        }
        let bytes = if path == "-" {
            let mut bytes = Vec::new();
            std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
        } else {
            super::files::read(path)
        };
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(error) => return self.cannot_read(named, &error),
        };
        let found = data::Found {
            path,
            bytes: &bytes,
            form,
            record: named.record,
        };
        match data::open(found, said, self.policy, self.sources, self.problems) {
            Ok(inputs) => self.inputs.extend(inputs),
            Err(problem) => self.problem(named, problem),
        }
    }

    fn unknown_format(&mut self, named: &Named<'_>) {
        let path = named.path;
        if path == "-" {
            let message = "the format of the data on standard input is not said";
            let problem = Diagnostic::new(Code::UnknownFormat, message).help("write `--data-format json`");
            return self.problem(named, problem);
        }
        // A file that is not there is told as such, whatever its name.
        if std::fs::metadata(path).is_err()
            && let Err(error) = super::files::read(path)
        {
            return self.cannot_read(named, &error);
        }
        let message = format!("`{path}` is in a format that cannot be read");
        let help = format!("data is read from {} files", FileForm::ends());
        self.problem(named, Diagnostic::new(Code::UnknownFormat, message).help(help));
    }

    fn cannot_read(&mut self, named: &Named<'_>, error: &std::io::Error) {
        let message = format!("`{}` cannot be read: {}", named.path, reason(error));
        self.problem(
            named,
            Diagnostic::new(Code::CannotRead, message).help_if(mend(error)),
        );
    }

    fn problem(&mut self, named: &Named<'_>, problem: Diagnostic) {
        self.problems.push(match named.clause {
            Some(place) => problem.at(place, "named here"),
            None => problem,
        });
    }
}
