//! The commands of the page.

use serde_json::Value;

use super::Visitor;
#[cfg(feature = "browser")]
use crate::bridge::Bridge;

/// The subjects of the messages that the inbox lists.
pub const LISTED: &str = "[...document.querySelectorAll('.inbox-list .summary-subject')]\
    .map(e => words(e.innerText)).join()";

impl Visitor {
    #[cfg(feature = "browser")]
    /// Delivers a message with each of these subjects, and opens the page.
    pub async fn with_messages(bridge: &Bridge, subjects: &[&str]) -> Visitor {
        for subject in subjects {
            let message = format!(
                "From: Mina <mina@practice.test>\r\nTo: me@practice.test\r\n\
                 Subject: {subject}\r\n\r\nText.\r\n"
            );
            crate::mail::deliver(bridge, message.as_bytes()).await;
        }
        let page = Visitor::first_visit(bridge).await;
        page.has_commands().await;
        page
    }

    /// Waits until keys are shortcuts, and the palette can be opened.
    pub async fn has_commands(&self) {
        self.browser
            .until("document.querySelector('[aria-labelledby=palette-title]') && true")
            .await;
    }

    /// Chooses the command with this id in the palette, and waits until the palette is gone.
    pub async fn chooses(&self, id: &str) {
        let option = Value::from(format!("#palette-{id}"));
        self.browser
            .evaluate("(document.querySelector('[data-command=palette]').click(), true)")
            .await;
        self.browser
            .until(&format!("document.querySelector({option}) && true"))
            .await;
        self.browser
            .evaluate(&format!("(document.querySelector({option}).click(), true)"))
            .await;
        self.browser
            .until("!document.querySelector('dialog[open] .palette')")
            .await;
    }

    /// Waits until what this CSS selector finds is shown.
    pub async fn shows(&self, selector: &str) {
        let selector = Value::from(selector);
        self.browser
            .until(&format!(
                "document.querySelector({selector})?.checkVisibility() || null"
            ))
            .await;
    }

    /// Waits until a dialog with this heading is open. Empty: none is.
    pub async fn dialog_is(&self, heading: &str) {
        let shown = "document.querySelector('dialog[open] h2')?.innerText ?? ''";
        self.becomes(shown, heading).await;
    }

    /// Waits until an expression in the page has this value.
    pub async fn becomes(&self, expression: &str, expect: &str) {
        let expect = Value::from(expect);
        self.browser
            .until(&format!("({expression}) === {expect}"))
            .await;
    }

    /// Waits until the subject of the draft is this.
    pub async fn draft_is(&self, subject: &str) {
        let field = "named('textbox', 'Subject')?.value ?? null";
        self.becomes(field, subject).await;
    }

    /// The focus leaves the field in which it is.
    pub async fn leaves_field(&self) {
        self.browser
            .evaluate("(document.activeElement.blur(), true)")
            .await;
    }
}
