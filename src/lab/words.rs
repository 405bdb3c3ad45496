//! The shop's words: names of goods and departments, sentences, prices. Knows nothing of markup.

use super::random::Random;

const QUALITIES: [&str; 16] = [
    "blue",
    "quiet",
    "folding",
    "cast-iron",
    "striped",
    "small",
    "second-best",
    "glazed",
    "travelling",
    "round",
    "oak",
    "heavy",
    "crème",
    "old-fashioned",
    "left-handed",
    "enamelled",
];
const GOODS: [&str; 16] = [
    "kettle",
    "lamp",
    "teapot",
    "umbrella",
    "bread knife",
    "salt & pepper mill",
    "basket",
    "clock",
    "blanket",
    "jug",
    "ladder",
    "stool",
    "café chair",
    "tool box",
    "watering can",
    "mirror",
];
const DEPARTMENTS: [&str; 8] = ["Kitchen", "Light", "Garden & yard", "Travel", "Workshop", "Table", "Bedroom", "Gifts"];
const SUBJECTS: [&str; 8] = [
    "Our joiner in the back room",
    "The handle",
    "A regular customer",
    "The maker",
    "Whoever gave it away",
    "The enamel",
    "Every third one of them",
    "The catalogue of last year",
];
const VERBS: [&str; 8] = [
    "keeps its promise",
    "has been praised",
    "asks for patience",
    "grows better",
    "was much missed",
    "stays where it is",
    "looks its best",
    "can be mended",
];
const ENDINGS: [&str; 8] = [
    "after a winter in the shed",
    "when the water is hot",
    "on a rainy market day",
    "without a single screw",
    "for less than you would think",
    "as long as it is kept dry",
    "in spite of the moving van",
    "before breakfast",
];
/// The streams of numbers for words: no page has an index as high as this.
const STREAM: u64 = 1 << 40;

/// "Goods 17 – folding lamp".
pub(super) fn goods_title(seed: u64, number: u32) -> String {
    format!("Goods {number} – {}", goods_name(seed, number))
}

pub(super) fn goods_name(seed: u64, number: u32) -> String {
    let mut random = Random::new(seed, STREAM + u64::from(number));
    format!("{} {}", random.pick(&QUALITIES), random.pick(&GOODS))
}

pub(super) fn category_title(number: u32) -> String {
    format!("Category {number} – {}", DEPARTMENTS[number as usize % DEPARTMENTS.len()])
}

/// In ASCII, under 120 bytes each: a page is filled to its size with them and may cut the last one anywhere.
pub(super) fn sentences(seed: u64) -> Vec<String> {
    let mut random = Random::new(seed, STREAM - 1);
    let mut sentence = || format!("{} {} {}.", random.pick(&SUBJECTS), random.pick(&VERBS), random.pick(&ENDINGS));
    (0..256).map(|_| sentence()).collect()
}

pub(super) fn price(random: &mut Random) -> String {
    format!("{}.{:02}", 3 + random.below(180), random.pick(&[0, 49, 90, 95]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_can_be_cut_anywhere() {
        assert!(sentences(7).iter().all(|sentence| sentence.is_ascii() && sentence.len() < 120));
    }
}
