//! What is done whenever something has changed.

use leptos::prelude::Effect;

/// Runs `run`, and again whenever what it reads has changed. One type of effect for the whole page: Leptos compiles its own
/// anew for every closure.
pub(crate) fn effect(run: impl FnMut() + 'static) {
    let mut run: Box<dyn FnMut()> = Box::new(run);
    Effect::new(move |_| run());
}
