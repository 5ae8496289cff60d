//! What a visitor sees; the shop's screen comes first where there is one.

#[cfg(feature = "ssr")]
pub fn first() -> rustok_ui_core::Screen {
    rustok_shop_storefront::screen()
}

pub fn frame(screen: &rustok_ui_core::Screen) -> String {
    format!("<body>{}</body>", screen.title)
}
