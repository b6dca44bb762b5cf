//! Decodes messages of the practice mailbox for reading, each in a process of its own.
//!
//! A stranger's message may make the decoder take minutes or gigabytes, or overflow the stack,
//! which ends a process without a panic to catch. So the program starts itself again as a
//! [`worker`], with limits on memory, time and stack, sends it the message and receives the result.
//! One worker runs at a time. Pages take turns: requests are served in their order, and a page
//! requests one message at a time. A message that ended its worker is not tried again.

pub(crate) mod worker;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;
use wire::{LONGEST_TEXT, NotRead, Reading};

/// How long decoding may take. Its processor time has a closer limit, see [`worker`].
const TIMEOUT: Duration = Duration::from_secs(20);

/// How many unreadable messages are remembered: more than the mailbox holds.
const REMEMBERED: usize = 1_024;

/// Decodes messages for all pages.
#[derive(Debug)]
pub(crate) struct Reader {
    /// The semaphore is fair: requests are served in their order.
    turn: Semaphore,
    /// Ids of messages that can't be read, and why.
    unreadable: Mutex<BTreeMap<u64, NotRead>>,
    /// The worker.
    program: OsString,
}

/// Why a message could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Failure {
    why: NotRead,
    /// The message itself is the reason, so another attempt would fail as well.
    lasting: bool,
}

impl Failure {
    fn lasting(why: NotRead) -> Failure {
        Failure { why, lasting: true }
    }

    /// The reason may be this machine: it can't start a process, or is too busy.
    fn passing(why: NotRead) -> Failure {
        Failure {
            why,
            lasting: false,
        }
    }
}

impl Reader {
    pub(crate) fn new() -> Reader {
        Reader::with(program())
    }

    fn with(program: OsString) -> Reader {
        Reader {
            turn: Semaphore::new(1),
            unreadable: Mutex::default(),
            program,
        }
    }

    /// Decodes a message. May be dropped at any time; that ends the worker.
    ///
    /// # Errors
    /// Why it can't be read.
    pub(crate) async fn read(&self, message: Arc<practice::Message>) -> Result<Reading, NotRead> {
        let Ok(_turn) = self.turn.acquire().await else {
            return Err(NotRead::Failed);
        };
        if let Some(why) = self.unreadable().get(&message.id) {
            return Err(*why);
        }
        let decoding = decode(&self.program, &message.delivered.raw);
        let read = tokio::time::timeout(TIMEOUT, decoding).await;
        let Failure { why, lasting } = match read {
            Ok(Ok(reading)) => return Ok(reading),
            Ok(Err(failure)) => failure,
            Err(_) => Failure::passing(NotRead::TooSlow),
        };
        let id = message.id;
        tracing::info!(id, ?why, "a message can't be decoded for reading");
        if lasting {
            let mut unreadable = self.unreadable();
            unreadable.insert(id, why);
            if unreadable.len() > REMEMBERED {
                unreadable.pop_first();
            }
        }
        Err(why)
    }

    fn unreadable(&self) -> MutexGuard<'_, BTreeMap<u64, NotRead>> {
        self.unreadable
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

async fn decode(program: &OsStr, raw: &[u8]) -> Result<Reading, Failure> {
    let mut child = start(program).map_err(|error| {
        tracing::error!(%error, "can't start the process that reads messages");
        Failure::passing(NotRead::Failed)
    })?;
    let result = exchange(&mut child, raw).await;
    match (result, child.wait().await) {
        (Ok(json), Ok(status)) if status.success() => {
            serde_json::from_slice(&json).map_err(|error| {
                tracing::error!(%error, "the process that reads messages sent invalid JSON");
                Failure::lasting(NotRead::Failed)
            })
        }
        (_, Ok(status)) => Err(failure(status)),
        (_, Err(_)) => Err(Failure::passing(NotRead::Failed)),
    }
}

fn start(program: &OsStr) -> io::Result<Child> {
    let mut command = Command::new(program);
    command
        .arg(worker::ARGUMENT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    // It needs no environment variables, where other programs keep their secrets.
    #[cfg(unix)]
    command.env_clear();
    command.spawn()
}

/// The path of this program. On Linux one that stays right if the file is replaced meanwhile.
fn program() -> OsString {
    if cfg!(target_os = "linux") {
        return "/proc/self/exe".into();
    }
    // If it is unknown, no worker can be started, and each reading fails with that reason.
    std::env::current_exe().map_or_else(|_| OsString::new(), Into::into)
}

/// Sends the message to the worker, and receives the result. The worker reads all of the message
/// before it writes anything.
async fn exchange(child: &mut Child, raw: &[u8]) -> io::Result<Vec<u8>> {
    let (Some(mut stdin), Some(mut stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(io::ErrorKind::BrokenPipe.into());
    };
    stdin.write_all(&(raw.len() as u64).to_le_bytes()).await?;
    stdin.write_all(raw).await?;
    drop(stdin);
    // The size comes first: a buffer that grows needs up to three times the memory.
    let size = stdout.read_u64_le().await?;
    if size > LONGEST_TEXT as u64 {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut json = vec![0; usize::try_from(size).unwrap_or_default()];
    stdout.read_exact(&mut json).await?;
    Ok(json)
}

/// Why the worker ended.
fn failure(status: ExitStatus) -> Failure {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;

        use rustix::process::Signal;
        let ended_by = |signals: &[Signal]| {
            let mut signals = signals.iter().map(|signal| signal.as_raw());
            signals.any(|signal| status.signal() == Some(signal))
        };
        // The kernel sends one of these when the processor time is used up.
        if ended_by(&[Signal::XCPU, Signal::KILL]) {
            return Failure::lasting(NotRead::TooSlow);
        }
        // A failed allocation and a stack overflow end a Rust program with SIGABRT.
        if ended_by(&[Signal::ABORT, Signal::SEGV, Signal::BUS]) {
            return Failure::lasting(NotRead::TooLarge);
        }
    }
    match status.code() {
        Some(worker::NO_MEMORY) => Failure::lasting(NotRead::TooLarge),
        Some(_) => Failure::lasting(NotRead::Failed),
        // Another program ended it.
        None => Failure::passing(NotRead::Failed),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::time::SystemTime;

    use practice::{Delivered, Mailbox};

    use super::*;

    #[tokio::test]
    async fn only_what_the_message_brought_about_is_remembered() {
        let mailbox = Mailbox::default();
        let delivered = Delivered {
            raw: b"hi".to_vec(),
            ..Delivered::default()
        };
        let id = mailbox.deliver(delivered, SystemTime::now());
        let message = || mailbox.get(id).expect("it is there");
        for (program, remembered) in [("/nonexistent", false), ("/bin/false", true)] {
            let reader = Reader::with(program.into());
            let read = reader.read(message()).await;
            assert_eq!(read, Err(NotRead::Failed), "{program}");
            let known = reader.unreadable().contains_key(&id);
            assert_eq!(known, remembered, "{program}");
        }
    }
}
