//! Makes the folder for the page, which `src/http/assets.rs` embeds or, without optimisation, reads when
//! it is asked for a file. Where the folder is missing when that is compiled, its files are not
//! found later either.

use std::path::Path;

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    std::fs::create_dir_all(Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist"))
}
