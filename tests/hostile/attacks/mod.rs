//! The attacks, and what they have in common.

mod bombs;
mod child;
mod client;
mod drip;
mod idle;
mod nofile;
mod overload;
mod scale;
mod server;
mod soak;
mod stopping;
mod table;
mod unread;

#[path = "../../support/descriptors.rs"]
mod descriptors;
#[path = "../../support/raw.rs"]
#[allow(dead_code, reason = "most of it is for tests that have a runtime")]
mod raw;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Instant;

use scale::Scale;
use table::Table;

type Attack = fn(Scale, &mut Table);

const ATTACKS: [(&str, Attack); 7] = [
    ("drip", drip::run),
    ("unread", unread::run),
    ("bombs", bombs::run),
    ("nofile", nofile::run),
    ("overload", overload::run),
    ("stopping", stopping::run),
    ("idle", idle::run),
];

/// All that the command line names; or this process is the server that another one attacks.
pub(crate) fn carry_out() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if let Some((role, settings)) = server::role(&arguments) {
        server::play(role, settings);
        return ExitCode::SUCCESS;
    }
    if let Some(soak) = soak::asked(&arguments) {
        return soak::run(soak);
    }
    // Of the options of other tests only this one makes a difference.
    if arguments.iter().any(|argument| argument == "--list") {
        ATTACKS.iter().for_each(|(name, _)| println!("{name}: test"));
        return ExitCode::SUCCESS;
    }
    let mut names: Vec<_> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let full = names.iter().any(|name| *name == "full");
    names.retain(|name| *name != "full");
    let wanted = |name: &str| names.is_empty() || names.iter().any(|part| name.contains(part.as_str()));
    launch(if full { Scale::Full } else { Scale::Small }, &wanted)
}

fn launch(scale: Scale, wanted: &dyn Fn(&str) -> bool) -> ExitCode {
    if cfg!(debug_assertions) && scale == Scale::Full {
        println!("this build is not optimised: the figures say little");
    }
    let began = Instant::now();
    let (mut passed, mut failed) = (0, 0);
    for (name, attack) in ATTACKS.iter().filter(|(name, _)| wanted(name)) {
        let mut table = Table::new(scale, name);
        // One that cannot be carried out is one that failed, and the others go on.
        let done = catch_unwind(AssertUnwindSafe(|| attack(scale, &mut table))).is_ok();
        if done && table.all_held() {
            passed += 1;
        } else {
            failed += 1;
        }
    }
    let verdict = if failed == 0 { "ok" } else { "FAILED" };
    let left_out = ATTACKS.len() - passed - failed;
    let took = began.elapsed().as_secs_f64();
    println!(
        "\ntest result: {verdict}. {passed} passed; {failed} failed; 0 ignored; 0 measured; {left_out} filtered out; \
         finished in {took:.2}s\n"
    );
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
