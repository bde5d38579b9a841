//! The agencies, settings and staff of the invented partnership of Seaholme.

use platform::db::{On, Runs};
use practice::{calendar::Day, roles::Role};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    access::{Action, passwords},
    doors::{Change, Pen},
    error::{Error, Result},
    ids::{AgencyId, SettingId, StaffId, reference},
};

/// An invented agency: its name, its kind, and its settings.
struct Agency {
    name: &'static str,
    kind: &'static str,
    settings: &'static [(&'static str, &'static str)],
}

const AGENCIES: &[Agency] = &[
    Agency {
        name: "Seaholme Council Children’s Services",
        kind: "council",
        settings: &[("Seaholme Request for Support Hub", "hub")],
    },
    Agency {
        name: "Seaholme schools",
        kind: "school",
        settings: &[
            ("Marram Primary School", "primary"),
            ("Saltmarsh Primary School", "primary"),
            ("Cockle Row Primary School", "primary"),
            ("Lantern Street Primary School", "primary"),
            ("Tern Hill Primary School", "primary"),
            ("St Brannock’s Primary School", "primary"),
            ("Driftwood Academy", "secondary"),
            ("Beacon High School", "secondary"),
            ("Harbour View School", "secondary"),
            ("The Anchorage", "alternative provision"),
            ("Seaholme Sixth Form", "post-16"),
        ],
    },
    Agency {
        name: "Seaholme early years",
        kind: "early years",
        settings: &[
            ("Pebbles Nursery", "nursery"),
            ("Little Limpets Nursery", "nursery"),
            ("Sandcastles Childminding", "childminder"),
            ("Starfish Pre-school", "nursery"),
        ],
    },
    Agency {
        name: "Seaholme and District NHS Trust",
        kind: "health",
        settings: &[
            ("Seaholme General Hospital emergency department", "hospital"),
            ("Seaholme maternity unit", "midwifery"),
            ("North Shore health visiting", "health visiting"),
            ("South Shore health visiting", "health visiting"),
            ("School nursing", "school nursing"),
        ],
    },
    Agency {
        name: "Seaholme general practices",
        kind: "health",
        settings: &[
            ("Quayside Surgery", "general practice"),
            ("Lifeboat Lane Surgery", "general practice"),
        ],
    },
    Agency {
        name: "North Fylding Police",
        kind: "police",
        settings: &[("Seaholme public protection unit", "police")],
    },
    Agency { name: "Probation, Seaholme office", kind: "probation", settings: &[] },
    Agency {
        name: "Seaholme Homes",
        kind: "housing",
        settings: &[("Seaholme Homes tenancy team", "housing"), ("Jetty House hostel", "hostel")],
    },
    Agency {
        name: "Seaholme Youth Justice Team",
        kind: "youth justice",
        settings: &[("Youth Justice Team", "youth justice")],
    },
    Agency {
        name: "Harbour Light (domestic abuse charity)",
        kind: "charity",
        settings: &[("Harbour Light outreach", "charity")],
    },
    Agency {
        name: "Tideway (young people’s substance use service)",
        kind: "charity",
        settings: &[("Tideway", "charity")],
    },
    Agency {
        name: "Seaholme Families Together",
        kind: "charity",
        settings: &[("Families Together centre", "charity")],
    },
];

/// Somebody who can sign in to the demo by name. The rest of the staff are made up in number.
pub struct Player {
    pub name: &'static str,
    pub email: &'static str,
    pub job: &'static str,
    pub setting: &'static str,
    pub roles: &'static [Role],
}

/// Who can sign in, as `make demo` prints them.
pub const PLAYERS: &[Player] = &[
    Player {
        name: "Tamsin Okafor-Demo",
        email: "tamsin@marram.example",
        job: "Deputy head and designated safeguarding lead",
        setting: "Marram Primary School",
        roles: &[Role::Practitioner, Role::SafeguardingLead],
    },
    Player {
        name: "Owen Pryce-Demo",
        email: "owen@marram.example",
        job: "Year 4 teacher",
        setting: "Marram Primary School",
        roles: &[Role::Practitioner],
    },
    Player {
        name: "Halima Yusuf-Demo",
        email: "halima@health.example",
        job: "Health visitor",
        setting: "North Shore health visiting",
        roles: &[Role::Practitioner],
    },
    Player {
        name: "Dee Marlowe-Demo",
        email: "dee@hub.example",
        job: "Social worker, Request for Support Hub",
        setting: "Seaholme Request for Support Hub",
        roles: &[Role::HubWorker, Role::DutyWorker],
    },
    Player {
        name: "Sunil Rao-Demo",
        email: "sunil@hub.example",
        job: "Social worker, Request for Support Hub",
        setting: "Seaholme Request for Support Hub",
        roles: &[Role::HubWorker],
    },
    Player {
        name: "Marguerite Bell-Demo",
        email: "marguerite@hub.example",
        job: "Team manager, Request for Support Hub",
        setting: "Seaholme Request for Support Hub",
        roles: &[Role::HubManager],
    },
    Player {
        name: "Jo Fenwick-Demo",
        email: "jo@unit.example",
        job: "Partnership Business Unit",
        setting: "Seaholme Request for Support Hub",
        roles: &[Role::BusinessUnit],
    },
];

/// Sets up the invented partnership. It refuses where anybody is on the record already.
#[derive(Debug, Serialize)]
pub struct SetUp {
    /// The day from which everybody is there.
    pub from: Day,
}

impl Change for SetUp {
    type Made = ();
    const WHAT: &'static str = "demo:set-up";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        let password = passwords::hash(super::PASSWORD)?;
        let mut settings = Vec::new();
        for agency in AGENCIES {
            settings.extend(insert_agency(pen, agency).await?);
        }
        for player in PLAYERS {
            let place = settings
                .iter()
                .find(|p| p.name == player.setting)
                .ok_or_else(|| Error::fault("setting up the demo", player.setting))?;
            insert_staff(pen, place, player, &password, self.from).await?;
        }
        pen.journal(Self::WHAT, &[], &serde_json::to_vec(&self)?).await?;
        Ok(())
    }
}

/// Where somebody works.
struct Place {
    name: &'static str,
    agency: AgencyId,
    setting: SettingId,
}

async fn insert_agency(pen: &Pen<'_>, agency: &Agency) -> Result<Vec<Place>> {
    let id = AgencyId::new();
    pen.tx
        .run(
            "INSERT INTO agency (id, reference, name, kind) VALUES ($1, $2, $3, $4)",
            [id.into(), reference().into(), agency.name.into(), agency.kind.into()],
        )
        .await?;
    let mut places = Vec::new();
    for (name, kind) in agency.settings {
        let setting = SettingId::new();
        pen.tx
            .run(
                "INSERT INTO setting (id, reference, agency_id, name, kind, term_calendar) \
                 VALUES ($1, $2, $3, $4, $5, $6)",
                [
                    setting.into(),
                    reference().into(),
                    id.into(),
                    (*name).into(),
                    (*kind).into(),
                    (agency.kind == "school").then_some("demo-2026-27").into(),
                ],
            )
            .await?;
        places.push(Place { name, agency: id, setting });
    }
    Ok(places)
}

async fn insert_staff(
    pen: &Pen<'_>,
    place: &Place,
    player: &Player,
    password: &str,
    from: Day,
) -> Result<()> {
    let id = StaffId::new();
    pen.tx
        .run(
            "INSERT INTO staff (id, reference, agency_id, setting_id, name, email, phone, job, \
             password, joined_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            [
                id.into(),
                reference().into(),
                place.agency.into(),
                place.setting.into(),
                player.name.into(),
                player.email.into(),
                "01632 960 123".into(),
                player.job.into(),
                password.into(),
                On(from).into(),
            ],
        )
        .await?;
    for role in player.roles {
        pen.tx
            .run(
                "INSERT INTO staff_role (id, staff_id, role, from_on) VALUES ($1, $2, $3, $4)",
                [Uuid::now_v7().into(), id.into(), role.slug().into(), On(from).into()],
            )
            .await?;
    }
    Ok(())
}
