//! Deciding: every case of `tests/cases/decide` beside what is decided on it.

mod common;

#[test]
fn cases_are_decided() {
    insta::glob!("cases/decide/*.case", |path| {
        let case = std::fs::read_to_string(path).unwrap();
        insta::assert_snapshot!(common::decided(&case));
    });
}
