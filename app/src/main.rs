//! Mounts the page.

fn main() {
    glasspost_app::app::mount();
}
