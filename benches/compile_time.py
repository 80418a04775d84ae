#!/usr/bin/env python3
"""Times the compiler on 100 annotated methods, and on the same functions behind a `match` written by hand.

    python3 benches/compile_time.py [quick]     # three minutes; quick: one

Two crates with the same dependencies are made below the target folder, or in the folder of CARGO_TARGET_DIR. Their
dependencies are built first. Then each crate's main.rs is touched and the crate alone is built, in turns.
"""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "tagwire-compile-time"
BOUND = 1.5
FUNCTIONS = 100
BUILDS = {"cargo check": ["check"], "cargo build": ["build"], "cargo build --release": ["build", "--release"]}

TYPES = ["i32", "String", "f64", "Record"]
# What an argument of a type adds to a number.
AS_NUMBER = {"i32": "{}", "String": "{}.len() as i32", "f64": "{} as i32", "Record": "{}.id"}
# What is made of that number.
RESULT = {"i32": "sum", "String": "sum.to_string()", "f64": "f64::from(sum)", "Record": "Record::new(sum)"}

PREAMBLE = """\
{imports}

#[derive(serde::Deserialize, serde::Serialize)]
pub struct Record {{
    id: i32,
    name: String,
    price: f64,
    tags: Vec<String>,
}}

impl Record {{
    fn new(id: i32) -> Self {{
        Self {{ id, name: "a record".to_owned(), price: 0.5, tags: Vec::new() }}
    }}
}}

#[tokio::main]
async fn main() -> std::io::Result<()> {{
    tagwire::Server::bind("127.0.0.1:0").await?.serve({methods}).await
}}
"""


def main(arguments):
    if arguments not in ([], ["quick"]):
        sys.exit(f"usage: {sys.argv[0]} [quick]")
    rounds = 3 if arguments else 9
    functions = [Function(number) for number in range(FUNCTIONS)]
    crates = {"annotated": annotated(functions), "by-hand": by_hand(functions)}
    for name, source in crates.items():
        write(name, source)
    print(f"| {FUNCTIONS} methods | annotated | by hand | ratio | ≤ {BOUND} held |")
    print("|---|--:|--:|--:|---|")
    for label, command in BUILDS.items():
        for name in crates:
            # The second one finds the dependencies and builds nothing but itself.
            build(name, command)
        times = {name: [] for name in crates}
        for turn in range(rounds):
            # Each is the first one some time.
            for name in sorted(crates, reverse=bool(turn % 2)):
                times[name].append(rebuild(name, command))
        ratio = statistics.median(a / b for a, b in zip(times["annotated"], times["by-hand"]))
        cells = " | ".join(f"{statistics.median(times[name]):.2f} s" for name in crates)
        print(f"| `{label}` | {cells} | {ratio:.2f} | {'yes' if ratio <= BOUND else '**no**'} |", flush=True)


class Function:
    """One of many: none to four arguments, plain or async, in all mixtures of types."""

    def __init__(self, number):
        self.name = f"method_{number}"
        self.asynchronous = number % 2 == 1
        arguments = [TYPES[(number // 5 + place) % len(TYPES)] for place in range(number % 5)]
        self.arguments = list(zip("abcd", arguments))
        self.result = TYPES[number // 3 % len(TYPES)]

    def source(self, attribute):
        asynchronous = "async " if self.asynchronous else ""
        arguments = ", ".join(f"{name}: {ty}" for name, ty in self.arguments)
        terms = [AS_NUMBER[ty].format(name) for name, ty in self.arguments] or ["7"]
        return (
            f"/// Number {self.name}, which adds.\n"
            f"{attribute}{asynchronous}fn {self.name}({arguments}) -> {self.result} {{\n"
            f"    let sum: i32 = {' + '.join(terms)};\n"
            f"    {RESULT[self.result]}\n}}\n"
        )

    def arm(self):
        """What is written by hand for it."""
        takes = "".join(f"            let {name}: {ty} = params.take()?;\n" for name, ty in self.arguments)
        call = f"{self.name}({', '.join(name for name, _ in self.arguments)}){'.await' if self.asynchronous else ''}"
        return (
            f'        "{self.name}" => {{\n'
            f"{takes}            params.finish()?;\n"
            f"            Ok(ser::to_value(&{call})?)\n        }}\n"
        )


def annotated(functions):
    imports = "use tagwire::{methods, xmlrpc_method};"
    table = f"methods![{', '.join(function.name for function in functions)}]"
    sources = [function.source("#[xmlrpc_method]\n") for function in functions]
    return "\n".join([PREAMBLE.format(imports=imports, methods=table), *sources])


def by_hand(functions):
    imports = "use tagwire::{Fault, MethodName, Methods, Params, Value, ser};"
    arms = "".join(function.arm() for function in functions)
    answer = (
        "async fn answer(MethodName(name): MethodName, mut params: Params) -> Result<Value, Fault> {\n"
        "    match name.as_str() {\n"
        f"{arms}        _ => Err(Fault::method_not_found(name)),\n"
        "    }\n}\n"
    )
    sources = [function.source("") for function in functions]
    return "\n".join([PREAMBLE.format(imports=imports, methods="Methods::new().fallback(answer)"), answer, *sources])


def write(name, source):
    folder = FOLDER / name
    (folder / "src").mkdir(parents=True, exist_ok=True)
    (folder / "src" / "main.rs").write_text(source)
    (folder / "Cargo.toml").write_text(
        f'[package]\nname = "{name}"\nversion = "0.0.0"\nedition = "2024"\npublish = false\n\n'
        f'[dependencies]\ntagwire = {{ path = "{ROOT}" }}\n'
        'serde = { version = "1", features = ["derive"] }\n'
        'tokio = { version = "1", features = ["macros", "net", "rt-multi-thread"] }\n\n'
        "[workspace]\n"
    )
    # The versions of the dependencies are those that the library is tested with.
    shutil.copy(ROOT / "Cargo.lock", folder / "Cargo.lock")


def build(name, command):
    # Incremental compilation would find that a touched file has not changed, and do next to nothing.
    environment = {**os.environ, "CARGO_TARGET_DIR": str(FOLDER / "target"), "CARGO_INCREMENTAL": "0"}
    outcome = subprocess.run(
        ["cargo", *command, "--quiet"], cwd=FOLDER / name, env=environment, stderr=subprocess.PIPE, text=True
    )
    if outcome.returncode != 0:
        sys.exit(outcome.stderr)


def rebuild(name, command):
    (FOLDER / name / "src" / "main.rs").touch()
    start = time.monotonic()
    build(name, command)
    return time.monotonic() - start


if __name__ == "__main__":
    main(sys.argv[1:])
