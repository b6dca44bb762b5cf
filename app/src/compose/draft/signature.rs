//! The signature at the end of the text, below a line `-- ` (RFC 3676 §4.3).

use super::rich::{Node, Rich, signature_lines};
use super::{BodyFormat, Draft};

/// The line above a signature, with the line ends around it.
const DELIMITER: &str = "\n-- \n";

/// Who a message is from, as the page fills it in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sender {
    /// See [`Draft::from`].
    pub from: String,
    /// See [`Draft::reply_to`].
    pub reply_to: String,
    /// What stands at the end of the text; may be empty.
    pub signature: String,
}

impl Draft {
    /// Makes this the sender. The signature takes the place of the one that the page put there, if
    /// that is as it was; otherwise nothing of the text changes.
    pub fn take_sender(&mut self, sender: Sender) {
        let signed = signed(&self.body, &self.signature, &sender.signature);
        if let Some(body) = signed.filter(|_| self.raw.is_none()) {
            if self.format != BodyFormat::Rich {
                self.body = body;
                self.signature = sender.signature;
            } else if let Some(sign) = sign_rich() {
                sign(self, &sender.signature);
                self.signature = sender.signature;
            }
        }
        self.from = sender.from;
        self.reply_to = sender.reply_to;
    }

    /// The text without the signature that the page put at its end, if that is as it was.
    #[must_use]
    pub fn unsigned_body(&self) -> &str {
        without(&self.body, &self.signature).unwrap_or(&self.body)
    }
}

/// How a rich text is signed.
type Sign = fn(&mut Draft, &str);

#[cfg(feature = "parts")]
static PROVIDED: std::sync::OnceLock<Sign> = std::sync::OnceLock::new();

/// Makes the code that signs a rich text part of the program, which reads and writes HTML. Without
/// the feature `parts` it always is. Until then a rich text keeps the signature that it has.
pub fn provide_rich_signatures() {
    #[cfg(feature = "parts")]
    PROVIDED.get_or_init(|| sign_html);
}

fn sign_rich() -> Option<Sign> {
    #[cfg(feature = "parts")]
    return PROVIDED.get().copied();
    #[cfg(not(feature = "parts"))]
    return Some(sign_html);
}

/// Signs a rich text, which ends in the signature that the page put there, if any.
fn sign_html(draft: &mut Draft, new: &str) {
    let mut nodes = draft.content().rich(&[]).nodes;
    let text = |nodes: &[Node]| {
        let nodes = nodes.to_vec();
        Rich { nodes }.text()
    };
    if !draft.signature.is_empty() {
        let old = format!("-- \n{}", draft.signature);
        let begins = (0..nodes.len()).rfind(|at| text(&nodes[*at..]) == old);
        nodes.truncate(begins.unwrap_or(nodes.len()));
        nodes.pop_if(|last| text(std::slice::from_ref(last)).is_empty());
    }
    if !new.is_empty() {
        let empty = || Node::element("div", vec![Node::element("br", Vec::new())]);
        if nodes.is_empty() {
            nodes.push(empty());
        }
        nodes.push(empty());
        nodes.extend(signature_lines(new));
    }
    draft.set_html(Rich { nodes }.html());
}

/// A text that ended in the signature `old`, with `new` instead. None: it does not end so, because
/// someone has changed it, or it has a signature that is not the page's.
fn signed(body: &str, old: &str, new: &str) -> Option<String> {
    let text = without(body, old)?;
    if new.is_empty() {
        return Some(text.to_owned());
    }
    if text.lines().any(|line| line == "-- ") {
        return None;
    }
    // An empty line between, or the one that the text ends with.
    let gap = if text.ends_with("\n\n") { "" } else { "\n" };
    let text = text.strip_suffix('\n').unwrap_or(text);
    Some(format!("{text}{gap}{DELIMITER}{new}"))
}

/// A text without the signature at its end and the empty line above.
fn without<'a>(body: &'a str, signature: &str) -> Option<&'a str> {
    if signature.is_empty() {
        return Some(body);
    }
    let text = body.strip_suffix(signature)?.strip_suffix(DELIMITER)?;
    Some(text.strip_suffix('\n').unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sender(signature: &str) -> Sender {
        Sender {
            from: "mina@x.org".into(),
            reply_to: String::new(),
            signature: signature.into(),
        }
    }

    /// What becomes of a text when these senders are chosen one after the other.
    fn check(body: &str, signatures: &[&str], expect: &str) {
        let mut draft = Draft {
            body: body.into(),
            ..Draft::default()
        };
        for signature in signatures {
            draft.take_sender(sender(signature));
        }
        assert_eq!(draft.body, expect, "{body:?} {signatures:?}");
    }

    #[test]
    fn a_signature_is_put_at_the_end_and_replaced() {
        check("", &["Mina"], "\n\n-- \nMina");
        check("Hi", &["Mina"], "Hi\n\n-- \nMina");
        check("Hi\n", &["Mina"], "Hi\n\n-- \nMina");
        check("Hi\n\n", &["Mina"], "Hi\n\n-- \nMina");
        check("Hi", &["Mina", "박민아\n서울"], "Hi\n\n-- \n박민아\n서울");
        check("Hi", &["Mina", ""], "Hi");
        check("", &["Mina", ""], "");
        check("", &["Mina", "", "M"], "\n\n-- \nM");
        check("Hi", &[""], "Hi");
    }

    #[test]
    fn a_rich_text_is_signed_too() {
        let mut draft = Draft {
            format: BodyFormat::Rich,
            ..Draft::default()
        };
        draft.take_sender(sender("Mina"));
        assert_eq!(draft.body, "\n\n-- \nMina");
        assert!(draft.is_blank());
        draft.set_html(draft.html.replacen("<br>", "<b>Hi</b> you", 1));
        assert!(!draft.is_blank());
        draft.take_sender(sender("박민아\n서울"));
        assert_eq!(draft.body, "Hi you\n\n-- \n박민아\n서울");
        assert!(
            draft.html.starts_with("<div><b>Hi</b> you</div>"),
            "{}",
            draft.html
        );
        draft.set_html(draft.html.replace("서울", "서울 1"));
        let before = draft.html.clone();
        draft.take_sender(sender("Team"));
        assert_eq!(draft.html, before);
        let mut draft = Draft {
            body: "**Hi**\n\n-- \nMina".into(),
            signature: "Mina".into(),
            format: BodyFormat::Markdown,
            ..Draft::default()
        };
        for format in [BodyFormat::Rich, BodyFormat::Markdown, BodyFormat::Rich] {
            assert!(draft.switch(format), "{format:?}");
            assert!(
                draft.body.ends_with("\n\n-- \nMina"),
                "{format:?} {:?}",
                draft.body
            );
        }
        draft.take_sender(sender(""));
        assert_eq!((draft.body.as_str(), draft.signature.as_str()), ("Hi", ""));
    }

    #[test]
    fn what_someone_wrote_stays() {
        // A signature of one's own.
        check("Hi\n-- \nme", &["Mina"], "Hi\n-- \nme");
        let mut draft = Draft::default();
        draft.take_sender(sender("Mina"));
        draft.body.push_str(", Seoul");
        draft.take_sender(sender("Team"));
        assert_eq!(draft.body, "\n\n-- \nMina, Seoul");
        // Removed on purpose.
        draft.body = "Hi".into();
        draft.take_sender(sender("Team"));
        assert_eq!(draft.body, "Hi");
        // Put back as it was.
        draft.body = "Hi\n\n-- \nMina".into();
        draft.take_sender(sender("Team"));
        assert_eq!(draft.body, "Hi\n\n-- \nTeam");
    }

    #[test]
    fn a_new_message_with_only_a_signature_is_blank() {
        let mut draft = Draft::from_sender("mina@x.org");
        draft.take_sender(Sender {
            reply_to: "team@x.org".into(),
            ..sender("Mina")
        });
        assert!(draft.is_blank());
        let written = Draft {
            body: "Hi\n\n-- \nMina".into(),
            ..draft.clone()
        };
        assert!(!written.is_blank());
        let edited = Draft {
            body: "\n\n-- \nMina P".into(),
            ..draft.clone()
        };
        assert!(!edited.is_blank());
        draft.body.clear();
        assert!(draft.is_blank());
    }

    #[test]
    fn a_source_that_is_edited_as_a_whole_is_not_touched() {
        let mut draft = Draft {
            raw: Some("From: a@x.org\n\nHi".into()),
            ..Draft::default()
        };
        draft.take_sender(sender("Mina"));
        assert_eq!((draft.body.as_str(), draft.signature.as_str()), ("", ""));
    }

    proptest! {
        /// Whoever is chosen, the text above the signature is the same, but for line ends at its
        /// end.
        #[test]
        fn no_letter_is_lost(
            body in "[a-c\n -]{0,20}",
            signatures in proptest::collection::vec("([a-c][a-c\n -]{0,6}[a-c])?", 0..4),
        ) {
            let mut draft = Draft { body: body.clone(), ..Draft::default() };
            for signature in &signatures {
                draft.take_sender(sender(signature));
            }
            let start = body.trim_end_matches('\n');
            prop_assert!(draft.body.starts_with(start), "{:?}", draft.body);
            let last = signatures.last().map_or("", String::as_str);
            if !body.lines().any(|line| line == "-- ") {
                prop_assert!(draft.body.ends_with(last));
                prop_assert_eq!(draft.unsigned_body().trim_end_matches('\n'), start);
            }
        }
    }
}
