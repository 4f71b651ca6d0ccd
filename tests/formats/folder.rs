//! A folder with files, in which the command is run.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// A folder, gone when the test ends.
pub(crate) struct Folder(tempfile::TempDir);

/// What the command did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Folder {
    pub(crate) fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, b"")
    }

    pub(crate) fn run_with(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut child = Command::new(env!("CARGO_BIN_EXE_evaluate"))
            .args(arguments)
            .current_dir(self.path())
            .env("NO_COLOR", "1")
            .env("COLUMNS", "100")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that does not read its input closes it early.
        let _closed = child.stdin.take().unwrap().write_all(input);
        let output = child.wait_with_output().unwrap();
        Ran {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    /// Decided, without a word beside it.
    pub(crate) fn is_quiet(&self) -> &Ran {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{self:?}");
        self
    }

    /// Not decided, and each of these said.
    pub(crate) fn fails(&self, said: &[&str]) -> &Ran {
        assert_eq!((self.code, self.out.as_str()), (2, ""), "{self:?}");
        self.says(said)
    }

    /// Each of these said beside the decisions.
    pub(crate) fn says(&self, said: &[&str]) -> &Ran {
        let flat = self.err.split_whitespace().collect::<Vec<_>>().join(" ");
        for said in said {
            assert!(flat.contains(said), "no {said:?} in:\n{}", self.err);
        }
        self
    }
}
