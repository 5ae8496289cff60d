//! What the screens of all modules share.

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screen {
    pub title: &'static str,
}
