//! What is due to somebody: the clocks that run on what they hold, on what nobody holds and their
//! role is to do, and the decisions that wait for their signature. All of it is read from clocks.

use platform::db::{At, On, Row, Runs, sea_orm};
use practice::{
    calendar::day_of,
    pathway::{Local, Process},
    processes::{
        PROCESSES,
        request_for_support::{RequestForSupport, Stage},
    },
    roles::Role,
};
use uuid::Uuid;

use crate::{
    access::Action,
    doors::{Glass, Look},
    error::Result,
};

/// How many are shown: the rest is in the queue, in the same order.
pub const MOST: usize = 12;

/// A look at what is due to the asker, the most urgent first.
#[derive(Debug)]
pub struct DueToMe {
    /// The roles that the asker holds.
    pub roles: Vec<Role>,
}

/// Something that is due.
#[derive(Debug, Clone, Row)]
pub struct Due {
    pub code: String,
    pub danger: bool,
    pub breach_at: At,
    pub contact: String,
    pub stage: String,
    pub given: String,
    pub family: String,
    pub expected_on: Option<On>,
    /// What must be said of the limit.
    #[sea_orm(skip)]
    pub caveat: Option<String>,
}

impl Look for DueToMe {
    type Seen = Vec<Due>;
    const WHAT: &'static str = "front-door:due-to-me";
    const ACTION: Action = Action::MindOwnSession;

    async fn see(self, glass: &Glass<'_>) -> Result<(Vec<Due>, Vec<Uuid>)> {
        let today = day_of(glass.app.clock.now());
        let text = format!(
            "SELECT k.code, s.danger, k.breach_at, c.reference AS contact, p.stage, n.given, n.family, \
             a.expected_on FROM clock k JOIN pathway p ON p.id = k.pathway_id \
             JOIN contact c ON c.id = p.contact_id JOIN account a ON a.id = p.account_id \
             JOIN account_name n ON n.account_id = a.id AND n.kind = 'called' \
             JOIN screening s ON s.pathway_id = p.id \
             WHERE k.state = 'running' AND (p.holder_id = $1 OR ({}) OR ({})) AND {} \
             ORDER BY s.urgency, k.breach_at, k.started_by, k.code LIMIT {}",
            nobodys(&self.roles, today),
            to_sign(&self.roles),
            glass.scope.contacts("c", 2),
            MOST + 1,
        );
        let own = std::iter::once(glass.scope.own().into());
        let values: Vec<_> = own.chain(glass.scope.values()).collect();
        let mut due: Vec<Due> = glass.db.all(&text, values).await?;
        let rules = glass.app.rules();
        for one in &mut due {
            one.caveat = rules.caveat(&one.code, one.breach_at.0);
        }
        Ok((due, Vec::new()))
    }
}

/// What nobody holds and one of these roles is to do. The codes are constants of ours.
fn nobodys(roles: &[Role], today: practice::calendar::Day) -> String {
    let codes: Vec<String> = PROCESSES
        .iter()
        .flat_map(|process| process.duties(&Local::default(), today))
        .filter(|duty| roles.contains(&duty.owner))
        .map(|duty| format!("'{}'", duty.code))
        .collect();
    if codes.is_empty() {
        return "1 = 0".to_owned();
    }
    format!("p.holder_id IS NULL AND k.code IN ({})", codes.join(", "))
}

fn to_sign(roles: &[Role]) -> String {
    if !roles.contains(&Role::HubManager) {
        return "1 = 0".to_owned();
    }
    format!("p.stage = '{}'", RequestForSupport::name(Stage::ForSignature))
}
