//! A policy's files: the one named, and those it uses.
//!
//! Comes in: a path and a function that reads files. Goes out: the tree of every file, used files before those that use
//! them, and the problems met. It never opens a file itself.
//!
//! Invariant: every file is read once, however often it is used, also by several policies that share their sources.

use std::io;

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, NotText, Place, Sources};
use crate::syntax::{self, ast};

/// The files of a policy.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The trees, used files before those that use them; the named file is the last.
    pub files: Vec<(FileId, ast::File)>,
    /// The files in the order in which they were met; the named one is the first.
    pub order: Vec<FileId>,
    /// What could not be read.
    pub problems: Vec<Diagnostic>,
}

impl Loaded {
    /// Whether the named file says what is decided on; one that does not can only be used by others.
    pub fn has_policy(&self) -> bool {
        let is_policy = |item: &ast::Item| matches!(item, ast::Item::Policy(_));
        self.files
            .last()
            .is_some_and(|(_, named)| named.items.iter().any(is_policy))
    }
}

/// Reads a policy file and all it uses with `read`, which gives the bytes at a path. Where it finds no file, its error may hold
/// a sentence on what was meant.
pub fn load(path: &str, sources: &mut Sources, read: &mut dyn FnMut(&str) -> io::Result<Vec<u8>>) -> Loaded {
    let mut loader = Loader {
        loaded: Loaded::default(),
        sources,
        read,
    };
    loader.run(&clean(path));
    loader.loaded
}

/// A file whose uses are being read.
struct Open {
    path: String,
    file: FileId,
    tree: ast::File,
    uses: Vec<(String, Place)>,
    next: usize,
}

struct Loader<'a> {
    loaded: Loaded,
    sources: &'a mut Sources,
    read: &'a mut dyn FnMut(&str) -> io::Result<Vec<u8>>,
}

impl Loader<'_> {
    fn run(&mut self, path: &str) {
        let mut done: Vec<String> = Vec::new();
        let mut open: Vec<Open> = self.open(path, None).into_iter().collect();
        while let Some(last) = open.last_mut() {
            let Some((path, place)) = last.uses.get(last.next).cloned() else {
                if let Some(finished) = open.pop() {
                    done.push(finished.path);
                    self.loaded.files.push((finished.file, finished.tree));
                }
                continue;
            };
            last.next += 1;
            if done.contains(&path) {
                continue;
            }
            if let Some(first) = open.iter().position(|file| file.path == path) {
                let way: Vec<&str> = open
                    .iter()
                    .skip(first)
                    .map(|file| file.path.as_str())
                    .chain([path.as_str()])
                    .collect();
                let message = if way.len() == 2 {
                    format!("`{path}` uses itself")
                } else {
                    format!("these files use each other in a circle: {}", way.join(" → "))
                };
                self.loaded.problems.push(
                    Diagnostic::new(Code::UseCycle, message)
                        .at(place, "comes back to a file that is being read")
                        .help("leave this `use` out, or move what both need into a file of its own"),
                );
                continue;
            }
            open.extend(self.open(&path, Some(place)));
        }
    }

    fn open(&mut self, path: &str, used_at: Option<Place>) -> Option<Open> {
        let problem = |code, message: String| {
            let problem = Diagnostic::new(code, message);
            match used_at {
                Some(place) => problem.at(place, "used here"),
                None => problem,
            }
        };
        // What another policy of the run has read is not read again, so that its problems are the same problems.
        if let Some(file) = self.sources.find(path, self.sources.count()) {
            return Some(self.take(path, file, used_at.is_none()));
        }
        let bytes = match (self.read)(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                let why = reason(&error);
                let unread = problem(Code::CannotRead, format!("`{path}` cannot be read: {why}"));
                self.loaded.problems.push(unread.help_if(mend(&error)));
                return None;
            }
        };
        if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
            let message = format!("`{path}` is not a text: byte {} is zero", at + 1);
            self.loaded
                .problems
                .push(problem(Code::NotText, message).help("save the file as UTF-8 text"));
            return None;
        }
        let file = match self.sources.add(path, &bytes) {
            Ok(file) => file,
            Err(NotText::Encoding(at)) => {
                let message = format!("`{path}` is not a text in UTF-8: byte {} is none of it", at + 1);
                self.loaded
                    .problems
                    .push(problem(Code::NotText, message).help("save the file as UTF-8 text"));
                return None;
            }
            Err(NotText::TooLarge) => {
                self.loaded.problems.push(problem(
                    Code::CannotRead,
                    format!("`{path}` is larger than 4 GiB"),
                ));
                return None;
            }
        };
        Some(self.take(path, file, used_at.is_none()))
    }

    /// Takes up a file that has been read; `named` is the one that the user named.
    fn take(&mut self, path: &str, file: FileId, named: bool) -> Open {
        self.loaded.order.push(file);
        let text = self.sources.text(file);
        let (tree, mut problems) = syntax::parse(file, &text);
        if tree.items.is_empty() && problems.is_empty() && named {
            problems.push(
                Diagnostic::new(Code::EmptyPolicy, format!("`{path}` says nothing"))
                    .help("a policy begins with `policy NAME \"Title\" for RECORD { … }`; `evaluate help` shows a small one"),
            );
        }
        self.loaded.problems.append(&mut problems);
        let mut uses = Vec::new();
        for item in &tree.items {
            if let ast::Item::Use(text) = item {
                let mut named = String::new();
                let mut sound = true;
                for part in &text.parts {
                    match part {
                        ast::TextPart::Literal(literal) => named.push_str(literal),
                        ast::TextPart::Placeholder(value) => {
                            sound = false;
                            self.loaded.problems.push(no_placeholder(value.place));
                        }
                    }
                }
                if sound {
                    uses.push((beside(path, &named), text.place));
                }
            }
        }
        Open {
            path: path.to_owned(),
            file,
            tree,
            uses,
            next: 0,
        }
    }
}

/// Tells a placeholder in a text that no record is at hand for.
pub(super) fn no_placeholder(place: Place) -> Diagnostic {
    Diagnostic::new(Code::BadPlaceholder, "a placeholder cannot stand in this text")
        .at(place, "there is no record here whose value it could show")
        .help("write `{{` and `}}` to show braces")
}

/// Why a file cannot be read, in words that are the same on every machine.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "you may not read it".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}

/// What the reader knows of a file that is not there, such as one of nearly that name.
pub fn mend(error: &io::Error) -> Option<String> {
    let known = error
        .get_ref()
        .filter(|_| error.kind() == io::ErrorKind::NotFound);
    known.map(ToString::to_string)
}

/// A path beside a file: relative to the folder that the file is in.
pub(super) fn beside(file: &str, path: &str) -> String {
    if path.starts_with('/') {
        return clean(path);
    }
    match file.rsplit_once('/') {
        Some((folder, _)) => clean(&format!("{folder}/{path}")),
        None => clean(path),
    }
}

/// A path without `.` and, where it can be, without `..`.
fn clean(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|last| !matches!(*last, ".." | "")) => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    if parts.is_empty() {
        ".".to_owned()
    } else {
        parts.join("/")
    }
}
