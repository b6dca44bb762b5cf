//! The server that is chosen and the password for it, and whether the server dialog is open.

use leptos::prelude::*;
use reactive_stores::Store;
use smtp::Security;

use super::identities::IdentitiesStore;
use super::server::{Destination, ServerChoice};
use crate::connection::{ConnectionStore, use_connection};
use crate::storage;

/// The key of the chosen server in localStorage.
const KEY: &str = "glasspost.server";

#[derive(Store)]
pub(super) struct AccountsState {
    server: ServerChoice,
    /// Never stored.
    password: String,
    /// Whether the server dialog is open.
    picking: bool,
}

/// Which mail server messages go to. Copies are the same.
#[derive(Clone, Copy)]
pub struct AccountsStore {
    state: Store<AccountsState>,
    /// The passwords that were entered in this tab, each with its server and user. Never stored.
    known: StoredValue<Vec<(wire::Server, String, String)>>,
    connection: ConnectionStore,
}

impl AccountsStore {
    /// Provides the server that was chosen last, and the senders, to all components below.
    pub fn provide() {
        let accounts = AccountsStore {
            state: Store::new(AccountsState {
                server: storage::value(KEY).unwrap_or_default(),
                password: String::new(),
                picking: false,
            }),
            known: StoredValue::new(Vec::new()),
            connection: use_connection(),
        };
        provide_context(accounts);
        IdentitiesStore::provide(accounts);
    }

    /// The server that is chosen.
    #[must_use]
    pub fn server(self) -> ServerChoice {
        self.state.server().get()
    }

    /// The password for it.
    #[must_use]
    pub fn password(self) -> String {
        self.state.password().get()
    }

    /// Chooses a server, and stores the choice without the password.
    pub fn choose(self, server: ServerChoice, password: String) {
        storage::keep(KEY, &server);
        if server.sign_in {
            let (host, user) = (server.server(), server.user.clone());
            self.known.update_value(|known| {
                known.retain(|(one, name, _)| (one, name) != (&host, &user));
                known.push((host, user, password.clone()));
            });
        }
        self.state.password().set(password);
        self.state.server().set(server);
    }

    /// Chooses a server, with the password that was entered for it in this tab.
    pub(super) fn choose_known(self, server: ServerChoice) {
        let known = self.known_password(&server);
        self.choose(server, known.unwrap_or_default());
    }

    /// The password for a server. None: it is needed, and was not entered in this tab. Follows what
    /// is entered.
    #[must_use]
    pub fn password_for(self, server: &ServerChoice) -> Option<String> {
        let chosen = self.password();
        if !server.sign_in {
            return Some(String::new());
        }
        self.known_password(server).or_else(|| {
            let is_chosen = self
                .state
                .server()
                .with_untracked(|one| one.is_same(server));
            (is_chosen && !chosen.is_empty()).then_some(chosen)
        })
    }

    /// Keeps a password for as long as this tab is open.
    pub fn remember_password(self, server: &ServerChoice, password: String) {
        self.forget_password(server);
        let of_it = (server.server(), server.user.clone(), password.clone());
        self.known.update_value(|known| known.push(of_it));
        if self
            .state
            .server()
            .with_untracked(|one| one.is_same(server))
        {
            self.state.password().set(password);
        }
    }

    /// Forgets a password, which was refused.
    pub fn forget_password(self, server: &ServerChoice) {
        self.known.update_value(|known| {
            known.retain(|(one, user, _)| (one, user) != (&server.server(), &server.user));
        });
        if self
            .state
            .server()
            .with_untracked(|one| one.is_same(server))
        {
            self.state.password().set(String::new());
        }
    }

    fn known_password(self, server: &ServerChoice) -> Option<String> {
        let of_it = |(one, user, _): &&(wire::Server, String, String)| {
            *one == server.server() && *user == server.user
        };
        self.known.with_value(|known| {
            let known = known.iter().find(of_it);
            known.map(|(_, _, password)| password.clone())
        })
    }

    /// Whether the server dialog is open.
    #[must_use]
    pub fn is_picking(self) -> bool {
        self.state.picking().get()
    }

    /// Opens or closes the server dialog.
    pub fn set_picking(self, open: bool) {
        self.state.picking().set(open);
    }

    /// `host:port` of the chosen server; empty while the practice server's is not known.
    #[must_use]
    pub fn address(self) -> String {
        self.state.server().with(|server| {
            if !server.practice {
                return format!("{}:{}", server.host, server.port);
            }
            let practice = self.connection.practice();
            practice.map_or_else(String::new, |practice| match server.practice_security {
                Security::Tls => practice.tls,
                Security::None | Security::Starttls => practice.starttls,
            })
        })
    }

    /// Where a message sent now would go.
    #[must_use]
    pub fn destination(self) -> Destination {
        self.state
            .server()
            .with(|server| self.destination_of(server))
    }

    /// Where a message to this server goes.
    #[must_use]
    pub fn destination_of(self, server: &ServerChoice) -> Destination {
        Destination {
            name: if server.practice {
                let practice = self.connection.practice();
                practice.map_or_else(String::new, |practice| practice.name)
            } else {
                server.host.clone()
            },
            server: server.server(),
            user: server.sign_in.then(|| server.user.clone()),
        }
    }
}

/// The server that is chosen, from any component.
#[must_use]
pub fn use_accounts() -> AccountsStore {
    expect_context()
}
