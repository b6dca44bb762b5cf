//! Creates the folder for the page. `src/http/assets.rs` embeds the files in it or, in a program
//! compiled without optimisation, reads them when they are requested. If the folder does not exist
//! at compile time, its files are not found later either.

use std::path::Path;

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    std::fs::create_dir_all(Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist"))
}
