//! HTML of strangers who want to run a script, load something, lead the page elsewhere, or change
//! how it looks. For messages, and for what is pasted.
//!
//! `hostile_html/vectors.html` has the known tricks. [`generate`] takes each of them once, and then
//! combines and disguises them, from a seed.

use std::io::Read as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::rng::Rng;

/// What scripts of a stranger do: they call a function that the test has defined, or mark the
/// window that they run in.
pub const SCRIPT: &str = "top.stranger=1;self.stranger=1";

/// The known tricks, each after a line with its name.
const VECTORS: &str = include_str!("hostile_html/vectors.html");

/// HTML of a stranger.
#[derive(Clone, Debug)]
pub struct Hostile {
    /// What it is.
    pub name: String,
    /// The HTML. It begins with a paragraph that has the text [`Hostile::mark`].
    pub html: String,
    /// A text that has to be shown.
    pub mark: String,
}

/// A server that strangers would have contacted. It counts connections, and those on which
/// something was requested.
#[derive(Debug)]
pub struct Lure {
    address: SocketAddr,
    visits: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
}

impl Lure {
    /// Listens on a free port of 127.0.0.1.
    ///
    /// # Panics
    /// If no port is free.
    #[must_use]
    pub fn start() -> Lure {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let visits = Arc::new(AtomicUsize::new(0));
        let requests = Arc::new(AtomicUsize::new(0));
        let (connected, requested) = (Arc::clone(&visits), Arc::clone(&requests));
        std::thread::spawn(move || {
            for mut connection in listener.incoming().map_while(Result::ok) {
                connected.fetch_add(1, Ordering::SeqCst);
                let requested = Arc::clone(&requested);
                std::thread::spawn(move || {
                    if connection.read(&mut [0]).is_ok_and(|octets| octets > 0) {
                        requested.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        });
        Lure {
            address,
            visits,
            requests,
        }
    }

    /// Host and port.
    #[must_use]
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// How many requests were made.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    /// How many connections were made.
    #[must_use]
    pub fn visits(&self) -> usize {
        self.visits.load(Ordering::SeqCst)
    }
}

/// `count` documents for this seed. Whatever they load is at `host`.
#[must_use]
pub fn generate(seed: u64, count: usize, host: &str) -> Vec<Hostile> {
    let vectors: Vec<(&str, &str)> = vectors().collect();
    let mut rng = Rng::new(seed);
    (0..count)
        .map(|number| {
            let (name, html) = match vectors.get(number) {
                Some((name, html)) => ((*name).to_owned(), (*html).to_owned()),
                None => combined(&mut rng, &vectors),
            };
            let mark = format!("mark {number} of a stranger");
            let html = format!("<p>{mark}</p>{}", filled(&html, host, number));
            Hostile { name, html, mark }
        })
        .collect()
}

fn vectors() -> impl Iterator<Item = (&'static str, &'static str)> {
    let blocks = VECTORS.split("=== ").skip(1);
    blocks.filter_map(|block| block.split_once('\n'))
}

/// Two or three tricks inside or after each other, disguised.
fn combined(rng: &mut Rng, vectors: &[(&str, &str)]) -> (String, String) {
    let (mut name, mut html) = (String::new(), String::new());
    for _ in 0..2 + rng.below(2) {
        let (one, trick) = rng.pick(vectors);
        let trick = disguised(rng, trick.trim_end());
        name = format!("{name} + {one}");
        html = match rng.below(3) {
            0 => format!("{html}{trick}"),
            1 => format!("{trick}{html}"),
            _ => {
                let (open, close) = rng.pick(&AROUND);
                name = format!("{name} in {open}");
                format!("{html}{open}{trick}{close}")
            }
        };
    }
    (name.trim_start_matches(" + ").to_owned(), html)
}

/// What may stand around a trick.
const AROUND: [(&str, &str); 18] = [
    ("<svg>", "</svg>"),
    ("<math><mtext>", "</mtext></math>"),
    ("<math>", "</math>"),
    ("<svg><desc>", "</desc></svg>"),
    ("<svg><foreignObject>", "</foreignObject></svg>"),
    ("<table>", "</table>"),
    ("<table><tr><td>", "</td></tr></table>"),
    ("<select>", "</select>"),
    ("<noscript>", "</noscript>"),
    ("<template>", "</template>"),
    ("<form>", "</form>"),
    ("<p title='", "'>"),
    ("<style>", "</style>"),
    ("<title>", "</title>"),
    ("<textarea>", "</textarea>"),
    ("<!--", "-->"),
    ("<a href=x>", "</a>"),
    ("<blockquote>", "</blockquote>"),
];

/// The same to a browser, or nearly.
fn disguised(rng: &mut Rng, html: &str) -> String {
    match rng.below(6) {
        // The case of tags and attributes has no meaning. That of placeholders has.
        0 => {
            let mut inside = 0_i32;
            let changed = html.chars().map(|c| {
                inside += i32::from(c == '{') - i32::from(c == '}');
                if inside == 0 && rng.once_in(2) {
                    c.to_ascii_uppercase()
                } else {
                    c
                }
            });
            changed.collect()
        }
        1 => html.replace(' ', "/"),
        2 => html.replace(' ', "\n\t "),
        3 => html.replace('"', "'"),
        4 => {
            // Cut somewhere.
            let at = html.floor_char_boundary(html.len() - html.len() / (2 + rng.below(6)));
            html[..at].to_owned()
        }
        _ => html.to_owned(),
    }
}

/// Fills the placeholders.
fn filled(html: &str, host: &str, number: usize) -> String {
    let url = format!("http://{host}/{number}");
    let many = || {
        let pictures = (0..2_000).map(|n| format!("<img src={url}?{n}>"));
        pictures.collect::<String>()
    };
    let mut html = html.replace("{js}", SCRIPT);
    if html.contains("{many}") {
        html = html.replace("{many}", &many());
    }
    html.replace("{deep}", &"<div><b>".repeat(3_000))
        .replace("{long}", &"x".repeat(20_000))
        .replace("{url}", &url)
        .replace("{host}", host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_the_same_for_a_seed() {
        let one = generate(7, 200, "127.0.0.1:1");
        let other = generate(7, 200, "127.0.0.1:1");
        assert_eq!(one.len(), 200);
        for (one, other) in one.iter().zip(&other) {
            assert_eq!(one.html, other.html);
            assert!(!one.html.contains("{url}") && !one.html.contains("{js}"));
        }
        let first = vectors().count();
        assert!((80..150).contains(&first), "{first}");
    }
}
