//! Who somebody is and what they may do.

use platform_core::{ModuleKind, PlatformModule};

pub struct AuthModule;

impl PlatformModule for AuthModule {
    fn slug(&self) -> &'static str {
        "auth"
    }

    fn name(&self) -> &'static str {
        "Accounts"
    }

    fn description(&self) -> &'static str {
        env!("CARGO_PKG_DESCRIPTION")
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    fn kind(&self) -> ModuleKind {
        ModuleKind::Core
    }

    fn migrations(&self) -> Vec<&'static str> {
        vec!["m0001_create_users", "m0002_create_sessions"]
    }
}
