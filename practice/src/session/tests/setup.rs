//! Tests of STARTTLS and AUTH.

use super::*;

#[test]
fn starttls_resets_the_session() {
    check_extended(
        "C: AUTH PLAIN AHVzZXIAcHJhY3RpY2U=
         C: MAIL FROM:<a@b>
         S: 235 2.7.0
         S: 250
         C: STARTTLS
         C: NOOP
         c: RS
         S: 220 2.0.0
         A: start tls
         I: tls
         C: MAIL FROM:<a@b>
         S: 503 5.5.1
         C: EHLO client
         S: 250-mail
         S: 250-PIPELINING
         S: 250-8BITMIME
         S: 250-SMTPUTF8
         S: 250-CHUNKING
         S: 250-AUTH PLAIN LOGIN
         S: 250-ENHANCEDSTATUSCODES
         S: 250 SIZE
         C: STARTTLS
         S: 503 5.5.1
         C: MAIL FROM:<a@b>
         C: RCPT TO:<c@d>
         C: DATA
         S: 250
         S: 250
         S: 354
         C: .
         A: deliver a@b -> c@d tls \"\"
         S: 250",
    );
}

#[test]
fn signing_in() {
    check_extended(
        "C: AUTH PLAIN\n S: 334 \n C: AHVzZXIAcHJhY3RpY2U=\n S: 235 2.7.0\n C: AUTH PLAIN\n\
         S: 503 5.5.1",
    );
    check_extended(
        "C: AUTH LOGIN\n S: 334 VXNlcm5hbWU6\n C: dXNlcg==\n S: 334 UGFzc3dvcmQ6\n\
         C: cHJhY3RpY2U=\n S: 235 2.7.0",
    );
    check_extended("C: auth login dXNlcg==\n S: 334 UGFzc3dvcmQ6\n C: d3Jvbmc=\n S: 535 5.7.8");
    check_extended("C: AUTH PLAIN AHVzZXIAd3Jvbmc=\n S: 535 5.7.8");
    // Acting for another user, and an empty user name.
    check_extended("C: AUTH PLAIN b3RoZXIAdXNlcgBwcmFjdGljZQ==\n S: 535 5.7.8");
    check_extended("C: AUTH PLAIN AABwcmFjdGljZQ==\n S: 535 5.7.8");
    check_extended(
        "C: AUTH PLAIN =\n S: 501 5.5.2\n C: AUTH PLAIN !!\n S: 501 5.5.2\n C: AUTH LOGIN\n\
         S: 334\n C: *\n S: 501 5.7.0\n C: NOOP\n S: 250",
    );
    check_extended(
        "C: AUTH CRAM-MD5\n S: 504 5.5.4\n C: AUTH\n S: 501 5.5.4\n C: AUTH PLAIN a b\n\
         S: 501 5.5.4",
    );
    check_extended("C: MAIL FROM:<a@b>\n C: AUTH PLAIN\n S: 250\n S: 503 5.5.1");
    check_open("C: AUTH PLAIN\n S: 503 5.5.1");
    let strict = Profile {
        require_auth: true,
        ..Profile::default()
    };
    check(
        &strict,
        &format!("{HELLO} C: MAIL FROM:<a@b>\n S: 530 5.7.0"),
    );
}

#[test]
fn a_message_records_its_user() {
    check_extended(
        "C: AUTH PLAIN dXNlcgB1c2VyAHByYWN0aWNl
         S: 235
         C: MAIL FROM:<a@b> AUTH=<>
         C: RCPT TO:<c@d>
         C: BDAT 0 LAST
         S: 250
         S: 250
         A: deliver a@b -> c@d as user \"\"
         S: 250",
    );
}
