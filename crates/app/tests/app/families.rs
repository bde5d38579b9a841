//! Threat model V3: random families, each with rules of how they may be reached. What must not be known
//! stands on no page, in no file and in no letter, however it is written; what may be is there.

use app::{
    front_door::contacts::{NewAdult, NewContact},
    people::{
        Born, NewAddress, NewPerson, SafeFor, phones::NewPhone, rows::Relationship, span::Span,
    },
    sharing::jobs,
};
use axum::http::StatusCode;
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{ToSpan, civil::date};
use platform::mail::{Mailer, sink::Sink};
use practice::roles::Role;

use crate::{
    front_door::{decided_and_answered, send, two_siblings},
    out_of_hours::{PASSPHRASE, opened, takes_out},
    sticky::Dice,
    support::{World, on_both},
    walk::known_by,
};

const DEE: &str = "dee@hub.example";
const OWEN: &str = "owen@marram.example";
const LENA: &str = "lena@marram.example";

/// How many families on each database; `SIGHTLINE_FAMILIES` asks for more.
fn families() -> u64 {
    std::env::var("SIGHTLINE_FAMILIES").ok().and_then(|said| said.parse().ok()).unwrap_or(15)
}

/// What was said of how a family is reached.
#[derive(Default)]
struct Said {
    /// What nobody may read who has not said what for.
    secret: Vec<String>,
    open: Vec<String>,
}

/// A family, in words that stand nowhere else.
struct Family<'a> {
    dice: &'a mut Dice,
    seed: u64,
    said: Said,
    words: usize,
    /// Whether where a child lives must be kept secret: then nobody who came in with them is reached.
    hides: bool,
}

impl Family<'_> {
    fn next(&mut self) -> usize {
        self.words += 1;
        self.seed as usize * 20 + self.words
    }

    fn word(&mut self) -> String {
        let n = self.next();
        let letter = |n: usize| char::from(b"bcdfghjklmnpqrstvwxz"[n % 20]);
        format!("Q{}o{}u{}a", letter(n), letter(n / 20), letter(n / 400))
    }

    fn keep(&mut self, secret: bool, said: String) {
        if secret { self.said.secret.push(said) } else { self.said.open.push(said) }
    }

    fn address(&mut self, of_a_child: bool, is_first: bool) -> NewAddress {
        let protected = self.dice.below(4) == 0;
        let word = self.word();
        // Where anybody else lives stands on a page of their own, and on none of these.
        if protected || is_first {
            self.keep(protected, word.clone());
        }
        self.hides |= protected && of_a_child;
        NewAddress { lines: format!("7 {word} Way"), postcode: "FY1 1AD".into(), protected }
    }

    fn phone(&mut self, is_here: bool) -> NewPhone {
        let (safe_for, secret) = (SafeFor::ALL[self.dice.below(4)], self.dice.below(5) == 0);
        let number = format!("01632 9{}", 10_000 + self.next());
        let is_secret = secret || safe_for == SafeFor::Nothing;
        if is_secret || is_here {
            self.keep(is_secret, number.clone());
        }
        NewPhone { number, safe_for, secret, span: Span::default() }
    }

    fn person(&mut self, n: usize, is_child: bool) -> NewPerson {
        let address = self.address(is_child, n == 0);
        let phones = (0..self.dice.below(3)).map(|_| self.phone(n == 0 || !is_child)).collect();
        let days = (self.seed * 9) as i64 + n as i64;
        NewPerson {
            given: ["Ada", "Ben", "Cleo", "Dan"][n].to_owned(),
            family: format!("Invented{}x", self.seed),
            born: if is_child { Born::On(date(2012, 1, 1) + days.days()) } else { Born::NotKnown },
            address: Some(address),
            phones,
            ..NewPerson::default()
        }
    }

    fn contact(&mut self, like: NewContact) -> NewContact {
        let children = 1 + self.dice.below(2);
        let adults = self.dice.below(3);
        NewContact {
            children: (0..children).map(|n| self.person(n, true)).collect(),
            adults: (children..children + adults)
                .map(|n| NewAdult {
                    person: self.person(n, false),
                    relationship: Relationship { what: "parent".into(), responsibility: None },
                    lives_with_them: self.dice.below(2) == 0,
                })
                .collect(),
            ..like
        }
    }
}

/// Whether something says a word: as it is, in base64 wherever it begins, in UTF-16, or as letters
/// are broken into lines.
fn says(bytes: &[u8], word: &str) -> bool {
    let has = |needle: &[u8]| bytes.windows(needle.len()).any(|w| w == needle);
    let wide: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let text = String::from_utf8_lossy(bytes).replace("=\r\n", "").replace("=20", " ");
    has(word.as_bytes())
        || text.contains(word)
        || has(&wide)
        || (0..3).any(|shift| {
            let padded = [&b"000"[..shift], word.as_bytes()].concat();
            let coded = STANDARD.encode(&padded);
            // What stands at either end depends on what is beside it.
            let inner = &coded[(shift * 4).div_ceil(3)..coded.len() - 4];
            has(inner.as_bytes())
        })
}

#[test]
fn what_is_coded_is_found() {
    let word = "Qbocuda";
    for coded in [
        STANDARD.encode("x 7 Qbocuda Way"),
        STANDARD.encode("7 Qbocuda Way"),
        STANDARD.encode("xy7 Qbocuda Way"),
    ] {
        assert!(says(coded.as_bytes(), word), "{coded}");
    }
    let wide: Vec<u8> = "7 Qbocuda".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(says(&wide, word) && says(b"7 Qboc=\r\nuda", word) && !says(b"7 Qbocud", word));
}

#[test]
fn v3_whatever_a_family_said_of_how_they_are_reached_no_page_file_or_letter_says_what_it_must_not()
{
    on_both(async |world| {
        world.joins(LENA, OWEN, Role::SafeguardingLead).await;
        let (owen, dee) = (world.actor(OWEN).await, world.actor(DEE).await);
        let (mut secret, mut open, mut found) = (Vec::new(), 0, 0);
        for seed in 0..families() {
            let mut dice = Dice::of(seed);
            let mut family =
                Family { dice: &mut dice, seed, said: Said::default(), words: 0, hides: false };
            let contact = family.contact(two_siblings(&owen, seed % 3 == 0));
            let (hides, mut said) = (family.hides, family.said);
            if hides {
                said.secret.append(&mut said.open);
            }
            let taken = send(&world, &owen, contact).await;
            let known = known_by(&world, &taken.reference).await;
            let mut pages = pages_of(&world, &known).await;
            if seed % 2 == 0 {
                for child in 0..taken.pathways.len() {
                    decided_and_answered(&world, &dee, &taken, child).await;
                }
                pages.extend(pages_of(&world, &known).await);
            }
            for (who, page) in &pages {
                for word in &said.secret {
                    assert!(!says(page.as_bytes(), word), "seed {seed}: {word} to {who}: {page}");
                }
            }
            open += said.open.len();
            let is_read =
                |word: &&String| pages.iter().any(|(_, page)| says(page.as_bytes(), word));
            found += said.open.iter().filter(is_read).count();
            secret.append(&mut said.secret);
        }
        assert!(secret.len() > 10 && open > 10, "{} {open}", secret.len());
        assert_eq!(found, open, "the hub reads whatever it may");
        let file = takes_out(&world, "marguerite@hub.example").await;
        let file = opened(&file.text, PASSPHRASE).expect("the file for the night").to_string();
        let sink = Sink::start().await.unwrap();
        let mailer = Mailer::new(&sink.url(), "Sightline <s@seaholme.example>").unwrap();
        jobs::raise_what_is_late(&world.app).await.unwrap();
        for _ in 0..5 {
            jobs::send_messages(&world.app, &mailer).await.unwrap();
        }
        let letters = sink.letters();
        assert!(!letters.is_empty());
        for text in letters.iter().map(|letter| &letter.text).chain([&file]) {
            for word in &secret {
                assert!(!says(text.as_bytes(), word), "{word}: {text}");
            }
        }
        world
    });
}

/// What everybody reads who comes to a family, by whom.
async fn pages_of(world: &World, known: &crate::walk::Known) -> Vec<(String, String)> {
    let crate::walk::Known { contact, pathway, person, .. } = known;
    let paths = [
        format!("/contacts/{contact}"),
        format!("/people/{person}"),
        format!("/people/{person}/addresses"),
        format!("/people/{person}/telephones"),
        format!("/pathways/{pathway}/decision"),
        format!("/pathways/{pathway}/answer"),
        format!("/people/{person}/family-pages"),
        "/hub".to_owned(),
        "/".to_owned(),
    ];
    let mut pages = Vec::new();
    for who in [DEE, OWEN, LENA] {
        let mut browser = world.signs_in(who).await;
        for path in &paths {
            let page = browser.opens(path).await;
            if page.status == StatusCode::OK {
                pages.push((format!("{who} {path}"), page.text));
            }
        }
    }
    pages
}
