//! The invented partnership as it stands: its agencies with their settings, who can sign in by name,
//! the teams, and what kinds of people work where. `partnership` makes rows of it.

use practice::roles::Role;

/// An invented agency: its name, its kind, and its settings.
pub(super) struct Agency {
    pub name: &'static str,
    pub kind: &'static str,
    pub settings: &'static [(&'static str, &'static str)],
}

pub(super) const AGENCIES: &[Agency] = &[
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
        name: "Petra Lindqvist-Demo",
        email: "petra@police.example",
        job: "Detective constable, public protection unit",
        setting: "Seaholme public protection unit",
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
        name: "Ines Calder-Demo",
        email: "ines@hub.example",
        job: "Information governance officer",
        setting: "Seaholme Request for Support Hub",
        roles: &[Role::PrivacyOfficer],
    },
    Player {
        name: "Jo Fenwick-Demo",
        email: "jo@unit.example",
        job: "Partnership Business Unit",
        setting: "Seaholme Request for Support Hub",
        roles: &[Role::BusinessUnit],
    },
    Player {
        name: "Wren Ashby-Demo",
        email: "wren@links.example",
        job: "Early help link worker",
        setting: "Seaholme Request for Support Hub",
        roles: &[Role::LinkWorker],
    },
    Player {
        name: "Sefa Tuilagi-Demo",
        email: "sefa@scrutiny.example",
        job: "Independent scrutineer",
        setting: "Seaholme Request for Support Hub",
        roles: &[Role::Scrutineer],
    },
    Player {
        name: "Ossian Grant-Demo",
        email: "ossian@unit.example",
        job: "System administrator",
        setting: "Seaholme Request for Support Hub",
        roles: &[Role::Administrator],
    },
];

/// A job and the roles that go with it.
pub(super) type Job = (&'static str, &'static [Role]);

const LEAD: Job = ("Designated safeguarding lead", &[Role::Practitioner, Role::SafeguardingLead]);
const SCREENER: Job = ("Social worker, Request for Support Hub", &[Role::HubWorker]);

/// An invented team: its agency, its kind, how it is reached, and who is in it.
pub(super) struct Team {
    pub agency: &'static str,
    pub name: &'static str,
    pub kind: &'static str,
    pub phone: &'static str,
    /// The setting whose staff are in it.
    pub setting: &'static str,
    /// Of them, those with this role; all where there is none.
    pub role: Option<Role>,
}

const COUNCIL: &str = "Seaholme Council Children’s Services";
const TRUST: &str = "Seaholme and District NHS Trust";
const HUB: &str = "Seaholme Request for Support Hub";

pub(super) const TEAMS: &[Team] = &[
    Team {
        agency: COUNCIL,
        name: "Hub screening team",
        kind: "hub screening",
        phone: "01632 960 101",
        setting: HUB,
        role: Some(Role::HubWorker),
    },
    Team {
        agency: COUNCIL,
        name: "Duty team",
        kind: "duty",
        phone: "01632 960 102",
        setting: HUB,
        role: Some(Role::DutyWorker),
    },
    Team {
        agency: COUNCIL,
        name: "Early help, north locality",
        kind: "early help locality",
        phone: "01632 960 103",
        setting: COUNCIL,
        role: None,
    },
    Team {
        agency: COUNCIL,
        name: "Early help, south locality",
        kind: "early help locality",
        phone: "01632 960 104",
        setting: "",
        role: None,
    },
    Team {
        agency: TRUST,
        name: "North Shore health visiting team",
        kind: "health visiting",
        phone: "01632 960 105",
        setting: "North Shore health visiting",
        role: None,
    },
    Team {
        agency: TRUST,
        name: "South Shore health visiting team",
        kind: "health visiting",
        phone: "01632 960 106",
        setting: "South Shore health visiting",
        role: None,
    },
    Team {
        agency: TRUST,
        name: "Maternity safeguarding team",
        kind: "midwifery",
        phone: "01632 960 107",
        setting: "Seaholme maternity unit",
        role: None,
    },
    Team {
        agency: "North Fylding Police",
        name: "Public protection referral desk",
        kind: "referral desk",
        phone: "01632 960 108",
        setting: "Seaholme public protection unit",
        role: None,
    },
];

/// Who else works in each place of a kind. Where a player works nobody else is made up, but for
/// the hub and the police.
pub(super) const JOBS: &[(&str, &[Job])] = &[
    ("hub", &[SCREENER, SCREENER, SCREENER, SCREENER]),
    ("hub", &[("Deputy manager, Request for Support Hub", &[Role::HubManager])]),
    ("council", &[("Education welfare officer", WORKS), ("Family support worker", WORKS)]),
    ("primary", &[LEAD, ("Class teacher", WORKS)]),
    ("secondary", &[LEAD, ("Head of year", WORKS)]),
    ("alternative provision", &[LEAD, ("Teacher", WORKS)]),
    ("post-16", &[LEAD, ("Tutor", WORKS)]),
    ("nursery", &[LEAD]),
    ("childminder", &[("Childminder", WORKS)]),
    ("hospital", &[("Paediatric nurse", WORKS), ("Registrar, emergency medicine", WORKS)]),
    ("midwifery", &[("Midwife", WORKS), ("Specialist midwife", WORKS)]),
    ("health visiting", &[("Health visitor", WORKS), ("Health visitor", WORKS)]),
    ("school nursing", &[("School nurse", WORKS)]),
    ("general practice", &[("General practitioner", WORKS)]),
    ("police", &[("Detective sergeant", WORKS), ("Constable", WORKS), ("Constable", WORKS)]),
    ("probation", &[("Probation officer", WORKS), ("Probation officer", WORKS)]),
    ("housing", &[("Tenancy officer", WORKS)]),
    ("hostel", &[("Support worker", WORKS)]),
    ("youth justice", &[("Youth justice worker", WORKS), ("Speech therapist", WORKS)]),
    ("charity", &[("Family worker", WORKS)]),
];
const WORKS: &[Role] = &[Role::Practitioner];

/// The names of the settings of those kinds.
pub fn settings(kinds: &[&str]) -> Vec<&'static str> {
    let all = AGENCIES.iter().flat_map(|agency| agency.settings);
    all.filter(|(_, kind)| kinds.contains(kind)).map(|(name, _)| *name).collect()
}
