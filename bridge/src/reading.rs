//! Decodes messages of the practice mailbox for reading, each in a process of its own.
//!
//! A message is a stranger's, and so is what the decoder makes of it: it may take minutes,
//! gigabytes, or overflow the stack, which ends a process without a panic to catch. So the program
//! starts itself again ([`worker`]) with bounds on memory, time and stack, gives it the message and
//! takes the result. One worker runs at a time, and pages take turns: whoever asks first is served
//! first, and a page asks for one message at a time. A message that can't be read is not tried a
//! second time.

pub(crate) mod worker;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;
use wire::{LONGEST_TEXT, NotRead, Reading};

/// How long one reading may take. Its processor time is bounded more closely, see [`worker`].
const TIMEOUT: Duration = Duration::from_secs(20);

/// Messages remembered that can't be read: more than the mailbox holds.
const REMEMBERED: usize = 1_024;

/// Reads messages, for all pages.
#[derive(Debug)]
pub(crate) struct Reader {
    /// Waiting for it is fair: first come, first served.
    turn: Semaphore,
    /// Ids of messages that can't be read, and why.
    unreadable: Mutex<BTreeMap<u64, NotRead>>,
}

impl Reader {
    pub(crate) fn new() -> Reader {
        Reader {
            turn: Semaphore::new(1),
            unreadable: Mutex::default(),
        }
    }

    /// Decodes a message. May be dropped at any time, and ends the worker then.
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
        let read = tokio::time::timeout(TIMEOUT, decode(&message.delivered.raw)).await;
        let why = match read {
            Ok(Ok(reading)) => return Ok(reading),
            Ok(Err(why)) => why,
            Err(_) => NotRead::TooSlow,
        };
        tracing::info!(
            id = message.id,
            ?why,
            "a message can't be decoded for reading"
        );
        let mut unreadable = self.unreadable();
        unreadable.insert(message.id, why);
        if unreadable.len() > REMEMBERED {
            unreadable.pop_first();
        }
        Err(why)
    }

    fn unreadable(&self) -> MutexGuard<'_, BTreeMap<u64, NotRead>> {
        self.unreadable
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

async fn decode(raw: &[u8]) -> Result<Reading, NotRead> {
    let mut child = start().map_err(|error| {
        tracing::error!(%error, "can't start the process that reads messages");
        NotRead::Failed
    })?;
    let result = exchange(&mut child, raw).await;
    let status = child.wait().await;
    match (result, status) {
        (Ok(json), Ok(status)) if status.success() => {
            serde_json::from_slice(&json).map_err(|error| {
                tracing::error!(%error, "what the process that reads messages said");
                NotRead::Failed
            })
        }
        (_, Ok(status)) => Err(why(status)),
        (_, Err(_)) => Err(NotRead::Failed),
    }
}

fn start() -> io::Result<Child> {
    let mut command = Command::new(program()?);
    command
        .arg(worker::ARGUMENT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    // It needs nothing of the environment, where other programs keep their secrets.
    #[cfg(unix)]
    command.env_clear();
    command.spawn()
}

/// This program. On Linux by the name that stays right when the file has been replaced meanwhile.
fn program() -> io::Result<OsString> {
    if cfg!(target_os = "linux") {
        return Ok("/proc/self/exe".into());
    }
    std::env::current_exe().map(Into::into)
}

/// Hands the message in, and takes what comes out. The worker reads all of it before it says
/// anything.
async fn exchange(child: &mut Child, raw: &[u8]) -> io::Result<Vec<u8>> {
    let (Some(mut stdin), Some(mut stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(io::ErrorKind::BrokenPipe.into());
    };
    stdin.write_all(&(raw.len() as u64).to_le_bytes()).await?;
    stdin.write_all(raw).await?;
    drop(stdin);
    // The size first: a buffer that grows into it takes three times the memory.
    let size = stdout.read_u64_le().await?;
    if size > LONGEST_TEXT as u64 {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut json = vec![0; usize::try_from(size).unwrap_or_default()];
    stdout.read_exact(&mut json).await?;
    Ok(json)
}

/// What ended the worker.
fn why(status: ExitStatus) -> NotRead {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        let signal = |signal: rustix::process::Signal| Some(signal.as_raw());
        let ended = status.signal();
        // A child of the program must not outlive its processor time, nor be given more of it.
        if ended == signal(rustix::process::Signal::XCPU)
            || ended == signal(rustix::process::Signal::KILL)
        {
            return NotRead::TooSlow;
        }
        // Memory that can't be had, and a stack that overflows, end a Rust program by SIGABRT.
        if ended.is_some() {
            return NotRead::TooLarge;
        }
    }
    if status.code() == Some(worker::NO_MEMORY) {
        return NotRead::TooLarge;
    }
    NotRead::Failed
}
