//! Tests of the scanners.

use std::io::Write as _;

use super::*;

/// Every line of a file comes out of its parts once, wherever the parts begin.
#[test]
fn parts_hold_every_line_once() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let mut text = String::new();
    for line in 0..300_000 {
        text.push_str(&"x".repeat(line % 23));
        text.push_str(&line.to_string());
        text.push('\n');
    }
    text.pop();
    file.write_all(text.as_bytes()).unwrap();
    text.push('\n');
    for most in 1..8 {
        let mut read = Vec::new();
        for part in Part::of(file.as_file().metadata().unwrap().len(), most) {
            let mut chunks = Chunks::open(&Origin::File(file.path().to_owned()), part).unwrap();
            while let Some(piece) = chunks.piece().unwrap() {
                read.extend_from_slice(piece);
            }
        }
        assert!(read == text.as_bytes(), "{most} parts");
    }
}
