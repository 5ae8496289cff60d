//! Which modules are compiled in, said once for every program that needs to know.

mod generated_promotions;

use rustok_auth::AuthModule;
use rustok_cache::CacheModule;
use rustok_core::ModuleRegistry;
use rustok_events_module::EventsModule;
use rustok_outbox::OutboxModule;

/// One module as it is named in the identity of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompositionModule {
    pub slug: String,
    pub version: String,
    pub dependencies: Vec<String>,
}

/// Registers what the features of this build have chosen.
pub fn build_registry() -> ModuleRegistry {
    #[allow(unused_mut)]
    let mut registry = ModuleRegistry::new()
        .register(AuthModule)
        .register(CacheModule::new())
        .register(OutboxModule)
        .register(EventsModule);

    #[cfg(feature = "mod-shop")]
    {
        registry = registry.register(rustok_shop::ShopModule);
    }
    #[cfg(feature = "mod-market_seller")]
    {
        registry = registry.register(rustok_market_seller::MarketSellerModule);
    }
    #[cfg(feature = "mod-market")]
    {
        registry = registry.register(rustok_market::MarketModule);
    }
    #[cfg(feature = "mod-content")]
    {
        registry = registry.register(rustok_content::ContentModule);
    }
    #[cfg(feature = "mod-pages")]
    {
        registry = registry.register(rustok_pages::PagesModule);
    }
    #[cfg(feature = "mod-reactions")]
    {
        registry = registry.register(rustok_reactions::ReactionsModule);
    }
    #[cfg(feature = "mod-media")]
    {
        registry = registry.register(rustok_media::MediaModule);
    }
    #[cfg(feature = "mod-loyalty")]
    {
        registry = registry.register(rustok_loyalty::LoyaltyModule);
    }
    #[cfg(feature = "mod-fields")]
    {
        registry = registry.register(fields::FieldsModule);
    }
    #[cfg(feature = "mod-assistant")]
    {
        registry = registry.register(rustok_assistant::AssistantModule);
    }
    #[cfg(feature = "mod-tax")]
    {
        registry = registry.register(rustok_tax::TaxModule);
    }

    generated_promotions::register_promoted_modules(registry)
}

/// The modules of this build with what each of them needs, sorted.
pub fn composition() -> Vec<CompositionModule> {
    build_registry()
        .list()
        .into_iter()
        .map(|module| {
            let mut dependencies: Vec<String> = module
                .dependencies()
                .iter()
                .map(ToString::to_string)
                .collect();
            dependencies.sort();
            CompositionModule {
                slug: module.slug().to_string(),
                version: module.version().to_string(),
                dependencies,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_of_its_own_is_no_composition() {
        let registry = ModuleRegistry::new()
            .register(OutboxModule)
            .register(EventsModule);
        assert_eq!(registry.list().len(), 2);
        assert!(composition().len() > 2);
    }
}
