//! The records as columns, and a scanner that expects the keys in their order; a line that is otherwise is read as JSON.

use serde::Deserialize;

/// Scores are whole tenths, so every total is a whole number: 18 times the total in tenths is
/// `3 × goal + 2 × cost + 2 × benefit`, from 0 to 1,800.
#[derive(Default)]
pub struct Columns {
    ids: Vec<u8>,
    id_ends: Vec<u32>,
    /// The gates failed: 1 needs, 2 in_roadmap, 4 phase.
    pub failed: Vec<u8>,
    /// Sums of tenths.
    pub goal: Vec<u16>,
    pub cost: Vec<u16>,
    pub benefit: Vec<u16>,
    pub q6: Vec<u8>,
    pub p50: Vec<u32>,
    /// Whether every id is greater than the one before.
    pub ascending: bool,
}

#[derive(Deserialize)]
struct Measure<'a> {
    id: &'a str,
    phase: u32,
    in_roadmap: bool,
    needs: u32,
    q1: f64,
    q2: f64,
    q3: f64,
    q4: f64,
    q5: f64,
    q6: f64,
    q7: f64,
    q8: f64,
    p50: u32,
}

impl Columns {
    pub fn with_capacity(rows: usize) -> Self {
        Self {
            ids: Vec::with_capacity(rows * 8),
            id_ends: Vec::with_capacity(rows),
            failed: Vec::with_capacity(rows),
            goal: Vec::with_capacity(rows),
            cost: Vec::with_capacity(rows),
            benefit: Vec::with_capacity(rows),
            q6: Vec::with_capacity(rows),
            p50: Vec::with_capacity(rows),
            ascending: true,
        }
    }

    pub fn len(&self) -> usize {
        self.failed.len()
    }

    fn id_start(&self, row: usize) -> usize {
        if row == 0 {
            0
        } else {
            self.id_ends[row - 1] as usize
        }
    }

    pub fn id(&self, row: usize) -> &[u8] {
        &self.ids[self.id_start(row)..self.id_ends[row] as usize]
    }

    /// How long the ids from row `from` up to `to` are together.
    pub fn ids_length(&self, from: usize, to: usize) -> usize {
        self.id_start(to) - self.id_start(from)
    }

    #[inline(always)]
    pub fn total(&self, row: usize) -> usize {
        3 * usize::from(self.goal[row]) + 2 * (usize::from(self.cost[row]) + usize::from(self.benefit[row]))
    }

    #[inline(always)]
    fn push(&mut self, id: &[u8], phase: u32, in_roadmap: bool, needs: u32, scores: [u32; 8], p50: u32) {
        if let Some(last) = self.len().checked_sub(1) {
            self.ascending &= self.id(last) < id;
        }
        self.ids.extend_from_slice(id);
        self.id_ends.push(self.ids.len() as u32);
        let failed =
            u8::from(needs < 1) | u8::from(!in_roadmap) << 1 | u8::from(!(2..=4).contains(&phase)) << 2;
        self.failed.push(failed);
        self.goal.push((scores[0] + scores[1]) as u16);
        self.cost.push((scores[2] + scores[3] + scores[4]) as u16);
        self.benefit.push((scores[5] + scores[6] + scores[7]) as u16);
        self.q6.push(scores[5] as u8);
        self.p50.push(p50);
    }
}

/// Reads whole lines.
pub fn scan(text: &[u8], to: &mut Columns) {
    let mut at = 0;
    while at < text.len() {
        if let Some(next) = row(text, at, to) {
            at = next;
            continue;
        }
        let end = text[at..]
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(text.len(), |end| at + end + 1);
        slow_row(&text[at..end], to);
        at = end;
    }
}

#[cold]
fn slow_row(line: &[u8], to: &mut Columns) {
    let measure: Measure<'_> = serde_json::from_slice(line).expect("a measure");
    let m = &measure;
    let scores = [m.q1, m.q2, m.q3, m.q4, m.q5, m.q6, m.q7, m.q8].map(|score| (score * 10.0).round() as u32);
    to.push(m.id.as_bytes(), m.phase, m.in_roadmap, m.needs, scores, m.p50);
}

#[inline(always)]
fn row(text: &[u8], start: usize, to: &mut Columns) -> Option<usize> {
    let mut position = start;
    let at = &mut position;
    word(text, at, b"{\"id\":\"")?;
    let id = string(text, at)?;
    word(text, at, b",\"area\":\"")?;
    string(text, at)?;
    word(text, at, b",\"phase\":")?;
    let phase = whole(text, at)?;
    word(text, at, b",\"in_roadmap\":")?;
    let in_roadmap = word(text, at, b"true").is_some();
    if !in_roadmap {
        word(text, at, b"false")?;
    }
    word(text, at, b",\"needs\":")?;
    let needs = whole(text, at)?;
    let mut scores = [0; 8];
    let keys: [&[u8; 6]; 8] = [
        b",\"q1\":",
        b",\"q2\":",
        b",\"q3\":",
        b",\"q4\":",
        b",\"q5\":",
        b",\"q6\":",
        b",\"q7\":",
        b",\"q8\":",
    ];
    for (key, score) in keys.iter().zip(&mut scores) {
        word(text, at, key)?;
        *score = tenths(text, at)?;
    }
    word(text, at, b",\"p50\":")?;
    let p50 = whole(text, at)?;
    word(text, at, b"}\n")?;
    if scores.iter().any(|score| *score > 100) {
        return None;
    }
    to.push(id, phase, in_roadmap, needs, scores, p50);
    Some(position)
}

#[inline(always)]
fn word<const LENGTH: usize>(text: &[u8], at: &mut usize, expected: &[u8; LENGTH]) -> Option<()> {
    (text.get(*at..*at + LENGTH)? == expected).then(|| *at += LENGTH)
}

#[inline(always)]
fn whole(text: &[u8], at: &mut usize) -> Option<u32> {
    let mut value = u32::from(text.get(*at)?.wrapping_sub(b'0'));
    if value > 9 {
        return None;
    }
    *at += 1;
    loop {
        let digit = u32::from(text.get(*at)?.wrapping_sub(b'0'));
        if digit > 9 {
            return Some(value);
        }
        value = value * 10 + digit;
        *at += 1;
    }
}

/// `7,`, `7.5,` or `10,` in tenths, without a branch on which of them it is: that would be mispredicted several times a row.
#[inline(always)]
fn tenths(text: &[u8], at: &mut usize) -> Option<u32> {
    let bytes = u32::from_le_bytes(text.get(*at..*at + 4)?.try_into().ok()?);
    let commas = bytes ^ 0x2c2c_2c2c;
    let comma = commas.wrapping_sub(0x0101_0101) & !commas & 0x8080_8080;
    // 4 where there is no comma.
    let length = comma.trailing_zeros() / 8;
    let digit = |index: u32| ((bytes >> (8 * index)) & 0xff).wrapping_sub(48);
    let (first, second, third) = (digit(0), digit(1), digit(2));
    let point = (bytes >> 8) & 0xff == u32::from(b'.');
    let sound = (first <= 9)
        & ((length == 1) | ((length == 2) & (second <= 9)) | ((length == 3) & point & (third <= 9)));
    let mut value = first.wrapping_mul(10);
    value = value.wrapping_add(if length == 3 { third } else { 0 });
    value = if length == 2 {
        value.wrapping_add(second).wrapping_mul(10)
    } else {
        value
    };
    sound.then(|| {
        *at += length as usize;
        value
    })
}

/// Up to the closing quote, sixteen bytes at a time; none where there is an escape.
#[inline(always)]
fn string<'a>(text: &'a [u8], at: &mut usize) -> Option<&'a [u8]> {
    const ONES: u128 = u128::from_ne_bytes([1; 16]);
    const HIGHS: u128 = u128::from_ne_bytes([0x80; 16]);
    let first = |word: u128, byte: u8| {
        let zeros = word ^ (ONES * byte as u128);
        (zeros.wrapping_sub(ONES) & !zeros & HIGHS).trailing_zeros()
    };
    let start = *at;
    loop {
        let word = u128::from_le_bytes(text.get(*at..*at + 16)?.try_into().ok()?);
        let quote = first(word, b'"');
        if first(word, b'\\') < quote {
            return None;
        }
        if quote < 128 {
            *at += quote as usize / 8 + 1;
            return Some(&text[start..*at - 1]);
        }
        *at += 16;
    }
}
