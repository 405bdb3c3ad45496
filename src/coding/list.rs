//! Reads which codings a Content-Encoding lists. Decodes nothing.

use super::LAYERS;
use super::error::CodingError;
use crate::secrets::struck_bytes;
use std::fmt;

/// A content coding that can be taken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

const NAMES: [(&str, Option<Coding>); 7] = [
    ("gzip", Some(Coding::Gzip)),
    ("x-gzip", Some(Coding::Gzip)),
    ("deflate", Some(Coding::Deflate)),
    ("br", Some(Coding::Brotli)),
    ("zstd", Some(Coding::Zstd)),
    ("identity", None),
    ("none", None),
];

/// Bytes of an unknown coding that are quoted.
const QUOTED: usize = 40;

impl fmt::Display for Coding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(["gzip", "deflate", "br", "zstd"][*self as usize])
    }
}

/// The codings in the order in which they were put on.
///
/// # Errors
/// An unknown one, or more than [`LAYERS`].
pub(super) fn codings<'f>(fields: impl Iterator<Item = &'f [u8]>) -> Result<Vec<Coding>, CodingError> {
    let mut found = Vec::new();
    let elements = fields.flat_map(|field| field.split(|&byte| byte == b',')).map(<[u8]>::trim_ascii);
    for element in elements.filter(|element| !element.is_empty()) {
        if let Some(coding) = named(element)? {
            if found.len() == LAYERS {
                return Err(CodingError::TooManyCodings { limit: LAYERS });
            }
            found.push(coding);
        }
    }
    Ok(found)
}

fn named(element: &[u8]) -> Result<Option<Coding>, CodingError> {
    let known = NAMES.iter().find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(element));
    known.map(|&(_, coding)| coding).ok_or_else(|| CodingError::Unknown(quoted(element)))
}

fn quoted(element: &[u8]) -> Box<str> {
    let element = &*struck_bytes(element);
    let more = if element.len() > QUOTED { "…" } else { "" };
    format!("\"{}{more}\"", element[..element.len().min(QUOTED)].escape_ascii()).into()
}
