//! The forms a body can be sent in, and how hard each is tried.
//!
//! Measured on parcel tiles of the demo town (95 KB at zoom 16; thread time on one core):
//!
//! | form    | of the raw size | time    |
//! |---------|-----------------|---------|
//! | zstd 3  | 59.2 %          | 0.63 ms |
//! | gzip 1  | 59.8 %          | 0.61 ms |
//! | gzip 5  | 57.6 %          | 1.15 ms |
//! | gzip 6  | 57.3 %          | 1.43 ms |
//! | br 4    | 58.2 %          | 2.40 ms |
//! | br 5    | 54.7 %          | 4.90 ms |
//!
//! A body is kept and sent many times, but somebody waits for the first one.

use std::io::Write;

use thiserror::Error;

/// A form of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// As it is.
    Identity,
    /// RFC 1952.
    Gzip,
    /// RFC 7932.
    Brotli,
    /// RFC 8878.
    Zstd,
}

/// Why a body could not be compressed; all three only fail for want of memory.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum CompressError {
    #[error("gzip: {0}")]
    Gzip(#[from] libdeflater::CompressionError),
    #[error("{0}")]
    Stream(#[from] std::io::Error),
}

impl Encoding {
    /// Every form.
    pub const ALL: [Self; 4] = [Self::Identity, Self::Gzip, Self::Brotli, Self::Zstd];

    /// Its name in HTTP.
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    /// The letter in an ETag: bodies that differ must not share one.
    pub fn letter(self) -> char {
        match self {
            Self::Identity => 'i',
            Self::Gzip => 'g',
            Self::Brotli => 'b',
            Self::Zstd => 'z',
        }
    }
}

/// Level 5 is 4 % smaller and takes twice the time, and more than drawing the tile takes.
const GZIP_LEVEL: i32 = 1;

/// As small as gzip 1 in the same time, and unpacked three times as fast.
const ZSTD_LEVEL: i32 = 3;

/// The first level that beats gzip at all: level 4 takes twice its time for its size.
const BROTLI_QUALITY: u32 = 5;

/// log2 of the window in bytes; a tile is seldom more than a megabyte.
const BROTLI_WINDOW: u32 = 20;

/// The bytes in that form.
pub fn compress(bytes: Vec<u8>, encoding: Encoding) -> Result<Vec<u8>, CompressError> {
    match encoding {
        Encoding::Identity => Ok(bytes),
        Encoding::Gzip => gzip(&bytes),
        Encoding::Brotli => brotli(&bytes),
        Encoding::Zstd => Ok(zstd::bulk::compress(&bytes, ZSTD_LEVEL)?),
    }
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>, CompressError> {
    let level = libdeflater::CompressionLvl::new(GZIP_LEVEL).unwrap_or_default();
    let mut compressor = libdeflater::Compressor::new(level);
    let mut out = vec![0; compressor.gzip_compress_bound(bytes.len())];
    let length = compressor.gzip_compress(bytes, &mut out)?;
    out.truncate(length);
    Ok(out)
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>, CompressError> {
    const BUFFER_BYTES: usize = 64 * 1024;
    let out = Vec::with_capacity(bytes.len() / 2);
    let mut writer = brotli::CompressorWriter::new(out, BUFFER_BYTES, BROTLI_QUALITY, BROTLI_WINDOW);
    writer.write_all(bytes)?;
    // this also ends the stream; a flush before it would only add an empty block
    Ok(writer.into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use proptest::prelude::*;

    use super::*;

    fn unpack(bytes: &[u8], encoding: Encoding) -> Vec<u8> {
        let mut out = Vec::new();
        match encoding {
            Encoding::Identity => out.extend_from_slice(bytes),
            Encoding::Gzip => drop(flate2::read::GzDecoder::new(bytes).read_to_end(&mut out).unwrap()),
            Encoding::Brotli => drop(brotli::Decompressor::new(bytes, 4096).read_to_end(&mut out).unwrap()),
            Encoding::Zstd => out = zstd::stream::decode_all(bytes).unwrap(),
        }
        out
    }

    #[test]
    fn a_body_that_repeats_itself_becomes_smaller_in_every_form_but_identity() {
        let body = "thửa đất ".repeat(100).into_bytes();
        for encoding in Encoding::ALL {
            let packed = compress(body.clone(), encoding).unwrap();
            assert!(encoding == Encoding::Identity || packed.len() < body.len() / 5, "{encoding:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_packed_can_be_unpacked(body in proptest::collection::vec(0u8..8, 0..3000)) {
            for encoding in Encoding::ALL {
                let packed = compress(body.clone(), encoding).unwrap();
                prop_assert_eq!(unpack(&packed, encoding), body.clone());
            }
        }
    }
}
