//! What need not be kept any longer is disposed of: a hub manager proposes it, another approves it, and
//! it is destroyed; what is left says that it was, of what class, when, and by whose word. Whatever
//! somebody holds, or anything is open about, stays. How long each class is kept: `practice::retention`.

pub mod destroying;
pub mod due;
pub mod gone;
pub mod holds;
pub mod holds_pages;
pub mod lasting;
mod lives;
pub mod pages;
pub mod passing;
pub mod proposing;
pub mod views;
