//! Texts in Markdown and rich text, of blocks whose words are known.

use app::compose::{Attachment, picture_mark};
use glasspost_tests::rng::Rng;

use super::generator::one_of;

/// A text, and what readers must find.
#[derive(Default)]
pub(crate) struct Text {
    /// The plain text or Markdown of the draft.
    pub(crate) body: String,
    /// Its rich text.
    pub(crate) html: String,
    /// What the text part must have.
    pub(crate) read: String,
    /// The words of the HTML part without white space, where it is not made of lines.
    pub(crate) shows: Option<String>,
}

/// Markdown, and the words that it shows.
const MARKDOWN: &[(&str, &str)] = &[
    ("# Heading 가", "Heading가"),
    ("a **bold** and *italic* ~~no~~", "aboldanditalicno"),
    ("- one\n- two\n  1. 셋", "onetwo셋"),
    ("> quoted 한", "quoted한"),
    ("```\ncode  <b>&amp;\n```", "code<b>&amp;"),
    ("| a | b |\n|---|---|\n| c | d |", "abcd"),
    (
        "[text](https://x.org/a?b&c) <mina@example.org>",
        "textmina@example.org",
    ),
    ("[no](javascript:x)", "no"),
    ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ("<div onclick=\"x\">a</div>", "<divonclick=\"x\">a</div>"),
    ("hard  \nbreak", "hardbreak"),
    ("&amp; \\*", "&*"),
    ("--boundary--", "--boundary--"),
    (".", "."),
    ("From me", "Fromme"),
    ("👩‍💻 שלום", "👩‍💻שלום"),
];

/// Rich text, the plain text made of it, and the words that it shows.
const RICH: &[(&str, &str, &str)] = &[
    ("<p>Hello 가</p>", "Hello 가", "Hello가"),
    (
        "<p><b>bold</b> <i>it</i>&amp;<u>u</u></p>",
        "bold it&u",
        "boldit&u",
    ),
    ("<h1>Heading</h1>", "Heading", "Heading"),
    (
        "<ul><li>one</li><li>two<ol><li>셋</li></ol></li></ul>",
        "- one\n- two\n  1. 셋",
        "onetwo셋",
    ),
    (
        "<p>See:</p><blockquote><div>quoted</div><div>한</div></blockquote><p>end</p>",
        "See:\n\n> quoted\n> 한\n\nend",
        "See:quoted한end",
    ),
    (
        "<pre>code  &lt;b&gt;\n  x\n</pre>",
        "code  <b>\n  x",
        "code<b>x",
    ),
    (
        "<p><a href=\"https://x.org/a?b&amp;c\">text</a></p>",
        "text <https://x.org/a?b&c>",
        "text",
    ),
    (
        "<p><a href=\"javascript:x\" onclick=x>no</a></p>",
        "no",
        "no",
    ),
    (
        "<table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td>d</td></tr></table>",
        "a | b\n--+--\nc | d",
        "abcd",
    ),
    (
        "<script>x</script><style>y</style><p style=\"color:red\">z</p>",
        "z",
        "z",
    ),
    ("<p>--boundary--</p>", "--boundary--", "--boundary--"),
    ("<p>.</p>", ".", "."),
    ("<p>From me</p>", "From me", "Fromme"),
    ("<p>👩‍💻 שלום</p>", "👩‍💻 שלום", "👩‍💻שלום"),
];

fn count(rng: &mut Rng) -> usize {
    1 + rng.below(8)
}

/// A long paragraph of words.
fn long(rng: &mut Rng) -> String {
    let words = one_of(rng, &["word ", "긴 글 ", "a-longer-word-here "]);
    words.repeat(1 + rng.below(300)).trim_end().to_owned()
}

pub(crate) fn markdown<'a>(rng: &mut Rng, pictures: impl Iterator<Item = &'a Attachment>) -> Text {
    let (mut blocks, mut words) = (Vec::new(), String::new());
    for _ in 0..count(rng) {
        if rng.once_in(8) {
            let text = long(rng);
            words.push_str(&text.replace(' ', ""));
            blocks.push(text);
        } else {
            let (source, shows) = *rng.pick(MARKDOWN);
            blocks.push(source.to_owned());
            words.push_str(shows);
        }
    }
    blocks.extend(pictures.map(|picture| picture_mark(&picture.name)));
    let body = blocks.join("\n\n");
    Text {
        read: body.clone(),
        body,
        html: String::new(),
        shows: Some(words),
    }
}

pub(crate) fn rich<'a>(rng: &mut Rng, pictures: impl Iterator<Item = &'a Attachment>) -> Text {
    let (mut html, mut texts, mut words) = (String::new(), Vec::new(), String::new());
    for _ in 0..count(rng) {
        if rng.once_in(8) {
            let text = long(rng);
            html.push_str(&format!("<p>{text}</p>"));
            words.push_str(&text.replace(' ', ""));
            texts.push(text);
        } else {
            let (source, text, shows) = *rng.pick(RICH);
            html.push_str(source);
            texts.push(text.to_owned());
            words.push_str(shows);
        }
    }
    for picture in pictures {
        let id = picture.content_id.as_deref().unwrap_or_default();
        let name = picture.name.replace('&', "&amp;").replace('"', "&quot;");
        html.push_str(&format!("<p><img src=\"cid:{id}\" alt=\"{name}\"></p>"));
        texts.push(picture_mark(&picture.name));
    }
    let read = texts.join("\n\n");
    Text {
        body: read.clone(),
        html,
        read,
        shows: Some(words),
    }
}
