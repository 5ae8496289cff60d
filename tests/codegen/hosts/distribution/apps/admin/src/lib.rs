//! The panel that the modules' own screens are shown in.

/// How a text without a title is listed.
#[cfg(feature = "ssr")]
pub fn untitled() -> &'static str {
    rustok_content::untitled()
}

pub fn frame(screen: &rustok_ui_core::Screen) -> String {
    format!("<main>{}</main>", screen.title)
}
