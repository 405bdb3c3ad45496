//! Finds the line for which a head was refused, to show it. Knows nothing of how heads are parsed.

use memchr::memchr;

use super::error::{Excerpt, FieldFault, HttpError};
use super::request::is_token;

/// Without its line end, but with any other CR.
pub(super) fn first_line(raw: &[u8]) -> &[u8] {
    lines(raw).next().unwrap_or_default()
}

fn lines(raw: &[u8]) -> impl Iterator<Item = &[u8]> {
    raw.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

/// What is wrong with the fields of a head that was refused for them.
pub(super) fn faulty_field(raw: &[u8]) -> HttpError {
    let mut name = first_line(raw);
    for (at, line) in lines(raw).skip(1).enumerate() {
        let value = match line {
            [b' ' | b'\t', ..] if at == 0 => return bad(line, FieldFault::LeadingSpace),
            // It goes on with the value before, or ends the head.
            [b' ' | b'\t', ..] | [] => line,
            _ => match colon_of(line) {
                Ok(colon) => {
                    name = line[..colon].trim_ascii_end();
                    &line[colon + 1..]
                }
                Err(fault) => return bad(line, fault),
            },
        };
        if let Some(fault) = value_fault(value) {
            return bad(name, fault);
        }
    }
    bad(name, FieldFault::Control)
}

fn bad(shown: &[u8], fault: FieldFault) -> HttpError {
    HttpError::BadField { shown: Excerpt::of(shown), fault }
}

fn colon_of(line: &[u8]) -> Result<usize, FieldFault> {
    let colon = memchr(b':', line).ok_or(FieldFault::NoColon)?;
    let name = line[..colon].trim_ascii_end();
    let is_name = !name.is_empty() && name.iter().copied().all(is_token);
    if is_name { Ok(colon) } else { Err(FieldFault::BadName) }
}

fn value_fault(value: &[u8]) -> Option<FieldFault> {
    match value.iter().find(|byte| byte.is_ascii_control() && **byte != b'\t')? {
        0 => Some(FieldFault::Nul),
        b'\r' => Some(FieldFault::BareCr),
        _ => Some(FieldFault::Control),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_is_shown_with_its_fault_but_never_a_value() {
        let cases: [(&[u8], &[u8], FieldFault); 7] = [
            (b" X: y", b" X: y", FieldFault::LeadingSpace),
            (b"X y", b"X y", FieldFault::NoColon),
            (b"X y: z", b"X y: z", FieldFault::BadName),
            (b": y", b": y", FieldFault::BadName),
            (b"X: secret\0", b"X", FieldFault::Nul),
            (b"X: secret\ry", b"X", FieldFault::BareCr),
            (b"X : y\r\n secret\0", b"X", FieldFault::Nul),
        ];
        for (line, shown, fault) in cases {
            let head = [b"HTTP/1.1 200 OK\r\n", line, b"\r\n\r\n"].concat();
            assert_eq!(faulty_field(&head), bad(shown, fault));
        }
    }
}
