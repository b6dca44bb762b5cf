//! One origin for page and bridge while developing.
//!
//! Trunk has a proxy for WebSockets, but it drops the subprotocol, which carries the token, and the
//! port in `Host`, which the bridge checks. So this proxy is in front of both: `/ws` and `/frame`
//! go to the bridge, everything else to trunk.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// No browser sends longer heads.
const HEAD_LIMIT: usize = 64 * 1024;
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// The servers behind the proxy.
#[derive(Clone, Copy)]
pub(crate) struct Front {
    /// Trunk.
    pub(crate) page: SocketAddr,
    /// The bridge.
    pub(crate) bridge: SocketAddr,
}

impl Front {
    /// Answers on `listener` for as long as the program runs.
    pub(crate) fn serve(self, listener: TcpListener) {
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                thread::spawn(move || {
                    // The browser opens a broken connection again.
                    let _ = self.pass_on(client);
                });
            }
        });
    }

    fn pass_on(self, mut client: TcpStream) -> io::Result<()> {
        client.set_read_timeout(Some(HEAD_TIMEOUT))?;
        let Some(received) = read_head(&mut client)? else {
            return Ok(());
        };
        client.set_read_timeout(None)?;
        let (goal, head) =
            match route(&received.head, &self.bridge.to_string()) {
                Some(Route::Bridge(head)) => (self.bridge, head),
                Some(Route::Page(head)) => (self.page, head),
                None => return client.write_all(
                    b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
                ),
            };
        let Ok(mut server) = TcpStream::connect(goal) else {
            return client.write_all(
                b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            );
        };
        server.write_all(head.as_bytes())?;
        server.write_all(&received.rest)?;
        let (mut client_in, mut server_out) = (client.try_clone()?, server.try_clone()?);
        thread::spawn(move || {
            let _ = io::copy(&mut client_in, &mut server_out);
            let _ = server_out.shutdown(Shutdown::Write);
        });
        let _ = io::copy(&mut server, &mut client);
        client.shutdown(Shutdown::Both)
    }
}

/// Whether a server answers a request for the page with the page. Trunk listens before it has built
/// anything.
pub(crate) fn serves_page(mut server: TcpStream) -> bool {
    let asked = server
        .set_read_timeout(Some(Duration::from_secs(2)))
        .and_then(|()| server.write_all(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: text/html\r\nconnection: close\r\n\r\n"));
    let mut status = [0; 12];
    asked.is_ok() && server.read_exact(&mut status).is_ok() && status.ends_with(b" 200")
}

struct Received {
    head: String,
    rest: Vec<u8>,
}

fn read_head(client: &mut TcpStream) -> io::Result<Option<Received>> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let count = client.read(&mut chunk)?;
        if count == 0 || bytes.len() > HEAD_LIMIT {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk[..count]);
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let rest = bytes.split_off(end + 4);
            return Ok(String::from_utf8(bytes)
                .ok()
                .map(|head| Received { head, rest }));
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Route {
    Bridge(String),
    Page(String),
}

/// The target of a request, and the head that is sent there.
fn route(head: &str, bridge: &str) -> Option<Route> {
    let (request, fields) = head.split_once("\r\n")?;
    let path = request.split(' ').nth(1)?;
    let is = |field: &str, name: &str| {
        field
            .split(':')
            .next()
            .is_some_and(|found| found.eq_ignore_ascii_case(name))
    };
    let fields: Vec<_> = fields.lines().filter(|field| !field.is_empty()).collect();
    let upgrade = fields.iter().any(|field| is(field, "upgrade"));
    let to_bridge = matches!(path.split('?').next(), Some("/ws" | "/frame"));

    let mut out = format!("{request}\r\n");
    for field in fields {
        if to_bridge && is(field, "host") {
            out += &format!("host: {bridge}\r\n");
        } else if upgrade || !is(field, "connection") {
            out += &format!("{field}\r\n");
        }
    }
    if !upgrade {
        // One request for each connection, because the next could be for the other server.
        out += "connection: close\r\n";
    }
    out += "\r\n";
    Some(if to_bridge {
        Route::Bridge(out)
    } else {
        Route::Page(out)
    })
}

#[cfg(test)]
mod tests {
    use super::{Route, route};

    #[test]
    fn the_websocket_goes_to_the_bridge_by_its_own_name() {
        let head = "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nOrigin: http://127.0.0.1:8080\r\n\
                    Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: glasspost\r\n\r\n";
        let wanted = "GET /ws HTTP/1.1\r\nhost: 127.0.0.1:8025\r\nOrigin: http://127.0.0.1:8080\r\n\
                      Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: glasspost\r\n\r\n";
        assert_eq!(
            route(head, "127.0.0.1:8025"),
            Some(Route::Bridge(wanted.to_owned()))
        );
    }

    #[test]
    fn the_frame_of_messages_is_the_bridges() {
        let head = "GET /frame HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n";
        let wanted = "GET /frame HTTP/1.1\r\nhost: b\r\nconnection: close\r\n\r\n";
        assert_eq!(route(head, "b"), Some(Route::Bridge(wanted.to_owned())));
    }

    #[test]
    fn everything_else_goes_to_trunk_one_request_at_a_time() {
        for path in ["/", "/wsx", "/app.wasm"] {
            let head = format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
            let wanted = format!("GET {path} HTTP/1.1\r\nHost: a\r\nconnection: close\r\n\r\n");
            assert_eq!(route(&head, "b"), Some(Route::Page(wanted)));
        }
        let reload = "GET /.well-known/trunk/ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
        assert_eq!(route(reload, "b"), Some(Route::Page(reload.to_owned())));
    }

    #[test]
    fn nonsense_is_refused() {
        assert_eq!(route("", "b"), None);
        assert_eq!(route("GET\r\n\r\n", "b"), None);
    }
}
