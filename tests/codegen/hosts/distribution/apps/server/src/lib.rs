//! The host that everything is compiled into.

pub mod modules;
pub mod services;
