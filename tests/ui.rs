//! Each file in `tests/ui` is a mistake that a user makes with the macros, beside the errors it must give.
//!
//! `TRYBUILD=overwrite cargo test --test ui` writes the errors anew; read them before you commit them.

#![cfg(feature = "macros")]

#[test]
fn mistakes_are_explained() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
