//! Everything that anybody can see or do, with what the journal calls it and who can help
//! somebody to whom it is refused.

use crate::about::Kind;

/// Whether an action shows something or changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Does {
    /// It shows.
    Reads,
    /// It changes.
    Writes,
}

macro_rules! actions {
    ($($(#[$about:meta])* $name:ident = $word:literal, $does:ident $($kind:ident)|+, $journal:literal, $share:ident;)+) => {
        /// Something that somebody sees or does.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action { $($(#[$about])* $name,)+ }

        impl Action {
            /// Every action.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// As the policies write it.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// Whether it shows or changes.
            pub const fn does(self) -> Does {
                match self { $(Self::$name => Does::$does,)+ }
            }

            /// What it can be about.
            pub const fn on(self) -> &'static [Kind] {
                match self { $(Self::$name => &[$(Kind::$kind,)+],)+ }
            }

            /// What the journal calls it.
            pub const fn journal(self) -> &'static str {
                match self { $(Self::$name => $journal,)+ }
            }

            /// Who can share or do it instead, for somebody who may know that there is something.
            pub const fn who_can_share(self) -> &'static str {
                match self { $(Self::$name => $share,)+ }
            }
        }
    };
}

/// What everybody reads who may not know whether there is anything.
pub const NOTHING_HERE: &str = "There is nothing here that you can see. If you need to know about \
     a child, ask the hub: it can share what you need, or ask the agency that holds it.";

const YOURSELF: &str = "Sign in as yourself.";
const HUB: &str = "The hub can do this, or share what you need.";
const MANAGER: &str = "A hub manager can do this.";
const UNIT: &str = "The Business Unit looks after this.";
const HOLDER: &str =
    "The allocated worker or their manager can share this. Ask to be involved, and say why.";
const AGENCY: &str = "The agency that holds this can share it. Ask to be involved, and say why.";
const ADDRESS: &str = "Somebody who is named for the address can act for you, or pass something \
     on. Ask the allocated worker.";
const GUARDIAN: &str = "A Caldicott guardian can do this.";
const PRIVACY: &str = "The privacy officer of the agency can do this.";
const DATA: &str = "The data lead of your agency can do this.";
const ADMINISTRATOR: &str = "Whoever administers the system can do this.";
const TELEPHONE: &str = "If a child needs somebody now, ring the hub; in immediate danger, 999.";

actions! {
    /// Sign out, read one's own notices.
    MindOwnSession = "mindOwnSession", Reads Session, "session:mind", YOURSELF;

    /// Write and send a request for support.
    AskForSupport = "askForSupport", Writes Installation, "request:write", HUB;
    /// Read a contact and what was decided.
    ReadContact = "readContact", Reads Contact, "contact:read", HUB;
    /// Say more about a contact.
    AddInformation = "addInformation", Writes Contact, "contact:add", HUB;
    /// Be told that something in a contact is protected, and be asked what for.
    OfferReveal = "offerReveal", Reads Contact, "contact:offer-reveal", HUB;
    /// See what is protected in a contact, for a purpose.
    RevealProtected = "revealProtected", Reads Contact, "contact:reveal", ADDRESS;
    /// Read what a contact said of a person: the page of a child.
    ReadChild = "readChild", Reads Account, "account:read", HUB;
    /// Say more about a person than their accounts do.
    AddToAccount = "addToAccount", Writes Account, "account:add", HUB;
    /// Link and unlink accounts of one person.
    LinkPeople = "linkPeople", Writes Account, "account:link", HUB;
    /// Say who must not see somebody, silently, and take it back.
    KeepAway = "keepAway", Writes Account, "account:keep-away", HUB;
    /// Say that somebody's record exists only for those who are named, who they are, and, as one of
    /// two, that it is so no more.
    Restrict = "restrict", Writes Account, "account:restrict", MANAGER;
    /// Make the page on which one person of a family reads what was shared.
    ShareWithFamily = "shareWithFamily", Writes Account, "account:share-with-family", HUB;
    /// See who may see this, and why.
    SeeWhoMay = "seeWhoMay", Reads Contact | Account, "who-may:read", HUB;
    /// Look at what staff declared of whom they know, and say what came of it.
    LookAtConflicts = "lookAtConflicts", Writes Installation | Declaration, "conflicts:look-at", HUB;
    /// Ask the hub about a child, known or not.
    AskAboutChild = "askAboutChild", Writes Installation, "child:ask-hub", HUB;
    /// Answer somebody who asks about a child.
    AnswerAskers = "answerAskers", Writes Installation | Asking, "child:answer-asker", HUB;
    /// Propose what need not be kept any longer, and hold what must be.
    DisposeOfRecords = "disposeOfRecords", Writes Installation | Disposal | Account, "disposal:propose", MANAGER;
    /// Approve that it is destroyed.
    ApproveDisposal = "approveDisposal", Writes Disposal, "disposal:approve", MANAGER;
    /// Take down who asks for what is held about them, and prepare the copy.
    AnswerDataRequests = "answerDataRequests", Writes Installation | DataRequest | Account, "data-request:answer", HUB;
    /// Approve the copy, or send it back.
    ApproveDataCopy = "approveDataCopy", Writes DataRequest, "data-request:approve", MANAGER;
    /// Read the hub's queue.
    ReadQueue = "readQueue", Reads Installation, "queue:read", HUB;
    /// Take out what is open, sealed, for the out-of-hours team.
    TakeOutForNight = "takeOutForNight", Reads Installation, "night:take-out", MANAGER;
    /// See a summary of what the hub has dealt with.
    SeeDealtWith = "seeDealtWith", Reads Account | Contact, "dealt-with:see", HUB;
    /// Open again, for a purpose, what the hub has dealt with.
    OpenDealtWith = "openDealtWith", Writes Account | Contact, "dealt-with:open", HUB;
    /// Search for people.
    SearchPeople = "searchPeople", Reads Installation, "people:search", HUB;
    /// Take down a contact from a call.
    TakeByTelephone = "takeByTelephone", Writes Installation, "contact:take", HUB;
    /// Take on, hand back, read.
    Screen = "screen", Writes Contact | Pathway, "pathway:screen", HUB;
    /// Decide the level of need and what happens next.
    Decide = "decide", Writes Pathway, "pathway:decide", HUB;
    /// Sign a decision or send it back.
    Sign = "sign", Writes Pathway, "pathway:sign", MANAGER;
    /// Tell the requester.
    Answer = "answer", Writes Pathway, "pathway:answer", HUB;
    /// Strike out an entry.
    Strike = "strike", Writes Pathway, "pathway:strike", HUB;

    /// See that somebody is involved, and whom to contact.
    SeePresence = "seePresence", Reads Child, "child:presence", HUB;
    /// See a summary of a child's record.
    SeeSummary = "seeSummary", Reads Child, "child:summary", HOLDER;
    /// See the fields that are shared.
    SeeFields = "seeFields", Reads Child, "child:fields", HOLDER;
    /// See all of a child's record.
    SeeFull = "seeFull", Reads Child, "child:full", HOLDER;
    /// See where the child lives.
    SeeAddress = "seeAddress", Reads Child, "child:address", ADDRESS;
    /// See who has looked at the record.
    SeeWhoLooked = "seeWhoLooked", Reads Account | Child, "child:who-looked", HOLDER;
    /// Ask to be involved, with a reason.
    AskToBeInvolved = "askToBeInvolved", Writes Child, "child:ask", HUB;
    /// Answer somebody who asked to be involved.
    AnswerWhoAsks = "answerWhoAsks", Writes Child, "child:answer", HOLDER;
    /// Add a note, plan or other item.
    AddItem = "addItem", Writes Child, "item:add", HOLDER;
    /// Tell the child's school what happened.
    NotifySchool = "notifySchool", Writes Child, "school:notify", HUB;
    /// Say who is named for a restricted child.
    AmendRestriction = "amendRestriction", Writes Child, "child:restrict", GUARDIAN;
    /// Open a record without a tie to it, in an emergency.
    BreakGlass = "breakGlass", Writes Child, "glass:break", TELEPHONE;

    /// Be told that an item under a handling code is there, and be asked what for.
    OfferItem = "offerItem", Reads Item, "item:offer", NOTHING_HERE;
    /// Read one item.
    ReadItem = "readItem", Reads Item, "item:read", AGENCY;
    /// Change one item.
    ChangeItem = "changeItem", Writes Item, "item:change", AGENCY;
    /// Share one item with an agency.
    ShareItem = "shareItem", Writes Item, "item:share", AGENCY;
    /// Ask that a sealed envelope be opened. A refusal tells nobody that there is one.
    AskToUnseal = "askToUnseal", Writes Item, "item:ask-to-unseal", NOTHING_HERE;
    /// Open a sealed envelope, as the second of two.
    Unseal = "unseal", Writes Item, "item:unseal", NOTHING_HERE;
    /// Read, as parent or young person, what was released.
    ReadReleased = "readReleased", Reads Item, "item:released", HUB;

    /// Take records out.
    RunExport = "runExport", Reads Export, "export:run", DATA;
    /// Approve that records are taken out.
    ApproveExport = "approveExport", Writes Export, "export:approve", PRIVACY;
    /// Read who looked.
    ReadJournal = "readJournal", Reads Journal, "journal:read", PRIVACY;
    /// Say what came of a look that stood out.
    ReviewLooks = "reviewLooks", Writes Journal, "journal:review", PRIVACY;
    /// Review a use of break-glass.
    ReviewGlass = "reviewGlass", Writes GlassUse, "glass:review", PRIVACY;
    /// Read the figures.
    ReadFigures = "readFigures", Reads Figures, "figures:read", UNIT;
    /// Set local lengths and the partnership's own record.
    SetLocalRules = "setLocalRules", Writes Installation, "rules:set", UNIT;
    /// Look after agencies, teams, settings, and staff with their roles.
    LookAfterOrganisations = "lookAfterOrganisations", Writes Installation, "organisations:look-after", UNIT;
    /// Confirm that somebody still works where they do, or put their account to sleep.
    ConfirmMembers = "confirmMembers", Writes Installation | Membership, "membership:confirm", UNIT;
    /// Give somebody in a school, nursery, service or charity an account, and answer for it.
    Vouch = "vouch", Writes Installation, "membership:vouch", UNIT;
    /// Run the system.
    Administer = "administer", Writes Installation, "platform:administer", ADMINISTRATOR;
    /// What only the platform's own jobs and commands do.
    RunThePlatform = "runThePlatform", Writes Installation, "platform:run", ADMINISTRATOR;
}

impl Action {
    /// What no page, form or job of the program asks for yet. The policies about these are ready and tried by
    /// the examples, and decide nothing today; the page in the docs says so beside each.
    pub const NOT_ASKED_YET: &'static [Self] = &[
        Self::AddItem,
        Self::AmendRestriction,
        Self::AnswerWhoAsks,
        Self::ApproveExport,
        Self::AskToBeInvolved,
        Self::AskToUnseal,
        Self::NotifySchool,
        Self::ReadReleased,
        Self::RunExport,
        Self::SeeAddress,
        Self::SeeFields,
        Self::SeeFull,
        Self::SeePresence,
        Self::SeeSummary,
        Self::ShareItem,
        Self::Unseal,
    ];
}

impl Action {
    /// Whether it can be about that.
    pub fn is_on(self, kind: Kind) -> bool {
        self.on().contains(&kind)
    }

    /// The action that is written so.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|a| a.word() == word)
    }
}
