//! What files look like on pages. Nothing is decided here.

use govuk::{Button, FileUpload, Form, InsetText, Radios, WarningText};
use maud::{Markup, html};
use uploads::{Kind, NotServed};

use super::{FILE, store::Listed};
use crate::{
    limits::TEXT,
    web::{Asker, typed::Typed},
};

/// What the page is called on which a file is sent.
pub const TITLE: &str = "Send a file";
/// What the page is called that says why a file is not given out.
pub const NOT_SERVED: &str = "This file can’t be downloaded";

const TAKEN: &str = "A photograph (JPEG, PNG, WebP or HEIC), a PDF, a Word or Excel document (.docx, \
    .xlsx), an OpenDocument text or sheet, or plain text, of up to 25 MB. What a camera wrote about a \
    photograph, its place too, is left out.";

/// The form that sends one.
pub fn form(asker: &Asker, contact: &str, is_scanned: bool, typed: Typed<'_>) -> Markup {
    html! {
        (typed.summary())
        span class=(govuk::CAPTION_L) { "Request " (contact) }
        h1 class=(govuk::HEADING_L) { (TITLE) }
        (WarningText::new("Don’t photograph a child’s injuries to send them here. Describe them, and let a health professional examine the child.").render())
        (InsetText::new("Whoever sees this request in the hub can download the file. Send nothing about anybody whom it is not about.").render())
        @if !is_scanned {
            p class=(govuk::BODY) { "Nothing looks for viruses in this demonstration: open a file from it as you would one from a stranger." }
        }
        (Form::new(&format!("/contacts/{contact}/files"), &asker.form_token)
            .once(Some(typed.get("once")))
            .with_file()
            .content(html! {
                (Radios::new("danger").legend("Does it show that a child is in immediate danger now?")
                    .hint("If so, ring 999 first. The hub’s duty worker is told at once.")
                    .value(typed.get("danger")).error(typed.error("danger"))
                    .item("yes", "Yes").item("no", "No").render())
                (typed.lines("said", "What is the file, and who made it?",
                    "For example: the letter from the school nurse of 3 March. It is added to the request of every child in it, and can’t be changed afterwards.", TEXT).rows(3).render())
                (FileUpload::new(FILE).label("The file").hint(TAKEN).error(typed.error(FILE)).render())
                (Button::new("Send the file").render())
            })
            .render())
    }
}

/// A file beside what was said of it: a way to download it, and to look at a picture small.
pub fn beside(contact: &str, reference: &str, file: &Listed) -> Markup {
    let at = format!("/contacts/{contact}/files/{reference}");
    html! {
        p class=(govuk::BODY) {
            "File: "
            @if file.is_harmful { (file.name) } @else { a class=(govuk::LINK) href=(at) { (file.name) } }
            " (" (title(file.kind)) ", " (size(file.bytes)) ")"
            @if file.is_harmful { ". It was found to be harmful, and can’t be downloaded." }
            @if file.kind.is_shown() && !file.is_harmful {
                " "
                a class={ (govuk::LINK) " " (govuk::NOT_PRINTED) } href={ (at) "/small" } { "Look at it small" }
            }
        }
    }
}

/// What a file is, as people call it.
fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Pdf => "PDF",
        Kind::Jpeg | Kind::Png | Kind::Webp | Kind::Heic => "picture",
        Kind::Text => "text",
        Kind::Docx | Kind::Odt => "document",
        Kind::Xlsx | Kind::Ods => "sheet",
    }
}

/// How large it is, as people say it: never nothing.
fn size(bytes: u64) -> String {
    const KB: u64 = 1000;
    match bytes.div_ceil(KB) {
        kb @ ..KB => format!("{kb} KB"),
        kb => format!("{} MB", kb.div_ceil(KB)),
    }
}

/// Why one is not given out.
pub fn not_served(why: NotServed) -> Markup {
    html! {
        h1 class=(govuk::HEADING_L) { (NOT_SERVED) }
        p class=(govuk::BODY) { (why) }
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn a_size_is_said_as_people_say_it() {
        for (bytes, said) in
            [(1, "1 KB"), (999, "1 KB"), (1_001, "2 KB"), (999_001, "1 MB"), (2_400_000, "3 MB")]
        {
            assert_eq!(size(bytes), said);
        }
    }
}
