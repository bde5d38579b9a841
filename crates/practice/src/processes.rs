//! Every process of the partnership, one file each. A process is added by writing its file and
//! naming it here.

pub mod request_for_support;

use crate::pathway::{Any, AnyProcess};

/// All processes, in the order in which a worry meets them.
pub static PROCESSES: &[&dyn AnyProcess] = &[&Any::<request_for_support::RequestForSupport>::HERE];

/// The process of that slug.
pub fn process(slug: &str) -> Option<&'static dyn AnyProcess> {
    PROCESSES.iter().copied().find(|p| p.slug() == slug)
}
