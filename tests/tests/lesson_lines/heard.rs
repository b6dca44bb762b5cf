//! What the practice server heard and said, by the API.

use glasspost_tests::bridge::Bridge;
use glasspost_tests::{api, soon};
use serde_json::Value;

/// A line of a client, or a reply of the server.
#[derive(Debug)]
pub(crate) enum Event {
    /// A line. The dot that ends a message is one.
    Sent {
        /// Its first word; `response` for an answer to a challenge.
        verb: String,
        /// All of it.
        line: String,
        /// Whether it was under TLS.
        tls: bool,
    },
    /// A reply.
    Reply {
        /// Its code.
        code: String,
        /// The first word of the line that it answers. Empty: it is a greeting.
        to: String,
        /// All of it.
        text: String,
        /// Whether it was under TLS.
        tls: bool,
    },
}

/// What has happened at the server since it was last asked.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// Of all connections.
    pub(crate) events: Vec<Event>,
    /// The messages that were delivered.
    pub(crate) delivered: Vec<String>,
}

impl Heard {
    /// Waits until all connections have ended, and takes what has happened on them.
    pub(crate) async fn take(bridge: &Bridge) -> Heard {
        let mut heard = Heard::default();
        for id in soon("the end of all connections", ended(bridge)).await {
            let transcript = api::get(bridge, &format!("/conversations/{id}")).await;
            heard.hear(&transcript);
        }
        for message in list(&api::get(bridge, "/messages").await, "messages") {
            let path = format!("/messages/{}/raw", message["id"]);
            let raw = api::request(bridge, "GET", &path, b"").await;
            let text = String::from_utf8_lossy(&raw.body).into_owned();
            heard.delivered.push(text);
        }
        let deleted = api::request(bridge, "DELETE", "/messages", b"").await;
        assert_eq!(deleted.status, 204, "{}", deleted.whole());
        heard
    }

    /// Adds a conversation. Replies come in the order of the lines that they answer.
    fn hear(&mut self, transcript: &Value) {
        let mut unanswered = std::collections::VecDeque::new();
        let (mut reply, mut last) = (String::new(), String::new());
        for entry in list(transcript, "lines") {
            let text = entry["text"].as_str().expect("a text");
            let tls = entry["tls"].as_bool().expect("yes or no");
            let is_end = last == "DATA" && text.ends_with("octets of a message");
            let mut sent = |verb: &str| {
                unanswered.push_back(verb.to_owned());
                verb.clone_into(&mut last);
                self.events.push(Event::Sent {
                    verb: verb.to_owned(),
                    line: text.to_owned(),
                    tls,
                });
            };
            match entry["who"].as_str() {
                Some("client") if text == "⟨secret⟩" => sent("response"),
                Some("client") => sent(text.split(' ').next().unwrap_or_default()),
                Some("server") => {
                    reply += text;
                    if text.get(3..4) == Some("-") {
                        reply.push('\n');
                        continue;
                    }
                    self.events.push(Event::Reply {
                        code: text.get(..3).unwrap_or_default().to_owned(),
                        to: unanswered.pop_front().unwrap_or_default(),
                        text: std::mem::take(&mut reply),
                        tls,
                    });
                }
                // The dot that ended the message.
                _ if is_end => sent("."),
                _ => {}
            }
        }
    }
}

/// The ids of all conversations, when all have ended. Nothing says that one has, so each look
/// follows a response of the program, which gives it time to run.
async fn ended(bridge: &Bridge) -> Vec<u64> {
    loop {
        let all = api::get(bridge, "/conversations").await;
        let all = list(&all, "conversations");
        if all.iter().all(|one| one["ended"] == Value::Bool(true)) {
            let ids = all.iter().map(|one| one["id"].as_u64().expect("an id"));
            return ids.collect();
        }
    }
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().expect("a list")
}
