//! `page-bindgen INPUT.wasm FOLDER`: writes the module, and the JavaScript that loads it, into the
//! folder.
//!
//! The command-line tool of wasm-bindgen does the same, but includes a web server and a test
//! client, which take three times as long to compile. It must also have exactly the version of the
//! library in Cargo.lock.

use anyhow::{Result, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [input, folder] = arguments.as_slice() else {
        bail!("expected a module and a folder");
    };
    let mut bindgen = Bindgen::new();
    bindgen.input_path(input).web(true)?.typescript(false);
    // The parts of the page share the table of functions (`page-split`).
    bindgen.keep_lld_exports(true);
    bindgen.generate(folder)
}
