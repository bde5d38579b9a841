//! Sightline: the slices, the two doors, the server and its command line.

pub mod access;
pub mod backup;
pub mod beginning;
pub mod bench;
pub mod break_glass;
pub mod cli;
pub mod conservation;
pub mod data_requests;
pub mod demo;
pub mod disclosing;
pub mod doors;
pub mod drill;
pub mod error;
pub mod files;
pub mod front_door;
pub mod ids;
pub mod import;
pub mod intelligence;
pub mod involving;
pub mod journal_tree;
pub mod ledger;
pub mod limits;
pub mod measures;
pub mod migrations;
pub mod organisations;
pub mod out_of_hours;
pub mod pacing;
pub mod pathways;
pub mod people;
pub mod publishing;
pub mod pulse;
pub mod questionnaires;
pub mod recognising;
pub mod retention;
pub mod running;
pub mod sealed_with;
pub mod settings;
pub mod sharing;
pub mod unusual;
pub mod web;
pub mod who_looked;

use std::{
    net::IpAddr,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use platform::{clock::Clock, db::Db, seal::Keys};
use practice::calendar::Calendar;
use settings::{Partnership, Rules};

/// The application: everything that its parts need, and nothing that they could ask for
/// themselves.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// What time it is.
    pub clock: Clock,
    /// What seals and unseals.
    pub keys: Arc<Keys>,
    /// Whether looks are journaled. Only `make bench` turns it off, to measure what it costs.
    pub journals_looks: bool,
    /// How long somebody waits for each record past forty in an hour; where there is nothing, it is
    /// not counted what anybody opens: only `make bench` does so, which opens more than people can.
    pub slows_by: Option<Duration>,
    /// How fast somebody may go on; where there is nothing, as fast as they like: a partnership's
    /// own server holds people to it, and neither the demo nor `make bench`.
    pub rates: Option<Arc<web::rates::Rates>>,
    /// At the end of which step of time a refusal is answered; where there is nothing, at once: whoever
    /// is served over a network waits for it.
    pub refuses_after: Option<Duration>,
    /// Whether the people in it are invented and anybody may sign in as one of them.
    pub demo: bool,
    /// The address that messages point to.
    pub address: String,
    /// The proxies that stand in front, and are believed when they say from whom a request came.
    pub proxies: Arc<[IpAddr]>,
    /// Who looks for malicious software in files.
    pub scanner: files::scanning::Scanner,
    /// How much of the machine files may take.
    pub room: files::Room,
    /// The looks that wait to be journaled.
    pub looks: doors::looks::Looks,
    /// When the workers last turned.
    pub pulse: Arc<pulse::Pulse>,
    /// What the last count of what is kept came to.
    pub conserved: Arc<conservation::Last>,
    /// What is known of the backups that this server makes by itself.
    pub backups: Arc<backup::nightly::Last>,
    rules: Arc<RwLock<Arc<Rules>>>,
    questionnaires: Arc<questionnaires::Library>,
    tries: Arc<access::tries::Tries>,
    paces: Arc<pacing::Paces>,
}

/// How long somebody waits for a record who opened many: a person hardly minds, a program is held up.
const SLOWLY: Duration = Duration::from_secs(2);

impl App {
    /// The application over an open database, with the rules that stand in it.
    ///
    /// # Errors
    /// When what is stored can't be read, or was sealed with another key; or the journal is not one
    /// that its tree can grow over.
    pub async fn over(db: Db, clock: Clock, keys: Keys, address: String) -> error::Result<Self> {
        // Nobody is asked in before it can be decided what they may see.
        access::policies::shipped()?;
        sealed_with::prove(&db, &keys).await?;
        journal_tree::building::build(&db, false).await?;
        conservation::begin(&db).await?;
        let keys = Arc::new(keys);
        recognising::keys::take_up(&db, &keys).await?;
        people::home::take_up(&db, &keys).await?;
        people::declared::take_up(&db, &keys).await?;
        let rules = settings::rules(&db.reads()).await?;
        let stopped = pacing::stopping::all_unsaid(&db.reads()).await?;
        Ok(Self {
            looks: doors::looks::Looks::default(),
            scanner: files::scanning::Scanner::Nobody,
            room: files::Room::default(),
            pulse: Arc::new(pulse::Pulse::from(clock.now())),
            conserved: Arc::default(),
            backups: Arc::default(),
            clock,
            keys,
            journals_looks: true,
            slows_by: Some(SLOWLY),
            rates: None,
            refuses_after: None,
            demo: true,
            address,
            proxies: Arc::default(),
            rules: Arc::new(RwLock::new(Arc::new(rules))),
            questionnaires: Arc::new(questionnaires::Library::shipped()?),
            tries: Arc::default(),
            paces: Arc::new(pacing::Paces::with_stopped(stopped)),
            db,
        })
    }

    /// The rules in force.
    pub fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.rules.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The partnership's record in force.
    pub fn partnership(&self) -> Arc<Partnership> {
        self.rules().partnership(self.clock.now())
    }

    /// The calendar in force, with the hub's own hours.
    pub fn calendar(&self) -> Calendar {
        self.rules().calendar().with_hub_hours(self.partnership().hub_hours.clone())
    }

    /// The questionnaires, by name and version.
    pub fn questionnaires(&self) -> &questionnaires::Library {
        &self.questionnaires
    }

    /// The passwords that were tried lately.
    pub fn tries(&self) -> &access::tries::Tries {
        &self.tries
    }

    /// What everybody opened lately.
    pub fn paces(&self) -> &pacing::Paces {
        &self.paces
    }

    pub(crate) fn set_rules(&self, rules: Arc<Rules>) {
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = rules;
    }
}
