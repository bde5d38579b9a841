//! Telling people that something waits for them. What waits is read on a page after signing in;
//! a message outside carries no name, no reference and no word of what happened.

pub mod jobs;
pub mod notices;

use platform::{
    db::{At, Runs},
    outbox,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    doors::Pen,
    error::Result,
    ids::{ContactId, StaffId},
};

/// Why somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A request arrived.
    Arrived,
    /// A request speaks of immediate danger.
    Danger,
    /// Such a request was not read in time, or a decision is late.
    Raised,
    /// A manager sent a decision back.
    SentBack,
    /// A request was answered.
    Answered,
}

impl Kind {
    /// The stored form.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Arrived => "arrived",
            Self::Danger => "danger",
            Self::Raised => "raised",
            Self::SentBack => "sent-back",
            Self::Answered => "answered",
        }
    }

    /// What the person reads on their page.
    pub fn title(slug: &str) -> &'static str {
        match slug {
            "arrived" => "Your request arrived",
            "danger" => "A request speaks of immediate danger: read it now",
            "raised" => "A request was not dealt with in time",
            "sent-back" => "A decision was sent back to you",
            _ => "Your request was answered",
        }
    }
}

/// The outbox's name for an e-mail.
pub const MAIL: &str = "mail";

/// Tells somebody that something waits: on their page, and by an e-mail that says only so.
pub async fn notify(pen: &Pen<'_>, to: StaffId, kind: Kind, contact: ContactId) -> Result<()> {
    pen.tx
        .run(
            "INSERT INTO notice (id, staff_id, kind, contact_id, made_at) \
             VALUES ($1, $2, $3, $4, $5)",
            [
                Uuid::now_v7().into(),
                to.into(),
                kind.slug().into(),
                contact.into(),
                At(pen.now).into(),
            ],
        )
        .await?;
    outbox::ask(pen.tx, MAIL, &to.0.to_string(), pen.now, pen.now).await?;
    Ok(())
}
