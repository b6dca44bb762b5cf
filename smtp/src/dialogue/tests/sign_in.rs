//! Scripts of AUTH: which mechanism is tried after which answer, and what is said to challenges.

use super::*;

const NONE: &str = "[joon@example.net -, team@example.com -]";

const START: &str = "
    TLS
    S: 220 x
    C: EHLO client.example
    S: 250-x";

const LOGIN: &str = "
    C: AUTH LOGIN
    S: 334 VXNlcm5hbWU6
    C: bWluYQ==
    S: 334 UGFzc3dvcmQ6
    C: aHVudGVyMg==";

const PLAIN: &str = "
    C: AUTH PLAIN AG1pbmEAaHVudGVyMg==";

/// Both mechanisms are offered, and PLAIN is answered by `answer`.
fn answered(answer: &str, then: &str) {
    check(
        &signing_in(Security::Tls),
        SendMode::Run,
        &format!("{START}\nS: 250 AUTH PLAIN LOGIN{PLAIN}\nS: {answer}\n{then}"),
    );
}

#[test]
fn another_mechanism_is_tried_after_an_answer_about_the_mechanism() {
    for answer in [
        "504 what?",
        "504 5.5.4 Unrecognized authentication type",
        "504 5.7.4 Unrecognized authentication type",
        "504 5.3.3 AUTH mechanism PLAIN not available",
        "534 too weak",
        "534 5.7.9 Authentication mechanism is too weak",
        "501 5.5.4 Invalid authentication mechanism",
        "550 5.7.4 Security features not supported",
    ] {
        answered(
            answer,
            &format!(
                "{LOGIN}
                S: 235 in
                C: MAIL FROM:<mina@example.org>
                S: 550 no
                C: QUIT
                S: 221 bye
                = refused at Envelope: 550 no {NONE}"
            ),
        );
    }
}

#[test]
fn no_other_mechanism_is_tried_after_an_answer_about_anything_else() {
    for answer in [
        "454 4.7.0 later",
        "454 4.7.9 later",
        "432 4.7.12 change it",
        "500 what?",
        "500 5.5.6 too long",
        "501 5.5.2 bad base64",
        "502 5.5.1 no AUTH here",
        "503 5.5.1 not now",
        "503 5.5.4 not now",
        "530 5.7.0 TLS first",
        "535 5.7.8 wrong",
        "535 5.7.9 wrong",
        "535 5.5.4 wrong",
        "538 5.7.11 encrypt",
        "538 5.7.9 encrypt",
        "504 5.7.8 wrong",
        "534 5.7.8 wrong",
        "534 5.7.13 disabled",
        "534 5.7.14 in a browser",
        "534 5.7.11 encrypt",
        "550 5.7.1 no",
        "550 no",
    ] {
        answered(
            answer,
            &format!("C: QUIT\nS: 221 bye\n= refused at SignIn: {answer} {NONE}"),
        );
    }
}

#[test]
fn the_last_refusal_decides() {
    for answer in ["535 5.7.8 wrong", "504 nor this", "454 4.7.0 later"] {
        answered(
            "504 not this",
            &format!(
                "{LOGIN}
                S: {answer}
                C: QUIT
                S: 221 bye
                = refused at SignIn: {answer} {NONE}"
            ),
        );
    }
    answered(
        "534 not this",
        &format!(
            "C: AUTH LOGIN
            S: 504 nor this
            C: QUIT
            S: 221 bye
            = refused at SignIn: 504 nor this {NONE}"
        ),
    );
    answered(
        "504 not this",
        &format!("C: AUTH LOGIN\nCLOSE\n= failed at SignIn: ConnectionLost {NONE}"),
    );
    // Where there is no other, it decides itself.
    check(
        &signing_in(Security::Tls),
        SendMode::Run,
        &format!(
            "{START}
            S: 250 AUTH PLAIN GSSAPI
            {PLAIN}
            S: 504 not this
            C: QUIT
            S: 221 bye
            = refused at SignIn: 504 not this {NONE}"
        ),
    );
}

#[test]
fn an_operator_sees_the_other_mechanism_before_it_goes() {
    check(
        &signing_in(Security::Tls),
        SendMode::Step,
        &format!(
            "TLS
            S: 220 x
            P: EHLO client.example
            > send
            C: EHLO client.example
            S: 250-x
            S: 250-AUTH=LOGIN
            S: 250 AUTH PLAIN
            P: AUTH PLAIN ⟨secret⟩
            > send
            {PLAIN}
            S: 504 not this
            P: AUTH LOGIN
            > send
            C: AUTH LOGIN
            S: 535 no
            P: QUIT
            > send
            C: QUIT
            S: 221 bye
            = refused at SignIn: 535 no {NONE}"
        ),
    );
    // What took the place of the planned line counts, not what was planned.
    check(
        &signing_in(Security::Tls),
        SendMode::Step,
        &format!(
            "TLS
            S: 220 x
            P: EHLO client.example
            > send
            C: EHLO client.example
            S: 250-x
            S: 250 AUTH PLAIN LOGIN
            P: AUTH PLAIN ⟨secret⟩
            > send AUTH LOGIN
            C: AUTH LOGIN
            S: 504 not this
            P: AUTH PLAIN ⟨secret⟩
            > run
            {PLAIN}
            S: 504 nor this
            C: QUIT
            S: 221 bye
            = refused at SignIn: 504 nor this {NONE}"
        ),
    );
}

#[test]
fn what_challenges_say_is_passed_over() {
    let odd = [
        "334",
        "334 ",
        "334 Username:",
        "334 VXNlcm5hbWU",
        "334 UGFzc3dvcmQ6",
        "334 사용자 이름",
        "334 !!!!",
        "334 ====",
    ];
    for first in odd {
        for second in odd {
            let script = format!(
                "{START}
                S: 250 AUTH LOGIN
                C: AUTH LOGIN
                S: {first}
                C: bWluYQ==
                S: {second}
                C: aHVudGVyMg==
                S: 535 no
                C: QUIT
                S: 221 bye
                = refused at SignIn: 535 no {NONE}"
            );
            replay(
                &signing_in(Security::Tls),
                SendMode::Run,
                &script,
                usize::MAX,
                usize::MAX,
            );
        }
    }
    // PLAIN without initial response: the server asks for it with an empty challenge (RFC 4954
    // §4).
    for challenge in odd {
        let script = format!(
            "TLS
            S: 220 x
            P: EHLO client.example
            > send
            C: EHLO client.example
            S: 250-x
            S: 250 AUTH PLAIN
            P: AUTH PLAIN ⟨secret⟩
            > send AUTH PLAIN
            C: AUTH PLAIN
            S: {challenge}
            P: ⟨secret⟩
            > run
            C: AG1pbmEAaHVudGVyMg==
            S: {challenge}
            C: *
            S: 501 cancelled
            C: QUIT
            S: 221 bye
            = refused at SignIn: 501 cancelled {NONE}"
        );
        replay(
            &signing_in(Security::Tls),
            SendMode::Step,
            &script,
            usize::MAX,
            usize::MAX,
        );
    }
}

#[test]
fn what_answers_a_cancellation_leads_to_no_other_mechanism() {
    for answer in ["501 cancelled", "504 not this", "534 not this"] {
        answered(
            "334 more",
            &format!(
                "C: *
                S: {answer}
                C: QUIT
                S: 221 bye
                = refused at SignIn: {answer} {NONE}"
            ),
        );
    }
}
