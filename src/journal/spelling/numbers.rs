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

/// The digits of a number below ten thousand, with zeros in front.
fn four(number: u64) -> [u8; 4] {
    let [[a, b], [c, d]] = [pair(number / 100), pair(number % 100)];
    [a, b, c, d]
}

/// As [`four`], without a zero in front: the digits are moved there, all are written and what is too much is taken back,
/// since how many they are can't be foretold, and a jump that was foretold wrongly takes longer than all of this.
fn up_to_four(number: u64, out: &mut Vec<u8>) {
    let zeros = [10, 100, 1_000].iter().filter(|&&limit| number < limit).count();
    let digits = u32::from_be_bytes(four(number)) << (8 * zeros);
    out.extend_from_slice(&digits.to_be_bytes());
    out.truncate(out.len() - zeros);
}

impl Spelled for u64 {
    fn spell(&self, out: &mut Vec<u8>) {
        if *self < 10_000 {
            return up_to_four(*self, out);
        }
        (self / 10_000).spell(out);
        // All at once, and of a length that the compiler knows: no call, and one look at the room.
        out.extend_from_slice(&four(self % 10_000));
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
