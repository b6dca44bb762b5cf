use idna::uts46::{Hyphens, Uts46};
use proptest::prelude::*;

use super::*;
use crate::uts46::DENIED;
use AddressError as E;

fn check(text: &str, expect: Result<&str, AddressError>) {
    let got = Domain::parse(text);
    let got = got.as_ref().map(Domain::as_str).map_err(|error| *error);
    assert_eq!(got, expect, "{text:?}");
}

fn hidden(code_point: u32) -> AddressError {
    E::Invisible { code_point }
}

#[test]
fn host_names() {
    for text in [
        "x",
        "localhost",
        "example.org",
        "my_host.example",
        "_tls.example",
        "r3---sn.example",
        "3com.com",
        "123.example",
        "x.0xg",
        "xn--3e0b707e.kr",
    ] {
        check(text, Ok(text));
    }
    check("Example.ORG", Ok("example.org"));
    let long = format!("{}.{}", "x".repeat(63), "y".repeat(63));
    check(&long, Ok(&long));
}

#[test]
fn mapped_by_uts_46() {
    check("한국.kr", Ok("xn--3e0b707e.kr"));
    check("BÜCHER.example", Ok("xn--bcher-kva.example"));
    // Decomposed, as copied from some PDF files.
    check("bu\u{308}cher.example", Ok("xn--bcher-kva.example"));
    check("\u{1112}\u{1161}\u{11ab}국.kr", Ok("xn--3e0b707e.kr"));
    check("XN--3E0B707E.kr", Ok("xn--3e0b707e.kr"));
    // Non-transitional: these are letters of their own.
    check("faß.de", Ok("xn--fa-hia.de"));
    check("βόλος.com", Ok("xn--nxasmm1c.com"));
    // Full stops and letters of East Asian input methods.
    check("한국。kr", Ok("xn--3e0b707e.kr"));
    check("한국．kr", Ok("xn--3e0b707e.kr"));
    check("한국｡kr", Ok("xn--3e0b707e.kr"));
    check("ｅｘａｍｐｌｅ．ｏｒｇ", Ok("example.org"));
    // Joiners where the letters need them (RFC 5892 appendix A).
    check("نامه\u{200c}ای.com", Ok("xn--mgba3gch31f060k.com"));
    check("ශ\u{dca}\u{200d}රී.com", Ok("xn--10cl1a0b660p.com"));
}

/// What a URL would take apart, or decode, or what a resolver would take for something else.
#[test]
fn nothing_is_cut_off_or_decoded() {
    for name in ["x.org", "한국.kr"] {
        for text in [
            format!("{name}/evil"),
            format!("{name}:25"),
            format!("{name}?x"),
            format!("{name}#x"),
            format!("{name}\\x"),
            format!("u@{name}"),
            format!("u:p@{name}"),
            format!("//{name}"),
            format!("%61.{name}"),
            format!("{name}%00"),
            format!("{name}."),
            format!("{name}。"),
            format!(".{name}"),
            format!("a..{name}"),
            format!("-{name}"),
            format!("a-.{name}"),
            format!("a .{name}"),
            format!(" {name}"),
            format!("a,{name}"),
            format!("<{name}>"),
            format!("\"{name}\""),
            format!("a\u{ff0f}.{name}"),
            format!("a\u{2100}.{name}"),
            format!("a\u{ff20}{name}"),
            format!("a\u{fffd}.{name}"),
        ] {
            check(&text, Err(E::Domain));
        }
    }
    check("", Err(E::NoDomain));
    check(".", Err(E::Domain));
    check("x\t.org", Err(E::Control));
    check("x.org\r\n", Err(E::Control));
    for text in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7F.1",
        "x.0x",
        "0177.0.0.1",
        "192.0.2",
        "x.1",
        "１２７.0.0.1",
        "①.②",
        "2001:db8::1",
    ] {
        check(text, Err(E::Domain));
    }
}

#[test]
fn too_long() {
    check(&format!("{}.org", "x".repeat(64)), Err(E::Domain));
    // 60 letters, more than 63 octets as an A-label.
    check(&format!("{}.kr", "한국말글".repeat(15)), Err(E::Domain));
    check(
        &format!("{}org", "x.".repeat(125)),
        Ok(&format!("{}org", "x.".repeat(125))),
    );
    check(&format!("{}org", "xx.".repeat(84)), Err(E::TooLong));
}

#[test]
fn a_labels_are_looked_into() {
    // Encodes nothing, ASCII alone, capitals, or a decomposed letter; or is no Punycode.
    for text in [
        "xn--.kr",
        "xn--a.kr",
        "xn--abc-.kr",
        "xn--3e0b707\u{e9}.kr",
        "xn--99999999.kr",
    ] {
        check(text, Err(E::Domain));
    }
    for label in ["BÜCHER", "bu\u{308}cher", "ｘé"] {
        check(&a_label(label), Err(E::Domain));
    }
    // What UTS 46 drops or does not assign may not be brought in by Punycode either.
    for c in [
        '\u{ad}',
        '\u{200b}',
        '\u{34f}',
        '\u{2060}',
        '\u{fe0f}',
        '\u{e000}',
        '\u{e0041}',
    ] {
        check(&a_label(&format!("한{c}국")), Err(E::Domain));
    }
    // The blank Braille pattern is a valid character to UTS 46.
    check(&a_label("한\u{2800}국"), Err(hidden(0x2800)));
    check("한\u{2800}국", Err(hidden(0x2800)));
}

#[test]
fn joiners_where_nothing_joins() {
    for c in ['\u{200c}', '\u{200d}'] {
        check(&format!("x{c}y.org"), Err(hidden(u32::from(c))));
        check(&format!("한{c}국.kr"), Err(hidden(u32::from(c))));
        check(&a_label(&format!("x{c}y")), Err(E::Domain));
    }
}

#[test]
fn letters_of_two_directions() {
    // RFC 5893 §2: a label of letters to the left may not hold, nor the domain mix, these.
    check("אx.com", Err(E::Domain));
    check("א.com", Ok("xn--4db.com"));
    check("1א.com", Err(E::Domain));
}

#[test]
fn address_literals() {
    for text in [
        "[192.0.2.1]",
        "[IPv6:2001:db8::1]",
        "[ipv6:::1]",
        "[IPv6:::ffff:192.0.2.1]",
    ] {
        check(text, Ok(text));
    }
    for text in [
        "[]",
        "[",
        "[192.0.2.1",
        "192.0.2.1]",
        "[192.0.2.01]",
        "[192.0.2]",
        "[0x7f.0.0.1]",
        "[300.1.1.1]",
        "[192.0.2.1:25]",
        "[192.0.2.1].x",
        "[[192.0.2.1]]",
        "[ 192.0.2.1]",
        "[2001:db8::1]",
        "[IPv6:192.0.2.1]",
        "[IPv6:fe80::1%eth0]",
        "[IPv6:fe80::1%25eth0]",
        "[IPv6:2001:db8::1]:25",
        "[IPv6: ::1]",
        "[x-tag:y]",
        "[１９２.0.2.1]",
    ] {
        check(text, Err(E::Domain));
    }
}

/// Every character that UTS 46 drops is known as invisible, so none is dropped without a word.
#[test]
fn nothing_is_dropped() {
    for c in '\0'..=char::MAX {
        let text = format!("x{c}y");
        let Ok(domain) = Domain::parse(&text) else {
            continue;
        };
        assert_ne!(domain.as_str(), "xy", "U+{:04X} is dropped", u32::from(c));
        assert_eq!(Domain::parse(domain.as_str()), Ok(domain), "{text:?}");
    }
}

/// `label` in Punycode, whatever it holds.
fn a_label(label: &str) -> String {
    let code = idna::punycode::encode_str(label).expect("a short label");
    format!("xn--{code}.kr")
}

proptest! {
    #[test]
    fn what_parses_is_read_again_as_the_same(text in "\\PC{0,12}|[a-z0-9.ß한国。\u{200d}xn-]{0,16}") {
        if let Ok(domain) = Domain::parse(&text) {
            let wire = domain.as_str().to_owned();
            prop_assert!(wire.is_ascii());
            let whole = wire.split('.').all(|label| matches!(label.len(), 1..=63));
            prop_assert!(whole);
            prop_assert_eq!(Domain::parse(&wire), Ok(domain.clone()));
            // The Unicode form of what is sent means the same.
            let (unicode, valid) = Uts46::new().to_unicode(
                wire.as_bytes(), DENIED, Hyphens::CheckFirstLast);
            if !wire.starts_with('[') {
                prop_assert!(valid.is_ok());
                prop_assert_eq!(Domain::parse(&unicode), Ok(domain));
            }
        }
    }
}
