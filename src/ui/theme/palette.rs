//! The colours of each theme. Data only.

use super::ThemeName;
use super::depth::Ink;
use crate::phase::Phase;
use ratatui::style::Color::{
    self, Blue, Cyan, DarkGray, Gray, Green, LightBlue, LightRed, Magenta, Red, Reset, Yellow,
};

pub struct Palette {
    /// None: what the terminal makes of dim.
    pub dim: Option<Ink>,
    pub key: Ink,
    pub ok: Ink,
    pub redirect: Ink,
    pub broken: Ink,
    pub failed: Ink,
    pub timeout: Ink,
    /// Blocked, dns, connect, tls, send, wait, body.
    pub phases: [Ink; Phase::ALL.len()],
}

const fn own(own: Color) -> Ink {
    Ink { rgb: None, own }
}

const fn ink(rgb: u32, own: Color) -> Ink {
    Ink { rgb: Some(rgb), own }
}

impl Palette {
    pub fn of(name: ThemeName) -> Option<&'static Palette> {
        match name {
            ThemeName::Default => Some(&DEFAULT),
            ThemeName::Light => Some(&LIGHT),
            ThemeName::Dark => Some(&DARK),
            ThemeName::Cvd => Some(&CVD),
            ThemeName::Mono => None,
        }
    }
}

const DEFAULT: Palette = Palette {
    dim: None,
    key: own(Cyan),
    ok: own(Green),
    redirect: own(Cyan),
    broken: own(Yellow),
    failed: own(Red),
    timeout: own(Magenta),
    phases: [own(Reset), own(Blue), own(Cyan), own(Magenta), own(Yellow), own(Blue), own(Green)],
};

/// Dark inks; of the sixteen none that is pale.
const LIGHT: Palette = Palette {
    dim: Some(ink(0x5c_62_6a, DarkGray)),
    key: ink(0x00_55_aa, Blue),
    ok: ink(0x0b_6b_2b, Green),
    redirect: ink(0x00_66_74, Blue),
    broken: ink(0x8a_50_00, LightRed),
    failed: ink(0xb0_10_20, Red),
    timeout: ink(0x86_1f_9c, Magenta),
    phases: [
        own(Reset),
        ink(0x3a_4a_b8, Blue),
        ink(0x00_66_74, Blue),
        ink(0x86_1f_9c, Magenta),
        ink(0x8a_50_00, Red),
        ink(0x00_55_aa, Blue),
        ink(0x0b_6b_2b, Green),
    ],
};

/// Pale inks; of the sixteen none that is as dark as blue.
const DARK: Palette = Palette {
    dim: Some(ink(0x8c_93_9e, Gray)),
    key: ink(0x5c_c8_d8, Cyan),
    ok: ink(0x5f_cc_70, Green),
    redirect: ink(0x5c_c8_d8, Cyan),
    broken: ink(0xe6_b4_50, Yellow),
    failed: ink(0xff_7a_70, LightRed),
    timeout: ink(0xd0_90_f0, Magenta),
    phases: [
        own(Reset),
        ink(0x6a_a8_ff, LightBlue),
        ink(0x5c_c8_d8, Cyan),
        ink(0xd0_90_f0, Magenta),
        ink(0xe6_b4_50, Yellow),
        ink(0x6a_a8_ff, LightBlue),
        ink(0x5f_cc_70, Green),
    ],
};

/// The colours of Okabe and Ito, which those who see fewer colours tell apart; of the sixteen no green beside red.
const CVD: Palette = Palette {
    dim: None,
    key: ink(0x56_b4_e9, Cyan),
    ok: ink(0x00_9e_73, Blue),
    redirect: ink(0x56_b4_e9, Cyan),
    broken: ink(0xe6_9f_00, Yellow),
    failed: ink(0xd5_5e_00, LightRed),
    timeout: ink(0xcc_79_a7, Magenta),
    phases: [
        own(Reset),
        ink(0x00_72_b2, Blue),
        ink(0x56_b4_e9, Cyan),
        ink(0xcc_79_a7, Magenta),
        ink(0xe6_9f_00, Yellow),
        ink(0x00_72_b2, Blue),
        ink(0x00_9e_73, Cyan),
    ],
};

#[cfg(test)]
mod tests {
    use super::super::depth::parts;
    use super::*;

    impl Palette {
        fn inks(&self) -> impl Iterator<Item = u32> {
            let named = [self.key, self.ok, self.redirect, self.broken, self.failed, self.timeout];
            named.into_iter().chain(self.phases).chain(self.dim).filter_map(|ink| ink.rgb)
        }
    }

    /// As WCAG 2.2 defines it.
    fn luminance(rgb: u32) -> f64 {
        let linear = parts(rgb).map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        linear.iter().zip([0.2126, 0.7152, 0.0722]).map(|(part, weight)| part * weight).sum()
    }

    fn contrast(one: u32, other: u32) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn each_ink_of_light_and_dark_can_be_read_on_its_background() {
        for (palette, grounds) in [(&LIGHT, [0xff_ff_ff, 0xfd_f6_e3]), (&DARK, [0, 0x28_2c_34])] {
            for (ink, ground) in palette.inks().flat_map(|ink| grounds.map(|ground| (ink, ground))) {
                let contrast = contrast(ink, ground);
                assert!(contrast >= 4.5, "{ink:06x} on {ground:06x}: {contrast:.2}");
            }
        }
    }

    #[test]
    fn each_ink_of_cvd_can_be_seen_on_black_and_the_colours_are_the_published_ones() {
        let published = [0xe6_9f_00, 0x56_b4_e9, 0x00_9e_73, 0xf0_e4_42, 0x00_72_b2, 0xd5_5e_00, 0xcc_79_a7];
        for ink in CVD.inks() {
            assert!(published.contains(&ink), "{ink:06x}");
            assert!(contrast(ink, 0) >= 3.0, "{ink:06x}");
        }
    }
}
