//! What ties the asker to the child, contact or item of a question. Whoever asks a question has
//! looked the ties up in the same transaction, and gives those alone that hold at that moment.

use crate::words::{Few, words};

words! {
    /// One tie, today.
    Tie {
        /// Kept away: a relative, the person alleged, a declared conflict. Beats every other tie.
        Excluded = "excluded",
        /// Is the child's allocated worker.
        Allocated = "allocated",
        /// Is in the team around the family.
        Around = "around-the-family",
        /// Is in the team that holds the child. Counts for its manager.
        Supervising = "supervising",
        /// A contact about the child is open in the hub.
        OpenContact = "open-contact",
        /// Said within the last hours what they open it again for, or has worked on it meanwhile.
        Opened = "opened",
        /// Asked for the support that this is about.
        Requester = "requester",
        /// Wrote this item.
        Author = "author",
        /// The contact came from the asker's own setting.
        OwnSetting = "own-setting",
        /// The child is enrolled now at the asker's school.
        SchoolNow = "school-now",
        /// The item is addressed to the asker's agency or school.
        Addressed = "addressed",
        /// Sits on the panel of the meeting of this question.
        OnThePanel = "on-the-panel",
        /// Is named for this restricted child.
        Named = "named",
        /// Is named for the child's protected address.
        AddressNamed = "address-named",
        /// Holds this sealed envelope.
        SealedHolder = "sealed-holder",
        /// It is shared with the asker's agency.
        AgencyShare = "agency-share",
        /// The handling code of this intelligence names the asker.
        Handler = "handler",
        /// Has been told that the record exists.
        KnowsOf = "knows-of",
        /// The record is in the sample of the audit that the asker does.
        AuditSample = "audit-sample",
        /// The item was released to this parent or young person.
        ReleasedTo = "released-to",
    }
}

/// The ties that hold.
pub type Ties = Few<Tie>;
