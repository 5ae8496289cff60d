//! The modules of one build.

use crate::PlatformModule;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The migrations of one module, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleMigration {
    pub module_slug: &'static str,
    pub migrations: Vec<&'static str>,
}

/// Modules by slug; made by `apps/server/src/modules/generated.rs` and read by everything else.
#[derive(Clone, Default)]
pub struct ModuleRegistry {
    modules: BTreeMap<&'static str, Arc<dyn PlatformModule>>,
}

impl ModuleRegistry {
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes and returns the registry, so that registrations read as one chain.
    ///
    /// Panics when the slug is taken: two modules under one name is a mistake of the build,
    /// and a server that starts with one of them missing would hide it.
    pub fn register<M: PlatformModule + 'static>(mut self, module: M) -> Self {
        let slug = module.slug();
        let before = self.modules.insert(slug, Arc::new(module));
        assert!(
            before.is_none(),
            "module slug `{}` is already registered",
            slug
        );
        self
    }

    pub fn get(&self, slug: &str) -> Option<&dyn PlatformModule> {
        self.modules.get(slug).map(|module| module.as_ref())
    }

    pub fn contains(&self, slug: &str) -> bool {
        self.modules.contains_key(slug)
    }

    /// All modules, sorted by slug.
    pub fn list(&self) -> Vec<&dyn PlatformModule> {
        self.modules
            .values()
            .map(|module| module.as_ref())
            .collect()
    }

    /// The migrations of every module that has some, sorted by slug.
    pub fn migrations(&self) -> Vec<ModuleMigration> {
        let all = self.modules.values().map(|module| ModuleMigration {
            module_slug: module.slug(),
            migrations: module.migrations(),
        });
        all.filter(|source| !source.migrations.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Named(&'static str, Vec<&'static str>);

    impl PlatformModule for Named {
        fn slug(&self) -> &'static str {
            self.0
        }
        fn name(&self) -> &'static str {
            self.0
        }
        fn description(&self) -> &'static str {
            ""
        }
        fn version(&self) -> &'static str {
            "0.1.0"
        }
        fn migrations(&self) -> Vec<&'static str> {
            self.1.clone()
        }
    }

    #[test]
    fn modules_are_listed_by_slug_in_whatever_order_they_came() {
        let registry = ModuleRegistry::new()
            .register(Named("b", vec![]))
            .register(Named("a", vec![]));
        let slugs: Vec<_> = registry.list().iter().map(|module| module.slug()).collect();
        assert_eq!(slugs, ["a", "b"]);
    }

    #[test]
    #[should_panic(expected = "module slug `a` is already registered")]
    fn a_slug_is_registered_once() {
        ModuleRegistry::new()
            .register(Named("a", vec![]))
            .register(Named("a", vec![]));
    }

    #[test]
    fn a_module_without_migrations_is_left_out_of_them() {
        let registry = ModuleRegistry::new()
            .register(Named("a", vec!["one"]))
            .register(Named("b", vec![]));
        let slugs: Vec<_> = registry
            .migrations()
            .iter()
            .map(|source| source.module_slug)
            .collect();
        assert_eq!(slugs, ["a"]);
    }
}
