//! What was dealt with: nothing is open about anybody in it, in this request or in another. The hub
//! sees a summary of it, and reads the rest once somebody has said what for; whoever worked on it in
//! the last hours need not. The policies decide that (`dealt-with-is-closed`); here stands how both
//! are found, as text for the queries of `hidden`.

use jiff::{SignedDuration, Timestamp};

use super::hidden;

/// How long it stays open to whoever opened it again, or worked on it: long enough to ring back.
const FOR: SignedDuration = SignedDuration::from_hours(4);

/// Since when somebody must have opened it again, or worked on it.
pub fn since(now: Timestamp) -> Timestamp {
    now - FOR
}

/// Whose accounts these are, and the children beside whom they were named, as the text of a query. The
/// accounts are a list or another query.
fn persons(accounts: &str) -> String {
    let of = format!("WHERE ql.account_id IN ({accounts}) AND ql.unlinked_at IS NULL");
    format!(
        "SELECT ql.person_id FROM account_link ql {of} \
         UNION SELECT qk.person_id FROM account_link ql \
         JOIN account_link qs ON qs.person_id = ql.person_id AND qs.unlinked_at IS NULL \
         JOIN relationship qr ON qr.to_account = qs.account_id \
         JOIN account_link qk ON qk.account_id = qr.of_account AND qk.unlinked_at IS NULL {of}"
    )
}

/// Everybody in a contact, as the text of a query.
pub fn persons_of_contact(contact: usize) -> String {
    persons(&format!("SELECT qp.account_id FROM pathway qp WHERE qp.contact_id = ${contact}"))
}

/// Everybody of whom an account tells, likewise. The account is a column or a value.
pub fn persons_of_account(account: &str) -> String {
    persons(account)
}

/// Whether nothing is open about these persons, and nothing unread, that is not hidden from the asker:
/// what is hidden from them shows in nothing; and whether they opened it again, or worked on it, since a
/// moment. Who is hidden is asked first, so that it takes no longer than nothing does.
pub fn columns(persons: &str, is_hidden: &str, staff: usize, since: usize) -> String {
    let theirs = format!("dl.unlinked_at IS NULL AND dl.person_id IN ({persons})");
    let shows = hidden::shows("dc", staff, staff);
    format!(
        "CASE WHEN {is_hidden} THEN 1 = 0 ELSE NOT EXISTS (SELECT 1 FROM account_link dl \
           JOIN pathway dv ON dv.account_id = dl.account_id \
           JOIN pathway dp ON dp.contact_id = dv.contact_id \
           JOIN contact dc ON dc.id = dp.contact_id \
           LEFT JOIN screening ds ON ds.pathway_id = dp.id \
           WHERE {theirs} AND (dp.ended_at IS NULL OR ds.unread_since IS NOT NULL) AND {shows}) \
         END AS dealt_with, \
         CASE WHEN {is_hidden} THEN 1 = 0 ELSE (\
          EXISTS (SELECT 1 FROM account_link dl JOIN opened_again dg ON dg.account_id = dl.account_id \
           WHERE {theirs} AND dg.staff_id = ${staff} AND dg.opened_at > ${since}) \
          OR EXISTS (SELECT 1 FROM account_link dl JOIN pathway dv ON dv.account_id = dl.account_id \
           JOIN event de ON de.pathway_id = dv.id \
           WHERE {theirs} AND de.recorded_by = ${staff} AND de.recorded_at > ${since}) \
          OR EXISTS (SELECT 1 FROM account_link dl \
           JOIN account_addendum da ON da.account_id = dl.account_id \
           WHERE {theirs} AND da.by_id = ${staff} AND da.at > ${since})) END AS opened"
    )
}
