//! Files of lessons, and every lesson played to its end with a simulated bridge.

mod file;
mod played;
