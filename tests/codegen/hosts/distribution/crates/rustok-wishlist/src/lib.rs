//! What somebody would like to be given.

pub mod migrations;

use rustok_core::{MigrationSource, MigrationTrait, RusToKModule};

pub struct WishlistModule;

impl RusToKModule for WishlistModule {
    fn slug(&self) -> &'static str {
        "wishlist"
    }

    fn name(&self) -> &'static str {
        "Wishlist"
    }

    fn description(&self) -> &'static str {
        "What somebody would like to be given, shown to their friends"
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    fn dependencies(&self) -> &[&'static str] {
        &["shop", "gift"]
    }
}

impl MigrationSource for WishlistModule {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        migrations::migrations()
    }
}

/// How a wish is wrapped when it comes true.
pub fn wrapping() -> &'static str {
    rustok_gift::paper()
}
