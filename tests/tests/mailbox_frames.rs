//! What a page does with the practice mailbox over its WebSocket: searching, deleting and putting
//! back, fetching octets, and putting messages into it.

use glasspost_tests::bridge::Bridge;
use glasspost_tests::mail::{MANY_PARTS, deliver};
use glasspost_tests::page::{Frame, Page};
use glasspost_tests::typed::{connect, types};
use tokio_tungstenite::tungstenite::Message;
use wire::{
    Conversation, ConversationOf, FromBridge, FromPage, KnownConnection, NotStored, Search,
    Speaker, WINDOW, handshake,
};

/// The ids of messages in which these words are, how many were looked at, and how many could not be
/// decoded.
async fn search(page: &mut Page, id: u32, words: &[&str]) -> (Vec<u64>, u64, u64) {
    let words = words.iter().map(|word| (*word).to_owned()).collect();
    page.send_frame(&FromPage::Search(Search { id, words }))
        .await;
    let mut all = Vec::new();
    loop {
        if let FromBridge::Found {
            id: of,
            messages,
            searched,
            undecoded,
            done,
        } = page.next_event().await
        {
            // Answers to an earlier search may still be on their way.
            if of != id {
                continue;
            }
            all.extend(messages);
            if done {
                return (all, searched, undecoded);
            }
        }
    }
}

/// The ids of the messages, the newest first.
async fn ids(page: &mut Page, count: usize) -> Vec<u64> {
    let state = page.mailbox(|state| state.messages.len() == count).await;
    state.messages.iter().map(|message| message.id).collect()
}

#[tokio::test]
async fn texts_headers_and_names_of_attachments_are_searched() {
    let bridge = Bridge::start();
    deliver(&bridge, MANY_PARTS.as_bytes()).await;
    deliver(
        &bridge,
        "From: =?utf-8?B?67CV66+87JWE?= <park@example.org>\r\nSubject: Q3\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n\
         67aE6riwIOuztOqzoOyEnA==\r\n"
            .as_bytes(),
    )
    .await;
    let mut page = Page::open(&bridge).await;
    let [second, first] = ids(&mut page, 2).await[..] else {
        panic!("two messages");
    };
    let mut number = 0;
    let mut check = async |words: &[&str], expect: &[u64]| {
        number += 1;
        let found = search(&mut page, number, words).await;
        assert_eq!(found, (expect.to_vec(), 2, 0), "{words:?}");
    };
    check(&["박민아", "분기", "q3"], &[second]).await;
    check(&["보고서"], &[second]).await;
    check(&["AFTER the PICTURE"], &[first]).await;
    check(&["그림.png"], &[first]).await;
    check(&["text of the first"], &[first]).await;
    check(&["example.org"], &[second, first]).await;
    check(&["박민아", "picture"], &[]).await;
    check(&["nowhere"], &[]).await;
    let nothing = search(&mut page, 99, &[]).await;
    assert_eq!(nothing, (Vec::new(), 0, 0));
}

#[tokio::test]
async fn a_search_gives_way_to_the_next_one() {
    let bridge = Bridge::start();
    for at in 0..40 {
        deliver(&bridge, format!("Subject: {at}\r\n\r\nsame\r\n").as_bytes()).await;
    }
    let mut page = Page::open(&bridge).await;
    ids(&mut page, 40).await;
    for id in 1..=50 {
        let words = vec!["same".to_owned()];
        page.send_frame(&FromPage::Search(Search { id, words }))
            .await;
    }
    let (found, searched, _) = search(&mut page, 51, &["same"]).await;
    assert_eq!((found.len(), searched), (40, 40));
}

#[tokio::test]
async fn deleted_messages_are_put_back_for_all_pages() {
    let bridge = Bridge::start();
    for at in 1..=3 {
        deliver(&bridge, format!("Subject: {at}\r\n\r\n").as_bytes()).await;
    }
    let mut page = Page::open(&bridge).await;
    let mut other = Page::open(&bridge).await;
    let all = ids(&mut page, 3).await;
    page.send_frame(&FromPage::Delete { id: all[1] }).await;
    assert_eq!(ids(&mut other, 2).await, [all[0], all[2]]);
    page.send_frame(&FromPage::Restore { ids: vec![all[1]] })
        .await;
    assert_eq!(ids(&mut other, 3).await, all);
    page.mailbox(|state| state.messages.len() == 3).await;
    // A page that comes later sees the same.
    let mut late = Page::open(&bridge).await;
    assert_eq!(ids(&mut late, 3).await, all);
    other.send_frame(&FromPage::Clear).await;
    ids(&mut page, 0).await;
    page.send_frame(&FromPage::Restore {
        ids: vec![99, all[2], all[0]],
    })
    .await;
    assert_eq!(ids(&mut late, 2).await, [all[0], all[2]]);
    loop {
        match page.next_event().await {
            FromBridge::MessageGone { id } => break assert_eq!(id, 99),
            FromBridge::Mailbox(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// The octets of a message that is fetched.
async fn fetched(page: &mut Page, id: u64) -> Option<Vec<u8>> {
    page.send_frame(&FromPage::Fetch { id }).await;
    let size = loop {
        match page.next_event().await {
            FromBridge::Octets { id: of, size } if of == id => break size,
            FromBridge::MessageGone { id: of } if of == id => return None,
            FromBridge::Mailbox(_) => {}
            other => panic!("{other:?}"),
        }
    };
    let mut octets = Vec::new();
    while (octets.len() as u64) < size {
        match page.frame().await {
            Frame::Octets(some) => octets.extend_from_slice(&some),
            other => panic!("{other:?}"),
        }
    }
    Some(octets)
}

/// Puts a message into the mailbox, within its credit.
async fn store(page: &mut Page, id: u32, message: &[u8]) -> Result<u64, NotStored> {
    let size = message.len() as u64;
    page.send_frame(&FromPage::Store { id, size }).await;
    let mut sent = 0_usize;
    loop {
        match page.next_event().await {
            FromBridge::Credit { id: of, upto } if of == id => {
                assert!(upto <= size && upto <= sent as u64 + WINDOW, "{upto}");
                let upto = usize::try_from(upto).expect("a size");
                for piece in message[sent..upto].chunks(wire::MESSAGE_OCTETS) {
                    let frame = wire::message_frame(id, piece);
                    page.send_raw(Message::Binary(frame.into())).await;
                }
                sent = upto;
            }
            FromBridge::Stored { id: of, message } if of == id => return Ok(message),
            FromBridge::NotStored { id: of, why } if of == id => return Err(why),
            FromBridge::Mailbox(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn messages_are_put_into_the_mailbox_and_fetched_octet_for_octet() {
    let bridge = Bridge::start();
    let mut page = Page::open(&bridge).await;
    let long = format!("Subject: Long\r\n\r\n{}", "a line\r\n".repeat(700_000));
    for (id, message) in [
        (1 << 31, long.as_bytes()),
        (5, b""),
        (6, b"\n\xff no message\r"),
    ] {
        let stored = store(&mut page, id, message).await.expect("stored");
        assert_eq!(fetched(&mut page, stored).await.as_deref(), Some(message));
        assert_eq!(page.read(stored).await.as_deref(), Some(message));
        let state = page.mailbox(|_| true).await;
        let summary = &state.messages[0];
        assert!(summary.opened && summary.id == stored && summary.to.is_empty());
    }
    assert_eq!(fetched(&mut page, 99).await, None);
    // One that came by SMTP is none of these.
    deliver(&bridge, b"Subject: x\r\n\r\n").await;
    let state = page.mailbox(|state| state.messages.len() == 4).await;
    assert!(!state.messages[0].opened);
}

#[tokio::test]
async fn what_the_mailbox_does_not_take_is_refused_with_the_reason() {
    let bridge = Bridge::start();
    let mut page = Page::open(&bridge).await;
    let most = practice::limits::MESSAGE as u64;
    page.send_frame(&FromPage::Store {
        id: 1,
        size: most + 1,
    })
    .await;
    let refused = async |page: &mut Page| loop {
        match page.next_event().await {
            FromBridge::NotStored { why, .. } => break why,
            FromBridge::Mailbox(_) | FromBridge::Credit { .. } => {}
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(refused(&mut page).await, NotStored::TooLarge { most });
    // One at a time from a page, and a few from all of them.
    page.send_frame(&FromPage::Store { id: 2, size: 10 }).await;
    page.send_frame(&FromPage::Store { id: 3, size: 10 }).await;
    assert_eq!(refused(&mut page).await, NotStored::Busy);
    let mut others = Vec::new();
    let why = loop {
        assert!(others.len() < 10);
        let mut other = Page::open(&bridge).await;
        other.send_frame(&FromPage::Store { id: 1, size: 10 }).await;
        let why = loop {
            match other.next_event().await {
                FromBridge::NotStored { why, .. } => break Some(why),
                FromBridge::Credit { .. } => break None,
                _ => {}
            }
        };
        if let Some(why) = why {
            break why;
        }
        others.push(other);
    };
    assert_eq!(why, NotStored::Busy);
    // Pages that go give up their turn.
    drop(others);
    let mut last = Page::open(&bridge).await;
    loop {
        match store(&mut last, 1, b"Subject: x\r\n\r\n").await {
            Ok(_) => break,
            Err(why) => assert_eq!(why, NotStored::Busy),
        }
    }
    // More than the credit for it.
    let frame = wire::message_frame(2, &[b'x'; 11]);
    page.send_raw(Message::Binary(frame.into())).await;
    let closed = page.closed().await.expect("a reason");
    assert_eq!(closed.0, handshake::CLOSE_CREDIT);

    let without = Bridge::with(&["--no-practice"]);
    let mut page = Page::open(&without).await;
    let why = store(&mut page, 1, b"x").await;
    assert_eq!(why, Err(NotStored::NoPractice));
    assert_eq!(search(&mut page, 1, &["x"]).await, (Vec::new(), 0, 0));
    assert_eq!(fetched(&mut page, 1).await, None);
}

/// What the server has of a conversation. None: nothing.
async fn conversation(page: &mut Page, of: ConversationOf) -> Option<Conversation> {
    page.send_frame(&FromPage::Conversation { of }).await;
    loop {
        if let FromBridge::Conversation {
            of: answer,
            conversation,
        } = page.next_event().await
        {
            assert_eq!(answer, of);
            return conversation;
        }
    }
}

/// The next connections that the page is told of and that are as wanted.
async fn connections(
    page: &mut Page,
    wanted: impl Fn(&[KnownConnection]) -> bool,
) -> Vec<KnownConnection> {
    loop {
        if let FromBridge::Connections { known } = page.next_event().await
            && wanted(&known)
        {
            return known;
        }
    }
}

#[tokio::test]
async fn connections_of_any_client_and_what_was_said_are_given_out() {
    let bridge = Bridge::start();
    let mut page = Page::open(&bridge).await;
    page.send_frame(&FromPage::Connections { follow: true })
        .await;
    assert_eq!(connections(&mut page, |_| true).await, []);

    let address = &bridge.practice().starttls;
    let mut client = connect(address).await;
    let lines = [
        "HELO typed.example",
        "MAIL FROM:<>",
        "RCPT TO:<joon@practice.test>",
        "DATA",
        "Hi",
        ".",
    ];
    types(&mut client, &lines, "queued as").await;
    let id = ids(&mut page, 1).await[0];
    let message = ConversationOf::Message(id);
    let said = conversation(&mut page, message)
        .await
        .expect("a conversation");
    let of = |who| {
        let lines = said.lines.iter().filter(move |line| line.who == who);
        lines.map(|line| line.text.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(of(Speaker::Client)[..4], lines[..4]);
    let replies = of(Speaker::Server);
    assert!(
        replies[0].starts_with("220 ") && replies[4].starts_with("354 "),
        "{replies:?}"
    );
    assert!(!said.ended && said.left_out == 0 && said.lines.iter().all(|line| !line.tls));

    // Another one gives up before it has sent a message.
    let mut other = connect(address).await;
    types(
        &mut other,
        &["EHLO other.example", "VRFY joon", "QUIT"],
        "221 ",
    )
    .await;
    drop(other);
    types(&mut client, &["QUIT"], "221 ").await;
    drop(client);
    let both = |known: &[KnownConnection]| known.len() == 2 && known.iter().all(|one| one.ended);
    let known = connections(&mut page, both).await;
    let names = known.iter().map(|one| one.client_name.as_deref());
    let names: Vec<_> = names.collect();
    assert_eq!(names, [Some("typed.example"), Some("other.example")]);
    let brought: Vec<_> = known.iter().map(|one| one.messages.as_slice()).collect();
    assert_eq!(brought, [&[id][..], &[]]);
    assert_eq!(known[1].last_reply.as_deref(), Some("221 2.0.0 Bye"));
    let of = ConversationOf::Connection(known[1].id);
    let said = conversation(&mut page, of).await.expect("a conversation");
    assert!(
        said.ended && said.lines.iter().any(|line| line.text == "VRFY joon"),
        "{said:?}"
    );

    // What is not there has none.
    for of in [
        ConversationOf::Message(id + 1),
        ConversationOf::Connection(99),
    ] {
        assert_eq!(conversation(&mut page, of).await, None);
    }
}
