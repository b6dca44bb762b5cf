//! Compiles the program again when the page in `dist/` has changed: the compiler knows of the files
//! it has embedded, and not of one that was added since.

fn main() {
    println!("cargo::rerun-if-changed=../dist");
}
