//! A server in a process of its own, and what a hostile network does to it: figures, and whether each bound holds.
//!
//! ```text
//! cargo test --release --test hostile -- full          # all numbers, about five minutes; leave the machine alone meanwhile
//! cargo test --release --test hostile -- full bombs    # only some
//! cargo test --test hostile                            # smaller numbers, in less than a minute
//! cargo test --release --test hostile -- soak 1800     # all kinds of clients at once for so many seconds, and what stays
//! cargo test --release --test hostile -- soak 1800 usual-memory    # with memory managed as usual, which is not judged then
//! ```
//!
//! The small run is for every change, on machines that do something else besides: it prints how long things took, and judges
//! what does not depend on that. The full run judges everything, and wants a release build.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

#[cfg(target_os = "linux")]
mod attacks;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    attacks::carry_out()
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("nothing is tested: only Linux has the /proc that tells memory and processor time");
}
