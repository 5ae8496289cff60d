use std::collections::HashMap;
use std::sync::Arc;

use crate::migrations::ModuleMigration;
use crate::module::RusToKModule;

#[derive(Clone, Default)]
pub struct ModuleRegistry {
    modules: Arc<HashMap<String, Arc<dyn RusToKModule>>>,
}

impl ModuleRegistry {
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the module by value and hands the registry back, so that calls chain. The last of one slug is kept.
    pub fn register<M: RusToKModule + 'static>(mut self, module: M) -> Self {
        Arc::make_mut(&mut self.modules).insert(module.slug().to_string(), Arc::new(module));
        self
    }

    pub fn contains(&self, slug: &str) -> bool {
        self.modules.contains_key(slug)
    }

    pub fn get(&self, slug: &str) -> Option<&dyn RusToKModule> {
        self.modules.get(slug).map(|module| module.as_ref())
    }

    pub fn modules(&self) -> impl Iterator<Item = &Arc<dyn RusToKModule>> {
        self.modules.values()
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
