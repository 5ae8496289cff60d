//! Pages, their texts and their versions.

use platform_core::PlatformModule;

pub struct ContentModule;

impl PlatformModule for ContentModule {
    fn slug(&self) -> &'static str {
        "content"
    }

    fn name(&self) -> &'static str {
        "Content"
    }

    fn description(&self) -> &'static str {
        env!("CARGO_PKG_DESCRIPTION")
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    fn migrations(&self) -> Vec<&'static str> {
        vec!["m0001_create_pages"]
    }
}
