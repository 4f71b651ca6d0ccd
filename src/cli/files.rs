//! Which files are meant by the paths that were named.
//!
//! Comes in: paths of files and folders. Goes out: the paths of policy files, and what stands in a file. It never knows what
//! that means.
//!
//! Invariant: what a folder holds is named in the same order wherever it is read.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use crate::check::reason;
use crate::diagnostic::nearest::nearest;
use crate::diagnostic::{Code, Diagnostic};

/// The files that paths stand for: of a folder all `.rule` files in it and below, in the order of their names.
pub(super) fn policies(paths: &[String], problems: &mut Vec<Diagnostic>) -> Vec<String> {
    let mut files: Vec<String> = Vec::new();
    for path in paths {
        if !Path::new(path).is_dir() {
            files.push(path.clone());
            continue;
        }
        match below(path) {
            Ok(found) if found.is_empty() => problems.push(
                Diagnostic::new(Code::CannotRead, format!("`{path}` holds no policy"))
                    .help("policies are files whose names end in `.rule`"),
            ),
            Ok(found) => files.extend(found),
            Err((folder, error)) => problems.push(Diagnostic::new(
                Code::CannotRead,
                format!("`{folder}` cannot be read: {}", reason(&error)),
            )),
        }
    }
    let mut seen = BTreeSet::new();
    files.retain(|file| seen.insert(file.clone()));
    files
}

/// What stands in a file. Where it is not there, the error says which file of nearly that name is.
pub(super) fn read(path: &str) -> io::Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| match near(path) {
        Some(near) if error.kind() == io::ErrorKind::NotFound => {
            io::Error::new(error.kind(), format!("did you mean `{near}`?"))
        }
        _ => error,
    })
}

/// The name of the file in the same folder that is nearest.
fn near(path: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once('/').unwrap_or((".", path));
    let files = std::fs::read_dir(folder).ok()?.flatten();
    let files = files.filter(|entry| entry.path().is_file());
    let mut names: Vec<String> = files
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort_unstable();
    nearest(name, names.iter().map(String::as_str)).map(str::to_owned)
}

/// The `.rule` files in a folder and below it. Hidden folders and links to folders are passed by.
fn below(path: &str) -> Result<Vec<String>, (String, io::Error)> {
    let mut files = Vec::new();
    let mut folders = vec![path.trim_end_matches('/').to_owned()];
    while let Some(folder) = folders.pop() {
        let shown = if folder.is_empty() { "/" } else { &folder };
        let told = |error| (shown.to_owned(), error);
        for entry in std::fs::read_dir(shown).map_err(told)? {
            let entry = entry.map_err(told)?;
            // A name that is no text cannot be told, and no policy can use it.
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let below = match folder.as_str() {
                "." => name.clone(),
                folder => format!("{folder}/{name}"),
            };
            let kind = entry.file_type().map_err(told)?;
            if kind.is_dir() && !name.starts_with('.') {
                folders.push(below);
            } else if name.ends_with(".rule") && !kind.is_dir() {
                files.push(below);
            }
        }
    }
    files.sort_unstable();
    Ok(files)
}
