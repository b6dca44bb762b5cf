use proptest::prelude::*;

use super::*;

fn check(typed: &TypedText, html: &str) {
    let whole = Rich::read(html).typed();
    assert_eq!(typed.html(), whole.html(), "{html}");
    assert_eq!(typed.text(), whole.text(), "{html}");
}

/// HTML as a browser writes it, of what an editor can have.
fn documents() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[a -]{0,4}",
        Just("한 &amp; b&nbsp;".to_owned()),
        Just("&lt;div&gt;".to_owned()),
        Just("<br>".to_owned()),
        Just("<hr>".to_owned()),
        Just("<img data-cid=\"1@x\" alt=\"&gt;\">".to_owned()),
        Just("<!-- x -->".to_owned()),
    ];
    let tree = leaf.prop_recursive(4, 24, 4, |inner| {
        let names = prop::sample::select(vec![
            "div",
            "div",
            "div",
            "p",
            "b",
            "blockquote",
            "pre",
            "ul",
            "li",
            "table",
            "tr",
            "td",
            "span",
            "h2",
            "article",
        ]);
        (names, prop::collection::vec(inner, 0..4))
            .prop_map(|(name, children)| format!("<{name}>{}</{name}>", children.concat()))
    });
    prop::collection::vec(tree, 0..8).prop_map(|trees| trees.concat())
}

proptest! {
    #[test]
    fn what_is_read_again_in_part_is_what_is_read_whole(
        all in prop::collection::vec(documents(), 1..6),
    ) {
        let mut typed = TypedText::default();
        for html in all {
            typed.read(html.clone());
            check(&typed, &html);
        }
    }

    #[test]
    fn lines_that_are_typed_deleted_and_split_are_read(
        lines in prop::collection::vec("[ab]{0,3}|<br>|<ul><li>a</li></ul>|<p>a</p>", 0..6),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..5), 0..12),
    ) {
        let mut lines: Vec<String> = lines;
        let mut typed = TypedText::default();
        for (at, edit) in edits {
            let at = at.index(lines.len() + 1);
            match edit {
                0 => lines.insert(at, "<br>".to_owned()),
                1 => lines.insert(at, "b".to_owned()),
                2 if at < lines.len() => drop(lines.remove(at)),
                3 if at < lines.len() => lines[at].push('a'),
                4 if at < lines.len() => lines[at] = format!("<div>{}</div>", lines[at]),
                _ => {}
            }
            let html: String = lines.iter().map(|line| format!("<div>{line}</div>")).collect();
            typed.read(html.clone());
            check(&typed, &html);
        }
    }
}

#[test]
fn a_letter_changes_one_piece() {
    let long = |letter: &str| format!("{}<div>{letter}</div>", "<div>line</div>".repeat(9));
    let mut typed = TypedText::default();
    typed.read(long("a"));
    let kept: Vec<*const u8> = typed
        .pieces
        .iter()
        .map(|piece| piece.html.as_ptr())
        .collect();
    typed.read(long("ab"));
    let now = typed.pieces.iter().map(|piece| piece.html.as_ptr());
    let same = kept.iter().zip(now).filter(|(a, b)| **a == *b).count();
    assert_eq!((kept.len(), typed.pieces.len()), (10, 10));
    assert!(same >= 8, "{same}");
}
