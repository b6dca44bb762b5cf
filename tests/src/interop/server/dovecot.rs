//! Dovecot in a root folder of its own: its submission service, and its password service for
//! Postfix.

use std::net::SocketAddr;
use std::process::Command;

use super::{Daemon, Endpoint, Started};
use crate::authority::Leaf;
use crate::interop::chroot::{Chroot, User};
use crate::interop::{LARGE, NAME, PASSWORD, SMALL, USER};
use crate::port;

/// Two instances, because the limit on the size of a message applies to all ports of an instance.
struct Dovecot(Vec<Chroot>);

/// The user of all mailboxes.
const MAIL: User = User {
    name: "vmail",
    id: 64_313,
    home: "/home",
};

const USERS: [User; 3] = [
    User {
        name: "dovecot",
        id: 64_311,
        home: "/",
    },
    User {
        name: "dovenull",
        id: 64_312,
        home: "/",
    },
    MAIL,
];

const LOG: &str = "dovecot.log";

/// Starts submission services that relay to `next_hop`.
pub(super) async fn start(leaf: &Leaf, next_hop: SocketAddr) -> Started {
    let (clear, tls, small) = (port::free(), port::free(), port::free());
    let mut large = root();
    let conf = submission(next_hop, LARGE, clear, Some(tls));
    run(&mut large, &conf, Some(leaf), &[clear, tls]).await;
    let mut limited = root();
    let conf = submission(next_hop, SMALL, small, None);
    run(&mut limited, &conf, Some(leaf), &[small]).await;
    Started {
        version: version(large.command("/usr/sbin/dovecot")),
        // One port serves all cleartext connections. A second port can't have another list of
        // mechanisms.
        endpoints: [
            (Endpoint::Clear, clear),
            (Endpoint::Starttls, clear),
            (Endpoint::AuthRequired, clear),
            (Endpoint::Tls, tls),
            (Endpoint::Small, small),
        ]
        .into(),
        daemon: Box::new(Dovecot(vec![large, limited])),
    }
}

impl Daemon for Dovecot {
    fn log(&self) -> String {
        self.0.iter().map(|chroot| chroot.read(LOG)).collect()
    }
}

/// An authentication service for passwords, without any other service.
pub(super) struct PasswordService {
    chroot: Chroot,
    address: SocketAddr,
}

impl PasswordService {
    /// Starts the service.
    pub(super) async fn start() -> PasswordService {
        let (mut chroot, address) = (root(), port::free());
        let conf = format!(
            "protocols =\n\
             ssl = no\n\
             service auth {{\n\
               inet_listener postfix {{\n\
                 listen = {}\n\
                 port = {}\n\
               }}\n\
             }}\n",
            address.ip(),
            address.port()
        );
        run(&mut chroot, &conf, None, &[address]).await;
        PasswordService { chroot, address }
    }

    /// Its address.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its log so far.
    pub(super) fn log(&self) -> String {
        self.chroot.read(LOG)
    }
}

fn root() -> Chroot {
    let chroot = Chroot::copy("GLASSPOST_DOVECOT", &USERS);
    for path in ["run/own", "var/lib/own", "etc/own"] {
        chroot.folder(path, 0o755, 0);
    }
    chroot.folder("tmp", 0o1777, 0);
    chroot.folder("home", 0o700, MAIL.id);
    chroot
}

async fn run(chroot: &mut Chroot, conf: &str, leaf: Option<&Leaf>, at: &[SocketAddr]) {
    if let Some(leaf) = leaf {
        chroot.write("etc/own/chain.pem", 0o644, leaf.chain_pem());
        chroot.write("etc/own/key.pem", 0o600, &leaf.key_pem());
    }
    let User { id, home, .. } = MAIL;
    chroot.write(
        "etc/own/users",
        0o644,
        &format!("{USER}:{{PLAIN}}{PASSWORD}:{id}:{id}::{home}\n"),
    );
    // Don't delay the answer to a wrong password.
    let common = "dovecot_config_version = 2.4.0\n\
         dovecot_storage_version = 2.4.0\n\
         base_dir = /run/own\n\
         state_dir = /var/lib/own\n\
         listen = 127.0.0.1\n\
         log_path = /dev/stderr\n\
         auth_allow_cleartext = yes\n\
         auth_mechanisms = plain login\n\
         auth_failure_delay = 0\n\
         service anvil {\n\
           unix_listener anvil-auth-penalty {\n\
             mode = 0\n\
           }\n\
         }\n\
         passdb passwd-file {\n\
           passwd_file_path = /etc/own/users\n\
         }\n\
         userdb passwd-file {\n\
           passwd_file_path = /etc/own/users\n\
         }\n\
         mail_driver = maildir\n\
         mail_path = ~/mail\n";
    chroot.write("etc/own/dovecot.conf", 0o644, &format!("{common}{conf}"));
    let mut dovecot = chroot.command("/usr/sbin/dovecot");
    dovecot.args(["-F", "-c", "/etc/own/dovecot.conf"]);
    chroot.start(dovecot, LOG, at).await;
}

fn submission(
    next_hop: SocketAddr,
    limit: u64,
    clear: SocketAddr,
    tls: Option<SocketAddr>,
) -> String {
    // Port 0 disables a listener.
    let (clear, tls) = (clear.port(), tls.map_or(0, |tls| tls.port()));
    format!(
        "protocols = submission\n\
         hostname = {NAME}\n\
         ssl = yes\n\
         ssl_server_cert_file = /etc/own/chain.pem\n\
         ssl_server_key_file = /etc/own/key.pem\n\
         submission_relay_host = {}\n\
         submission_relay_port = {}\n\
         submission_max_mail_size = {limit}\n\
         service submission-login {{\n\
           inet_listener submission {{\n\
             port = {clear}\n\
           }}\n\
           inet_listener submissions {{\n\
             port = {tls}\n\
             ssl = yes\n\
           }}\n\
         }}\n",
        next_hop.ip(),
        next_hop.port(),
    )
}

fn version(mut dovecot: Command) -> String {
    // The output is like `2.3.19.1 (9b53102964)`.
    let output = dovecot
        .arg("--version")
        .output()
        .expect("dovecot can be run");
    let output_text = String::from_utf8_lossy(&output.stdout);
    output_text
        .split_whitespace()
        .next()
        .unwrap_or("unknown")
        .to_owned()
}
