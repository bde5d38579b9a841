//! What may be kept from pages: an address or a number as it may be shown, and whether a text gives
//! away what is kept.

use platform::{
    db::fold,
    seal::{Keys, Protected, Sealed},
};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::{
    access::MayReveal,
    error::{Error, Result},
};

/// Where somebody lives: street and town, and the postcode.
pub type Place = (String, String);

/// Something as it may be shown: what is protected, only to whoever holds a decision.
#[derive(Clone)]
pub enum Shown<T> {
    At(T),
    Protected(Protected<T>),
}

/// An address as it may be shown.
pub type ShownAddress = Shown<Place>;

impl<T: Clone> Shown<T> {
    /// What it is, for whoever holds a decision.
    pub fn revealed(self, may: MayReveal) -> T {
        match self {
            Self::At(plain) => plain,
            Self::Protected(kept) => kept.reveal(&may).clone(),
        }
    }
}

impl<T> Shown<T> {
    /// Whether it is kept from pages.
    pub fn is_protected(&self) -> bool {
        matches!(self, Self::Protected(_))
    }
}

impl Shown<Place> {
    /// Whether a text speaks of this address although it must be kept secret: its street or its
    /// postcode stands in it.
    pub fn is_betrayed_by(&self, text: &str) -> bool {
        let packed = |text: &str| fold(text).split(' ').map(spelled_out).collect::<String>();
        let text = packed(text);
        let holds = |part: &str| {
            let part = packed(part);
            part.chars().count() >= 5 && text.contains(&part)
        };
        match self {
            Self::At(_) => false,
            Self::Protected(place) => place.answers(|(lines, postcode)| {
                holds(postcode) || holds(lines.split(',').next().unwrap_or_default())
            }),
        }
    }
}

/// A word of an address as it is written in full: “Haven Ct” and “Haven Court” are one place.
fn spelled_out(word: &str) -> &str {
    match word {
        "apt" => "apartment",
        "av" | "ave" => "avenue",
        "bldg" | "bldgs" => "buildings",
        "cl" => "close",
        "cres" => "crescent",
        "crt" | "ct" => "court",
        "dr" => "drive",
        "gdns" => "gardens",
        "gr" | "grv" => "grove",
        "hse" => "house",
        "ln" => "lane",
        "pk" => "park",
        "pl" => "place",
        "rd" => "road",
        "sq" => "square",
        "st" => "street",
        "ter" | "terr" | "tce" => "terrace",
        word => word,
    }
}

impl Shown<String> {
    /// Whether a text holds this number although it must not be used.
    pub fn is_betrayed_by(&self, text: &str) -> bool {
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        match self {
            Self::At(_) => false,
            Self::Protected(number) => number.answers(|number| {
                let number = digits(number);
                number.len() >= 6 && digits(text).contains(&number)
            }),
        }
    }
}

impl<T> std::fmt::Debug for Shown<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::At(_) => "in the open",
            Self::Protected(_) => "protected",
        })
    }
}

/// What is sealed, as it may be shown.
pub(super) fn shown<T: DeserializeOwned>(
    keys: &Keys,
    purpose: &'static str,
    id: Uuid,
    sealed: Vec<u8>,
    is_protected: bool,
) -> Result<Shown<T>> {
    let sealed = Sealed(sealed);
    let fault = |e| Error::fault("unsealing what was said of a person", e);
    if is_protected {
        let kept = Protected::unseal(keys, purpose, id.as_bytes(), &sealed);
        return kept.map(Shown::Protected).map_err(fault);
    }
    let text = keys.unseal(purpose, id.as_bytes(), &sealed).map_err(fault)?;
    Ok(Shown::At(serde_json::from_slice(&text)?))
}
