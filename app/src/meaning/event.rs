//! What happened that is no line.

use smtp::{Event, Side, Trust};

use super::{Entitled, Explanation, Meanings};

pub(super) fn explain(meanings: &Meanings, event: &Event) -> Explanation {
    let words: Entitled = match event {
        Event::Connected { .. } => (x!(x_connected), 5321, "3.1"),
        // TLS from the first octet is RFC 8314's; the link is to what both have in common, whom to believe.
        Event::Secured { tls } => match tls.trust {
            Trust::Platform => (x!(x_secured), 8314, "3.4"),
            Trust::ExtraCa => (x!(x_extra), 8314, "3.4"),
            Trust::PracticeCa => (x!(x_practice), 8314, "3.4"),
            Trust::Unverified { .. } => (x!(x_unverified), 8314, "3.4"),
        },
        Event::Message { .. } => (x!(x_message), 5321, "4.5.2"),
        Event::Skipped { .. } => (x!(x_skipped), 0, ""),
        Event::Violation { .. } => (x!(x_violation), 5321, "4.2"),
        Event::Closed { by: Side::Client } => (x!(x_closed_client), 5321, "3.8"),
        Event::Closed { by: Side::Server } => (x!(x_closed_server), 5321, "3.8"),
        Event::Sent { .. } | Event::Received { .. } => (x!(v_other), 0, ""),
    };
    Explanation::of(meanings, words)
}
