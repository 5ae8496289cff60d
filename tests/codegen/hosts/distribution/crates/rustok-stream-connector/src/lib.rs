//! A connection to a log outside; no module, so that nothing here is ever registered.

pub mod migrations;

pub fn topic() -> &'static str {
    "platform"
}
