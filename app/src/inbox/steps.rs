//! Long lists, shown in steps. Thousands of rows take seconds to show, and the page can be used
//! meanwhile.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

/// Shows `count` things, `step` at a time. `children` makes the views of those in a range.
pub(super) fn steps(
    count: usize,
    step: usize,
    children: impl Fn(Range<usize>) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let steps = count.div_ceil(step);
    let shown = RwSignal::new(1);
    Effect::new(move |_| {
        if shown.get() < steps {
            let next = move || {
                // Another message may be open by then.
                shown.try_update(|shown| *shown += 1);
            };
            set_timeout(next, Duration::ZERO);
        }
    });
    let children = Arc::new(children);
    let children = move |at: usize| children(at * step..count.min((at + 1) * step));
    view! { <For each=move || 0..shown.get().min(steps) key=|at| *at children/> }.into_any()
}
