//! Near the limit of what the machine can do: every byte read once, columns of small integers, ranks by counting instead of
//! sorting, output out of tables of ready-made text, on all cores but at most as many as pay. It knows this one job and
//! nothing else, and is what everything else is measured against.
//!
//! Usage: `peer-limit IN OUT [--threads N]`. Being exact, it is also the judge of ranks.

mod columns;
mod rank;
mod write;

use std::fs::File;
use std::os::unix::fs::FileExt;

use columns::Columns;

/// How much is read at a time.
const CHUNK: usize = 256 << 10;
/// The longest line that may be met.
const LINE: usize = 64 << 10;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let threads = match arguments.iter().position(|argument| argument == "--threads") {
        Some(at) => arguments[at + 1].parse().expect("a number of threads"),
        None => std::thread::available_parallelism().map_or(1, usize::from),
    };
    let input = File::open(&arguments[1]).expect("the data");
    let size = input.metadata().expect("the size").len();
    let threads = if size < 1 << 20 { 1 } else { threads as u64 };
    let bound = |part: u64| size * part / threads;
    let parts: Vec<Columns> = std::thread::scope(|scope| {
        let input = &input;
        let readers: Vec<_> = (1..threads)
            .map(|part| scope.spawn(move || load(input, bound(part), bound(part + 1))))
            .collect();
        let first = load(input, 0, bound(1));
        let others = readers.into_iter().map(|reader| reader.join().expect("a reader"));
        std::iter::once(first).chain(others).collect()
    });
    let ranks = rank::rank(&parts);
    let output = File::create(&arguments[2]).expect("the output");
    write::write(&parts, &ranks, output, threads > 1);
    // Nobody needs the columns to be freed one by one.
    std::process::exit(0);
}

/// Reads the lines that begin from byte `from` up to `to`, that left out.
fn load(input: &File, from: u64, to: u64) -> Columns {
    let mut columns = Columns::with_capacity(((to - from) / 130) as usize + 16);
    let mut buffer = vec![0_u8; LINE + CHUNK];
    // A part that is not the first begins a byte early, and drops the line that it falls into.
    let mut at = from.saturating_sub(1);
    let mut begun = from == 0;
    let mut kept = 0;
    loop {
        let read = input
            .read_at(&mut buffer[kept..kept + CHUNK], at)
            .expect("the data");
        // Where in the file the buffer begins.
        let base = at - kept as u64;
        at += read as u64;
        let mut filled = kept + read;
        if read == 0 {
            if filled == 0 {
                return columns;
            }
            buffer[filled] = b'\n';
            filled += 1;
        }
        let text = &buffer[..filled];
        let mut start = 0;
        if !begun {
            start = text.iter().position(|byte| *byte == b'\n').expect("a line") + 1;
            begun = true;
        }
        let mut end = text
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        let mut last = read == 0;
        if base + end as u64 >= to {
            // The last line of this part is the one that holds byte `to - 1`.
            let within = (to - 1 - base) as usize;
            end = text[within..]
                .iter()
                .position(|byte| *byte == b'\n')
                .map_or(end, |at| within + at + 1);
            last = true;
        }
        if start < end {
            columns::scan(&text[start..end], &mut columns);
        }
        if last {
            return columns;
        }
        buffer.copy_within(end..filled, 0);
        kept = filled - end;
    }
}
