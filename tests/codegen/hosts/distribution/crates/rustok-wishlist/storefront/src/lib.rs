//! What the storefront shows of wishlist.

pub fn screen() -> rustok_ui_core::Screen {
    rustok_ui_core::Screen { title: "Wishlist" }
}
