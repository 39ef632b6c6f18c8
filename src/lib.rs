//! bandoso: *bản đồ số và địa chỉ số*, the digital map and digital address server of a Vietnamese
//! town. `ARCHITECTURE.md` shows the rooms and the way of the data.

pub mod demo;
pub mod geometry;
pub mod schema;
