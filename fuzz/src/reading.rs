//! Messages of the practice mailbox, whatever they hold, decoded for reading and for the list.

use std::panic;
use std::sync::Once;
use std::time::UNIX_EPOCH;

use practice::{Capacity, Delivered, Mailbox, Reading, limits};

/// Reads any octets as a message.
pub fn run(octets: &[u8]) {
    the_parser_may_panic();
    let reading = Reading::parse(octets);
    for (name, value) in &reading.headers {
        assert!(value.len() <= limits::READING_FIELD, "{name}: {value:?}");
    }
    assert_eq!(Reading::parse(octets), reading, "it reads otherwise again");

    let mailbox = Mailbox::new(Capacity::default());
    let id = mailbox.deliver(delivered(octets), UNIX_EPOCH);
    let [summary] = &mailbox.list()[..] else {
        panic!("one message");
    };
    assert_eq!((summary.id, summary.size), (id, octets.len()));
    for field in summary.subject.iter().chain(&summary.header_from) {
        assert!(field.chars().count() <= limits::HEADER_TEXT, "{field:?}");
    }
}

/// The parser asserts of some malformed messages that there are none, and is caught where it does; libFuzzer would end the search. Whatever else panics
/// is a finding.
fn the_parser_may_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let parser = info
                .location()
                .is_some_and(|at| at.file().contains("mail-parser"));
            if !parser {
                others(info);
            }
        }));
    });
}

fn delivered(octets: &[u8]) -> Delivered {
    Delivered {
        from: String::new(),
        recipients: vec!["hana@example.org".into()],
        parameters: Vec::new(),
        user: None,
        tls: false,
        client_name: "client.example".into(),
        esmtp: true,
        raw: octets.to_vec(),
    }
}
