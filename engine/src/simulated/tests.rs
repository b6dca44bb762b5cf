//! A page and its simulated bridge.

use std::time::{Duration, SystemTime};

use smtp::{Event, Next, Operator, Outcome, Security, SendMode, Trust};
use wire::{
    ConversationOf, Credentials, FromBridge, FromPage, MailboxState, NotStarted, Open, Search,
    Server, Start, message_frame,
};

use super::*;

const MS: Duration = Duration::from_millis(1);

const MESSAGE: &str = "From: mina@example.org\r\nSubject: Hi\r\n\r\n.one\r\n..\r\ntwo";

/// A page that does what it is asked for.
struct Page {
    bridge: SimulatedBridge,
    now: Duration,
    /// The message that is sent, and how far it has come.
    message: Vec<u8>,
    sent: usize,
    entries: Vec<(u32, Duration, Event)>,
    outcomes: Vec<(u32, Outcome, bool)>,
    mailbox: MailboxState,
    /// Other messages.
    others: Vec<FromBridge>,
    octets: Vec<u8>,
    /// How many lines the operator has let go.
    paused: Vec<Next>,
}

impl Page {
    fn open(network: Network) -> Page {
        let mut bridge = SimulatedBridge::new(Settings {
            program: "0".into(),
            run: "run".into(),
            time: SystemTime::UNIX_EPOCH,
            seed: 7,
        });
        bridge.set_network(network);
        let mut page = Page {
            bridge,
            now: Duration::ZERO,
            message: Vec::new(),
            sent: 0,
            entries: Vec::new(),
            outcomes: Vec::new(),
            mailbox: MailboxState::default(),
            others: Vec::new(),
            octets: Vec::new(),
            paused: Vec::new(),
        };
        page.run();
        assert!(matches!(page.others[0], FromBridge::Welcome(_)));
        assert!(page.mailbox.complete);
        page
    }

    fn say(&mut self, message: FromPage) {
        self.bridge.text(message, self.now);
        self.run();
    }

    /// Takes everything in, and lets time pass, until nothing happens within ten minutes.
    fn run(&mut self) {
        let begun = self.now;
        for _ in 0..100_000 {
            while let Some(outbound) = self.bridge.poll() {
                match outbound {
                    Outbound::Text(message) => self.take(*message),
                    Outbound::Octets(octets) => self.octets.extend(octets),
                }
            }
            match self.bridge.deadline() {
                Some(at) if at < begun + Duration::from_secs(200) => {
                    self.now = self.now.max(at);
                    self.bridge.advance(self.now);
                }
                _ => return,
            }
        }
        panic!("it never ends: {:?}", self.entries.last());
    }

    fn take(&mut self, message: FromBridge) {
        match message {
            FromBridge::Entry { id, entry } => self.entries.push((id, self.now, entry.event)),
            FromBridge::Credit { id, upto } => {
                let upto = usize::try_from(upto).expect("a small message");
                let frame = message_frame(id, &self.message[self.sent..upto]);
                self.sent = upto;
                self.bridge.octets(&frame, self.now).expect("credit");
            }
            FromBridge::Finished { id, outcome, waits } => {
                self.outcomes.push((id, *outcome, waits));
            }
            FromBridge::Mailbox(update) => self.mailbox.apply(update),
            FromBridge::Paused { id, paused } => {
                let act = Operator::Send {
                    step: paused.step,
                    line: None,
                };
                self.paused.push(paused.next);
                self.bridge.text(FromPage::Operator { id, act }, self.now);
            }
            other => self.others.push(other),
        }
    }

    fn send(&mut self, id: u32, security: Security, change: impl FnOnce(&mut Start)) {
        self.message = MESSAGE.into();
        self.sent = 0;
        let mut start = Start {
            id,
            server: Server::Practice { security },
            credentials: None,
            from: Some("mina@example.org".into()),
            to: vec!["joon@practice.test".into()],
            size: MESSAGE.len() as u64,
            eight_bit: false,
            utf8: false,
            mode: SendMode::Run,
            pipelining: true,
            chunking: true,
            keep_open: false,
            client_name: None,
        };
        change(&mut start);
        self.say(FromPage::Start(Box::new(start)));
    }

    fn sent_lines(&self) -> Vec<String> {
        let lines = self.entries.iter().filter_map(|(_, _, event)| match event {
            Event::Sent { line, .. } => Some(
                line.iter()
                    .map(|span| match span {
                        smtp::Span::Text(text) => text.as_str(),
                        smtp::Span::Secret => "*",
                    })
                    .collect(),
            ),
            _ => None,
        });
        lines.collect()
    }
}

#[test]
fn a_message_is_sent_in_every_way() {
    for security in [Security::None, Security::Starttls, Security::Tls] {
        for delay in [0, 50, 300] {
            for (mode, keep_open) in [(SendMode::Run, false), (SendMode::Step, true)] {
                let case = format!("{security:?} {delay} {mode:?}");
                let mut page = Page::open(Network {
                    delay: delay * MS,
                    loss: 10,
                    segment: 7,
                });
                page.send(1, security, |start| {
                    start.mode = mode;
                    start.keep_open = keep_open;
                    start.credentials = Some(Credentials {
                        user: "mina".to_owned().into(),
                        password: practice::PASSWORD.to_owned().into(),
                    });
                });
                let (id, outcome, waits) = &page.outcomes[0];
                assert!(
                    matches!(outcome, Outcome::Accepted { .. }),
                    "{case}: {outcome:?}"
                );
                assert_eq!((*id, *waits), (1, keep_open), "{case}");
                assert_eq!(page.outcomes.len(), 1, "{case}");
                let summary = &page.mailbox.messages[0];
                assert_eq!(summary.to, ["joon@practice.test"], "{case}");
                assert_eq!(summary.user.as_deref(), Some("mina"), "{case}");
                assert!(!summary.tls, "{case}");
                page.say(FromPage::Fetch { id: summary.id });
                assert_eq!(page.octets, format!("{MESSAGE}\r\n").into_bytes(), "{case}");
                let simulated = |(_, _, event): &(u32, Duration, Event)| match event {
                    Event::Secured { tls } => Some(tls.trust),
                    _ => None,
                };
                let trust: Vec<Trust> = page.entries.iter().filter_map(simulated).collect();
                let expect: &[Trust] = match security {
                    Security::None => &[],
                    _ => &[Trust::Simulated],
                };
                assert_eq!(trust, expect, "{case}");
                assert_eq!(page.paused.is_empty(), mode == SendMode::Run, "{case}");
            }
        }
    }
}

#[test]
fn the_network_takes_its_time() {
    let times = |delay: u32| {
        let mut page = Page::open(Network {
            delay: delay * MS,
            ..Network::default()
        });
        page.send(1, Security::None, |start| start.pipelining = false);
        let (_, last, _) = page.entries.last().expect("entries").clone();
        last
    };
    assert_eq!(times(0), Duration::ZERO);
    // Connecting, the greeting, EHLO, MAIL, RCPT, the chunk and QUIT: a round trip each.
    let one = times(10);
    assert_eq!(times(100), one * 10);
    assert_eq!(one.as_millis() % 20, 0, "{one:?}");
    assert!(one >= 120 * MS, "{one:?}");
}

#[test]
fn messages_follow_each_other_over_one_connection() {
    let mut page = Page::open(Network::default());
    page.say(FromPage::Open(Box::new(Open {
        id: 1,
        server: Server::Practice {
            security: Security::Starttls,
        },
        credentials: None,
        client_name: None,
    })));
    assert_eq!(page.outcomes[0].1, Outcome::Ready);
    for id in 2..5 {
        page.send(id, Security::Starttls, |start| start.keep_open = true);
    }
    assert_eq!(page.mailbox.messages.len(), 3);
    let hellos = page.sent_lines();
    let hellos = hellos.iter().filter(|line| line.starts_with("EHLO"));
    assert_eq!(hellos.count(), 2, "before TLS and after it");
    // Another server: that connection closes in order.
    page.send(9, Security::None, |_| {});
    assert_eq!(page.mailbox.messages.len(), 4);
    let closed = |message: &FromBridge| matches!(message, FromBridge::Closed { id: 4 });
    assert!(page.others.iter().any(closed), "{:?}", page.others);
    assert!(page.bridge.closing.is_empty());
}

#[test]
fn test_addresses_behave_as_with_a_bridge() {
    let check = |to: &str, expect: fn(&Outcome) -> bool| {
        let mut page = Page::open(Network::default());
        page.send(1, Security::None, |start| start.to = vec![to.into()]);
        let [(_, outcome, _)] = &page.outcomes[..] else {
            panic!("{to}: {:?}", page.outcomes);
        };
        assert!(expect(outcome), "{to}: {outcome:?}");
        page.now
    };
    check("refused@x.test", |one| {
        matches!(one, Outcome::Refused { .. })
    });
    check("spam@x.test", |one| matches!(one, Outcome::Refused { .. }));
    check("lost@x.test", |one| matches!(one, Outcome::Unknown { .. }));
    let slow = check("slow@x.test", |one| matches!(one, Outcome::Accepted { .. }));
    assert!(slow >= Duration::from_secs(3), "{slow:?}");
}

/// Every scenario that comes with the program ends, whatever the network does, and each message has
/// one outcome.
#[test]
fn every_scenario_ends() {
    for built_in in practice::scenario::BUILT_IN {
        let scenario = practice::scenario::parse(built_in.text).expect("a scenario");
        for (delay, segment) in [(0, 0), (50, 1)] {
            for security in [Security::None, Security::Starttls, Security::Tls] {
                let case = format!("{} {delay} {security:?}", scenario.title());
                let mut page = Page::open(Network {
                    delay: delay * MS,
                    loss: 0,
                    segment,
                });
                let run = practice::scenario::ScenarioRun::new(scenario.clone(), 1);
                page.bridge.set_scenario(Some(run));
                page.send(1, security, |_| {});
                assert_eq!(page.outcomes.len(), 1, "{case}: {:?}", page.entries.last());
            }
        }
    }
}

#[test]
fn the_conversation_that_brought_a_message_is_given_out_as_the_server_has_it() {
    let mut page = Page::open(Network::default());
    page.send(1, Security::Starttls, |start| {
        start.credentials = Some(Credentials {
            user: "mina".to_owned().into(),
            password: practice::PASSWORD.to_owned().into(),
        });
    });
    let message = page.mailbox.messages[0].id;
    let of = ConversationOf::Message(message);
    page.say(FromPage::Conversation { of });
    let Some(FromBridge::Conversation { conversation, .. }) = page.others.pop() else {
        panic!("{:?}", page.others);
    };
    let said = conversation.expect("a conversation").lines;
    let texts: Vec<&str> = said.iter().map(|line| line.text.as_str()).collect();
    let has = |begin: &str| texts.iter().any(|text| text.starts_with(begin));
    assert!(
        has("220 ") && has("EHLO ") && has("MAIL FROM:<") && has("BDAT 54 LAST"),
        "{texts:?}"
    );
    // What follows AUTH is not in it.
    assert!(has("AUTH PLAIN ⟨secret⟩"), "{texts:?}");
    let secured = |who| said.iter().any(|line| line.tls && line.who == who);
    assert!(secured(wire::Speaker::Client) && !said[0].tls, "{said:?}");
    let of = ConversationOf::Message(99);
    page.say(FromPage::Conversation { of });
    let none = FromBridge::Conversation {
        of,
        conversation: None,
    };
    assert_eq!(page.others.pop(), Some(none));
}

#[test]
fn connections_are_followed_until_they_are_not() {
    let mut page = Page::open(Network::default());
    let told = |page: &mut Page| {
        let told = page.others.drain(..).filter_map(|message| match message {
            FromBridge::Connections { known } => Some(known),
            _ => None,
        });
        told.collect::<Vec<_>>()
    };
    page.say(FromPage::Connections { follow: true });
    assert_eq!(told(&mut page), [vec![]]);
    page.send(1, Security::None, |_| {});
    let last = told(&mut page).pop().expect("connections");
    assert_eq!(last.len(), 1);
    assert_eq!(last[0].client_name.as_deref(), Some("[127.0.0.1]"));
    assert_eq!(last[0].last_reply.as_deref(), Some("221 2.0.0 Bye"));
    assert_eq!(last[0].messages, [page.mailbox.messages[0].id]);
    assert!(last[0].ended);
    // One that brings nothing is known as well.
    page.send(2, Security::None, |start| {
        start.to = vec!["refused@practice.test".into()]
    });
    let last = told(&mut page).pop().expect("connections");
    assert!(last[1].messages.is_empty());
    let failure = last[1].last_failure.as_deref();
    assert!(failure.is_some_and(|text| text.starts_with("550 5.1.1")));
    let of = ConversationOf::Connection(last[1].id);
    page.say(FromPage::Conversation { of });
    let said = page.others.iter().any(|message| {
        matches!(message, FromBridge::Conversation { conversation: Some(said), .. }
            if said.lines.iter().any(|line| line.text.starts_with("550 5.1.1")))
    });
    assert!(said, "{:?}", page.others);
    page.say(FromPage::Connections { follow: false });
    assert_eq!(told(&mut page).len(), 1);
    page.send(3, Security::None, |_| {});
    assert_eq!(told(&mut page), Vec::<Vec<_>>::new());
}

#[test]
fn a_greylisted_recipient_is_accepted_the_second_time() {
    let mut page = Page::open(Network::default());
    page.say(FromPage::Scenarios);
    let Some(FromBridge::Scenarios { known }) = page.others.pop() else {
        panic!("{:?}", page.others);
    };
    let mut known = known.into_iter();
    let text = known.find(|one| one.name == "greylisting");
    let text = text.map(|one| one.text);
    page.say(FromPage::Play { text });
    let Some(FromBridge::Scenario { playing }) = page.others.pop() else {
        panic!("{:?}", page.others);
    };
    assert_eq!(playing.expect("a scenario").name, "greylisting");
    page.send(1, Security::None, |_| {});
    page.send(2, Security::None, |_| {});
    let outcomes: Vec<bool> = { page.outcomes.iter() }
        .map(|(_, outcome, _)| matches!(outcome, Outcome::Accepted { .. }))
        .collect();
    assert_eq!(outcomes, [false, true]);
    // One with faults changes nothing.
    page.say(FromPage::Play {
        text: Some("on NOWHERE".into()),
    });
    let faults = page.others.pop();
    assert!(
        matches!(faults, Some(FromBridge::NotPlayed { .. })),
        "{faults:?}"
    );
    assert!(page.bridge.scenario.is_some());
    page.say(FromPage::Play { text: None });
    assert!(page.bridge.scenario.is_none());
}

#[test]
fn no_other_server_is_reached() {
    let mut page = Page::open(Network::default());
    page.send(1, Security::None, |start| {
        start.server = Server::Host {
            host: "127.0.0.1".into(),
            port: 25,
            security: Security::None,
        };
    });
    let refused = FromBridge::NotStarted {
        id: 1,
        why: NotStarted::NoBridge,
    };
    assert_eq!(page.others.last(), Some(&refused));
    assert!(page.entries.is_empty());
}

#[test]
fn the_mailbox_is_that_of_a_bridge() {
    let mut page = Page::open(Network::default());
    page.send(1, Security::None, |_| {});
    let id = page.mailbox.messages[0].id;
    page.say(FromPage::Read { id });
    let decoded = page.others.iter().any(|message| match message {
        FromBridge::Reading { reading, .. } => !reading.parts.is_empty(),
        _ => false,
    });
    assert!(decoded);
    page.say(FromPage::Delete { id });
    assert!(page.mailbox.messages.is_empty());
    page.say(FromPage::Restore { ids: vec![id, 99] });
    assert_eq!(page.mailbox.messages[0].id, id);
    assert!(page.others.contains(&FromBridge::MessageGone { id: 99 }));
    let (size, text) = (5, b"a\r\n\r\nb");
    page.message = text.to_vec();
    page.sent = 0;
    page.say(FromPage::Store {
        id: 7,
        size: size + 1,
    });
    assert!(page.mailbox.messages[0].opened);
    assert_eq!(page.mailbox.messages[0].size, size + 1);
    page.say(FromPage::Search(Search {
        id: 1,
        words: vec!["JOON".into()],
    }));
    let mut found = Vec::new();
    let mut done = false;
    for message in &page.others {
        if let FromBridge::Found {
            messages,
            done: end,
            ..
        } = message
        {
            found.extend(messages);
            done |= end;
        }
    }
    assert_eq!((found, done), (vec![id], true));
    page.say(FromPage::Clear);
    assert!(page.mailbox.messages.is_empty());
}

#[test]
fn octets_without_credit_are_refused() {
    let mut page = Page::open(Network::default());
    assert_eq!(
        page.bridge.octets(&message_frame(3, b"x"), MS),
        Err(Overdrawn)
    );
    assert_eq!(page.bridge.octets(b"x", MS), Err(Overdrawn));
}
