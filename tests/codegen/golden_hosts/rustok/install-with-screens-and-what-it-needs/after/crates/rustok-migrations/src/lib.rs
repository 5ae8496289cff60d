//! All steps of the schema in one order, whichever modules a build holds.

pub use rustok_core::{MigrationDependencyDescriptor, MigrationTrait, MigratorTrait};

mod m20251201_000001_create_tenants;

pub struct Migrator;

struct ModuleMigrationSource {
    slug: &'static str,
    source: &'static dyn rustok_core::MigrationSource,
}

static MODULE_MIGRATION_SOURCES: &[ModuleMigrationSource] = &[
    ModuleMigrationSource {
        slug: "outbox",
        source: &rustok_outbox::OutboxModule,
    },
    ModuleMigrationSource {
        slug: "gift",
        source: &rustok_gift::GiftModule,
    },
    ModuleMigrationSource {
        slug: "fields",
        source: &fields::FieldsModule,
    },
    ModuleMigrationSource {
        slug: "auth",
        source: &rustok_auth::AuthModule,
    },
    ModuleMigrationSource {
        slug: "content",
        source: &rustok_content::ContentModule,
    },
    ModuleMigrationSource {
        slug: "shop",
        source: &rustok_shop::ShopModule,
    },
    ModuleMigrationSource {
        slug: "wishlist",
        source: &rustok_wishlist::WishlistModule,
    },
    ModuleMigrationSource {
        slug: "market_seller",
        source: &rustok_market_seller::MarketSellerModule,
    },
    ModuleMigrationSource {
        slug: "pages",
        source: &rustok_pages::PagesModule,
    },
    ModuleMigrationSource {
        slug: "media",
        source: &rustok_media::MediaModule,
    },
    ModuleMigrationSource {
        slug: "loyalty",
        source: &rustok_loyalty::LoyaltyModule,
    },
    ModuleMigrationSource {
        slug: "reactions",
        source: &rustok_reactions::ReactionsModule,
    },
];

/// Which step has to wait for which, by the module that says so.
pub fn dependencies() -> Vec<(&'static str, MigrationDependencyDescriptor)> {
    MODULE_MIGRATION_SOURCES
        .iter()
        .flat_map(|module| {
            let slug = module.slug;
            module
                .source
                .migration_dependencies()
                .into_iter()
                .map(move |descriptor| (slug, descriptor))
        })
        .collect()
}

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        // The platform's own steps first; the names bring all of them in order afterwards.
        let mut all: Vec<Box<dyn MigrationTrait>> =
            vec![Box::new(m20251201_000001_create_tenants::Migration)];

        // What the modules bring along.
        all.extend(rustok_core::MigrationSource::migrations(
            &rustok_outbox::OutboxModule,
        ));
        all.extend(rustok_core::MigrationSource::migrations(
            &rustok_gift::GiftModule,
        ));
        all.extend(rustok_core::MigrationSource::migrations(
            &fields::FieldsModule,
        ));
        all.extend(rustok_auth::migrations::migrations());
        all.extend(rustok_content::migrations::migrations());
        all.extend(rustok_shop::migrations::migrations());
        all.extend(rustok_core::MigrationSource::migrations(
            &rustok_wishlist::WishlistModule,
        ));
        all.extend(rustok_core::MigrationSource::migrations(
            &rustok_market_seller::MarketSellerModule,
        ));
        all.extend(rustok_pages::migrations::migrations());
        all.extend(rustok_media::migrations::migrations());
        all.extend(rustok_loyalty::migrations::migrations());
        all.extend(rustok_reactions::migrations::migrations());
        all.extend(rustok_stream_connector::migrations::migrations());

        all.sort_by(|first, second| first.name().cmp(second.name()));
        all
    }
}
