//! Runs the files of one class against bridges that they share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::stream::{self, StreamExt};
use smtp::{Next, Operator, Paused, Security};
use tokio::task::spawn_blocking;
use wire::Start;

use super::{Case, MAIL, REMOTE, checks};
use crate::authority::Authority;
use crate::bridge::Bridge;
use crate::page::{Page, Sent};
use crate::scripted::{Connection, Cut, Scripted, Setup};
use crate::{job, secret};

/// How many files run at once. Some of them mostly wait.
const AT_ONCE: usize = 12;

/// One bridge for each `--timeout-scale`, and the root that they trust.
pub struct Runner {
    authority: Authority,
    log: &'static str,
    chunk_size: Option<usize>,
    bridges: Mutex<HashMap<String, Arc<Bridge>>>,
}

/// The result of a job.
pub struct RunResult {
    /// What the page received.
    pub sent: Sent,
    /// What the server received; None if the client must not connect.
    pub connection: Option<Connection>,
    /// How often the client connected.
    pub connections: usize,
}

impl Runner {
    /// Creates a runner whose bridges log everything.
    #[must_use]
    pub fn new() -> Runner {
        Runner::with_log("trace")
    }

    /// Creates a runner whose bridges log at this level.
    #[must_use]
    pub fn with_log(log: &'static str) -> Runner {
        Runner {
            authority: Authority::new(),
            log,
            chunk_size: None,
            bridges: Mutex::default(),
        }
    }

    /// Sets the most octets of a message that the page sends in one frame.
    #[must_use]
    pub fn in_chunks(self, octets: usize) -> Runner {
        Runner {
            chunk_size: Some(octets),
            ..self
        }
    }

    /// The bridge with this `--timeout-scale`.
    pub async fn bridge(&self, scale: &str) -> Arc<Bridge> {
        let known = |runner: &Runner| {
            let bridges = runner
                .bridges
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            bridges.get(scale).cloned()
        };
        if let Some(bridge) = known(self) {
            return bridge;
        }
        let (root, log, scale_flag) = (self.authority.argument(), self.log, scale.to_owned());
        let started = spawn_blocking(move || {
            Bridge::with(&[
                "--allow-port",
                "any",
                "--extra-ca",
                &root,
                "--resolve",
                &format!("{MAIL}:127.0.0.1"),
                "--resolve",
                &format!("{REMOTE}:192.0.2.1"),
                "--timeout-scale",
                &scale_flag,
                "--log",
                log,
            ])
        });
        let started = Arc::new(started.await.expect("a bridge"));
        let mut bridges = self.bridges.lock().unwrap_or_else(PoisonError::into_inner);
        // Two files may have started it at the same time. Keep one bridge.
        Arc::clone(bridges.entry(scale.to_owned()).or_insert(started))
    }

    /// The server of a file. With `cut`, it closes there.
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

    /// Runs the job of a file once, as number `id`. With `cut`, the server closes there.
    pub async fn run_once(
        &self,
        case: &Case,
        id: u32,
        cut: Option<Cut>,
        page: &mut Page,
    ) -> RunResult {
        let mut server = self.server(case, cut);
        let start = case.start(id, server.port());
        let mut sent = follow(case, start, page).await;
        if sent.waits {
            sent.entries.extend(page.connection_closed(id).await);
        }
        server.client_gave_up();
        let connection = if case.expect.no_connection {
            None
        } else {
            Some(server.connection().await)
        };
        RunResult {
            sent,
            connection,
            connections: server.connections(),
        }
    }

    /// Runs a file as often as it says. Returns the differences from the expected result.
    pub async fn run_case(&self, case: &Case) -> Vec<String> {
        let bridge = self.bridge(&case.scale).await;
        let mut failures = Vec::new();
        for _ in 0..case.times {
            let mut page = Page::open(&bridge).await;
            page.chunk_size = self.chunk_size.unwrap_or(page.chunk_size);
            let result = self.run_once(case, 1, None, &mut page).await;
            failures.extend(checks::checks(case, &result));
            // If the first job ended twice, the second end would be an unexpected frame here.
            let mut next = job::start(job::practice(Security::None), job::NOTE);
            next.id = 2;
            let next = page.send(next, job::NOTE).await;
            if !next.accepted() {
                failures.push(format!("the next job: {}", next.summary()));
            }
            if !failures.is_empty() {
                break;
            }
        }
        failures
    }

    /// Runs all files of a class, several at a time.
    ///
    /// # Panics
    /// If any result is not as expected. Lists all differences.
    pub async fn run_all(self, cases: &[Case]) {
        let runner = &self;
        let failures: Vec<String> = stream::iter(cases)
            .map(|case| async move {
                let result = std::panic::AssertUnwindSafe(runner.run_case(case)).catch_unwind();
                let failures = result
                    .await
                    .unwrap_or_else(|panic| vec![panic_message(&*panic)]);
                failures
                    .into_iter()
                    .map(|what| format!("{}: {what}", case.name))
                    .collect::<Vec<_>>()
            })
            .buffer_unordered(AT_ONCE)
            .concat()
            .await;
        let log = self.finish();
        assert!(failures.is_empty(), "{}", failures.join("\n"));
        for case in cases {
            if let Some((_, password)) = &case.credentials {
                secret::assert_absent(&[password], &log, "the log");
            }
        }
        assert!(!log.contains("panicked"), "{log}");
    }

    /// Stops all bridges and returns their logs.
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

impl Default for Runner {
    fn default() -> Self {
        Runner::new()
    }
}

/// Runs the job, and sends every paused line except the one at which the file stays paused.
async fn follow(case: &Case, start: Start, page: &mut Page) -> Sent {
    let stays_paused = |paused: &Paused| match (&paused.next, &case.stay_paused) {
        (Next::Line { line, .. }, Some(start)) => line.starts_with(start.as_str()),
        _ => false,
    };
    let mut operator = |paused: &Paused| {
        let step = paused.step;
        if stays_paused(paused) {
            // An answer to another step is ignored.
            return Operator::Send {
                step: step + 1,
                line: None,
            };
        }
        Operator::Send { step, line: None }
    };
    page.run(start, &case.message, &mut operator).await
}

/// The message of a panic.
fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    match (panic.downcast_ref::<String>(), panic.downcast_ref::<&str>()) {
        (Some(text), _) => text.clone(),
        (_, Some(text)) => (*text).to_owned(),
        _ => "a panic without a message".to_owned(),
    }
}
