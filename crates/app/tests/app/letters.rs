//! Threat model V8 and V9: whatever somebody is told of, the letter is the same. It says that something
//! waits, and nothing of what.

use std::collections::BTreeSet;

use app::{
    access::Action,
    doors::{self, Change, Pen},
    error::Result,
    ids::{ContactId, StaffId},
    sharing::{Kind, jobs, mail, notify},
};
use platform::{
    db::{Row, Runs, sea_orm},
    mail::{Mailer, sink::Sink},
};

use crate::{
    support::{World, on_both},
    walk::known,
};

const MARGUERITE: &str = "marguerite@hub.example";
/// Every kind of notice.
const KINDS: [Kind; 10] = [
    Kind::Arrived,
    Kind::Danger,
    Kind::DangerUnread,
    Kind::Raised,
    Kind::Information,
    Kind::ToSign,
    Kind::SentBack,
    Kind::Answered,
    Kind::GlassBroken,
    Kind::Instead,
];
/// How long what a letter says may be, in bytes.
const LONGEST: usize = 400;

/// Tells somebody of everything there is.
struct TellOfAll {
    to: StaffId,
    contact: ContactId,
}

impl Change for TellOfAll {
    type Made = ();
    const WHAT: &'static str = "test:tell-of-all";
    const ACTION: Action = Action::RunThePlatform;

    async fn make(self, pen: &mut Pen<'_>) -> Result<()> {
        for kind in KINDS {
            notify(pen, self.to, kind, self.contact).await?;
        }
        for urgent in [false, true] {
            mail(pen, self.to, urgent).await?;
        }
        pen.journal(Self::WHAT, &[], &[]).await?;
        Ok(())
    }
}

#[test]
fn v8_every_letter_is_the_same_and_short_and_to_one_person() {
    on_both(async |world| {
        let known = known(&world, true).await;
        let sink = Sink::start().await.unwrap();
        let mailer = Mailer::new(&sink.url(), "Sightline <s@seaholme.example>").unwrap();
        let drain = async || {
            for _ in 0..5 {
                jobs::send_messages(&world.app, &mailer).await.unwrap();
            }
            sink.letters().len()
        };
        let before = drain().await;
        let to = world.actor(MARGUERITE).await.staff().unwrap();
        let contact = id_of(&world, &known.contact).await;
        let tell = TellOfAll { to, contact };
        doors::record(&world.app, &app::access::Actor::platform(), tell).await.unwrap();
        let after = drain().await;
        assert_eq!(after - before, KINDS.len() + 2, "one letter for each");
        let letters = sink.letters();
        let mut said = BTreeSet::new();
        for letter in letters {
            assert_eq!(letter.to.len(), 1, "{:?}", letter.to);
            let (headers, body) = letter.text.split_once("\n\n").unwrap();
            assert!(body.len() <= LONGEST, "{} bytes: {body}", body.len());
            let its_own = ["date:", "message-id:", "to:"];
            let is_its_own =
                |line: &&str| its_own.iter().any(|name| line.to_lowercase().starts_with(name));
            let same: Vec<_> = headers.lines().filter(|line| !is_its_own(line)).collect();
            said.insert(format!("{}\n\n{body}", same.join("\n")));
        }
        // What can't wait says so; nothing else tells one from another.
        assert_eq!(said.len(), 2, "{said:#?}");
        for letter in &said {
            let urgent = letter.replace(" urgent", "");
            assert!(said.iter().any(|other| *other == urgent), "{letter}");
            tells_nothing(letter, &known);
        }
        world
    });
}

async fn id_of(world: &World, contact: &str) -> ContactId {
    #[derive(Row)]
    struct Which {
        id: ContactId,
    }
    let text = "SELECT id FROM contact WHERE reference = $1";
    let which: Option<Which> = world.app.db.reads().one(text, [contact.into()]).await.unwrap();
    which.unwrap().id
}

/// No name, no reference, no agency, and no three words in a row of what the page says.
fn tells_nothing(letter: &str, known: &crate::walk::Known) {
    let lower = letter.to_lowercase();
    for word in ["arlo", "bea", "invented", "marram", "owen", "child", "danger", "request"] {
        assert!(!lower.contains(word), "{word}: {letter}");
    }
    for reference in [&known.contact, &known.pathway, &known.person, &known.account] {
        assert!(!letter.contains(reference.as_str()), "{reference}");
    }
    for kind in KINDS {
        let title = Kind::title(kind.slug()).to_lowercase();
        let words: Vec<_> = title.split_whitespace().collect();
        for three in words.windows(3) {
            assert!(!lower.contains(&three.join(" ")), "{three:?}: {letter}");
        }
    }
}
