use std::collections::HashMap;
use std::sync::Arc;

use crate::migrations::ModuleMigration;
use crate::module::{ModuleKind, RusToKModule};

#[derive(Clone, Default)]
pub struct ModuleRegistry {
    core_modules: Arc<HashMap<String, Arc<dyn RusToKModule>>>,
    optional_modules: Arc<HashMap<String, Arc<dyn RusToKModule>>>,
}

impl ModuleRegistry {
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the module by value and hands the registry back, so that calls chain. Panics where a slug comes twice.
    pub fn register<M: RusToKModule + 'static>(mut self, module: M) -> Self {
        let slug = module.slug();
        assert!(
            !self.contains(slug),
            "module slug `{slug}` is already registered"
        );
        let bucket = match module.kind() {
            ModuleKind::Core => &mut self.core_modules,
            ModuleKind::Optional => &mut self.optional_modules,
        };
        Arc::make_mut(bucket).insert(slug.to_string(), Arc::new(module));
        self
    }

    pub fn contains(&self, slug: &str) -> bool {
        self.core_modules.contains_key(slug) || self.optional_modules.contains_key(slug)
    }

    pub fn is_core(&self, slug: &str) -> bool {
        self.core_modules.contains_key(slug)
    }

    pub fn get(&self, slug: &str) -> Option<&dyn RusToKModule> {
        self.core_modules
            .get(slug)
            .or_else(|| self.optional_modules.get(slug))
            .map(|module| module.as_ref())
    }

    pub fn modules(&self) -> impl Iterator<Item = &Arc<dyn RusToKModule>> {
        self.core_modules
            .values()
            .chain(self.optional_modules.values())
    }

    pub fn list(&self) -> Vec<&dyn RusToKModule> {
        let mut modules: Vec<&dyn RusToKModule> =
            self.modules().map(|module| module.as_ref()).collect();
        modules.sort_by_key(|module| module.slug());
        modules
    }

    pub fn migrations(&self) -> Vec<ModuleMigration> {
        self.list()
            .into_iter()
            .map(|module| ModuleMigration {
                module_slug: module.slug(),
                migrations: module.migrations(),
            })
            .collect()
    }
}
