//! Locks that one tab of this browser has at a time (Web Locks). A tab that is closed or crashes
//! has none any more.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AbortController;

/// How to ask for a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// If nobody has it.
    Try,
    /// As soon as nobody has it.
    Wait,
    /// Whoever has it loses it.
    Steal,
    /// Together with others that share it, as soon as nobody has it alone.
    Share,
}

/// What becomes of a lock that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// This tab has it.
    Granted,
    /// Another tab has it. Only after [`Claim::Try`].
    Refused,
    /// Another tab has taken it from this one.
    Lost,
}

struct Request {
    /// Names it among the requests for the same lock.
    number: u64,
    abort: Option<AbortController>,
    /// Gives the lock back.
    release: Option<Function>,
}

#[derive(Default)]
struct Requests {
    number: u64,
    open: HashMap<String, Request>,
}

thread_local! {
    static REQUESTS: RefCell<Requests> = RefCell::default();
}

/// Asks for a lock. A later request for the same lock takes the place of one that is still waiting.
/// Where the browser has no locks, everyone gets every lock.
pub fn request(name: &str, claim: Claim, on_answer: impl Fn(Answer) + 'static) {
    let name = name.to_owned();
    let on_answer = Rc::new(on_answer);
    spawn_local(async move {
        if asked(&name, claim, &on_answer).await.is_none() {
            on_answer(Answer::Granted);
        }
    });
}

/// Gives up a lock, or stops waiting for it.
pub fn release(name: &str) {
    let request = REQUESTS.with_borrow_mut(|requests| requests.open.remove(name));
    if let Some(request) = request {
        request.end();
    }
}

impl Request {
    fn end(self) {
        if let Some(release) = self.release {
            release.call0(&JsValue::NULL).ok();
        } else if let Some(abort) = self.abort {
            abort.abort();
        }
    }
}

/// None: the browser has no locks.
async fn asked(name: &str, claim: Claim, on_answer: &Rc<impl Fn(Answer) + 'static>) -> Option<()> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    let ask: Function = Reflect::get(&locks, &"request".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let options = Object::new();
    let set = |key: &str, value: &JsValue| Reflect::set(&options, &key.into(), value).ok();
    let abort = match claim {
        Claim::Try => set("ifAvailable", &true.into()).and(None),
        Claim::Steal => set("steal", &true.into()).and(None),
        Claim::Wait | Claim::Share => {
            if claim == Claim::Share {
                set("mode", &"shared".into());
            }
            let abort = AbortController::new().ok();
            if let Some(abort) = &abort {
                set("signal", &abort.signal());
            }
            abort
        }
    };
    let number = REQUESTS.with_borrow_mut(|requests| {
        requests.number += 1;
        let number = requests.number;
        let request = Request {
            number,
            abort,
            release: None,
        };
        let before = requests.open.insert(name.to_owned(), request);
        (number, before)
    });
    let (number, before) = number;
    // One that is held is stolen, or asked for again by whoever gave it up.
    if let Some(before) = before {
        before.end();
    }
    let (granted, lock_name) = (Rc::clone(on_answer), name.to_owned());
    let callback = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        if lock.is_null() || lock.is_undefined() {
            forget(&lock_name, number);
            granted(Answer::Refused);
            return JsValue::UNDEFINED;
        }
        let mut wanted = false;
        let held = Promise::new(&mut |resolve, _| {
            wanted = keep(&lock_name, number, &resolve);
            if !wanted {
                resolve.call0(&JsValue::NULL).ok();
            }
        });
        if wanted {
            granted(Answer::Granted);
        }
        held.into()
    });
    let answer = ask.call3(&locks, &name.into(), &options, &callback).ok()?;
    let ended = JsFuture::from(Promise::resolve(&answer)).await;
    // It is not there any more where it was given up here.
    if forget(name, number) && ended.is_err() {
        on_answer(Answer::Lost);
    }
    Some(())
}

/// Keeps what gives the lock back. False: it has been given up meanwhile.
fn keep(name: &str, number: u64, release: &Function) -> bool {
    REQUESTS.with_borrow_mut(|requests| match requests.open.get_mut(name) {
        Some(request) if request.number == number => {
            request.release = Some(release.clone());
            true
        }
        _ => false,
    })
}

/// Whether it was there.
fn forget(name: &str, number: u64) -> bool {
    REQUESTS.with_borrow_mut(|requests| {
        let current = requests.open.get(name);
        let is_it = current.is_some_and(|request| request.number == number);
        if is_it {
            requests.open.remove(name);
        }
        is_it
    })
}
