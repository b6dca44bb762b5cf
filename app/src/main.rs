//! Mounts the page.

fn main() {
    glasspost_app::shell::mount();
}
