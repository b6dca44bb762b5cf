//! A plain text as HTML, for readers that can show its pictures.

use super::super::Attachment;
use super::body::picture_mark;

/// The text as HTML. The first mark of each picture becomes the picture.
pub(super) fn of(text: &str, pictures: &[&Attachment]) -> String {
    let mut shown = vec![false; pictures.len()];
    let mut html =
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head><body>\n".to_owned();
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let marks: Vec<String> = pictures
        .iter()
        .map(|picture| picture_mark(&picture.name))
        .collect();
    for line in text.lines() {
        let mut rest = line;
        let mut begins = true;
        while let Some((at, picture)) = next_mark(rest, &marks, &shown) {
            write_text(&rest[..at], begins, &mut html);
            let id = pictures[picture].content_id.as_deref().unwrap_or_default();
            html.push_str(&format!("<img src=\"cid:{id}\" alt=\""));
            write_escaped(&pictures[picture].name, &mut html);
            html.push_str("\">");
            shown[picture] = true;
            rest = &rest[at + marks[picture].len()..];
            begins = false;
        }
        write_text(rest, begins, &mut html);
        html.push_str("<br>\n");
    }
    html.push_str("</body></html>\n");
    html
}

/// A plain text as readers show it, with all its spaces and tabs.
pub(super) fn of_lines(text: &str) -> String {
    let mut html = "<pre style=\"white-space:pre-wrap;font-family:inherit;margin:0\">\n".to_owned();
    write_escaped(text, &mut html);
    html.push_str("</pre>");
    html
}

/// Where the next picture that is not shown yet has its mark, and which one it is.
fn next_mark(line: &str, marks: &[String], shown: &[bool]) -> Option<(usize, usize)> {
    let open = marks.iter().enumerate().filter(|(at, _)| !shown[*at]);
    open.filter_map(|(picture, mark)| Some((line.find(mark)?, picture)))
        .min()
}

/// Text with all its spaces. `begins`: it is at the start of a line.
fn write_text(text: &str, begins: bool, html: &mut String) {
    let mut after_space = begins;
    for c in text.chars() {
        match c {
            ' ' if after_space => html.push_str("&nbsp;"),
            '\t' => html.push_str("&nbsp;&nbsp;&nbsp;&nbsp;"),
            c => write_char(c, html),
        }
        after_space = c == ' ';
    }
}

fn write_escaped(text: &str, html: &mut String) {
    text.chars().for_each(|c| write_char(c, html));
}

fn write_char(c: char, html: &mut String) {
    match c {
        '&' => html.push_str("&amp;"),
        '<' => html.push_str("&lt;"),
        '>' => html.push_str("&gt;"),
        '"' => html.push_str("&quot;"),
        '\0' => html.push('\u{fffd}'),
        c => html.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        let picture = Attachment {
            name: "a<b>.png".into(),
            content_id: Some("1@x".into()),
            ..Attachment::default()
        };
        let check = |text: &str, expect: &str| {
            let html = of(text, &[&picture]);
            let inner = html.split_once("<body>\n").expect("a body").1;
            assert_eq!(
                inner.strip_suffix("</body></html>\n"),
                Some(expect),
                "{text:?}"
            );
        };
        let image = "<img src=\"cid:1@x\" alt=\"a&lt;b&gt;.png\">";
        check("", "");
        check("<b> & \"c\"", "&lt;b&gt; &amp; &quot;c&quot;<br>\n");
        check("  a  b", "&nbsp;&nbsp;a &nbsp;b<br>\n");
        check("x [image: a<b>.png] y", &format!("x {image} y<br>\n"));
        check(
            "[image: a<b>.png]\r\n[image: a<b>.png]",
            &format!("{image}<br>\n[image: a&lt;b&gt;.png]<br>\n"),
        );
    }
}
