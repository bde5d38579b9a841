//! Plain text: UTF-8 without control characters, and no web page, drawing or e-mail.
//!
//! Not found: a script without a mark at its beginning (as of PowerShell or a batch file) is text
//! like any other, and so is a list with formulas. What makes them run is their name, and a text is
//! given back under a name that ends in `.txt`.

use crate::{Refusal, sniff};

/// Whether this is UTF-8 text.
pub(crate) fn is_utf8_text(bytes: &[u8]) -> bool {
    let is_control =
        |byte: &u8| (*byte < 0x20 && !matches!(byte, 9 | 10 | 12 | 13)) || *byte == 0x7f;
    !bytes.iter().any(is_control) && std::str::from_utf8(bytes).is_ok()
}

/// Refuses text that is something more than text.
pub(crate) fn look_through(bytes: &[u8]) -> Result<(), Refusal> {
    sniff::in_text(bytes).map_or(Ok(()), Err)
}
