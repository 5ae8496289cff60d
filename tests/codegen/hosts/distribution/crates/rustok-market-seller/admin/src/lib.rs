//! What the admin shows of market seller.

pub fn screen() -> rustok_ui_core::Screen {
    rustok_ui_core::Screen {
        title: "Market seller",
    }
}
