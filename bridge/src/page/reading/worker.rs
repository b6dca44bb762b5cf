//! The process that decodes one message. It reads the size of the message (eight octets,
//! little-endian) and the message from standard input, and writes a [`wire::Reading`] as JSON to
//! standard output.

use std::io::{self, Read, Write};
use std::process::ExitCode;

/// The argument that makes the program this worker.
pub(crate) const ARGUMENT: &str = "--decode-one-message";

/// Its exit code if there is no memory for the message itself.
pub(crate) const NO_MEMORY: i32 = 3;

/// Octets of stack for the decoder.
const STACK: usize = 8 * 1024 * 1024;

/// Octets of memory for a message that is small; for a large one twice its size.
const SMALL: u64 = 40 * 1024 * 1024;

/// Seconds of processor time.
const PROCESSOR: u64 = 10;

/// Whether the program was started as the worker.
pub(crate) fn is_wanted() -> bool {
    std::env::args_os()
        .nth(1)
        .is_some_and(|argument| argument == ARGUMENT)
}

/// Decodes one message.
pub(crate) fn run() -> ExitCode {
    match decode() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::OutOfMemory => {
            ExitCode::from(u8::try_from(NO_MEMORY).unwrap_or(u8::MAX))
        }
        Err(_) => ExitCode::FAILURE,
    }
}

fn decode() -> io::Result<()> {
    let mut stdin = io::stdin().lock();
    let mut size = [0; 8];
    stdin.read_exact(&mut size)?;
    let size = u64::from_le_bytes(size);
    limit(size)?;
    let octets = usize::try_from(size).map_err(|_| io::ErrorKind::OutOfMemory)?;
    let mut raw = Vec::new();
    raw.try_reserve_exact(octets)
        .map_err(|_| io::ErrorKind::OutOfMemory)?;
    raw.resize(octets, 0);
    stdin.read_exact(&mut raw)?;
    let reading = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || practice::Reading::parse(&raw))?
        .join()
        .map_err(|_| io::ErrorKind::Other)?;
    let json = serde_json::to_vec(&engine::readable(reading))?;
    let mut stdout = io::stdout().lock();
    stdout.write_all(&(json.len() as u64).to_le_bytes())?;
    stdout.write_all(&json)?;
    stdout.flush()
}

/// Limits this process, before it reads the message. On systems without these limits the program
/// still waits for its worker only for a limited time.
#[cfg(unix)]
fn limit(size: u64) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let memory = size.saturating_mul(2).max(SMALL) + STACK as u64;
    let bounds = [
        (Resource::Data, memory),
        (Resource::Cpu, PROCESSOR),
        // A core file would leave the message on the disk.
        (Resource::Core, 0),
        // It opens and writes no file.
        (Resource::Fsize, 0),
    ];
    for (resource, most) in bounds {
        let most = Some(most);
        setrlimit(
            resource,
            Rlimit {
                current: most,
                maximum: most,
            },
        )?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn limit(_size: u64) -> io::Result<()> {
    Ok(())
}
