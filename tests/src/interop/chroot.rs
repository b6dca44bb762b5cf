//! A server in a root folder of its own. Programs of a distribution have their paths built in, so a
//! copy of an unpacked package becomes their root. Nothing outside of it is read or changed. This
//! needs root privileges.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;

use tempfile::TempDir;

use crate::{TIMEOUT, program};

/// A root folder, and the server that runs in it once started. Dropping it stops the server and
/// removes the folder.
pub struct Chroot {
    folder: TempDir,
    child: Option<Child>,
}

/// A user that the server needs, by name. Its ids are outside the range that distributions use.
#[derive(Clone, Copy, Debug)]
pub struct User {
    /// The name of the user and of its group.
    pub name: &'static str,
    /// The id of both.
    pub id: u32,
    /// The home folder.
    pub home: &'static str,
}

impl Chroot {
    /// Copies the folder named by the environment variable `name`, and adds these users.
    #[must_use]
    pub fn copy(name: &str, users: &[User]) -> Chroot {
        let unpacked = program::from_env(name);
        let chroot = Chroot {
            folder: tempfile::tempdir().expect("a temporary folder"),
            child: None,
        };
        // The server's own users need access.
        fs::set_permissions(chroot.root(), fs::Permissions::from_mode(0o755))
            .expect("our own folder");
        run(Command::new(program::system("cp"))
            .args(["--archive", "--reflink=auto"])
            .arg(unpacked.join("."))
            .arg(chroot.root()));
        let mut passwd = "root:x:0:0::/:/bin/sh\n".to_owned();
        let mut group = "root:x:0:\n".to_owned();
        for User { name, id, home } in users {
            passwd += &format!("{name}:x:{id}:{id}::{home}:/bin/false\n");
            group += &format!("{name}:x:{id}:\n");
        }
        chroot.write("etc/passwd", 0o644, &passwd);
        chroot.write("etc/group", 0o644, &group);
        // A regular file instead of a device, because the file system for temporary files may not
        // allow devices. Little is written to it.
        chroot.write("dev/null", 0o666, "");
        chroot
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Creates a folder in it with this mode and owner.
    pub fn folder(&self, path: &str, mode: u32, owner: u32) {
        let path = self.inside(path);
        fs::create_dir_all(&path).expect("a writable folder");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("our own folder");
        if owner != 0
            && let Err(error) = std::os::unix::fs::chown(&path, Some(owner), Some(owner))
        {
            panic!(
                "{} can't be given to a server's user: {error}; this server needs root privileges",
                path.display()
            );
        }
    }

    /// Writes a file in it.
    pub fn write(&self, path: &str, mode: u32, text: &str) {
        let path = self.inside(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).expect("a writable folder");
        }
        fs::write(&path, text).expect("a writable folder");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("our own file");
    }

    /// The content of a file in it; empty if it can't be read.
    #[must_use]
    pub fn read(&self, path: &str) -> String {
        let text = fs::read(self.inside(path)).unwrap_or_default();
        String::from_utf8_lossy(&text).into_owned()
    }

    fn inside(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    /// The command that runs a program in it.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program::system("chroot"));
        command.arg(self.root()).arg(program);
        command
    }

    /// Starts the server, which must stay in the foreground, with its output in the file `log`.
    /// Returns when it listens at all of these addresses.
    pub async fn start(&mut self, mut command: Command, log: &str, addresses: &[SocketAddr]) {
        let file = fs::File::create(self.inside(log)).expect("a writable folder");
        let output = file.try_clone().expect("another handle");
        let child = command
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(file)
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let child = self.child.insert(child);
        let waited = tokio::time::timeout(TIMEOUT, async {
            for address in addresses {
                // There is no notification when it listens, so try to connect.
                let mut tick = tokio::time::interval(std::time::Duration::from_millis(10));
                while tokio::net::TcpStream::connect(address).await.is_err() {
                    tick.tick().await;
                    if let Ok(Some(status)) = child.try_wait() {
                        return Some(status);
                    }
                }
            }
            None
        })
        .await;
        match waited {
            Ok(None) => (),
            Ok(Some(status)) => panic!(
                "{command:?} ended ({status}); it needs root privileges\n{}",
                self.read(log)
            ),
            Err(_) => panic!("{command:?} does not listen\n{}", self.read(log)),
        }
    }
}

impl Drop for Chroot {
    fn drop(&mut self) {
        let Some(mut child) = self.child.take() else {
            return;
        };
        // Only the server can stop its own children, and it does so on SIGTERM.
        let id = child.id().to_string();
        let kill = |signal: &str| {
            Command::new(program::system("kill"))
                .args([signal, &id])
                .status()
        };
        let asked = kill("-TERM");
        let (ended, end) = mpsc::channel();
        let waiting = std::thread::spawn(move || {
            drop(child.wait());
            // The receiver is gone after a timeout.
            let _ = ended.send(());
        });
        if end.recv_timeout(TIMEOUT).is_err() {
            // A panic while dropping would hide the failure of the test.
            eprintln!("a server did not stop: {asked:?}");
            drop(kill("-KILL"));
        }
        drop(waiting.join());
    }
}

fn run(command: &mut Command) {
    let output = command.output();
    match &output {
        Ok(done) if done.status.success() => (),
        _ => panic!("{command:?}: {output:?}"),
    }
}
