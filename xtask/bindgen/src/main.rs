//! `page-bindgen INPUT.wasm FOLDER`: writes the module, and the JavaScript that loads it, into the
//! folder.
//!
//! The command line of wasm-bindgen does the same, but comes with a web server and a client for
//! tests, which take three times as long to compile; and it has to be installed in just the version
//! that Cargo.lock has of the library.

use anyhow::{Result, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [input, folder] = arguments.as_slice() else {
        bail!("expected a module and a folder");
    };
    let mut bindgen = Bindgen::new();
    bindgen.input_path(input).web(true)?.typescript(false);
    bindgen.generate(folder)
}
