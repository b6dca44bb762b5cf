use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;

/// Secrets with one that was sent.
fn sent(secret: &str) -> Secrets {
    let secrets = Secrets::new();
    secrets.add(secret, &[]);
    secrets.sent(secret);
    secrets
}

fn none() -> Vec<String> {
    Vec::new()
}

fn check(secret: &str, before: &str, said: &str, expect: &str) {
    let secrets = Secrets::new();
    secrets.add(secret, &[]);
    assert_eq!(secrets.clean(before, &none), before);
    secrets.sent(secret);
    let cleaned = secrets.clean(said, &none);
    assert_eq!(cleaned, expect, "{secret:?} in {said:?}");
}

#[test]
fn secrets_go_in_any_dress() {
    check("hunter2", "", "535 bad hunter2!", "535 bad ⟨secret⟩!");
    check("hunter2", "", "HUNTER2", "⟨secret⟩");
    check(
        "p@ss w",
        "",
        "a p@ss w b p%40ss%20w",
        "a ⟨secret⟩ b ⟨secret⟩",
    );
    check("hunter2", "", "68756e74657232", "⟨secret⟩");
    for said in [
        "68 75 6E 74 65 72 32",
        "68:75:6e:74:65:72:32",
        "104, 117, 110, 116, 101, 114, 50",
        "104 117 110 116 101 114 50",
        "%68%75%6e%74%65%72%32",
        "hun%74er2",
        "=68=75=6E=74=65=72=32",
        "\\x68\\x75\\x6e\\x74\\x65\\x72\\x32",
        "\\u0068\\u0075\\u006e\\u0074\\u0065\\u0072\\u0032",
        "\\u{68}unter2",
        "\\150\\165\\156\\164\\145\\162\\062",
        "&#104;&#117;&#110;&#116;&#101;&#114;&#50;",
        "&#x68;&#x75;&#x6e;&#x74;&#x65;&#x72;&#x32;",
    ] {
        check("hunter2", "", said, "⟨secret⟩");
    }
    check(
        "hunter2",
        "",
        "0x68, 0x75, 0x6e, 0x74, 0x65, 0x72, 0x32",
        "0x⟨secret⟩",
    );
    check("a&b <c", "", "x a&amp;b &lt;c y", "x ⟨secret⟩ y");
    check("a&b <c", "", "x a%26b+%3Cc y", "x ⟨secret⟩ y");
    check(
        "비밀번호",
        "",
        "&#48708;&#48128;&#48264;&#54840;",
        "⟨secret⟩",
    );
    check("비밀번호", "", "\\ube44\\ubc00\\ubc88\\ud638", "⟨secret⟩");
    check(
        "hunter2",
        "",
        "5.7.8 Error 535: 10.20.30.40 said 0x1f, 100% of 64 = 0x40",
        "5.7.8 Error 535: 10.20.30.40 said 0x1f, 100% of 64 = 0x40",
    );
    check("a", "", "a cat, a", "⟨secret⟩ cat, ⟨secret⟩");
    check("비밀번호", "", "x비밀번호y", "x⟨secret⟩y");
    for before in ["", "u", "us", "use", "\0user\0"] {
        for behind in ["", "x", "xy", "xyz"] {
            let said = STANDARD.encode(format!("{before}correct horse{behind}"));
            let cleaned = sent("correct horse").clean(&said, &none);
            assert!(cleaned.contains(SECRET), "{said} became {cleaned}");
            let left = cleaned.replace(SECRET, "");
            assert!(
                left.len() <= 4 + (before.len() + behind.len()) * 2,
                "{said} became {cleaned}"
            );
        }
    }
}

#[test]
fn secrets_go_over_line_ends_too() {
    let check = |said: &[&str], expect: &[&str]| {
        let lines = said.iter().map(|line| (*line).to_owned()).collect();
        let code = crate::reply::Code::new(535).expect("a code");
        let reply = sent("hunter2").clean_reply(Reply::new(code, lines), &none);
        assert_eq!(reply.lines, expect, "{said:?}");
    };
    check(
        &["you said hun", "ter2, no"],
        &["you said ⟨secret⟩", "⟨secret⟩, no"],
    );
    check(&["h", "u", "nter", "2"], &[SECRET, SECRET, SECRET, SECRET]);
    check(&["AGEAaH", "VudGVyMg=="], &["AGEA⟨secret⟩", "⟨secret⟩=="]);
    check(&["hunter", "3"], &["hunter", "3"]);
    check(&["", "hunter2", ""], &["", SECRET, ""]);
}

#[test]
fn words_a_server_used_before_it_could_know_are_no_echo() {
    check(
        "practice",
        "mail.practice.test ready",
        "mail.practice.test says practice",
        "mail.practice.test says ⟨secret⟩",
    );
}

/// Were the word looked at anew for each secret in it, this would take minutes.
#[test]
fn a_word_full_of_secrets_takes_no_longer_than_as_many_words() {
    let secrets = Secrets::new();
    secrets.add("abc", &[]);
    let word = "abc".repeat(100_000);
    assert_eq!(secrets.clean("x-abc", &none), "x-abc");
    secrets.sent("abc");
    assert_eq!(secrets.clean(&word, &none), SECRET.repeat(100_000));
    let cleaned = secrets.clean("x-abc abc", &none);
    assert_eq!(cleaned, format!("x-abc {SECRET}"));
}

#[test]
fn nothing_secret_changes_nothing() {
    assert_eq!(Secrets::new().clean("a  b\t", &none), "a  b\t");
}

/// A number from 128 to 255 in an escape is an octet to one program and a code point to another.
#[test]
fn escapes_beyond_ascii_are_read_both_ways() {
    const SECRET_WORD: &str = "Kaf\u{e9}-\u{c4}rger";
    let octets = |form: fn(u8) -> String| SECRET_WORD.bytes().map(form).collect::<String>();
    let points = |form: fn(u32) -> String| -> String {
        SECRET_WORD.chars().map(|c| form(u32::from(c))).collect()
    };
    for said in [
        octets(|b| format!("\\u{b:04x}")),
        octets(|b| format!("\\u{{{b:x}}}")),
        octets(|b| format!("\\x{b:02x}")),
        octets(|b| format!("\\{b:03o}")),
        octets(|b| format!("%{b:02X}")),
        octets(|b| format!("={b:02X}")),
        octets(|b| format!("&#{b};")),
        points(|c| format!("\\u{c:04x}")),
        points(|c| format!("\\U{c:08x}")),
        points(|c| format!("\\u{{{c:x}}}")),
        points(|c| format!("\\x{{{c:x}}}")),
        points(|c| format!("\\x{c:02x}")),
        points(|c| format!("\\{c:03o}")),
        points(|c| format!("%{c:02x}")),
        points(|c| format!("={c:02X}")),
        points(|c| format!("&#{c};")),
        points(|c| format!("&#x{c:X};")),
        "Kaf\\u00e9-\u{c4}rger".to_owned(),
        "KAF\u{c9}-\u{c4}RGER".to_owned(),
        "kaf\u{e9}-\u{e4}rger".to_owned(),
    ] {
        check(SECRET_WORD, "", &said, SECRET);
    }
    check("key\u{1f511}", "", "key\\ud83d\\udd11", SECRET);
    check("key\u{1f511}", "", "key&#55357;&#56593;", SECRET);
    check(
        "key\u{1f511}",
        "",
        "key\\u{1f511} \\ud83d",
        "⟨secret⟩ \\ud83d",
    );
}

#[test]
fn other_character_sets_are_seen_through() {
    for word in ["Kaf\u{e9}-\u{c4}rger", "hunter2"] {
        let latin1: Vec<u8> = word.chars().filter_map(|c| u8::try_from(c).ok()).collect();
        let little: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = word.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for octets in [latin1, little, big] {
            let hex: String = octets.iter().map(|b| format!("{b:02x}")).collect();
            check(word, "", &hex, SECRET);
            let digits = STANDARD.encode(&octets);
            let cleaned = sent(word).clean(&digits, &none);
            let left = cleaned.replace(SECRET, "");
            assert!(
                cleaned.contains(SECRET) && left.len() <= 3,
                "{digits}: {cleaned}"
            );
        }
    }
}

#[test]
fn what_one_server_was_given_no_other_shows() {
    let secrets = Secrets::new();
    secrets.add("practice", &[]);
    assert_eq!(
        secrets.clean("mail.practice.test", &none),
        "mail.practice.test"
    );
    secrets.sent("practice");
    // A later dialogue adds its own secret, and the same one again.
    secrets.add("hunter2", &[]);
    secrets.add("practice", &[]);
    let later = secrets.clean("mail.practice.test: practice hunter2 x-practice", &none);
    assert_eq!(
        later,
        format!("mail.practice.test: {SECRET} hunter2 x-{SECRET}"),
        "a word counts for one secret, and before it was sent"
    );
}

#[test]
fn own_words_stay_readable_unless_they_are_the_secret() {
    let own = || vec!["example.org".to_owned(), "hunter2".to_owned()];
    let secrets = sent("example");
    assert_eq!(
        secrets.clean("<mina@EXAMPLE.org> example xexample.org", &own),
        format!("<mina@EXAMPLE.org> {SECRET} x{SECRET}.org")
    );
    let secrets = sent("hunter2");
    assert_eq!(secrets.clean("hunter2", &own), SECRET);
}

#[test]
fn typed_lines_hold_secrets_that_were_not_sent_yet() {
    let secrets = Secrets::new();
    secrets.add("data", &[]);
    assert!(!secrets.occur_in("DATA", &none));
    assert!(secrets.occur_in("NOOP data", &none));
    assert_eq!(
        secrets.clean_typed("data DATA", &none),
        format!("data {SECRET}")
    );
    assert!(secrets.occur_in(&STANDARD.encode("\0mina\0data"), &none));
}

#[test]
fn the_one_used_longest_ago_is_forgotten_first() {
    let secrets = Secrets::new();
    for n in 0..=limits::SECRETS {
        secrets.add(&format!("secret-{n}-"), &[]);
        secrets.add("secret-1-", &[]);
    }
    for n in 0..=limits::SECRETS {
        let found = secrets.occur_in(&format!("NOOP secret-{n}-"), &none);
        assert_eq!(found, n != 0, "{n}");
    }
}

#[test]
fn part_of_a_character_is_no_secret() {
    for secret in ["\u{e9}", "a\u{e9}", "ab\u{e9}"] {
        let text = "ab\u{9400} a\u{9400} \u{9400}";
        check(secret, "", text, text);
        check(
            secret,
            "",
            &format!("x {secret} y"),
            &format!("x {SECRET} y"),
        );
    }
}
