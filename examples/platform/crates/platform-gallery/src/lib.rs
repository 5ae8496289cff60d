//! Pictures side by side.

use platform_core::PlatformModule;

pub struct GalleryModule;

impl PlatformModule for GalleryModule {
    fn slug(&self) -> &'static str {
        "gallery"
    }

    fn name(&self) -> &'static str {
        "Gallery"
    }

    fn description(&self) -> &'static str {
        env!("CARGO_PKG_DESCRIPTION")
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    fn migrations(&self) -> Vec<&'static str> {
        vec!["m0001_create_pictures"]
    }
}
