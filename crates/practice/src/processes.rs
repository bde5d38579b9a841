//! Every process of the partnership, one file each. A process is added by writing its file and
//! naming it here.

pub mod request_for_support;

use crate::calendar::Day;
use crate::pathway::{Any, AnyProcess, DutyCard, Local};

/// All processes, in the order in which a worry meets them.
pub static PROCESSES: &[&dyn AnyProcess] = &[&Any::<request_for_support::RequestForSupport>::HERE];

/// The process of that slug.
pub fn process(slug: &str) -> Option<&'static dyn AnyProcess> {
    PROCESSES.iter().copied().find(|p| p.slug() == slug)
}

/// The duty of that code, of whatever process, with the partnership's own length of that day.
pub fn duty(code: &str, local: &Local, on: Day) -> Option<DutyCard> {
    PROCESSES.iter().flat_map(|p| p.duties(local, on)).find(|d| d.code == code)
}
