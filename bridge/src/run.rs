//! Starts the bridge as the command line says, and shuts it down in order.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use practice::{Bind, Config};
use smtp::Domain;
use smtp::limits::Timeouts;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app_state::{AppState, MAX_DIALOGUES, MAX_PAGES, MAX_STORING};
use crate::cli::{self, AllowPort, Cli};
use crate::http::gate::{self, Gate, Token};
use crate::http::listener;
use crate::instance::announce::Ready;
use crate::instance::{self, Instance, link_file};
use crate::page::reading::Reader;
use crate::page::texts::Texts;
use crate::scenario;
use crate::shutdown::{self, Signals};
use crate::submission::environment::{Environment, PracticeServer};
use crate::submission::policy::Policy;
use crate::submission::resolve::Resolver;
use crate::submission::tls::Roots;
use crate::submission::tls::extra_ca::ExtraCa;

/// Runs the bridge until the program is asked to end. `configured`: an option was given that
/// configures it.
///
/// # Errors
/// What keeps it from starting, as a sentence for a person.
pub(crate) async fn run(cli: Cli, configured: bool) -> Result<()> {
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
            Ok(Instance::Other(ready)) => return show_running(&ready, &cli, configured),
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
    // Before the link is printed: its reader may end the program at once.
    let mut signals = Signals::catch()?;
    let app = Arc::new(app_state(&cli, address, practice)?);
    let ready = Ready::new(&app, address);
    if let Some(registration) = &mut registration
        && let Err(error) = registration.announce(&ready)
    {
        tracing::warn!(%error, "a second start will not find this bridge");
    }
    ready
        .print(cli.announce, cli.no_page)
        .context("can't print the link")?;
    // Removed when this is dropped, however it ends.
    let _link_file = cli.opens().then(|| ready.open(cli.mailto.as_ref()));
    let serving = tokio::spawn(listener::serve(listener, app.clone()));
    tokio::select! {
        received = signals.received() => received?,
        () = shutdown::unused(&app.pages, cli.exit_after.map(Duration::from_secs)) => {}
    }
    tracing::info!("shutting down");
    if let Some(registration) = &registration {
        registration.withdraw();
        // Second starts with --open left these behind.
        link_file::sweep_all();
    }
    app.shutdown.cancel();
    drop(serving.await);
    // Each page's task ends when the reason has been sent.
    app.pages.close();
    drop(tokio::time::timeout(shutdown::TIMEOUT, app.pages.wait()).await);
    if let Some(practice) = Arc::into_inner(app).and_then(|app| app.practice) {
        practice.shutdown().await;
    }
    Ok(())
}

/// Prints the link of the bridge that is already running, and opens it.
fn show_running(ready: &Ready, cli: &Cli, configured: bool) -> Result<()> {
    ready
        .print_running(configured)
        .context("can't print the link")?;
    if let Some(file) = cli
        .opens()
        .then(|| ready.open(cli.mailto.as_ref()))
        .flatten()
    {
        file.leave();
    }
    Ok(())
}

fn app_state(
    cli: &Cli,
    address: SocketAddr,
    practice: Option<practice::Server>,
) -> Result<AppState> {
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
    let environment = Environment {
        policy: Policy::new(&ports, any, address),
        roots,
        resolver: Resolver::system(&cli.resolve),
        timeouts: Timeouts::RFC.scaled(cli.timeout_scale),
        client_name,
        practice: practice.as_ref().map(|practice| PracticeServer {
            name: practice.server_name().into(),
            starttls: practice.starttls_addr(),
            tls: practice.tls_addr(),
        }),
    };
    let names = names(address.ip());
    Ok(AppState {
        gate: Gate::new(address.port(), &names, &cli.allow_origin, token),
        run,
        practice,
        serves_page: !cli.no_page,
        usual_port: elsewhere.then_some(cli::PORT),
        environment,
        page_permits: Arc::new(Semaphore::new(MAX_PAGES)),
        dialogue_permits: Arc::new(Semaphore::new(MAX_DIALOGUES)),
        storing_permits: Arc::new(Semaphore::new(MAX_STORING)),
        texts: Texts::default(),
        reader: Reader::new(),
        pages: TaskTracker::new(),
        shutdown: CancellationToken::new(),
    })
}

/// The host names that a browser on this machine may use for the bridge.
fn names(ip: IpAddr) -> Vec<String> {
    let mut names: Vec<String> = ["127.0.0.1", "localhost", "[::1]"]
        .map(str::to_owned)
        .into();
    // Another loopback address, or with --listen-anywhere any address that was given.
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
    let mut config = Config {
        scenario: cli.scenario.as_deref().map(scenario::named).transpose()?,
        ..Config::default()
    };
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
