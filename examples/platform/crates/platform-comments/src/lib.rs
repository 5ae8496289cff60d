//! What readers say below a page.

use platform_core::PlatformModule;

pub struct CommentsModule;

impl PlatformModule for CommentsModule {
    fn slug(&self) -> &'static str {
        "comments"
    }

    fn name(&self) -> &'static str {
        "Comments"
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
        vec!["m0001_create_comments"]
    }
}
