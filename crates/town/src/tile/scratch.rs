//! How much memory the buffers of drawing keep. Every thread that draws has them; a large tile must not leave each
//! thread with the room that it took.

/// Room a buffer keeps from one tile to the next.
pub(super) const KEPT_BYTES: usize = 256 * 1024;
