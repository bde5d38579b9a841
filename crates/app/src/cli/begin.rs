//! Beginning a partnership of its own, and the drill that proves that it can be restored.

use std::process::ExitCode;

use clap::Args;

use super::Database;
use crate::{
    access::{Actor, first_sign_in},
    beginning::{Begin as Begins, Record},
    doors, drill,
    error::{Error, Result},
    ids::reference,
    organisations::{confirming::MakeCode, staff::Details},
};

#[derive(Args)]
pub struct Begin {
    #[command(flatten)]
    database: Database,
    /// What the partnership is called.
    #[arg(long)]
    partnership: String,
    /// The number to ring while the hub is open. It stands on every page.
    #[arg(long)]
    hub_phone: String,
    /// The number to ring when it is not: the Emergency Duty Team.
    #[arg(long)]
    out_of_hours_phone: String,
    /// The threshold document that decisions are made by, with its edition.
    #[arg(long)]
    thresholds: String,
    /// What the council is called.
    #[arg(long)]
    council: String,
    /// The name of whoever looks after agencies and staff.
    #[arg(long)]
    name: String,
    /// Their own e-mail address, by which they sign in: no shared mailbox.
    #[arg(long)]
    email: String,
    /// What they are.
    #[arg(long, default_value = "Partnership Business Unit")]
    job: String,
}

pub async fn begin(begin: Begin) -> Result<ExitCode> {
    begin.database.must_be_named()?;
    let app = begin.database.open(String::new()).await?;
    let code = first_sign_in::code(&app, &reference());
    let change = Begins {
        record: Record {
            name: begin.partnership,
            hub_phone: begin.hub_phone,
            out_of_hours_phone: begin.out_of_hours_phone,
            thresholds: begin.thresholds,
        },
        council: begin.council,
        first: Details {
            name: begin.name,
            email: begin.email.clone(),
            job: begin.job,
            phone: None,
            ..Details::default()
        },
        code_hash: first_sign_in::hash(&code),
    };
    doors::record(&app, &Actor::platform(), change).await?;
    println!("The partnership has begun.");
    tell(&begin.email, &code);
    println!(
        "They then add agencies, teams and staff in the browser, among \
         them somebody else for the Business Unit: nobody changes their own roles.\n\
         Next: `sightline drill`, and then `sightline serve`."
    );
    Ok(ExitCode::SUCCESS)
}

fn tell(email: &str, code: &str) {
    println!(
        "{email} signs in at /first-sign-in with this code, once, within 24 hours:\n\n    {code}\n"
    );
    println!("Hand it over in person or by telephone.");
}

#[derive(Args)]
pub struct Code {
    #[command(flatten)]
    database: Database,
    /// The e-mail address with which they sign in.
    email: String,
}

pub async fn code(asked: Code) -> Result<ExitCode> {
    if asked.database.is_missing() {
        return Err(Error::refusal("There is no database there"));
    }
    let app = asked.database.open(String::new()).await?;
    let code = first_sign_in::code(&app, &reference());
    let (email, code_hash) = (asked.email.clone(), first_sign_in::hash(&code));
    doors::record(&app, &Actor::platform(), MakeCode { email, code_hash }).await?;
    tell(&asked.email, &code);
    println!("That you made it from the server is in the journal. It ends their second step.");
    Ok(ExitCode::SUCCESS)
}

#[derive(Args)]
pub struct Drill {
    #[command(flatten)]
    database: Database,
}

pub async fn hold(asked: &Drill) -> Result<ExitCode> {
    if asked.database.is_missing() {
        return Err(Error::refusal("There is no database there"));
    }
    let wrapping = asked.database.wrapping()?;
    let app = asked.database.open(String::new()).await?;
    let folder = drill::Scratch::make()?;
    println!("Making a backup, and restoring it beside …");
    let drill = drill::hold(&app, &wrapping, folder.path()).await?;
    if drill.was_sound() {
        println!("{} rows were restored and proved in {}.", drill.rows, drill.took());
        return Ok(ExitCode::SUCCESS);
    }
    println!("The drill failed:\n{}", drill.wrong);
    Ok(ExitCode::FAILURE)
}
