//! `cargo xtask run --dev`: the page from `trunk serve`, which reloads after each rebuild, and a
//! real bridge.

mod announced;
mod children;
mod front;
mod link_file;

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{ChildStdout, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use self::announced::Announced;
use self::children::Children;
use self::front::Front;
use self::link_file::LinkFile;
use crate::project::{Project, clean_command};
use crate::say::say;
use crate::{page, program, setup};

/// The port of the page while developing, or the next free one.
const FIRST_PORT: u16 = 8080;
const PORTS_TRIED: u16 = 20;
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Serves the page until Ctrl-C, or until trunk or the bridge ends.
pub(crate) fn run(project: &Project, open: bool, rest: &[OsString]) -> Result<()> {
    let tools = setup::trunk(project)?;
    let built = program::build_for_dev(project)?;
    let interrupted = interrupts()?;

    let listener = free_listener()?;
    let origin = format!("http://{}", listener.local_addr()?);
    let mut children = Children::default();

    let mut bridge = project.command(&built);
    bridge
        .args(["--announce", "json", "--allow-origin", &origin])
        .args(rest)
        .stdout(Stdio::piped());
    let stdout = children
        .start("the bridge", bridge)?
        .context("the bridge has no standard output")?;
    let announced = wait_for_bridge(stdout, &mut children, &interrupted)?;
    let Some(announced) = announced else {
        return children.stop();
    };

    let trunk_port = free_port()?;
    let mut trunk = page::trunk(project, &tools)?;
    trunk.args([
        "serve",
        "--no-spa=true",
        "--address",
        "127.0.0.1",
        "--port",
        &trunk_port.to_string(),
    ]);
    // Not dist/, so that a development build of the page is never embedded.
    let built_page = project.target("page-dev");
    page::make_empty(&built_page)?;
    trunk.arg("--dist").arg(&built_page);
    say("page", "building (about a minute the first time)");
    children.start("trunk", trunk)?;

    let trunk_address = SocketAddr::from((Ipv4Addr::LOCALHOST, trunk_port));
    let link = format!("{origin}/#token={}", announced.token);
    Front {
        page: trunk_address,
        bridge: announced.address,
    }
    .serve(listener);

    let mut shown = false;
    let mut _link_file = None;
    loop {
        match interrupted.recv_timeout(LOOK_EVERY) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return children.stop(),
        }
        if let Some(ended) = children.ended()? {
            children.stop()?;
            bail!("{ended}");
        }
        if !shown && TcpStream::connect(trunk_address).is_ok_and(front::serves_page) {
            shown = true;
            println!("{link}");
            if open {
                _link_file = open_link(project, &link);
            }
        }
    }
}

/// A message for every Ctrl-C or request to end.
fn interrupts() -> Result<Receiver<()>> {
    let (sender, receiver) = mpsc::channel();
    ctrlc::set_handler(move || {
        // If there is no receiver, the program is already ending.
        let _ = sender.send(());
    })
    .context("could not listen for Ctrl-C")?;
    Ok(receiver)
}

/// Waits for the line that says the bridge is ready. `None` means that Ctrl-C came first.
fn wait_for_bridge(
    stdout: ChildStdout,
    children: &mut Children,
    interrupted: &Receiver<()>,
) -> Result<Option<Announced>> {
    let (sender, first_line) = mpsc::channel();
    thread::spawn(move || {
        let mut lines = BufReader::new(stdout).lines().map_while(|line| line.ok());
        if let Some(line) = lines.next() {
            // If there is no receiver, the program is already ending.
            let _ = sender.send(line);
        }
        // Read to the end, so that the bridge does not block on a full pipe.
        for line in lines {
            println!("{line}");
        }
    });
    loop {
        match first_line.recv_timeout(LOOK_EVERY) {
            Ok(line) => return Announced::parse(&line).map(Some),
            Err(_) if interrupted.try_recv().is_ok() => return Ok(None),
            Err(_) => {
                if let Some(ended) = children.ended()? {
                    children.stop()?;
                    bail!("{ended}");
                }
            }
        }
    }
}

fn free_listener() -> Result<TcpListener> {
    for port in FIRST_PORT..FIRST_PORT + PORTS_TRIED {
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            return Ok(listener);
        }
    }
    bail!(
        "no free port from {FIRST_PORT} to {}",
        FIRST_PORT + PORTS_TRIED - 1
    )
}

/// A free port for trunk, which can't choose one itself.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}

/// Opens the link in a browser, through a file that exists as long as the returned value.
fn open_link(project: &Project, link: &str) -> Option<LinkFile> {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    let opened = LinkFile::create(&project.target("open-link"), link).and_then(|file| {
        let mut command = clean_command(opener);
        command.arg(file.path()).stdin(Stdio::null()).spawn()?;
        Ok(file)
    });
    opened
        .inspect_err(|error| {
            say(
                "run",
                format!("could not open a browser with {opener}: {error}"),
            );
        })
        .ok()
}
