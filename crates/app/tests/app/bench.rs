//! That the bench still measures what it says: never what the figures are.

use std::process::Command;

#[test]
fn the_bench_prints_every_figure_met_or_not() {
    let bench = Command::new(env!("CARGO_BIN_EXE_sightline"))
        .args([
            "bench",
            "--clients",
            "2",
            "--seconds",
            "0.1",
            "--requests",
            "20",
            "--small",
            "200",
            "--large",
            "400",
        ])
        // One database is enough to see that it measures.
        .env_remove("SIGHTLINE_TEST_POSTGRES")
        .output()
        .unwrap();
    let said = String::from_utf8(bench.stdout).unwrap();
    assert!(bench.status.success(), "{said}{}", String::from_utf8_lossy(&bench.stderr));
    for what in [
        "| Durable submissions against bare commits | SQLite |",
        "| The hub’s queue, journaled against not | SQLite |",
        "| A child’s page, journaled against not | SQLite |",
        "| A child’s page against a static page | SQLite |",
        "| Start | SQLite |",
        "| Memory at rest | SQLite |",
        "| A child’s page, large against small | SQLite |",
        "cores, load ",
    ] {
        assert!(said.contains(what), "{what} is missing:\n{said}");
    }
    assert!(
        said.contains("SIGHTLINE_TEST_POSTGRES is not set"),
        "what was left out is said:\n{said}"
    );
}
