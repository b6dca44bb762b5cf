//! A raw HTTP/1.1 client: the test controls every octet of a request.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::soon;

/// A complete response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Header fields in order, with names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, decoded if it was chunked.
    pub body: Vec<u8>,
}

impl Response {
    /// The values of a field, joined by `, ` if it occurs more than once.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        let values: Vec<&str> = self
            .headers
            .iter()
            .filter(|(field, _)| field == name)
            .map(|(_, value)| value.as_str())
            .collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The whole response as text, for checks that something is absent.
    #[must_use]
    pub fn whole(&self) -> String {
        let mut all = format!("{}\n", self.status);
        for (name, value) in &self.headers {
            all.push_str(&format!("{name}: {value}\n"));
        }
        all + self.text().as_str()
    }
}

/// GET with the Host that a browser would send, and no other significant field.
pub async fn get(address: SocketAddr, path: &str) -> Response {
    get_with(address, path, &[("Host", &address.to_string())]).await
}

/// GET with these fields and `Connection: close`.
pub async fn get_with(address: SocketAddr, path: &str, fields: &[(&str, &str)]) -> Response {
    request(address, "GET", path, fields, b"").await
}

/// A request with these fields, `Connection: close`, and the body if there is one.
pub async fn request(
    address: SocketAddr,
    method: &str,
    path: &str,
    fields: &[(&str, &str)],
    body: &[u8],
) -> Response {
    let mut head = format!("{method} {path} HTTP/1.1\r\n");
    for (name, value) in fields {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    head.push_str("Connection: close\r\n\r\n");
    let mut octets = head.into_bytes();
    octets.extend_from_slice(body);
    match raw(address, &octets).await {
        Some(response) => response,
        None => panic!("{method} {path} {fields:?}: closed without a response"),
    }
}

/// Writes these octets and reads one response. Returns None if the connection closes without one.
pub async fn raw(address: SocketAddr, octets: &[u8]) -> Option<Response> {
    soon("an HTTP response", async {
        let mut stream = match TcpStream::connect(address).await {
            Ok(stream) => stream,
            Err(error) => panic!("{address}: {error}"),
        };
        // A server may refuse before it has read everything. Its response counts, not the broken
        // pipe.
        drop(stream.write_all(octets).await);
        read(&mut stream).await
    })
    .await
}

/// Reads one response from a stream. Returns None if the stream ends before the head is complete.
pub async fn read(stream: &mut TcpStream) -> Option<Response> {
    let mut got = Vec::new();
    let head_end = loop {
        if let Some(at) = find(&got, b"\r\n\r\n") {
            break at;
        }
        if !more(stream, &mut got).await {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&got[..head_end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut response = Response {
        status,
        headers,
        body: got.split_off(head_end + 4),
    };
    if status == 101 {
        return Some(response);
    }
    if let Some(length) = response.header("content-length") {
        let length: usize = length.parse().ok()?;
        while response.body.len() < length && more(stream, &mut response.body).await {}
    } else {
        // Without a length the body ends with the connection, whether chunked or not: all requests
        // here ask for `close`.
        while more(stream, &mut response.body).await {}
        if response.header("transfer-encoding").as_deref() == Some("chunked") {
            response.body = dechunk(&response.body)?;
        }
    }
    Some(response)
}

async fn more(stream: &mut TcpStream, into: &mut Vec<u8>) -> bool {
    let mut buffer = [0; 16 * 1024];
    match stream.read(&mut buffer).await {
        Ok(n) if n > 0 => {
            into.extend_from_slice(&buffer[..n]);
            true
        }
        _ => false,
    }
}

fn dechunk(mut octets: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = find(octets, b"\r\n")?;
        let size = std::str::from_utf8(&octets[..line]).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        octets = octets.get(line + 2..)?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(octets.get(..size)?);
        octets = octets.get(size + 2..)?;
    }
}

/// The position of the first `needle` in `hay`.
#[must_use]
pub fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len())
        .position(|window| window == needle)
}
