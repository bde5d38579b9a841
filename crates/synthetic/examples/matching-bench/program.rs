//! The program that is measured, run as somebody runs it, watched from outside.

use std::{
    error::Error,
    path::Path,
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

/// How often the program is looked at.
const OFTEN: Duration = Duration::from_millis(20);
/// Linux counts a process's time in hundredths of a second.
const TICKS: f64 = 100.0;

pub struct Program<'a> {
    pub path: &'a Path,
    /// For what it writes.
    pub folder: &'a Path,
}

/// What a run took. Processor time and memory are as last seen while it ran; 0 where `/proc` isn't.
#[derive(Debug, Clone, Copy, Default)]
pub struct Took {
    pub seconds: f64,
    pub processor_seconds: f64,
    pub megabytes: f64,
}

impl Program<'_> {
    /// Runs one of the program's `match` commands.
    pub fn run(&self, command: &[&str], files: &[(&str, &Path)]) -> Result<Took, Box<dyn Error>> {
        let mut run = Command::new(self.path);
        run.arg("match").args(command).stdout(Stdio::null());
        for (option, file) in files {
            run.arg(option).arg(file);
        }
        let began = Instant::now();
        let mut child = run.spawn()?;
        let mut took = Took::default();
        let ended = loop {
            if let Some(ended) = child.try_wait()? {
                break ended;
            }
            took.look_at(child.id());
            sleep(OFTEN);
        };
        took.seconds = began.elapsed().as_secs_f64();
        if ended.success() { Ok(took) } else { Err(format!("sightline match: {ended}").into()) }
    }
}

impl Took {
    fn look_at(&mut self, process: u32) {
        let read = |file| std::fs::read_to_string(format!("/proc/{process}/{file}"));
        if let Ok(status) = read("status") {
            let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kilobytes =
                most.and_then(|most| most.split_whitespace().next()?.parse::<f64>().ok());
            self.megabytes = kilobytes.map_or(self.megabytes, |k| k / 1_000.0);
        }
        if let Ok(stat) = read("stat") {
            // After the name, which may hold spaces, in its brackets.
            let after = stat.rsplit(')').next().unwrap_or_default();
            let fields = after.split_whitespace().skip(11).take(2);
            let ticks: f64 = fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
            self.processor_seconds = ticks / TICKS;
        }
    }
}
