//! The first frame to each page.

use wire::{Practice, Welcome};

use crate::app_state::AppState;

/// The content of the first frame.
pub(super) fn welcome(app: &AppState) -> Welcome {
    Welcome {
        version: wire::VERSION,
        program: env!("CARGO_PKG_VERSION").into(),
        run: app.run.clone(),
        practice: app.practice.as_ref().map(practice_server),
        ports: app.environment.policy.ports(),
        client_name: app.environment.client_name.to_string(),
        usual_port: app.usual_port,
    }
}

fn practice_server(practice: &practice::Server) -> Practice {
    Practice {
        name: practice.server_name().into(),
        starttls: practice.starttls_addr().to_string(),
        tls: practice.tls_addr().to_string(),
        password: practice::PASSWORD.into(),
        faults: engine::practice_faults(),
    }
}
