//! Telling people that something waits for them. What waits is read on a page after signing in;
//! a message outside carries no name, no reference and no word of what happened.

pub mod jobs;
pub mod notices;

use jiff::{SignedDuration, Timestamp};
use platform::{
    db::{At, Row, Runs, sea_orm},
    outbox,
};
use practice::{calendar::day_of, processes::request_for_support::DANGER};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    access::officers,
    doors::Pen,
    error::Result,
    ids::{AgencyId, ContactId, StaffId},
    people::hidden,
};

/// Why somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A request arrived.
    Arrived,
    /// A request speaks of immediate danger.
    Danger,
    /// Such a request was not read in time.
    DangerUnread,
    /// A decision is late.
    Raised,
    /// More was said about a request.
    Information,
    /// A decision waits for a manager's signature.
    ToSign,
    /// A manager sent a decision back.
    SentBack,
    /// A request was answered.
    Answered,
    /// Somebody broke glass over a child of a request.
    GlassBroken,
    /// What would have gone to somebody else, who must not see it.
    Instead,
}

impl Kind {
    /// The stored form.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Arrived => "arrived",
            Self::Danger => "danger",
            Self::DangerUnread => "danger-unread",
            Self::Raised => "raised",
            Self::Information => "information",
            Self::ToSign => "to-sign",
            Self::SentBack => "sent-back",
            Self::Answered => "answered",
            Self::GlassBroken => "glass-broken",
            Self::Instead => "instead",
        }
    }

    /// What is told where nobody did in time what that duty asks.
    pub fn of_late(duty: &str) -> Self {
        if duty == DANGER { Self::DangerUnread } else { Self::Raised }
    }

    /// The kind of that stored form.
    pub fn of_slug(slug: &str) -> Self {
        let all = [Self::Arrived, Self::Danger, Self::DangerUnread, Self::Raised];
        let all = all.into_iter().chain([Self::Information, Self::ToSign]);
        let all = all.chain([Self::SentBack, Self::Answered, Self::GlassBroken]);
        all.into_iter().find(|kind| kind.slug() == slug).unwrap_or(Self::Instead)
    }

    /// What it is to whoever receives it in somebody's place: what is to be done stays what it
    /// is; what was only theirs to know is told as such.
    const fn in_their_place(self) -> Self {
        match self {
            Self::Danger
            | Self::DangerUnread
            | Self::Raised
            | Self::Information
            | Self::ToSign
            | Self::GlassBroken => self,
            Self::Arrived | Self::SentBack | Self::Answered | Self::Instead => Self::Instead,
        }
    }

    /// Whether it can't wait until the next look at one's letters.
    const fn is_urgent(self) -> bool {
        matches!(
            self,
            Self::Danger | Self::DangerUnread | Self::Raised | Self::GlassBroken | Self::Instead
        )
    }

    /// What the person reads on their page.
    pub fn title(slug: &str) -> &'static str {
        match slug {
            "arrived" => "Your request arrived",
            "danger" => "A request speaks of immediate danger: read it now",
            "danger-unread" => {
                "Nobody has read a request that speaks of immediate danger: read it now"
            }
            "raised" => "A request was not dealt with in time",
            "information" => "There is new information about a request",
            "to-sign" => "A decision waits for your signature",
            "instead" => "Something came to you in place of somebody else: look at it now",
            "glass-broken" => {
                "Somebody opened the record of a child of this request in an emergency"
            }
            "sent-back" => "A decision was sent back to you",
            _ => "Your request was answered",
        }
    }
}

/// After how long without a look something urgent is told again.
const AGAIN: SignedDuration = SignedDuration::from_mins(10);

/// The outbox's name for an e-mail.
pub const MAIL: &str = "mail";

/// Whom an e-mail goes to, and whether it is urgent; and what it is about, so that it can be
/// asked once more when it is sent. None of the rest leaves.
#[derive(Debug, Serialize, Deserialize)]
pub struct Post {
    pub to: Uuid,
    pub urgent: bool,
    #[serde(default)]
    pub about: Option<(Kind, ContactId)>,
}

/// Tells somebody by an e-mail alone that something waits, where their page shows by itself what it is.
pub async fn mail(pen: &Pen<'_>, to: StaffId, urgent: bool) -> Result<()> {
    let post = serde_json::to_string(&Post { to: to.0, urgent, about: None })?;
    outbox::ask(pen.tx, MAIL, &post, pen.now, pen.now).await?;
    Ok(())
}

/// Tells the privacy officers of an agency that something waits, or whoever stands in for them: their
/// page of unusual access shows what. Where there is nobody, the log says so.
pub async fn mail_officers(
    pen: &Pen<'_>,
    about: StaffId,
    agency: AgencyId,
    what: &str,
) -> Result<()> {
    let today = day_of(pen.now);
    let told = officers::told_of(pen.tx, agency, about, today).await?;
    if told.is_empty() {
        tracing::error!(staff = %about.0, what, "no privacy officer and no hub manager is told");
    }
    for officer in told {
        mail(pen, officer, true).await?;
    }
    Ok(())
}

/// Tells somebody that something waits: on their page, and by an e-mail that says only so. Of what
/// they were told and have not looked at yet they are not told again: three siblings are one
/// notice. What is urgent is told again once some minutes have gone without a look.
///
/// From whom the contact is hidden is not told; whoever receives it instead is. Whether anybody was.
pub async fn notify(
    pen: &mut Pen<'_>,
    to: StaffId,
    kind: Kind,
    contact: ContactId,
) -> Result<bool> {
    let told = hidden::told_for(pen, to, contact).await?;
    for staff in &told {
        let kind = if *staff == to { kind } else { kind.in_their_place() };
        tell(pen, *staff, kind, contact).await?;
    }
    Ok(!told.is_empty())
}

async fn tell(pen: &Pen<'_>, to: StaffId, kind: Kind, contact: ContactId) -> Result<()> {
    if waits_already(pen, to, kind, contact).await? {
        return Ok(());
    }
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
    let post = Post { to: to.0, urgent: kind.is_urgent(), about: Some((kind, contact)) };
    let post = serde_json::to_string(&post)?;
    outbox::ask(pen.tx, MAIL, &post, pen.now, pen.now).await?;
    Ok(())
}

async fn waits_already(pen: &Pen<'_>, to: StaffId, kind: Kind, contact: ContactId) -> Result<bool> {
    #[derive(Row)]
    struct Unread {
        rows: i64,
    }
    let since = if kind.is_urgent() { pen.now - AGAIN } else { Timestamp::UNIX_EPOCH };
    let unread: Option<Unread> = pen
        .tx
        .one(
            "SELECT count(*) AS rows FROM notice WHERE staff_id = $1 AND contact_id = $2 \
             AND kind = $3 AND read_at IS NULL AND made_at > $4",
            [to.into(), contact.into(), kind.slug().into(), At(since).into()],
        )
        .await?;
    Ok(unread.is_some_and(|u| u.rows > 0))
}
