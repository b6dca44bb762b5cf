//! Replies in any octets, split at any position.

use smtp::{Framer, FramingError, Reply, limits};

/// The first octet is the size of the pieces. The others come from a server.
pub fn run(octets: &[u8]) {
    let Some((&size, input)) = octets.split_first() else {
        return;
    };
    let whole = frame([input].into_iter());
    assert_eq!(frame(input.chunks(usize::from(size) + 1)), whole);
    if input.len() <= 4_096 {
        assert_eq!(frame(input.chunks(1)), whole);
    }
    for reply in &whole.replies {
        check_limits(reply);
    }
    check_lossless(&whole, input);
}

#[derive(Debug, PartialEq)]
struct Framed {
    replies: Vec<Reply>,
    error: Option<FramingError>,
    /// Whether the last reply is complete and nothing follows it.
    settled: bool,
}

fn frame<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Framed {
    let mut framer = Framer::new();
    let mut replies = Vec::new();
    for mut rest in pieces {
        while !rest.is_empty() {
            match framer.next(&mut rest) {
                Ok(Some(reply)) => replies.push(reply),
                Ok(None) => assert!(rest.is_empty(), "octets left over and no reply"),
                Err(error) => {
                    // After an error, the framer keeps returning it.
                    assert_eq!(framer.next(&mut &b"250 ok\r\n"[..]), Err(error));
                    assert!(!framer.is_empty());
                    assert!(framer.pending(200).chars().count() <= 200);
                    return Framed {
                        replies,
                        error: Some(error),
                        settled: false,
                    };
                }
            }
        }
    }
    Framed {
        replies,
        error: None,
        settled: framer.is_empty(),
    }
}

fn check_limits(reply: &Reply) {
    assert!((1..=limits::REPLY_LINES).contains(&reply.lines.len()));
    // One octet that is not UTF-8 becomes three.
    assert!(
        reply
            .lines
            .iter()
            .all(|line| line.len() <= 3 * limits::REPLY_LINE)
    );
    assert!(reply.lines.iter().map(String::len).sum::<usize>() <= 3 * limits::REPLY);
    assert!((200..=599).contains(&reply.code.value()));
    assert!(reply.lines.iter().all(|line| !line.contains("\r\n")));
}

/// Checks that the replies, written out again, are the input.
fn check_lossless(framed: &Framed, input: &[u8]) {
    let Ok(input) = std::str::from_utf8(input) else {
        return;
    };
    let mut again = String::new();
    for reply in &framed.replies {
        let last = reply.lines.len() - 1;
        for (at, line) in reply.lines.iter().enumerate() {
            let separator = if at == last { ' ' } else { '-' };
            again.push_str(&format!("{}{separator}{line}\r\n", reply.code));
        }
    }
    // A code alone is the same as a code with a space and no text.
    let received: String = input
        .split_inclusive("\r\n")
        .map(|line| match line.strip_suffix("\r\n") {
            Some(code) if code.len() == 3 => format!("{code} \r\n"),
            _ => line.to_owned(),
        })
        .collect();
    assert!(received.starts_with(&again), "{again:?} is not {input:?}");
    if framed.settled {
        assert_eq!(again, received);
    }
}
