//! A race in lines of text: one a run as it ends, then the verdicts as a table and why. Knows no terminal.

use super::{End, News, Race, Run, Spread, Standing, Standings, Telling, Verdict, standings};
use crate::text::Charset;
use crate::units;
use std::time::Duration;

/// A column of the verdicts. Numbers are set at its right end.
pub struct Column {
    pub title: &'static str,
    pub width: usize,
    /// Where there is no room for all columns, those of the highest rank leave first; those of rank 0 stay.
    rank: u8,
    pub cell: fn(&Verdict) -> String,
}

const COLUMNS: [Column; 7] = [
    Column { title: "last time", width: 9, rank: 0, cell: |it| units::seconds(it.last.median) },
    Column { title: "min..max", width: 16, rank: 3, cell: |it| extremes(it.last) },
    Column { title: "overhead", width: 8, rank: 0, cell: |it| units::span(it.overhead) },
    Column { title: "speed-up", width: 8, rank: 0, cell: speed_up },
    Column { title: "cpu", width: 6, rank: 4, cell: |it| it.cpu.map_or_else(unknown, units::span) },
    Column { title: "memory", width: 7, rank: 1, cell: |it| it.peak_bytes.map_or_else(unknown, units::bytes) },
    Column { title: "threads", width: 7, rank: 2, cell: |it| it.threads.map_or_else(unknown, number) },
];

/// The columns that have room beside the names in a table of `width` columns, each with a gap before it.
pub fn columns(race: &Race, width: usize) -> Vec<&'static Column> {
    let mut shown: Vec<&Column> = COLUMNS.iter().collect();
    let taken = |shown: &[&Column]| shown.iter().map(|it| it.width + 1).sum::<usize>() + race.widest_name();
    while taken(&shown) > width
        && let Some((at, _)) = shown.iter().enumerate().filter(|(_, it)| it.rank > 0).max_by_key(|(_, it)| it.rank)
    {
        shown.remove(at);
    }
    shown
}

/// A line of the table: the name, and a cell a column.
pub fn row(race: &Race, name: &str, columns: &[&Column], cell: impl Fn(&Column) -> String) -> String {
    let cells: String = columns.iter().map(|it| format!(" {:>1$}", cell(it), it.width)).collect();
    format!("{name:0$}{cells}", race.widest_name())
}

fn extremes(Spread { least, most, .. }: Spread) -> String {
    let [least, most] = [least, most].map(units::seconds);
    format!("{}..{most}", least.trim_end_matches('s'))
}

fn speed_up(verdict: &Verdict) -> String {
    verdict.speed_up.map_or_else(unknown, |factor| format!("{factor:.1}x"))
}

fn number(number: u32) -> String {
    units::count(u64::from(number))
}

fn unknown() -> String {
    "·".to_owned()
}

impl Standings {
    /// What the overhead is counted from.
    pub fn ideal_words(&self, race: &Race) -> Option<String> {
        let by = race.name(self.measured_by?);
        Some(format!("ideal {}: the slowest page alone, as {by} measured it", units::seconds(self.ideal)))
    }

    /// A sentence a contestant.
    pub fn reasons(&self, race: &Race) -> impl Iterator<Item = String> {
        self.verdicts.iter().map(|it| it.why(race))
    }
}

/// Tells a race in text.
pub struct Table {
    news: News,
    charset: Charset,
}

impl Table {
    pub fn new(charset: Charset) -> Table {
        Table { news: News::default(), charset }
    }

    /// All verdicts, and why.
    pub fn verdicts(race: &Race, charset: Charset) -> String {
        let standings = standings(race);
        let mut text = String::new();
        if !standings.verdicts.is_empty() {
            let columns = columns(race, usize::MAX);
            text += &(row(race, "", &columns, |column| column.title.to_owned()) + "\n");
            for verdict in &standings.verdicts {
                let name = race.name(verdict.contestant);
                text += &(row(race, &name, &columns, |column| (column.cell)(verdict)) + "\n");
            }
            for line in standings.ideal_words(race).into_iter().chain(standings.reasons(race)) {
                text += &format!("{line}\n");
            }
        }
        if let Some((_, End::Stopped(reason))) = &race.ended {
            let whole = race.runs.iter().filter(|run| run.is_whole()).count();
            let all = race.contestants.len() * race.rounds as usize;
            text += &format!("partial: {}; {whole} of {all} runs done\n", reason.words());
        }
        plain(text, charset)
    }

    fn line(race: &Race, run: &Run) -> String {
        let figures = run.figures();
        let name = format!("{:1$}", race.name(run.contestant), race.widest_name());
        let lead = format!("round {}  {name}", run.round);
        match run.standing {
            Standing::Partial(reason) => return format!("{lead}  partial: {}", reason.words()),
            Standing::Failed => return format!("{lead}  failed"),
            Standing::Whole | Standing::Running => {}
        }
        let [ok, redirect, broken, failed] = figures.outcomes;
        let wrong = if ok == figures.results() {
            String::new()
        } else {
            format!("  redirect {redirect}  broken {broken}  failed {failed}")
        };
        let cpu = figures.cpu.map_or(String::new(), |cpu: Duration| format!("  cpu {:>6}", units::span(cpu)));
        let memory = figures.peak_bytes.map_or(String::new(), |bytes| format!("  {:>7}", units::bytes(bytes)));
        let threads = figures.threads.map_or(String::new(), |threads| format!("  {:>2} threads", number(threads)));
        let (last, at_once) = (units::seconds(figures.last), units::count(figures.at_once));
        format!("{lead}  last time {last:>7}  {at_once:>2} at once{cpu}{memory}{threads}  ok {ok}{wrong}")
    }
}

impl Telling for Table {
    fn apply(&mut self, race: &Race, out: &mut Vec<u8>) {
        let (runs, over) = self.news.take(race);
        for run in runs {
            out.extend_from_slice(plain(Table::line(race, run) + "\n", self.charset).as_bytes());
        }
        if over {
            out.extend_from_slice(Table::verdicts(race, self.charset).as_bytes());
        }
    }
}

fn plain(own: String, charset: Charset) -> String {
    if charset == Charset::Ascii { own.replace('µ', "u").replace('·', "-") } else { own }
}
