//! What the storefront shows of shop.

pub fn screen() -> rustok_ui_core::Screen {
    rustok_ui_core::Screen { title: "Shop" }
}
