//! Drafts of earlier versions of the page.

use crate::compose::drafts::old::Versions;
use crate::compose::drafts::record::Verdict;

fn version(id: &str, revision: u64, includes: &str, body: &str) -> (String, String) {
    let text = format!(
        r#"{{"v":2,"revision":{revision},"includes":[{includes}],"draft":{{"body":"{body}"}}}}"#
    );
    (format!("glasspost.draft.{id}"), text)
}

#[test]
fn current_versions_become_drafts_and_the_others_go() {
    let texts = vec![
        (
            "glasspost.draft".into(),
            r#"{"v":1,"draft":{"body":"one"}}"#.into(),
        ),
        version("a", 3, "", "old"),
        version("b", 4, r#"{"id":"a","revision":3}"#, "new"),
        version("c", 2, "", ""),
        ("glasspost.draft.d".into(), "{".into()),
        ("glasspost.drafts".into(), "{}".into()),
    ];
    let old = Versions::read(texts);
    let writes = old.writes(1000);
    let bodies: Vec<&str> = writes.iter().map(|one| one.draft.body.as_str()).collect();
    assert_eq!(bodies, ["one", "new"]);
    assert!(writes[0].time < writes[1].time, "their order stays");
    assert_eq!(old.keys().count(), 4, "the unreadable one stays");
    assert_eq!(old.unreadable().count(), 1);
    // Taken over a second time, after a crash: nothing changes.
    let head = writes[1].head(None);
    let again = &old.writes(2000)[1];
    assert_eq!(again.verdict(Some(&head)), Verdict::Covered);
    // The old page has written on.
    let more = Versions::read(vec![version("b", 5, "", "newer")]).writes(3000);
    assert_eq!(more[0].verdict(Some(&head)), Verdict::Replaces);
}
