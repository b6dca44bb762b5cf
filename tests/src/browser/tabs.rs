//! Several tabs in one window, which share a profile.

use serde_json::json;
use thirtyfour::WindowHandle;

use super::{Browser, fine};

/// A tab, for [`Browser::to`].
#[derive(Clone, Debug)]
pub struct Tab(WindowHandle);

impl Browser {
    /// The tab that everything else here is about.
    pub async fn tab(&self) -> Tab {
        Tab(fine("the tab", self.driver.window().await))
    }

    /// Opens another tab, empty, and goes to it.
    pub async fn new_tab(&self) -> Tab {
        let handle = fine("a new tab", self.driver.new_tab().await);
        let tab = Tab(handle);
        self.to(&tab).await;
        tab
    }

    /// Goes to a tab.
    pub async fn to(&self, tab: &Tab) {
        let handle = tab.0.clone();
        fine("a tab", self.driver.switch_to_window(handle).await);
    }

    /// Closes this tab, and goes to `next`.
    pub async fn close_tab(&self, next: &Tab) {
        fine("closing a tab", self.driver.close_window().await);
        self.to(next).await;
    }

    /// Has the process behind this tab crash, and goes to `next`. No handler of the page runs.
    pub async fn crash(&self, next: &Tab) {
        // The answer to this never comes: whoever would give it is gone.
        let crash = self.driver.cdp().send_raw("Page.crash", json!({})).await;
        assert!(crash.is_err(), "the tab survived");
        self.to(next).await;
    }

    /// Runs a script in every document of this tab from now on, before any of its own.
    pub async fn first_run(&self, script: &str) {
        self.devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": script }),
        )
        .await;
    }
}
