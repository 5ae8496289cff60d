//! Pictures in an order.

use rustok_core::{MigrationSource, MigrationTrait, RusToKModule};

pub struct PhotoAlbumModule;

impl RusToKModule for PhotoAlbumModule {
    fn slug(&self) -> &'static str {
        "photo_album"
    }

    fn name(&self) -> &'static str {
        "Photo album"
    }

    fn description(&self) -> &'static str {
        "Pictures in an order that somebody has thought about"
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }
}

impl MigrationSource for PhotoAlbumModule {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        Vec::new()
    }
}
