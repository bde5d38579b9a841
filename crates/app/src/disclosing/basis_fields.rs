//! The basis of what is shared, on a form: filled in with what is usual and folded up, so that it
//! costs nobody anything in the usual case. What does not go together is refused beside its field.

use govuk::{Checkboxes, Details, Radios, Select};
use maud::{Markup, html};
use practice::disclosure::{
    Agreement, Article6, Article9, Basis, Body, Condition, FamilyTold, Part, Purpose, Withheld,
};

use crate::{
    error::{Error, Result},
    web::{
        Fields,
        typed::{Problems, Typed},
    },
};

const PURPOSE: &str = "basis-purpose";
const ARTICLE_6: &str = "basis-article-6";
const ARTICLE_9: &str = "basis-article-9";
const CONDITION: &str = "basis-condition";
const AGREEMENT: &str = "basis-agreement";
const OFFENCES: &str = "basis-offences";
const WITHHELD: &str = "basis-withheld";
const FAMILY: &str = "basis-family";
const ALL: [&str; 8] =
    [PURPOSE, ARTICLE_6, ARTICLE_9, CONDITION, AGREEMENT, OFFENCES, WITHHELD, FAMILY];

/// What a form says of the basis, of whether the family was told, and why something is held back if it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ground {
    pub basis: Basis,
    pub withheld: Withheld,
    pub family: FamilyTold,
}

impl Ground {
    /// The usual one, where nothing was changed.
    pub fn usual(basis: Basis) -> Self {
        Self { basis, withheld: Withheld::NotNeeded, family: FamilyTold::NotRecorded }
    }

    /// What was sent; the usual where a field was not.
    ///
    /// # Errors
    /// A problem beside a field that says what no such field can.
    pub fn sent(fields: &Fields, usual: Basis) -> Result<Self, Problems> {
        let basis = Basis {
            purpose: chosen(fields, PURPOSE, usual.purpose, |slug| {
                Purpose::of_slug(slug).filter(|purpose| purpose.is_chosen())
            })?,
            article_6: chosen(fields, ARTICLE_6, usual.article_6, Article6::of_slug)?,
            article_9: chosen(fields, ARTICLE_9, usual.article_9, Article9::of_slug)?,
            condition: chosen(fields, CONDITION, usual.condition, Condition::of_slug)?,
            agreement: chosen(fields, AGREEMENT, usual.agreement, Agreement::of_slug)?,
            offences: fields.get(OFFENCES) == "yes",
        };
        let withheld = chosen(fields, WITHHELD, Withheld::NotNeeded, Withheld::of_slug)?;
        let family = chosen(fields, FAMILY, FamilyTold::NotRecorded, FamilyTold::of_slug)?;
        Ok(Self { basis, withheld, family })
    }

    /// Refuses, beside its field, what does not go together where such a body shares.
    ///
    /// # Errors
    /// A refusal.
    pub fn check(&self, body: Body) -> Result<()> {
        let beside = |part| match part {
            Part::Purpose => PURPOSE,
            Part::Article6 => ARTICLE_6,
            Part::Article9 => ARTICLE_9,
            Part::Condition => CONDITION,
            Part::Agreement => AGREEMENT,
            Part::Offences => OFFENCES,
        };
        self.basis.check(body).map_err(|wrong| Error::beside(beside(wrong.part), wrong.say))
    }
}

fn chosen<T>(
    fields: &Fields,
    name: &str,
    usual: T,
    of_slug: fn(&str) -> Option<T>,
) -> Result<T, Problems> {
    match fields.get(name) {
        "" => Ok(usual),
        slug => of_slug(slug).ok_or_else(|| Problems::of(name, "Choose one of these")),
    }
}

/// The fields, folded up unless one of them was refused.
pub fn folded_up(typed: Typed<'_>, usual: Basis) -> Markup {
    let ground = Ground::sent(typed.fields, usual).unwrap_or_else(|_| Ground::usual(usual));
    let is_refused = ALL.iter().any(|field| typed.error(field).is_some());
    let summary = format!("Why it may be shared: {}", lower(ground.basis.purpose.title()));
    Details::new(&summary).open(is_refused).content(fields(typed, ground)).render()
}

fn lower(title: &str) -> String {
    let mut rest = title.chars();
    rest.next().map_or_else(String::new, |first| first.to_lowercase().chain(rest).collect())
}

macro_rules! options {
    ($select:expr, $type:ident) => {
        $type::ALL.iter().fold($select, |select, one| {
            select.item(one.slug(), &format!("{} ({})", one.title(), one.source()))
        })
    };
}

fn fields(typed: Typed<'_>, Ground { basis, withheld, family }: Ground) -> Markup {
    let select = |name: &str, label: &str, hint: &str, value: &str| {
        Select::new(name).label(label).hint(hint).value(value).error(typed.error(name))
    };
    let purposes = Radios::new(PURPOSE)
        .legend("What is it shared for?")
        .hint("Where somebody may be harmed, nobody has to agree first. Tell the family what you share, if that is safe.")
        .value(basis.purpose.slug())
        .error(typed.error(PURPOSE));
    let purposes = Purpose::ALL
        .iter()
        .filter(|one| one.is_chosen())
        .fold(purposes, |radios, one| radios.item(one.slug(), one.title()));
    let ticked: Vec<_> = basis.offences.then(|| "yes".to_owned()).into_iter().collect();
    let offences = Checkboxes::new(OFFENCES)
        .legend("Offences")
        .error(typed.error(OFFENCES))
        .values(&ticked)
        .item("yes", "It tells of an offence, or of one that is alleged");
    html! {
        p class=(govuk::BODY) {
            "This is what is usual. Leave it, unless you share for another reason."
        }
        (purposes.render())
        (options!(select(ARTICLE_6, "Basis for sharing at all", "", basis.article_6.slug()), Article6).render())
        (options!(select(ARTICLE_9, "Basis for sensitive details", "Health, ethnic background, religion and the like.", basis.article_9.slug()), Article9).render())
        (options!(select(CONDITION, "Condition of the Data Protection Act", "Safeguarding holds where it is needed to keep a child or an adult at risk from harm or well, and agreement can’t be had, can’t be waited for, or would undo it.", basis.condition.slug()), Condition).render())
        (options!(select(AGREEMENT, "Did they agree to the sharing?", "To agree to help is something else.", basis.agreement.slug()), Agreement).render())
        (options!(select(FAMILY, "Does the family know that you share it?", "Tell them, if that is safe. What is not safe for them to know stands on no page for a family.", family.slug()), FamilyTold).render())
        (offences.render())
        (options!(select(WITHHELD, "If you hold something back, why?", "", withheld.slug()), Withheld).render())
    }
}
