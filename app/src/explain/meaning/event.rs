//! What happened that is no line.

use smtp::{ConnectFailure, Event, Side, Trust};

use super::{Entitled, Explanation, Meanings};

pub(super) fn explain(meanings: &Meanings, event: &Event) -> Explanation {
    let words: Entitled = match event {
        Event::Resolved { .. } => (x!(x_resolved), 8305, "4"),
        Event::Connecting { .. } => (x!(x_connecting), 8305, "5"),
        Event::ConnectFailed { why, .. } => attempt(*why),
        Event::Connected { .. } => (x!(x_connected), 5321, "3.1"),
        Event::NoGreeting { peer, .. } if expects_tls(peer) => (x!(x_silent_tls), 8314, "3.3"),
        Event::NoGreeting { .. } => (x!(x_silent), 5321, "4.5.3.2.1"),
        // TLS from the first octet is RFC 8314's; the link is to what both have in common, whom to
        // believe.
        Event::Secured { tls } => match tls.trust {
            Trust::Platform => (x!(x_secured), 8314, "3.4"),
            Trust::ExtraCa => (x!(x_extra), 8314, "3.4"),
            Trust::PracticeCa => (x!(x_practice), 8314, "3.4"),
            Trust::Simulated => (x!(x_simulated), 8314, "3.4"),
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

/// Why one attempt failed. Other addresses may do better, so this is no advice yet.
fn attempt(why: ConnectFailure) -> Entitled {
    match why {
        ConnectFailure::Refused => (x!(a_refused), 8305, "5"),
        ConnectFailure::TimedOut => (x!(a_timeout), 8305, "5"),
        ConnectFailure::Reset => (x!(a_reset), 8305, "5"),
        // The others concern the name, and no attempt fails for them.
        ConnectFailure::Unreachable
        | ConnectFailure::NoSuchHost
        | ConnectFailure::LookupTimedOut => (x!(a_unreachable), 8305, "5"),
    }
}

/// Whether a server at this port usually expects TLS from the first octet: RFC 8314's port, and the
/// practice server's.
#[must_use]
pub fn expects_tls(peer: &str) -> bool {
    let port = peer.rsplit(':').next();
    matches!(port, Some("465" | "2465"))
}
