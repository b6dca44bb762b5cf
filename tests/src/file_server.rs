//! A web server that has files and nothing else.

use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Serves a folder below a path of its own, as hosts do.
#[derive(Debug)]
pub struct FileServer {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

/// The path of the folder.
const BELOW: &str = "/somebody/glasspost/";

impl FileServer {
    /// Serves this folder on a free port of 127.0.0.1.
    ///
    /// # Panics
    /// If no port is free.
    pub async fn start(folder: PathBuf) -> FileServer {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("a bound listener");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (folder, told) = (folder.clone(), Arc::clone(&told));
                tokio::spawn(async move { drop(answer(stream, &folder, &told).await) });
            }
        });
        FileServer {
            address: format!("http://{address}{BELOW}"),
            asked,
            task,
        }
    }

    /// The address of the folder.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The paths that were asked for so far, each with the status of the answer.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.clone()
    }
}

impl Drop for FileServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(
    stream: TcpStream,
    folder: &Path,
    asked: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut request = String::new();
    stream.read_line(&mut request).await?;
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 2 {
        line.clear();
    }
    let path = request.split(' ').nth(1).unwrap_or_default();
    let path = path.split('?').next().unwrap_or_default();
    let file = path.strip_prefix(BELOW).map(|name| match name {
        "" => "index.html",
        name => name,
    });
    let is_inside = |name: &&str| {
        let mut parts = Path::new(name).components();
        parts.all(|part| matches!(part, Component::Normal(_)))
    };
    let file = file.filter(is_inside).map(|name| folder.join(name));
    let octets = file.as_ref().and_then(|file| std::fs::read(file).ok());
    let (status, octets) = match octets {
        Some(octets) => ("200 OK", octets),
        None => ("404 Not Found", Vec::new()),
    };
    let kind = match file.as_ref().and_then(|file| file.extension()?.to_str()) {
        Some("html") => "text/html",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    {
        let mut asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.push(format!("{} {path}", &status[..3]));
    }
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        octets.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&octets).await?;
    stream.flush().await
}
