//! `glasspost`: serves the page, guards the door to it, and holds its SMTP conversations.

mod announce;
mod approach;
mod assets;
mod body;
mod certificate;
mod cli;
mod connect;
mod driver;
mod gate;
mod going;
mod http;
mod hub;
mod instance;
mod link_file;
mod listener;
mod mailbox_feed;
mod page_dialogues;
mod policy;
mod private;
mod reading;
mod refusals;
mod resolve;
mod seats;
mod socket;
mod stream;
mod tls;
mod voice;

use std::alloc::System;
use std::io::IsTerminal;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use practice::{Bind, Config};
use smtp::Domain;
use smtp::limits::Timeouts;
use tokio::sync::Semaphore;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use zeroizing_alloc::ZeroAlloc;

use announce::Ready;
use cli::{AllowPort, Cli, Level};
use gate::{Gate, Token};
use going::Going;
use http::House;
use hub::Hub;
use instance::Instance;
use policy::Policy;
use resolve::Resolver;
use tls::Roots;
use tls::extra_ca::ExtraCa;

/// Whatever is freed is wiped first. Passwords are wiped where they are held, but they come and go
/// by buffers that are not ours (of the WebSocket, JSON, TLS), and leave copies where a buffer
/// grows.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

/// How long the end may take once it is asked for: dialogues take their leave, pages are told.
const FAREWELL: Duration = Duration::from_secs(12);

fn main() -> ExitCode {
    if reading::worker::is_wanted() {
        return reading::worker::run();
    }
    let (cli, configured) = Cli::given();
    log(cli.log);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(run(cli, configured)),
        Err(error) => Err(error.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("glasspost: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Only our own words are logged: a library's would hold what goes through it.
fn log(level: Level) {
    let level = match level {
        Level::Off => LevelFilter::OFF,
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
        Level::Trace => LevelFilter::TRACE,
    };
    let ours = Targets::new()
        .with_target("glasspost", level)
        .with_target("glasspost_practice", level);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        // In a file or a pipe colours are noise, and hide words from whoever searches for them.
        .with_ansi(std::io::stderr().is_terminal());
    tracing_subscriber::registry().with(lines).with(ours).init();
}

async fn run(cli: Cli, configured: bool) -> Result<()> {
    let wanted = cli
        .listen
        .unwrap_or(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), cli::PORT));
    if !wanted.ip().is_loopback() && !cli.listen_anywhere {
        bail!(
            "--listen {wanted} is not a loopback address, so other machines could connect. \
             Use 127.0.0.1 or [::1], or allow it with --listen-anywhere"
        );
    }
    let mut registration = None;
    if !cli.wants_its_own() {
        match instance::find().await {
            Ok(Instance::Own(own)) => registration = Some(own),
            Ok(Instance::Other(ready)) => return show_running(&ready, cli.open, configured),
            Err(error) => tracing::warn!(%error, "a second start will not find this bridge"),
        }
    }
    let listener = listener::bind(wanted, cli.listen.is_some())
        .await
        .with_context(|| format!("can't listen on {wanted}"))?;
    let address = listener
        .local_addr()
        .context("can't read the address it listens on")?;
    let practice = practice(&cli).await?;
    // Before anybody hears that it runs: whoever does may ask it to end at once.
    let mut end = Wish::await_it()?;
    let (farewell, going) = going::farewell();
    let house = Arc::new(house(&cli, address, practice, going.clone())?);
    let ready = Ready::new(&house, address);
    if let Some(registration) = &mut registration
        && let Err(error) = registration.announce(&ready)
    {
        tracing::warn!(%error, "a second start will not find this bridge");
    }
    ready.print(cli.announce).context("can't print the link")?;
    // Removed when this is dropped, however it ends.
    let _link_file = cli.open.then(|| ready.open());
    let serving = tokio::spawn(listener::serve(listener, house.clone(), going));
    end.uttered().await?;
    tracing::info!("ending");
    if let Some(registration) = &registration {
        registration.withdraw();
        // Second starts with --open left these behind.
        link_file::sweep_all();
    }
    farewell.say();
    drop(serving.await);
    // Every page gives its place back when it has been told.
    let pages = house.hub.pages.acquire_many(hub::PAGES as u32);
    drop(tokio::time::timeout(FAREWELL, pages).await);
    if let Some(practice) = Arc::into_inner(house)
        .and_then(|house| Arc::into_inner(house.hub))
        .and_then(|hub| hub.practice)
    {
        practice.shutdown().await;
    }
    Ok(())
}

/// Prints the link of the bridge that is already running, and opens it.
fn show_running(ready: &Ready, open: bool, configured: bool) -> Result<()> {
    ready
        .print_running(configured)
        .context("can't print the link")?;
    if let Some(file) = open.then(|| ready.open()).flatten() {
        file.leave();
    }
    Ok(())
}

fn house(
    cli: &Cli,
    address: SocketAddr,
    practice: Option<practice::Server>,
    going: Going,
) -> Result<House> {
    let mut extra = ExtraCa::default();
    for file in &cli.extra_ca {
        extra
            .add_file(file)
            .map_err(|error| anyhow::anyhow!("--extra-ca {}: {error}", file.display()))?;
    }
    let roots = Roots::new(extra, practice.as_ref().map(practice::Server::ca_der))
        .map_err(anyhow::Error::msg)?;
    let ports: Vec<u16> = cli
        .allow_port
        .iter()
        .filter_map(|allowed| match allowed {
            AllowPort::Port(port) => Some(*port),
            AllowPort::Any => None,
        })
        .collect();
    let any = cli.allow_port.contains(&AllowPort::Any);
    let token = Token::new()
        .map_err(|error| anyhow::anyhow!("can't get random bytes from this machine: {error}"))?;
    let run = gate::run_name()
        .map_err(|error| anyhow::anyhow!("can't get random bytes from this machine: {error}"))?;
    let client_name = Domain::parse("[127.0.0.1]").context("the client's own name")?;
    // A port given with --listen is the usual one.
    let elsewhere = cli.listen.is_none() && address.port() != cli::PORT;
    Ok(House {
        gate: Gate::new(
            address.port(),
            &names(address.ip()),
            &cli.allow_origin,
            token,
        ),
        hub: Arc::new(Hub {
            run,
            practice,
            policy: Policy::new(&ports, any, address),
            roots,
            resolver: Resolver::system(&cli.resolve),
            timeouts: Timeouts::RFC.scaled(cli.timeout_scale),
            client_name,
            usual_port: elsewhere.then_some(cli::PORT),
            pages: Arc::new(Semaphore::new(hub::PAGES)),
            dialogues: Arc::new(Semaphore::new(hub::DIALOGUES)),
            reader: reading::Reader::new(),
            going,
        }),
    })
}

/// The names a browser on this machine may call the bridge by.
fn names(ip: IpAddr) -> Vec<String> {
    let mut names: Vec<String> = ["127.0.0.1", "localhost", "[::1]"]
        .map(str::to_owned)
        .into();
    // Another address of the loopback net, or with --listen-anywhere one that was named outright.
    let own = match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    };
    if !ip.is_unspecified() && !names.contains(&own) {
        names.push(own);
    }
    names
}

async fn practice(cli: &Cli) -> Result<Option<practice::Server>> {
    if cli.no_practice {
        return Ok(None);
    }
    for given in [cli.practice, cli.practice_tls].into_iter().flatten() {
        if given.ip() != IpAddr::V4(Ipv4Addr::LOCALHOST) {
            bail!(
                "the practice server can listen only on the loopback address 127.0.0.1, not on {}",
                given.ip()
            );
        }
    }
    let mut config = Config::default();
    if let Some(given) = cli.practice {
        config.starttls = Bind::Exact(given.port());
        config.tls = Bind::Exact(0);
    }
    if let Some(given) = cli.practice_tls {
        config.tls = Bind::Exact(given.port());
    }
    let server = practice::Server::start(config)
        .await
        .context("can't start the practice server")?;
    Ok(Some(server))
}

/// Ctrl-C, or the system's wish that the program end. From its making on neither kills the program
/// any more.
struct Wish {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Wish {
    fn await_it() -> Result<Wish> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(Wish {
                terminate: signal(SignalKind::terminate()).context("can't wait for signals")?,
                interrupt: signal(SignalKind::interrupt()).context("can't wait for signals")?,
            })
        }
        #[cfg(not(unix))]
        Ok(Wish {})
    }

    async fn uttered(&mut self) -> Result<()> {
        #[cfg(unix)]
        {
            tokio::select! {
                _ = self.terminate.recv() => {}
                _ = self.interrupt.recv() => {}
            }
            Ok(())
        }
        #[cfg(not(unix))]
        tokio::signal::ctrl_c()
            .await
            .context("can't wait for Ctrl-C")
    }
}
