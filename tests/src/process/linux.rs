//! Information from Linux about a running process.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process};

/// Every TCP address on which the process listens.
#[must_use]
pub fn listening(pid: u32) -> Vec<SocketAddr> {
    let own = sockets(pid);
    let mut all = Vec::new();
    for table in ["tcp", "tcp6"] {
        let text = read(PathBuf::from(format!("/proc/{pid}/net/{table}")));
        for line in text.lines().skip(1) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let (Some(local), Some(&"0A"), Some(inode)) =
                (fields.get(1), fields.get(3), fields.get(9))
            else {
                continue;
            };
            if own.contains(*inode) {
                all.push(address(local).unwrap_or_else(|| panic!("{table}: {local}")));
            }
        }
    }
    all
}

/// The number of open file descriptors.
#[must_use]
pub fn descriptors(pid: u32) -> usize {
    folder(pid).len()
}

/// The number of threads with this name.
#[must_use]
pub fn threads(pid: u32, name: &str) -> usize {
    let path = format!("/proc/{pid}/task");
    let Ok(tasks) = std::fs::read_dir(&path) else {
        panic!("{path} can't be read");
    };
    tasks
        .flatten()
        // A thread may end in the meantime.
        .filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok())
        .filter(|comm| comm.trim_end() == name)
        .count()
}

/// A value in KiB from `/proc/…/status`, such as `VmRSS` (memory in use) or `VmHWM` (peak).
#[must_use]
pub fn memory_kib(pid: u32, field: &str) -> u64 {
    let status = read(PathBuf::from(format!("/proc/{pid}/status")));
    status
        .lines()
        .find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))
        .and_then(|value| value.trim().strip_suffix(" kB")?.parse().ok())
        .unwrap_or_else(|| panic!("{field} in:\n{status}"))
}

/// The processes that this one has started and that have not ended.
#[must_use]
pub fn children(pid: u32) -> Vec<u32> {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task"));
    let mut all = Vec::new();
    for thread in threads.into_iter().flatten().flatten() {
        // A thread may have ended in the meantime.
        let children = std::fs::read_to_string(thread.path().join("children"));
        let children = children.unwrap_or_default();
        all.extend(
            children
                .split_whitespace()
                .filter_map(|pid| pid.parse::<u32>().ok()),
        );
    }
    all
}

/// Kills a process and all that it has started, and waits until none of them runs any more.
///
/// # Panics
/// If one of them survives.
pub fn kill_with_children(pid: i32) {
    let mut all = vec![u32::try_from(pid).unwrap_or_default()];
    let mut at = 0;
    while let Some(parent) = all.get(at).copied() {
        all.extend(children(parent));
        at += 1;
    }
    // The first starts no others while the rest are killed.
    for id in &all {
        let id = i32::try_from(*id).ok().and_then(Pid::from_raw);
        if let Some(id) = id {
            // It may have ended when its parent did.
            let _ = kill_process(id, Signal::KILL);
        }
    }
    let start = Instant::now();
    while all.iter().any(|id| runs(*id)) {
        assert!(start.elapsed() < crate::TIMEOUT, "{pid} survives");
        std::thread::yield_now();
    }
}

/// Whether a process runs. One that has ended and that its parent has not asked about does not.
fn runs(pid: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let mut lines = status.lines();
    lines
        .find_map(|line| line.strip_prefix("State:"))
        .is_some_and(|state| !state.trim_start().starts_with(['Z', 'X']))
}

/// The memory in use by a process and its children, in KiB.
#[must_use]
pub fn memory_of_all_kib(pid: u32) -> u64 {
    let resident = |pid: u32| {
        // A child may have ended in the meantime.
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"));
        status
            .unwrap_or_default()
            .lines()
            .find_map(|line| {
                line.strip_prefix("VmRSS:")?
                    .trim()
                    .strip_suffix(" kB")?
                    .parse()
                    .ok()
            })
            .unwrap_or(0)
    };
    resident(pid) + children(pid).into_iter().map(resident).sum::<u64>()
}

/// Resets `VmHWM` to the memory in use now.
pub fn forget_peak(pid: u32) {
    let path = format!("/proc/{pid}/clear_refs");
    if let Err(error) = std::fs::write(&path, "5") {
        panic!("{path}: {error}");
    }
}

fn sockets(pid: u32) -> HashSet<String> {
    folder(pid)
        .into_iter()
        .filter_map(|file| {
            let target = std::fs::read_link(file).ok()?;
            let inode = target
                .to_str()?
                .strip_prefix("socket:[")?
                .strip_suffix(']')?;
            Some(inode.to_owned())
        })
        .collect()
}

fn folder(pid: u32) -> Vec<PathBuf> {
    let path = format!("/proc/{pid}/fd");
    match std::fs::read_dir(&path) {
        Ok(files) => files.flatten().map(|file| file.path()).collect(),
        Err(error) => panic!("{path}: {error}"),
    }
}

fn read(path: PathBuf) -> String {
    match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => panic!("{}: {error}", path.display()),
    }
}

/// `0100007F:1F49`: 32-bit words in the byte order of this machine.
fn address(text: &str) -> Option<SocketAddr> {
    let (host, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let octets: Vec<u8> = host
        .as_bytes()
        .chunks(8)
        .map(|word| {
            let word = std::str::from_utf8(word).ok()?;
            Some(u32::from_str_radix(word, 16).ok()?.to_ne_bytes())
        })
        .collect::<Option<Vec<_>>>()?
        .concat();
    let host: IpAddr = match octets.len() {
        4 => Ipv4Addr::from(<[u8; 4]>::try_from(octets).ok()?).into(),
        16 => Ipv6Addr::from(<[u8; 16]>::try_from(octets).ok()?).into(),
        _ => return None,
    };
    Some(SocketAddr::new(host, port))
}
