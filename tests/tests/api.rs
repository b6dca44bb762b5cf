//! The API for other programs: who may use it, and what it says.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "python"), allow(unused))]

use glasspost_tests::bridge::{Bridge, command};
use glasspost_tests::http::{self, Response};
use glasspost_tests::page::{Handshake, Page, Refusal};
use glasspost_tests::{api, job, peer, program};
use serde_json::{Value, json};
use smtp::Security;

async fn send(bridge: &Bridge, accepted: bool) {
    let mut page = Page::open(bridge).await;
    let start = job::start(job::practice(Security::Starttls), job::NOTE);
    let sent = page.send(start, job::NOTE).await;
    assert_eq!(sent.accepted(), accepted, "{}", sent.transcript());
}

fn no_cors(response: &Response) {
    for (name, _) in &response.headers {
        assert!(!name.starts_with("access-control-"), "{name}");
    }
}

#[cfg(feature = "python")]
#[tokio::test]
async fn the_example_in_python_runs() {
    let script = program::python_script("api_example.py")
        .display()
        .to_string();
    let glasspost = program::glasspost().display().to_string();
    let ran = peer::run(&program::python(), &[&script, &glasspost], b"").await;
    assert!(ran.well("api_example.py").output.contains("all is well"));
}

#[tokio::test]
async fn only_a_program_with_the_token_may_use_it() {
    let bridge = Bridge::start();
    let own = bridge.address().to_string();
    let token = format!("Bearer {}", bridge.token());
    let wrong = format!("Bearer {}x", bridge.token());
    let basic = format!("Basic {}", bridge.token());
    let origin = bridge.origin();
    let host = ("Host", own.as_str());
    let good = ("Authorization", token.as_str());
    for method in ["GET", "HEAD", "PUT", "DELETE", "POST", "OPTIONS"] {
        for path in [
            "/messages",
            "/messages/next?timeout=0",
            "/scenario",
            "/ca",
            "/nowhere",
        ] {
            let path = format!("/api/v1{path}");
            for (fields, status) in [
                (vec![host], 401),
                (vec![host, ("Authorization", wrong.as_str())], 401),
                (vec![host, ("Authorization", basic.as_str())], 401),
                (vec![host, good, good], 401),
                (vec![host, ("Sec-WebSocket-Protocol", token.as_str())], 401),
                (vec![host, good, ("Origin", origin.as_str())], 403),
                (vec![host, good, ("Origin", "null")], 403),
                (vec![host, ("Origin", "http://evil.com")], 403),
                (vec![("Host", "evil.com"), good], 421),
                (vec![("Host", "127.0.0.1"), good], 421),
            ] {
                let response = http::request(bridge.address(), method, &path, &fields, b"").await;
                assert_eq!(response.status, status, "{method} {path} {fields:?}");
                no_cors(&response);
                assert!(!response.whole().contains(bridge.token()));
            }
        }
    }
    // The token in the address is not one.
    let path = format!("/api/v1/messages?token={}", bridge.token());
    assert_eq!(http::get(bridge.address(), &path).await.status, 401);
    assert!(!bridge.log().contains(bridge.token()));
}

#[tokio::test]
async fn messages_are_listed_read_and_deleted() {
    let bridge = Bridge::start();
    assert_eq!(api::get(&bridge, "/messages").await["messages"], json!([]));
    send(&bridge, true).await;
    let messages = api::get(&bridge, "/messages").await;
    let message = &messages["messages"][0];
    assert_eq!(message["subject"], "A note");
    assert_eq!(message["size"], job::NOTE.len());
    let path = format!("/messages/{}", message["id"]);
    assert_eq!(&api::get(&bridge, &path).await, message);
    let raw = api::request(&bridge, "GET", &format!("{path}/raw"), b"").await;
    assert_eq!(raw.body, job::NOTE);
    let said = api::get(&bridge, &format!("{path}/transcript"))
        .await
        .to_string();
    let queue_id = message["queue_id"].as_str().expect("a text");
    assert!(said.contains(&format!("queued as {queue_id}")), "{said}");
    let head = api::request(&bridge, "HEAD", &format!("{path}/raw"), b"").await;
    assert_eq!((head.status, head.body.as_slice()), (200, &b""[..]));
    let post = api::request(&bridge, "POST", "/messages", b"x").await;
    assert_eq!(post.status, 405);
    assert_eq!(post.header("allow").as_deref(), Some("GET, DELETE"));
    let cleared = api::request(&bridge, "DELETE", "/messages", b"").await;
    assert_eq!((cleared.status, cleared.body.as_slice()), (204, &b""[..]));
    for path in [
        path.clone(),
        format!("{path}/raw"),
        format!("{path}/transcript"),
    ] {
        let gone = api::request(&bridge, "GET", &path, b"").await;
        assert!(api::json(&gone, 404)["error"].is_string());
    }
    let all = api::get(&bridge, "/conversations").await;
    assert_eq!(all["conversations"], json!([]));
}

#[tokio::test]
async fn the_next_message_is_waited_for() {
    let bridge = Bridge::start();
    let none = api::request(&bridge, "GET", "/messages/next?timeout=0", b"").await;
    assert_eq!(none.status, 204);
    let next = api::request(&bridge, "GET", "/messages/next?after=0&timeout=60", b"");
    let (next, ()) = tokio::join!(next, send(&bridge, true));
    let first = api::json(&next, 200)["id"].clone();
    // The one that is there already, if the client does not know it.
    let known = api::request(&bridge, "GET", "/messages/next?after=0", b"").await;
    assert_eq!(api::json(&known, 200)["id"], first);
    let path = format!("/messages/next?after={first}&timeout=0");
    let later = api::request(&bridge, "GET", &path, b"").await;
    assert_eq!(later.status, 204);
}

#[tokio::test]
async fn waiting_ends_with_the_program() {
    let bridge = Bridge::start();
    let waiting = api::request(&bridge, "GET", "/messages/next?timeout=300", b"");
    // Nothing shows that the request has been read, but many that came after it have been.
    let stop = async {
        drop(Page::open(&bridge).await);
        for _ in 0..20 {
            api::get(&bridge, "/messages").await;
        }
        bridge.signal("TERM");
    };
    let (response, ()) = tokio::join!(waiting, stop);
    assert_eq!(response.status, 503, "{}", response.whole());
}

#[tokio::test]
async fn the_scenario_is_set() {
    let bridge = Bridge::with(&["--scenario", "busy"]);
    let playing = bridge.announcement().scenario.clone().expect("a scenario");
    assert_eq!(playing.name, "busy");
    let now = api::get(&bridge, "/scenario").await;
    assert_eq!(now["scenario"]["seed"], playing.seed);
    send(&bridge, false).await;
    let put = async |query: &str, body: &str| {
        api::request(
            &bridge,
            "PUT",
            &format!("/scenario{query}"),
            body.as_bytes(),
        )
        .await
    };
    let errors = api::json(&put("", "on X\n S: 1\n Q\n").await, 422);
    let lines: Vec<&Value> = errors["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .collect();
    assert_eq!(lines.len(), 2, "{errors}");
    assert_eq!(
        (&lines[0]["line"], &lines[1]["line"]),
        (&json!(1), &json!(3))
    );
    assert_eq!(put("?name=none", "").await.status, 404);
    assert_eq!(put("", &"#".repeat(64 * 1024 + 1)).await.status, 413);
    send(&bridge, false).await;
    let set = api::json(
        &put("", "name: mine\nseed: 5\non NOOP\n S: 250 x\n").await,
        200,
    );
    assert_eq!(set["scenario"]["name"], "mine");
    assert_eq!(set["scenario"]["seed"], 5);
    send(&bridge, true).await;
    let known = api::get(&bridge, "/scenarios").await;
    assert_eq!(known["scenarios"].as_array().map(Vec::len), Some(30));
    api::json(&put("?name=refused-sender", "").await, 200);
    send(&bridge, false).await;
    assert_eq!(
        api::request(&bridge, "DELETE", "/scenario", b"")
            .await
            .status,
        204
    );
    assert_eq!(
        api::get(&bridge, "/scenario").await,
        json!({ "scenario": null })
    );
    send(&bridge, true).await;
}

#[tokio::test]
async fn without_a_page_there_is_only_the_api() {
    let bridge = Bridge::with(&["--no-page"]);
    for path in ["/", "/index.html", "/frame"] {
        let response = http::get(bridge.address(), path).await;
        assert_eq!(response.status, 404, "{path}");
        assert!(response.text().contains("--no-page"), "{path}");
    }
    match Handshake::of_page(&bridge).open().await {
        Err(Refusal::Status(404, _)) => {}
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("the WebSocket is served"),
    }
    assert_eq!(api::get(&bridge, "/messages").await["messages"], json!([]));
}

#[test]
fn a_scenario_with_errors_keeps_the_program_from_starting() {
    match Bridge::try_spawn(&mut command(&["--scenario", "no-such-one"])) {
        Ok(bridge) => panic!("it starts: {:?}", bridge.announcement()),
        Err(ended) => {
            assert!(!ended.status.success());
            assert!(
                ended.stderr.contains("--list-scenarios"),
                "{}",
                ended.stderr
            );
        }
    }
}
