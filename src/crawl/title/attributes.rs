//! Where among the attributes of a tag a byte stands (WHATWG HTML, 13.2.5.32 to 13.2.5.39). Knows neither names nor values.

/// What was read last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Part {
    /// Nothing of an attribute.
    #[default]
    Before,
    Name,
    /// A blank behind a name.
    After,
    /// The equals sign that a value follows.
    Equals,
    /// A value without quotes.
    Value,
}

impl Part {
    /// Behind one more byte that ends no tag and is no quote around a value.
    #[inline]
    pub(super) fn behind(self, byte: u8) -> Part {
        let blank = matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c);
        match (self, byte) {
            (Part::Before | Part::Value, _) if blank => Part::Before,
            (Part::Name | Part::After, _) if blank => Part::After,
            (Part::Equals, _) if blank => Part::Equals,
            (Part::Before | Part::Name | Part::After, b'/') => Part::Before,
            (Part::Name | Part::After, b'=') => Part::Equals,
            (Part::Before | Part::Name | Part::After, _) => Part::Name,
            (Part::Equals | Part::Value, _) => Part::Value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_equals_sign_behind_a_name_begins_a_value() {
        for (bytes, part) in [
            (" a=", Part::Equals),
            (" a = ", Part::Equals),
            ("/a=", Part::Equals),
            (" a b=", Part::Equals),
            (" =", Part::Name),
            (" ==", Part::Equals),
            (" a==", Part::Value),
            (" a=/?b=", Part::Value),
            (" a=b ", Part::Before),
            (" a/", Part::Before),
            (" a ", Part::After),
        ] {
            assert_eq!(bytes.bytes().fold(Part::Before, Part::behind), part, "{bytes}");
        }
    }
}
