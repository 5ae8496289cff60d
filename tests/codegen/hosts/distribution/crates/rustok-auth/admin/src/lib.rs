//! What the admin shows of auth.

pub fn screen() -> rustok_ui_core::Screen {
    rustok_ui_core::Screen { title: "Auth" }
}
