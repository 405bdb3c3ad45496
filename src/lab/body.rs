//! A page's bytes, made when they are asked for, a piece at a time. Knows nothing of framing.

use std::fmt::Write;

use super::noise::Noise;
use super::random::mix;

pub struct Body {
    source: Source,
    given: u32,
    size: u32,
}

enum Source {
    Text(Vec<u8>),
    Noise(Noise),
}

impl Body {
    pub(super) fn text(text: Vec<u8>) -> Body {
        Body { given: 0, size: text.len() as u32, source: Source::Text(text) }
    }

    pub(super) fn noise(noise: Noise) -> Body {
        Body { given: 0, size: noise.size, source: Source::Noise(noise) }
    }

    /// Bytes of the whole body.
    pub fn size(&self) -> u32 {
        self.size
    }

    /// Bytes that were not read yet.
    pub fn remaining(&self) -> u32 {
        self.size - self.given
    }

    /// Appends the next bytes, `most` of them or all that remain.
    pub fn read(&mut self, most: u32, out: &mut Vec<u8>) {
        let range = self.given..self.given + most.min(self.remaining());
        self.given = range.end;
        match &self.source {
            Source::Text(text) => out.extend_from_slice(&text[range.start as usize..range.end as usize]),
            Source::Noise(noise) => noise.write(range, out),
        }
    }

    /// All that remains.
    pub fn into_bytes(mut self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.remaining() as usize);
        self.read(self.remaining(), &mut bytes);
        bytes
    }
}

/// A stylesheet or a script of exactly `size` bytes.
pub(super) fn asset(path: &str, size: u32, seed: u64) -> Vec<u8> {
    let mut text = String::with_capacity(size as usize + 64);
    let mut number = 0;
    while text.len() < size as usize {
        let colour = mix(seed ^ number) & 0xff_ffff;
        // Writing to a String can't fail.
        let _ = match path.ends_with(".css") {
            true => writeln!(text, ".goods-{number} {{ color: #{colour:06x}; }}"),
            false => writeln!(text, "shop[{number}] = \"#{colour:06x}\";"),
        };
        number += 1;
    }
    let whole_lines = text[..size as usize].rfind('\n').map_or(0, |end| end + 1);
    text.truncate(whole_lines);
    let mut bytes = text.into_bytes();
    bytes.resize(size as usize, b'\n');
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_has_its_size_and_whole_lines() {
        for size in [0, 1, 30, 31, 5000] {
            let bytes = asset("/style.css", size, 7);
            assert_eq!(bytes.len() as u32, size);
            assert!(bytes.is_empty() || bytes.ends_with(b"\n"));
        }
    }

    #[test]
    fn reading_past_the_end_gives_nothing() {
        let mut body = Body::text(b"abc".to_vec());
        let mut out = Vec::new();
        body.read(2, &mut out);
        body.read(9, &mut out);
        body.read(9, &mut out);
        assert_eq!((out.as_slice(), body.remaining()), (b"abc".as_slice(), 0));
    }
}
