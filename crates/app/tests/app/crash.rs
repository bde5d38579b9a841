//! The crash test: the server is killed again and again during a stream of submissions, and every
//! one that was acknowledged is there, once and whole, on both databases.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use app::{App, sealed_with};
use platform::{
    clock::Clock,
    db::{Db, Row, Runs, sea_orm},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{browser::Browser, support::fresh_postgres};

/// How often the server is killed; more with `SIGHTLINE_CRASH_ROUNDS`.
const ROUNDS: usize = 6;
/// How long the server may take until it is ready. The bar is 2 seconds on SQLite and 5 on PostgreSQL,
/// of the program as it is shipped and a machine that does nothing else: what it took is printed.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many people submit at once.
const PEOPLE: usize = 6;

struct Server {
    process: Child,
    port: u16,
    url: String,
    key: PathBuf,
}

impl Server {
    async fn start(url: &str, key: &Path, port: u16) -> Self {
        let process = Command::new(env!("CARGO_BIN_EXE_sightline"))
            .args(["demo", "--scale", "0", "--database", url, "--key"])
            .arg(key)
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let server = Self { process, port, url: url.to_owned(), key: key.to_owned() };
        let until = Instant::now() + PATIENCE;
        while request(port, "GET", "/healthz", "", "").await.is_none_or(|a| a.status != 200) {
            assert!(Instant::now() < until, "the server does not come up");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        server
    }

    /// As a power cut would: no handler runs, nothing is flushed.
    fn kill(mut self) -> (String, PathBuf, u16) {
        self.process.kill().expect("killed");
        self.process.wait().expect("gone");
        (self.url, self.key, self.port)
    }
}

pub struct Answer {
    pub status: u16,
    head: String,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// One request on a connection of its own; `None` when no whole answer came.
pub async fn request(
    port: u16,
    method: &str,
    path: &str,
    cookie: &str,
    form: &str,
) -> Option<Answer> {
    let talk = async {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        stream.write_all(head.as_bytes()).await.ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.ok()?;
        let answer = String::from_utf8(answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some(Answer { status, head: head.to_owned(), body: body.to_owned() })
    };
    tokio::time::timeout(Duration::from_secs(15), talk).await.ok()?
}

/// Dee signs in, and sees what the forms of her session carry.
async fn signed_in(port: u16) -> (String, String, String) {
    let form = "email=dee%40hub.example&password=demo-only-password";
    let answer = request(port, "POST", "/sign-in", "", form).await.expect("an answer");
    let cookie =
        answer.header("set-cookie").expect("a cookie").split(';').next().unwrap().to_owned();
    let page = request(port, "GET", "/contacts/by-telephone", &cookie, "").await.expect("the form");
    let between = |start: &str| {
        let rest = page.body.split_once(start).expect("the form has it").1;
        rest.split_once('"').unwrap().0.to_owned()
    };
    let token = between("name=\"token\" value=\"");
    let agency = page.body.split("<option value=\"").nth(2).unwrap().split('"').next().unwrap();
    (cookie, token, agency.to_owned())
}

/// What was acknowledged: the key of each form and the contact that it became, or was added to.
type Acknowledged = Arc<Mutex<BTreeMap<String, String>>>;
/// The end of the key of what was added to a contact.
const MORE: &str = "-more";

/// Takes down one call after another and adds something to each, each form again and again with its
/// key until it is acknowledged.
async fn submit(
    person: usize,
    port: u16,
    session: (String, String, String),
    acknowledged: Acknowledged,
    enough: Arc<AtomicBool>,
) {
    let (cookie, token, agency) = session;
    let until_acknowledged = async |path: &str, form: &str| loop {
        if enough.load(Ordering::SeqCst) {
            return None;
        }
        match request(port, "POST", path, &cookie, form).await {
            Some(answer) if answer.status == 303 => {
                return Some(answer.header("location").expect("a contact").to_owned());
            }
            _ => tokio::time::sleep(Duration::from_millis(30)).await,
        }
    };
    for n in 0.. {
        let key = format!("crash-{person}-{n}");
        let form = format!(
            "token={token}&once={key}&agency={agency}&caller=Nobody&danger=no&worry=A+worry\
             &given.0=Kit&family.0=Invented-{person}-{n}"
        );
        let Some(contact) = until_acknowledged("/contacts/by-telephone", &form).await else {
            return;
        };
        acknowledged.lock().unwrap().insert(key.clone(), contact.clone());
        let more = format!("{key}{MORE}");
        let form = format!("token={token}&once={more}&danger=no&said=Said-{person}-{n}");
        if until_acknowledged(&format!("{contact}/information"), &form).await.is_none() {
            return;
        }
        acknowledged.lock().unwrap().insert(more, contact);
    }
}

/// Who reads afterwards, and how many records each: past a hundred and fifty nobody opens any.
const READERS: [&str; 4] =
    ["dee@hub.example", "sunil@hub.example", "dilys@hub.example", "marguerite@hub.example"];
const READS: usize = 140;

/// What was added to a contact and acknowledged is read there, once: of each, where four people can read them all.
async fn what_was_added_is_read(url: &str, key: &Path, acknowledged: &BTreeMap<String, String>) {
    let db = Db::open(url).await.unwrap();
    let keys = sealed_with::key_in(&db, key).await.unwrap();
    let mut app = App::over(db, Clock::system(), keys, String::new()).await.unwrap();
    app.slows_by = Some(Duration::ZERO);
    let mut reader = Browser::of(&app);
    let added = acknowledged.iter().filter(|(key, _)| key.ends_with(MORE));
    for (nth, (key, contact)) in added.take(READERS.len() * READS).enumerate() {
        if nth % READS == 0 {
            reader = Browser::of(&app);
            let signed_in = reader.sign_in(READERS[nth / READS], "demo-only-password").await;
            assert_eq!(signed_in.status, 303);
        }
        let page = reader.get(contact).await.text;
        let said = key.trim_start_matches("crash-").trim_end_matches(MORE);
        assert!(page.contains(&format!("Said-{said}<")), "{key} was acknowledged: {page}");
        assert_eq!(page.matches(">Added ").count(), 1, "{key} was added once");
    }
}

async fn crashes(url: String, folder: &TempDir) {
    let rounds =
        std::env::var("SIGHTLINE_CRASH_ROUNDS").ok().and_then(|r| r.parse().ok()).unwrap_or(ROUNDS);
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let key = folder.path().join("key");
    let mut server = Server::start(&url, &key, port).await;
    let session = signed_in(port).await;
    let acknowledged = Acknowledged::default();
    let enough = Arc::new(AtomicBool::new(false));
    let people: Vec<_> = (0..PEOPLE)
        .map(|person| {
            let (session, acknowledged) = (session.clone(), Arc::clone(&acknowledged));
            tokio::spawn(submit(person, port, session, acknowledged, Arc::clone(&enough)))
        })
        .collect();
    let mut slowest = Duration::ZERO;
    for round in 0..rounds {
        // Different moments of the stream, without chance: a failure can be told again.
        tokio::time::sleep(Duration::from_millis(150 + 173 * (round as u64 % 5))).await;
        let (url, key, port) = server.kill();
        let began = Instant::now();
        server = Server::start(&url, &key, port).await;
        slowest = slowest.max(began.elapsed());
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    enough.store(true, Ordering::SeqCst);
    for person in people {
        person.await.unwrap();
    }
    let acknowledged = acknowledged.lock().unwrap().clone();
    let (_, key, _) = server.kill();
    what_was_added_is_read(&url, &key, &acknowledged).await;
    println!("{} submissions acknowledged through {rounds} crashes", acknowledged.len());
    println!("ready again after {slowest:?} at most");
    assert!(acknowledged.len() > PEOPLE, "the stream flowed");
    all_are_there(&url, &acknowledged).await;
    whole(&url, &key);
}

async fn all_are_there(url: &str, acknowledged: &BTreeMap<String, String>) {
    #[derive(Row)]
    struct Count {
        rows: i64,
    }
    let db = Db::open(url).await.unwrap();
    let count = async |text: &str, values: Vec<sea_orm::Value>| {
        db.reads().one::<Count>(text, values).await.unwrap().unwrap().rows
    };
    for (key, contact) in acknowledged.iter().filter(|(key, _)| !key.ends_with(MORE)) {
        let reference = contact.trim_start_matches("/contacts/");
        let text = "SELECT count(*) AS rows FROM contact c JOIN pathway p ON p.contact_id = c.id \
                    JOIN screening s ON s.pathway_id = p.id WHERE c.reference = $1";
        let found = count(text, vec![reference.into()]).await;
        assert_eq!(found, 1, "{key} was acknowledged as {reference}");
        let family = format!("Invented-{}", key.trim_start_matches("crash-"));
        let text = "SELECT count(*) AS rows FROM account_name WHERE family = $1";
        assert_eq!(count(text, vec![family.into()]).await, 1, "{key} was taken once");
    }
    let half = "SELECT count(*) AS rows FROM contact c WHERE NOT EXISTS \
                (SELECT 1 FROM pathway p WHERE p.contact_id = c.id)";
    assert_eq!(count(half, vec![]).await, 0, "contacts without a child");
    let entries = count("SELECT count(*) AS rows FROM journal", vec![]).await;
    let last = count("SELECT max(seq) AS rows FROM journal", vec![]).await;
    let head = count("SELECT seq AS rows FROM journal_head", vec![]).await;
    assert_eq!((entries, entries), (last, head), "the journal has no gap");
    db.close().await;
}

/// Every derived row follows from its history.
fn whole(url: &str, key: &Path) {
    let check = Command::new(env!("CARGO_BIN_EXE_sightline"))
        .args(["rederive", "--check", "--database", url, "--key"])
        .arg(key)
        .output()
        .unwrap();
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_every_crash_on_sqlite() {
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite:{}", folder.path().join("crash.sqlite").display());
    crashes(url, &folder).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_every_crash_on_postgresql() {
    let Ok(cluster) = std::env::var("SIGHTLINE_TEST_POSTGRES") else {
        eprintln!("SKIPPED: SIGHTLINE_TEST_POSTGRES is not set");
        return;
    };
    let folder = TempDir::new().unwrap();
    let url = fresh_postgres(&cluster).await;
    crashes(url, &folder).await;
}
