//! Need to know: who may see and do what, decided from policies that an auditor can read
//! (`policies/*.cedar`), and explained by the policies that decided. Denied by default; a refusal
//! beats every permission.
//!
//! Pure: it reads no clock, database, file or page. Whoever asks looks up the facts and the ties
//! in the same transaction, and gives them with the question; nothing is remembered between two.

mod about;
mod action;
mod asker;
mod decision;
mod entities;
pub mod glass;
mod ids;
mod narrowing;
mod pace;
mod plain;
mod policies;
mod reading;
mod request;
pub mod restriction;
mod sight;
mod tie;
pub mod unusual;
mod words;
mod world;

pub use about::{
    About, Asking, Child, DataRequest, Declaration, Disposal, Export, Figures, FrontDoor, GlassUse,
    Item, ItemKind, Journal, Kind, Marking, Membership, Stage,
};
pub use action::{Action, Does, NOTHING_HERE};
pub use asker::{Asker, Member, Role, Roles};
pub use decision::{Because, Decision};
pub use ids::{
    AgencyId, ChildId, FrontDoorId, ItemId, MeetingId, MemberId, OtherId, PartnershipId, SettingId,
    SubjectId, TeamId,
};
pub use narrowing::Openers;
pub use pace::{HOUR, Pace, pace};
pub use policies::{FILES, Policies, SCHEMA};
pub use reading::Unreadable;
pub use request::{Circumstances, Glass, Meeting, Purpose, Request};
pub use sight::Sight;
pub use tie::{Tie, Ties};
pub use words::{Few, Word};
pub use world::{Holder, Relation, To, World};
