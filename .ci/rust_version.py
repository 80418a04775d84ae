#!/usr/bin/env python3
"""Fails when `rust-version` promises an older compiler than a dependency can be built with.

Cargo reads the promise, nobody checks it against the tree. Dependencies of tests are left out: who only uses the
library never builds them. What the code itself uses of the standard library is clippy's `incompatible_msrv`.
"""

import json
import subprocess
import sys

PUBLISHED = ("tagwire", "tagwire-macros")


def main():
    metadata = json.loads(
        subprocess.run(
            ["cargo", "metadata", "--format-version", "1", "--all-features", "--locked"],
            check=True,
            stdout=subprocess.PIPE,
        ).stdout
    )
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    roots = [id for id in metadata["workspace_members"] if packages[id]["name"] in PUBLISHED]
    if len(roots) != len(PUBLISHED):
        sys.exit(f"rust-version: {' and '.join(PUBLISHED)} are not both in the workspace")

    needed = [packages[id] for id in built_with(roots, nodes) if id not in roots]
    oldest = max(needed, key=lambda package: version(package["rust_version"]))
    lying = False
    for root in (packages[id] for id in roots):
        promised = root["rust_version"]
        lying |= version(promised) < version(oldest["rust_version"])
        print(
            f"{root['name']} promises {promised}; its dependencies allow {oldest['rust_version']} "
            f"({oldest['name']} {oldest['version']})"
        )
    if lying:
        sys.exit("rust-version: the promise is older than a dependency allows")


def built_with(roots, nodes):
    """Everything that is built for someone who depends on the roots."""
    seen, queue = set(), list(roots)
    while queue:
        id = queue.pop()
        if id in seen:
            continue
        seen.add(id)
        for dependency in nodes[id]["deps"]:
            if any(kind["kind"] != "dev" for kind in dependency["dep_kinds"]):
                queue.append(dependency["pkg"])
    return seen


def version(text):
    """`None`, for a crate that promises nothing, comes before every version."""
    return tuple(int(part) for part in (text + ".0.0").split(".")[:3]) if text else ()


main()
