//! The sequences of a compressed block (RFC 8878, 3.1.1.3.2): literals, then a match, and again. Knows nothing of how
//! literals were coded.

use super::bits::Backward;
use super::fse::Table;
use super::history::History;
use std::borrow::Cow;
use std::sync::LazyLock;

/// One of the three codes of a sequence.
struct Code {
    most_accuracy: u32,
    symbols: usize,
    standard: fn() -> &'static Table,
}

const LENGTHS: Code = Code { most_accuracy: 9, symbols: 36, standard: || &STANDARD_LENGTHS };
const OFFSETS: Code = Code { most_accuracy: 8, symbols: 32, standard: || &STANDARD_OFFSETS };
const MATCHES: Code = Code { most_accuracy: 9, symbols: 53, standard: || &STANDARD_MATCHES };

static STANDARD_LENGTHS: LazyLock<Table> = LazyLock::new(|| {
    let tail = [2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1];
    Table::of(&[&[4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1][..], &tail].concat(), 6)
});

static STANDARD_OFFSETS: LazyLock<Table> = LazyLock::new(|| {
    let tail = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1];
    Table::of(&[&[1, 1, 1, 1, 1, 1, 2, 2, 2][..], &tail].concat(), 5)
});

static STANDARD_MATCHES: LazyLock<Table> = LazyLock::new(|| {
    let head = [1, 4, 3, 2, 2, 2, 2, 2, 2];
    Table::of(&[&head[..], &[1; 37], &[-1; 7]].concat(), 6)
});

/// Base and further bits of each code of a length of literals.
const LENGTH_CODES: [(u32, u8); 36] =
    codes(16, 0, &[1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
/// Base and further bits of each code of a length of a match.
const MATCH_CODES: [(u32, u8); 53] =
    codes(32, 3, &[1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);

/// The first `plain` codes stand for themselves and `from`; each other begins where the one before it ends.
const fn codes<const N: usize>(plain: usize, from: u32, bits: &[u8]) -> [(u32, u8); N] {
    let mut codes = [(0, 0); N];
    let (mut code, mut base) = (0, from);
    while code < N {
        let more = if code < plain { 0 } else { bits[code - plain] };
        codes[code] = (base, more);
        base += 1 << more;
        code += 1;
    }
    codes
}

type Chosen = Option<Cow<'static, Table>>;

/// What sequences may use of the block before: its tables, and the last three offsets.
pub(super) struct Sequences {
    lengths: Chosen,
    offsets: Chosen,
    matches: Chosen,
    recent: [usize; 3],
}

impl Default for Sequences {
    fn default() -> Sequences {
        Sequences { lengths: None, offsets: None, matches: None, recent: [1, 4, 8] }
    }
}

impl Sequences {
    pub fn reset(&mut self) {
        *self = Sequences::default();
    }
}

impl Code {
    /// Chooses the table by its mode, and gives what follows it.
    fn choose<'b>(&self, mode: u8, source: &'b [u8], chosen: &mut Chosen) -> Result<&'b [u8], &'static str> {
        let (table, read) = match mode {
            0 => (Cow::Borrowed((self.standard)()), 0),
            1 => match source.first() {
                Some(&symbol) if usize::from(symbol) < self.symbols => (Cow::Owned(Table::of_one(symbol)), 1),
                _ => return Err("a code of its sequences does not exist"),
            },
            2 => {
                let (table, read) = Table::read(source, self.most_accuracy, self.symbols)?;
                (Cow::Owned(table), read)
            }
            _ => match chosen.take() {
                Some(table) => (table, 0),
                None => return Err("its sequences need a table, and none came"),
            },
        };
        *chosen = Some(table);
        Ok(&source[read..])
    }
}

/// Where the three codes stand.
struct States<'t> {
    lengths: (&'t Table, usize),
    offsets: (&'t Table, usize),
    matches: (&'t Table, usize),
}

impl<'t> States<'t> {
    fn begin(tables: [&'t Table; 3], bits: &mut Backward<'_>) -> States<'t> {
        let [lengths, offsets, matches] = tables.map(|table| (table, table.first(bits)));
        States { lengths, offsets, matches }
    }

    /// Length of the literals, value of the offset, length of the match.
    fn sequence(&self, bits: &mut Backward<'_>) -> (usize, usize, usize) {
        let symbol = |(table, state): (&Table, usize)| usize::from(table.entry(state).symbol);
        let (offset, matched, length) = (symbol(self.offsets), symbol(self.matches), symbol(self.lengths));
        let value = (1 << offset) + bits.read(offset as u32) as usize;
        let mut decoded = |(base, more): (u32, u8)| base as usize + bits.read(u32::from(more)) as usize;
        let matched = decoded(MATCH_CODES[matched]);
        (decoded(LENGTH_CODES[length]), value, matched)
    }

    fn update(&mut self, bits: &mut Backward<'_>) {
        for (table, state) in [&mut self.lengths, &mut self.matches, &mut self.offsets] {
            *state = table.next(*state, bits);
        }
    }
}

/// Carries the sequences out.
///
/// # Errors
/// What is wrong with them.
pub(super) fn run(
    source: &[u8],
    sequences: &mut Sequences,
    mut literals: &[u8],
    history: &mut History,
) -> Result<(), &'static str> {
    const SHORT: &str = "its sequences are cut off";
    let (count, source) = count(source).ok_or(SHORT)?;
    if count == 0 {
        return if source.is_empty() { history.append(literals) } else { Err("bytes follow its last literals") };
    }
    let (&modes, source) = source.split_first().ok_or(SHORT)?;
    if modes & 3 != 0 {
        return Err("its sequences have flags that mean nothing");
    }
    let source = LENGTHS.choose(modes >> 6, source, &mut sequences.lengths)?;
    let source = OFFSETS.choose(modes >> 4 & 3, source, &mut sequences.offsets)?;
    let source = MATCHES.choose(modes >> 2 & 3, source, &mut sequences.matches)?;
    let mut bits = Backward::new(source)?;
    let Sequences { lengths: Some(lengths), offsets: Some(offsets), matches: Some(matches), recent } = sequences else {
        return Err(SHORT);
    };
    let mut states = States::begin([lengths, offsets, matches], &mut bits);
    for left in (0..count).rev() {
        let (length, value, repeated) = states.sequence(&mut bits);
        let (own, rest) = literals.split_at_checked(length).ok_or("a sequence wants more literals than there are")?;
        literals = rest;
        history.append(own)?;
        history.repeat(offset(recent, value, length > 0)?, repeated)?;
        if left > 0 {
            states.update(&mut bits);
        }
        if bits.left() < 0 {
            return Err(SHORT);
        }
    }
    if bits.left() > 0 {
        return Err("its sequences do not end where they should");
    }
    history.append(literals)
}

/// The offset that a value stands for, of a sequence with or without literals.
fn offset(recent: &mut [usize; 3], value: usize, literals: bool) -> Result<usize, &'static str> {
    let [first, second, third] = *recent;
    let (offset, next) = match (value, value - usize::from(literals)) {
        (4.., _) => (value - 3, [value - 3, first, second]),
        (_, 0) => return Ok(first),
        (_, 1) => (second, [second, first, third]),
        (_, 2) => (third, [third, first, second]),
        _ => (first - 1, [first - 1, first, second]),
    };
    if offset == 0 {
        return Err("a match reaches back to nothing");
    }
    *recent = next;
    Ok(offset)
}

fn count(source: &[u8]) -> Option<(usize, &[u8])> {
    match *source {
        [few @ ..=127, ref rest @ ..] => Some((usize::from(few), rest)),
        [255, low, high, ref rest @ ..] => Some((usize::from(u16::from_le_bytes([low, high])) + 0x7f00, rest)),
        [high @ 128..=254, low, ref rest @ ..] => Some(((usize::from(high) - 128) << 8 | usize::from(low), rest)),
        _ => None,
    }
}
