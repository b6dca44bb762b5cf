//! Several tabs in one window, which share a profile.

#[cfg(feature = "browser")]
use serde_json::{Value, json};
use thirtyfour::WindowHandle;

use super::{Browser, fine};

/// A tab.
#[derive(Clone, Debug)]
pub struct Tab(WindowHandle);

impl Browser {
    /// The tab that the driver controls now.
    pub async fn tab(&self) -> Tab {
        Tab(fine("the tab", self.driver.window().await))
    }

    /// Opens an empty tab and switches to it.
    pub async fn new_tab(&self) -> Tab {
        let handle = fine("a new tab", self.driver.new_tab().await);
        let tab = Tab(handle);
        self.to(&tab).await;
        tab
    }

    /// Switches to a tab.
    pub async fn to(&self, tab: &Tab) {
        let handle = tab.0.clone();
        fine("a tab", self.driver.switch_to_window(handle).await);
    }

    /// Closes this tab and switches to `next`.
    pub async fn close_tab(&self, next: &Tab) {
        fine("closing a tab", self.driver.close_window().await);
        self.to(next).await;
    }
}

#[cfg(feature = "browser")]
impl Browser {
    /// Opens another tab at this address and switches to it. As a tab that is duplicated, it begins
    /// with what the sessionStorage of this one has.
    pub async fn duplicate_tab(&self, address: &str) -> Tab {
        let before = fine("the tabs", self.driver.windows().await);
        let address = Value::from(address);
        self.evaluate(&format!("(window.open({address}), true)"))
            .await;
        let after = fine("the tabs", self.driver.windows().await);
        let opened = after.into_iter().find(|handle| !before.contains(handle));
        let Some(handle) = opened else {
            panic!("no tab was opened");
        };
        let tab = Tab(handle);
        self.to(&tab).await;
        tab
    }

    /// Freezes this tab, as the browser does with tabs in the background: no task of its page runs
    /// until [`Browser::thaw`].
    pub async fn freeze(&self) {
        self.lifecycle("frozen").await;
    }

    /// Lets the page of this tab go on.
    pub async fn thaw(&self) {
        self.lifecycle("active").await;
    }

    async fn lifecycle(&self, state: &str) {
        self.devtools("Page.setWebLifecycleState", json!({ "state": state }))
            .await;
    }

    /// Crashes the process of this tab and switches to `next`. No handler of the page runs.
    pub async fn crash(&self, next: &Tab) {
        // There is no answer to this command: the process that would send it is gone.
        let crash = self.driver.cdp().send_raw("Page.crash", json!({})).await;
        assert!(crash.is_err(), "the tab survived");
        self.to(next).await;
    }

    /// Runs a script in every later document of this tab before the page's own scripts.
    pub async fn first_run(&self, script: &str) {
        self.devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": script }),
        )
        .await;
    }
}
