//! What the tests of the built program share.
