//! Letters that are really delivered, over a socket, to a mail server of our own.

use platform::mail::{
    Address, Letter, MailError, Mailer,
    sink::{Received, Sink},
};

const SENDER: &str = "Sightline <sightline@seaholme.example>";

fn letter(message_id: &str) -> Letter {
    Letter {
        to: Address::new("owen@marram.example").unwrap(),
        subject: "Something is waiting – sign in".into(),
        body: "Sign in to read it.\n.\nDon’t reply.\n".into(),
        message_id: message_id.into(),
    }
}

async fn sink_and_mailer() -> (Sink, Mailer) {
    let sink = Sink::start().await.unwrap();
    let mailer = Mailer::new(&sink.url(), SENDER).unwrap();
    (sink, mailer)
}

fn headers<'a>(letter: &'a Received, name: &str) -> Vec<&'a str> {
    let head = letter.text.split("\n\n").next().unwrap();
    head.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).collect()
}

#[tokio::test]
async fn a_letter_is_really_delivered_to_one_person() {
    let (sink, mailer) = sink_and_mailer().await;
    mailer.send(&letter("0198-aa")).await.unwrap();
    let letters = sink.letters();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].to, ["owen@marram.example"]);
    assert_eq!(headers(&letters[0], "To"), ["owen@marram.example"]);
    assert_eq!(headers(&letters[0], "From"), ["Sightline <sightline@seaholme.example>"]);
    assert_eq!(headers(&letters[0], "Auto-Submitted"), ["auto-generated"]);
    assert_eq!(headers(&letters[0], "Content-Type"), ["text/plain; charset=utf-8"]);
    assert!(headers(&letters[0], "Cc").is_empty() && headers(&letters[0], "Bcc").is_empty());
    assert!(letters[0].text.contains("Sign in to read it."), "{}", letters[0].text);
}

#[tokio::test]
async fn a_letter_that_is_sent_again_is_recognised() {
    let (sink, mailer) = sink_and_mailer().await;
    for id in ["one", "one", "two"] {
        mailer.send(&letter(id)).await.unwrap();
    }
    let ids: Vec<_> = sink.letters().iter().map(|l| headers(l, "Message-ID").concat()).collect();
    assert_eq!(ids, ["<one@seaholme.example>", "<one@seaholme.example>", "<two@seaholme.example>"]);
}

#[tokio::test]
async fn what_is_written_can_add_no_header_and_no_recipient() {
    let (sink, mailer) = sink_and_mailer().await;
    let subject = "Hello\r\nBcc: eve@elsewhere.example".into();
    let _ = mailer.send(&Letter { subject, ..letter("one") }).await;
    for kept in sink.letters() {
        assert_eq!(kept.to, ["owen@marram.example"]);
        assert!(headers(&kept, "Bcc").is_empty(), "{}", kept.text);
    }
    for id in ["", "one>\r\nBcc: eve@elsewhere.example", "one two"] {
        assert!(matches!(mailer.send(&letter(id)).await, Err(MailError::Refused(_))), "{id}");
    }
}

#[tokio::test]
async fn trouble_that_may_pass_is_told_from_a_refusal_for_good() {
    let (sink, mailer) = sink_and_mailer().await;
    // 535 is a wrong password of ours and 554 a server that takes nothing from here.
    for code in [421, 450, 451, 452, 500, 530, 535, 554] {
        sink.refuse_next(1, code);
        let sent = mailer.send(&letter("one")).await;
        assert!(matches!(sent, Err(MailError::Unreachable(_))), "{code}: {sent:?}");
    }
    for code in [550, 551, 552, 553] {
        sink.refuse_next(1, code);
        let sent = mailer.send(&letter("one")).await;
        assert!(matches!(sent, Err(MailError::Refused(_))), "{code}: {sent:?}");
    }
    assert!(sink.letters().is_empty());
    mailer.send(&letter("one")).await.unwrap();
    assert_eq!(sink.letters().len(), 1);
}

#[tokio::test]
async fn a_server_that_is_down_may_be_up_later() {
    let (sink, mailer) = sink_and_mailer().await;
    mailer.send(&letter("one")).await.unwrap();
    sink.stop().await;
    let sent = mailer.send(&letter("two")).await;
    assert!(matches!(sent, Err(MailError::Unreachable(_))), "{sent:?}");
}

#[tokio::test]
async fn many_letters_at_once_arrive_once_each() {
    let (sink, mailer) = sink_and_mailer().await;
    let letters = (0..40).map(|n| {
        let mailer = mailer.clone();
        tokio::spawn(async move { mailer.send(&letter(&n.to_string())).await })
    });
    for sent in letters.collect::<Vec<_>>() {
        sent.await.unwrap().unwrap();
    }
    let mut ids: Vec<_> =
        sink.letters().iter().map(|l| headers(l, "Message-ID").concat()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), sink.letters().len()), (40, 40));
}

#[test]
fn an_address_is_read_or_refused_and_never_shown_by_accident() {
    for wrong in ["", "owen", "owen@", "@marram.example", "owen@marram.example\r\nBcc: a@b.example"]
    {
        assert!(Address::new(wrong).is_err(), "{wrong}");
    }
    assert!(Address::new(&format!("{}@marram.example", "o".repeat(254))).is_err());
    let said = format!("{:?}", letter("one"));
    assert!(!said.contains("owen") && !said.contains("waiting"), "{said}");
    assert!(!format!("{:?}", letter("one").to).contains("owen"));
}

#[tokio::test]
async fn a_password_never_goes_over_a_network_unencrypted() {
    for wrong in [
        "smtp://us:secret@mail.example",
        "SMTP://us:secret@mail.example:587?tls=opportunistic",
        "smtp://us:secret@mail.example/tls=required",
    ] {
        let Err(error) = Mailer::new(wrong, SENDER) else { panic!("{wrong}") };
        assert!(!error.to_string().contains("secret"));
    }
    for right in [
        "smtp://us:secret@127.0.0.1:2525",
        "smtps://us:secret@mail.example",
        "smtp://us:secret@mail.example:587?tls=required",
        "smtp://mail.example",
    ] {
        Mailer::new(right, SENDER).unwrap();
    }
    assert!(Mailer::new("gopher://mail.example", SENDER).is_err());
    assert!(Mailer::new("smtp://mail.example", "nobody").is_err());
}
