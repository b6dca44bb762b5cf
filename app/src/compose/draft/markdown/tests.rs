use super::*;

fn check(source: &str, expect: &str) {
    assert_eq!(read(source, &[]).html(), expect, "{source:?}");
}

#[test]
fn markdown_becomes_rich_text() {
    check("a\nb", "<p>a<br>b</p>");
    check(
        "# T\n\n**b** *i* ~~s~~ `c`",
        "<h1>T</h1><p><b>b</b> <i>i</i> <s>s</s> <code>c</code></p>",
    );
    check(
        "- a\n- b\n  1. c",
        "<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>",
    );
    check("3. a", "<ol start=\"3\"><li>a</li></ol>");
    check("> a", "<blockquote><p>a</p></blockquote>");
    check("```\na\n```", "<pre>a\n</pre>");
    check(
        "|a|b|\n|-|-|\n|c|d|",
        "<table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td>d</td></tr></table>",
    );
}

#[test]
fn html_is_text_and_links_are_chosen() {
    check(
        "<b onclick=x>a</b>",
        "<p>&lt;b onclick=x&gt;a&lt;/b&gt;</p>",
    );
    check(
        "<script>\nalert(1)\n</script>",
        "<p>&lt;script&gt;<br>alert(1)<br>&lt;/script&gt;</p>",
    );
    check("[a](javascript:x) [b](data:x) [c](/x)", "<p>a b c</p>");
    check(
        "[a](https://x.org) <mina@x.org>",
        "<p><a href=\"https://x.org\">a</a> \
        <a href=\"mailto:mina@x.org\">mina@x.org</a></p>",
    );
    check(
        "![a](https://x.org/a.png) ![b](x.png)",
        "<p><a href=\"https://x.org/a.png\">a</a> b</p>",
    );
}

#[test]
fn pictures_are_those_of_the_draft() {
    let file = Attachment {
        name: "a*b_[1].png".into(),
        content_id: Some("1@x".into()),
        ..Attachment::default()
    };
    let got = read("see [image: a*b_[1].png]\n\n[image: other.png]", &[file]);
    assert_eq!(
        got.html(),
        "<p>see <img src=\"cid:1@x\" alt=\"a*b_[1].png\"></p><p>[image: other.png]</p>"
    );
}

#[test]
fn a_signature_is_no_markdown() {
    check(
        "Hi\n-- \n# Mina\n*x*",
        "<p>Hi</p><div>--&nbsp;</div><div># Mina</div><div>*x*</div>",
    );
    check("-- \nMina", "<div>--&nbsp;</div><div>Mina</div>");
}
