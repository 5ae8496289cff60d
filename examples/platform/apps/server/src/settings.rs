//! What the server is told through its environment, read once.

use platform_core::HealthContext;
use std::env;
use std::path::PathBuf;

#[derive(Clone, Debug)]
pub struct Settings {
    /// Where to listen; port 0 lets the system choose, and the choice is printed.
    pub address: String,
    /// The folder that outlives the process: migrations, and what the environment's services say.
    pub state: PathBuf,
    pub environment: String,
    /// Id of the git tree that this server was built from; written into the image.
    pub input_tree: String,
    /// Digest of the image that runs; only who started it can know.
    pub image_digest: String,
    pub mail_relay: Option<String>,
}

impl Settings {
    pub fn from_environment() -> Self {
        let text =
            |name: &str, default: &str| env::var(name).unwrap_or_else(|_| default.to_string());
        Self {
            address: text("PLATFORM_ADDRESS", "127.0.0.1:0"),
            state: text("PLATFORM_STATE", "state").into(),
            environment: text("PLATFORM_ENVIRONMENT", "local"),
            input_tree: text("PLATFORM_INPUT_TREE", ""),
            image_digest: text("PLATFORM_IMAGE_DIGEST", ""),
            mail_relay: env::var("PLATFORM_MAIL_RELAY").ok(),
        }
    }

    /// What a module sees of all this.
    pub fn health_context(&self) -> HealthContext {
        HealthContext::new(&self.state).with_mail_relay(self.mail_relay.clone())
    }
}
