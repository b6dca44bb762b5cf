//! Parts of the page: code that is not loaded with the page, but when it is wanted.
//!
//! [`part!`](crate::ui::part!) says which functions belong to a part. What only they use, code and
//! data, is in a file of its own (`page-split` in xtask). Calling one loads that file once, and can
//! fail: then the bridge does not answer, or serves another build of the page by now. Another call
//! tries again.
//!
//! Without the feature `parts`, as in tests of this machine, it is all one program, and nothing
//! fails. The views of the part `later` are shown by [`Later`]; it is fetched behind the page.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::on_demand::OnDemand;
use crate::i18n::{Locale, use_language};

/// The code of a part could not be loaded. Another call tries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotLoaded;

#[cfg(feature = "parts")]
impl From<leptos::wasm_split::SplitLoaderError> for NotLoaded {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

/// Defines functions that belong to a part: `part! { NAME: fn f(x: X) -> Y { … } }` makes an
/// `async fn f(x: X) -> Result<Y, NotLoaded>`, and code that calls it does not contain it.
///
/// Nothing generic, and no `async` inside. All functions of one name are in one file.
macro_rules! part {
    ($part:ident: $(
        $(#[$meta:meta])*
        $vis:vis fn $name:ident($($argument:ident: $type:ty),* $(,)?) -> $output:ty $body:block
    )+) => {$(
        $(#[$meta])*
        #[cfg(feature = "parts")]
        #[leptos::wasm_split::wasm_split(
            $part, fallible, wasm_split_path = ::leptos::wasm_split
        )]
        $vis fn $name($($argument: $type),*) -> Result<$output, $crate::ui::part::NotLoaded> {
            Ok($body)
        }

        $(#[$meta])*
        #[cfg(not(feature = "parts"))]
        #[allow(clippy::unused_async, reason = "it is only one with the feature `parts`")]
        $vis async fn $name($($argument: $type),*) -> Result<$output, $crate::ui::part::NotLoaded> {
            Ok($body)
        }
    )+};
}
pub(crate) use part;

part! { later:
    /// Called once the part is there.
    fn arrived() -> () {
        smtp::uts46::provide();
    }
}

/// Makes a view of a part.
pub type View = fn() -> AnyView;

/// The part `later`, from any component. Copies are the same.
#[derive(Clone, Copy)]
pub struct LaterPart(OnDemand);

impl LaterPart {
    /// Provides it to all components below. It is not fetched yet.
    pub fn provide() -> LaterPart {
        let part = LaterPart(OnDemand::new());
        provide_context(part);
        part
    }

    /// Whether it is there. Follows it.
    #[must_use]
    pub fn is_there(self) -> bool {
        self.0.is_there()
    }

    /// Whether the last attempt to load it has failed. Follows it.
    #[must_use]
    pub fn has_failed(self) -> bool {
        self.0.has_failed()
    }

    /// Follows whether it is there.
    pub fn track(self) {
        self.0.track();
    }

    /// What a function of the part returns, once the part is there.
    pub fn get<T, F>(self, get: fn() -> F) -> ReadSignal<Option<T>>
    where
        T: Copy + Send + Sync + 'static,
        F: Future<Output = Result<T, NotLoaded>> + 'static,
    {
        let got = RwSignal::new(None);
        Effect::new(move |_| {
            if self.is_there() && got.with_untracked(Option::is_none) {
                at_once_or_soon(get(), move |value| {
                    got.try_set(Some(value));
                });
            }
        });
        got.read_only()
    }

    /// Fetches it, if it is neither there nor on its way.
    pub fn fetch(self) {
        self.0.fetch(arrived());
    }
}

/// The part `later`, from any component.
#[must_use]
pub fn use_later() -> LaterPart {
    expect_context()
}

/// A view of the part `later`. Where the part can't be loaded, it says so and can try again.
#[component]
#[must_use]
pub fn Later<F>(
    /// A function of the part that says how the view is made.
    view: fn() -> F,
    /// What is shown until then.
    #[prop(optional, into)]
    before: ViewFn,
    /// Whether another view beside this one says it if the part can't be loaded.
    #[prop(optional)]
    quiet: bool,
    /// Whether it is on the first screen, which is not to wait for its code: then it is fetched
    /// when the page can be used.
    #[prop(optional)]
    at_start: bool,
) -> impl IntoView
where
    F: Future<Output = Result<View, NotLoaded>> + 'static,
{
    later(Box::new(move || Box::pin(view())), before, quiet, at_start)
}

/// A view of a part on its way.
pub type Making = Pin<Box<dyn Future<Output = Result<View, NotLoaded>>>>;

/// The same for all views, so that its code is there once.
fn later(view: Box<dyn Fn() -> Making>, before: ViewFn, quiet: bool, at_start: bool) -> AnyView {
    let part = use_later();
    let made = RwSignal::new(None::<View>);
    let make = move || {
        at_once_or_soon(view(), move |view| {
            // Without effect if it is no longer shown.
            made.try_set(Some(view));
        });
    };
    if untrack(|| part.is_there()) {
        make();
    } else {
        if !at_start {
            part.fetch();
        }
        Effect::new(move |_| {
            if part.is_there() {
                make();
            }
        });
    }
    // The same while it is tried again, so that the button keeps the focus.
    let failed = Memo::new(move |_| part.0.is_in_trouble());
    let shown = move || match made.get() {
        Some(view) => view(),
        None if failed.get() && !quiet => notice(part),
        None => before.run(),
    };
    shown.into_any()
}

/// Calls `then` with what a function of a part returns. A second time it is there at once, and
/// nothing flickers.
pub(crate) fn at_once_or_soon<T: 'static>(
    future: impl Future<Output = Result<T, NotLoaded>> + 'static,
    then: impl FnOnce(T) + 'static,
) {
    let mut future = Box::pin(future);
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(Ok(value)) => then(value),
        Poll::Ready(Err(NotLoaded)) => {}
        Poll::Pending => spawn_local(async move {
            if let Ok(value) = future.await {
                then(value);
            }
        }),
    }
}

/// Says that the part could not be loaded.
fn notice(part: LaterPart) -> AnyView {
    let language = use_language();
    view! {
        <p class="part-failed" role="alert">
            {language.words(Locale::part_not_loaded)}" "
            <button type="button" class="link" on:click=move |_| part.fetch()>
                {language.words(Locale::try_again)}
            </button>
        </p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    part! { test:
        fn double(number: u32) -> u32 { number * 2 }
    }

    #[test]
    fn without_parts_a_function_returns_at_once() {
        let result = pin!(double(4)).poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(result, Poll::Ready(Ok(8)));
    }
}
