//! The connection to the database: one a tab, opened when it is first used, and again after it was
//! closed.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{Event, EventTarget, IdbDatabase, IdbOpenDbRequest, IdbRequest};

use super::Table;
use super::wait::{failure, wait};
use crate::storage::StoreError;

const NAME: &str = "glasspost";

/// The format of the database. With a new table, or another meaning of one, it is incremented, and
/// [`upgrade`] makes the new one of every earlier one.
const FORMAT: u32 = 3;

thread_local! {
    /// The database, or the attempt to open it, which everything that needs it waits for.
    static OPENED: RefCell<Option<Promise>> = const { RefCell::new(None) };
    /// Why the last attempt failed.
    static ON_CLOSE: RefCell<Option<Rc<dyn Fn()>>> = const { RefCell::new(None) };
    static FAILED: Cell<StoreError> = const { Cell::new(StoreError::Unavailable) };
}

/// Calls `handle` when the browser closes the database, as when it removes what is in it.
pub fn on_close(handle: impl Fn() + 'static) {
    ON_CLOSE.replace(Some(Rc::new(handle)));
}

/// The connection. All that ask at the same time get the same.
pub(super) async fn connection() -> Result<IdbDatabase, StoreError> {
    let opened = OPENED.with_borrow_mut(|opened| {
        let open = || {
            future_to_promise(async {
                open().await.map(JsValue::from).map_err(|error| {
                    FAILED.set(error);
                    JsValue::NULL
                })
            })
        };
        opened.get_or_insert_with(open).clone()
    });
    let database = JsFuture::from(opened).await;
    database.map(JsCast::unchecked_into).map_err(|_| {
        forget();
        FAILED.get()
    })
}

/// The connection is of no use any more.
pub(super) fn forget() {
    OPENED.replace(None);
}

async fn open() -> Result<IdbDatabase, StoreError> {
    let factory = web_sys::window()
        .ok_or(StoreError::Unavailable)?
        .indexed_db();
    let factory = factory.ok().flatten().ok_or(StoreError::Unavailable)?;
    let request = factory.open_with_u32(NAME, FORMAT);
    let request = request.map_err(|error| StoreError::of(&error))?;
    let upgraded = request.clone();
    once(&request, "upgradeneeded", move |_| {
        if let Some(database) = result(&upgraded) {
            upgrade(&database);
        }
    });
    if let Err(event) = wait(&request, "success", &["error", "blocked"]).await {
        let event: Event = event.unchecked_into();
        if event.type_() == "error" {
            return Err(failure(&request));
        }
        // It opens once the other tab is closed. Whoever waited has been told by then.
        let opened = request.clone();
        once(&request, "success", move |_| {
            result(&opened).inspect(IdbDatabase::close);
        });
        return Err(StoreError::Blocked);
    }
    let database = result(&request).ok_or(StoreError::Failed)?;
    let closes = database.clone();
    once(&database, "versionchange", move |_| {
        // A newer version of the page wants to change the format.
        closes.close();
        forget();
    });
    let quiet = Closure::<dyn Fn(Event)>::new(keep_off_the_console).into_js_value();
    database.set_onerror(Some(quiet.unchecked_ref()));
    once(&database, "close", |_| {
        forget();
        if let Some(handle) = ON_CLOSE.with_borrow(Clone::clone) {
            handle();
        }
    });
    Ok(database)
}

/// Firefox writes to the console what no handler takes for handled. Requests of a transaction that
/// was aborted have nothing to report: whoever waits for it is told. Other errors stay as they are,
/// because the transaction of one that is handled would be committed.
fn keep_off_the_console(event: Event) {
    let request = event.target().and_then(|target| target.dyn_into().ok());
    let error = request.and_then(|request: IdbRequest| request.error().ok().flatten());
    if error.is_some_and(|error| error.name() == "AbortError") {
        event.prevent_default();
    }
}

fn result(request: &IdbOpenDbRequest) -> Option<IdbDatabase> {
    request.result().ok()?.dyn_into().ok()
}

/// Makes the tables that are not there yet.
fn upgrade(database: &IdbDatabase) {
    for table in Table::ALL {
        // It fails where the table is there.
        database.create_object_store(table.name()).ok();
    }
}

fn once(target: &EventTarget, event: &str, handle: impl FnOnce(Event) + 'static) {
    let handle = Closure::once_into_js(handle);
    target
        .add_event_listener_with_callback(event, handle.unchecked_ref())
        .ok();
}
