//! How much memory the bridge uses while a very long message passes through it to a server that is
//! slower than the page.

use anyhow::Result;
use glasspost_tests::process;
use smtp::Security;

use super::message::TestMessage;
use super::network::{Kind, Network};
use super::sender::{self, SendTask};
use super::sink::Sink;
use super::table::{Table, grouped};

const SIZE: u64 = 100_000_000;
/// Octets that the server reads in a second. A page can send more than ten times as much.
const RATE: u32 = 10_000_000;
const BOUND_MIB: f64 = 8.0;

/// Runs the benchmark.
pub(crate) async fn measure() -> Result<String> {
    let sink = Sink::without_tls().await?;
    let narrow = Kind {
        rate: Some(RATE),
        ..Kind::default()
    };
    let network = Network::open(sink.address(), narrow).await?;
    let (bridge, mut page) = sender::bridge::<&str>(&[]).await?;
    let message = TestMessage::new(SIZE)?;

    // Resets the kernel's record of the peak.
    process::forget_peak(bridge.pid());
    let before = process::memory_kib(bridge.pid(), "VmRSS");
    let mut on_the_way = Vec::new();
    let task = SendTask::new(sender::at(network.address(), Security::None), &message);
    let took = sender::send_with_progress(&mut page, task, |sent| {
        // At a quarter, a half and three quarters of the message.
        if sent * 4 / SIZE > on_the_way.len() as u64 && on_the_way.len() < 3 {
            on_the_way.push(process::memory_kib(bridge.pid(), "VmRSS"));
        }
    })
    .await?;
    let peak = process::memory_kib(bridge.pid(), "VmHWM");
    let after = process::memory_kib(bridge.pid(), "VmRSS");

    let mut table = Table::new(&["bridge", "MiB"]);
    table.row(["before, one page connected".to_owned(), mib(before)]);
    for (kib, part) in on_the_way.into_iter().zip(["1/4", "1/2", "3/4"]) {
        table.row([format!("{part} sent"), mib(kib)]);
    }
    table.row(["after".to_owned(), mib(after)]);
    table.row(["peak (VmHWM)".to_owned(), mib(peak)]);
    let more = peak.saturating_sub(before);
    table.row(["growth".to_owned(), mib(more)]);
    let within = if more as f64 / 1024.0 <= BOUND_MIB {
        "within"
    } else {
        "MORE THAN"
    };
    Ok(format!(
        "{}\n\
         {} octets to an smtp-sink that gets at most {} a second, {:.1} s. Resident memory \
         (VmRSS) of a new bridge. The growth is {within} {BOUND_MIB} MiB.\n",
        table.text(),
        grouped(SIZE),
        grouped(u64::from(RATE)),
        took.as_secs_f64(),
    ))
}

fn mib(kib: u64) -> String {
    format!("{:.2}", kib as f64 / 1024.0)
}
