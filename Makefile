# The only commands anyone needs.
SHELL := /bin/bash
.PHONY: demo test bench check sbom fuzz night

# Builds everything, makes an invented partnership, serves it on http://localhost:8080.
demo:
	@scripts/set-up demo
	@echo "Building Sightline (some minutes the first time, seconds after that) …"
	@cargo build --workspace --bin sightline
	@$${CARGO_TARGET_DIR:-target}/debug/sightline demo

# Every test, on SQLite and on a private PostgreSQL, and the journeys in a real browser.
test:
	@scripts/set-up test
	@cargo build --workspace --all-targets
	@scripts/with-postgres scripts/all-tests

# Format, lints, licences and sources of what we depend on, and the bill of it.
check:
	@scripts/set-up check
	cargo fmt --all --check
	cargo fmt --manifest-path fuzz/Cargo.toml --check
	cargo clippy --workspace --all-targets -- -D warnings
	@scripts/deny
	@scripts/sbom --check

# What it is made of, as a CycloneDX bill of materials beside the program.
sbom:
	@scripts/set-up check
	@mkdir -p $${CARGO_TARGET_DIR:-target}
	@scripts/sbom > $${CARGO_TARGET_DIR:-target}/sightline.cdx.json
	@echo "Written to $${CARGO_TARGET_DIR:-target}/sightline.cdx.json"

# What things cost, as ratios in one run, and how well people are recognised
# (`make bench MATCHING='--large 0'` leaves the set of a million out; filling a million people on each
# database takes hours, and `BENCH='--large 100000'` fills fewer).
bench:
	@scripts/set-up test
	@cargo build --release --workspace --bin sightline
	@scripts/with-postgres $${CARGO_TARGET_DIR:-target}/release/sightline bench $(BENCH)
	@scripts/bench-matching $(MATCHING)

# What anybody may send, tried by chance and by what the program does with it, each target for a minute
# (`make fuzz FUZZ_SECONDS=600`, or `FUZZ_SECONDS=0 FUZZ_RUNS=10000000` for a night; `FUZZ='files forms'`
# for some).
fuzz:
	@scripts/fuzz $(FUZZ)

# What is too long for every commit, in the numbers that the threat model asks for: some hours.
night:
	@scripts/set-up test
	@scripts/night
