//! What the admin shows of wishlist.

pub fn screen() -> rustok_ui_core::Screen {
    rustok_ui_core::Screen { title: "Wishlist" }
}
