//! The locks of drafts. A page asks for the first before it is shown, and answers may come at any
//! time, so one listener hears all of them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::storage::locks::{self, Answer, Claim};

type Listener = Rc<dyn Fn(&str, Answer)>;

thread_local! {
    static LISTENER: RefCell<Option<Listener>> = const { RefCell::new(None) };
    static ANSWERS: RefCell<HashMap<String, Answer>> = RefCell::default();
}

fn name(id: &str) -> String {
    format!("glasspost.draft.{id}")
}

/// Asks for the lock of a draft.
pub fn ask(id: &str, claim: Claim) {
    let draft = id.to_owned();
    locks::request(&name(id), claim, move |answer| {
        ANSWERS.with_borrow_mut(|answers| answers.insert(draft.clone(), answer));
        let listener = LISTENER.with_borrow(Clone::clone);
        if let Some(listener) = listener {
            listener(&draft, answer);
        }
    });
}

/// Gives up the lock of a draft, or stops waiting for it.
pub fn release(id: &str) {
    ANSWERS.with_borrow_mut(|answers| answers.remove(id));
    locks::release(&name(id));
}

/// The last answer about a draft.
#[must_use]
pub fn answer(id: &str) -> Option<Answer> {
    ANSWERS.with_borrow(|answers| answers.get(id).copied())
}

/// Calls `listener` with every answer from now on, in place of the one before.
pub fn listen(listener: impl Fn(&str, Answer) + 'static) {
    LISTENER.replace(Some(Rc::new(listener)));
}
