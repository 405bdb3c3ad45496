//! Numbers and what is either true or not, in JSON.

use super::{Spelled, Text};
use crate::clock::At;
use crate::id::FetchId;

/// The numbers below a hundred: two digits at a time are half the divisions.
const PAIRS: [[u8; 2]; 100] = {
    let (mut pairs, mut at) = ([[b'0'; 2]; 100], 0);
    while at < 100 {
        pairs[at] = [b'0' + at as u8 / 10, b'0' + at as u8 % 10];
        at += 1;
    }
    pairs
};

/// The digits of a number below a hundred.
fn pair(number: u64) -> [u8; 2] {
    PAIRS[number as usize]
}

/// As [`pair`], without a zero in front.
fn leading_pair(number: u64, out: &mut Vec<u8>) {
    let [ten, one] = pair(number);
    if number >= 10 {
        out.push(ten);
    }
    out.push(one);
}

impl Spelled for u64 {
    fn spell(&self, out: &mut Vec<u8>) {
        match *self {
            0..100 => leading_pair(*self, out),
            100..10_000 => {
                leading_pair(self / 100, out);
                out.extend_from_slice(&pair(self % 100));
            }
            _ => {
                (self / 10_000).spell(out);
                let [[a, b], [c, d]] = [pair(self / 100 % 100), pair(self % 100)];
                // All at once, and of a length that the compiler knows: no call, and one look at the room.
                out.extend_from_slice(&[a, b, c, d]);
            }
        }
    }

    fn read(text: &mut Text<'_>) -> Option<u64> {
        let length = text.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = text.0.split_at(length);
        // A number begins with 0 only where that is all of it (RFC 8259, section 6).
        if digits.is_empty() || (digits[0] == b'0' && length > 1) {
            return None;
        }
        let add = |sum: u64, digit: &u8| sum.checked_mul(10)?.checked_add(u64::from(digit - b'0'));
        let number = digits.iter().try_fold(0, add)?;
        text.0 = rest;
        Some(number)
    }
}

macro_rules! narrow {
    ($($number:ident)*) => {$(
        impl Spelled for $number {
            fn spell(&self, out: &mut Vec<u8>) {
                u64::from(*self).spell(out);
            }

            fn read(text: &mut Text<'_>) -> Option<$number> {
                u64::read(text)?.try_into().ok()
            }
        }
    )*};
}

narrow! { u16 u32 }

macro_rules! numbered {
    ($($name:ident)*) => {$(
        impl Spelled for $name {
            fn spell(&self, out: &mut Vec<u8>) {
                self.0.spell(out);
            }

            fn read(text: &mut Text<'_>) -> Option<$name> {
                u64::read(text).map($name)
            }
        }
    )*};
}

numbered! { At FetchId }

impl Spelled for bool {
    fn spell(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if *self { b"true" } else { b"false" });
    }

    fn read(text: &mut Text<'_>) -> Option<bool> {
        text.take(b"true").map(|()| true).or_else(|| text.take(b"false").map(|()| false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_its_digits_and_no_more() {
        let edges = (0..20).flat_map(|zeros| [10u64.pow(zeros) - 1, 10u64.pow(zeros), 10u64.pow(zeros) + 1]);
        for number in edges.chain([10_010, 1_000_100, 120_000_000, u64::MAX]) {
            let mut out = Vec::new();
            number.spell(&mut out);
            assert_eq!(String::from_utf8(out).unwrap(), number.to_string());
        }
    }
}
