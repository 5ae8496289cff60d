//! What a visit is worth, where the platform counts visits.

pub fn reward(visits: u32) -> u32 {
    visits * rustok_loyalty::points()
}
