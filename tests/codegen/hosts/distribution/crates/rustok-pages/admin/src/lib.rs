//! What the admin shows of pages.

pub fn screen() -> rustok_ui_core::Screen {
    rustok_ui_core::Screen { title: "Pages" }
}
