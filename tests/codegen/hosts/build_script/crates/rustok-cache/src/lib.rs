//! Answers kept for a while.

use rustok_core::{MigrationSource, MigrationTrait, ModuleKind, RusToKModule};

/// Built by `new`, since it holds what it was told at the start.
pub struct CacheModule {
    capacity: usize,
}

impl CacheModule {
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self { capacity: 256 }
    }

    pub fn capacity(&self) -> usize {
        self.capacity
    }
}

impl RusToKModule for CacheModule {
    fn slug(&self) -> &'static str {
        "cache"
    }

    fn name(&self) -> &'static str {
        "Cache"
    }

    fn description(&self) -> &'static str {
        "A shared store of answers that may be forgotten at any time"
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    fn kind(&self) -> ModuleKind {
        ModuleKind::Core
    }
}

impl MigrationSource for CacheModule {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        Vec::new()
    }
}
