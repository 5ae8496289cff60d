// Replaced while a reviewed distribution is built; empty in the repository.

use rustok_core::ModuleRegistry;

pub(crate) fn register_promoted_modules(registry: ModuleRegistry) -> ModuleRegistry {
    registry
}
