//! A partnership of its own, from an empty database to the first person who signs in: by the commands that
//! whoever runs the server types, against a real process. Nothing invented is in it.

use std::{
    io::Read as _,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{
    crash::{Answer, request},
    support::fresh_postgres,
};

/// The database of a partnership, with its key.
struct Place {
    folder: TempDir,
    database: String,
}

impl Place {
    fn command(&self, what: &str, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sightline"));
        command.arg(what).args(["--database", &self.database, "--key"]);
        command.arg(self.folder.path().join("key")).args(more).stdin(Stdio::null());
        command.current_dir(self.folder.path());
        command
    }

    /// Whether it went well, and what it said.
    fn runs(&self, what: &str, more: &[&str]) -> (bool, String) {
        ends(&mut self.command(what, more))
    }

    fn begins(&self) -> (bool, String) {
        let record = [
            "--partnership",
            "Saltmere Safeguarding Partnership",
            "--hub-phone",
            "01632 960 500",
            "--out-of-hours-phone",
            "01632 960 501",
            "--thresholds",
            "Levels of need, edition 3",
            "--council",
            "Saltmere Council",
            "--name",
            "Jan Invented-First",
            "--email",
            "jan@saltmere.example",
        ];
        self.runs("begin", &record)
    }
}

/// Whether a command that must end by itself went well, and what it said. One that serves instead would
/// hold the tests up for ever.
fn ends(command: &mut Command) -> (bool, String) {
    let mut running =
        Running(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts"));
    let until = Instant::now() + Duration::from_mins(2);
    let status = loop {
        match running.0.try_wait().expect("it can be asked") {
            Some(status) => break status,
            None => assert!(Instant::now() < until, "{command:?} does not end"),
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    let mut said = String::new();
    running.0.stdout.take().expect("what it says").read_to_string(&mut said).expect("text");
    running.0.stderr.take().expect("what it says").read_to_string(&mut said).expect("text");
    (status.success(), said)
}

/// What a server of real records is told.
fn told(port: u16) -> Vec<String> {
    [
        "--address",
        &format!("http://localhost:{port}"),
        "--listen",
        &format!("127.0.0.1:{port}"),
        "--mail",
        "smtp://127.0.0.1:9",
        "--from",
        "Sightline <sightline@saltmere.example>",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number").port()
}

/// A server that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn answers(port: u16, method: &str, path: &str, form: &str) -> Answer {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        match request(port, method, path, "", form).await {
            Some(answer) => return answer,
            None => assert!(Instant::now() < until, "the server does not come up"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn a_partnership_begins(place: Place) {
    let port = free_port();
    let told = told(port);
    let told: Vec<_> = told.iter().map(String::as_str).collect();
    let serve = |more: &[&str]| place.runs("serve", more);
    let (served, said) = serve(&told);
    assert!(!served && said.contains("sightline begin"), "{said}");
    let (begun, said) = place.begins();
    assert!(begun, "{said}");
    let code = said.lines().find(|line| line.starts_with("    ")).expect("a code").trim();
    assert_eq!(code.split('-').count(), 4, "{said}");
    let (again, said) = place.begins();
    assert!(!again && said.contains("Somebody is there already"), "{said}");

    // Whoever lost theirs gets another from the server; the first one works no more.
    let (made, said) = place.runs("code", &["jan@saltmere.example"]);
    assert!(made, "{said}");
    let second = said.lines().find(|line| line.starts_with("    ")).expect("a code").trim();
    assert_ne!(code, second);
    let (nobodys, said) = place.runs("code", &["nobody@saltmere.example"]);
    assert!(!nobodys && said.contains("Nobody who works here"), "{said}");

    // Nothing is served before a restore was proved, nor without what tells people in time.
    let (served, said) = serve(&told);
    assert!(!served && said.contains("No backup of this database was ever restored"), "{said}");
    for missing in ["--address", "--mail", "--from"] {
        let at = told.iter().position(|word| *word == missing).expect("it is told");
        let rest = [&told[..at], &told[at + 2..]].concat();
        let (served, said) = serve(&rest);
        assert!(!served && said.contains(missing), "{said}");
    }
    let (held, said) = place.runs("drill", &[]);
    assert!(held && said.contains("rows were restored and proved"), "{said}");
    let (demo, said) = place.runs("demo", &["--listen", "127.0.0.1:0"]);
    assert!(!demo && said.contains("a partnership’s own"), "{said}");

    // A backup is made by itself, proved, and put where it was told.
    let backups = place.folder.path().join("backups");
    let to = backups.display().to_string();
    let told = [&told[..], &["--backups", &to]].concat();
    let (served, said) = serve(&told);
    assert!(!served && said.contains("There is no folder"), "{said}");
    std::fs::create_dir(&backups).unwrap();
    let serving = place.command("serve", &told).stdout(Stdio::null()).spawn().expect("it starts");
    let _serving = Running(serving);
    let page = answers(port, "GET", "/sign-in", "").await;
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("invented") && !page.body.contains("demo"), "{}", page.body);
    let wrong = "email=jan%40saltmere.example&sign-in-code=abcde-fghjk-mnpqr-tvwxy\
        &password=thirteen+green+kettles&password-again=thirteen+green+kettles";
    assert_ne!(answers(port, "POST", "/first-sign-in", wrong).await.status, 303);
    let old = wrong.replace("abcde-fghjk-mnpqr-tvwxy", code);
    assert_ne!(answers(port, "POST", "/first-sign-in", &old).await.status, 303);
    let right = wrong.replace("abcde-fghjk-mnpqr-tvwxy", second);
    let set = answers(port, "POST", "/first-sign-in", &right).await;
    assert!(set.status == 200 || set.status == 303, "{} {}", set.status, set.body);
    let form = "email=jan%40saltmere.example&password=thirteen+green+kettles";
    let signed_in = answers(port, "POST", "/sign-in", form).await;
    assert_eq!(signed_in.status, 303, "{}", signed_in.body);
    let cookie = signed_in.header("set-cookie").expect("a cookie").to_owned();
    let cookie = cookie.split(';').next().expect("a value");
    let staff = request(port, "GET", "/agencies", cookie, "").await.expect("an answer");
    assert_ne!(staff.status, 200, "nothing opens before there is a second step");
    let until = Instant::now() + Duration::from_secs(60);
    while answers(port, "GET", "/healthz", "").await.body.contains("the last backup") {
        assert!(Instant::now() < until, "no backup is made");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut names = std::fs::read_dir(&backups).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(names.any(|name| name.to_string_lossy().ends_with(".backup.proved")));
}

#[tokio::test]
async fn a_partnership_of_its_own_begins_and_is_served_once_a_restore_was_proved() {
    let folder = TempDir::new().unwrap();
    let database = format!("sqlite:{}", folder.path().join("own.sqlite").display());
    a_partnership_begins(Place { folder, database }).await;
    match std::env::var("SIGHTLINE_TEST_POSTGRES") {
        Ok(cluster) => {
            let database = fresh_postgres(&cluster).await;
            a_partnership_begins(Place { folder: TempDir::new().unwrap(), database }).await;
        }
        Err(_) => eprintln!("SKIPPED on PostgreSQL: SIGHTLINE_TEST_POSTGRES is not set"),
    }
}

fn sightline(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sightline"));
    ends(command.args(arguments).current_dir(folder).stdin(Stdio::null()))
}

/// Where everybody knows everybody's password, no real record may be entered (ADR 25).
#[test]
fn real_records_are_never_served_where_a_demo_lies() {
    let folder = TempDir::new().unwrap();
    let (served, said) = sightline(folder.path(), &["serve"]);
    assert!(!served && said.contains("never lie where a demo does"), "{said}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "and nothing is made");
}
