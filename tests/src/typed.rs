//! A client that a person types, as with telnet.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::soon;

/// Connects to an address, `host:port`. Panics if that fails.
pub async fn connect(address: &str) -> TcpStream {
    let stream = soon("a connection", TcpStream::connect(address)).await;
    stream.expect("the server listens")
}

/// Sends these lines, and reads until the server has said `last`. Panics if it does not.
pub async fn types(client: &mut TcpStream, lines: &[&str], last: &str) {
    for line in lines {
        let line = format!("{line}\r\n");
        let sent = client.write_all(line.as_bytes()).await;
        sent.expect("the connection is open");
    }
    let mut said = Vec::new();
    while !String::from_utf8_lossy(&said).contains(last) {
        let mut octets = [0; 512];
        let count = soon(last, client.read(&mut octets)).await;
        let count = count.expect("the connection is open");
        assert_ne!(count, 0, "the connection has ended before {last:?}");
        said.extend_from_slice(&octets[..count]);
    }
}
