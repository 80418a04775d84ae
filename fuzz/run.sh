#!/usr/bin/env bash
# Runs fuzz targets: `fuzz/run.sh SECONDS [TARGET…]`, each for so many seconds; all of them unless some are named.
# Starts from the documents of tests/corpus and from what earlier runs found; prints per target how many inputs ran
# and what they broke, and fails if they broke anything. Needs a nightly toolchain, cargo-fuzz and a C++ compiler.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

all=(decode_call decode_response roundtrip_value reader_paths_agree)

if ! [[ ${1:-} =~ ^[1-9][0-9]*$ ]]; then
  printf 'usage: fuzz/run.sh SECONDS [TARGET…]; targets: %s\n' "${all[*]}" >&2
  exit 2
fi
seconds=$1
shift
targets=("${@:-${all[@]}}")

missing() {
  printf 'fuzzing needs %s: %s\n' "$1" "$2" >&2
  exit 3
}
cargo +nightly --version >/dev/null 2>&1 || missing "a nightly toolchain" "rustup toolchain install nightly"
cargo +nightly fuzz --version >/dev/null 2>&1 || missing "cargo-fuzz" "cargo install cargo-fuzz --locked"

# Small enough that one input is read in well under a millisecond, large enough for a whole document.
longest=4096

declare -A other_envelope=(
  [decode_call]='s#methodResponse>#methodCall>#g; s#<params>#<methodName>m</methodName>&#'
  [decode_response]='s#<methodName>[^<]*</methodName>##; s#methodCall>#methodResponse>#g'
)

broken=0
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
for target in "${targets[@]}"; do
  log=$logs/$target
  corpus=fuzz/corpus/$target
  mkdir -p "$corpus"
  for seed in tests/corpus/documents/* tests/corpus/clients/*/*.body; do
    # The client's folder goes into the name: two clients have cases of the same name.
    name=${seed#tests/corpus/}
    name=${name//\//-}
    cp "$seed" "$corpus/seed-$name"
    # A value is as good in the other envelope.
    LC_ALL=C sed -e "${other_envelope[$target]:-}" "$seed" >"$corpus/seed-other-$name"
  done

  if ! cargo +nightly fuzz build "$target" >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    printf '%s: does not compile\n' "$target"
    broken=1
    continue
  fi
  status=0
  cargo +nightly fuzz run "$target" -- -max_total_time="$seconds" -max_len="$longest" -timeout=10 \
    -rss_limit_mb=2048 -dict=fuzz/xmlrpc.dict -print_final_stats=1 >"$log" 2>&1 || status=$?
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1)
  if [ "$status" -eq 0 ]; then
    printf '%s: %s executions, no crash\n' "$target" "${executions:-?}"
    continue
  fi
  broken=1
  printf '%s: %s executions, CRASH\n' "$target" "${executions:-?}"
  # What it said, and the input: its text, where its file is, and its bytes.
  {
    grep -aE -A4 "panicked at " "$log" | grep -avE "stack backtrace|^ +[0-9]+: |^note: " || true
    grep -aE "^SUMMARY|^==[0-9]+== *ERROR|Test unit written to|^Base64: " "$log" || true
  } | cut -c 1-2000 | sed 's/^/  /'
done
exit "$broken"
