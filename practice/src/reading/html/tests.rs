//! Tests of the conversion from HTML to text.

use super::*;

fn check(html: &str, want: &str) {
    assert_eq!(text(html, 10_000), (want.to_owned(), false), "{html}");
}

#[test]
fn blocks_are_separated_by_line_ends() {
    check("<p>Hello <b>you</b></p>", "Hello you");
    check("<p>One<p>Two</p>", "One\n\nTwo");
    check(
        "<h1>Head</h1>text<h2>Next</h2>more",
        "Head\n\ntext\n\nNext\n\nmore",
    );
    check("<div>a</div><div>b</div>c", "a\nb\nc");
    check("<div><div><div>a</div></div></div>\n\n<div>b</div>", "a\nb");
    check("a<br>b<br/><br>c", "a\nb\n\nc");
    check("  a \n\t b  ", "a b");
    check("a<hr>b", "a\n\n----------\n\nb");
    check("<b>a</b> <i>b</i>c", "a bc");
    check("", "");
    check("<br><br>", "");
}

#[test]
fn each_list_item_is_on_its_own_line() {
    check("<ul><li>one<li>two</ul>", "- one\n- two");
    check(
        "<ul><li><p>one</p></li><li><p>two</p></li></ul>",
        "- one\n\n- two",
    );
    check("<p>a</p><ul><li>b</li></ul><p>c</p>", "a\n\n- b\n\nc");
    check("<ol><li>one</li><li>two</li></ol>", "1. one\n2. two");
    check(
        "<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>",
        "- a\n  1. b\n- c",
    );
    check("<li>stray", "- stray");
    check("<ul><li>one<br>more</ul>", "- one\nmore");
    check("<dl><dt>a</dt><dd>b</dd></dl>", "a\nb");
}

#[test]
fn each_table_row_is_on_its_own_line() {
    check(
        "<table><tr><th>Name</th><th>Sum</th></tr><tr><td>Mina</td><td>3</td></tr></table>",
        "Name | Sum\nMina | 3",
    );
    check(
        "<table>\n<tr>\n<td><p>a</p></td>\n<td><p>b</p></td>\n</tr>\n<tr><td>c</td></tr></table>",
        "a | b\nc",
    );
    check(
        "<table><tr><td>a<td>b<tr><td>c<td>d</table>",
        "a | b\nc | d",
    );
    check(
        "<table><tr><td></td><td>a</td><td> </td><td>b</td></tr></table>",
        "a | b",
    );
    check(
        "<table><tr><td><table><tr><td>in</td></tr></table></td></tr><tr><td>out</td></tr></table>",
        "in\nout",
    );
    check(
        "<table><tr><td><table><tr><td>in</td></tr></table></td><td>next</td></tr></table>",
        "in\nnext",
    );
    check("a<table><tr><td>b</td></tr></table>c", "a\n\nb\n\nc");
}

#[test]
fn links_and_images_are_described() {
    check(
        "<a href=\"https://x.org/a\">here</a>!",
        "here <https://x.org/a>!",
    );
    check("<a href='https://x.org/'>x.org</a>", "x.org");
    check(
        "<a href='https://x.org/'>https://x.org</a>",
        "https://x.org",
    );
    check("<a href='mailto:a@x.org'>a@x.org</a>", "a@x.org");
    check("<a href=#top>up</a>", "up");
    check("<a name=x>here</a>", "here");
    check("<a href='https://x.org/'></a>", "<https://x.org/>");
    check(
        "<a href='https://x.org/b'>a<a href='https://x.org/c'>b",
        "a <https://x.org/b>b <https://x.org/c>",
    );
    check("<img src=x alt='A chart'><img src=y>", "[A chart]");
    check(
        "<a href='https://x.org/'><img alt=Shop></a>",
        "[Shop] <https://x.org/>",
    );
}

#[test]
fn content_that_is_not_text_is_omitted() {
    check(
        "<head><title>t</title><style>p{}</style></head><body>b",
        "b",
    );
    check(
        "<noscript><p>no</p><p>script</p></noscript>b",
        "no\nscript\nb",
    );
    check("<script>alert('<p>no</p>')</script>b", "b");
    check("a<!-- no --><![if !x]>b", "ab");
    check(
        "a &amp; b &lt;c&gt; &#54620; &hellip; &nosuch;",
        "a & b <c> 한 … &nosuch;",
    );
    check("1 < 2 > 0", "1 < 2 > 0");
    check("<!doctype html><html><body>b</body></html>", "b");
}

#[test]
fn preformatted_text_and_quotes_are_kept() {
    check("<pre>a  b\n  c</pre>d", "a  b\n  c\n\nd");
    check(
        "a<blockquote>b<br>c<blockquote>d</blockquote></blockquote>e",
        "a\n\n> b\n> c\n>\n> > d\n\ne",
    );
    check("a&nbsp;&nbsp;b", "a  b");
}

#[test]
fn deep_and_large_documents_are_converted() {
    for html in [
        "<div>".repeat(50_000) + "end",
        "<ul><li>".repeat(30_000) + "end",
        "<blockquote>".repeat(30_000) + "end",
        "<table><tr><td>".repeat(20_000) + "end",
        "<a href=x>".repeat(30_000) + "end",
        "<a ".to_owned() + &"b ".repeat(100_000) + ">end",
        "<pre>".repeat(50_000) + "end",
        "<noscript>".repeat(30_000) + "</noscript>end",
        "&".repeat(200_000) + "end",
        "</p>".repeat(60_000) + "end",
    ] {
        let (text, cut) = text(&html, 1 << 20);
        assert!(
            cut || text.trim_end_matches([' ', '<', 'x', '>']).ends_with("end"),
            "{}",
            &html[..20]
        );
    }
    let (text, cut) = text(&"x ".repeat(10_000), 100);
    assert!(cut && text.starts_with("x x"));
}
