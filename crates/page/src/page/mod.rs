//! What a map in the browser needs from this server alone: the page, the map styles and the
//! glyphs. Pure functions from a name to bytes; routes and headers are `http`'s.

mod assets;
mod door;
mod glyphs;
mod outline;
mod sprite;
mod styles;

pub use assets::{Asset, asset, index};
pub use door::{DoorPage, door_page};
pub use glyphs::{FONT, FONT_STACK, glyph_range};
pub use sprite::sprite;
pub use styles::{style, style_names};

/// Makes everything that is made once and kept (files in gzip, styles, glyphs, the sprite), so that no request does.
pub fn prepare() {
    asset("");
    door_page();
    style_names().for_each(|name| drop(style(name, "", |_| true)));
    glyphs::draw_all();
    sprite("");
}
