//! The bridges that the files of one class are tried against.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::stream::{self, StreamExt};
use smtp::{Next, Operator, Paused, Security};
use tokio::task::spawn_blocking;
use wire::Start;

use super::{AWAY, Case, MAIL, judge};
use crate::authority::Authority;
use crate::bridge::Bridge;
use crate::page::{Page, Sent};
use crate::scripted::{Cut, Scripted, Setup, Visit};
use crate::{job, secret};

/// Files tried at once: enough to fill the time that some of them wait.
const AT_ONCE: usize = 12;

/// One bridge for each `--timeout-scale`, and the root they trust.
pub struct House {
    authority: Authority,
    log: &'static str,
    piece: Option<usize>,
    bridges: Mutex<HashMap<String, Arc<Bridge>>>,
}

/// What became of a job.
pub struct Tried {
    /// What the page was told.
    pub sent: Sent,
    /// What the server saw of it; None where it was not visited.
    pub visit: Option<Visit>,
    /// How often the client connected.
    pub connections: usize,
}

impl House {
    /// A house whose bridges log everything.
    #[must_use]
    pub fn new() -> House {
        House::with_log("trace")
    }

    /// A house whose bridges log so much.
    #[must_use]
    pub fn with_log(log: &'static str) -> House {
        House {
            authority: Authority::new(),
            log,
            piece: None,
            bridges: Mutex::default(),
        }
    }

    /// The page hands messages over in pieces of at most so many octets.
    #[must_use]
    pub fn in_pieces(self, octets: usize) -> House {
        House {
            piece: Some(octets),
            ..self
        }
    }

    /// The bridge with this `--timeout-scale`.
    pub async fn bridge(&self, scale: &str) -> Arc<Bridge> {
        let known = |house: &House| {
            let bridges = house.bridges.lock().unwrap_or_else(PoisonError::into_inner);
            bridges.get(scale).cloned()
        };
        if let Some(bridge) = known(self) {
            return bridge;
        }
        let (root, log, given) = (self.authority.argument(), self.log, scale.to_owned());
        let started = spawn_blocking(move || {
            Bridge::with(&[
                "--allow-port",
                "any",
                "--extra-ca",
                &root,
                "--resolve",
                &format!("{MAIL}:127.0.0.1"),
                "--resolve",
                &format!("{AWAY}:192.0.2.1"),
                "--timeout-scale",
                &given,
                "--log",
                log,
            ])
        });
        let started = Arc::new(started.await.expect("a bridge"));
        let mut bridges = self.bridges.lock().unwrap_or_else(PoisonError::into_inner);
        // Two files may have asked at the same time: one bridge is enough.
        Arc::clone(bridges.entry(scale.to_owned()).or_insert(started))
    }

    /// The server of a file, leaving at `cut` where there is one.
    #[must_use]
    pub fn server(&self, case: &Case, cut: Option<Cut>) -> Scripted {
        let setup = Setup {
            tls: Some(case.certificate.server(&self.authority)),
            receive_buffer: case.receive_buffer,
            cut,
        };
        let address = "127.0.0.1:0".parse().expect("an address");
        Scripted::serve(address, Arc::clone(&case.steps), setup)
    }

    /// Does the job of a file once, as number `id`, with the server leaving at `cut` where there is
    /// one.
    pub async fn attempt(&self, case: &Case, id: u32, cut: Option<Cut>, page: &mut Page) -> Tried {
        let mut server = self.server(case, cut);
        let start = case.start(id, server.port());
        let mut sent = follow(case, start, page).await;
        if sent.waits {
            sent.entries.extend(page.connection_closed(id).await);
        }
        server.given_up();
        let visit = if case.expect.no_visit {
            None
        } else {
            Some(server.visit().await)
        };
        Tried {
            sent,
            visit,
            connections: server.connections(),
        }
    }

    /// Tries a file as often as it says. Gives what went otherwise than it must.
    pub async fn attempts(&self, case: &Case) -> Vec<String> {
        let bridge = self.bridge(&case.scale).await;
        let mut wrong = Vec::new();
        for _ in 0..case.times {
            let mut page = Page::open(&bridge).await;
            page.piece = self.piece.unwrap_or(page.piece);
            let tried = self.attempt(case, 1, None, &mut page).await;
            wrong.extend(judge::judge(case, &tried));
            // A second end of the first job would be the wrong frame here.
            let mut next = job::start(job::practice(Security::None), job::NOTE);
            next.id = 2;
            let next = page.send(next, job::NOTE).await;
            if !next.accepted() {
                wrong.push(format!("the next job: {}", next.summary()));
            }
            if !wrong.is_empty() {
                break;
            }
        }
        wrong
    }

    /// Tries all files of a class, several at a time.
    ///
    /// # Panics
    /// When any goes otherwise than it must: names them all, and says how.
    pub async fn try_all(self, cases: &[Case]) {
        let house = &self;
        let wrong: Vec<String> = stream::iter(cases)
            .map(|case| async move {
                let tried = std::panic::AssertUnwindSafe(house.attempts(case)).catch_unwind();
                let wrong = tried.await.unwrap_or_else(|panic| vec![said(&*panic)]);
                wrong
                    .into_iter()
                    .map(|what| format!("{}: {what}", case.name))
                    .collect::<Vec<_>>()
            })
            .buffer_unordered(AT_ONCE)
            .concat()
            .await;
        let log = self.finish();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        for case in cases {
            if let Some((_, password)) = &case.credentials {
                secret::assert_absent(&[password], &log, "the log");
            }
        }
        assert!(!log.contains("panicked"), "{log}");
    }

    /// Ends all bridges and gives what they logged.
    #[must_use]
    pub fn finish(self) -> String {
        let bridges = self
            .bridges
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        bridges
            .into_values()
            .filter_map(Arc::into_inner)
            .map(Bridge::finish)
            .collect()
    }
}

impl Default for House {
    fn default() -> Self {
        House::new()
    }
}

/// Goes along with the job, and releases every line that is paused but the one that is not to be.
async fn follow(case: &Case, start: Start, page: &mut Page) -> Sent {
    let held_for_good = |paused: &Paused| match (&paused.next, &case.hold) {
        (Next::Line { line, .. }, Some(start)) => line.starts_with(start.as_str()),
        _ => false,
    };
    let mut operator = |paused: &Paused| {
        let step = paused.step;
        if held_for_good(paused) {
            // An answer to another step is passed over.
            return Operator::Send {
                step: step + 1,
                line: None,
            };
        }
        Operator::Send { step, line: None }
    };
    page.run(start, &case.message, &mut operator).await
}

/// What a panic said.
fn said(panic: &(dyn std::any::Any + Send)) -> String {
    match (panic.downcast_ref::<String>(), panic.downcast_ref::<&str>()) {
        (Some(text), _) => text.clone(),
        (_, Some(text)) => (*text).to_owned(),
        _ => "it panicked".to_owned(),
    }
}
