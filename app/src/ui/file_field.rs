//! Files that a person chooses.

use leptos::html;
use leptos::prelude::*;
use web_sys::File;

/// A field in which files are chosen. It is not seen: a button opens it, see [`choose_files`].
#[component]
#[must_use]
pub fn FileField(
    /// The field.
    field: NodeRef<html::Input>,
    /// What kinds of files it shows.
    #[prop(optional)]
    accept: &'static str,
    /// Whether several can be chosen.
    #[prop(optional)]
    multiple: bool,
    /// Its class.
    #[prop(optional)]
    class: &'static str,
    /// Called with the files.
    #[prop(into)]
    on_choose: Callback<Vec<File>>,
) -> impl IntoView {
    let chosen = move |_| {
        let Some(field) = field.get_untracked() else {
            return;
        };
        let files = field.files();
        let files = (0..).map_while(|at| files.as_ref()?.get(at)).collect();
        // The same file can be chosen again.
        field.set_value("");
        on_choose.run(files);
    };
    view! {
        <input type="file" hidden class=class accept=accept multiple=multiple node_ref=field
            on:change=chosen/>
    }
}

/// Lets the person choose files in this field.
pub fn choose_files(field: NodeRef<html::Input>) {
    if let Some(field) = field.get_untracked() {
        field.click();
    }
}
