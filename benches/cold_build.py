#!/usr/bin/env python3
"""Times how long the library takes to build from nothing, with all that it depends on, and how long its peers take.

    python3 benches/cold_build.py [quick]     # six minutes; quick: three

An empty crate that depends on one of them is made below the target folder, or in the folder of CARGO_TARGET_DIR.
Whatever is to be fetched is fetched before. The two sides of a pair take turns.
"""

import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "tagwire-cold-build"
BUILDS = {"`cargo build`": ["build"], "`cargo build --release`": ["build", "--release"]}

TAGWIRE = f'tagwire = {{ path = "{ROOT}"'
# What serves, and what calls: tagwire, and what of dxr does the same.
PAIRS = {
    "server": {
        "tagwire": f"{TAGWIRE} }}",
        "dxr": 'dxr_server = { version = "0.9", features = ["axum"] }',
    },
    "client": {
        "tagwire": f'{TAGWIRE}, default-features = false, features = ["client", "macros"] }}',
        "dxr": 'dxr_client = { version = "0.9", default-features = false, features = ["reqwest"] }',
    },
}


def main(arguments):
    if arguments not in ([], ["quick"]):
        sys.exit(f"usage: {sys.argv[0]} [quick]")
    rounds = 1 if arguments else 2
    print("| from nothing | tagwire | dxr | ratio |\n|---|--:|--:|--:|")
    for pair, sides in PAIRS.items():
        crates = {side: Crate(f"{pair}-{side}", dependency) for side, dependency in sides.items()}
        row(f"{pair}, crates", {side: [crate.dependencies()] for side, crate in crates.items()}, "{:.0f}")
        for label, command in BUILDS.items():
            spent = {side: [] for side in crates}
            for turn in range(rounds):
                # Each is the first one some time.
                for side in sorted(crates, reverse=bool(turn % 2)):
                    spent[side].append(crates[side].build(command))
            row(f"{pair}, {label}", {side: [wall for wall, _ in all] for side, all in spent.items()}, "{:.1f} s")
            row(f"{pair}, {label}, CPU time", {side: [cpu for _, cpu in all] for side, all in spent.items()}, "{:.1f} s")
    shutil.rmtree(FOLDER)


def row(what, measured, shape):
    """The medians of both sides; the ratio is the median of the ratios of the single rounds."""
    ratio = statistics.median(ours / theirs for ours, theirs in zip(measured["tagwire"], measured["dxr"]))
    cells = " | ".join(shape.format(statistics.median(measured[side])) for side in ("tagwire", "dxr"))
    print(f"| {what} | {cells} | {ratio:.2f} |", flush=True)


class Crate:
    """Nothing but a dependency."""

    def __init__(self, name, dependency):
        self.name = name
        self.folder = FOLDER / name
        (self.folder / "src").mkdir(parents=True, exist_ok=True)
        (self.folder / "src" / "lib.rs").write_text("")
        (self.folder / "Cargo.toml").write_text(
            f'[package]\nname = "{name}"\nversion = "0.0.0"\nedition = "2024"\npublish = false\n\n'
            f"[dependencies]\n{dependency}\n\n[workspace]\n"
        )
        # The versions of the dependencies are those that the library is tested with.
        shutil.copy(ROOT / "Cargo.lock", self.folder / "Cargo.lock")
        self.cargo("fetch", "--quiet")

    def dependencies(self):
        tree = self.cargo("tree", "--edges", "normal,build", "--prefix", "none", "--format", "{p}", "--offline")
        crates = {tuple(line.split()[:2]) for line in tree.splitlines() if line}
        return len(crates - {(self.name, "v0.0.0")})

    def build(self, command):
        """The seconds that it takes, and those that the processors were at work."""
        target = FOLDER / "target"
        shutil.rmtree(target, ignore_errors=True)
        start, before = time.monotonic(), cpu_time()
        self.cargo(*command, "--quiet", "--offline", "--target-dir", str(target))
        return time.monotonic() - start, cpu_time() - before

    def cargo(self, *command):
        # What is built here is built once: incremental compilation, which is for crates of one's own only, is no part.
        environment = {**os.environ, "CARGO_INCREMENTAL": "0"}
        outcome = subprocess.run(["cargo", *command], cwd=self.folder, env=environment, capture_output=True, text=True)
        if outcome.returncode != 0:
            sys.exit(outcome.stderr)
        return outcome.stdout


def cpu_time():
    """Of all processes that have been started and have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


if __name__ == "__main__":
    main(sys.argv[1:])
