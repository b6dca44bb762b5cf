//! The flags.

mod mailto;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, ValueEnum};

pub(crate) use self::mailto::Mailto;

/// The port of the page.
pub(crate) const PORT: u16 = 8025;

/// A mail composer in a browser tab that shows how your mail is sent.
///
/// Serves the page on this machine only, sends its mail, and shows every line of the SMTP
/// conversation. A practice mail server is built in, so the first message needs no account and no
/// network.
#[derive(Debug, Parser)]
#[command(name = "glasspost", version)]
pub(crate) struct Cli {
    /// Serve the page at this address [default: 127.0.0.1:8025, or the next free port]
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) listen: Option<SocketAddr>,

    /// Allow --listen to use an address that other machines can reach. Anyone who has the link can
    /// then send mail through this program
    #[arg(long)]
    pub(crate) listen_anywhere: bool,

    /// Run the practice server with STARTTLS at this address [default: 127.0.0.1:2525, or any free
    /// port]
    #[arg(long, value_name = "ADDR:PORT", conflicts_with = "no_practice")]
    pub(crate) practice: Option<SocketAddr>,

    /// Run the practice server with TLS from the start at this address [default: 127.0.0.1:2465, or
    /// any free port; with --practice, any free port]
    #[arg(long, value_name = "ADDR:PORT", conflicts_with = "no_practice")]
    pub(crate) practice_tls: Option<SocketAddr>,

    /// Run without the practice server
    #[arg(long)]
    pub(crate) no_practice: bool,

    /// Let the practice server misbehave as this scenario says: one of --list-scenarios, or a file
    #[arg(long, value_name = "NAME|FILE", conflicts_with = "no_practice")]
    pub(crate) scenario: Option<String>,

    /// Print the scenarios that come with the program, and end
    #[arg(long, exclusive = true)]
    pub(crate) list_scenarios: bool,

    /// Serve only the API for other programs, and no page
    #[arg(long, conflicts_with_all = ["open", "mailto", "no_practice"])]
    pub(crate) no_page: bool,

    /// Trust the certificates in this PEM file in addition to this machine's own. A CA certificate
    /// is trusted for all certificates it issued, any other certificate only for the server that
    /// presents it. Repeatable
    #[arg(long, value_name = "FILE")]
    pub(crate) extra_ca: Vec<PathBuf>,

    /// Use this IP address for this host without a name lookup, as in
    /// `mail.example.org:192.0.2.1`. Repeatable; several addresses for one host are all tried
    #[arg(long, value_name = "HOST:ADDR", value_parser = resolve)]
    pub(crate) resolve: Vec<(String, IpAddr)>,

    /// Allow mail servers on this port in addition to 25, 465, 587, 2465 and 2525; `any` allows all
    /// ports. Repeatable
    #[arg(long, value_name = "PORT")]
    pub(crate) allow_port: Vec<AllowPort>,

    /// Also accept pages from this origin, such as `http://127.0.0.1:8080`. They still need the
    /// token. Repeatable
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    pub(crate) allow_origin: Vec<String>,

    /// Multiply the timeouts of RFC 5321 by this factor; 0.1 is a tenth
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = scale)]
    pub(crate) timeout_scale: f64,

    /// When ready, print one line in this format for another program to read, instead of the link
    #[arg(long, value_name = "FORMAT")]
    pub(crate) announce: Option<Announce>,

    /// Open the page in the browser, through a file that only you can read, so no command line
    /// contains the link
    #[arg(long)]
    pub(crate) open: bool,

    /// Start another bridge, even if one of yours is already running. Without this option, the link
    /// of the running bridge is printed. --announce implies --new
    #[arg(long)]
    pub(crate) new: bool,

    /// Shut down when no page has been open for this long
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) exit_after: Option<u64>,

    /// Add an entry to this user's desktop menu, which can also open mailto: links, and end
    #[arg(long, exclusive = true)]
    pub(crate) install: bool,

    /// Remove the entry that --install has added, and end
    #[arg(long, exclusive = true)]
    pub(crate) uninstall: bool,

    /// Open a new message for this mailto: link in the browser. Implies --open
    #[arg(value_name = "MAILTO", conflicts_with = "announce")]
    pub(crate) mailto: Option<Mailto>,

    /// Log to standard error at this level
    #[arg(long, value_name = "LEVEL", default_value = "warn")]
    pub(crate) log: Level,
}

/// The options that don't say how the bridge runs.
const NOT_CONFIGURATION: [&str; 6] = ["open", "new", "announce", "exit_after", "mailto", "log"];

impl Cli {
    /// The options given, and whether any of them says how the bridge is to run. Ends the program
    /// if they can't be read.
    pub(crate) fn given() -> (Cli, bool) {
        let matches = Cli::command().get_matches();
        let configured = configures(&matches);
        match Cli::from_arg_matches(&matches) {
            Ok(cli) => (cli, configured),
            Err(error) => error.exit(),
        }
    }

    /// Whether the page is to be opened in the browser.
    pub(crate) fn opens(&self) -> bool {
        self.open || self.mailto.is_some()
    }

    /// Whether a new bridge is to be started even if another one runs: a program that asks for an
    /// announcement starts the bridge for itself.
    pub(crate) fn wants_its_own(&self) -> bool {
        self.new || self.announce.is_some()
    }
}

fn configures(matches: &ArgMatches) -> bool {
    matches.ids().any(|id| {
        let given = matches.value_source(id.as_str()) == Some(ValueSource::CommandLine);
        given && id != "Cli" && !NOT_CONFIGURATION.contains(&id.as_str())
    })
}

/// A form of announcement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Announce {
    /// {"url","ws","api","token","practice":{"starttls","tls"},"scenario":{"name","seed"}}
    Json,
}

/// How much is logged. Secrets and messages are in no level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    Off,
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

/// A port, or any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AllowPort {
    Any,
    Port(u16),
}

impl std::str::FromStr for AllowPort {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if text == "any" {
            return Ok(AllowPort::Any);
        }
        match text.parse() {
            Ok(port) if port != 0 => Ok(AllowPort::Port(port)),
            _ => Err("expected a port from 1 to 65535, or `any`".into()),
        }
    }
}

fn resolve(text: &str) -> Result<(String, IpAddr), String> {
    let wrong = || {
        "expected HOST:ADDR, such as mail.example.org:192.0.2.1 or mail.example.org:[2001:db8::1]"
            .to_owned()
    };
    let (host, address) = text.split_once(':').ok_or_else(wrong)?;
    let address = address
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse()
        .map_err(|_| wrong())?;
    // In the form in which it is looked for.
    let host = engine::request::host_name(host).ok_or_else(wrong)?;
    Ok((host, address))
}

/// An origin is written exactly as browsers send it (RFC 6454 §6.2), or it would never match.
fn origin(text: &str) -> Result<String, String> {
    let rest = text
        .strip_prefix("http://")
        .or_else(|| text.strip_prefix("https://"));
    let fine = rest.is_some_and(|host| {
        !host.is_empty()
            && !host.contains(['/', ' ', '@', '*', ','])
            && host == host.to_ascii_lowercase()
    });
    if fine {
        return Ok(text.to_owned());
    }
    Err(
        "expected an origin as browsers send it, in lower case and without a path: \
         http://127.0.0.1:8080"
            .into(),
    )
}

fn scale(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(scale) if scale.is_finite() && scale > 0.0 && scale <= 1_000.0 => Ok(scale),
        _ => Err("expected a number above 0, at most 1000".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(args: &[&str], fine: bool) {
        let got = Cli::try_parse_from(std::iter::once("glasspost").chain(args.iter().copied()));
        assert_eq!(got.is_ok(), fine, "{args:?}: {got:?}");
    }

    #[test]
    fn options_that_configure() {
        let check = |args: &[&str], expect: bool| {
            let args = std::iter::once("glasspost").chain(args.iter().copied());
            let matches = Cli::command().try_get_matches_from(args).expect("options");
            assert_eq!(configures(&matches), expect, "{matches:?}");
        };
        check(&[], false);
        check(&["--open", "--log", "info"], false);
        check(&["--exit-after", "600", "mailto:a@x.org"], false);
        check(&["--no-practice"], true);
        check(&["--timeout-scale", "1"], true);
        check(&["--open", "--resolve", "x:192.0.2.1"], true);
        for name in NOT_CONFIGURATION {
            let command = Cli::command();
            let mut known = command.get_arguments();
            assert!(known.any(|known| known.get_id() == name), "{name}");
        }
    }

    #[test]
    fn flags() {
        Cli::command().debug_assert();
        check(&[], true);
        check(&["--listen", "127.0.0.1:0", "--practice", "[::1]:0"], true);
        check(&["--listen", "localhost"], false);
        check(&["--practice", "127.0.0.1:0", "--no-practice"], false);
        check(
            &[
                "--resolve",
                "mail.example.org:192.0.2.1",
                "--resolve",
                "x:[::1]",
            ],
            true,
        );
        check(&["--resolve", "192.0.2.1"], false);
        check(&["--resolve", "a b:192.0.2.1"], false);
        check(&["--resolve", ":192.0.2.1"], false);
        check(&["--resolve", "메일.한국:192.0.2.1"], true);
        check(&["--allow-port", "26", "--allow-port", "any"], true);
        check(&["--allow-port", "0"], false);
        check(&["--allow-origin", "http://127.0.0.1:8080"], true);
        for odd in [
            "*",
            "null",
            "http://x/",
            "http://X",
            "127.0.0.1:8080",
            "http://",
        ] {
            check(&["--allow-origin", odd], false);
        }
        check(&["--timeout-scale", "0"], false);
        check(&["--timeout-scale", "nan"], false);
        check(&["--announce", "xml"], false);
        check(&["mailto:a@x.org?cc=b@x.org", "--open"], true);
        check(&["a@x.org"], false);
        check(&["mailto:a@x.org", "--announce", "json"], false);
        check(&["--exit-after", "0"], false);
        check(
            &["--scenario", "x", "--no-page", "--announce", "json"],
            true,
        );
        check(&["--scenario", "x", "--no-practice"], false);
        check(&["--no-page", "--open"], false);
        check(&["--no-page", "--no-practice"], false);
        check(&["--list-scenarios"], true);
        check(&["--list-scenarios", "--new"], false);
        check(&["--install"], true);
        check(&["--install", "--open"], false);
        check(&["--uninstall", "--install"], false);
    }
}
