use proptest::prelude::*;

use super::*;

fn check_text(html: &str, expect: &str) {
    assert_eq!(Rich::read(html).text(), expect, "{html}");
}

fn check_html(html: &str, expect: &str) {
    assert_eq!(Rich::read(html).html(), expect, "{html}");
}

#[test]
fn only_the_subset_is_read() {
    for (html, expect) in [
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<B onclick=x>a</B><EM>b</EM>", "<b>a</b><i>b</i>"),
        ("a<script>alert('</b>')</script>b", "ab"),
        ("<style>p{}</style><svg><a href='x'>y</a></svg>z", "z"),
        ("<math><mi>x</mi></math><iframe src=x>", ""),
        ("<span style='color:red'>a</span><font>b</font>", "ab"),
        ("<a href='javascript:x'>a</a>", "a"),
        (
            "<a href=' HTTPS://x.org/?a&amp;b '>a</a>",
            "<a href=\"HTTPS://x.org/?a&amp;b\">a</a>",
        ),
        ("<a href=\"java\nscript:x\">a</a><a href=/x>b</a>", "ab"),
        (
            "<img src='https://x.org/a.png' alt='A'>",
            "<a href=\"https://x.org/a.png\">A</a>",
        ),
        ("<img src='https://x.org/a.gif' width=1>", ""),
        ("<img src='data:image/png;base64,aGk='>", ""),
        (
            "<img src=cid:1@x alt='a&quot;' onerror=x>",
            "<img src=\"cid:1@x\" alt=\"a&quot;\">",
        ),
        (
            "<ul><li>a<li>b<ul><li>c</ul></ul>",
            "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>",
        ),
        (
            "<table><tbody><tr>\n<td colspan=2>a<td>b<tr><th>c</table>d",
            "<table><tr><td colspan=\"2\">a</td><td>b</td></tr><tr><th>c</th></tr></table>d",
        ),
        (
            "<!-- <b> --><!DOCTYPE html><?x?>a < b &lt; c &unknown; &#xac00;&#128512;",
            "a &lt; b &lt; c &amp;unknown; 가😀",
        ),
        ("<o:p>&nbsp;</o:p><![if !x]>a<![endif]>", "&nbsp;a"),
        ("</b></p>a</div>", "a"),
        ("<", "&lt;"),
        ("<a", ""),
        ("<b title='", ""),
        ("a <b", "a"),
        ("<pre>\n a\n  b</pre> c  d", "<pre>\n a\n  b</pre>c d"),
    ] {
        check_html(html, expect);
    }
    let deep = "<blockquote>".repeat(100_000) + "x";
    check_html(
        &Rich::read(&deep)
            .html()
            .replace("<blockquote>", "")
            .replace("</blockquote>", ""),
        "x",
    );
}

#[test]
fn what_is_pasted_keeps_its_formatting() {
    // Google Docs.
    check_html(
        "<b style=\"font-weight:normal;\" id=\"docs\"><p dir=ltr style=\"line-height:1.38\">\
         <span style=\"font-size:11pt;font-weight:700;\">Bold</span>\
         <span style=\"font-style:italic;text-decoration:underline\"> both</span></p></b>",
        "<p><b>Bold</b><i><u> both</u></i></p>",
    );
    // Word.
    let word = "<html xmlns:o=\"urn:x\"><head><style>p.MsoNormal {color:red}</style></head>\
        <body lang=KO><!--StartFragment--><p class=MsoNormal style='margin:0cm'>\
        <span lang=EN-US style='font-size:11.0pt'>One<o:p></o:p></span></p>\n\
        <p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'>\
        <![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>·\
        <span>&nbsp;&nbsp; </span></span></span><![endif]>first<o:p></o:p></p>\n\
        <p style='mso-list:l0 level2 lfo1'><![if !supportLists]>1.<![endif]>inner</p>\n\
        <p style='mso-list:l0 level1 lfo1'><![if !supportLists]>·<![endif]>second</p>\n\
        <!--EndFragment--></body></html>";
    check_html(
        word,
        "<p>One</p><ul><li>first<ol><li>inner</li></ol></li><li>second</li></ul>",
    );
    // A spreadsheet.
    check_html(
        "<table border=0><colgroup><col width=72></colgroup><tr height=20>\n\
         <td class=xl65 style='color:#111'>a</td><td align=right>1,000</td></tr></table>",
        "<table><tr><td>a</td><td>1,000</td></tr></table>",
    );
    let mut taken = Vec::new();
    let rich = Rich::read_pasted("<img src='data:image/png;base64,aGk=' alt=x>", |data| {
        taken.push(data.to_owned());
        Some("1@x".into())
    });
    assert_eq!(rich.html(), "<img src=\"cid:1@x\" alt=\"x\">");
    assert_eq!(taken, ["data:image/png;base64,aGk="]);
}

#[test]
fn spaces_that_an_editor_keeps_are_spaces() {
    let typed = |html: &str| Rich::read(html).typed().html();
    assert_eq!(typed("<div>a&nbsp;<b>b</b></div>"), "<div>a <b>b</b></div>");
    for html in [
        "<div>a &nbsp;<b>b</b></div>",
        "<div>5&nbsp;km&nbsp;</div>",
        "<div>a&nbsp;<br>b</div>",
    ] {
        assert_eq!(typed(html), html);
    }
}

#[test]
fn what_is_left_out_is_known() {
    let check = |html: &str, expect: bool| {
        let mut found = Found::default();
        let rich = Rich::read_with(html, &mut found);
        assert_eq!(found.left_out, expect, "{html} {rich:?}");
    };
    check("<p>a <b>b</b></p><script>x</script>", false);
    check("<p style='color:red'>a</p>", true);
    check("<img src='https://x.org/a.png'>", true);
    check("<form><input></form>", true);
    let rich = Rich::read("<p>a</p><blockquote>b</blockquote><table><tr><td>c</table><pre>d</pre>");
    check(&sent_html(&rich.nodes, &[]), false);
}

#[test]
fn text_reads_well() {
    check_text(
        "<div>a</div><div><br></div><div>b<br>c<br></div>",
        "a\n\nb\nc",
    );
    check_text(
        "<h1>T</h1><p>a  <b>b</b>\n c</p><p>d</p>",
        "T\n\na b c\n\nd",
    );
    check_text(
        "a<ul><li>one</li><li>two<ol start=3><li>x</li><li>y</li></ol></li></ul>b",
        "a\n\n- one\n- two\n  3. x\n  4. y\n\nb",
    );
    check_text(
        "<a href='https://x.org/'>x.org</a>, <a href='https://x.org/a'>here</a>, \
         <a href='mailto:a@x.org'>write</a>",
        "x.org, here <https://x.org/a>, write <a@x.org>",
    );
    check_text(
        "On Monday:<blockquote><div>a</div><blockquote>b</blockquote><div><br></div></blockquote>",
        "On Monday:\n> a\n>> b\n>",
    );
    check_text(
        "<table><tr><th>분기</th><th>n</th></tr><tr><td>Q2</td><td>41,200</td></tr></table>",
        "분기 | n\n-----+-------\nQ2   | 41,200",
    );
    check_text(
        "<pre>a\n  b\n</pre><hr>x<img src=cid:1@x alt='c.png'>",
        "a\n  b\n\n----------------------------------------\n\nx[image: c.png]",
    );
    check_text(
        "<div>&nbsp; a &nbsp;b&nbsp;</div><div>5&nbsp;km</div>",
        "  a  b \n5\u{a0}km",
    );
    check_text("<div></div>", "");
}

#[test]
fn markdown_reads_back() {
    let check = |html: &str, expect: &str| {
        let rich = Rich::read(html);
        let markdown = rich.markdown();
        assert_eq!(markdown, expect, "{html}");
        let back = crate::compose::draft::markdown::read(&markdown, &[]);
        assert_eq!(back.markdown(), markdown, "{html}");
        assert_eq!(back.text(), rich.text(), "{html}");
    };
    check(
        "<p>a <b>b</b> <i>c</i><s>d</s></p><p>e</p>",
        "a **b** *c*~~d~~\n\ne",
    );
    check(
        "<div># no *heading* 1. [x] &lt;b&gt; a_b</div>",
        "\\# no \\*heading\\* 1. \\[x\\] \\<b> a\\_b",
    );
    check("<div>1. no list</div>", "1\\. no list");
    check(
        "<h2>T</h2><ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>",
        "## T\n\n- a\n- b\n  - c",
    );
    check("<ol start=4><li>a</li></ol>", "4. a");
    check(
        "<p><a href='https://x.org/a(b)'>x</a></p>",
        "[x](<https://x.org/a(b)>)",
    );
    check("<pre>a\n```\n</pre>", "````\na\n```\n````");
    check("<div>a <code>b`c</code></div>", "a ``b`c``");
    check("<blockquote><div>a</div></blockquote>", "> a");
    check(
        "<table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td>d | e</td></tr></table>",
        "| a   | b      |\n| --- | ------ |\n| c   | d \\| e |",
    );
    check(
        "<div>Hi</div><div><br></div><div>--&nbsp;</div><div>*Mina*</div>",
        "Hi\n\n-- \n*Mina*",
    );
    // Spaces of the mark's ends are outside.
    check("<p>a<b> b </b>c</p>", "a **b** c");
}

#[test]
fn what_is_sent_has_its_styles_and_nothing_else() {
    let picture = Picture {
        name: "c.png",
        id: "1@x",
    };
    let rich = Rich::read(
        "<p class=x style='color:red'>a</p><img src=cid:1@x alt=c><img src=cid:2@x alt=d>",
    );
    let html = sent_html(&rich.nodes, &[picture]);
    let inner = html
        .split_once("<body style=\"font-family:sans-serif\">\n")
        .expect("a body")
        .1;
    assert_eq!(
        inner,
        "<p style=\"margin:0 0 1em\">a</p>\n\
         <img src=\"cid:1@x\" alt=\"c\" style=\"max-width:100%\">d\n</body></html>\n"
    );
}

/// Pieces of HTML, whole and broken.
fn html() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("<p>"),
        Just("</p>"),
        Just("<b>"),
        Just("</b>"),
        Just("<li>"),
        Just("<ul>"),
        Just("</ul>"),
        Just("<table>"),
        Just("<tr>"),
        Just("<td>"),
        Just("</table>"),
        Just("<br>"),
        Just("<div>"),
        Just("</div>"),
        Just("<blockquote>"),
        Just("</blockquote>"),
        Just("<pre>"),
        Just("</pre>"),
        Just("<a href='https://x.org'>"),
        Just("</a>"),
        Just("<img src=cid:1@x>"),
        Just("<script>"),
        Just("</script>"),
        Just("<style"),
        Just("'"),
        Just("\""),
        Just("<!--"),
        Just("-->"),
        Just("a"),
        Just(" "),
        Just("\n"),
        Just("가"),
        Just("&nbsp;"),
        Just("&"),
        Just("<"),
        Just(">"),
        Just("="),
        Just("*"),
        Just("_"),
        Just("#"),
        Just("|"),
        Just("`"),
        Just("- "),
        Just("1. "),
        Just("-- "),
        Just("["),
        Just("]"),
        Just("h"),
        Just("<hr>"),
        Just("<code>"),
        Just("</code>"),
        Just("<i>"),
        Just("</i>"),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    /// What was read once is read again as the same.
    #[test]
    fn the_subset_reads_back(html in html()) {
        let once = Rich::read(&html).html();
        let twice = Rich::read(&once).html();
        prop_assert_eq!(Rich::read(&twice).text(), Rich::read(&once).text());
        prop_assert_eq!(Rich::read(&twice).html(), twice);
    }

    /// Any text is the same after it was rich text, but for tabs, spaces at the ends of quoted
    /// lines and the way in which quotes are marked.
    #[test]
    fn a_plain_text_survives(text in "([a-c가<&>]{1,3}| |\n|-- ){0,30}") {
        let plain = text.replace('>', "").trim_end_matches('\n').to_owned();
        prop_assert_eq!(Rich::from_text(&plain).text(), plain.clone());
        let html = Rich::from_text(&plain).html();
        prop_assert_eq!(Rich::read(&html).text(), plain);
        let html = Rich::from_text(&text).html();
        prop_assert_eq!(Rich::read(&html).html(), html);
    }

    /// Nothing panics, and what is read has no markup but the subset's.
    #[test]
    fn anything_can_be_read(text in ".{0,80}") {
        let rich = Rich::read(&text);
        prop_assert!(!sent_html(&rich.nodes, &[]).contains("<script"));
        prop_assert!(!rich.text().contains('\0') && !rich.markdown().contains('\0'));
    }
}

#[test]
fn links_are_found_except_in_quotes() {
    let html = "<p>See <a href=\"https://track.example/1\">exam<b>ple.org</b></a></p>\
        <blockquote><a href=\"https://x.org\">y.org</a></blockquote>\
        <ul><li><a href=\"mailto:a@x.org\">a@x.org</a></li></ul>";
    let found = Rich::read(html).links();
    let expect = [
        ("example.org", "https://track.example/1"),
        ("a@x.org", "mailto:a@x.org"),
    ];
    assert_eq!(found, expect.map(|(text, to)| (text.into(), to.into())));
}
