//! Random input, split at random.

use super::*;
use proptest::prelude::*;

const WORDS: &[&str] = &[
    "EHLO x\r\n",
    "HELO x\r\n",
    "MAIL FROM:<a@b>\r\n",
    "RCPT TO:<c@d>\r\n",
    "RCPT TO:<lost@d>\r\n",
    "DATA\r\n",
    "text\r\n",
    "..\r\n",
    ".\r\n",
    "\n.\n",
    "\r",
    "\n",
    "BDAT 5\r\n",
    "BDAT 3 LAST\r\n",
    "a\r\nb\n",
    "STARTTLS\r\n",
    "AUTH PLAIN\r\n",
    "AUTH LOGIN dXNlcg==\r\n",
    "AHVzZXIAcHJhY3RpY2U=\r\n",
    "*\r\n",
    "RSET\r\n",
    "NOOP\r\n",
    "MAIL FROM:<\"",
    "> SIZE=9 ",
    "RCPT TO:<@x:",
    "BDAT ",
    "QUIT\r\n",
];

fn words() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => prop::sample::select(WORDS)
        .prop_map(|word| word.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..20),
    ]
}

fn line() -> impl Strategy<Value = Vec<u8>> {
    let command = "(MAIL FROM|RCPT TO|AUTH|BDAT|EHLO|VRFY|ATRN|BURL)[ :]\\PC{0,80}";
    prop_oneof![any::<Vec<u8>>(), command.prop_map(String::into_bytes)]
}

fn play(bytes: &[u8], cuts: &[usize]) -> (Vec<String>, u64) {
    let mut session = Session::new(Profile::default(), Security::Clear);
    let mut seen = drain(&mut session);
    let mut left = bytes;
    let mut cuts = cuts.iter().cycle();
    while !left.is_empty() {
        let cut = cuts
            .next()
            .map_or(left.len(), |&cut| cut.clamp(1, left.len()));
        let (piece, rest) = left.split_at(cut);
        session.handle(Input::Received(piece), Duration::ZERO);
        seen.extend(drain(&mut session));
        left = rest;
    }
    session.handle(Input::TlsEstablished, Duration::ZERO);
    session.handle(Input::Received(b"NOOP\r\n"), Duration::ZERO);
    seen.extend(drain(&mut session));
    session.handle(Input::Closed, Duration::ZERO);
    assert_eq!(drain(&mut session), Vec::<String>::new());
    (seen, session.progress())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn replies_do_not_depend_on_how_input_is_split(
        words in prop::collection::vec(words(), 0..60),
        cuts in prop::collection::vec(1usize..40, 1..10),
    ) {
        let bytes = words.concat();
        let whole = play(&bytes, &[]);
        prop_assert_eq!(&play(&bytes, &[1]), &whole);
        prop_assert_eq!(&play(&bytes, &cuts), &whole);
        let closes = whole.0.iter().filter(|seen| *seen == "A: close").count();
        prop_assert!(closes <= 1);
    }

    #[test]
    fn no_line_causes_a_panic(line in line()) {
        let _ = command::parse(&line);
    }
}
