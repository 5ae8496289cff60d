//! Articles in the order of their dates.

use platform_core::PlatformModule;

pub struct BlogModule;

impl PlatformModule for BlogModule {
    fn slug(&self) -> &'static str {
        "blog"
    }

    fn name(&self) -> &'static str {
        "Blog"
    }

    fn description(&self) -> &'static str {
        env!("CARGO_PKG_DESCRIPTION")
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    fn dependencies(&self) -> &[&'static str] {
        &["content"]
    }

    fn migrations(&self) -> Vec<&'static str> {
        vec!["m0001_create_articles"]
    }
}
