//! A Postfix of the test's own: its configuration, queue and log in a temporary folder, on a free port of 127.0.0.1. The system's
//! Postfix, if there is one, is neither read nor changed.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::authority::Leaf;
use crate::program;

/// A running Postfix. It stops when this is dropped.
pub struct Postfix {
    folder: TempDir,
    address: SocketAddr,
}

impl Postfix {
    /// Starts one that calls itself `name` and shows `leaf`. It takes mail for `mailboxes` alone, and hands it on by LMTP to `sink`.
    #[must_use]
    pub fn start(name: &str, leaf: &Leaf, mailboxes: &[&str], sink: SocketAddr) -> Postfix {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path();
        // Most of Postfix's processes run as the user postfix and have to find their way in.
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
        let address = free_address();
        write("main.cf", &main_cf(root, name, mailboxes, sink));
        write("master.cf", &master_cf(address));
        let postfix = Postfix { folder, address };
        // It makes the folders of its queue by itself; this one has to be there, and not root's.
        let given = Command::new(program::system("chown"))
            .arg("postfix")
            .arg(postfix.folder.path().join("data"))
            .status();
        assert!(
            matches!(given, Ok(status) if status.success()),
            "the user postfix can't be given a folder; Postfix wants to be started by root"
        );
        postfix.control("start");
        postfix
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log/postfix.log")
    }

    /// Runs `postfix -c etc …` and waits for it; a start is done when the server listens.
    fn control(&self, verb: &str) {
        let output = Command::new(program::system("postfix"))
            .arg("-c")
            .arg(self.folder.path().join("etc"))
            .arg(verb)
            .output()
            .expect("postfix can be run");
        assert!(
            output.status.success(),
            "postfix {verb}: {}; Postfix wants to be started by root\n{}{}",
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
        // A panic in a drop would hide the failure of the test.
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

fn main_cf(root: &Path, name: &str, mailboxes: &[&str], sink: SocketAddr) -> String {
    let root = root.display();
    let domains: Vec<&str> = mailboxes
        .iter()
        .filter_map(|address| Some(address.split_once('@')?.1))
        .collect();
    let table: Vec<String> = mailboxes
        .iter()
        .map(|address| format!("{{ {address} = here }}"))
        .collect();
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
         myhostname = {name}\n\
         mydestination =\n\
         mynetworks = 192.0.2.0/24\n\
         inet_interfaces = 127.0.0.1\n\
         inet_protocols = ipv4\n\
         alias_maps =\n\
         alias_database =\n\
         virtual_mailbox_domains = {domains}\n\
         virtual_mailbox_maps = inline:{{ {table} }}\n\
         virtual_transport = lmtp:inet:{sink}\n\
         lmtp_tls_security_level = none\n\
         smtpd_tls_cert_file = {root}/etc/chain.pem\n\
         smtpd_tls_key_file = {root}/etc/key.pem\n\
         smtpd_tls_security_level = encrypt\n\
         smtpd_recipient_restrictions = reject_unauth_destination\n\
         smtpd_delay_reject = no\n\
         smtputf8_enable = yes\n\
         local_header_rewrite_clients =\n",
        domains = domains.join(" "),
        table = table.join(" "),
    )
}

/// Only the services this road needs, none of them chrooted.
fn master_cf(address: SocketAddr) -> String {
    format!(
        "{address} inet n - n - - smtpd\n\
         cleanup unix n - n - 0 cleanup\n\
         qmgr unix n - n 300 1 qmgr\n\
         tlsmgr unix - - n 1000? 1 tlsmgr\n\
         rewrite unix - - n - - trivial-rewrite\n\
         bounce unix - - n - 0 bounce\n\
         defer unix - - n - 0 bounce\n\
         trace unix - - n - 0 bounce\n\
         flush unix n - n 1000? 0 flush\n\
         proxymap unix - - n - - proxymap\n\
         lmtp unix - - n - - lmtp\n\
         error unix - - n - - error\n\
         retry unix - - n - - error\n\
         anvil unix - - n - 1 anvil\n\
         scache unix - - n - 1 scache\n\
         postlog unix-dgram n - n - 1 postlogd\n"
    )
}

fn open_to_all(folder: &Path) {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).expect("our own folder");
}

/// An address of loopback that nobody listens on just now.
fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
}
