//! Threads of discussion; takes the place of comments.

use platform_core::PlatformModule;

pub struct ForumModule;

impl PlatformModule for ForumModule {
    fn slug(&self) -> &'static str {
        "forum"
    }

    fn name(&self) -> &'static str {
        "Forum"
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
        vec!["m0001_create_threads"]
    }
}
