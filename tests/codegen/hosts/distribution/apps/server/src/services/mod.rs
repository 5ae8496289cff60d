//! What the host does with its modules beyond registering them.

#[cfg(feature = "mod-loyalty")]
pub mod checkout;

use rustok_core::MigratorTrait;

/// The steps of the schema in the order in which they run.
pub fn schema() -> Vec<String> {
    rustok_migrations::Migrator::migrations()
        .iter()
        .map(|step| step.name().to_string())
        .collect()
}

/// Where the log of events is looked for.
pub fn topic() -> &'static str {
    rustok_stream_connector::topic()
}

/// The address that a visitor without a wish is sent to.
pub fn landing() -> &'static str {
    #[cfg(feature = "mod-pages")]
    {
        rustok_pages::home()
    }
    #[cfg(not(feature = "mod-pages"))]
    {
        "/health"
    }
}
