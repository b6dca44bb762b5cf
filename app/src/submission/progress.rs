//! How far the octets of a message have come, while that takes time to look at.

use leptos::prelude::*;

use super::model::{Phase, Submission};
use super::store::use_submission;
use crate::i18n::{Language, Locale, use_language};
use crate::ui::visible::visible;
use crate::ui::{dom, numbers};

/// Messages of fewer octets are gone before anybody could look.
const WORTH_IT: u64 = 256 * 1024;

/// How often the progress is read out, in milliseconds.
const READ_OUT_MS: f64 = 5_000.0;

/// What is shown of a message on its way.
#[derive(Clone, Debug, PartialEq)]
struct Shown {
    /// The file that is being sent, if it is one.
    file: Option<String>,
    percent: u64,
    /// Octets a second.
    rate: Option<u64>,
    seconds: Option<u64>,
}

/// A bar with the percentage, rate and time left, and a button that cancels.
#[component]
#[must_use]
pub(super) fn Progress() -> impl IntoView {
    let language = use_language();
    let submission = use_submission();
    let shown = Memo::new(move |_| submission.read(shown));
    let on_the_way = Memo::new(move |_| shown.with(Option::is_some));
    view! {
        <Show when=move || on_the_way.get()>
            <Bar shown=shown/>
            <button type="button" class="btn danger" on:click=move |_| submission.cancel()>
                {language.words(Locale::cancel)}
            </button>
        </Show>
    }
}

/// What is shown of it now. None: its octets are not on the way, or soon gone.
fn shown(submission: &Submission) -> Option<Shown> {
    let Submission { size, sent, .. } = *submission;
    let on_the_way = submission.phase == Phase::Running && sent > 0 && sent < size;
    if !on_the_way || size < WORTH_IT {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "shown in two digits, and not negative"
    )]
    let rate = submission.pace.rate().map(|rate| rate as u64);
    Some(Shown {
        file: submission.file_at(sent).map(visible),
        percent: sent * 100 / size,
        rate,
        seconds: submission.pace.seconds_left(size),
    })
}

#[component]
fn Bar(shown: Memo<Option<Shown>>) -> impl IntoView {
    let language = use_language();
    let percent = move || shown.with(|shown| shown.as_ref().map_or(0, |shown| shown.percent));
    let words = move || shown.with(|shown| shown.as_ref().map(|shown| words(language, shown)));
    let spoken = RwSignal::new(String::new());
    let last = StoredValue::new(f64::NEG_INFINITY);
    Effect::new(move |_| {
        let now = dom::now_ms();
        let Some(words) = words() else { return };
        if now - last.get_value() >= READ_OUT_MS {
            last.set_value(now);
            spoken.set(words);
        }
    });
    view! {
        <div class="transfer">
            <div class="fill" role="progressbar" aria-valuemin="0" aria-valuemax="100"
                aria-valuenow=move || percent().to_string()
                aria-valuetext=words
                aria-label=language.words(Locale::transfer)>
                <i style:width=move || format!("{}%", percent())></i>
            </div>
            <span>{words}</span>
            <span class="unseen" role="status">{spoken}</span>
        </div>
    }
}

fn words(language: Language, shown: &Shown) -> String {
    let locale = language.get();
    let mut words = shown.file.as_ref().map_or_else(
        || locale.transfer_percent(shown.percent),
        |file| locale.transfer_file(file, shown.percent),
    );
    if let Some(rate) = shown.rate {
        words.push_str(" · ");
        words.push_str(&locale.transfer_rate(numbers::octets(rate)));
    }
    if let Some(seconds) = shown.seconds {
        let time = match seconds {
            0..120 => locale.seconds(seconds),
            seconds => locale.minutes(seconds.div_ceil(60)),
        };
        words.push_str(" · ");
        words.push_str(&locale.transfer_left(time));
    }
    words
}
