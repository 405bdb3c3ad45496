//! The URLs of a `srcset` (WHATWG HTML, 4.8.4.2.2). Knows nothing of elements.

/// The URLs of the candidates, as written, but for those that browsers drop for their descriptors.
pub(super) fn urls(srcset: &str) -> impl Iterator<Item = &str> {
    let mut rest = srcset;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|character| is_blank(character) || character == ',');
        let end = rest.find(is_blank).unwrap_or(rest.len());
        let (url, behind) = rest.split_at(end);
        let whole = url.trim_end_matches(',');
        let (descriptors, further) =
            if whole.len() < url.len() { ("", behind) } else { behind.split_at(length(behind)) };
        rest = further;
        (!whole.is_empty()).then_some((whole, descriptors))
    })
    .filter_map(|(url, descriptors)| are_kept(descriptors).then_some(url))
}

/// Bytes up to the comma that is in no parentheses.
fn length(text: &str) -> usize {
    let mut inside = false;
    let ends = |byte| {
        inside = byte == b'(' || inside && byte != b')';
        byte == b',' && !inside
    };
    text.bytes().position(ends).unwrap_or(text.len())
}

/// Whether a candidate with these descriptors is one: a width, with a height or not, or a density, or nothing.
fn are_kept(descriptors: &str) -> bool {
    let (mut width, mut height, mut density) = (false, false, false);
    for descriptor in tokens(descriptors) {
        let Some((value, unit)) = descriptor.len().checked_sub(1).and_then(|at| descriptor.split_at_checked(at)) else {
            return false;
        };
        let (seen, is_right) = match unit {
            "w" => (&mut width, is_above_zero(value)),
            "h" => (&mut height, is_above_zero(value)),
            "x" => (&mut density, is_density(value)),
            _ => return false,
        };
        if *seen || !is_right {
            return false;
        }
        *seen = true;
    }
    (width || !height) && !(width && density)
}

/// Split at white space that is in no parentheses.
fn tokens(descriptors: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    let splits = move |character| {
        inside = character == '(' || inside && character != ')';
        is_blank(character) && !inside
    };
    descriptors.split(splits).filter(|token| !token.is_empty())
}

/// Whether it is a valid non-negative integer (2.3.4.2) that is not zero.
fn is_above_zero(value: &str) -> bool {
    is_digits(value) && value.bytes().any(|digit| digit != b'0')
}

/// Whether it is a valid floating-point number (2.3.4.3) that is not below zero.
fn is_density(value: &str) -> bool {
    let unsigned = value.strip_prefix('-').unwrap_or(value);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, mantissa));
    let is_valid = (whole.is_empty() || is_digits(whole))
        && is_digits(fraction)
        && is_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    is_valid && value.parse::<f64>().is_ok_and(|density| density >= 0.0)
}

fn is_digits(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_blank(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\x0c' | '\r' | ' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_candidate_gives_its_url() {
        let cases: [(&str, &[&str]); 9] = [
            ("a.png", &["a.png"]),
            (" a.png 1x, b.png 2x ", &["a.png", "b.png"]),
            ("a.png, b.png 100w,c.png", &["a.png", "b.png", "c.png"]),
            ("a,b.png 1x,,, c.png", &["a,b.png", "c.png"]),
            ("a.png (1,2) x, b.png", &["b.png"]),
            ("data:image/png;base64,AAAA 1x, b.png", &["data:image/png;base64,AAAA", "b.png"]),
            (",", &[]),
            ("", &[]),
            ("a.png 1x,b.png 2x", &["a.png", "b.png"]),
        ];
        for (srcset, expected) in cases {
            assert_eq!(urls(srcset).collect::<Vec<_>>(), expected, "{srcset}");
        }
    }

    #[test]
    fn candidates_whose_descriptors_browsers_drop_give_none() {
        let kept = ["", "1x", "0x", ".5x", "1.5e2x", "1E-3x", "-0x", "1w", "007w", "2w 3h", " 3h  2w\t"];
        let dropped = [
            "1x 2x", "1w 2w", "1h 1w 2h", "1x 1w", "1x 1w 1h", "0w", "1w 0h", "1h", "foo", "x", "w", "-1x", "-1w",
            "+1x", "+1w", "1.x", ".x", "1ex", "1e+x", "1.5w", "infx", "nanx", "1X", "1W", "1x(", "(1x)", "1x (a b)",
            "é", "1 x",
        ];
        for descriptors in kept.iter().chain(&dropped) {
            let srcset = format!("a.png {descriptors}, b.png");
            let is_kept = kept.contains(descriptors);
            let is_open = descriptors.contains('(') && !descriptors.contains(')');
            let expected = ["a.png"].into_iter().filter(|_| is_kept).chain(["b.png"].into_iter().filter(|_| !is_open));
            assert_eq!(urls(&srcset).collect::<Vec<_>>(), expected.collect::<Vec<_>>(), "{srcset}");
        }
    }
}
