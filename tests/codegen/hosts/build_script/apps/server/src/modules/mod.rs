//! The required modules by name; the others as the build script found them in the manifest.

mod registry_codegen {
    include!(concat!(env!("OUT_DIR"), "/modules_registry_codegen.rs"));
}

use rustok_auth::AuthModule;
use rustok_cache::CacheModule;
use rustok_core::ModuleRegistry;

pub fn build_registry() -> ModuleRegistry {
    let cache_module = CacheModule::new();
    let registry = ModuleRegistry::new()
        .register(AuthModule)
        .register(cache_module);

    registry_codegen::register_optional_modules(registry)
}

#[cfg(test)]
mod tests {
    use super::build_registry;

    const AUTH_FACTS: &str = include_str!("../../../../crates/rustok-auth/rustok-module.toml");

    #[test]
    fn what_is_required_is_there_whatever_the_features() {
        assert!(build_registry().is_core("auth"));
        assert!(AUTH_FACTS.contains("trust_level = \"core\""));
    }
}
