//! The demo partnership: invented agencies, staff and families, the same from the same seed for
//! ever. Every row says that it is invented. It refuses to run on a database with real people.

pub mod partnership;

/// What the `source` column of every invented row says.
pub const INVENTED: &str = "invented for the demo";

/// The password of every invented member of staff.
pub const PASSWORD: &str = "demo-only-password";
