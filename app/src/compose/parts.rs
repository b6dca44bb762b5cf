//! The finished message of a draft, in parts that are made again only when what they are made of
//! changes. Typing in the body makes no header, and typing in a header field does not look at the
//! body.

use leptos::prelude::*;
use reactive_stores::Field;

use super::draft::{
    Content, Draft, DraftStoreFields, Header, HeaderFields, MessageStamp, Moment, Problem,
    body_size, provide_rich_signatures, raw,
};
use crate::submission::Message;
use crate::ui::part::part;
use crate::ui::use_later;

/// How the parts of the message are made of a draft.
pub(super) type Make = fn(Field<Draft>) -> Parts;

part! { later:
    fn make() -> Make {
        provide_rich_signatures();
        Parts::of
    }
}

/// The parts of the message, once the code that makes them is there; and the draft that they are
/// made of. They live as long as the owner that calls this.
pub(super) fn parts_of(draft: Field<Draft>) -> ReadSignal<Option<Parts>> {
    let owner = Owner::current();
    let made = RwSignal::new(None);
    let make = use_later().get(make);
    Effect::new(move |_| {
        if let (Some(make), Some(owner)) = (make.get(), &owner) {
            made.set(Some(owner.with(|| make(draft))));
        }
    });
    made.read_only()
}

/// The parts of the message. Copies are the same parts.
#[derive(Clone, Copy)]
pub(super) struct Parts {
    draft: Field<Draft>,
    /// The header, or every problem in the fields that it is made of.
    header: Memo<Result<Header, Vec<Problem>>>,
    body_size: Memo<u64>,
    /// The size of the message with the source that a person edits, where that is what is sent.
    raw_size: Memo<Option<u64>>,
    raw_problems: Memo<Vec<Problem>>,
}

impl Parts {
    /// The parts of this draft. They follow its fields one by one.
    pub(super) fn of(draft: Field<Draft>) -> Parts {
        let header = Memo::new(move |_| with_header_fields(draft, |fields| fields.build()));
        let body_size = Memo::new(move |_| {
            let attachments = draft.attachments();
            // The size is the same at any time.
            let calendar = calendar(draft, &UNSTAMPED);
            with_content(draft, |content| {
                body_size(content, &attachments.read(), calendar.as_deref())
            })
        });
        let raw = Memo::new(move |_| {
            let attachments = draft.attachments();
            draft.raw().with(|source| {
                let source = source.as_ref()?;
                Some(raw::size(source, &attachments.read()))
            })
        });
        let raw_problems = Memo::new(move |_| {
            let source = draft.raw();
            source.with(|source| source.as_deref().map(raw::problems).unwrap_or_default())
        });
        Parts {
            draft,
            header,
            body_size,
            raw_size: raw,
            raw_problems,
        }
    }

    /// The size of the finished message, in octets. None: a field has a problem.
    pub(super) fn size(self, stamp: &MessageStamp) -> Option<u64> {
        if let Some(size) = self.raw_size.get() {
            return Some(size);
        }
        let header = self.header.with(|header| {
            let header = header.as_ref().ok()?;
            Some(header.section_size(stamp))
        })?;
        Some(header + self.body_size.get())
    }

    /// The finished message.
    ///
    /// # Errors
    /// The problems of the fields.
    pub(super) fn message(self, stamp: &MessageStamp) -> Result<Message, Vec<Problem>> {
        self.header.with(|header| {
            let header = header.as_ref().map_err(Clone::clone)?;
            let problems = self.raw_problems.get();
            if !problems.is_empty() {
                return Err(problems);
            }
            if let Some(source) = &*self.draft.raw().read() {
                return Ok(header.raw_message(source, &self.draft.attachments().read()));
            }
            let attachments = self.draft.attachments();
            let calendar = calendar(self.draft, stamp);
            Ok(with_content(self.draft, |content| {
                header.message(stamp, content, &attachments.read(), calendar.as_deref())
            }))
        })
    }
}

/// A stamp of no time in particular.
const UNSTAMPED: MessageStamp = MessageStamp {
    moment: Moment {
        unix_ms: 0,
        offset_minutes: 0,
    },
    random: [0; 16],
};

/// The calendar of the invitation of a draft. Follows what it is made of, if there is one.
fn calendar(draft: Field<Draft>, stamp: &MessageStamp) -> Option<String> {
    if draft.invitation().with(Option::is_none) {
        return None;
    }
    with_header_fields(draft, |fields| fields.calendar(stamp))
}

/// Calls `take` with the fields of a draft that become its header section. Follows them.
fn with_header_fields<T>(draft: Field<Draft>, take: impl FnOnce(HeaderFields<'_>) -> T) -> T {
    let (from, subject) = (draft.from(), draft.subject());
    let reply_to = draft.reply_to();
    let (to, cc, bcc) = (draft.to(), draft.cc(), draft.bcc());
    let (invitation, options) = (draft.invitation(), draft.options());
    let thread = draft.thread();
    take(HeaderFields {
        from: &from.read(),
        reply_to: &reply_to.read(),
        to: &to.read(),
        cc: &cc.read(),
        bcc: &bcc.read(),
        subject: &subject.read(),
        thread: &thread.read(),
        invitation: Option::as_ref(&invitation.read()),
        options: &options.read(),
    })
}

/// Calls `take` with the text of a draft. Follows it.
fn with_content<T>(draft: Field<Draft>, take: impl FnOnce(Content<'_>) -> T) -> T {
    let (body, html) = (draft.body(), draft.html());
    take(Content {
        format: draft.format().get(),
        as_typed: draft.as_typed().get(),
        text: &body.read(),
        html: &html.read(),
    })
}

#[cfg(test)]
mod tests {
    use reactive_stores::Store;

    use super::super::draft::UnfinishedStoreFields;
    use super::super::draft::build::tests::{BODIES, HEADERS};
    use super::*;

    const STAMP: MessageStamp = MessageStamp {
        moment: Moment {
            unix_ms: 0,
            offset_minutes: 0,
        },
        random: [7; 16],
    };

    /// How many headers were made and bodies measured since the last call.
    fn made() -> (u32, u32) {
        (HEADERS.take(), BODIES.take())
    }

    /// The size that is shown, which is that of the message to the octet.
    fn check_size(draft: Store<Draft>, parts: Parts) {
        let shown = parts.size(&STAMP);
        let counts = made();
        let whole = draft.get_untracked().message(&STAMP).expect("no problems");
        assert_eq!(shown, Some(whole.size()));
        HEADERS.set(counts.0);
        BODIES.set(counts.1);
    }

    #[test]
    fn typing_in_one_field_makes_nothing_of_the_others() {
        let owner = Owner::new();
        owner.set();
        let draft = Store::new(Draft::sample_en());
        let parts = Parts::of(draft.into());
        let lists = StoredValue::new(0);
        let to = Memo::new(move |_| {
            lists.update_value(|lists| *lists += 1);
            draft.to().get()
        });
        let shown = || {
            check_size(draft, parts);
            to.get();
        };
        shown();
        assert_eq!((made(), lists.get_value()), ((1, 1), 1));

        // 가 changes the encoding of the body.
        for typed in "a가\n.".chars().cycle().take(100) {
            draft.body().update(|body| body.push(typed));
            shown();
        }
        assert_eq!((made(), lists.get_value()), ((0, 100), 1));
        for typed in "제목 s".chars().cycle().take(100) {
            draft.subject().update(|subject| subject.push(typed));
            shown();
        }
        assert_eq!((made(), lists.get_value()), ((100, 0), 1));
        for typed in "joon@example.org".chars() {
            draft.unfinished().to().update(|text| text.push(typed));
            shown();
        }
        assert_eq!((made(), lists.get_value()), ((0, 0), 1));
        draft.to().update(|to| to.push("joon@example.org".into()));
        shown();
        assert_eq!((made(), lists.get_value()), ((1, 0), 2));

        // Another draft is another message altogether.
        draft.set(Draft::sample_ko());
        shown();
        assert_eq!((made(), lists.get_value()), ((1, 1), 3));
        draft.to().set(Vec::new());
        assert_eq!(parts.size(&STAMP), None);
        assert_eq!(parts.message(&STAMP), Err(draft.get().problems()));
    }
}
