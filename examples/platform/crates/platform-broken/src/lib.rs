//! Does not compile, on purpose: `version` answers a number where text is asked for.

use platform_core::PlatformModule;

pub struct BrokenModule;

impl PlatformModule for BrokenModule {
    fn slug(&self) -> &'static str {
        "broken"
    }

    fn name(&self) -> &'static str {
        "Broken"
    }

    fn description(&self) -> &'static str {
        env!("CARGO_PKG_DESCRIPTION")
    }

    fn version(&self) -> &'static str {
        1
    }
}
