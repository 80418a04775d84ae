//! What the macros say to someone who uses them wrongly: one file for each mistake; those of `#[derive(XmlRpcFault)]` are
//! in `ui/fault`.
//!
//! The compiler words part of it, in its own way from version to version, so what it says is compared with one of them
//! only. Another one says loudly that it did not compare; `TAGWIRE_PEERS=all`, which is how CI runs, makes that a failure.

use std::process::Command;

/// The compiler whose words the `.stderr` files hold.
const COMPILER: &str = "rustc 1.95.";

#[test]
fn a_mistake_gets_one_error_that_shows_the_allowed_form() {
    let compiler = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())).arg("--version").output();
    let version = compiler.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    if !version.starts_with(COMPILER) {
        eprintln!("!!! NOT COMPARED: the messages of the macros, which are those of {COMPILER}x, with {version}");
        assert_ne!(std::env::var("TAGWIRE_PEERS").as_deref(), Ok("all"), "this run compares everything");
        return;
    }
    let mistakes = trybuild::TestCases::new();
    mistakes.compile_fail("tests/ui/*.rs");
    mistakes.compile_fail("tests/ui/fault/*.rs");
}
