//! One value of every variant that crosses the WebSocket, as JSON, kept in `golden.json`.
//!
//! A change of the JSON is a change of the protocol and shows here. A variant without a value does
//! not compile: the `match` that [`golden!`] writes names only the variants that have one.
//! `UPDATE_GOLDEN=1 cargo test -p glasspost-wire` writes the file anew; `docs/wire.md` shows these
//! very values to whoever writes another client.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::Path;

use glasspost_wire::{
    Content, Conversation, ConversationLine, ConversationOf, Credentials, Encoding, Entity, Field,
    FromBridge, FromPage, KnownConnection, KnownScenario, MailboxSummary, MailboxUpdate, NotRead,
    NotStarted, NotStored, Open, Part, PlayedScenario, Practice, PracticeEffect, PracticeFault,
    Reading, ScenarioFault, Search, Server, Slice, Speaker, Start, VERSION, View, Welcome,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use smtp::{
    AddressError, Capabilities, CertificateFault, Code, CommandKind, ConnectFailure, Entry, Event,
    Failure, Fate, FramingError, Lookup, MailParameters, Next, Operator, Origin, Outcome, Paused,
    RecipientResult, Reply, Security, SendMode, Side, Span, Stage, TlsFacts, TlsFailure, Trust,
    Violation,
};

/// Whether a JSON text decodes to the value it stands beside.
type Decodes = Box<dyn Fn(&str) -> Result<bool, serde_json::Error>>;

/// A value's name, its JSON, and whether a JSON text decodes to it.
struct Sample {
    name: &'static str,
    json: String,
    decodes: Decodes,
}

fn sample<T>(name: &'static str, value: T) -> Sample
where
    T: Serialize + DeserializeOwned + PartialEq + Debug + 'static,
{
    let mut json = serde_json::to_string(&value).expect("every value of the protocol is JSON");
    // Short ones stay on their line; the rest is for people to read.
    if json.len() > 90 {
        json = serde_json::to_string_pretty(&value).expect("every value of the protocol is JSON");
    }
    let decodes = Box::new(move |text: &str| Ok(serde_json::from_str::<T>(text)? == value));
    Sample {
        name,
        json,
        decodes,
    }
}

/// Samples of one enum. Each stands under its variant's pattern, and the patterns alone have to
/// cover the enum.
macro_rules! golden {
    ($all:ident, $type:ident { $($variant:ident $(($inner:pat))? $({ $($field:tt)* })? => $value:expr,)+ }) => {
        // Only checked by the compiler: it never has to run.
        let _covers = |value: &$type| match value {
            $($type::$variant $(($inner))? $({ $($field)* })? => (),)+
        };
        $({
            let value: $type = $value;
            assert!(
                matches!(value, $type::$variant $(($inner))? $({ $($field)* })?),
                "the sample of {} is of another variant", stringify!($type::$variant)
            );
            $all.push(sample(concat!(stringify!($type), "::", stringify!($variant)), value));
        })+
    };
}

fn reply(code: u16, lines: &[&str]) -> Reply {
    Reply::new(
        Code::new(code).expect("a code"),
        lines.iter().map(|line| (*line).to_owned()).collect(),
    )
}

fn text(text: &str) -> Vec<Span> {
    vec![Span::Text(text.to_owned())]
}

fn recipients() -> Vec<RecipientResult> {
    vec![
        RecipientResult {
            address: "hana@example.org".into(),
            fate: Fate::Accepted {
                reply: reply(250, &["2.1.5 Ok"]),
            },
        },
        RecipientResult {
            address: "nobody@example.org".into(),
            fate: Fate::Refused {
                reply: reply(550, &["5.1.1 No such mailbox"]),
            },
        },
    ]
}

fn tls() -> TlsFacts {
    TlsFacts {
        version: "TLS 1.3".into(),
        cipher: "AES-256-GCM".into(),
        key_exchange: Some("X25519".into()),
        name: "mail.example.org".into(),
        names: vec!["mail.example.org".into(), "smtp.example.org".into()],
        issuer: "Example Root CA".into(),
        not_after: "2031-01-01T00:00:00Z".into(),
        trust: Trust::Platform,
    }
}

fn entry(event: Event) -> Entry {
    Entry {
        seq: 2,
        at_us: 1_534,
        secured: false,
        stage: Stage::Connect,
        event,
    }
}

fn sent() -> Event {
    Event::Sent {
        command: CommandKind::Ehlo,
        line: text("EHLO [127.0.0.1]"),
        origin: Origin::Planned,
    }
}

fn start() -> Start {
    Start {
        id: 1,
        server: Server::Host {
            host: "mail.example.org".into(),
            port: 587,
            security: Security::Starttls,
        },
        credentials: Some(Credentials {
            user: "mina@example.org".to_owned().into(),
            password: "open sesame".to_owned().into(),
        }),
        from: Some("mina@example.org".into()),
        to: vec!["hana@example.org".into()],
        size: 482,
        eight_bit: true,
        utf8: false,
        mode: SendMode::Run,
        pipelining: true,
        chunking: false,
        keep_open: false,
        client_name: None,
    }
}

fn welcome() -> Welcome {
    Welcome {
        version: VERSION,
        program: "0.1.0".into(),
        run: "o7tY4Zc1vRk".into(),
        practice: Some(Practice {
            name: "practice.glasspost.test".into(),
            starttls: "127.0.0.1:2525".into(),
            tls: "127.0.0.1:2465".into(),
            password: "practice".into(),
            faults: vec![PracticeFault {
                local_part: "nobody".into(),
                sender: false,
                effect: PracticeEffect::Refuse {
                    reply: "550 5.1.1 Recipient address rejected: User unknown".into(),
                },
            }],
        }),
        ports: vec![25, 465, 587, 2525],
        client_name: "[127.0.0.1]".into(),
        usual_port: None,
    }
}

fn mailbox() -> MailboxUpdate {
    MailboxUpdate {
        added: vec![MailboxSummary {
            id: 7,
            received_ms: 1_790_000_000_000,
            from: "mina@example.org".into(),
            to: vec!["hana@example.org".into()],
            subject: "회의 장소가 바뀌었어요".into(),
            header_from: "Mina <mina@example.org>".into(),
            size: 482,
            tls: true,
            user: Some("mina@example.org".into()),
            queue_id: "538453D7".into(),
            opened: false,
        }],
        removed: vec![3],
        more: false,
        octets: 482,
        dropped: 0,
        most_messages: 200,
        most_octets: 67_108_864,
    }
}

fn slice() -> Slice {
    Slice {
        of: None,
        from: 410,
        to: 2882,
        encoding: Encoding::Base64,
    }
}

fn chart() -> Content {
    Content::Attachment {
        name: "chart.png".into(),
        media_type: "image/png".into(),
        id: "chart@example.org".into(),
        size: 1804,
        at: slice(),
    }
}

fn reading() -> Reading {
    let part = |content, only| Part {
        depth: 0,
        content,
        only,
    };
    Reading {
        headers: vec![("Subject".into(), "분기 보고서".into())],
        parts: vec![
            part(
                Content::Text {
                    text: "Hi Hana,\n".into(),
                    cut: false,
                },
                Some(View::Text),
            ),
            part(
                Content::Html {
                    html: "<p>Hi <b>Hana</b>,".into(),
                    text: String::new(),
                    cut: false,
                },
                Some(View::Formatted),
            ),
            part(chart(), None),
        ],
        omitted: 0,
        encoded: Vec::new(),
        header: Slice {
            from: 0,
            to: 214,
            ..Slice::default()
        },
        fields: vec![(48, "분기 보고서".into())],
        entities: vec![Entity {
            level: 1,
            media_type: "image/png".into(),
            encoding: "base64".into(),
            disposition: "inline".into(),
            name: "chart.png".into(),
            id: "chart@example.org".into(),
            size: 1804,
            at: slice(),
            ..Entity::default()
        }],
        unlisted: 0,
    }
}

fn said(at_us: u64, who: Speaker, text: &str) -> ConversationLine {
    let tls = who == Speaker::Note;
    ConversationLine {
        at_us,
        who,
        tls,
        text: text.into(),
    }
}

fn samples() -> Vec<Sample> {
    let mut all = Vec::new();
    golden!(all, FromPage {
        Start(_) => FromPage::Start(Box::new(start())),
        Open(_) => FromPage::Open(Box::new(Open {
            id: 1,
            server: Server::Practice { security: Security::Starttls },
            credentials: None,
            client_name: None,
        })),
        Operator { .. } => FromPage::Operator {
            id: 1,
            act: Operator::Send { step: 3, line: None },
        },
        Read { .. } => FromPage::Read { id: 7 },
        Fetch { .. } => FromPage::Fetch { id: 7 },
        Connections { .. } => FromPage::Connections { follow: true },
        Conversation { .. } => FromPage::Conversation { of: ConversationOf::Message(7) },
        Restore { .. } => FromPage::Restore { ids: vec![7, 9] },
        Search(_) => FromPage::Search(Search { id: 3, words: vec!["quarterly".into()] }),
        Store { .. } => FromPage::Store { id: 4, size: 482 },
        Delete { .. } => FromPage::Delete { id: 7 },
        Clear => FromPage::Clear,
        Scenarios => FromPage::Scenarios,
        Play { .. } => FromPage::Play { text: Some("on QUIT\n  SILENT\n".into()) },
    });
    golden!(all, ConversationOf {
        Message(_) => ConversationOf::Message(7),
        Connection(_) => ConversationOf::Connection(3),
    });
    golden!(all, Server {
        Practice { .. } => Server::Practice { security: Security::Starttls },
        Host { .. } => Server::Host {
            host: "mail.example.org".into(),
            port: 465,
            security: Security::Tls,
        },
    });
    golden!(all, Security {
        None => Security::None,
        Starttls => Security::Starttls,
        Tls => Security::Tls,
    });
    golden!(all, SendMode {
        Run => SendMode::Run,
        Step => SendMode::Step,
    });
    golden!(all, Operator {
        Send { .. } => Operator::Send {
            step: 3,
            line: Some("MAIL FROM:<mina@example.org>".into()),
        },
        Skip { .. } => Operator::Skip { step: 3 },
        Insert { .. } => Operator::Insert { step: 3, line: "NOOP".into() },
        SetMode { .. } => Operator::SetMode { mode: SendMode::Run },
        Abort => Operator::Abort,
    });

    golden!(all, FromBridge {
        Welcome(_) => FromBridge::Welcome(Box::new(welcome())),
        Entry { .. } => FromBridge::Entry { id: 1, entry: Box::new(entry(sent())) },
        Paused { .. } => FromBridge::Paused {
            id: 1,
            paused: Paused {
                step: 3,
                stage: Stage::SignIn,
                secured: true,
                next: Next::Line {
                    command: CommandKind::Auth,
                    line: format!("AUTH PLAIN {}", smtp::SECRET),
                },
            },
        },
        Credit { .. } => FromBridge::Credit { id: 1, upto: 1_048_576 },
        Progress { .. } => FromBridge::Progress { id: 1, sent: 65_536 },
        Finished { .. } => FromBridge::Finished {
            id: 1,
            outcome: Box::new(Outcome::Accepted {
                reply: reply(250, &["2.0.0 Queued as 7"]),
                recipients: recipients(),
            }),
            waits: false,
        },
        Recipients { .. } => FromBridge::Recipients { id: 1, results: recipients() },
        Closed { .. } => FromBridge::Closed { id: 1 },
        NotStarted { .. } => FromBridge::NotStarted { id: 1, why: NotStarted::NoRecipients },
        Mailbox(_) => FromBridge::Mailbox(mailbox()),
        Message { .. } => FromBridge::Message { id: 7, size: 482 },
        Octets { .. } => FromBridge::Octets { id: 7, size: 482 },
        MessageGone { .. } => FromBridge::MessageGone { id: 7 },
        Found { .. } => FromBridge::Found {
            id: 3,
            messages: vec![7],
            searched: 12,
            undecoded: 1,
            done: false,
        },
        Stored { .. } => FromBridge::Stored { id: 4, message: 8 },
        NotStored { .. } => FromBridge::NotStored { id: 4, why: NotStored::Busy },
        Scenarios { .. } => FromBridge::Scenarios {
            known: vec![KnownScenario {
                name: "no-service".into(),
                purpose: "test that your client reports a server that takes nobody".into(),
                text: "name: no-service\n\non CONNECT\n  S: 554 No SMTP service here\n".into(),
            }],
        },
        Scenario { .. } => FromBridge::Scenario {
            playing: Some(PlayedScenario { name: "no-service".into(), seed: 7 }),
        },
        NotPlayed { .. } => FromBridge::NotPlayed {
            faults: vec![ScenarioFault { line: 3, message: "unknown step: SAY".into() }],
        },
        Connections { .. } => FromBridge::Connections {
            known: vec![KnownConnection {
                id: 3,
                began_ms: 1_788_000_000_000,
                client_name: Some("printer.example".into()),
                last_reply: Some("221 2.0.0 Bye".into()),
                last_failure: Some("535 5.7.8 Error: authentication failed".into()),
                messages: vec![],
                ended: true,
            }],
        },
        Conversation { .. } => FromBridge::Conversation {
            of: ConversationOf::Message(7),
            conversation: Some(Conversation {
                lines: vec![
                    said(0, Speaker::Server, "220 mail.practice.test ESMTP Glasspost practice"),
                    said(312, Speaker::Client, "EHLO [127.0.0.1]"),
                    said(5_120, Speaker::Note, "TLS handshake completed"),
                ],
                left_out: 0,
                ended: true,
            }),
        },
        Reading { .. } => FromBridge::Reading { id: 7, reading: Box::new(reading()) },
        NotRead { .. } => FromBridge::NotRead { id: 7, why: NotRead::TooSlow },
        Fragment { .. } => FromBridge::Fragment {
            text: "{\"reading\":{\"id\":7,\"reading\":{\"headers\":[[\"Subject\",\"".into(),
            last: false,
        },
    });
    golden!(all, Content {
        Text { .. } => Content::Text { text: "Hi Hana,\n".into(), cut: false },
        Message { .. } => Content::Message {
            headers: vec![("From".into(), "joon@example.net".into())],
            at: Slice { of: Some(0), from: 0, to: 302, encoding: Encoding::Identity },
        },
        Html { .. } => Content::Html {
            html: "<p>Hi <b>Hana</b>,".into(),
            text: "Hi Hana,".into(),
            cut: false,
        },
        Attachment { .. } => chart(),
    });
    golden!(all, View {
        Formatted => View::Formatted,
        Text => View::Text,
    });
    golden!(all, Encoding {
        Identity => Encoding::Identity,
        Base64 => Encoding::Base64,
        QuotedPrintable => Encoding::QuotedPrintable,
        Uuencode => Encoding::Uuencode,
    });
    golden!(all, NotRead {
        TooSlow => NotRead::TooSlow,
        TooLarge => NotRead::TooLarge,
        Failed => NotRead::Failed,
    });
    golden!(all, PracticeEffect {
        Refuse { .. } => PracticeEffect::Refuse {
            reply: "550 5.1.1 Recipient address rejected: User unknown".into(),
        },
        RefuseMessage { .. } => PracticeEffect::RefuseMessage { reply: "554 5.7.1 Refused".into() },
        Lose => PracticeEffect::Lose,
        Delay { .. } => PracticeEffect::Delay { seconds: 3 },
    });
    golden!(all, NotStored {
        NoPractice => NotStored::NoPractice,
        TooLarge { .. } => NotStored::TooLarge { most: 36_700_160 },
        Busy => NotStored::Busy,
    });
    golden!(all, NotStarted {
        Busy => NotStarted::Busy,
        TooMany { .. } => NotStarted::TooMany { most: 16 },
        BadAddress { .. } => NotStarted::BadAddress {
            field: Field::To,
            address: "hana".into(),
            why: AddressError::NoAt,
        },
        NoRecipients => NotStarted::NoRecipients,
        TooManyRecipients { .. } => NotStarted::TooManyRecipients { most: 1_000 },
        BadHost => NotStarted::BadHost,
        PortNotAllowed { .. } => NotStarted::PortNotAllowed { port: 22, allowed: vec![25, 465, 587, 2525] },
        AddressNotAllowed => NotStarted::AddressNotAllowed,
        NoPractice => NotStarted::NoPractice,
        NoBridge => NotStarted::NoBridge,
        ShuttingDown => NotStarted::ShuttingDown,
    });
    golden!(all, Field {
        From => Field::From,
        To => Field::To,
        ClientName => Field::ClientName,
    });
    golden!(all, AddressError {
        Empty => AddressError::Empty,
        NoAt => AddressError::NoAt,
        NoLocalPart => AddressError::NoLocalPart,
        NoDomain => AddressError::NoDomain,
        Control => AddressError::Control,
        Invisible { .. } => AddressError::Invisible { code_point: 0x200b },
        LocalPart => AddressError::LocalPart,
        Domain => AddressError::Domain,
        TooLong => AddressError::TooLong,
    });

    golden!(all, Stage {
        Connect => Stage::Connect,
        Tls => Stage::Tls,
        SignIn => Stage::SignIn,
        Envelope => Stage::Envelope,
        Message => Stage::Message,
        Accepted => Stage::Accepted,
    });
    golden!(all, Event {
        Resolved { .. } => Event::Resolved {
            lookup: Lookup {
                name: "mail.example.org".into(),
                addresses: vec!["[2001:db8::25]:587".into(), "192.0.2.25:587".into()],
                left_out: 0,
                not_allowed: 1,
            },
        },
        Connecting { .. } => Event::Connecting { peer: "[2001:db8::25]:587".into() },
        ConnectFailed { .. } => Event::ConnectFailed {
            peer: "[2001:db8::25]:587".into(),
            why: ConnectFailure::Unreachable,
        },
        Connected { .. } => Event::Connected { peer: "192.0.2.25:587".into() },
        NoGreeting { .. } => Event::NoGreeting {
            peer: "192.0.2.25:587".into(),
            waited_ms: 8_000,
        },
        Sent { .. } => Event::Sent {
            command: CommandKind::Auth,
            line: vec![Span::Text("AUTH PLAIN ".into()), Span::Secret],
            origin: Origin::Planned,
        },
        Received { .. } => Event::Received {
            reply: reply(
                250,
                &["mail.example.org", "PIPELINING", "SIZE 35651584", "AUTH PLAIN LOGIN"],
            ),
            answers: Some(2),
            wait_us: 912,
            capabilities: Some(Box::new(Capabilities {
                pipelining: true,
                size: Some(35_651_584),
                auth: vec!["PLAIN".into(), "LOGIN".into()],
                ..Capabilities::default()
            })),
        },
        Secured { .. } => Event::Secured { tls: tls() },
        Message { .. } => Event::Message { octets: 482, wire_octets: 496, lines: 13, stuffed: 1 },
        Skipped { .. } => Event::Skipped { line: text("RCPT TO:<hana@example.org>") },
        Violation { .. } => Event::Violation {
            what: Violation::BadReply { why: FramingError::NotAReply },
            text: "garbage".into(),
        },
        Closed { .. } => Event::Closed { by: Side::Server },
    });
    golden!(all, CommandKind {
        Ehlo => CommandKind::Ehlo,
        Helo => CommandKind::Helo,
        Starttls => CommandKind::Starttls,
        Auth => CommandKind::Auth,
        AuthResponse => CommandKind::AuthResponse,
        AuthCancel => CommandKind::AuthCancel,
        Mail(_) => CommandKind::Mail(MailParameters { size: true, eight_bit: true, utf8: false }),
        Rcpt => CommandKind::Rcpt,
        Data => CommandKind::Data,
        Text => CommandKind::Text,
        EndOfData => CommandKind::EndOfData,
        Bdat { .. } => CommandKind::Bdat { last: true },
        Rset => CommandKind::Rset,
        Noop => CommandKind::Noop,
        Vrfy => CommandKind::Vrfy,
        Expn => CommandKind::Expn,
        Help => CommandKind::Help,
        Quit => CommandKind::Quit,
        Unknown => CommandKind::Unknown,
    });
    golden!(all, Violation {
        NoGreeting => Violation::NoGreeting,
        InjectedBeforeTls => Violation::InjectedBeforeTls,
        BadReply { .. } => Violation::BadReply { why: FramingError::BareLf },
        UnexpectedReply { .. } => Violation::UnexpectedReply { after: "MAIL".into() },
        Unsolicited => Violation::Unsolicited,
    });
    golden!(all, Span {
        Text(_) => Span::Text("MAIL FROM:<mina@example.org>".into()),
        Secret => Span::Secret,
    });
    golden!(all, Origin {
        Planned => Origin::Planned,
        Edited => Origin::Edited,
        Typed => Origin::Typed,
    });
    golden!(all, Side {
        Client => Side::Client,
        Server => Side::Server,
    });
    golden!(all, Trust {
        Platform => Trust::Platform,
        ExtraCa => Trust::ExtraCa,
        PracticeCa => Trust::PracticeCa,
        Simulated => Trust::Simulated,
    });
    golden!(all, Next {
        Line { .. } => Next::Line { command: CommandKind::Data, line: "DATA".into() },
        Message { .. } => Next::Message { octets: 482 },
    });

    golden!(all, Outcome {
        Accepted { .. } => Outcome::Accepted {
            reply: reply(250, &["2.0.0 Queued as 7"]),
            recipients: recipients(),
        },
        Refused { .. } => Outcome::Refused {
            at: Stage::SignIn,
            reply: reply(535, &["5.7.8 Wrong user name or password"]),
            recipients: vec![RecipientResult {
                address: "hana@example.org".into(),
                fate: Fate::NotTried,
            }],
        },
        Unknown { .. } => Outcome::Unknown {
            cause: Failure::ConnectionLost,
            recipients: recipients(),
        },
        Ready => Outcome::Ready,
        Ended { .. } => Outcome::Ended { recipients: vec![] },
        Failed { .. } => Outcome::Failed {
            at: Stage::Tls,
            cause: Failure::StarttlsNotOffered,
            recipients: vec![],
        },
    });
    golden!(all, Fate {
        Accepted { .. } => Fate::Accepted { reply: reply(250, &["2.1.5 Ok"]) },
        Refused { .. } => Fate::Refused { reply: reply(452, &["4.5.3 Too many recipients"]) },
        NotTried => Fate::NotTried,
    });
    golden!(all, Failure {
        NotConnected { .. } => Failure::NotConnected { why: ConnectFailure::Refused },
        Tls { .. } => Failure::Tls { why: TlsFailure::SelfSigned },
        NotMail => Failure::NotMail,
        ConnectionLost => Failure::ConnectionLost,
        TimedOut { .. } => Failure::TimedOut { awaiting: "greeting".into(), after_ms: 300_000 },
        BadReply { .. } => Failure::BadReply { why: FramingError::MixedCodes },
        UnexpectedReply { .. } => Failure::UnexpectedReply {
            after: "DATA".into(),
            reply: reply(250, &["2.0.0 Ok"]),
        },
        Unsolicited { .. } => Failure::Unsolicited { reply: reply(250, &["2.0.0 Ok"]) },
        InjectedBeforeTls => Failure::InjectedBeforeTls,
        StarttlsNotOffered => Failure::StarttlsNotOffered,
        SignInNotOffered => Failure::SignInNotOffered,
        NoCommonMechanism { .. } => Failure::NoCommonMechanism { offered: vec!["GSSAPI".into()] },
        SignInInClear => Failure::SignInInClear,
        BadCredentials => Failure::BadCredentials,
        TooLarge { .. } => Failure::TooLarge { size: 36_000_000, limit: 35_651_584 },
        Utf8NotOffered { .. } => Failure::Utf8NotOffered { address: Some("하나@example.org".into()) },
        EightBitNotOffered => Failure::EightBitNotOffered,
        NoRecipients => Failure::NoRecipients,
        MessageCutShort => Failure::MessageCutShort,
        LineTooLong { .. } => Failure::LineTooLong { line: 12 },
        Aborted => Failure::Aborted,
        PageGone => Failure::PageGone,
        ShuttingDown => Failure::ShuttingDown,
    });
    golden!(all, ConnectFailure {
        NoSuchHost => ConnectFailure::NoSuchHost,
        LookupTimedOut => ConnectFailure::LookupTimedOut,
        Refused => ConnectFailure::Refused,
        TimedOut => ConnectFailure::TimedOut,
        Reset => ConnectFailure::Reset,
        Unreachable => ConnectFailure::Unreachable,
    });
    golden!(all, TlsFailure {
        UnknownIssuer { .. } => TlsFailure::UnknownIssuer { issuer: "Example Root CA".into() },
        SelfSigned => TlsFailure::SelfSigned,
        WrongName { .. } => TlsFailure::WrongName {
            asked: "mail.example.org".into(),
            names: vec!["example.com".into()],
        },
        Expired { .. } => TlsFailure::Expired { not_after: "2026-01-01T00:00:00Z".into() },
        NotYetValid { .. } => TlsFailure::NotYetValid { not_before: "2030-01-01T00:00:00Z".into() },
        BadCertificate { .. } => TlsFailure::BadCertificate {
            why: CertificateFault::NotForServers,
        },
        NoCommonVersion => TlsFailure::NoCommonVersion,
        NoCommonCipher => TlsFailure::NoCommonCipher,
        ClientCertificateRequired => TlsFailure::ClientCertificateRequired,
        NameNotServed => TlsFailure::NameNotServed,
        Alert { .. } => TlsFailure::Alert { alert: "internal_error".into() },
        Protocol { .. } => TlsFailure::Protocol { detail: "invalid key share".into() },
        NotTls => TlsFailure::NotTls,
        Closed => TlsFailure::Closed,
        TimedOut => TlsFailure::TimedOut,
        Other { .. } => TlsFailure::Other { detail: "No route to host".into() },
    });
    golden!(all, CertificateFault {
        Missing => CertificateFault::Missing,
        Malformed => CertificateFault::Malformed,
        NotVersion3 => CertificateFault::NotVersion3,
        UnknownExtension => CertificateFault::UnknownExtension,
        NotForServers => CertificateFault::NotForServers,
        IsCa => CertificateFault::IsCa,
        IssuerNotCa => CertificateFault::IssuerNotCa,
        ChainTooLong => CertificateFault::ChainTooLong,
        NameConstraints => CertificateFault::NameConstraints,
        BadSignature => CertificateFault::BadSignature,
        SignatureAlgorithm { .. } => CertificateFault::SignatureAlgorithm {
            algorithm: "SHA-1 with RSA".into(),
        },
        WeakKey { .. } => CertificateFault::WeakKey { bits: 1024 },
        KeyNotProven => CertificateFault::KeyNotProven,
        Revoked => CertificateFault::Revoked,
        Other { .. } => CertificateFault::Other { detail: "unknown revocation status".into() },
    });
    golden!(all, FramingError {
        NotAReply => FramingError::NotAReply,
        MixedCodes => FramingError::MixedCodes,
        BareLf => FramingError::BareLf,
        LineTooLong => FramingError::LineTooLong,
        TooLong => FramingError::TooLong,
    });
    all
}

/// The whole file: an object, a member each sample, in the order of the samples.
fn file(samples: &[Sample]) -> String {
    let members: Vec<String> = samples
        .iter()
        .map(|sample| format!("\"{}\": {}", sample.name, sample.json))
        .collect();
    format!("{{\n{}\n}}\n", members.join(",\n"))
}

#[test]
fn every_variant_is_the_json_it_was() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden.json");
    let samples = samples();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, file(&samples)).expect("golden.json can be written");
    }
    let golden = std::fs::read_to_string(&path).expect("golden.json stands beside the tests");
    let golden: BTreeMap<String, Box<RawValue>> =
        serde_json::from_str(&golden).expect("golden.json is an object");
    for sample in &samples {
        let Some(golden) = golden.get(sample.name) else {
            panic!(
                "{} is not in golden.json: run with UPDATE_GOLDEN=1",
                sample.name
            );
        };
        assert_eq!(golden.get(), sample.json, "{}", sample.name);
        match (sample.decodes)(golden.get()) {
            Ok(same) => assert!(same, "{} decodes to another value", sample.name),
            Err(error) => panic!("{} does not decode: {error}", sample.name),
        }
    }
    assert_eq!(
        golden.len(),
        samples.len(),
        "golden.json holds something that is no variant"
    );
}

/// A field that this version does not know is a mistake in the page, not something to guess about.
#[test]
fn unknown_and_missing_fields_from_the_page_are_refused() {
    fn check(text: &str) {
        assert!(serde_json::from_str::<FromPage>(text).is_err(), "{text}");
    }
    check(r#"{"read":{"id":7,"more":1}}"#);
    check(r#"{"read":{}}"#);
    check(r#"{"read":{"id":7,"id":8}}"#);
    check(r#"{"read":{"id":-1}}"#);
    check(r#"{"read":{"id":"7"}}"#);
    check(r#"{"start":{}}"#);
    check(r#"{"closed":{"id":1}}"#);
    check(r#"{"operator":{"id":1,"act":{"send":{}}}}"#);
    check(r#"{"operator":{"id":1,"act":"obey"}}"#);
    check(r#"{}"#);
    check(r#"[]"#);
    check("null");
    check("");
    let start = serde_json::to_string(&FromPage::Start(Box::new(start()))).expect("JSON");
    assert!(serde_json::from_str::<FromPage>(&start).is_ok());
    check(&start.replacen("\"id\"", "\"extra\":0,\"id\"", 1));
    check(&start.replace("starttls", "opportunistic"));
    check(&start.replace("\"port\":587", "\"port\":65536"));
    check(&start.replace("\"mode\":\"run\",", ""));
}
