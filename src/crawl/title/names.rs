//! The names of tags: where one ends, and which are the same. Knows nothing of what they name.

/// Bytes of a name that are looked at: room for the longest of these, and for a prefix before it.
const NAME: usize = 48;

/// Where the name that begins at `from` ends, or what of it is looked at; `None`, where more of it is needed.
pub(super) fn name_end(page: &[u8], from: usize) -> Option<usize> {
    let name = &page[from..page.len().min(from + NAME)];
    let end = name.iter().position(|&byte| is_end(byte));
    (end.is_some() || name.len() == NAME).then(|| from + end.unwrap_or(NAME))
}

/// Whether it begins a drawing, or a formula.
pub(super) fn draws(name: &[u8]) -> bool {
    matches!(name.len(), 3 | 4) && [&b"svg"[..], b"math"].iter().any(|drawing| name.eq_ignore_ascii_case(drawing))
}

/// Whether both name one element: in XML, letters are as they are written.
pub(super) fn is_same(name: &[u8], other: &[u8], xml: bool) -> bool {
    if xml { name == other } else { name.eq_ignore_ascii_case(other) }
}

/// Whether a name ends before this byte.
pub(super) fn is_end(byte: u8) -> bool {
    byte <= b'>' && matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | b' ' | b'/' | b'>')
}
