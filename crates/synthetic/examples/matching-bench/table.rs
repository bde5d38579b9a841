//! The figures as a Markdown table, with the machine that they were measured on.

/// What a figure should be.
#[derive(Debug, Clone, Copy)]
pub enum Aim {
    AtLeast(f64),
    AtMost(f64),
    /// It is printed, and says something only beside others.
    None,
}

/// A figure is printed as soon as it is known.
pub struct Table {
    aims: usize,
    missed: usize,
}

impl Table {
    /// Prints what the figures are measured on.
    pub fn begin() -> Self {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        println!("Matching: one run, {cores} cores, load {} at the beginning.\n", load());
        println!("| Set | What | Measured | Aim | Met |");
        println!("| --- | --- | --: | --: | --- |");
        Self { aims: 0, missed: 0 }
    }

    /// Prints a figure.
    pub fn figure(&mut self, set: &str, what: &str, number: f64, aim: Aim) {
        let (aim, met) = match aim {
            Aim::AtLeast(least) => (format!("≥ {}", short(least)), Some(number >= least)),
            Aim::AtMost(most) => (format!("≤ {}", short(most)), Some(number <= most)),
            Aim::None => ("–".to_owned(), None),
        };
        let met = met.map_or("–", |met| if met { "met" } else { "MISSED" });
        self.aims += usize::from(met != "–");
        self.missed += usize::from(met == "MISSED");
        println!("| {set} | {what} | {} | {aim} | {met} |", short(number));
    }

    /// Prints that figures are missing, and why.
    pub fn not_measured(&mut self, why: &str, set: &str) {
        println!("| {set} | not measured: {why} | | | |");
    }

    /// Prints the end.
    pub fn end(self) {
        println!("\nLoad at the end: {}. Aims missed: {} of {}.", load(), self.missed, self.aims);
    }
}

/// As many digits as say something.
fn short(number: f64) -> String {
    match number {
        n if n.fract() == 0.0 => format!("{n:.0}"),
        n if n >= 10.0 => format!("{n:.1}"),
        n if n > 1.0 => format!("{n:.2}"),
        n => format!("{n:.4}"),
    }
}

fn load() -> String {
    let words = |load: String| load.split(' ').take(3).collect::<Vec<_>>().join(" ");
    std::fs::read_to_string("/proc/loadavg").map_or_else(|_| "not known".to_owned(), words)
}
