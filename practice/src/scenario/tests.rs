//! Tests of the grammar: a table of errors, and random files.

use super::*;
use proptest::prelude::*;
use std::time::Duration;

/// Expects these errors: a line and a part of the message each.
fn check(text: &str, expected: &[(usize, &str)]) {
    let errors = match parse(text) {
        Ok(scenario) => panic!("{text:?} is accepted: {scenario:?}"),
        Err(errors) => errors,
    };
    assert_eq!(errors.len(), expected.len(), "{text:?}: {errors:#?}");
    for (error, (line, part)) in errors.iter().zip(expected) {
        assert_eq!(error.line, *line, "{text:?}: {errors:#?}");
        assert!(
            error.message.contains(part),
            "{text:?}: {error:?}, expected {part:?}"
        );
    }
}

#[test]
fn a_file_is_read() {
    let text = "# A remark.\nname: late\npurpose: test that your client waits\nseed: 7\n\
                certificate: expired\n\n\
                on RCPT to=*@x.test min-size=3\n  S: 451 no\n";
    check(text, &[(7, "`min-size` is not known at RCPT")]);
    let text = text.replace(" min-size=3", " after=2 per=address chance=5%");
    let scenario = parse(&text).expect("a scenario");
    assert_eq!(scenario.name, "late");
    assert_eq!(scenario.purpose, "test that your client waits");
    assert_eq!(
        (scenario.seed, scenario.certificate),
        (Some(7), CertificateKind::Expired)
    );
    let Script::Rules(rules) = &scenario.script else {
        panic!("{scenario:?}");
    };
    assert_eq!(
        rules[0].to_string(),
        "on RCPT to=*@x.test after=2 per=address chance=5%"
    );
    assert_eq!(rules[0].steps.len(), 1);
    assert_eq!(scenario.to_string().parse_again(), scenario);
    let scenario = parse("certificate: expired\n").expect("a certificate alone is a scenario");
    assert_eq!(scenario.script, Script::Rules(Vec::new()));
    assert_eq!(scenario.to_string().parse_again(), scenario);
}

#[test]
fn all_errors_are_found_each_at_its_line() {
    check(
        "colour: red\nseed: x\ncertificate: bad\nname:\non\non LUNCH\n S: 1\non RCPT nth=0 a=b c\n \
         s: 250 x\n S+ \\q\n S* x y\n PAUSE 99999999999\non BODY 0\n RST\n S: 1\n S: 2\n",
        &[
            (1, "unknown key `colour:`"),
            (2, "not a number"),
            (3, "known are good, expired"),
            (4, "needs a value"),
            (5, "`on` needs a point"),
            (6, "unknown point `LUNCH`"),
            (8, "count from 1"),
            (8, "unknown condition `a`"),
            (8, "not a condition"),
            (9, "steps are in capitals"),
            (10, "unknown escape `\\q`"),
            (11, "\"x\" is not a number"),
            (12, "more than an hour"),
            (13, "1 or more"),
            (15, "line 14 ends the script"),
        ],
    );
}

#[test]
fn steps_stand_where_they_can_be_done() {
    check("on RCPT\n C: x\n", &[(2, "a rule can't")]);
    check("ANSWER\n", &[(1, "below an `on`")]);
    check("on RCPT\n HIDE SIZE\n", &[(2, "use it at `on EHLO`")]);
    check("on BODY 5\n ANSWER\n", &[(2, "inside a message")]);
    check("on EHLO\n ANSWER\n ADD X\n", &[(3, "above `ANSWER`")]);
    check("on EHLO\n ANSWER\n EXECUTE\n", &[(3, "leave one")]);
    check("on EHLO\n CORK\n", &[(2, "needs an `UNCORK`")]);
    check("UNCORK\n", &[(1, "needs a `CORK`")]);
    check("on EHLO\n CORK\n FLOOD 5 x\n UNCORK\n", &[(3, "at once")]);
    check("CORK\nS* 600000 ab\nUNCORK\n", &[(2, "fewer")]);
    check(
        "CORK\nS* 200000 abc\nS* 200000 abc\nUNCORK\n",
        &[(3, "fewer")],
    );
    check("CORK\nS* 300 \\{line}\nUNCORK\n", &[(2, "fewer")]);
    assert!(parse("CORK\nS* 500000 ab\nUNCORK\n").is_ok());
    check(
        "on EHLO\n CORK\n FIN\n",
        &[(2, "needs an `UNCORK`"), (3, "`UNCORK` before `FIN`")],
    );
    check("on RCPT\n", &[(1, "has no steps")]);
    check("on RCPT\non DATA\n S: 1\n", &[(1, "has no steps")]);
    check(
        "S: 220 hi\non RCPT\n S: 1\n",
        &[(1, "either a whole dialogue or rules")],
    );
    check("S: 220 hi\nseed: 1\n", &[(2, "above the first step")]);
    check("", &[(1, "no steps")]);
    check("name: x\n", &[(1, "no steps")]);
    check(
        "HIDE\nREAD\nS*\nS* 2 \nFLOOD 2\nDRIP x\n",
        &[
            (1, "needs something"),
            (2, "needs something"),
            (3, "needs a number"),
            (4, "needs a text"),
            (5, "needs a number"),
            (6, "needs a number"),
        ],
    );
    let long = format!("# {}\nS: 220\n", "x".repeat(crate::limits::SCENARIO));
    check(&long, &[(1, "at most 65536 octets")]);
}

#[test]
fn conditions_that_can_not_be() {
    check(
        "on EHLO to=a@b from=c@d\n S: 1\n",
        &[(1, "`to` is not known"), (1, "`from` is not")],
    );
    check(
        "on EHLO per=address nth=1\n S: 1\n",
        &[(1, "`per` is not known at EHLO")],
    );
    check("on RCPT per=address\n S: 1\n", &[(1, "beside it")]);
    check("on RCPT first=1 nth=2\n S: 1\n", &[(1, "only one of")]);
    check("on RCPT tls=maybe\n S: 1\n", &[(1, "`yes` or `no`")]);
    check("on RCPT tls=yes tls=no\n S: 1\n", &[(1, "given twice")]);
    check("on RCPT rate=5\n S: 1\n", &[(1, "as in `rate=3/60`")]);
    check("on RCPT chance=30\n S: 1\n", &[(1, "percentage")]);
    check("on MAIL min-size=5 max-size=4\n S: 1\n", &[(1, "no size")]);
    check(
        "on RCPT per=week nth=1\n S: 1\n",
        &[(1, "`server`, `connection` or `address`")],
    );
}

#[test]
fn patterns() {
    let check = |pattern: &str, fits: &[&str], others: &[&str]| {
        let text = format!("on RCPT to={pattern}\n S: 1\n");
        let scenario = parse(&text).expect("a scenario");
        let Script::Rules(rules) = scenario.script else {
            panic!("rules");
        };
        let pattern = rules[0].conditions.to.as_ref().expect("a pattern");
        for address in fits {
            assert!(pattern.matches(address), "{pattern} {address}");
        }
        for address in others {
            assert!(!pattern.matches(address), "{pattern} {address}");
        }
    };
    check("a@b", &["a@b", "A@B"], &["a@bc", "aa@b", ""]);
    check(
        "*@b.test",
        &["x@b.test", "@B.test"],
        &["x@b.test.org", "b.test"],
    );
    check("a*b*@c", &["ab@c", "axxbxx@c"], &["ba@c", "ab@cc", "a@c"]);
    check("*", &["", "x@y"], &[]);
    check("a*a", &["aa", "aba"], &["a"]);
}

#[test]
fn built_in_scenarios_have_their_names_and_purposes() {
    let mut purposes = Vec::new();
    for known in BUILT_IN {
        let scenario = match parse(known.text) {
            Ok(scenario) => scenario,
            Err(errors) => panic!("{}: {errors:#?}", known.name),
        };
        assert_eq!(scenario.name, known.name);
        let purpose = scenario.purpose;
        assert!(
            purpose.starts_with("test that your client "),
            "{}: {purpose}",
            known.name
        );
        assert!(!purposes.contains(&purpose), "{}: {purpose}", known.name);
        purposes.push(purpose);
        assert_eq!(BuiltIn::find(known.name), Some(known));
    }
    let mut names: Vec<&str> = BUILT_IN.iter().map(|known| known.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), BUILT_IN.len(), "names are unique");
}

#[test]
fn texts() {
    let check = |line: &str, expect: Result<&[u8], ()>| {
        let got = parse_steps(line).map(|steps| match steps.as_slice() {
            [Step::Send(text)] => text.octets("EHLO x"),
            other => panic!("{line:?}: {other:?}"),
        });
        assert_eq!(got.as_deref().map_err(|_| ()), expect, "{line:?}");
    };
    check("S: 250 ok", Ok(b"250 ok\r\n"));
    check("  S: 250 ok\\x20", Ok(b"250 ok \r\n"));
    check("S:", Ok(b"\r\n"));
    check("S+ 250\\r\\n\\0\\t\\\\\\xff", Ok(b"250\r\n\0\t\\\xff"));
    check("S: you said \\{line}!", Ok(b"you said EHLO x!\r\n"));
    for invalid in [
        "S+ \\q", "S+ \\x9", "S+ \\xgg", "S+ \\x+1", "S+ \\", "X: y", "s: x", "FINE", "S* x y",
        "READ x",
    ] {
        assert!(parse_steps(invalid).is_err(), "{invalid:?}");
    }
}

#[test]
fn steps_of_a_dialogue() {
    let script = "# a remark\n\n  S/3 220 hi\nC: ehlo\nREAD 7\nPAUSE 5\nDRIP* 9 ab\n\
                  FLOOD 70 c\nNO TLS\n";
    let text = |text| Text::parse(text).expect("a text");
    assert_eq!(
        parse_steps(script),
        Ok(vec![
            Step::Split(3, Text::line("220 hi").expect("a text")),
            Step::Expect("EHLO".to_owned()),
            Step::Read(7),
            Step::Pause(Duration::from_millis(5)),
            Step::Drip {
                every: Duration::from_millis(9),
                text: text("ab"),
                endless: true
            },
            Step::Flood(70, text("c")),
            Step::NoTls,
        ])
    );
    assert!(parse_steps("on RCPT\n S: 1\n").is_err());
}

/// Reads what was written.
trait ParseAgain {
    fn parse_again(&self) -> Scenario;
}

impl ParseAgain for String {
    fn parse_again(&self) -> Scenario {
        match parse(self) {
            Ok(scenario) => scenario,
            Err(errors) => panic!("{self}: {errors:?}"),
        }
    }
}

/// Pieces of files, in which most is valid.
const LINES: &[&str] = &[
    "name: a name",
    "purpose: test it",
    "seed: 99",
    "certificate: self-signed",
    "---",
    "# remark",
    "on CONNECT",
    "on RCPT to=a*@b first=2 per=address",
    "on MAIL from=*@x min-size=5 max-size=99 rate=3/60 per=connection",
    "on BODY 1000 chance=50%",
    "on EHLO tls=yes",
    "on MESSAGE every=3 signed-in=no",
    "on ANY after=1",
    "S: 250 ok ",
    "S:",
    "S+  250\\r\\n\\xff\\{line}\\{line} \u{2028}é",
    "S/3 250 x",
    "S* 3 ab",
    "FLOOD 9 x\\r\\n",
    "DRIP 5 250 x\\r\\n",
    "DRIP* 5  ",
    "CORK",
    "UNCORK",
    "PAUSE 10",
    "ANSWER",
    "EXECUTE",
    "HIDE size",
    "ADD X y",
    "FIN",
    "RST",
    "STALL",
    "C: ehlo x",
    "C:",
    "READ 5",
    "RECORD",
    "MESSAGE",
    "TLS",
    "NO TLS",
    "END",
    "SILENT",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn no_file_causes_a_panic(text in "(\\PC|\n|on [A-Z]|S[:+*/]|\\\\|=| ){0,60}") {
        let _ = parse(&text);
        let _ = parse_steps(&text);
    }

    #[test]
    fn what_is_written_reads_as_it_was(
        lines in prop::collection::vec(prop::sample::select(LINES), 0..8),
        octets in prop::collection::vec(any::<u8>(), 0..12),
    ) {
        let text: String = octets.iter().map(|octet| format!("\\x{octet:02x}")).collect();
        for last in [format!("S+ {text}"), format!("S: {text}"), format!("FLOOD 3 a{text}")] {
            let file = format!("{}\n{last}\n", lines.join("\n"));
            match parse(&file) {
                Ok(scenario) => {
                    let written = scenario.to_string();
                    prop_assert_eq!(written.parse_again(), scenario, "{}", written);
                }
                Err(errors) => {
                    let last = file.lines().count();
                    prop_assert!(errors.is_sorted_by_key(|error| error.line));
                    prop_assert!(errors.iter().all(|error| (1..=last).contains(&error.line)));
                }
            }
        }
    }
}
