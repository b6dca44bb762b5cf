use proptest::prelude::*;

use super::*;
use AddressError as A;
use MailboxError as E;

fn check(text: &str, expect: Result<(&str, &str), MailboxError>) {
    let got = Mailbox::parse(text);
    let got = got
        .as_ref()
        .map(|mailbox| (mailbox.name.as_str(), mailbox.address.to_string()))
        .map_err(|error| *error);
    let expect = expect.map(|(name, address)| (name, address.to_owned()));
    assert_eq!(got, expect, "{text:?}");
}

#[test]
fn mailboxes() {
    check("m@x.org", Ok(("", "m@x.org")));
    check(" m@x.org\u{3000}\n", Ok(("", "m@x.org")));
    check(" < m@x.org > ", Ok(("", "m@x.org")));
    check("Mina Park <m@x.org>", Ok(("Mina Park", "m@x.org")));
    check("Mina<m@x.org>", Ok(("Mina", "m@x.org")));
    check("박민아 <m@한국.kr>", Ok(("박민아", "m@xn--3e0b707e.kr")));
    check("m@x.org (Mina)", Ok(("Mina", "m@x.org")));
    check(
        "m@x.org(Mina (the first) \\))",
        Ok(("Mina (the first) )", "m@x.org")),
    );
    check("m@x.org (Mina <3)", Ok(("Mina <3", "m@x.org")));
    check("m@x.org (5\" disk)", Ok(("5\" disk", "m@x.org")));
    check("\"a<b\"@x.org", Ok(("", "\"a<b\"@x.org")));
    check("\"a(b)@c\"@x.org", Ok(("", "\"a(b)@c\"@x.org")));
    check("M <\"a>b\"@x.org>", Ok(("M", "\"a>b\"@x.org")));
    check("a..b.@docomo.ne.jp", Ok(("", "\"a..b.\"@docomo.ne.jp")));
    check("mailto:m@x.org", Ok(("", "m@x.org")));
    check("Mina <MAILTO:m@x.org>", Ok(("Mina", "m@x.org")));
    check("m@[192.0.2.1]", Ok(("", "m@[192.0.2.1]")));
    check("m@localhost", Ok(("", "m@localhost")));
}

#[test]
fn names() {
    check("\"Park, Mina\" <m@x.org>", Ok(("Park, Mina", "m@x.org")));
    check("Park, Mina <m@x.org>", Ok(("Park, Mina", "m@x.org")));
    check(
        "\"a \\\"b\\\" <c>\" <m@x.org>",
        Ok(("a \"b\" <c>", "m@x.org")),
    );
    check(
        "Mina \"Mimi\" Park <m@x>",
        Ok(("Mina \"Mimi\" Park", "m@x")),
    );
    check("\"Mina\" \"Park\" <m@x>", Ok(("\"Mina\" \"Park\"", "m@x")));
    check("Mina (work) <m@x>", Ok(("Mina (work)", "m@x")));
    check("Mina :( <m@x>", Ok(("Mina :(", "m@x")));
    check("O'Neil <m@x>", Ok(("O'Neil", "m@x")));
    // Legal, whatever it looks like: both are shown.
    check("boss@corp <evil@x>", Ok(("boss@corp", "evil@x")));
    check("\"a@x, b@y\" <evil@x>", Ok(("a@x, b@y", "evil@x")));
    // An emoji needs its joiner and its variation selector.
    check(
        "👩\u{200d}💻 ☀\u{fe0f} <m@x>",
        Ok(("👩\u{200d}💻 ☀\u{fe0f}", "m@x")),
    );
}

#[test]
fn marked() {
    check("", Err(A::Empty.into()));
    check("<>", Err(A::Empty.into()));
    check("Mina <>", Err(A::Empty.into()));
    check("Mina", Err(A::NoAt.into()));
    check("postmaster", Err(A::NoAt.into()));
    check("Mina\r\nBcc: y <m@x.org>", Err(A::Control.into()));
    check("a\tm@x.org", Err(A::Control.into()));
    check("Team:m@x.org", Err(A::LocalPart.into()));
    check("m@x.org.", Err(A::Domain.into()));
    check("m@x.org;", Err(A::Domain.into()));
    check("m@한국.kr/evil", Err(A::Domain.into()));
    check("m@한국.kr:25", Err(A::Domain.into()));
    check("http://x.org/@m", Err(A::LocalPart.into()));
    check(
        "m@x\u{200b}.org",
        Err(A::Invisible { code_point: 0x200b }.into()),
    );
    check(
        "Mina <\u{202a}m@x.org>",
        Err(A::Invisible { code_point: 0x202a }.into()),
    );

    check("\"Mina <m@x.org>", Err(E::Quotes));
    check("Mina\" <m@x.org>", Err(E::Quotes));
    check("\"m@x.org\"", Err(E::Quotes));
    check("\"m\"a@x.org", Err(E::Quotes));
    check("Mina <m@x.org", Err(E::AngleBrackets));
    check("Mina m@x.org>", Err(E::AngleBrackets));
    check("<<m@x.org>>", Err(E::AngleBrackets));
    check("> m@x.org <", Err(E::AngleBrackets));
    check("Mina <m@x.org> y", Err(E::TextAfter));
    check("Mina <m@x.org>,", Err(E::TextAfter));
    check("Mina <m@x.org> (work)", Err(E::Comment));
    check("m@x.org (Mina) more", Err(E::Comment));
    check("m@x.org (Mina) (Park)", Err(E::Comment));
    check("(Mina) m@x.org", Err(E::Comment));
    check("(Mina)", Err(E::Comment));
    check("m(Mina)@x.org", Err(E::Comment));
    check("m@(Mina)x.org", Err(E::Comment));
    check("<m@x.org(Mina)>", Err(E::Comment));
    check("m@x.org (Mina", Err(E::Comment));
    check("m@x.org Mina)", Err(E::Comment));
    check("a@b@c", Err(E::SeveralAddresses));
    check("a@x b@y", Err(E::SeveralAddresses));
    check("a@x, b@y", Err(E::SeveralAddresses));
    check("a@x, Mina <b@y>", Err(E::SeveralAddresses));
    check("Name <a@x> <b@y>", Err(E::SeveralAddresses));
    check("Name <a@x> b@y", Err(E::SeveralAddresses));
    check("Name <a@x>, Name <b@y>", Err(E::SeveralAddresses));
    check("<a@x, b@y>", Err(E::SeveralAddresses));
    check("<@a,@b:c@d>", Err(E::Route));
    check("@a:c@d", Err(E::Route));
    check("Mina m@x.org", Err(E::Space));
    check("Team: m@x.org", Err(E::Space));
    check("m @x.org", Err(E::Space));
    check("m@ x.org", Err(E::Space));
    check("m@192.0.2.1", Err(E::BareIpAddress));
    check("m@[2001:db8::1]", Err(E::BareIpAddress));
    check("m@2001:db8::1", Err(E::BareIpAddress));
    check("mailto:m%40b@x.org", Err(E::Link));
    check("mailto:m@x.org?subject=hi", Err(E::Link));
    check("mailto:", Err(A::Empty.into()));
}

proptest! {
    /// What the page accepts is what the bridge, which reads the address again, sends to.
    #[test]
    fn the_bridge_reads_the_same(
        text in "(\\PC{0,6}|[a-z.\" <>()@]{0,12})@[a-z한국ß。._\\[\\]:1]{1,10}[)> ]?",
    ) {
        if let Ok(mailbox) = Mailbox::parse(&text) {
            let wire = mailbox.address.to_string();
            prop_assert_eq!(Address::parse(&wire), Ok(mailbox.address.clone()));
            let bare = Mailbox { name: String::new(), ..mailbox };
            prop_assert_eq!(Mailbox::parse(&wire), Ok(bare));
        }
    }

    /// Name and address hold everything that was typed, but for spaces and what encloses them.
    #[test]
    fn nothing_is_passed_over(text in "[ab<>()\"@, .;:x]{0,14}") {
        if let Ok(mailbox) = Mailbox::parse(&text) {
            let kept = |text: &str| -> String {
                let mut kept: Vec<char> =
                    text.chars().filter(|c| !" <>()\"".contains(*c)).collect();
                kept.sort_unstable();
                kept.into_iter().collect()
            };
            let both = format!("{}{}", mailbox.name, mailbox.address);
            prop_assert_eq!(kept(&both), kept(&text));
        }
    }
}
