//! What is printed when the program is ready.

use std::io::{self, Write};
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};
use wire::handshake;

use super::link_file::LinkFile;
use crate::app_state::AppState;
use crate::cli::{Announce, Mailto};
use crate::http::api;

/// The addresses of the bridge and its token.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Ready {
    /// The link for a person: the page's address, with the token in its fragment, which is in no
    /// request.
    url: String,
    /// The WebSocket's address.
    ws: String,
    /// Where the API for other programs is. A bridge of an earlier version has none.
    api: Option<String>,
    token: String,
    practice: Option<Ports>,
    scenario: Option<Playing>,
}

/// The scenario that the practice server plays.
#[derive(Debug, Serialize, Deserialize)]
struct Playing {
    name: String,
    seed: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Ports {
    starttls: String,
    tls: String,
}

impl Ready {
    pub(crate) fn new(app: &AppState, address: SocketAddr) -> Ready {
        let token = app.gate.token().reveal();
        let port = address.port();
        let reached = if address.ip().is_unspecified() {
            SocketAddr::new([127, 0, 0, 1].into(), port)
        } else {
            address
        };
        Ready {
            url: format!("http://{reached}/#{}={token}", handshake::FRAGMENT_KEY),
            ws: format!("ws://{reached}{}", handshake::PATH),
            api: Some(format!("http://{reached}{}", api::PREFIX)),
            token: token.to_owned(),
            scenario: app
                .practice
                .as_ref()
                .and_then(practice::Server::scenario)
                .map(|run| Playing {
                    name: run.scenario().name.clone(),
                    seed: run.seed(),
                }),
            practice: app.practice.as_ref().map(|practice| Ports {
                starttls: practice.starttls_addr().to_string(),
                tls: practice.tls_addr().to_string(),
            }),
        }
    }

    /// Prints one line for a program, or the link for a person.
    ///
    /// # Errors
    /// Writing to standard output failed.
    pub(crate) fn print(&self, announce: Option<Announce>, no_page: bool) -> io::Result<()> {
        let mut out = io::stdout().lock();
        match announce {
            Some(Announce::Json) => {
                serde_json::to_writer(&mut out, self)?;
                writeln!(out)?;
            }
            None if no_page => {
                writeln!(
                    out,
                    "Glasspost is ready, without a page, until you press Ctrl-C."
                )?;
                writeln!(out)?;
                writeln!(out, "API: {}", self.api.as_deref().unwrap_or_default())?;
                writeln!(out, "Token: {}", self.token)?;
                self.print_practice(&mut out)?;
            }
            None => {
                writeln!(
                    out,
                    "Glasspost is ready. Open this link. It works until you press Ctrl-C:"
                )?;
                writeln!(out)?;
                writeln!(out, "  {}", self.url)?;
                writeln!(out)?;
                self.print_practice(&mut out)?;
            }
        }
        out.flush()
    }

    fn print_practice(&self, out: &mut impl Write) -> io::Result<()> {
        if let Some(practice) = &self.practice {
            writeln!(
                out,
                "Practice mail server: {} (STARTTLS), {} (TLS)",
                practice.starttls, practice.tls
            )?;
        }
        if let Some(playing) = &self.scenario {
            writeln!(out, "Scenario: {}, seed {}", playing.name, playing.seed)?;
        }
        Ok(())
    }

    /// Prints the link for a person who starts the program while this bridge runs. `ignored`: they
    /// gave options that this bridge does not follow.
    ///
    /// # Errors
    /// Writing to standard output failed.
    pub(crate) fn print_running(&self, ignored: bool) -> io::Result<()> {
        let mut out = io::stdout().lock();
        writeln!(out, "Glasspost is already running. Open this link:")?;
        writeln!(out)?;
        writeln!(out, "  {}", self.url)?;
        writeln!(out)?;
        if ignored {
            writeln!(
                out,
                "Your other options were ignored. To start another bridge with them, add --new."
            )?;
        }
        out.flush()
    }

    /// The link.
    #[cfg(test)]
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Opens the page in the browser, with a new message for this link if there is one, through a
    /// file, which is removed when the returned value is dropped.
    pub(crate) fn open(&self, mailto: Option<&Mailto>) -> Option<LinkFile> {
        let mut link = self.url.clone();
        if let Some(mailto) = mailto {
            let key = handshake::MAILTO_KEY;
            link = format!("{link}&{key}={}", mailto.encoded());
        }
        let file = LinkFile::create(&link);
        let opened = file.and_then(|file| open::that_detached(file.path()).map(|()| file));
        opened
            .inspect_err(|error| {
                tracing::warn!(%error, "can't open a browser: open the link yourself");
            })
            .ok()
    }
}
