//! OpenSMTPD in a root folder of its own.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::process::Command;

use super::{Daemon, Endpoint, Started};
use crate::authority::Leaf;
use crate::interop::chroot::{Chroot, User};
use crate::interop::{BLOCKED, FULL, LARGE, NAME, PASSWORD, REFUSED, SMALL, USER};
use crate::port;

/// Two instances, because the limit on the size of a message applies to all ports of an instance.
struct OpenSmtpd(Vec<Chroot>);

/// The user names are built in.
const USERS: [User; 2] = [
    User {
        name: "opensmtpd",
        id: 64_301,
        home: "/var/lib/opensmtpd/empty",
    },
    User {
        name: "opensmtpq",
        id: 64_302,
        home: "/var/lib/opensmtpd/empty",
    },
];

const LOG: &str = "smtpd.log";

/// The options of `listen` for each endpoint. PLAIN can't be disabled.
const ENDPOINTS: [(Endpoint, &str); 4] = [
    // The filter that reads messages is a shell script, and too slow for large messages.
    (Endpoint::Clear, "filter all"),
    (
        Endpoint::Starttls,
        "tls-require pki own auth-optional <users>",
    ),
    (Endpoint::Tls, "smtps pki own auth-optional <users>"),
    (Endpoint::AuthRequired, "tls-require pki own auth <users>"),
];

/// Starts the server.
pub(super) async fn start(leaf: &Leaf, next_hop: SocketAddr) -> Started {
    let (large, mut endpoints) = one(leaf, next_hop, LARGE, &ENDPOINTS).await;
    let (small, others) = one(leaf, next_hop, SMALL, &[(Endpoint::Small, "")]).await;
    endpoints.extend(others);
    Started {
        version: version(large.command("/usr/sbin/smtpd")),
        endpoints,
        daemon: Box::new(OpenSmtpd(vec![large, small])),
    }
}

impl Daemon for OpenSmtpd {
    fn log(&self) -> String {
        self.0.iter().map(|chroot| chroot.read(LOG)).collect()
    }
}

async fn one(
    leaf: &Leaf,
    next_hop: SocketAddr,
    limit: u64,
    endpoints: &[(Endpoint, &str)],
) -> (Chroot, BTreeMap<Endpoint, SocketAddr>) {
    let mut chroot = Chroot::copy("GLASSPOST_OPENSMTPD", &USERS);
    for (path, mode) in [
        ("var/lib/opensmtpd/empty", 0o755),
        ("var/run", 0o755),
        ("var/spool/smtpd", 0o711),
        ("tmp", 0o1777),
    ] {
        chroot.folder(path, mode, 0);
    }
    chroot.write("etc/chain.pem", 0o644, leaf.chain_pem());
    // It requires root certificates, though it checks none.
    chroot.write("etc/ssl/certs/ca-certificates.crt", 0o644, leaf.chain_pem());
    chroot.write("etc/key.pem", 0o600, &leaf.key_pem());
    chroot.write(
        "etc/content.sh",
        0o644,
        include_str!("opensmtpd_content.sh"),
    );
    let endpoints: Vec<(Endpoint, &str, SocketAddr)> = endpoints
        .iter()
        .map(|(endpoint, options)| (*endpoint, *options, port::free()))
        .collect();
    chroot.write(
        "etc/own.conf",
        0o644,
        &conf(&chroot, &endpoints, next_hop, limit),
    );
    let mut smtpd = chroot.command("/usr/sbin/smtpd");
    smtpd.args(["-d", "-f", "/etc/own.conf"]);
    let addresses: Vec<SocketAddr> = endpoints.iter().map(|(_, _, address)| *address).collect();
    chroot.start(smtpd, LOG, &addresses).await;
    let endpoints = endpoints
        .into_iter()
        .map(|(endpoint, _, address)| (endpoint, address))
        .collect();
    (chroot, endpoints)
}

fn conf(
    chroot: &Chroot,
    endpoints: &[(Endpoint, &str, SocketAddr)],
    next_hop: SocketAddr,
    limit: u64,
) -> String {
    let mut encrypt = chroot.command("/usr/libexec/opensmtpd/encrypt");
    let hash = output_text(encrypt.arg(PASSWORD));
    let mut text = format!(
        "pki own cert \"/etc/chain.pem\"\n\
         pki own key \"/etc/key.pem\"\n\
         table users {{ \"{USER}\" = \"{hash}\" }}\n\
         smtp max-message-size {limit}\n\
         filter sender phase mail-from match mail-from {{ \"{BLOCKED}\" }} reject \"550 5.7.1 Sender blocked\"\n\
         filter full phase rcpt-to match rcpt-to {{ \"{FULL}\" }} reject \"452 4.2.2 Mailbox full\"\n\
         filter content proc-exec \"/bin/sh /etc/content.sh\"\n\
         filter all chain {{ sender, full, content }}\n"
    );
    for (_, options, address) in endpoints {
        text += &format!(
            "listen on {} port {} hostname {NAME} {options}\n",
            address.ip(),
            address.port()
        );
    }
    text += &format!(
        "action onward relay host \"smtp+notls://{next_hop}\"\n\
         match from any for rcpt-to \"{REFUSED}\" reject\n\
         match from any for any action onward\n"
    );
    text
}

fn version(mut smtpd: Command) -> String {
    // It prints `version: OpenSMTPD 6.8.0p2` and its usage, and exits with an error.
    let output = smtpd.arg("-h").output().expect("smtpd can be run");
    let output_text = String::from_utf8_lossy(&output.stderr);
    output_text
        .split_whitespace()
        .skip_while(|word| *word != "OpenSMTPD")
        .nth(1)
        .unwrap_or("unknown")
        .to_owned()
}

fn output_text(command: &mut Command) -> String {
    match command.output() {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).trim().to_owned()
        }
        other => panic!("{command:?}: {other:?}; OpenSMTPD needs root privileges"),
    }
}
