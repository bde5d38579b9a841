//! The figures as a Markdown table, with the machine that they were measured on.

use super::Bench;

/// What a figure should be.
#[derive(Debug, Clone, Copy)]
pub enum Aim {
    AtLeast(f64),
    AtMost(f64),
    /// It is printed, and says something only beside others.
    None,
}

/// The table. A figure is printed as soon as it is known.
pub struct Report {
    missed: usize,
}

impl Report {
    /// Prints what the figures were measured on.
    pub fn begin(bench: &Bench) -> Self {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let build = if cfg!(debug_assertions) { "a DEBUG build: worth nothing" } else { "release" };
        println!("{cores} cores, load {}, build: {build}.", load());
        println!(
            "{} clients at once, each measurement {} s or {} requests, whichever is first.\n",
            bench.clients, bench.seconds, bench.requests
        );
        println!("| What | Database | Measured | Ratio | Aim | Met |");
        println!("| --- | --- | --- | --- | --- | --- |");
        Self { missed: 0 }
    }

    /// Prints a figure: what it is made of in words, and the number that the aim is for.
    pub fn figure(&mut self, what: &str, database: &str, made_of: &str, number: f64, aim: Aim) {
        let (aim, met) = match aim {
            Aim::AtLeast(least) => (format!("≥ {least}"), Some(number >= least)),
            Aim::AtMost(most) => (format!("≤ {most}"), Some(number <= most)),
            Aim::None => ("–".to_owned(), None),
        };
        let met = met.map_or("–", |met| if met { "yes" } else { "NO" });
        self.missed += usize::from(met == "NO");
        println!("| {what} | {database} | {made_of} | {number:.2} | {aim} | {met} |");
    }

    /// Prints that a figure is missing, and why.
    pub fn not_measured(&mut self, what: &str, database: &str, why: &str) {
        println!("| {what} | {database} | not measured: {why} | | | |");
    }

    /// Prints the end.
    pub fn end(self) {
        println!("\nLoad at the end: {}. Aims missed: {}.", load(), self.missed);
    }
}

fn load() -> String {
    std::fs::read_to_string("/proc/loadavg").map_or_else(
        |_| "not known".to_owned(),
        |load| load.split(' ').take(3).collect::<Vec<_>>().join(" "),
    )
}
