//! Running the examples as programs.

use std::env::consts::EXE_EXTENSION;
use std::process::Command;

/// An example that `cargo test` has built beside this test.
pub(crate) fn example(name: &str) -> Command {
    // …/deps/demo_example-0123456789abcdef and …/examples/demo
    let mut folder = std::env::current_exe().unwrap();
    folder.pop();
    folder.pop();
    let program = folder.join("examples").join(name).with_extension(EXE_EXTENSION);
    assert!(program.exists(), "{} is not built: `cargo build --example {name}`", program.display());
    Command::new(program)
}
