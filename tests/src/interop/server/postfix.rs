//! A Postfix instance of the test: its configuration, queue and log are in a temporary folder. A
//! Postfix of the system is neither read nor changed.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::dovecot::PasswordService;
use super::{Daemon, Endpoint, Started};
use crate::authority::Leaf;
use crate::interop::{BLOCKED, FULL, LARGE, NAME, REFUSED, SMALL};
use crate::{port, program};

/// A running Postfix. Dropping it stops it.
struct Postfix {
    folder: TempDir,
    passwords: PasswordService,
}

/// The options of smtpd in master.cf for each endpoint. [`Endpoint::SlowGreeting`] uses postscreen.
const ENDPOINTS: [(Endpoint, &str); 8] = [
    (Endpoint::Clear, ""),
    (
        Endpoint::Starttls,
        "-o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes",
    ),
    (
        Endpoint::Tls,
        "-o smtpd_tls_wrappermode=yes -o smtpd_tls_ask_ccert=yes -o smtpd_sasl_auth_enable=yes",
    ),
    (
        Endpoint::Login,
        "-o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes \
         -o smtpd_sasl_mechanism_filter=login",
    ),
    (
        Endpoint::AuthRequired,
        "-o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes \
         -o smtpd_relay_restrictions=permit_sasl_authenticated,reject",
    ),
    (Endpoint::Small, "-o message_size_limit="),
    (Endpoint::ShortTimeout, "-o smtpd_timeout=1s"),
    (
        Endpoint::SlowGreeting,
        "-o postscreen_greet_wait=1s -o postscreen_greet_action=enforce",
    ),
];

/// Starts an instance that forwards its mail to `next_hop`.
pub(super) async fn start(leaf: &Leaf, next_hop: SocketAddr) -> Started {
    let passwords = PasswordService::start().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path();
    // Most of Postfix's processes run as the user postfix and need access.
    open_to_all(root);
    for name in ["etc", "queue", "data", "log"] {
        fs::create_dir(root.join(name)).expect("a writable folder");
        open_to_all(&root.join(name));
    }
    let etc = root.join("etc");
    let write = |name: &str, text: &str| {
        fs::write(etc.join(name), text).expect("a writable folder");
    };
    write("chain.pem", leaf.chain_pem());
    write("key.pem", &leaf.key_pem());
    write(
        "header_checks",
        "/^X-Spam-Flag: YES/ REJECT Content refused\n",
    );
    let endpoints: BTreeMap<Endpoint, SocketAddr> = ENDPOINTS
        .iter()
        .map(|(endpoint, _)| (*endpoint, port::free()))
        .collect();
    write("main.cf", &main_cf(root, next_hop, passwords.address()));
    write("master.cf", &master_cf(&endpoints));
    let postfix = Postfix { folder, passwords };
    // Postfix creates the folders of its queue, except this one, which must exist and must not
    // belong to root.
    let status = Command::new(program::system("chown"))
        .arg("postfix")
        .arg(postfix.folder.path().join("data"))
        .status();
    assert!(
        matches!(status, Ok(status) if status.success()),
        "the user postfix can't be status a folder; Postfix needs root privileges"
    );
    postfix.control("start");
    Started {
        version: version(),
        endpoints,
        daemon: Box::new(postfix),
    }
}

fn version() -> String {
    let output = Command::new(program::system("postconf"))
        .args(["-d", "-h", "mail_version"])
        .output()
        .expect("postconf can be run");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

impl Daemon for Postfix {
    fn log(&self) -> String {
        let own = fs::read_to_string(self.log_file()).unwrap_or_default();
        own + self.passwords.log().as_str()
    }
}

impl Postfix {
    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log/postfix.log")
    }

    /// Runs `postfix -c etc …` and waits for it. A start is complete when the server listens.
    fn control(&self, verb: &str) {
        let output = Command::new(program::system("postfix"))
            .arg("-c")
            .arg(self.folder.path().join("etc"))
            .arg(verb)
            .output()
            .expect("postfix can be run");
        assert!(
            output.status.success(),
            "postfix {verb}: {}; Postfix needs root privileges\n{}{}",
            output.status,
            String::from_utf8_lossy(&output.stderr),
            self.log()
        );
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let stopped = Command::new(program::system("timeout"))
            .arg("30")
            .arg(program::system("postfix"))
            .arg("-c")
            .arg(self.folder.path().join("etc"))
            .arg("stop")
            .output();
        if matches!(&stopped, Ok(output) if output.status.success()) {
            return;
        }
        // A panic while dropping would hide the failure of the test.
        eprintln!("postfix did not stop: {stopped:?}\n{}", self.log());
        let pid = fs::read_to_string(self.folder.path().join("queue/pid/master.pid"));
        if let Ok(pid) = pid {
            drop(
                Command::new(program::system("kill"))
                    .args(["-KILL", pid.trim()])
                    .status(),
            );
        }
    }
}

/// It accepts mail only for example.org, as a server that is responsible for the domain and keeps
/// its mailboxes elsewhere.
fn main_cf(root: &Path, next_hop: SocketAddr, passwords: SocketAddr) -> String {
    let root = root.display();
    let (host, port) = (next_hop.ip(), next_hop.port());
    format!(
        "compatibility_level = 3.6\n\
         queue_directory = {root}/queue\n\
         data_directory = {root}/data\n\
         command_directory = /usr/sbin\n\
         daemon_directory = /usr/lib/postfix/sbin\n\
         mail_owner = postfix\n\
         setgid_group = postdrop\n\
         maillog_file = {root}/log/postfix.log\n\
         maillog_file_prefixes = {root}\n\
         myhostname = {NAME}\n\
         mydestination =\n\
         mynetworks = 192.0.2.0/24\n\
         inet_interfaces = 127.0.0.1\n\
         inet_protocols = ipv4\n\
         alias_maps =\n\
         alias_database =\n\
         mailbox_size_limit = 0\n\
         message_size_limit = {LARGE}\n\
         relay_domains = example.org xn--vv4b11d.example\n\
         relay_transport = smtp:[{host}]:{port}\n\
         smtp_tls_security_level = none\n\
         smtp_destination_recipient_limit = 1000\n\
         header_checks = regexp:{root}/etc/header_checks\n\
         smtpd_tls_cert_file = {root}/etc/chain.pem\n\
         smtpd_tls_key_file = {root}/etc/key.pem\n\
         smtpd_tls_auth_only = yes\n\
         smtpd_error_sleep_time = 0\n\
         postscreen_access_list =\n\
         postscreen_cache_map =\n\
         smtpd_sasl_type = dovecot\n\
         smtpd_sasl_path = inet:{passwords}\n\
         smtpd_sender_restrictions = check_sender_access inline:{{ {{ {BLOCKED} = 550 5.7.1 Sender blocked }} }}\n\
         smtpd_recipient_restrictions = check_recipient_access inline:{{ \
           {{ {FULL} = 452 4.2.2 Mailbox full }} {{ {REFUSED} = 550 5.1.1 No such mailbox }} }}\n\
         smtpd_relay_restrictions = reject_unauth_destination\n\
         smtputf8_enable = yes\n\
         local_header_rewrite_clients =\n"
    )
}

/// Only the services that are needed here, without chroot.
fn master_cf(endpoints: &BTreeMap<Endpoint, SocketAddr>) -> String {
    let mut text = String::new();
    for (endpoint, options) in ENDPOINTS {
        let address = endpoints[&endpoint];
        let limit = match endpoint {
            Endpoint::Small => SMALL.to_string(),
            _ => String::new(),
        };
        // There can be only one postscreen, which passes accepted clients on.
        let service = match endpoint {
            Endpoint::SlowGreeting => "1 postscreen",
            _ => "- smtpd",
        };
        text += &format!("{address} inet n - n - {service} {options}{limit}\n");
    }
    text + "smtpd pass - - n - - smtpd\n\
         cleanup unix n - n - 0 cleanup\n\
         qmgr unix n - n 300 1 qmgr\n\
         tlsmgr unix - - n 1000? 1 tlsmgr\n\
         rewrite unix - - n - - trivial-rewrite\n\
         bounce unix - - n - 0 bounce\n\
         defer unix - - n - 0 bounce\n\
         trace unix - - n - 0 bounce\n\
         flush unix n - n 1000? 0 flush\n\
         proxymap unix - - n - - proxymap\n\
         smtp unix - - n - - smtp\n\
         error unix - - n - - error\n\
         retry unix - - n - - error\n\
         anvil unix - - n - 1 anvil\n\
         scache unix - - n - 1 scache\n\
         postlog unix-dgram n - n - 1 postlogd\n"
}

fn open_to_all(folder: &Path) {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).expect("our own folder");
}
